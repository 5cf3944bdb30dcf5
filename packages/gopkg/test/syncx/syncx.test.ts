// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Held } from '@cloudwego/gopkg/syncx';
import { LockClosedError, Mutex, RWMutex, Semaphore } from '@cloudwego/gopkg/syncx';
import fc from 'fast-check';
import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';

const turn = (): Promise<void> => new Promise((r) => setImmediate(r));

interface Task {
  readonly weight: number;
  readonly abort: AbortController;
  state: 'waiting' | 'holding' | 'done' | 'aborted';
  held: Held | undefined;
}

/** Drives a lock by random arrivals, releases and aborts, and compares who holds it with a list that is served in order. */
async function drive(steps: readonly { readonly do: 'arrive' | 'release' | 'abort'; readonly weight: number; readonly who: number }[], acquire: (weight: number, signal: AbortSignal) => Promise<Held>, fits: (holding: readonly number[], weight: number) => boolean): Promise<void> {
  const tasks: Task[] = [];
  const model: { readonly task: Task; holding: boolean }[] = [];
  const serve = (): void => {
    for (;;) {
      const next = model.find((m) => !m.holding);
      if (next === undefined || !fits(model.filter((m) => m.holding).map((m) => m.task.weight), next.task.weight)) return;
      next.holding = true;
    }
  };
  for (const s of steps) {
    if (s.do === 'arrive') {
      const t: Task = { weight: s.weight, abort: new AbortController(), state: 'waiting', held: undefined };
      tasks.push(t);
      model.push({ task: t, holding: false });
      acquire(t.weight, t.abort.signal).then(
        (h) => {
          t.held = h;
          t.state = 'holding';
        },
        () => (t.state = 'aborted'),
      );
    } else {
      const candidates = model.filter((m) => m.holding === (s.do === 'release'));
      const m = candidates[s.who % Math.max(1, candidates.length)];
      if (m === undefined) continue;
      model.splice(model.indexOf(m), 1);
      if (s.do === 'release') {
        m.task.held!.release();
        m.task.held!.release();
        m.task.state = 'done';
      } else m.task.abort.abort();
    }
    serve();
    await turn();
    for (const m of model) expect(m.task.state).toBe(m.holding ? 'holding' : 'waiting');
    for (const t of tasks) if (t.state !== 'waiting') expect(getEventListeners(t.abort.signal, 'abort')).toEqual([]);
  }
}

const steps = (weights: fc.Arbitrary<number>): fc.Arbitrary<{ do: 'arrive' | 'release' | 'abort'; weight: number; who: number }[]> =>
  fc.array(fc.record({ do: fc.constantFrom('arrive' as const, 'arrive' as const, 'release' as const, 'abort' as const), weight: weights, who: fc.nat(9) }), { maxLength: 30 });

