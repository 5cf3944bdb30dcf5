// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { FakeClock } from '@cloudwego/gopkg/clock/testing';
import { background, contextKey } from '@cloudwego/gopkg/context';
import { hash } from '@cloudwego/gopkg/xxhash3';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Instance, LoadBalancer, Picker, Snapshot, Target } from '@cloudwego/governance';
import {
  consistentHash,
  interleavedWeightedRoundRobin,
  leastRequest,
  locality,
  outlierExclusion,
  p2cEwma,
  subset,
  weightedRandom,
  weightedRandomAlias,
  weightedRoundRobin,
} from '@cloudwego/governance';
import { loadBalancerContract, runWithVitest } from '@cloudwego/governance/testing';
import type { LoadBalancerSubject } from '@cloudwego/governance/testing';
import { at, ports } from './fixtures/store.js';

const target: Target = { service: 's', method: 'M', tags: {} };
const snapshot = (instances: readonly Instance[], version = 1): Snapshot => ({ key: 's', version, instances });
const port = (i: Instance | undefined): number | undefined => (i === undefined ? undefined : ports([i])[0]);
const pick = (p: Picker, tried: readonly Instance[] = []): Instance | undefined => p.pick(background, target, tried);
const counts = (p: Picker, n: number): Record<number, number> => {
  const out: Record<number, number> = {};
  for (let k = 0; k < n; k++) {
    const x = port(pick(p))!;
    out[x] = (out[x] ?? 0) + 1;
  }
  return out;
};
/** Numbers that repeat, so that what is drawn is known. */
const drawn = (...values: number[]): (() => number) => {
  let k = 0;
  return () => values[k++ % values.length]!;
};

const vitest = { describe, it, onTestFinished };
const keyed = (): LoadBalancer => consistentHash({ key: (_ctx, t) => t.tags['key'] ?? 'k' });
const subjects: Readonly<Record<string, LoadBalancerSubject>> = {
  interleavedWeightedRoundRobin: { create: interleavedWeightedRoundRobin },
  weightedRandom: { create: () => weightedRandom() },
  weightedRandomAlias: { create: () => weightedRandomAlias() },
  leastRequest: { create: () => leastRequest() },
  p2cEwma: { create: () => p2cEwma() },
  outlierExclusion: { create: () => outlierExclusion({ next: weightedRoundRobin() }) },
  locality: { create: () => locality({ zone: 'a', next: weightedRoundRobin() }) },
  // Large enough to hold all: shares are those of the balancer within.
  subset: { create: () => subset({ size: 100, clientId: 'c', next: weightedRoundRobin() }) },
};
/** What a balancer declares itself exempt from is none of its tests. */
const applicable = (s: LoadBalancerSubject): ReturnType<typeof loadBalancerContract> => loadBalancerContract(s).filter((c) => c.skip === undefined);
for (const [name, subject] of Object.entries(subjects)) runWithVitest(vitest, name, applicable(subject));
runWithVitest(vitest, 'consistentHash', applicable({ create: keyed, sticky: true, target: (n) => ({ ...target, tags: { key: `k${n}` } }) }));

describe('interleavedWeightedRoundRobin', () => {
  it('takes turns until a weight is used up', () => {
    const order: number[] = [];
    const p = interleavedWeightedRoundRobin().picker(snapshot([at(1, 10), at(2, 20), at(3, 30)]), undefined);
    for (let k = 0; k < 12; k++) order.push(port(pick(p))!);
    // Whoever begins, a round is: all, the two heavy ones, the heaviest.
    for (const round of [order.slice(0, 6), order.slice(6)]) {
      expect(new Set(round.slice(0, 3))).toEqual(new Set([1, 2, 3]));
      expect(new Set(round.slice(3, 5))).toEqual(new Set([2, 3]));
      expect(round[5]).toBe(3);
    }
  });

  it('is exact over time with fractions, too', () => {
    const c = counts(interleavedWeightedRoundRobin().picker(snapshot([at(1, 0.5), at(2, 1.25)]), undefined), 7000);
    expect(c[2]! / c[1]!).toBeCloseTo(2.5, 1);
  });
});

describe('the balancers that draw', () => {
  it('draw what the random number says', () => {
    const s = snapshot([at(1, 10), at(2, 30)]);
    const p = weightedRandom({ random: drawn(0, 0.24, 0.26, 0.99) }).picker(s, undefined);
    expect([1, 2, 3, 4].map(() => port(pick(p)))).toEqual([1, 1, 2, 2]);
  });

  it('draw by weight however far weights are apart', () => {
    const s = snapshot([at(1, 1), at(2, 1e300), at(3, Number.MAX_VALUE)]);
    const c = counts(weightedRandomAlias().picker(s, undefined), 100);
    expect(c).toEqual({ 3: 100 });
  });
});

