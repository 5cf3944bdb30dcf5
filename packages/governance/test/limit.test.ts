// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { FakeClock } from '@cloudwego/gopkg/clock/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Limiter, OverloadOptions, PriorityClass } from '@cloudwego/governance';
import { concurrencyLimiter, Counters, createCounterShare, LoadGauge, OverloadGuard, qpsLimiter } from '@cloudwego/governance';
import { limiterContract, runWithVitest } from '@cloudwego/governance/testing';

const vitest = { describe, it, onTestFinished };
runWithVitest(vitest, 'concurrencyLimiter', limiterContract({ create: (limit) => concurrencyLimiter({ limit }), holds: true }));
runWithVitest(vitest, 'qpsLimiter', limiterContract({ create: (limit) => qpsLimiter({ limit, clock: new FakeClock() }), holds: false }).filter((c) => c.skip === undefined));

const take = (l: Limiter, n: number): number => {
  let got = 0;
  for (let k = 0; k < n; k++) if (l.acquire()) got++;
  return got;
};

describe('qpsLimiter', () => {
  it('gives a tenth of its limit every 100 ms, and no more than a second’s worth at once', () => {
    const clock = new FakeClock();
    const l = qpsLimiter({ limit: 100, clock });
    const perStep: number[] = [];
    for (let k = 0; k < 5; k++) {
      perStep.push(take(l, 1000));
      clock.advance(100);
    }
    expect(perStep).toEqual([10, 10, 10, 10, 10]);
    clock.advance(60_000);
    expect(take(l, 1000)).toBe(100);
  });

  it.each([1, 3, 9])('works with a limit of %i, where the original refuses everything', (limit) => {
    const clock = new FakeClock();
    const l = qpsLimiter({ limit, clock });
    let got = 0;
    for (let k = 0; k < 100; k++) {
      got += take(l, 100);
      clock.advance(100);
    }
    expect(got).toBeGreaterThanOrEqual(limit * 10);
    expect(got).toBeLessThanOrEqual(limit * 10 + 1);
  });

  it('drops what it saved up when its limit changes', () => {
    const clock = new FakeClock();
    const l = qpsLimiter({ limit: 1000, clock });
    clock.advance(10_000);
    l.update(50);
    expect(take(l, 1000)).toBe(5);
  });

  it('is one limit for several threads', () => {
    const clock = new FakeClock();
    const share = createCounterShare({ writers: 3 });
    const [a, b, c] = [0, 1, 2].map((w) => qpsLimiter({ limit: 100, clock, counters: new Counters(share, w) })) as [Limiter, Limiter, Limiter];
    expect([take(a, 4), take(b, 4), take(c, 4)]).toEqual([4, 4, 2]);
    clock.advance(100);
    expect([take(c, 7), take(b, 7), take(a, 7)]).toEqual([7, 3, 0]);
  });
});

describe('concurrencyLimiter', () => {
  it('is one limit for several threads', () => {
    const share = createCounterShare({ writers: 2 });
    const [a, b] = [0, 1].map((w) => concurrencyLimiter({ limit: 5, counters: new Counters(share, w) })) as [Limiter, Limiter];
    expect([take(a, 3), take(b, 5)]).toEqual([3, 2]);
    a.release();
    expect([b.acquire(), a.acquire()]).toEqual([true, false]);
    expect([a.status, b.status]).toEqual([{ limit: 5, current: 5 }, { limit: 5, current: 5 }]);
  });
});

describe('counters that threads share', () => {
  it('are found by name, apart from each other, until the memory is full', () => {
    const share = createCounterShare({ writers: 2, counters: 3 });
    const [a, b] = [new Counters(share, 0), new Counters(share, 1)];
    for (const [k, name] of ['x', 'y', 'z'].entries()) a.find(name).add(k + 1);
    b.find('y').add(10);
    expect(['x', 'y', 'z'].map((n) => b.find(n).sum())).toEqual([1, 12, 3]);
    a.find('no room').add(5);
    expect(b.find('no room').sum()).toBe(0);
  });

  it('count on around the end of their range', () => {
    const c = new Counters().find('x');
    c.add(0x7fffffff);
    c.add(10);
    expect((c.sum() - 0x7fffffff) | 0).toBe(10);
  });

  it('start anew where a thread’s successor takes its place', () => {
    const share = createCounterShare({ writers: 2 });
    new Counters(share, 0).find('x').add(7);
    const next = new Counters(share, 0).find('x');
    next.clear();
    expect(new Counters(share, 1).find('x').sum()).toBe(0);
  });

  it('know their writers', () => {
    expect(() => new Counters(createCounterShare({ writers: 2 }), 2)).toThrow(/from 0 to 1/);
  });
});

