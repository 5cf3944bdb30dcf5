// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { createLogger } from '@cloudwego/gopkg/logger';
import { Hertz, streamBody } from '@cloudwego/hertz';
import { describe, expect, it } from 'vitest';

const logger = createLogger({ write: () => undefined });

/** A client that says bytes, and keeps what it hears. */
function talk(port: number, say: string): { socket: Socket; heard(): string } {
  let all = '';
  const socket = connect(port, '127.0.0.1');
  socket.on('data', (b) => { all += b.toString('latin1'); });
  socket.on('error', () => undefined);
  socket.write(say);
  return { socket, heard: () => all };
}

describe.each(['netpoll', 'node'] as const)('streams on %s', (carrier) => {
  const serve = async (h: Hertz): Promise<number> => Number((await h.start()).address.split(':')[1]);
  const make = (): Hertz => new Hertz({ logger, carrier, hostPorts: '127.0.0.1:0' });

  it('trailers come and go, announced; interim answers go before', async () => {
    await using h = make();
    h.post('/', streamBody(), async (c) => {
      c.inform(103, ['Link', '</a.css>; rel=preload']);
      c.setTrailer('X-Sum', '0');
      const out = c.startStream();
      let n = 0;
      for await (const b of c.bodyStream()) {
        n += b.length;
        await out.write(b);
      }
      c.setTrailer('X-Sum', `${n} ${c.requestTrailers.join('=')}`);
    });
    const t = talk(await serve(h), 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: X-In\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nX-In: v\r\n\r\n');
    await expect.poll(t.heard, { timeout: 30_000 }).toContain('X-Sum: 5 X-In=v\r\n\r\n');
    expect(t.heard()).toMatch(/^HTTP\/1\.1 103 Early Hints\r\nLink: <\/a\.css>; rel=preload\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
    expect(t.heard()).toContain('Trailer: X-Sum\r\n');
    t.socket.destroy();
  });

  it('100 is said when the body is read, and not when it is not', async () => {
    await using h = make();
    h.post('/read', streamBody(), async (c) => {
      let body = '';
      for await (const b of c.bodyStream()) body += Buffer.from(b).toString();
      c.string(200, body);
    });
    h.post('/refuse', streamBody(), (c) => { c.string(403, 'no'); });
    const port = await serve(h);
    const head = 'Host: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n';
    const read = talk(port, `POST /read HTTP/1.1\r\n${head}`);
    await expect.poll(read.heard, { timeout: 30_000 }).toContain('HTTP/1.1 100 Continue\r\n\r\n');
    read.socket.write('hi');
    await expect.poll(read.heard, { timeout: 30_000 }).toMatch(/200 OK[^]*\r\n\r\nhi$/);
    const refused = talk(port, `POST /refuse HTTP/1.1\r\n${head}`);
    await expect.poll(refused.heard, { timeout: 30_000 }).toMatch(/^HTTP\/1\.1 403 [^]*\r\n\r\nno$/);
    read.socket.destroy();
    refused.socket.destroy();
  });

  it('a connection is given away to CONNECT, with what was sent behind it', async () => {
    await using h = make();
    h.handle('CONNECT', '/*any', (c) => {
      const conn = c.upgrade(['X-Tunnel', '1']);
      const tunnel = conn.toDuplex();
      tunnel.on('data', (b: Buffer) => tunnel.write(b.toString().toUpperCase()));
      tunnel.on('error', () => undefined);
    });
    h.get('/', (c) => { c.upgrade([], 200); });
    const port = await serve(h);
    const t = talk(port, 'CONNECT x:1 HTTP/1.1\r\nHost: x:1\r\n\r\nearly ');
    await expect.poll(t.heard, { timeout: 30_000 }).toMatch(/^HTTP\/1\.1 200 [^]*X-Tunnel: 1\r\n[^]*EARLY $/);
    t.socket.write('later');
    await expect.poll(t.heard, { timeout: 30_000 }).toMatch(/EARLY LATER$/);
    t.socket.destroy();
    // Whoever reads 200 to GET goes on with HTTP: it cannot be given away.
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(500);
  });
});