describe('consistentHash', () => {
  const of = (s: Snapshot, key: string): number | undefined => port(consistentHash({ key: () => key }).picker(s, undefined).pick(background, target, []));
  const ten = snapshot(Array.from({ length: 10 }, (_, i) => at(i + 1)));

  it('gives a key to one instance, in every process and whatever the order of the list', () => {
    const turned = snapshot([...ten.instances].reverse());
    for (let k = 0; k < 100; k++) expect(of(turned, `user-${k}`)).toBe(of(ten, `user-${k}`));
    // The documented hash, so that a process in another language agrees.
    expect([0, 1, 2, 3, 4, 5, 6, 7].map((k) => of(ten, `user-${k}`))).toEqual(documented(ten, [0, 1, 2, 3, 4, 5, 6, 7].map((k) => `user-${k}`)));
  });

  it('moves few keys when an instance goes: its own', () => {
    const nine = snapshot(ten.instances.slice(1));
    for (let k = 0; k < 500; k++) {
      const before = of(ten, `user-${k}`);
      if (before !== 1) expect(of(nine, `user-${k}`)).toBe(before);
    }
  });

  it('gives shares by weight, or equal ones', () => {
    const s = snapshot([at(1, 10), at(2, 30)]);
    const share = (weighted: boolean): number => {
      let first = 0;
      const p = consistentHash({ key: (ctx) => ctx.value(key)!, weighted, virtualFactor: 500 }).picker(s, undefined);
      for (let k = 0; k < 4000; k++) if (port(p.pick(background.with(key, `user-${k}`), target, [])) === 1) first++;
      return first / 4000;
    };
    expect(share(true)).toBeGreaterThan(0.2);
    expect(share(true)).toBeLessThan(0.3);
    expect(share(false)).toBeGreaterThan(0.43);
    expect(share(false)).toBeLessThan(0.57);
  });

  it('picks none for an empty key, and none of instances that weigh nothing', () => {
    expect(of(ten, '')).toBeUndefined();
    expect(of(snapshot([at(1, 0), at(2, 0)]), 'k')).toBeUndefined();
  });

  it('needs a key', () => {
    expect(() => consistentHash({} as never)).toThrow(/key/);
    expect(() => consistentHash({ key: () => 'k', virtualFactor: 0 })).toThrow(/virtualFactor/);
  });
});

const key = contextKey<string>('test.key');

/** The hash as the docstring tells it, written a second time and slowly. */
function documented(s: Snapshot, keys: readonly string[]): number[] {
  const low = (h: bigint): number => Number(h & 0xffffffffn);
  const mix = (x: number): number => {
    let h = BigInt(x >>> 0);
    const times = (a: bigint, b: bigint): bigint => (a * b) & 0xffffffffn;
    h = times(h ^ (h >> 16n), 0x85ebca6bn);
    h = times(h ^ (h >> 13n), 0xc2b2ae35n);
    return Number(h ^ (h >> 16n));
  };
  const ring: { place: number; port: number }[] = [];
  for (const i of s.instances) {
    const h = hash(`127.0.0.1:${port(i)!}`);
    for (let k = 0; k < 100; k++) ring.push({ place: (mix(low(h) + Number((BigInt(k) * 0x9e3779b9n) & 0xffffffffn)) ^ Number(h >> 32n)) >>> 0, port: port(i)! });
  }
  ring.sort((a, b) => a.place - b.place);
  return keys.map((k) => (ring.find((x) => x.place >= low(hash(k))) ?? ring[0]!).port);
}

describe('leastRequest', () => {
  it('leaves an instance alone whose calls do not end', () => {
    const s = snapshot([at(1), at(2)]);
    const p = leastRequest().picker(s, undefined);
    // All calls to 1 hang, those to 2 end at once.
    let toOne = 0;
    for (let k = 0; k < 1000; k++) {
      const i = pick(p)!;
      if (port(i) === 1) toOne++;
      else p.done!(i, 'ok', 1, 0);
    }
    expect(toOne).toBeLessThan(300);
    expect(toOne).toBeGreaterThan(0);
  });

  it('remembers calls in flight when the list changes, and learns of their end from either picker', () => {
    const s = snapshot([at(1), at(2)]);
    const lb = leastRequest({ random: drawn(0, 0.9) });
    const p = lb.picker(s, undefined);
    const first = pick(p)!;
    expect(port(first)).toBe(1);
    const next = lb.picker(snapshot([at(1), at(2), at(3)], 2), p);
    expect(port(pick(next))).toBe(3);
    // 1 is busy, 3 is busy, so 1 stays the first drawn; once 1 landed it is better.
    p.done!(first, 'ok', 1, 0);
    expect(port(pick(next))).toBe(1);
  });
});

