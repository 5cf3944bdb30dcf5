// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { BreakerMetrics, PanelOptions, StateChange, TripFunc } from '@cloudwego/gopkg/circuitbreaker';
import { BreakerOpenError, Panel, tripByConsecutive, tripByRate, tripByThreshold, tripCombined } from '@cloudwego/gopkg/circuitbreaker';
import { DeadlineError } from '@cloudwego/gopkg/context';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { goVectors } from '../support/vectors.js';
import { uncaughtDuring } from '../support/wait.js';

class Time {
  ms = 5000;
  readonly now = (): number => this.ms;
}
const rig = (o: PanelOptions = {}): { readonly t: Time; readonly p: Panel } => {
  const t = new Time();
  return { t, p: new Panel({ now: t.now, ...o }) };
};
const always: TripFunc = () => true;

interface Trace {
  readonly trip: { readonly kind: string; readonly n: number; readonly rate: number; readonly minSamples: number; readonly consecutive: number };
  readonly times: readonly [number, number, number];
  readonly steps: readonly {
    readonly op: 'pass' | 'allowed' | 'succeed' | 'fail' | 'timeout';
    readonly ms?: number;
    readonly allowed?: boolean;
    readonly state: string;
    readonly counts: readonly [number, number, number];
    readonly streak: number;
  }[];
}

describe('a breaker', () => {
  it('goes through the states of the Go original', () => {
    const traces = goVectors<readonly Trace[]>('circuitbreaker');
    const seen = new Set<string>();
    for (const { trip, times, steps } of traces) {
      const shouldTrip =
        trip.kind === 'threshold'
          ? tripByThreshold(trip.n)
          : trip.kind === 'consecutive'
            ? tripByConsecutive(trip.n)
            : trip.kind === 'rate'
              ? tripByRate(trip.rate, trip.minSamples)
              : trip.kind === 'combined'
                ? tripCombined({ rate: trip.rate, minSamples: trip.minSamples, consecutive: trip.consecutive })
                : undefined;
      const { t, p } = rig({ bucketMs: 3_600_000, coolingMs: times[0], detectMs: times[1], halfOpenSuccesses: times[2], shouldTrip });
      for (const [i, s] of steps.entries()) {
        if (s.op === 'pass') t.ms += s.ms ?? 0;
        else if (s.op === 'allowed') expect(p.isAllowed('k')).toBe(s.allowed);
        else p[s.op]('k');
        expect(`${trip.kind} ${i} ${p.state('k')}`).toBe(`${trip.kind} ${i} ${s.state}`);
        seen.add(s.state);
        // While it is open Go goes on counting; what it counted then is gone when it closes.
        if (s.state !== 'CLOSED') continue;
        const m = p.metrics('k');
        expect([m.successes, m.failures, m.timeouts]).toEqual(s.counts);
        expect(m.consecutiveErrors).toBe(s.streak);
      }
    }
    expect([...seen].sort()).toEqual(['CLOSED', 'HALFOPEN', 'OPEN']);
  });

  it('allows at the very moment when cooling and detection are over', () => {
    const { t, p } = rig({ shouldTrip: always, coolingMs: 100, detectMs: 10 });
    p.fail('k');
    t.ms += 99;
    expect([p.isAllowed('k'), p.state('k')]).toEqual([false, 'OPEN']);
    t.ms += 1;
    expect([p.isAllowed('k'), p.state('k'), p.isAllowed('k')]).toEqual([true, 'HALFOPEN', false]);
    t.ms += 9;
    expect(p.isAllowed('k')).toBe(false);
    t.ms += 1;
    expect(p.isAllowed('k')).toBe(true);
  });

  it('has the defaults of the original', () => {
    const { t, p } = rig({ shouldTrip: always });
    p.fail('k');
    t.ms += 4999;
    expect(p.isAllowed('k')).toBe(false);
    t.ms += 1;
    expect(p.isAllowed('k')).toBe(true);
    t.ms += 199;
    expect(p.isAllowed('k')).toBe(false);
    t.ms += 1;
    expect(p.isAllowed('k')).toBe(true);
    p.succeed('k');
    expect(p.state('k')).toBe('HALFOPEN');
    p.succeed('k');
    expect(p.state('k')).toBe('CLOSED');
    // 100 buckets of 100 ms; never trips without a rule.
    const plain = rig();
    for (let i = 0; i < 1000; i++) plain.p.fail('k');
    expect(plain.p.state('k')).toBe('CLOSED');
    plain.t.ms += 9899;
    expect(plain.p.metrics('k').failures).toBe(1000);
    plain.t.ms += 102;
    expect(plain.p.metrics('k').failures).toBe(0);
  });

  it('refuses options out of range', () => {
    for (const o of [{ buckets: 99 }, { bucketMs: 0 }, { coolingMs: -1 }, { detectMs: 0 }, { halfOpenSuccesses: 0 }, { halfOpenMaxInFlight: -1 }, { shouldTrip: 1 as never }, { coolingTimeout: 1 } as never]) {
      expect(() => new Panel(o)).toThrow(/^panel/);
    }
  });
});

