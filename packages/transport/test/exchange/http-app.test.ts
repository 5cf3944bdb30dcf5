// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { FakeClock } from '@cloudwego/gopkg/clock/testing';
import type { Connection } from '@cloudwego/gopkg/io';
import { createLogger } from '@cloudwego/gopkg/logger';
import { createHostileNetwork } from '@cloudwego/netpoll/testing';
import { createPort, HttpApp } from '@cloudwego/transport';
import type { Exchange } from '@cloudwego/transport';
import { describe, expect, it } from 'vitest';
import { holdCall, replies, RpcApp } from '../fixtures/rpc-app.js';
import { eventually, pass, Peer, settle } from '../fixtures/support.js';

const logger = createLogger({ write: () => undefined });
const GET = Buffer.from('GET /x HTTP/1.1\r\nHost: a\r\n\r\n');

async function world(onExchange: (x: Exchange) => void, o: { readonly idleTimeoutMs?: number } = {}): Promise<{ clock: FakeClock; rpc: RpcApp; http: HttpApp; dial: () => Promise<Peer>; close: () => Promise<unknown> }> {
  const clock = new FakeClock();
  const network = createHostileNetwork({ clock, seed: 7 });
  const rpc = new RpcApp(network);
  const http = new HttpApp(onExchange, { clock, ...o });
  const port = createPort({ address: 'memory:p', network, logger }).add(rpc).add(http);
  await port.listen();
  return { clock, rpc, http, dial: async () => new Peer(await network.dial({ kind: 'memory', name: 'p' })), close: () => port.close() };
}

describe('an app of HTTP on a port', () => {
  it('is served beside RPC, told apart by the first bytes', async () => {
    const w = await world((x) => {
      x.respond(200, [], 'hello');
    });
    w.rpc.open = true;
    const [a, b] = [await w.dial(), await w.dial()];
    a.send(GET);
    b.send(holdCall());
    await eventually(() => a.bytes.toString().endsWith('hello'));
    await eventually(() => replies(b.bytes).length === 1);
    const closing = w.close();
    await pass(w.clock, 400);
    await closing;
    expect(a.over && b.over).toBe(true);
  });

  it('closes a connection that is idle too long, not one that waits for its answer', async () => {
    const held: Exchange[] = [];
    const w = await world((x) => {
      held.push(x);
    }, { idleTimeoutMs: 100 });
    const p = await w.dial();
    p.send(GET);
    await eventually(() => held.length === 1);
    w.clock.advance(1000);
    await settle();
    expect(p.over).toBe(false);
    held[0]!.respond(200, [], 'x');
    await eventually(() => p.bytes.length > 0);
    w.clock.advance(300);
    await eventually(() => p.over);
  });

  it('gives a connection away with 101, and what came behind the request with it', async () => {
    const got: string[] = [];
    let taken: Connection | undefined;
    const w = await world((x) => {
      const c = x.upgrade!(['Connection', 'Upgrade', 'Upgrade', 'echo']);
      taken = c;
      c.attach({
        need: 1,
        receive: (b, from, to) => {
          got.push(b.toString('latin1', from, to));
          c.beginWrite(16).bytes(Buffer.from(b.subarray(from, to)));
          c.endWrite();
          return to - from;
        },
        receiveEnd: () => undefined,
        writable: () => undefined,
        closed: () => undefined,
      });
    }, { idleTimeoutMs: 50 });
    const p = await w.dial();
    p.send(Buffer.from('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nraw'));
    await eventually(() => got.join('').startsWith('raw'));
    await eventually(() => p.bytes.toString().endsWith('\r\n\r\nraw'));
    expect(p.bytes.toString()).toMatch(/^HTTP\/1\.1 101 Switching Protocols\r\nConnection: Upgrade\r\n/);
    w.clock.advance(500);
    p.send(Buffer.from('more'));
    await eventually(() => got.join('') === 'rawmore');
    expect(w.http.active).toBe(0);
    taken!.destroy();
  });
});
