// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { KeyRange } from '@cloudwego/gopkg/skipmap';
import { byUtf8, descending, natural, OrderedMap } from '@cloudwego/gopkg/skipmap';
import { OrderedSet } from '@cloudwego/gopkg/skipset';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

/** A sorted array of pairs. */
class Model {
  list: [number, number][] = [];
  sorted(): [number, number][] {
    return [...this.list].sort((a, b) => a[0] - b[0]);
  }
  set(k: number, v: number): void {
    const e = this.list.find((x) => x[0] === k);
    if (e === undefined) this.list.push([k, v]);
    else e[1] = v;
  }
  delete(k: number): boolean {
    const n = this.list.length;
    this.list = this.list.filter((x) => x[0] !== k);
    return this.list.length < n;
  }
}

interface Shape {
  readonly root: unknown;
}
/** Every promise of a B+-tree that its users do not see. */
function sound(map: OrderedMap<number, number>): void {
  interface N {
    readonly keys?: number[];
    readonly children?: N[];
    readonly firsts?: number[];
    readonly size?: number;
    readonly next?: N;
    readonly prev?: N;
  }
  const leaves: N[] = [];
  const visit = (n: N, root: boolean): { readonly depth: number; readonly size: number; readonly first: number | undefined } => {
    if (n.keys !== undefined) {
      if (!root && (n.keys.length < 1 || n.keys.length > 32)) throw new Error(`a leaf of ${n.keys.length}`);
      leaves.push(n);
      return { depth: 0, size: n.keys.length, first: n.keys[0] };
    }
    const below = n.children!.map((c) => visit(c, false));
    if (n.children!.length < (root ? 2 : 1) || n.children!.length > 32) throw new Error(`a branch of ${n.children!.length}`);
    if (new Set(below.map((b) => b.depth)).size !== 1) throw new Error('leaves at different depths');
    if (below.some((b, i) => b.first !== n.firsts![i])) throw new Error('a wrong first key');
    const size = below.reduce((s, b) => s + b.size, 0);
    if (size !== n.size) throw new Error(`counts ${n.size} of ${size}`);
    return { depth: below[0]!.depth + 1, size, first: below[0]!.first };
  };
  visit((map as unknown as { readonly tree: Shape }).tree.root as N, true);
  leaves.forEach((l, i) => {
    if (l.next !== leaves[i + 1] || l.prev !== leaves[i - 1]) throw new Error('leaves are not linked in order');
  });
}

const key = fc.oneof(fc.nat(15), fc.nat(400));
const op = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('fill' as const), from: fc.nat(400), n: fc.nat(60), step: fc.constantFrom(1, -1, 7) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('drop' as const), from: fc.nat(400), n: fc.nat(60), step: fc.constantFrom(1, -1, 7) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('set' as const, 'delete' as const, 'take' as const, 'getOrSet' as const), k: key, v: fc.nat() }) },
);

