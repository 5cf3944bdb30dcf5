// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import { connect as tlsConnect } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import { FakeClock } from '@cloudwego/gopkg/clock/testing';
import type { Connection, Network } from '@cloudwego/gopkg/io';
import { createLogger } from '@cloudwego/gopkg/logger';
import { createNetwork } from '@cloudwego/netpoll';
import { createHostileNetwork, createMemoryNetwork, selfSigned } from '@cloudwego/netpoll/testing';
import type { Sniffer } from '@cloudwego/protocol';
import { rpcSniffers } from '@cloudwego/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import type { Port, PortApp, PortOptions } from '@cloudwego/transport';
import { createPort } from '@cloudwego/transport';
import { PlainApp } from './fixtures/plain-app.js';
import { holdCall } from './fixtures/rpc-app.js';
import { eventually, pass, Peer, settle } from './fixtures/support.js';

const ports: Port[] = [];
afterEach(async () => {
  for (const p of ports.splice(0)) await p.close({ drainMs: 0 });
});

/** Notes what it is given, says what it saw. */
class Taker extends PlainApp {
  readonly accepted: string[] = [];
  readonly seen: string[] = [];

  protected serve(c: Connection, protocol: string): (text: string) => void {
    this.accepted.push(protocol);
    const i = this.seen.push('') - 1;
    return (text) => {
      this.seen[i] += text;
      c.beginWrite(3).string('ok\n');
      c.endWrite();
    };
  }
}

const word = (w: string, alpn?: string): Sniffer => ({
  protocol: w.trim(),
  ...(alpn === undefined ? {} : { alpn }),
  match: (buf, start, end) => {
    const n = Math.min(end - start, w.length);
    return buf.toString('latin1', start, start + n) !== w.slice(0, n) ? 'no' : n === w.length ? 'yes' : 'more';
  },
});

interface World {
  readonly clock: FakeClock;
  readonly network: Network & { readonly openConnections: number };
  readonly warnings: string[];
  dial(): Promise<Peer>;
}

async function world(apps: readonly PortApp[], o: Partial<PortOptions> = {}, seed?: number): Promise<World> {
  const clock = new FakeClock();
  const network = seed === undefined ? createMemoryNetwork({ clock }) : createHostileNetwork({ clock, seed });
  const warnings: string[] = [];
  const logger = createLogger({ write: (r) => void warnings.push(typeof r === 'string' ? r : JSON.stringify(r)) });
  const port = createPort({ address: 'memory:p', network, logger, ...o });
  for (const a of apps) port.add(a);
  ports.push(port);
  await port.listen();
  return { clock, network, warnings, dial: async () => new Peer(await network.dial({ kind: 'memory', name: 'p' })) };
}

const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const h2 = word(PREFACE, 'h2');
const http: Sniffer = {
  protocol: 'http',
  alpn: 'http/1.1',
  match: (buf, start, end) => (end - start < 4 ? (/^[A-Z]*$/.test(buf.toString('latin1', start, end)) ? 'more' : 'no') : /^[A-Z]{3,7}( |$)/.test(buf.toString('latin1', start, end)) ? 'yes' : 'no'),
};

