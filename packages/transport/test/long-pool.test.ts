// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { FakeClock } from '@cloudwego/gopkg/clock/testing';
import type { Address } from '@cloudwego/gopkg/io';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConnPool, LongPoolDump, LongPoolLimits, PoolReporter, ShortPoolDump } from '@cloudwego/transport';
import { createLongPool, createShortPool } from '@cloudwego/transport';
import { TestEntry } from '@cloudwego/transport/testing';

const at = (port: number): Address => ({ kind: 'tcp', host: '127.0.0.1', port });
const o = { connectTimeoutMs: 50, signal: undefined };
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function make(limits: LongPoolLimits & { reporter?: PoolReporter; serviceName?: string } = {}): { clock: FakeClock; pool: ConnPool<TestEntry>; get(port: number, n?: number): TestEntry[]; dump(): LongPoolDump } {
  const clock = new FakeClock();
  const pool = createLongPool<TestEntry>({ ...limits, clock, dial: (a) => new TestEntry(a) });
  return {
    clock,
    pool,
    get: (port, n = 1) => Array.from({ length: n }, () => pool.get(at(port), o) as TestEntry),
    dump: () => pool.dump() as LongPoolDump,
  };
}

const dead = (list: readonly TestEntry[]): number => list.filter((e) => e.destroyed > 0).length;

describe('limits of the long pool', () => {
  it('are those of Kitex unless given', () => {
    expect(make().dump().limits).toEqual({ maxIdlePerAddress: 10, maxIdleGlobal: 100, maxIdleTimeoutMs: 60_000, minIdlePerAddress: 0 });
    expect(make({ maxIdlePerAddress: 500 }).dump().limits).toMatchObject({ maxIdlePerAddress: 500, maxIdleGlobal: 500 });
  });

  it.each([
    [{ maxIdlePerAddress: 0 }, 'pool.maxIdlePerAddress'],
    [{ maxIdlePerAddress: 2, minIdlePerAddress: 3 }, 'at least minIdlePerAddress (3)'],
    [{ maxIdlePerAddress: 20, maxIdleGlobal: 10 }, 'at least maxIdlePerAddress (20)'],
    [{ maxIdleTimeoutMs: 1999 }, 'pool.maxIdleTimeoutMs'],
    [{ minIdlePerAddress: 6 }, 'pool.minIdlePerAddress'],
    [{ maxIdle: 1 }, 'unknown option "maxIdle"'],
  ])('%j is refused', (limits, text) => {
    expect(() => make(limits as LongPoolLimits)).toThrow(text);
  });

  it('per address hold one turn after put, the oldest going first', async () => {
    const { clock, pool, get, dump } = make({ maxIdlePerAddress: 3 });
    const all = get(1, 8);
    for (const e of all) {
      pool.put(e);
      clock.advance(1);
    }
    expect(dead(all)).toBe(0);
    await turn();
    expect(all.map((e) => e.destroyed)).toEqual([1, 1, 1, 1, 1, 0, 0, 0]);
    expect(dump().idle).toBe(3);
  });

  it('in all hold one turn after put, the oldest going first, whatever its address', async () => {
    const { clock, pool, get, dump } = make({ maxIdlePerAddress: 4, maxIdleGlobal: 6 });
    const all = [1, 2, 3].flatMap((p) => get(p, 3));
    const order = [0, 3, 6, 1, 4, 7, 2, 5, 8].map((i) => all[i]!);
    for (const e of order) {
      pool.put(e);
      clock.advance(1);
    }
    await turn();
    expect(order.map((e) => e.destroyed)).toEqual([1, 1, 1, 0, 0, 0, 0, 0, 0]);
    expect(dump()).toMatchObject({ idle: 6, active: 0 });
  });

  it('connections that died give way before those that live', async () => {
    const { pool, get } = make({ maxIdlePerAddress: 2 });
    const all = get(1, 4);
    for (const e of all) pool.put(e);
    all[2]!.alive = false;
    all[3]!.alive = false;
    await turn();
    expect(all.map((e) => e.destroyed)).toEqual([0, 0, 1, 1]);
  });

  it('do not bound connections in use', () => {
    const { get, dump } = make({ maxIdlePerAddress: 1, maxIdleGlobal: 1 });
    get(1, 50);
    expect(dump()).toMatchObject({ active: 50, idle: 0 });
  });
});