describe('OverloadGuard', () => {
  const setup = (o: OverloadOptions = {}): { clock: FakeClock; guard: OverloadGuard; gauge: LoadGauge; window: (delayMs: number, byClass?: readonly number[]) => number[] } => {
    const clock = new FakeClock();
    const gauge = new LoadGauge(clock, () => 1);
    const guard = new OverloadGuard(gauge, o);
    return {
      clock,
      gauge,
      guard,
      // 100 requests within one window; how many of each class came in.
      window: (delayMs, byClass = [25, 25, 25, 25]) => {
        const out = byClass.map((n, c) => {
          let inside = 0;
          for (let k = 0; k < n; k++) if (guard.admit(c as PriorityClass, delayMs)) inside++;
          return inside;
        });
        clock.advance(100);
        return out;
      },
    };
  };
  const sum = (a: readonly number[]): number => a.reduce((x, y) => x + y, 0);

  it('lets everything in while nothing waits', () => {
    const { window, guard } = setup();
    for (let k = 0; k < 20; k++) expect(sum(window(19))).toBe(100);
    expect(guard.admittedShare).toBe(1);
  });

  it('lets in a fifth less with each window of queue, low classes first', () => {
    const { window } = setup();
    window(50);
    const seen = [1, 2, 3, 4, 5, 6, 7].map(() => window(50));
    expect(seen.map(sum)).toEqual([80, 64, 51, 40, 32, 26, 20].map((n) => expect.toSatisfy((x: number) => Math.abs(x - n) <= 2) as number));
    expect(seen[0]).toEqual([25, 25, 25, 5]);
    expect(seen[3]![3]).toBe(0);
    expect(seen[6]!.slice(1)).toEqual([0, 0, 0]);
  });

  it('gives back a twentieth with each window without', () => {
    const { window, guard } = setup();
    for (let k = 0; k < 10; k++) window(50);
    const low = guard.admittedShare;
    for (let k = 0; k < 5; k++) window(1);
    expect(guard.admittedShare).toBeCloseTo(low + 0.25 - 0.05, 1);
    for (let k = 0; k < 30; k++) window(1);
    expect(sum(window(1))).toBe(100);
  });

  it('lets some in however long the queue', () => {
    const { window } = setup({ minAdmitted: 0.1 });
    for (let k = 0; k < 60; k++) window(1000);
    expect(sum(window(1000))).toBeGreaterThanOrEqual(8);
  });

  it('takes one slow request for no queue, and a lazy loop for no overload', () => {
    const { guard, window, clock } = setup();
    for (let k = 0; k < 10; k++) {
      guard.admit(3, 1);
      window(80);
    }
    expect(guard.admittedShare).toBe(1);
    const gauge = new LoadGauge(clock, () => 0.5);
    const lazy = new OverloadGuard(gauge);
    for (let k = 0; k < 500; k++) {
      lazy.admit(3, 80);
      clock.advance(10);
    }
    expect(lazy.admittedShare).toBe(1);
  });
});

describe('LoadGauge', () => {
  it('smooths delays and asks for the utilisation once per window', () => {
    const clock = new FakeClock();
    let asked = 0;
    const g = new LoadGauge(clock, () => (asked++, 0.25));
    for (let k = 0; k < 200; k++) g.observe(40);
    expect(g.load.queueDelayMs).toBeCloseTo(40, 1);
    expect(g.load.utilisation).toBe(0);
    clock.advance(100);
    expect([g.load.utilisation, g.load.utilisation, asked]).toEqual([0.25, 0.25, 1]);
    clock.advance(2000);
    expect(g.load.queueDelayMs).toBe(0);
  });

  it('knows the loop by itself', () => {
    const clock = new FakeClock();
    const g = new LoadGauge(clock);
    clock.advance(100);
    expect(g.load.utilisation).toBeGreaterThanOrEqual(0);
    expect(g.load.utilisation).toBeLessThanOrEqual(1);
  });
});