describe('first bytes', () => {
  it.each([
    ['framed Thrift', holdCall(), 'rpc'],
    ['TTHeader', Buffer.from('0000001a100000000000000100010000000000', 'hex'), 'rpc'],
    ['buffered Thrift', Buffer.from('800100010000000448', 'hex'), 'rpc'],
    ['HTTP/2 with prior knowledge', Buffer.from(PREFACE + 'frames'), 'PRI * HTTP/2.0\r\n\r\nSM'],
    ['HTTP/1', Buffer.from('GET / HTTP/1.1\r\n\r\n'), 'http'],
  ])('%s is told at every split of its first 24 bytes, and nothing of it is lost', async (_name, bytes, protocol) => {
    for (let cut = 1; cut < Math.min(25, bytes.length); cut++) {
      const app = new Taker('all', [...rpcSniffers, h2, http]);
      const w = await world([app]);
      const p = await w.dial();
      p.send(bytes.subarray(0, cut));
      await settle(3);
      p.send(bytes.subarray(cut));
      await settle();
      expect(app.accepted).toEqual([protocol]);
      expect(app.seen).toEqual([bytes.toString('latin1')]);
      expect(w.warnings.filter((x) => x.includes('arn'))).toEqual([]);
    }
  });

  it.each([1, 2, 3, 4, 5])('are told on the hostile loop too, seed %i', async (seed) => {
    const app = new Taker('all', [...rpcSniffers, h2, http]);
    const w = await world([app], {}, seed);
    const all = [holdCall().toString('latin1'), PREFACE + 'x'.repeat(100), 'GET / HTTP/1.1\r\n\r\n'];
    const peers = await Promise.all(Array.from({ length: 30 }, async (_, i) => ({ peer: await w.dial(), text: all[i % 3]! })));
    for (const { peer, text } of peers) peer.send(text);
    await eventually(() => app.seen.length === 30 && app.seen.every((t) => all.includes(t)));
    expect([...app.seen].sort()).toEqual(peers.map((x) => x.text).sort());
  });

  it('that nobody knows are logged once and cost the connection, whatever comes behind', async () => {
    const app = new Taker('all', [...rpcSniffers, h2]);
    const w = await world([app]);
    const p = await w.dial();
    p.send('SSH-2.0-OpenSSH_9.6');
    await settle();
    expect(p.over).toBe(true);
    expect(w.warnings).toHaveLength(1);
    expect(w.warnings[0]).toContain('no app of this port speaks what');
    expect(w.warnings[0]).toContain('53 53 48 2d');
    expect(w.network.openConnections).toBe(0);
  });

  it('more than 24 are never asked for: whoever cannot tell by then has said no', async () => {
    const lengths: number[] = [];
    const endless: Sniffer = {
      protocol: 'endless',
      match: (_b, start, end) => {
        lengths.push(end - start);
        return 'more';
      },
    };
    const late: Sniffer = { protocol: 'late', match: (_b, start, end) => (end - start >= 24 ? 'yes' : 'more') };
    const app = new Taker('all', [endless, late]);
    const w = await world([app]);
    const p = await w.dial();
    for (let i = 0; i < 23; i++) {
      p.send('x');
      await settle(3);
    }
    expect(app.accepted).toEqual([]);
    p.send('xyz');
    await settle();
    expect(app.accepted).toEqual(['late']);
    expect(Math.max(...lengths)).toBe(24);
    const only = await world([new Taker('all', [endless])]);
    const q = await only.dial();
    q.send('y'.repeat(24));
    await settle();
    expect(q.over).toBe(true);
    expect(only.warnings[0]).toContain('no app of this port');
  });

  it('wait for more no longer than headerTimeoutMs, counted from the first byte', async () => {
    const app = new Taker('all', [h2]);
    const w = await world([app], { headerTimeoutMs: 1000 });
    const p = await w.dial();
    await pass(w.clock, 5000);
    expect(p.over).toBe(false);
    p.send('PRI ');
    await pass(w.clock, 900);
    p.send('*');
    await settle();
    expect(p.over).toBe(false);
    await pass(w.clock, 200);
    expect(p.over).toBe(true);
    expect(w.warnings).toEqual([expect.stringContaining('sent 5 bytes and then nothing for 1000 ms')]);
  });

  it('that are told in time leave no timer behind', async () => {
    const app = new Taker('all', [h2]);
    const w = await world([app], { headerTimeoutMs: 1000, maxConnIdleMs: 0 });
    const p = await w.dial();
    p.send('PRI ');
    await settle();
    p.send(PREFACE.slice(4));
    await pass(w.clock, 3000);
    expect(p.over).toBe(false);
    expect(app.accepted).toHaveLength(1);
    expect(w.warnings).toEqual([]);
  });

  it('that never come are limited by maxConnIdleMs alone', async () => {
    const w = await world([new Taker('all', [h2])], { headerTimeoutMs: 100, maxConnIdleMs: 5000 });
    const p = await w.dial();
    await pass(w.clock, 4000, 500);
    expect(p.over).toBe(false);
    await pass(w.clock, 2000, 500);
    expect(p.over).toBe(true);
  });

  it('an end before the first byte is no news, one in the middle is', async () => {
    const w = await world([new Taker('all', [h2])]);
    const probe = await w.dial();
    probe.connection.end();
    await settle();
    expect(probe.over).toBe(true);
    expect(w.warnings).toEqual([]);
    const broken = await w.dial();
    broken.send('PRI');
    broken.connection.end();
    await settle();
    expect(broken.over).toBe(true);
    expect(w.warnings).toEqual([expect.stringContaining('ended after 3 bytes')]);
    const gone = await w.dial();
    gone.send('PRI');
    gone.connection.destroy();
    await settle();
    expect(w.network.openConnections).toBe(0);
  });

  it('an end behind a whole first message reaches the app, not the port', async () => {
    const app = new Taker('all', [h2]);
    const w = await world([app]);
    const p = await w.dial();
    p.send(PREFACE);
    p.connection.end();
    await settle();
    expect(app.seen).toEqual([PREFACE]);
    expect(p.text).toBe('ok\n');
    expect(p.over).toBe(true);
  });

  it('a sniffer that throws costs its connection alone', async () => {
    let broken = true;
    const app = new Taker('all', [{ protocol: 'x', match: () => (broken ? (() => { throw new Error('defect'); })() : 'yes') }]);
    const w = await world([app]);
    const p = await w.dial();
    p.send('hello');
    await settle();
    expect(p.over).toBe(true);
    broken = false;
    const q = await w.dial();
    q.send('hello');
    await settle();
    expect(q.text).toBe('ok\n');
  });
});

