// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { getPool, PoolClosedError, PoolFullError, registerPool, TaskPool, unregisterPool } from '@cloudwego/gopkg/gopool';
import { createLogger, setDefaultLogger } from '@cloudwego/gopkg/logger';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const turn = (): Promise<void> => new Promise((r) => setImmediate(r));

describe('TaskPool', () => {
  it('runs so many at a time, by priority and then in order: model of a list', async () => {
    const op = fc.record({ do: fc.constantFrom('run' as const, 'run' as const, 'finish' as const, 'abort' as const, 'cap' as const), priority: fc.integer({ min: -1, max: 1 }), who: fc.nat(9), fails: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(op, { maxLength: 40 }), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 0, max: 4 }), async (ops, concurrency, queueLimit) => {
        const pool = new TaskPool({ concurrency, queueLimit });
        let cap = concurrency;
        interface T {
          readonly n: number;
          readonly priority: number;
          readonly abort: AbortController;
          finish: (fails: boolean) => void;
          outcome: string | undefined;
        }
        const started: number[] = [];
        let running: T[] = [];
        let waiting: T[] = [];
        const expectedStarts: number[] = [];
        const start = (): void => {
          while (running.length < cap && waiting.length > 0) {
            const best = waiting.reduce((a, b) => (b.priority > a.priority ? b : a));
            waiting = waiting.filter((t) => t !== best);
            running.push(best);
            expectedStarts.push(best.n);
          }
        };
        let n = 0;
        for (const o of ops) {
          if (o.do === 'run') {
            const t: T = { n: n++, priority: o.priority, abort: new AbortController(), finish: () => undefined, outcome: undefined };
            const refused = running.length >= cap && waiting.length >= queueLimit;
            const p = pool.run(
              async () => {
                started.push(t.n);
                await new Promise<void>((ok, no) => {
                  t.finish = (fails) => { if (fails) no(new Error('x')); else ok(); };
                });
              },
              { priority: o.priority, signal: t.abort.signal },
            );
            p.then(() => (t.outcome = 'ok'), (e: unknown) => (t.outcome = e instanceof PoolFullError ? 'full' : 'error'));
            if (refused) {
              await turn();
              expect(t.outcome).toBe('full');
            } else {
              waiting.push(t);
              start();
            }
          } else if (o.do === 'finish' && running.length > 0) {
            const t = running[o.who % running.length]!;
            running = running.filter((x) => x !== t);
            t.finish(o.fails);
            await turn();
            expect(t.outcome).toBe(o.fails ? 'error' : 'ok');
            start();
          } else if (o.do === 'abort' && waiting.length > 0) {
            const t = waiting[o.who % waiting.length]!;
            waiting = waiting.filter((x) => x !== t);
            t.abort.abort();
            await turn();
            expect(t.outcome).toBe('error');
          } else if (o.do === 'cap') {
            cap = 1 + (o.who % 3);
            pool.concurrency = cap;
            start();
          }
          await turn();
          expect(started).toEqual(expectedStarts);
          expect([pool.running, pool.queued]).toEqual([running.length, waiting.length]);
        }
        const idle = pool.close();
        while (running.length > 0) {
          for (const t of running) t.finish(false);
          running = [];
          await turn();
          start();
          await turn();
        }
        await idle;
        expect(started).toEqual(expectedStarts);
        await expect(pool.run(() => 1)).rejects.toBeInstanceOf(PoolClosedError);
      }),
      { numRuns: 80 },
    );
  });

  it('gives what the task gives, and passes the signal', async () => {
    const pool = new TaskPool();
    const { signal } = new AbortController();
    expect(await pool.run(() => 5)).toBe(5);
    expect(await pool.run(async (s) => Promise.resolve(s), { signal })).toBe(signal);
    await expect(pool.run(() => { throw new Error('x'); })).rejects.toThrow('x');
    await expect(pool.run(() => 1, { signal: AbortSignal.abort(new Error('no')) })).rejects.toThrow('no');
    await expect(pool.run(() => 1, { priority: NaN })).rejects.toThrow(RangeError);
    await pool.idle();
    expect([pool.running, pool.queued, pool.concurrency]).toEqual([0, 0, Infinity]);
  });

  it('tells what forgotten tasks throw', async () => {
    const errors: unknown[] = [];
    const pool = new TaskPool({ name: 'p', onError: (e) => errors.push(e) });
    const boom = new Error('boom');
    pool.go(() => { throw boom; });
    pool.go(async () => Promise.reject(boom));
    const ac = new AbortController();
    pool.concurrency = 1;
    pool.go(() => undefined, { signal: ac.signal });
    ac.abort();
    await pool.idle();
    await turn();
    expect(errors).toEqual([boom, boom]);
    const lines: string[] = [];
    setDefaultLogger(createLogger({ write: (r) => lines.push(r.message) }));
    try {
      const quiet = new TaskPool({ name: 'mail' });
      quiet.go(() => { throw boom; });
      await quiet.idle();
      await turn();
      expect(lines).toEqual(['GOPOOL: panic in pool: mail']);
    } finally {
      setDefaultLogger(undefined);
    }
    await pool.close();
    expect(() => { pool.go(() => 1); }).toThrow(PoolClosedError);
  });

  it('refuses what waits when it is destroyed, and lets finish what runs', async () => {
    const pool = new TaskPool({ concurrency: 1 });
    let finish: () => void = () => undefined;
    const first = pool.run(async () => new Promise<string>((r) => (finish = () => { r('done'); })));
    const second = pool.run(() => 'never');
    pool.destroy();
    await expect(second).rejects.toMatchObject({ code: 'GOPKG_POOL_CLOSED' });
    finish();
    expect(await first).toBe('done');
  });

  it('can be known by name', () => {
    const pool = new TaskPool({ name: 'known' });
    registerPool(pool);
    expect(getPool('known')).toBe(pool);
    expect(() => { registerPool(new TaskPool({ name: 'known' })); }).toThrow('a pool "known" is registered already');
    expect([unregisterPool('known'), unregisterPool('known'), getPool('known')]).toEqual([true, false, undefined]);
    for (const o of [{ concurrency: 0 }, { queueLimit: -1 }, { name: '' }]) expect(() => new TaskPool(o)).toThrow(/^gopool\./);
    expect(() => { pool.concurrency = 0; }).toThrow('gopool.concurrency');
  });
});
