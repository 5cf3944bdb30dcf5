// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Connection, Network } from '@cloudwego/gopkg/io';
import { formatAddress, parseAddress } from '@cloudwego/gopkg/io';
import { createNetwork } from '@cloudwego/netpoll';
import { eventually, pattern, Recorder, send } from '@cloudwego/netpoll/testing';
import { createFaultProxy, randomPlan, tempDir } from '@cloudwego/testkit';
import type { FaultProxy, ProxyFault, ProxyPlan } from '@cloudwego/testkit';

const message = pattern(48);
const kinds: readonly (readonly [string, (at: number) => ProxyFault])[] = [
  ['cut', (at) => ({ at, do: 'cut' })],
  ['reset', (at) => ({ at, do: 'reset' })],
  ['half-close', (at) => ({ at, do: 'end' })],
  ['delay', (at) => ({ at, do: 'hold', forMs: 15 })],
  ['split', (at) => ({ at, do: 'split' })],
];

/** A server that answers each message of the length of `message` when it is whole, behind a proxy. */
async function echoBehind(network: Network, where: 'tcp' | 'unix', plan: (n: number) => ProxyPlan): Promise<{ proxy: FaultProxy; servers: { c: Connection; r: Recorder }[] }> {
  const dir = tempDir();
  const servers: { c: Connection; r: Recorder }[] = [];
  const listener = await network.listen(parseAddress(where === 'tcp' ? '127.0.0.1:0' : `unix:${dir.file('server')}`), (c) => {
    const r = new Recorder(`server ${servers.length}`);
    r.need = message.length;
    r.take = (buf, start, end) => {
      if (end - start < message.length) return 0;
      send(c, buf.subarray(start, start + message.length));
      return message.length;
    };
    r.onEnd = () => {
      c.end();
    };
    servers.push({ c, r });
    c.attach(r);
  });
  const proxy = await createFaultProxy({ target: formatAddress(listener.address), plan, ...(where === 'tcp' ? {} : { listen: `unix:${dir.file('proxy')}` }) });
  onTestFinished(async () => {
    await proxy.close();
    await listener.close();
    for (const s of servers) s.c.destroy();
    dir[Symbol.dispose]();
  });
  return { proxy, servers };
}

const engines = ['stream'] as const;

describe.each(engines)('engine %s behind a proxy', (engine) => {
  describe.each(['up', 'down'] as const)('on the way %s', (way) => {
    it.each(kinds)('survives a %s at every byte', { timeout: 60_000 }, async (_kind, fault) => {
      const network = createNetwork({ engine });
      const { proxy, servers } = await echoBehind(network, 'tcp', (n) => ({ [way]: { faults: [fault(n)] } }));
      const clients: { c: Connection; r: Recorder }[] = [];
      for (let at = 0; at <= message.length; at++) {
        const c = await network.dial(parseAddress(proxy.address), { connectTimeoutMs: 10_000 });
        const r = new Recorder(`client ${at}`);
        c.attach(r);
        send(c, message);
        clients.push({ c, r });
        // The proxy counts connections in the order in which it accepts them.
        await eventually(() => proxy.connections.length === at + 1, 'the proxy has it');
      }
      for (const [at, { c, r }] of clients.entries()) {
        const harmless = ['hold', 'split'].includes(fault(at).do);
        if (harmless) {
          await eventually(() => r.length === message.length, `the echo comes, disturbed at ${at}`);
        } else {
          await eventually(() => r.ends + r.closes.length > 0, `the client is told, disturbed at ${at}`);
          if (r.closes.length > 0) expect(r.closes[0]).toMatchObject({ code: 'NETPOLL_CONN_RESET' });
          // A half-close of the way up that comes behind the message does no harm.
          if (way === 'up' && at < message.length) expect(r.length).toBe(0);
        }
        expect(message.subarray(0, r.length).equals(r.bytes()), 'a beginning of the message, and nothing else').toBe(true);
        expect(proxy.connections[at]!.struck.length).toBe(1);
        if (harmless) expect(r.closes).toEqual([]);
        c.end();
      }
      // Both ends of every connection come to their end, once, without faults.
      const all = [...clients, ...servers];
      await eventually(() => {
        for (const { c, r } of all) if (r.ends > 0) c.end();
        for (const { c } of clients) if (c.pendingBytes === 0) c.end();
        return all.every(({ r }) => r.closes.length === 1);
      }, 'all connections are closed');
      for (const { r } of all) expect(r.faults).toEqual([]);
    });
  });

  it('echoes byte by byte, and through a throttle, over TCP and unix sockets', { timeout: 60_000 }, async () => {
    const network = createNetwork({ engine });
    for (const where of ['tcp', 'unix'] as const) {
      for (const plan of [{ up: { pieceBytes: 1 }, down: { pieceBytes: 1 } }, { up: { pieceBytes: 7, bytesPerSecond: 4000 }, down: { delayMs: 3 } }] satisfies ProxyPlan[]) {
        const { proxy } = await echoBehind(network, where, () => plan);
        const c = await network.dial(parseAddress(proxy.address));
        const r = new Recorder('client');
        c.attach(r);
        for (let i = 0; i < 5; i++) send(c, message);
        await eventually(() => r.length === 5 * message.length, 'all echoes come');
        expect(r.bytes().equals(Buffer.concat(Array.from({ length: 5 }, () => message)))).toBe(true);
        await c.close();
      }
    }
  });

  it('gives the right bytes or an end on many connections at once, with faults by chance', { timeout: 60_000 }, async () => {
    const network = createNetwork({ engine });
    let ended = 0;
    let whole = 0;
    for (let seed = 1; seed <= 3; seed++) {
      const { proxy } = await echoBehind(network, 'tcp', randomPlan(seed, { faultRate: 0.5, withinBytes: 480, maxPieceBytes: 40, maxDelayMs: 3 }));
      await Promise.all(
        Array.from({ length: 60 }, async () => {
          const c = await network.dial(parseAddress(proxy.address), { connectTimeoutMs: 10_000 });
          const r = new Recorder('client');
          c.attach(r);
          for (let i = 0; i < 10; i++) send(c, message);
          c.end();
          await eventually(() => r.ends + r.closes.length > 0, 'it comes to an end');
          const all = Buffer.concat(Array.from({ length: 10 }, () => message));
          expect(all.subarray(0, r.length).equals(r.bytes())).toBe(true);
          if (r.length === all.length) whole++;
          else ended++;
          c.destroy();
          await c.close();
          expect(r.faults).toEqual([]);
        }),
      );
    }
    expect(whole).toBeGreaterThan(30);
    expect(ended).toBeGreaterThan(30);
  });
});