describe('p2cEwma', () => {
  const setup = (n = 2): { clock: FakeClock; p: Picker; list: readonly Instance[] } => {
    const clock = new FakeClock();
    const list = Array.from({ length: n }, (_, i) => at(i + 1));
    return { clock, list, p: p2cEwma({ clock, probeMs: 1_000_000 }).picker(snapshot(list), undefined) };
  };
  const calls = (p: Picker, n: number, how: (i: Instance) => [outcome: 'ok' | 'fail' | 'timeout' | 'refused', latencyMs: number, load: number]): Record<number, number> => {
    const out: Record<number, number> = {};
    for (let k = 0; k < n; k++) {
      const i = pick(p)!;
      out[port(i)!] = (out[port(i)!] ?? 0) + 1;
      p.done!(i, ...how(i));
    }
    return out;
  };

  it('prefers the faster one', () => {
    const { p } = setup();
    const c = calls(p, 1000, (i) => ['ok', port(i) === 1 ? 100 : 10, 0]);
    expect(c[2]!).toBeGreaterThan(700);
  });

  it('follows a rise at once and a fall slowly', () => {
    const { p, clock, list } = setup();
    calls(p, 100, () => ['ok', 10, 0]);
    p.done!(list[0]!, 'ok', 1000, 0);
    expect(calls(p, 100, () => ['ok', 10, 0])[1] ?? 0).toBeLessThan(40);
    // The dearer one is drawn against itself only; each of its answers takes the average down.
    for (let k = 0; k < 200; k++) {
      clock.advance(1000);
      calls(p, 10, () => ['ok', 10, 0]);
    }
    const c = calls(p, 1000, () => ['ok', 10, 0]);
    expect(c[1]!).toBeGreaterThan(200);
  });

  it('avoids what fails, and what says that it is busy', () => {
    for (const bad of [['fail', 10, 0], ['ok', 10, 0.9]] as const) {
      const { p } = setup();
      const c = calls(p, 1000, (i) => (port(i) === 1 ? [...bad] : ['ok', 10, 0]));
      expect(c[2]!).toBeGreaterThan(650);
    }
  });

  it('does not bury an instance that it does not know yet', () => {
    const { p } = setup();
    calls(p, 100, () => ['ok', 10, 0]);
    const lb = p2cEwma({ clock: new FakeClock() });
    const before = lb.picker(snapshot([at(1), at(2)]), undefined);
    for (let k = 0; k < 50; k++) before.done!(pick(before)!, 'ok', 10, 0);
    const now = lb.picker(snapshot([at(1), at(2), at(3)], 2), before);
    const c: Record<number, number> = {};
    // Nothing comes back: 3 gets its first call and its place in draws against itself, no more.
    for (let k = 0; k < 300; k++) {
      const x = port(pick(now))!;
      c[x] = (c[x] ?? 0) + 1;
    }
    expect(c[3]!).toBeLessThan(90);
  });

  it('tries the loser once in a while', () => {
    const clock = new FakeClock();
    const p = p2cEwma({ clock, probeMs: 1000, random: drawn(0, 0.9) }).picker(snapshot([at(1), at(2)]), undefined);
    // The first answer of each makes 1 slow.
    for (let k = 0; k < 2; k++) {
      const i = pick(p)!;
      p.done!(i, 'ok', port(i) === 1 ? 1000 : 1, 0);
    }
    expect([1, 2, 3].map(() => end(p))).toEqual([2, 2, 2]);
    clock.advance(1000);
    expect([1, 2, 3].map(() => end(p))).toEqual([1, 2, 2]);
  });

  const end = (p: Picker): number => {
    const i = pick(p)!;
    p.done!(i, 'ok', port(i) === 1 ? 1000 : 1, 0);
    return port(i)!;
  };
});

