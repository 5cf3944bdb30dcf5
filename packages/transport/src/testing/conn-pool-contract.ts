// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import type { Clock } from '@cloudwego/gopkg/clock';
import { FakeClock } from '@cloudwego/gopkg/clock/testing';
import type { Address } from '@cloudwego/gopkg/io';
import type { ContractCase } from '@cloudwego/netpoll/testing';
import type { ConnPool, PoolDial, PoolEntry, PoolGetOptions } from '../pool/pool.js';
import { Dice, eventually, turn } from './support.js';

/** An entry that is nothing but its state. */
export class TestEntry implements PoolEntry {
  readonly address: Address;
  lastUsedAt: number = 0;
  /** Cleared when its peer goes away. */
  alive: boolean = true;
  /** How often `destroy` was called. */
  destroyed: number = 0;

  constructor(address: Address) {
    this.address = address;
  }

  usable(): boolean {
    return this.alive && this.destroyed === 0;
  }

  destroy(): void {
    this.destroyed++;
  }
}

/** What the suite needs to run on an implementation. */
export interface ConnPoolSubject {
  create(o: { readonly dial: PoolDial<TestEntry>; readonly clock: Clock }): ConnPool<TestEntry>;
  /** Connections are kept between calls. */
  readonly keeps: boolean;
  /** Calls share connections, several of which are made per address. @defaultValue false */
  readonly shares?: boolean;
}

interface Dial {
  readonly address: Address;
  readonly o: PoolGetOptions;
  ok(): TestEntry;
  fail(e: Error): void;
}

/** A pool with everything around it in the hands of the case. */
class Work {
  readonly clock: FakeClock = new FakeClock();
  readonly pool: ConnPool<TestEntry>;
  readonly entries: TestEntry[] = [];
  /** Dials that were not answered yet. */
  readonly dials: Dial[] = [];
  /** Dials are answered at once. */
  quick: boolean = true;

  constructor(subject: ConnPoolSubject) {
    this.pool = subject.create({
      clock: this.clock,
      dial: (address, o) =>
        new Promise((resolve, reject) => {
          const d: Dial = {
            address,
            o,
            ok: () => {
              const e = new TestEntry(address);
              this.entries.push(e);
              resolve(e);
              return e;
            },
            fail: reject,
          };
          if (this.quick) d.ok();
          else this.dials.push(d);
        }),
    });
  }

  async get(address: Address = at(1), signal?: AbortSignal): Promise<TestEntry> {
    return this.pool.get(address, { connectTimeoutMs: 50, signal });
  }
}

const at = (port: number): Address => ({ kind: 'tcp', host: '127.0.0.1', port });

/** What should fail without waiting for anything, and its error. */
async function rejection(f: () => unknown, what: string): Promise<Error & { readonly code?: string }> {
  let e: unknown;
  let over = false;
  void (async (): Promise<unknown> => f())().then(
    () => {
      over = true;
    },
    (x: unknown) => {
      e = x;
      over = true;
    },
  );
  await eventually(() => over, `${what} settles`, 1000);
  assert.ok(e instanceof Error, `${what}: it should fail with an Error`);
  return e;
}

/**
 * The rules of {@link ConnPool}.
 * Errors: cases throw AssertionError.
 */