describe('TLS', () => {
  const cert = selfSigned();
  const network = createNetwork({ engine: 'stream' });

  async function secure(apps: readonly PortApp[], o: Partial<PortOptions> = {}): Promise<{ port: number; warnings: string[] }> {
    const warnings: string[] = [];
    const logger = createLogger({ write: (r) => void warnings.push(typeof r === 'string' ? r : JSON.stringify(r)) });
    const p = createPort({ address: '127.0.0.1:0', network, logger, tls: cert, ...o });
    for (const a of apps) p.add(a);
    ports.push(p);
    const { address } = await p.listen();
    return { port: (address as { port: number }).port, warnings };
  }

  async function hello(port: number, alpn?: readonly string[]): Promise<TLSSocket> {
    const s = tlsConnect({ port, host: '127.0.0.1', servername: 'localhost', ca: cert.cert, ...(alpn === undefined ? {} : { ALPNProtocols: [...alpn] }) });
    await once(s, 'secureConnect');
    return s;
  }

  async function answer(s: TLSSocket, text: string): Promise<string> {
    s.write(text);
    const [d] = (await once(s, 'data')) as [Buffer];
    s.destroy();
    return d.toString();
  }

  it('what is inside is sniffed again', async () => {
    const app = new Taker('all', [...rpcSniffers, h2, http]);
    const { port, warnings } = await secure([app]);
    const s = await hello(port);
    expect(await answer(s, 'GET / HTTP/1.1\r\n\r\n')).toBe('ok\n');
    expect(app.accepted).toEqual(['http']);
    expect(app.seen).toEqual(['GET / HTTP/1.1\r\n\r\n']);
    expect(warnings).toEqual([]);
  });

  it('ALPN offers what the apps speak, in their order, and settles the matter', async () => {
    const app = new Taker('all', [h2, http]);
    const { port } = await secure([app]);
    const s = await hello(port, ['http/1.1', 'h2']);
    expect(s.alpnProtocol).toBe('h2');
    // No preface, and h2 all the same: it was agreed on.
    expect(await answer(s, 'x')).toBe('ok\n');
    expect(app.accepted).toEqual([h2.protocol]);
  });

  it('protocols that the user lists win over those of the apps', async () => {
    const app = new Taker('all', [h2, http]);
    const { port } = await secure([app], { tls: { ...cert, alpnProtocols: ['http/1.1'] } });
    const s = await hello(port, ['h2', 'http/1.1']);
    expect(s.alpnProtocol).toBe('http/1.1');
    s.destroy();
  });

  it('a plain connection on a TLS port is refused', async () => {
    const app = new Taker('all', [http]);
    const { port, warnings } = await secure([app]);
    for (const text of ['GET / HTTP/1.1\r\n\r\n', '\x16\x02not tls']) {
      const p = new Peer(await network.dial({ kind: 'tcp', host: '127.0.0.1', port }));
      p.send(text);
      await eventually(() => p.over);
      expect(p.text.slice(0, 13)).toBe(text.startsWith('GET') ? 'HTTP/1.1 400 ' : '');
    }
    expect(app.accepted).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining('spoke an HTTP/1 request without TLS'), expect.stringContaining('spoke without TLS')]);
  });

  it('a handshake has headerTimeoutMs, from its first byte; a peer that finished it and is idle has not', async () => {
    const app = new Taker('all', [http]);
    const { port, warnings } = await secure([app], { headerTimeoutMs: 300 });
    const idle = await hello(port);
    const one = new Peer(await network.dial({ kind: 'tcp', host: '127.0.0.1', port }));
    one.send('\x16');
    const some = new Peer(await network.dial({ kind: 'tcp', host: '127.0.0.1', port }));
    some.send('\x16\x03\x01\x02\x00\x01');
    await eventually(() => one.over && some.over);
    expect(warnings).toHaveLength(2);
    expect(warnings.some((x) => x.includes('did not finish its TLS handshake within 300 ms'))).toBe(true);
    expect(idle.destroyed).toBe(false);
    expect(await answer(idle, 'GET / HTTP/1.1\r\n\r\n')).toBe('ok\n');
  });

  it('a handshake that fails is logged and costs its connection', async () => {
    const app = new Taker('all', [http]);
    const { port, warnings } = await secure([app]);
    const p = new Peer(await network.dial({ kind: 'tcp', host: '127.0.0.1', port }));
    p.send(Buffer.concat([Buffer.from('1603010010', 'hex'), Buffer.alloc(16, 0xee)]));
    await eventually(() => p.over);
    await eventually(() => warnings.length === 1);
    expect(warnings[0]).toContain('TLS handshake');
    expect(await answer(await hello(port), 'GET / HTTP/1.1\r\n\r\n')).toBe('ok\n');
  });

  it('a close in the middle of handshakes ends them', async () => {
    const { port } = await secure([new Taker('all', [http])]);
    const p = new Peer(await network.dial({ kind: 'tcp', host: '127.0.0.1', port }));
    p.send('\x16\x03\x01\x02\x00\x01');
    await settle();
    await ports.at(-1)!.close();
    await eventually(() => p.over);
  });
});

describe('options of a port', () => {
  it.each([
    [{}, 'port.address'],
    [{ address: 'no address' }, 'port.address'],
    [{ address: ':0', headerTimeoutMs: -1 }, 'port.headerTimeoutMs'],
    [{ address: ':0', tls: true }, 'port.tls'],
    [{ address: ':0', listener: {} }, 'port.listener'],
    [{ address: ':0', adress: 1 }, 'did you mean "address"'],
  ])('%j is refused', (o, text) => {
    expect(() => createPort(o as never)).toThrow(text);
  });

  it('a listener of one\'s own stands in for the address', async () => {
    const network = createMemoryNetwork();
    const app = new Taker('all', [http]);
    const p = createPort({ network, logger: createLogger({ write: () => undefined }), listener: (accept) => network.listen({ kind: 'memory', name: 'mine' }, accept) }).add(app);
    ports.push(p);
    await p.listen();
    const peer = new Peer(await network.dial({ kind: 'memory', name: 'mine' }));
    peer.send('GET / HTTP/1.1\r\n\r\n');
    await eventually(() => peer.text === 'ok\n');
  });
});