describe('the sweep of the long pool', () => {
  it('closes what was idle for maxIdleTimeoutMs, and the timer rests when nothing is idle', () => {
    const { clock, pool, get, dump } = make({ maxIdleTimeoutMs: 4000 });
    const [a, b] = get(1, 2) as [TestEntry, TestEntry];
    pool.put(a);
    clock.advance(3000);
    pool.put(b);
    expect([a.destroyed, b.destroyed]).toEqual([0, 0]);
    clock.advance(3100);
    expect([a.destroyed, b.destroyed]).toEqual([1, 0]);
    clock.advance(4000);
    expect(b.destroyed).toBe(1);
    expect(dump()).toMatchObject({ idle: 0, addresses: {} });
    expect(clock.wheel.size).toBe(0);
    const [c] = get(1);
    pool.put(c!);
    clock.advance(7000);
    expect(c!.destroyed).toBe(1);
  });

  it('never closes a connection before its time', () => {
    const { clock, pool, get } = make({ maxIdleTimeoutMs: 4000 });
    for (let i = 0; i < 30; i++) {
      const [e] = get(1);
      pool.put(e!);
      clock.advance(3999);
      expect(e!.destroyed).toBe(0);
    }
  });

  it('spares minIdlePerAddress of each address, the newest, but not dead ones', () => {
    const { clock, pool, get } = make({ maxIdleTimeoutMs: 2000, minIdlePerAddress: 2 });
    const one = get(1, 4);
    const two = get(2, 1);
    for (const e of [...one, ...two]) {
      pool.put(e);
      clock.advance(1);
    }
    clock.advance(60_000);
    expect(one.map((e) => e.destroyed)).toEqual([1, 1, 0, 0]);
    expect(two[0]!.destroyed).toBe(0);
    one[3]!.alive = false;
    clock.advance(2000);
    expect(one.map((e) => e.destroyed)).toEqual([1, 1, 0, 1]);
  });

  it('takes connections that died, in their time or not', () => {
    const { clock, pool, get, dump } = make();
    const all = get(1, 3);
    for (const e of all) pool.put(e);
    all[1]!.alive = false;
    clock.advance(30_100);
    expect(all.map((e) => e.destroyed)).toEqual([0, 1, 0]);
    expect(dump().idle).toBe(2);
  });
});

describe('what a pool remembers', () => {
  it('is nothing of an address whose connections are all gone', () => {
    const { pool, get, dump } = make();
    for (let p = 1; p <= 100; p++) pool.discard(get(p)[0]!);
    expect(dump().addresses).toEqual({});
  });

  it('counts and ages per address', () => {
    const { clock, pool, get, dump } = make();
    const [a, b] = get(1, 2) as [TestEntry, TestEntry];
    const [c] = get(2);
    pool.put(a);
    clock.advance(10);
    pool.put(b);
    clock.advance(5);
    expect(dump()).toEqual({
      kind: 'long',
      limits: expect.any(Object) as unknown,
      active: 1,
      dialing: 0,
      idle: 2,
      addresses: { '127.0.0.1:1': { active: 0, idleMs: [15, 5] }, '127.0.0.1:2': { active: 1, idleMs: [] } },
    });
    pool.discard(c!);
  });

  it('dials under way', async () => {
    let answer: (e: TestEntry) => void = () => undefined;
    const long = createLongPool<TestEntry>({ clock: new FakeClock(), dial: () => new Promise((r) => (answer = r)) });
    const p = Promise.resolve(long.get(at(1), o));
    expect(long.dump()).toMatchObject({ dialing: 1, active: 0 });
    answer(new TestEntry(at(1)));
    await p;
    expect(long.dump()).toMatchObject({ dialing: 0, active: 1 });
    const short = createShortPool<TestEntry>({ dial: (a) => new TestEntry(a) });
    await short.get(at(1), o);
    expect(short.dump() as ShortPoolDump).toEqual({ kind: 'short', active: 1, dialing: 0 });
  });
});