describe('Semaphore', () => {
  it('serves in order whoever fits', async () => {
    await fc.assert(
      fc.asyncProperty(steps(fc.integer({ min: 1, max: 3 })), async (list) => {
        const s = new Semaphore(3);
        await drive(list, (permits, signal) => s.acquire({ permits, signal }), (holding, w) => holding.reduce((a, b) => a + b, 0) + w <= 3);
      }),
      { numRuns: 60 },
    );
  });

  it('counts what is free and who waits, and refuses counts that make no sense', async () => {
    const s = new Semaphore(2);
    const a = await s.acquire({ permits: 2 });
    expect([s.available, s.waiting, s.tryAcquire()]).toEqual([0, 0, undefined]);
    const b = s.acquire();
    expect(s.waiting).toBe(1);
    a.release();
    (await b).release();
    expect([s.available, s.waiting]).toEqual([2, 0]);
    for (const n of [0, -1, 1.5, NaN]) {
      expect(() => new Semaphore(n)).toThrow(RangeError);
      await expect(s.acquire({ permits: n })).rejects.toThrow(RangeError);
    }
    expect(() => s.tryAcquire(3)).toThrow('wanted from 1 to 2');
  });

  it('does not let the few overtake the many', async () => {
    const s = new Semaphore(2);
    const a = await s.acquire();
    const many = s.acquire({ permits: 2 });
    expect(s.tryAcquire()).toBeUndefined();
    a.release();
    expect((await many) satisfies Held).toBeDefined();
  });

  it('runs with a permit and gives it back, whatever happens', async () => {
    const s = new Semaphore(1);
    expect(await s.run(() => 5)).toBe(5);
    await expect(s.run(() => { throw new Error('x'); })).rejects.toThrow('x');
    {
      using _held = await s.acquire();
      expect(s.available).toBe(0);
    }
    expect(s.available).toBe(1);
    await expect(s.acquire({ signal: AbortSignal.abort(new Error('no')) })).rejects.toThrow('no');
    expect(s.available).toBe(1);
  });

  it('lets who has got it keep it when the signal aborts later', async () => {
    const s = new Semaphore(1);
    const ac = new AbortController();
    const a = await s.acquire();
    const b = s.acquire({ signal: ac.signal });
    a.release();
    ac.abort();
    (await b).release();
    expect(s.available).toBe(1);
  });

  it('is closed for who waits and who comes', async () => {
    const s = new Semaphore(1);
    const a = await s.acquire();
    const b = s.acquire();
    s.close();
    await expect(b).rejects.toBeInstanceOf(LockClosedError);
    await expect(s.acquire()).rejects.toMatchObject({ code: 'GOPKG_LOCK_CLOSED' });
    a.release();
    expect(s.available).toBe(1);
  });
});

describe('Mutex', () => {
  it('lets one in at a time, in order', async () => {
    const m = new Mutex();
    const log: string[] = [];
    await Promise.all(
      ['a', 'b', 'c'].map((n) =>
        m.run(async () => {
          log.push(`>${n}`);
          await turn();
          log.push(`<${n}`);
        }),
      ),
    );
    expect(log).toEqual(['>a', '<a', '>b', '<b', '>c', '<c']);
    expect([m.locked, m.waiting]).toEqual([false, 0]);
    using held = await m.lock();
    expect([m.locked, m.tryLock()]).toEqual([true, undefined]);
    held.release();
    expect(m.tryLock()).toBeDefined();
    m.close();
    await expect(m.lock()).rejects.toBeInstanceOf(LockClosedError);
  });
});

describe('RWMutex', () => {
  it('serves readers together and writers alone, in order', async () => {
    await fc.assert(
      fc.asyncProperty(steps(fc.constantFrom(1, 1, 2)), async (list) => {
        const m = new RWMutex();
        await drive(
          list,
          (w, signal) => (w === 1 ? m.rLock({ signal }) : m.lock({ signal })),
          (holding, w) => (w === 1 ? !holding.includes(2) : holding.length === 0),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('does not let readers starve a writer, nor a writer that gave up hold up readers', async () => {
    const m = new RWMutex();
    const r = await m.rLock();
    const ac = new AbortController();
    const w = m.lock({ signal: ac.signal });
    expect(m.tryRLock()).toBeUndefined();
    const late = m.rLock();
    ac.abort(new Error('never mind'));
    await expect(w).rejects.toThrow('never mind');
    (await late).release();
    r.release();
    expect([m.readers, m.locked, m.waiting]).toEqual([0, false, 0]);
  });

  it('runs, and closes', async () => {
    const m = new RWMutex();
    expect(await Promise.all([m.read(() => m.readers), m.read(() => m.readers)])).toEqual([2, 2]);
    expect(await m.write(() => m.locked)).toBe(true);
    await expect(m.write(() => { throw new Error('x'); })).rejects.toThrow('x');
    expect(m.tryLock()).toBeDefined();
    const waiting = m.rLock();
    m.close();
    await expect(waiting).rejects.toBeInstanceOf(LockClosedError);
    expect(() => m.tryRLock()).toThrow(LockClosedError);
  });
});