describe('the window', () => {
  it('holds what fell into its buckets: the present one and those before', () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('succeed' as const, 'fail' as const, 'timeout' as const) }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.oneof(fc.nat(30), fc.nat(1500), fc.nat(5000)) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), fc.constantFrom(1, 7, 10), fc.constantFrom(100, 130), (steps, bucketMs, buckets) => {
        const { t, p } = rig({ bucketMs, buckets });
        const base = t.ms;
        let events: { readonly tick: number; readonly kind: string }[] = [];
        let streak: number[] = [];
        for (const s of steps) {
          const tick = Math.floor((t.ms - base) / bucketMs);
          if (s.do === 'pass') t.ms += s.ms;
          else {
            p[s.do]('k');
            events.push({ tick, kind: s.do });
            if (s.do === 'succeed') streak = [];
            else streak.push(t.ms);
          }
          const now = Math.floor((t.ms - base) / bucketMs);
          events = events.filter((e) => e.tick > now - buckets);
          const count = (kind: string): number => events.filter((e) => e.kind === kind).length;
          const m = p.metrics('k');
          expect(m).toEqual({
            successes: count('succeed'),
            failures: count('fail'),
            timeouts: count('timeout'),
            samples: events.length,
            errorRate: events.length === 0 ? 0 : (events.length - count('succeed')) / events.length,
            consecutiveErrors: streak.length,
            consecutiveErrorMs: streak.length === 0 ? 0 : t.ms - streak[0]!,
          } satisfies BreakerMetrics);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('survives a clock that stands still for months', () => {
    const { t, p } = rig({ shouldTrip: tripByThreshold(2), coolingMs: 1000 });
    p.fail('k');
    for (const ms of [2 ** 31, 2 ** 31, 2 ** 32 + 5, 10 * 2 ** 32]) {
      t.ms += ms;
      expect(p.metrics('k').samples).toBe(0);
      p.fail('k');
      expect(p.metrics('k').failures).toBe(1);
    }
    p.fail('k');
    expect(p.state('k')).toBe('OPEN');
    t.ms += 1000;
    expect(p.isAllowed('k')).toBe(true);
  });
});

describe('trip functions', () => {
  const m = (over: Partial<BreakerMetrics>): BreakerMetrics => ({ successes: 0, failures: 0, timeouts: 0, samples: 0, errorRate: 0, consecutiveErrors: 0, consecutiveErrorMs: 0, ...over });
  it.each([
    [tripByThreshold(3), { failures: 1, timeouts: 2 }, { failures: 1, timeouts: 1 }],
    [tripByConsecutive(3), { consecutiveErrors: 3 }, { consecutiveErrors: 2, failures: 9 }],
    [tripByRate(0.5, 10), { samples: 10, errorRate: 0.5 }, { samples: 9, errorRate: 1 }],
    [tripByRate(0.5, 10), { samples: 10, errorRate: 0.5 }, { samples: 10, errorRate: 0.49 }],
    [tripCombined({ rate: 0.5, minSamples: 10 }), { samples: 10, errorRate: 0.5 }, { consecutiveErrors: 99, consecutiveErrorMs: 99_999 }],
    [tripCombined({ rate: 2, minSamples: 1, durationMs: 100, durationSamples: 5 }), { consecutiveErrors: 5, consecutiveErrorMs: 100 }, { consecutiveErrors: 4, consecutiveErrorMs: 1000 }],
    [tripCombined({ rate: 2, minSamples: 1, durationMs: 100, durationSamples: 5 }), { consecutiveErrors: 5, consecutiveErrorMs: 100 }, { consecutiveErrors: 50, consecutiveErrorMs: 99 }],
    [tripCombined({ rate: 2, minSamples: 1, consecutive: 4 }), { consecutiveErrors: 4 }, { consecutiveErrors: 3 }],
  ])('%# trips and does not', (trip, yes, no) => {
    expect([trip(m(yes)), trip(m(no))]).toEqual([true, false]);
  });
});

describe('what the original gets wrong', () => {
  it('a streak does not outlive a recovery', () => {
    const { t, p } = rig({ shouldTrip: tripByConsecutive(2), coolingMs: 10, detectMs: 1, halfOpenSuccesses: 1 });
    p.fail('k');
    p.fail('k');
    t.ms += 60_000;
    p.isAllowed('k');
    p.succeed('k');
    expect(p.metrics('k')).toMatchObject({ consecutiveErrors: 0, consecutiveErrorMs: 0, samples: 0 });
    p.fail('k');
    t.ms += 7;
    expect(p.metrics('k').consecutiveErrorMs).toBe(7);
  });

  it('results of work that began before the trip are not counted while it is open', () => {
    const { p } = rig({ shouldTrip: tripByThreshold(2) });
    p.fail('k');
    p.fail('k');
    const at = p.metrics('k');
    p.fail('k');
    p.timeout('k');
    p.succeed('k');
    expect(p.metrics('k')).toEqual(at);
  });

  it('the handler sees the numbers of that moment', async () => {
    const changes: StateChange[] = [];
    const { t, p } = rig({ shouldTrip: tripByThreshold(2), coolingMs: 10, detectMs: 1, halfOpenSuccesses: 1, onStateChange: (e) => changes.push(e) });
    p.fail('k');
    p.timeout('k');
    p.reset('k');
    expect(changes).toEqual([]);
    await Promise.resolve();
    p.fail('k');
    p.fail('k');
    t.ms += 10;
    p.isAllowed('k');
    p.succeed('k');
    await Promise.resolve();
    expect(changes.map((c) => `${c.key} ${c.from}>${c.to} ${c.metrics.failures}+${c.metrics.timeouts}`)).toEqual([
      'k CLOSED>OPEN 1+1',
      'k OPEN>CLOSED 1+1',
      'k CLOSED>OPEN 2+0',
      'k OPEN>HALFOPEN 2+0',
      'k HALFOPEN>CLOSED 2+0',
    ]);
  });

  it('probes can be limited, and one that never reports is forgotten', () => {
    const { t, p } = rig({ shouldTrip: always, coolingMs: 100, detectMs: 10, halfOpenMaxInFlight: 2 });
    p.fail('k');
    t.ms += 100;
    const allowed = (): boolean => {
      t.ms += 10;
      return p.isAllowed('k');
    };
    expect([p.isAllowed('k'), allowed(), allowed(), allowed()]).toEqual([true, true, false, false]);
    p.succeed('k');
    expect([allowed(), allowed()]).toEqual([true, false]);
    p.abandon('k');
    expect([allowed(), allowed()]).toEqual([true, false]);
    t.ms += 100;
    expect([p.isAllowed('k'), p.state('k')]).toEqual([true, 'HALFOPEN']);
  });
});

describe('a panel', () => {
  it('keeps keys apart, and asks for the rule of each', () => {
    const { p } = rig({ shouldTrip: () => false, shouldTripFor: (key) => (key === 'weak' ? always : () => false) });
    p.fail('weak');
    p.fail('strong');
    expect([p.state('weak'), p.state('strong'), p.isAllowed('new')]).toEqual(['OPEN', 'CLOSED', true]);
    p.fail('strong', always);
    p.timeout('third', always);
    expect([...p.dump()].map(([k, v]) => `${k} ${v.state}`)).toEqual(['weak OPEN', 'strong OPEN', 'new CLOSED', 'third OPEN']);
    p.remove('weak');
    expect([p.dump().has('weak'), p.isAllowed('weak')]).toEqual([false, true]);
    p[Symbol.dispose]();
    expect(p.dump().size).toBe(0);
  });

  it('forgets breakers that nobody uses and nobody would miss', () => {
    const { t, p } = rig({ shouldTrip: tripByThreshold(1), idleEvictMs: 60_000 });
    p.fail('open');
    for (let i = 0; i < 1000; i++) p.succeed(`k${i}`);
    t.ms += 60_000;
    for (let i = 0; i < 2000; i++) p.isAllowed(`new${i}`);
    expect(p.dump().size).toBeLessThanOrEqual(2001 + 24);
    expect(p.state('open')).toBe('OPEN');
    const never = rig({ idleEvictMs: 0 });
    for (let i = 0; i < 1500; i++) {
      never.t.ms += 100_000;
      never.p.isAllowed(`k${i}`);
    }
    expect(never.p.dump().size).toBe(1500);
  });

  it('throws outside what a handler throws', async () => {
    const boom = new Error('boom');
    const { p } = rig({ shouldTrip: always, onStateChange: () => { throw boom; } });
    expect(await uncaughtDuring(() => { p.fail('k'); })).toEqual([boom]);
    expect(p.state('k')).toBe('OPEN');
  });
});

describe('run', () => {
  it('does the work and reports it', async () => {
    const { p } = rig({ shouldTrip: tripByThreshold(3) });
    expect(await p.run('k', () => 5)).toBe(5);
    expect(await p.run('k', async (signal) => Promise.resolve(signal))).toBeUndefined();
    await expect(p.run('k', () => Promise.reject(new Error('x')))).rejects.toThrow('x');
    await expect(p.run('k', () => { throw new DeadlineError(); })).rejects.toBeInstanceOf(DeadlineError);
    await expect(p.run('k', () => { throw new DOMException('late', 'TimeoutError'); })).rejects.toThrow('late');
    expect(p.metrics('k')).toMatchObject({ successes: 2, failures: 1, timeouts: 2 });
    let ran = false;
    const refused = p.run('k', () => { ran = true; });
    await expect(refused).rejects.toBeInstanceOf(BreakerOpenError);
    await expect(refused).rejects.toMatchObject({ code: 'GOPKG_BREAKER_OPEN', key: 'k' });
    expect(ran).toBe(false);
  });

  it('does not blame the callee for what the caller stopped', async () => {
    const { p } = rig({ shouldTrip: always });
    const ac = new AbortController();
    await expect(p.run('k', (signal) => { ac.abort(new Error('gone')); signal?.throwIfAborted(); }, { signal: ac.signal })).rejects.toThrow('gone');
    await expect(p.run('k', () => 1, { signal: ac.signal })).rejects.toThrow('gone');
    await expect(p.run('k', () => { throw new Error('fine'); }, { classify: () => 'ignore' })).rejects.toThrow('fine');
    expect(p.metrics('k').samples).toBe(0);
  });
});