describe('outlierExclusion', () => {
  const make = (n: number, o: Partial<Parameters<typeof outlierExclusion>[0]> = {}): { clock: FakeClock; list: readonly Instance[]; lb: LoadBalancer; p: Picker } => {
    const clock = new FakeClock();
    const lb = outlierExclusion({ next: weightedRoundRobin(), clock, ...o });
    const list = Array.from({ length: n }, (_, i) => at(i + 1));
    return { clock, list, lb, p: lb.picker(snapshot(list), undefined) };
  };
  const fail = (p: Picker, i: Instance, n = 5): void => {
    for (let k = 0; k < n; k++) p.done!(i, 'fail', 1, 0);
  };

  it('leaves an instance out after five errors in a row, for 30 s, then for 60', () => {
    const { p, list, clock } = make(4);
    fail(p, list[0]!, 4);
    p.done!(list[0]!, 'ok', 1, 0);
    fail(p, list[0]!, 4);
    expect(counts(p, 40)[1]).toBe(10);
    p.done!(list[0]!, 'timeout', 1, 0);
    expect(counts(p, 40)[1]).toBeUndefined();
    clock.advance(29_999);
    expect(counts(p, 40)[1]).toBeUndefined();
    clock.advance(1);
    expect(counts(p, 40)[1]).toBe(10);
    fail(p, list[0]!);
    clock.advance(59_999);
    expect(counts(p, 40)[1]).toBeUndefined();
    clock.advance(1);
    expect(counts(p, 40)[1]).toBe(10);
  });

  it('leaves out no more than half of the list', () => {
    const { p, list } = make(4);
    for (const i of list) fail(p, i);
    expect(Object.keys(counts(p, 40))).toHaveLength(2);
  });

  it('picks an excluded one when nothing else is left', () => {
    const { p, list } = make(2);
    fail(p, list[0]!);
    expect(port(pick(p, [list[1]!]))).toBe(1);
    expect(pick(p, list)).toBeUndefined();
  });

  it('goes on with what it knows when the list changes', () => {
    const { p, list, lb } = make(4);
    fail(p, list[0]!);
    const next = lb.picker(snapshot([at(1), at(2), at(3), at(4), at(5)], 2), p);
    expect(counts(next, 40)[1]).toBeUndefined();
  });

  it('never excludes the only instance there is', () => {
    const { p, list } = make(1);
    fail(p, list[0]!, 50);
    expect(port(pick(p))).toBe(1);
  });
});

describe('locality', () => {
  const s = snapshot([at(1, 10, { zone: 'a' }), at(2, 10, { zone: 'b' }), at(3, 10, { zone: 'b' }), at(4, 10, { zone: 'b' })]);
  const make = (zone: string, minPercent = 0): Picker => locality({ zone, minPercent, next: weightedRoundRobin() }).picker(s, undefined);

  it('stays in its zone, and leaves it for calls that have tried all of it', () => {
    expect(counts(make('a'), 20)).toEqual({ 1: 20 });
    expect(port(pick(make('a'), [s.instances[0]!]))).toBeGreaterThan(1);
    expect(Object.keys(counts(make('b'), 30))).toEqual(['2', '3', '4']);
  });

  it('uses all where the zone has none, too few, or is not known', () => {
    for (const p of [make('c'), make('a', 26), make('')]) expect(Object.keys(counts(p, 40))).toHaveLength(4);
    expect(counts(make('a', 25), 20)).toEqual({ 1: 20 });
  });

  it('passes feedback on to the balancer within', () => {
    const p = locality({ zone: 'b', next: leastRequest({ random: drawn(0, 0.5) }) }).picker(s, undefined);
    const first = pick(p)!;
    const second = pick(p)!;
    expect(port(second)).not.toBe(port(first));
    p.done!(first, 'ok', 1, 0);
    expect(port(pick(p))).toBe(port(first));
  });
});

describe('subset', () => {
  const list = Array.from({ length: 20 }, (_, i) => at(i + 1));
  const members = (clientId: string, instances: readonly Instance[]): Set<string> => new Set(Object.keys(counts(subset({ size: 5, clientId, next: weightedRoundRobin() }).picker(snapshot(instances), undefined), 50)));

  it('keeps to a few, the same ones after a restart, other ones for other clients', () => {
    expect(members('a', list).size).toBe(5);
    expect(members('a', [...list].reverse())).toEqual(members('a', list));
    const used = new Set(Array.from({ length: 40 }, (_, k) => [...members(`client-${k}`, list)]).flat());
    expect(used.size).toBe(20);
  });

  it('replaces one member by one when it goes', () => {
    const before = members('a', list);
    const gone = [...before][0]!;
    const after = members('a', list.filter((i) => port(i) !== Number(gone)));
    expect([...after].filter((x) => !before.has(x))).toHaveLength(1);
  });

  it('leaves the subset for calls that have tried all of it', () => {
    const p = subset({ size: 5, clientId: 'a', next: weightedRoundRobin() }).picker(snapshot(list), undefined);
    const inside = list.filter((i) => members('a', list).has(String(port(i))));
    const i = pick(p, inside);
    expect(i).toBeDefined();
    expect(inside).not.toContain(i);
  });
});
