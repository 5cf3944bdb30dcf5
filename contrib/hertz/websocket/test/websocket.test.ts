// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:net';
import { createLogger } from '@cloudwego/gopkg/logger';
import { Hertz } from '@cloudwego/hertz';
import { CloseCode, dialWebSocket, websocket, WsPrepared } from '@hertz-contrib/websocket';
import type { WebSocketConnection, WebSocketHandler, WebSocketUpgraderOptions } from '@hertz-contrib/websocket';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';

const logger = createLogger({ write: () => undefined });
const open: Hertz[] = [];
afterEach(async () => {
  for (const h of open.splice(0)) await h.stop();
});

const echo: WebSocketHandler = async (ws) => {
  for await (const m of ws) await ws.send(m);
};

async function serve(carrier: 'netpoll' | 'node', handler: WebSocketHandler = echo, o: WebSocketUpgraderOptions = {}): Promise<{ url: string; port: number; h: Hertz }> {
  const h = new Hertz({ logger, carrier, hostPorts: '127.0.0.1:0', exitWaitTimeMs: 2000 });
  open.push(h);
  h.use((c) => { c.setHeader('X-From-Middleware', 'yes'); });
  h.get('/ws', websocket(handler, o));
  h.get('/plain', (c) => { c.string(200, 'plain'); });
  const { address } = await h.start();
  return { url: `ws://${address}/ws`, port: Number(address.split(':')[1]), h };
}

/** Messages of many kinds and sizes. */
const messages: (string | Buffer)[] = ['', 'hello', '\u4f60\u597d', Buffer.alloc(0), Buffer.from([0, 255]), 'x'.repeat(125), 'x'.repeat(126), 'x'.repeat(65_535), 'x'.repeat(65_536), Buffer.alloc(1_000_000, 7), 'compressible '.repeat(10_000)];

/** What two messages have in common only where they are the same: comparing a megabyte byte by byte takes seconds. */
const told = (m: string | Buffer): string => `${typeof m} ${m.length} ${createHash('sha1').update(m).digest('hex')}`;
const all = messages.map(told);

async function echoes(ws: WebSocketConnection): Promise<string[]> {
  const heard: string[] = [];
  void (async () => {
    for (const m of messages) await ws.send(m);
  })();
  for await (const m of ws) {
    heard.push(told(m));
    if (heard.length === messages.length) break;
  }
  return heard;
}