describe('OrderedMap', () => {
  it('is a sorted list of pairs', () => {
    fc.assert(
      fc.property(fc.array(op, { maxLength: 40 }), fc.array(key, { maxLength: 5 }), (ops, probes) => {
        const map = new OrderedMap<number, number>();
        const model = new Model();
        for (const o of ops) {
          if (o.do === 'fill' || o.do === 'drop') {
            for (let i = 0, k = o.from; i < o.n; i++, k = (((k + o.step) % 401) + 401) % 401) {
              if (o.do === 'fill') {
                map.set(k, i);
                model.set(k, i);
              } else if (map.delete(k) !== model.delete(k)) throw new Error(`delete ${k}`);
            }
          } else {
            const there = model.list.find((x) => x[0] === o.k)?.[1];
            if (o.do === 'set') {
              map.set(o.k, o.v);
              model.set(o.k, o.v);
            } else if (o.do === 'delete') expect(map.delete(o.k)).toBe(model.delete(o.k));
            else if (o.do === 'take') {
              expect(map.take(o.k)).toBe(there);
              model.delete(o.k);
            } else {
              expect(map.getOrSet(o.k, o.v)).toBe(there ?? o.v);
              if (there === undefined) model.set(o.k, o.v);
            }
          }
          sound(map);
        }
        const all = model.sorted();
        expect([...map]).toEqual(all);
        expect(map.size).toBe(all.length);
        expect([map.first(), map.last(), map.at(-2), map.at(all.length)]).toEqual([all[0], all.at(-1), all.at(-2), undefined]);
        for (const k of [...probes, 0, 400, 401]) {
          const i = all.findIndex((x) => x[0] === k);
          expect([map.has(k), map.get(k), map.indexOf(k)]).toEqual([i >= 0, all[i]?.[1], i]);
          expect(map.lowerBound(k)).toEqual(all.find((x) => x[0] >= k));
          expect(map.upperBound(k)).toEqual(all.find((x) => x[0] > k));
        }
        expect([...map.keys()]).toEqual(all.map((x) => x[0]));
        expect([...map.values()]).toEqual(all.map((x) => x[1]));
      }),
      { numRuns: 150 },
    );
  });

  it('gives ranges as filters do, in both directions', () => {
    const range: fc.Arbitrary<KeyRange<number>> = fc.record({ from: fc.option(fc.nat(100), { nil: undefined }), to: fc.option(fc.nat(100), { nil: undefined }), fromExclusive: fc.boolean(), toExclusive: fc.boolean(), reverse: fc.boolean() });
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(100), { maxLength: 100 }), range, (keys, r) => {
        const expected = keys
          .filter((k) => (r.from === undefined || (r.fromExclusive === true ? k > r.from : k >= r.from)) && (r.to === undefined || (r.toExclusive === true ? k < r.to : k <= r.to)))
          .sort((a, b) => (r.reverse === true ? b - a : a - b));
        expect([...new OrderedMap(keys.map((k) => [k, k] as const)).range(r)].map(([k]) => k)).toEqual(expected);
        expect([...new OrderedSet(keys).range(r)]).toEqual(expected);
      }),
    );
  });

  it('may be changed while it is walked: on behind the last key, within the range', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(200), { maxLength: 100 }), fc.array(fc.record({ k: fc.nat(200), add: fc.boolean() }), { maxLength: 30 }), fc.boolean(), fc.integer({ min: 50, max: 150 }), (keys, changes, reverse, bound) => {
        const map = new OrderedMap(keys.map((k) => [k, k] as const));
        const model = new Set(keys);
        const seen: number[] = [];
        const expected: number[] = [];
        let last = reverse ? Infinity : -Infinity;
        const next = (): number | undefined => {
          const rest = [...model].filter((k) => (reverse ? k < last && k >= bound : k > last && k <= bound)).sort((a, b) => (reverse ? b - a : a - b));
          return rest[0];
        };
        let i = 0;
        for (const [k] of map.range(reverse ? { from: bound, reverse } : { to: bound })) {
          seen.push(k);
          expected.push(next()!);
          last = k;
          const c = changes[i++];
          if (c === undefined) continue;
          if (c.add) {
            map.set(c.k, c.k);
            model.add(c.k);
          } else {
            map.delete(c.k);
            model.delete(c.k);
          }
        }
        expect(seen).toEqual(expected);
        expect(next()).toBeUndefined();
      }),
    );
  });

  it('may lose the key just given, and be emptied', () => {
    const map = new OrderedMap(Array.from({ length: 100 }, (_, i) => [i, i] as const));
    const seen: number[] = [];
    for (const [k] of map) {
      seen.push(k);
      map.delete(k);
    }
    expect([seen.length, map.size]).toEqual([100, 0]);
    for (let i = 0; i < 100; i++) map.set(i, i);
    for (const _ of map) map.clear();
    expect(map.size).toBe(0);
  });

  it('computes a value only when it is needed', () => {
    const map = new OrderedMap<string, number>();
    let made = 0;
    const make = (k: string): number => k.length + made++;
    expect([map.getOrCompute('ab', make), map.getOrCompute('ab', make), made]).toEqual([2, 2, 1]);
    expect([map.getOrSet('ab', 9), map.getOrSet('c', undefined as unknown as number), map.has('c')]).toEqual([2, undefined, true]);
    const log: string[] = [];
    map.forEach((v, k, m) => log.push(`${k} ${v} ${m === map}`));
    expect(log).toEqual(['ab 2 true', 'c undefined true']);
  });

  it('takes keys of many kinds and refuses what has no place', () => {
    expect([...new OrderedMap<unknown, number>([['b', 1], [2, 1], [1n, 1], ['a', 1], [1.5, 1], [false, 1], [-Infinity, 1]]).keys()]).toEqual([-Infinity, false, 1n, 1.5, 2, 'a', 'b']);
    const dates = new OrderedMap([[new Date(2), 'b'], [new Date(1), 'a']] as const);
    expect([...dates.values()]).toEqual(['a', 'b']);
    const m = new OrderedMap<unknown, number>();
    expect(() => m.set(NaN, 1)).toThrow(RangeError);
    for (const k of [{}, null, undefined, Symbol('s'), () => 1]) expect(() => m.set(k, 1)).toThrow(/need a compare function/);
    expect(m.size).toBe(0);
  });

  it('takes any order', () => {
    expect([...new OrderedMap([[1, 'a'], [3, 'c'], [2, 'b']] as const, descending()).values()]).toEqual(['c', 'b', 'a']);
    const byLength = new OrderedMap<string, number>([['aaa', 1], ['b', 2], ['cc', 3], ['d', 4]], (a, b) => a.length - b.length);
    // Keys that compare as equal are one key, the first.
    expect([...byLength]).toEqual([['b', 4], ['cc', 3], ['aaa', 1]]);
  });
});