export function connPoolContract(subject: ConnPoolSubject): readonly ContractCase[] {
  const cases: ContractCase[] = [];
  const alone = subject.shares === true ? 'calls share connections' : undefined;
  const kept = alone ?? (subject.keeps ? undefined : 'nothing is kept between calls');
  const add = (name: string, skip: string | undefined, run: (w: Work) => Promise<void>): void => {
    cases.push({ name, skip, run: async () => run(new Work(subject)) });
  };

  add('get dials the address, with its limit', undefined, async (w) => {
    w.quick = false;
    const p = w.get(at(7));
    assert.equal(w.dials.length, 1);
    assert.deepEqual(w.dials[0]!.address, at(7));
    assert.equal(w.dials[0]!.o.connectTimeoutMs, 50);
    const e = w.dials[0]!.ok();
    assert.equal(await p, e);
    assert.equal(e.destroyed, 0);
  });

  add('a dial that fails fails its get, and nothing else', undefined, async (w) => {
    w.quick = false;
    const a = w.get();
    const b = w.get();
    const cause = new Error('refused');
    w.dials[0]!.fail(cause);
    assert.equal(await rejection(() => a, 'get'), cause);
    w.dials[1]!.ok();
    assert.equal((await b).destroyed, 0);
  });

  add('a dialer that throws, or answers at once, is as good as one that takes its time', undefined, async (w) => {
    let answer: () => TestEntry = () => {
      throw new Error('thrown');
    };
    const pool = subject.create({ clock: w.clock, dial: () => answer() });
    const get = async (): Promise<TestEntry> => pool.get(at(1), { connectTimeoutMs: 0, signal: undefined });
    assert.equal((await rejection(get, 'get')).message, 'thrown');
    const e = new TestEntry(at(1));
    answer = () => e;
    assert.equal(await get(), e);
    await pool.close();
    assert.equal(e.destroyed, 1);
  });

  add('two calls never share an entry', alone, async (w) => {
    const given = await Promise.all(Array.from({ length: 20 }, () => w.get()));
    for (let i = 0; i < 5; i++) given.push(await w.get());
    assert.equal(new Set(given).size, 25);
  });

  add('discard destroys, once', undefined, async (w) => {
    const e = await w.get();
    w.pool.discard(e);
    w.pool.discard(e);
    w.pool.put(e);
    assert.equal(e.destroyed, 1);
    assert.notEqual(await w.get(), e);
  });

  add('what comes back twice is taken once', kept, async (w) => {
    const e = await w.get();
    w.pool.put(e);
    w.pool.put(e);
    w.pool.discard(e);
    assert.equal(await w.get(), e);
    assert.notEqual(await w.get(), e);
    assert.equal(e.destroyed, 0);
  });

  add('put destroys what is not kept', subject.keeps ? 'connections are kept between calls' : undefined, async (w) => {
    const e = await w.get();
    w.pool.put(e);
    await turn();
    assert.equal(e.destroyed, 1);
  });

  add('put keeps, per address, and get gives the newest at once', kept, async (w) => {
    const a = await w.get(at(1));
    const b = await w.get(at(1));
    const other = await w.get(at(2));
    w.pool.put(a);
    w.pool.put(other);
    w.clock.advance(1);
    w.pool.put(b);
    assert.equal(w.pool.get({ ...at(1) }, { connectTimeoutMs: 50, signal: undefined }), b);
    assert.equal(await w.get(at(1)), a);
    assert.equal(await w.get(at(2)), other);
    assert.equal(w.entries.length, 3);
  });

  add('what died is destroyed instead of kept or given', kept, async (w) => {
    const [a, b, c] = [await w.get(), await w.get(), await w.get()];
    w.pool.put(a);
    w.pool.put(b);
    b.alive = false;
    c.alive = false;
    w.pool.put(c);
    assert.equal(c.destroyed, 1);
    assert.equal(await w.get(), a);
    assert.equal(b.destroyed, 1);
  });

  add('nothing is closed inside put: a batch may return more than is kept', kept, async (w) => {
    const many = await Promise.all(Array.from({ length: 300 }, () => w.get()));
    for (const e of many) w.pool.put(e);
    assert.equal(many.filter((e) => e.destroyed > 0).length, 0);
    const again = await Promise.all(many.map(() => w.get()));
    assert.deepEqual(new Set(again), new Set(many));
  });

  add('clean closes what is idle at once and what is in use when it comes back', kept, async (w) => {
    const [idle, used, other] = [await w.get(at(1)), await w.get(at(1)), await w.get(at(2))];
    w.pool.put(idle);
    w.pool.put(other);
    w.pool.clean({ ...at(1) });
    assert.deepEqual([idle.destroyed, used.destroyed, other.destroyed], [1, 0, 0]);
    w.pool.put(used);
    assert.equal(used.destroyed, 1);
    const fresh = await w.get(at(1));
    w.pool.put(fresh);
    assert.equal(await w.get(at(1)), fresh);
    w.pool.clean(at(99));
  });

  add('a signal that has aborted gets nothing, not even what is idle', undefined, async (w) => {
    const e = await w.get();
    w.pool.put(e);
    const before = w.entries.length;
    const reason = new Error('no longer wanted');
    const error = await rejection(() => w.get(at(1), AbortSignal.abort(reason)), 'get');
    assert.equal(error.cause, reason);
    assert.equal(w.entries.length, before);
    if (kept === undefined) assert.equal(await w.get(), e);
  });

  add('a get is given up at once, whatever the dialer does, and its connection is not lost', undefined, async (w) => {
    w.quick = false;
    const stop = new AbortController();
    const p = w.get(at(1), stop.signal);
    const { signal } = w.dials[0]!.o;
    assert.equal(signal?.aborted ?? false, false);
    const reason = new Error('no longer wanted');
    stop.abort(reason);
    const e = await rejection(() => p, 'get');
    assert.equal(e.cause, reason);
    assert.equal(signal?.aborted, true, 'the dialer is told');
    const late = w.dials[0]!.ok();
    await turn();
    if (late.destroyed === 0) {
      assert.equal(await w.get(), late);
    } else {
      assert.equal(late.destroyed, 1);
    }
  });

  add('a signal has no meaning once get gave', undefined, async (w) => {
    const stop = new AbortController();
    const e = await w.get(at(1), stop.signal);
    stop.abort();
    await turn();
    assert.equal(e.destroyed, 0);
  });

  add('close destroys everything once, in use or not, and fails those who wait', undefined, async (w) => {
    const [used, back] = [await w.get(), await w.get(at(2))];
    w.pool.put(back);
    w.quick = false;
    const waiting = w.get(at(3));
    const { signal } = w.dials[0]!.o;
    await w.pool.close();
    await w.pool.close();
    assert.equal((await rejection(() => waiting, 'get')).code, 'TRANSPORT_POOL_CLOSED');
    assert.equal(signal?.aborted, true, 'the dialer is told');
    const late = w.dials[0]!.ok();
    await turn();
    w.pool.put(used);
    w.pool.discard(used);
    assert.deepEqual(w.entries.map((e) => e.destroyed), w.entries.map(() => 1));
    assert.equal(late.destroyed, 1);
    assert.equal((await rejection(() => w.get(), 'get')).code, 'TRANSPORT_POOL_CLOSED');
    assert.equal(w.clock.wheel.size, 0, 'no timer is left');
  });

  add('dump is plain data', undefined, async (w) => {
    const e = await w.get();
    w.pool.put(await w.get());
    const dump = w.pool.dump();
    assert.deepEqual(structuredClone(dump), dump);
    w.pool.discard(e);
  });

  add('random use gives nothing twice, loses nothing and closes everything', alone, async () => {
    for (let seed = 1; seed <= 60; seed++) await randomUse(new Work(subject), new Dice(seed), `seed ${seed}`);
  });

  return cases;
}