describe.each(['netpoll', 'node'] as const)('WebSocket on %s', (carrier) => {
  it.each([[undefined], [{}], [{ sendContextTakeover: true, receiveContextTakeover: true }]])('our client, compressed by %j', async (compression) => {
    const { url } = await serve(carrier, echo, { compression });
    const ws = await dialWebSocket(url, { compression });
    expect(await echoes(ws)).toEqual(all);
    expect(await ws.ended).toEqual({ code: 1000, reason: '', error: undefined });
  });

  it.each([[false, undefined], [true, {}], [true, { sendContextTakeover: true, receiveContextTakeover: true }], [{ clientNoContextTakeover: true, serverMaxWindowBits: 10 }, { sendContextTakeover: true }]] as const)('the client of ws, %j with %j', async (perMessageDeflate, compression) => {
    const { url } = await serve(carrier, echo, { compression });
    const ws = new WebSocket(url, { perMessageDeflate });
    const heard: string[] = [];
    ws.on('message', (data: Buffer, binary) => {
      heard.push(told(binary ? data : data.toString()));
      if (heard.length === messages.length) ws.close(4000, 'enough');
    });
    await once(ws, 'open');
    for (const m of messages) ws.send(m);
    ws.ping('are you there');
    const [payload] = (await once(ws, 'pong')) as [Buffer];
    expect(payload.toString()).toBe('are you there');
    const [code] = (await once(ws, 'close')) as [number];
    expect([code, heard]).toEqual([4000, all]);
  });

  it('chooses a protocol, and tells who may connect', async () => {
    let seen: unknown;
    const { url, port } = await serve(carrier, (ws, c) => {
      seen = [ws.protocol, c.header('x-own'), c.path];
    }, { protocols: ['b', 'a'], checkOrigin: (origin) => origin === 'http://good' });
    const ws = await dialWebSocket(url, { protocols: ['x', 'a', 'b'], headers: ['X-Own', '1', 'Origin', 'http://good'] });
    expect(ws.protocol).toBe('a');
    // The handler is over at once.
    expect((await ws.ended).code).toBe(1000);
    expect(seen).toEqual(['a', '1', '/ws']);
    await expect(dialWebSocket(url, { headers: ['Origin', 'http://bad'] })).rejects.toMatchObject({ code: 'WS_HANDSHAKE_INVALID', message: expect.stringContaining('403') as string });
    const r = await fetch(`http://127.0.0.1:${port}/ws`);
    expect([r.status, r.headers.get('sec-websocket-version'), await r.text()]).toEqual([400, '13', "websocket: the 'upgrade' token is not in the 'Connection' header"]);
  });

  it('a request for another protocol is answered as if it had not asked', async () => {
    const { port } = await serve(carrier);
    const socket = connect(port, '127.0.0.1');
    socket.write('GET /plain HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n');
    let heard = '';
    for await (const b of socket) {
      heard += String(b);
      if (heard.endsWith('plain')) break;
    }
    expect(heard).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });

  it('fields of middlewares go with the answer; frames may come with the request', async () => {
    const { port } = await serve(carrier);
    const socket = connect(port, '127.0.0.1');
    // 'hi', masked by zeros.
    socket.write(Buffer.concat([Buffer.from('GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'), Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0x68, 0x69])]));
    let heard = '';
    for await (const b of socket) {
      heard += (b as Buffer).toString('latin1');
      if (heard.endsWith('\x81\x02hi')) break;
    }
    expect(heard).toMatch(/^HTTP\/1\.1 101 Switching Protocols\r\n/);
    expect(heard).toContain('X-From-Middleware: yes\r\n');
    expect(heard).toContain('Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n');
  });

  it('a handler that fails closes with 1011, a server that stops with 1001', async () => {
    let entered = 0;
    const { url, h } = await serve(carrier, async (ws, c) => {
      entered++;
      if (c.query('fail') !== undefined) throw new Error('the handler fails');
      await ws.ended;
    });
    expect((await (await dialWebSocket(`${url}?fail=1`)).ended).code).toBe(CloseCode.InternalError);
    const ws = await dialWebSocket(url);
    await expect.poll(() => entered, { timeout: 30_000 }).toBe(2);
    ws.onMessage = () => undefined;
    await h.stop();
    expect((await ws.ended).code).toBe(CloseCode.GoingAway);
  });

  it('a client that leaves without a word is an error where messages are awaited', async () => {
    let how: unknown;
    const { url } = await serve(carrier, async (ws) => {
      try {
        for await (const m of ws) void m;
      } catch (e) {
        how = [(e as { code?: string }).code !== undefined, (await ws.ended).code, ws.signal.aborted];
      }
    });
    (await dialWebSocket(url)).destroy();
    await expect.poll(() => how, { timeout: 30_000 }).toEqual([true, 1006, true]);
  });

  it('messages that nobody takes hold the sender back', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let taken = 0;
    const { url } = await serve(carrier, async (ws) => {
      await held;
      for await (const m of ws) taken += m.length;
    }, { maxQueuedMessages: 2 });
    const ws = await dialWebSocket(url);
    const piece = Buffer.alloc(64 * 1024);
    let sent = 0;
    while (ws.pendingBytes < 4 * 1024 * 1024 && sent < 100_000_000) {
      void ws.send(piece);
      sent += piece.length;
      if (sent % (piece.length * 16) === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    // Far less than all of it went into sockets and queues.
    expect(sent).toBeLessThan(100_000_000);
    release();
    await expect.poll(() => taken, { timeout: 30_000 }).toBe(sent);
    await ws.close();
  });

  it('one message for many, and one that is made as it goes', async () => {
    const here = new Set<WebSocketConnection>();
    const { url } = await serve(carrier, async (ws) => {
      here.add(ws);
      ws.onMessage = () => undefined;
      await ws.ended;
    }, { compression: {} });
    const clients = [await dialWebSocket(url, { compression: {} }), await dialWebSocket(url), await dialWebSocket(url)];
    await expect.poll(() => here.size, { timeout: 30_000 }).toBe(3);
    const m = new WsPrepared('to all '.repeat(1000));
    for (const ws of here) await ws.sendPrepared(m);
    for (const ws of here) await ws.sendStream(['one ', 'two ', 'three']);
    for (const c of clients) {
      const heard: unknown[] = [];
      for await (const x of c) if (heard.push(x) === 2) break;
      expect(heard).toEqual([m.data, 'one two three']);
    }
  });
});

describe('our client', () => {
  it.each([[false, undefined], [true, {}], [{ serverMaxWindowBits: 9 }, { sendContextTakeover: true, receiveContextTakeover: true }]] as const)('on the server of ws, %j with %j', async (perMessageDeflate, compression) => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate });
    server.on('connection', (ws) => ws.on('message', (data, binary) => { ws.send(data, { binary }); }));
    await once(server, 'listening');
    const ws = await dialWebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/`, { compression });
    expect(await echoes(ws)).toEqual(all);
    server.close();
  });

  it('tells what was no WebSocket, and does not wait for ever', async () => {
    const { port } = await serve('netpoll');
    await expect(dialWebSocket(`ws://127.0.0.1:${port}/plain`)).rejects.toMatchObject({ message: expect.stringContaining('200') as string });
    await expect(dialWebSocket('http://127.0.0.1/')).rejects.toMatchObject({ code: 'WS_HANDSHAKE_INVALID' });
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const at = `ws://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
    await expect(dialWebSocket(at, { connectTimeoutMs: 50 })).rejects.toMatchObject({ message: expect.stringContaining('no answer') as string });
    const leave = new AbortController();
    const dialing = dialWebSocket(at, { signal: leave.signal });
    setImmediate(() => { leave.abort(); });
    await expect(dialing).rejects.toThrow();
    silent.close();
  });
});