describe('a reporter', () => {
  function reporter(told: unknown[][]): PoolReporter {
    return {
      connSucceed: (...a) => told.push(['made', ...a]),
      connFailed: (...a) => told.push(['failed', ...a]),
      reuseSucceed: (...a) => told.push(['reused', ...a]),
    };
  }

  it('hears of connections made, reused and refused', async () => {
    const told: unknown[][] = [];
    const { pool, get } = make({ reporter: reporter(told), serviceName: 'echo' });
    const [e] = get(1);
    pool.put(e!);
    get(1);
    expect(told).toEqual([
      ['made', 'long', 'echo', at(1)],
      ['reused', 'long', 'echo', at(1)],
    ]);
    told.length = 0;
    const cause = new Error('refused');
    const short = createShortPool<TestEntry>({ dial: () => Promise.reject(cause), reporter: reporter(told), serviceName: 'echo' });
    await expect(Promise.resolve(short.get(at(2), o))).rejects.toBe(cause);
    expect(told).toEqual([['failed', 'short', 'echo', at(2), cause]]);
  });

  it('does not hear of callers that gave up', async () => {
    const told: unknown[][] = [];
    const pool = createLongPool<TestEntry>({ clock: new FakeClock(), dial: () => new Promise(() => undefined), reporter: reporter(told) });
    const stop = new AbortController();
    const p = Promise.resolve(pool.get(at(1), { ...o, signal: stop.signal }));
    stop.abort();
    await expect(p).rejects.toMatchObject({ code: 'TRANSPORT_POOL_GET_CANCELED' });
    expect(told).toEqual([]);
  });
});

describe('random use', () => {
  it('never keeps more than the limits allow once a turn has passed, and counts right', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 0, max: 4 }),
        fc.array(fc.oneof(fc.record({ get: fc.nat(3) }), fc.record({ put: fc.nat(20) }), fc.record({ discard: fc.nat(20) }), fc.record({ kill: fc.nat(20) }), fc.record({ clean: fc.nat(3) }), fc.record({ pass: fc.integer({ min: 1, max: 3000 }) })), { maxLength: 60 }),
        async (perAddress, more, steps) => {
          const { clock, pool, get, dump } = make({ maxIdlePerAddress: perAddress, maxIdleGlobal: perAddress + more, maxIdleTimeoutMs: 2000 });
          const used: TestEntry[] = [];
          const all: TestEntry[] = [];
          for (const s of steps) {
            if ('get' in s) {
              const [e] = get(s.get);
              used.push(e!);
              if (!all.includes(e!)) all.push(e!);
            } else if ('put' in s || 'discard' in s) {
              const e = used.splice(('put' in s ? s.put : s.discard) % Math.max(1, used.length), 1)[0];
              if (e !== undefined) pool['put' in s ? 'put' : 'discard'](e);
            } else if ('kill' in s) {
              const e = all[s.kill % Math.max(1, all.length)];
              if (e !== undefined) e.alive = false;
            } else if ('clean' in s) {
              pool.clean(at(s.clean));
            } else {
              await turn();
              clock.advance(s.pass);
              const d = dump();
              expect(d.idle).toBeLessThanOrEqual(perAddress + more);
              for (const a of Object.values(d.addresses)) {
                expect(a.idleMs.length).toBeLessThanOrEqual(perAddress);
                for (const ms of a.idleMs) expect(ms).toBeLessThan(3000 + 1);
              }
            }
            const d = dump();
            expect(d.active).toBe(used.length);
            expect(d.idle).toBe(Object.values(d.addresses).reduce((n, a) => n + a.idleMs.length, 0));
            expect(d.idle + d.active).toBe(all.length - dead(all));
          }
          await pool.close();
          expect(all.every((e) => e.destroyed === 1)).toBe(true);
        },
      ),
      { numRuns: 150 },
    );
  });
});