/** A model of who has what: an entry is in use, destroyed, or the pool's. */
async function randomUse(w: Work, dice: Dice, label: string): Promise<void> {
  w.quick = false;
  const used = new Set<TestEntry>();
  const waiting: { readonly stop: AbortController; over: boolean }[] = [];
  const faults: unknown[] = [];
  const got = (e: TestEntry): void => {
    assert.ok(!used.has(e), `${label}: an entry was given twice`);
    assert.equal(e.destroyed, 0, `${label}: a destroyed entry was given`);
    used.add(e);
  };
  for (let step = 0; step < 150; step++) {
    switch (dice.below(12)) {
      case 0:
      case 1:
      case 2: {
        const stop = new AbortController();
        const g = { stop, over: false };
        const v = w.pool.get(at(dice.below(4)), { connectTimeoutMs: 50, signal: stop.signal });
        if (v instanceof TestEntry) {
          assert.ok(v.alive, `${label}: a dead entry was given`);
          got(v);
        } else {
          waiting.push(g);
          void Promise.resolve(v).then(
            (e) => {
              g.over = true;
              try {
                got(e);
              } catch (fault) {
                faults.push(fault);
              }
            },
            () => {
              g.over = true;
            },
          );
        }
        break;
      }
      case 3:
      case 4: {
        const d = w.dials.splice(dice.below(Math.max(1, w.dials.length)), 1)[0];
        d?.ok();
        break;
      }
      case 5:
        w.dials.splice(dice.below(Math.max(1, w.dials.length)), 1)[0]?.fail(new Error('refused'));
        break;
      case 6:
      case 7: {
        const e = dice.of([...used]);
        if (e === undefined) break;
        used.delete(e);
        w.pool.put(e);
        if (dice.below(4) === 0) w.pool.put(e);
        break;
      }
      case 8: {
        const e = dice.of([...used]);
        if (e === undefined) break;
        used.delete(e);
        w.pool.discard(e);
        assert.equal(e.destroyed, 1, `${label}: discard destroys`);
        break;
      }
      case 9: {
        const e = dice.of(w.entries);
        if (e !== undefined) e.alive = false;
        break;
      }
      case 10:
        if (dice.below(3) === 0) w.pool.clean(at(dice.below(4)));
        else dice.of(waiting)?.stop.abort(new Error('given up'));
        break;
      default:
        w.clock.advance(dice.below(3000));
        await turn();
    }
    await Promise.resolve();
    if (faults.length > 0) throw faults[0];
    for (const e of used) assert.equal(e.destroyed, 0, `${label}: an entry in use was destroyed`);
  }
  await turn();
  await w.pool.close();
  for (const d of w.dials.splice(0)) d.ok();
  await turn();
  for (const e of w.entries) assert.equal(e.destroyed, 1, `${label}: every entry is destroyed once`);
  assert.ok(waiting.every((g) => g.over), `${label}: a get never ended`);
  assert.equal(w.clock.wheel.size, 0, `${label}: no timer is left`);
}
