// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { background } from '@cloudwego/gopkg/context';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Instance, Picker } from '@cloudwego/governance';
import { weightedRoundRobin } from '@cloudwego/governance';

const target = { service: 's', method: 'M', tags: {} };
const instances = (weights: readonly number[]): Instance[] => weights.map((weight, i) => ({ address: { kind: 'tcp', host: 'h', port: i + 1 }, weight, tags: {} }));
const picker = (list: readonly Instance[]): Picker => weightedRoundRobin().picker({ key: 's', version: 1, instances: list }, undefined);
const take = (p: Picker, n: number): Instance[] => Array.from({ length: n }, () => p.pick(background, target, [])!);
const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** nextWrrNode of cloudwego/kitex pkg/loadbalance/weighted_round_robin.go (Apache-2.0), line by line, from nodes rotated by `offset`. */
function goSequence(list: readonly Instance[], offset: number, n: number): Instance[] {
  const nodes = list.map((_, i) => ({ instance: list[(i + offset) % list.length]!, current: 0 }));
  const out: Instance[] = [];
  for (let k = 0; k < n; k++) {
    let maxCurrent = 0;
    let totalWeight = 0;
    let selected: (typeof nodes)[number] | undefined;
    for (const node of nodes) {
      node.current += node.instance.weight;
      totalWeight += node.instance.weight;
      if (selected === undefined || node.current > maxCurrent) {
        selected = node;
        maxCurrent = node.current;
      }
    }
    selected!.current -= totalWeight;
    out.push(selected!.instance);
  }
  return out;
}

const weights = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 2, maxLength: 8 }).filter((w) => w.some((x) => x !== w[0]));

describe('weighted round robin', () => {
  it('picks as Go does, from a random rotation, beyond the end of the cycle', () => {
    fc.assert(
      fc.property(weights, (w) => {
        const list = instances(w);
        const capacity = w.reduce((a, b) => a + b) / w.reduce(gcd);
        const n = Math.min(capacity * 2 + 3, 1500);
        const got = take(picker(list), n);
        const match = list.some((_, offset) => goSequence(list, offset, n).every((x, i) => x === got[i]));
        expect(match).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('fills a long cycle in pieces, without a seam', () => {
    const list = instances([997, 1009, 3]);
    const got = take(picker(list), 4000);
    expect(list.some((_, offset) => goSequence(list, offset, 4000).every((x, i) => x === got[i]))).toBe(true);
  });

  it('picks the same where the cycle is too long to keep', () => {
    const list = instances([999_999, 1_000_000, 7]);
    const got = take(picker(list), 5000);
    expect(list.some((_, offset) => goSequence(list, offset, 5000).every((x, i) => x === got[i]))).toBe(true);
  });

  it('gives each its exact share per cycle, and never more than one turn ahead of it', () => {
    fc.assert(
      fc.property(weights, (w) => {
        const list = instances(w);
        const sum = w.reduce((a, b) => a + b);
        const unit = w.reduce(gcd);
        const capacity = sum / unit;
        const p = picker(list);
        const counts = list.map(() => 0);
        for (let k = 1; k <= capacity; k++) {
          counts[list.indexOf(p.pick(background, target, [])!)]!++;
          for (const [i, c] of counts.entries()) expect(c).toBeLessThan((k * w[i]!) / sum + 1);
        }
        expect(counts).toEqual(w.map((x) => x / unit));
      }),
      { numRuns: 100 },
    );
  });

  it('spreads a heavy node instead of giving its turns in a row', () => {
    const list = instances([5, 1, 1]);
    const names = take(picker(list), 7).map((i) => list.indexOf(i));
    let run = 0;
    let longest = 0;
    for (const x of [...names, ...names]) {
      run = x === 0 ? run + 1 : 0;
      longest = Math.max(longest, run);
    }
    expect(longest).toBeLessThan(5);
  });

  it('starts anywhere', () => {
    const list = instances([3, 3, 2]);
    const first = new Set<Instance>();
    for (let i = 0; i < 300; i++) first.add(take(picker(list), 1)[0]!);
    expect(first.size).toBeGreaterThan(1);
  });

  it('shares fractions too, and leaves out what is no weight', () => {
    const list = instances([0.1, 0.3, NaN, Infinity, 0, -1]);
    const got = take(picker(list), 4000);
    expect(got.filter((i) => i === list[1]).length / 4000).toBeCloseTo(0.75, 1);
    expect(new Set(got)).toEqual(new Set([list[0], list[1]]));
  });
});

describe('round robin of equal weights', () => {
  it('gives each in turn, from a random start, zero weights left out', () => {
    const list = instances([7, 0, 7, 7, -1]);
    const live = [list[0]!, list[2]!, list[3]!];
    const got = take(picker(list), 9);
    const start = live.indexOf(got[0]!);
    expect(got).toEqual(Array.from({ length: 9 }, (_, i) => live[(start + i) % 3]));
  });

  it('one address twice is two turns', () => {
    const [a, b] = instances([1, 1]);
    const got = take(picker([a!, a!, b!]), 6);
    expect(got.filter((i) => i === a)).toHaveLength(4);
  });
});

describe('what was tried', () => {
  it('is passed over, whatever the weights, until nothing is left', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 1_000_000 })), { minLength: 1, maxLength: 8 }), (w) => {
        const list = instances(w);
        const p = picker(list);
        const tried: Instance[] = [];
        for (let k = 0; k < w.length; k++) tried.push(p.pick(background, target, tried)!);
        expect(new Set(tried)).toEqual(new Set(list));
        expect(p.pick(background, target, tried)).toBeUndefined();
      }),
    );
  });
});
