// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { createFaultProxy, randomPlan } from '@cloudwego/testkit';
import type { FaultProxy, ProxyPlan } from '@cloudwego/testkit';
import { connect, serve, using } from './fixtures/harness.js';

// Calls through a proxy that disturbs the connection at every byte of a request and of a reply.

const wires = ['buffered', 'framed', 'ttheader', 'ttheader-framed'] as const;
const broken = { code: expect.stringMatching(/^KITEX_(REMOTE_OR_NETWORK|CONNECTION_UNAVAILABLE)$/) as string };

async function proxied(target: string, plan: (n: number) => ProxyPlan): Promise<FaultProxy> {
  return using(await createFaultProxy({ target, plan }));
}

describe.each(wires)('over %s', (transport) => {
  /** Size of a request and of its reply, as they are on the line. */
  async function sizes(address: string): Promise<{ up: number; down: number }> {
    const proxy = await proxied(address, () => ({}));
    await connect(proxy.address, { transport, pool: 'short' }).echo({ text: 'hello' });
    const { up, down } = proxy.connections[0]!;
    return { up, down };
  }

  it.each(['split', 'hold'] as const)('a %s at every byte, both ways, changes nothing', { timeout: 120_000 }, async (kind) => {
    const { address } = await serve();
    const { up, down } = await sizes(address);
    for (const [way, size] of [
      ['up', up],
      ['down', down],
    ] as const) {
      const proxy = await proxied(address, (n) => ({ [way]: { faults: [{ at: n, do: kind, forMs: 5 }] } }));
      const client = connect(proxy.address, { transport, pool: 'short', rpcTimeoutMs: 30_000, connectTimeoutMs: 10_000 });
      const replies = await Promise.all(Array.from({ length: size }, () => client.echo({ text: 'hello' })));
      expect(replies).toEqual(Array.from({ length: size }, () => ({ text: 'hello' })));
      expect(proxy.connections.filter((c) => c.struck.length === 1).length).toBe(size);
    }
  });

  it.each(['cut', 'reset', 'end'] as const)('a %s at every byte of the request is an error at the caller and nothing at the handler', { timeout: 120_000 }, async (kind) => {
    let handled = 0;
    const { server, address } = await serve({
      echo: (req) => {
        handled++;
        return req;
      },
    });
    const { up } = await sizes(address);
    handled = 0;
    const proxy = await proxied(address, (n) => ({ up: { faults: [{ at: n, do: kind }] } }));
    const client = connect(proxy.address, { transport, pool: 'short', rpcTimeoutMs: 30_000, connectTimeoutMs: 10_000 });
    const results = await Promise.allSettled(Array.from({ length: up }, () => client.echo({ text: 'hello' })));
    for (const r of results) {
      expect(r.status).toBe('rejected');
      expect((r as PromiseRejectedResult).reason).toMatchObject(broken);
    }
    expect(proxy.connections.map((c) => c.up)).toEqual(Array.from({ length: up }, (_, n) => n));
    expect(handled).toBe(0);
    expect(await connect(address, { transport }).echo({ text: 'x' })).toEqual({ text: 'x' });
    await expect.poll(() => proxy.connections.every((c) => c.closed)).toBe(true);
    expect(await server.stop()).toMatchObject({ forced: 0 });
  });

  it.each(['cut', 'reset', 'end'] as const)('a %s at every byte of the reply is an error at the caller, and behind it none', { timeout: 120_000 }, async (kind) => {
    const { server, address } = await serve();
    const { down } = await sizes(address);
    const proxy = await proxied(address, (n) => ({ down: { faults: [{ at: n, do: kind }] } }));
    const client = connect(proxy.address, { transport, pool: 'short', rpcTimeoutMs: 30_000, connectTimeoutMs: 10_000 });
    const results = await Promise.allSettled(Array.from({ length: down }, () => client.echo({ text: 'hello' })));
    for (const r of results) {
      expect(r.status).toBe('rejected');
      expect((r as PromiseRejectedResult).reason).toMatchObject(broken);
    }
    // The next connection is disturbed behind the last byte.
    expect(await client.echo({ text: 'hello' })).toEqual({ text: 'hello' });
    expect(await connect(address, { transport }).echo({ text: 'x' })).toEqual({ text: 'x' });
    await client.close();
    await expect.poll(() => proxy.connections.every((c) => c.closed)).toBe(true);
    expect(await server.stop()).toMatchObject({ forced: 0 });
  });

  it('pooled connections that break by chance: the right answer or an error, never another answer', { timeout: 120_000 }, async () => {
    const { address } = await serve({
      echo: async (req) => {
        await new Promise((resolve) => setImmediate(resolve));
        return req;
      },
    });
    let right = 0;
    let failed = 0;
    for (let seed = 1; seed <= 4; seed++) {
      const proxy = await proxied(address, randomPlan(seed, { faultRate: 0.6, withinBytes: 3000, maxPieceBytes: 100, maxDelayMs: 1 }));
      const client = connect(proxy.address, { transport, rpcTimeoutMs: 30_000, connectTimeoutMs: 10_000 });
      for (let round = 0; round < 15; round++) {
        await Promise.all(
          Array.from({ length: 8 }, async (_, i) => {
            const text = `${seed}-${round}-${i} `.repeat(1 + i * 4);
            try {
              expect(await client.echo({ text })).toEqual({ text });
              right++;
            } catch (e) {
              expect(e).toMatchObject(broken);
              failed++;
            }
          }),
        );
      }
    }
    expect(right).toBeGreaterThan(100);
    expect(failed).toBeGreaterThan(10);
  });
});