describe('orders', () => {
  it('byUtf8 is that of the bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        expect(Math.sign(byUtf8(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
    expect(['\u{1f600}', '\uffff', '\ue000', 'z'].sort(byUtf8)).toEqual(['z', '\ue000', '\uffff', '\u{1f600}']);
    expect('\u{1f600}' < '\uffff').toBe(true);
  });

  it('natural is one order over all it takes', () => {
    const v = fc.oneof(fc.double({ noNaN: true }), fc.bigInt(), fc.string(), fc.boolean(), fc.date({ noInvalidDate: true }));
    fc.assert(
      fc.property(v, v, v, (a, b, c) => {
        expect(Math.sign(natural(a, b)) + Math.sign(natural(b, a))).toBe(0);
        if (natural(a, b) <= 0 && natural(b, c) <= 0) expect(natural(a, c)).toBeLessThanOrEqual(0);
      }),
    );
  });
});

describe('OrderedSet', () => {
  it('is a sorted Set', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ v: fc.nat(50), add: fc.boolean() }), { maxLength: 100 }), (ops) => {
        const set = new OrderedSet<number>();
        const model = new Set<number>();
        for (const { v, add } of ops) {
          if (add) {
            expect(set.add(v)).toBe(!model.has(v));
            model.add(v);
          } else expect(set.delete(v)).toBe(model.delete(v));
        }
        const all = [...model].sort((a, b) => a - b);
        expect([...set]).toEqual(all);
        expect([set.size, set.first(), set.last(), set.at(1), set.at(-1)]).toEqual([all.length, all[0], all.at(-1), all[1], all.at(-1)]);
        for (const v of [0, 25, 50]) {
          expect([set.has(v), set.indexOf(v), set.lowerBound(v), set.upperBound(v)]).toEqual([model.has(v), all.indexOf(v), all.find((x) => x >= v), all.find((x) => x > v)]);
        }
        set.clear();
        expect([...set]).toEqual([]);
      }),
    );
  });
});
