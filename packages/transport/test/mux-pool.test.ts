// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { FakeClock } from '@cloudwego/gopkg/clock/testing';
import type { Address } from '@cloudwego/gopkg/io';
import { describe, expect, it } from 'vitest';
import type { ConnPool, MuxPoolDump, MuxPoolLimits } from '@cloudwego/transport';
import { createMuxPool } from '@cloudwego/transport';
import { TestEntry } from '@cloudwego/transport/testing';

const at = (port: number): Address => ({ kind: 'tcp', host: '127.0.0.1', port });
const o = { connectTimeoutMs: 50, signal: undefined };

/** A pool whose dials answer at once. */
function make(limits: MuxPoolLimits = {}): { clock: FakeClock; pool: ConnPool<TestEntry>; made: TestEntry[]; get(port?: number): TestEntry; dump(): MuxPoolDump } {
  const clock = new FakeClock();
  const made: TestEntry[] = [];
  const pool = createMuxPool<TestEntry>({
    connectionsPerAddress: 3,
    ...limits,
    clock,
    dial: (a) => {
      const e = new TestEntry(a);
      made.push(e);
      return e;
    },
  });
  return { clock, pool, made, get: (port = 1) => pool.get(at(port), o) as TestEntry, dump: () => pool.dump() as MuxPoolDump };
}

/** A pool whose dials are answered by hand. */
function slow(): { pool: ConnPool<TestEntry>; dials: { ok(): TestEntry; fail(e: Error): void; signal: AbortSignal | undefined }[]; get(signal?: AbortSignal): Promise<TestEntry> } {
  const dials: { ok(): TestEntry; fail(e: Error): void; signal: AbortSignal | undefined }[] = [];
  const pool = createMuxPool<TestEntry>({
    connectionsPerAddress: 1,
    clock: new FakeClock(),
    dial: (a, d) =>
      new Promise((resolve, reject) => {
        dials.push({
          signal: d.signal,
          ok: () => {
            const e = new TestEntry(a);
            resolve(e);
            return e;
          },
          fail: reject,
        });
      }),
  });
  return { pool, dials, get: async (signal) => pool.get(at(1), { connectTimeoutMs: 50, signal }) };
}

describe('a multiplexing pool', () => {
  it('makes so many connections per address as it may, lazily, and gives them in turn', () => {
    const { get, made, dump } = make();
    expect(made.length).toBe(0);
    const given = Array.from({ length: 7 }, () => get());
    expect(made.length).toBe(3);
    expect(given).toEqual([...made, ...made, made[0]]);
    get(2);
    expect(dump()).toMatchObject({ calls: 8, connections: 4, addresses: { '127.0.0.1:1': [3, 2, 2], '127.0.0.1:2': [1] } });
  });

  it('refuses limits that make no sense', () => {
    expect(() => make({ connectionsPerAddress: 0 })).toThrow('pool.connectionsPerAddress');
    expect(() => make({ maxIdleTimeoutMs: 10 })).toThrow('pool.maxIdleTimeoutMs');
    expect(() => make({ maxIdle: 1 } as never)).toThrow('unknown option "maxIdle"');
  });

  it('retires a connection that said goodbye: no further call, destroyed with its last one', () => {
    const { get, made, pool, dump } = make({ connectionsPerAddress: 1 });
    const a = get();
    expect(get()).toBe(a);
    a.alive = false;
    const b = get();
    expect(b).not.toBe(a);
    expect(a.destroyed).toBe(0);
    expect(dump()).toMatchObject({ connections: 1, leaving: 1, calls: 3 });
    pool.put(a);
    expect(a.destroyed).toBe(0);
    pool.put(a);
    expect(a.destroyed).toBe(1);
    pool.put(a);
    expect(made.map((e) => e.destroyed)).toEqual([1, 0]);
    expect(get()).toBe(b);
  });

  it('retires one that a call discards, with the calls that are still on it', () => {
    const { get, pool } = make({ connectionsPerAddress: 1 });
    const a = get();
    get();
    pool.discard(a);
    expect(a.destroyed).toBe(0);
    expect(get()).not.toBe(a);
    pool.put(a);
    expect(a.destroyed).toBe(1);
  });

  it('cleans an address: what is idle at once, what is in use with its last call', () => {
    const { get, pool, dump } = make();
    const [used, idle, other] = [get(), get(), get(2)];
    pool.put(idle);
    pool.clean(at(1));
    expect([used.destroyed, idle.destroyed, other.destroyed]).toEqual([0, 1, 0]);
    const fresh = get();
    expect([used, idle]).not.toContain(fresh);
    pool.put(used);
    expect(used.destroyed).toBe(1);
    pool.put(fresh);
    expect(fresh.destroyed).toBe(0);
    expect(Object.keys(dump().addresses).sort()).toEqual(['127.0.0.1:1', '127.0.0.1:2']);
  });

  it('sweeps what has had no call for too long, and forgets the address', () => {
    const { get, pool, clock, dump, made } = make({ maxIdleTimeoutMs: 10_000 });
    const [a, b] = [get(), get()];
    pool.put(a);
    clock.advance(30_000);
    expect([a.destroyed, b.destroyed]).toEqual([1, 0]);
    pool.put(b);
    clock.advance(6_000);
    expect(b.destroyed).toBe(0);
    clock.advance(30_000);
    expect(b.destroyed).toBe(1);
    expect(dump()).toMatchObject({ connections: 0, addresses: {} });
    expect(clock.wheel.size).toBe(0);
    expect(made.map((e) => e.destroyed)).toEqual([1, 1]);
  });

  it('makes one connection for all who want it; the last one to give up ends the dial', async () => {
    const { dials, get } = slow();
    const stop = new AbortController();
    const [a, b, c] = [get(), get(stop.signal), get()];
    expect(dials.length).toBe(1);
    stop.abort(new Error('no longer wanted'));
    await expect(b).rejects.toMatchObject({ code: 'TRANSPORT_POOL_GET_CANCELED' });
    expect(dials[0]!.signal?.aborted).toBe(false);
    const e = dials[0]!.ok();
    expect(await a).toBe(e);
    expect(await c).toBe(e);
    expect(e.destroyed).toBe(0);
  });

  it('fails all of them when it cannot be made, and tries anew', async () => {
    const { dials, get } = slow();
    const both = [get(), get()];
    dials[0]!.fail(new Error('refused'));
    for (const p of both) await expect(p).rejects.toThrow('refused');
    const again = get();
    expect(dials.length).toBe(2);
    expect(await Promise.all([again, dials[1]!.ok()]).then(([x, y]) => x === y)).toBe(true);
  });

  it('gives a connection that came after its address was cleaned to its caller alone', async () => {
    const { dials, get, pool } = slow();
    const a = get();
    pool.clean(at(1));
    const e = dials[0]!.ok();
    expect(await a).toBe(e);
    void get().catch(() => undefined);
    expect(dials.length).toBe(2);
    pool.put(e);
    expect(e.destroyed).toBe(1);
    await pool.close();
  });
});
