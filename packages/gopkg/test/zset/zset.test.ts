// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { FastRand } from '@cloudwego/gopkg/fastrand';
import type { ScoreRange, ZEntry } from '@cloudwego/gopkg/zset';
import { ZSet } from '@cloudwego/gopkg/zset';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const member = fc.constantFrom('a', 'b', 'c', 'd', 'é', '\uffff', '😀', '', 'aa');
const score = fc.constantFrom(0, -0, 1, 2, -1.5, Infinity, -Infinity, 1e300);
const range: fc.Arbitrary<ScoreRange> = fc.record({ min: fc.option(score, { nil: undefined }), max: fc.option(score, { nil: undefined }), excludeMin: fc.boolean(), excludeMax: fc.boolean() });
const place = fc.integer({ min: -12, max: 12 });
const op = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constantFrom('add' as const, 'incr' as const), m: member, s: score }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('delete' as const), m: member }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('byScore' as const), r: range }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('byRank' as const), a: place, b: place }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('popMin' as const, 'popMax' as const), n: fc.integer({ min: -1, max: 3 }) }) },
);

/** Entries in order, kept by sorting. */
class Model {
  scores = new Map<string, number>();
  list(): ZEntry[] {
    return [...this.scores].map(([m, s]) => ({ member: m, score: s })).sort((x, y) => (x.score < y.score ? -1 : x.score > y.score ? 1 : Buffer.compare(Buffer.from(x.member), Buffer.from(y.member))));
  }
  within(r: ScoreRange): ZEntry[] {
    const { min = -Infinity, max = Infinity } = r;
    return this.list().filter((e) => (r.excludeMin === true ? e.score > min : e.score >= min) && (r.excludeMax === true ? e.score < max : e.score <= max));
  }
  places(a: number, b: number): ZEntry[] {
    const n = this.scores.size;
    return this.list().slice(Math.max(0, a < 0 ? a + n : a), Math.max(0, (b < 0 ? b + n : b) + 1));
  }
  drop(entries: readonly ZEntry[]): void {
    for (const e of entries) this.scores.delete(e.member);
  }
}

describe('ZSet', () => {
  it('is a sorted list of entries', () => {
    fc.assert(
      fc.property(fc.array(op, { maxLength: 40 }), range, place, place, (ops, r, a, b) => {
        const z = new ZSet();
        const m = new Model();
        for (const o of ops) {
          switch (o.do) {
            case 'add':
              expect(z.add(o.s, o.m)).toBe(!m.scores.has(o.m));
              m.scores.set(o.m, o.s + 0);
              break;
            case 'incr': {
              const sum = (m.scores.get(o.m) ?? 0) + o.s + 0;
              if (Number.isNaN(sum)) expect(() => z.incrBy(o.s, o.m)).toThrow(RangeError);
              else {
                expect(z.incrBy(o.s, o.m)).toBe(sum);
                m.scores.set(o.m, sum);
              }
              break;
            }
            case 'delete':
              expect(z.delete(o.m)).toBe(m.scores.get(o.m));
              m.scores.delete(o.m);
              break;
            case 'byScore': {
              const gone = m.within(o.r);
              expect(z.removeRangeByScore(o.r)).toEqual(gone);
              m.drop(gone);
              break;
            }
            case 'byRank': {
              const gone = m.places(o.a, o.b);
              expect(z.removeRangeByRank(o.a, o.b)).toEqual(gone);
              m.drop(gone);
              break;
            }
            case 'popMin':
            case 'popMax': {
              const all = m.list();
              const gone = (o.do === 'popMin' ? all : all.reverse()).slice(0, Math.max(0, o.n));
              expect(z[o.do](o.n)).toEqual(gone);
              m.drop(gone);
              break;
            }
          }
          expect(z.size).toBe(m.scores.size);
        }
        const all = m.list();
        expect([...z]).toEqual(all);
        for (const x of ['a', 'é', '😀', 'none']) {
          const i = all.findIndex((e) => e.member === x);
          expect([z.has(x), z.score(x), z.rank(x), z.revRank(x)]).toEqual([i >= 0, all[i]?.score, i, i < 0 ? -1 : all.length - 1 - i]);
        }
        expect(z.range(a, b)).toEqual(m.places(a, b));
        const reversed = all.reverse();
        const n = reversed.length;
        expect(z.revRange(a, b)).toEqual(reversed.slice(Math.max(0, a < 0 ? a + n : a), Math.max(0, (b < 0 ? b + n : b) + 1)));
        expect(z.count(r)).toBe(m.within(r).length);
        expect(z.rangeByScore(r, { offset: 1, limit: 2 })).toEqual(m.within(r).slice(1, 3));
        expect(z.rangeByScore(r, { reverse: true })).toEqual(m.within(r).reverse());
        expect(z.rangeByScore(r, { offset: -1 })).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps places right in large sets, through many changes', () => {
    const random = new FastRand(1);
    const z = new ZSet<number>();
    const scores = new Map<number, number>();
    for (let i = 0; i < 20_000; i++) {
      const m = random.intn(3000);
      if (random.intn(3) === 0) {
        z.delete(m);
        scores.delete(m);
      } else {
        const s = random.intn(100);
        z.add(s, m);
        scores.set(m, s);
      }
    }
    const all = [...scores].sort((a, b) => a[1] - b[1] || a[0] - b[0]);
    expect([...z].map((e) => e.member)).toEqual(all.map(([m]) => m));
    for (let i = 0; i < all.length; i += 37) {
      expect(z.rank(all[i]![0])).toBe(i);
      expect(z.range(i, i)[0]?.member).toBe(all[i]![0]);
    }
  });

  it('refuses scores that are no numbers, and changes nothing then', () => {
    const z = new ZSet([['a', 1]]);
    for (const s of [NaN, '1' as never, undefined as never, 1n as never]) {
      expect(() => z.add(s, 'a')).toThrow(RangeError);
      expect(() => z.incrBy(s, 'b')).toThrow(RangeError);
      expect(() => z.count({ min: s ?? NaN })).toThrow(RangeError);
    }
    expect([...z]).toEqual([{ member: 'a', score: 1 }]);
    const objects = new ZSet<object>();
    expect(() => { objects.add(1, {}); objects.add(1, {}); }).toThrow(/compare function/);
    const ordered = new ZSet<{ readonly id: number }>(null, { compare: (a, b) => b.id - a.id });
    const [one, two] = [{ id: 1 }, { id: 2 }];
    ordered.add(1, one);
    ordered.add(1, two);
    expect([...ordered].map((e) => e.member.id)).toEqual([2, 1]);
  });

  it('adds by the flags of ZADD', () => {
    const z = new ZSet([['a', 5]]);
    expect([z.add(9, 'a', { onlyNew: true }), z.add(1, 'b', { onlyExisting: true }), z.add(3, 'a', { onlyGreater: true }), z.add(9, 'a', { onlyLess: true })]).toEqual([false, false, false, false]);
    expect([...z]).toEqual([{ member: 'a', score: 5 }]);
    z.add(7, 'a', { onlyGreater: true });
    z.add(2, 'c', { onlyGreater: true });
    expect([...z].map((e) => e.score)).toEqual([2, 7]);
  });

  it('draws at random', () => {
    const z = new ZSet(Array.from({ length: 50 }, (_, i) => [`m${i}`, i] as const));
    const random = new FastRand(3);
    const hits = new Map<string, number>();
    for (let i = 0; i < 2000; i++) {
      const drawn = z.random(5, random).map((e) => e.member);
      expect(new Set(drawn).size).toBe(5);
      for (const m of drawn) hits.set(m, (hits.get(m) ?? 0) + 1);
    }
    expect(hits.size).toBe(50);
    for (const n of hits.values()) expect(Math.abs(n - 200)).toBeLessThan(80);
    expect([z.random(99).length, z.random(-99).length, z.random(0).length, new ZSet().random(3).length]).toEqual([50, 99, 0, 0]);
  });

  it('combines sets', () => {
    const a = new ZSet([['x', 1], ['y', 2], ['inf', Infinity]]);
    const b = new ZSet([['y', 10], ['z', 20], ['inf', -Infinity]]);
    const text = (z: ZSet): string => [...z].map((e) => `${e.member}=${e.score}`).join();
    expect(text(ZSet.union([a, b]))).toBe('inf=0,x=1,y=12,z=20');
    expect(text(ZSet.union([a, b], { weights: [2, 0] }))).toBe('z=0,x=2,y=4,inf=Infinity');
    expect(text(ZSet.inter([a, b], { aggregate: 'max' }))).toBe('y=10,inf=Infinity');
    expect(text(ZSet.inter([a, b], { aggregate: 'min', weights: [1, 1] }))).toBe('inf=-Infinity,y=2');
    expect(text(ZSet.diff([a, b]))).toBe('x=1');
    expect([ZSet.interCard([a, b]), ZSet.interCard([a, b], 1), ZSet.interCard([])]).toEqual([2, 1, 0]);
    expect([ZSet.union([]).size, ZSet.inter([]).size, ZSet.diff([]).size, ZSet.diff([a]).size]).toEqual([0, 0, 0, 3]);
    expect(() => ZSet.union([a, b], { weights: [1] })).toThrow('1 weights for 2 sets');
    a.clear();
    expect([a.size, a.has('x')]).toEqual([0, false]);
  });
});
