// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { createMetaInfo, emptyMetaInfo, MetaInfoNode } from '@cloudwego/gopkg/metainfo';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

type List = [string, string][];

/** bytedance/gopkg cloud/metainfo/info.go as it is: three lists of pairs, searched from the front. */
class GoNode {
  persistent: List = [];
  transient: List = [];
  stale: List = [];

  static put(l: List, k: string, v: string): List {
    const i = l.findIndex(([x]) => x === k);
    return i < 0 ? [...l, [k, v]] : l.map((p, j) => (j === i ? [k, v] : p));
  }

  withValue(k: string, v: string): void {
    if (k === '' || v === '') return;
    if (this.stale.some(([x]) => x === k)) {
      this.stale = this.stale.filter(([x]) => x !== k);
      this.transient = [...this.transient, [k, v]];
    } else this.transient = GoNode.put(this.transient, k, v);
  }

  withPersistent(k: string, v: string): void {
    if (k !== '' && v !== '') this.persistent = GoNode.put(this.persistent, k, v);
  }

  del(k: string): void {
    if (this.stale.some(([x]) => x === k)) this.stale = this.stale.filter(([x]) => x !== k);
    else this.transient = this.transient.filter(([x]) => x !== k);
  }

  forward(): void {
    this.stale = this.transient;
    this.transient = [];
  }

  get(k: string): string | undefined {
    return (this.transient.find(([x]) => x === k) ?? this.stale.find(([x]) => x === k))?.[1];
  }
}

const key = fc.constantFrom('', 'A', 'B', 'C', 'a');
const value = fc.constantFrom('', '1', '2');
const op = fc.oneof(
  fc.record({ do: fc.constantFrom('with' as const, 'persistent' as const), k: key, v: value }),
  fc.record({ do: fc.constantFrom('del' as const, 'delPersistent' as const, 'forward' as const), k: key, v: value }),
);

describe('MetaInfoNode', () => {
  it('does what the lists of the original do', () => {
    fc.assert(
      fc.property(fc.array(op, { maxLength: 30 }), (ops) => {
        let m = emptyMetaInfo;
        const go = new GoNode();
        for (const o of ops) {
          const before = [new Map(m.transient), new Map(m.persistent), new Map(m.stale)];
          const old = m;
          switch (o.do) {
            case 'with':
              m = m.with(o.k, o.v);
              go.withValue(o.k, o.v);
              break;
            case 'persistent':
              m = m.withPersistent(o.k, o.v);
              go.withPersistent(o.k, o.v);
              break;
            case 'del':
              m = m.without(o.k);
              go.del(o.k);
              break;
            case 'delPersistent':
              m = m.withoutPersistent(o.k);
              go.persistent = go.persistent.filter(([x]) => x !== o.k);
              break;
            case 'forward':
              m = m.forward();
              go.forward();
              break;
          }
          // Immutable: what was there before is as it was.
          expect([old.transient, old.persistent, old.stale]).toEqual(before);
          expect([...m.transient]).toEqual(go.transient);
          expect([...m.persistent]).toEqual(go.persistent);
          expect([...m.stale]).toEqual(go.stale);
          expect(m.size).toBe(go.stale.length + go.transient.length);
          for (const k of ['', 'A', 'B', 'C', 'a']) expect(m.get(k)).toBe(go.get(k));
          expect(m.all()).toEqual(new Map([...go.stale, ...go.transient]));
        }
      }),
    );
  });

  it('makes nothing new when nothing changes', () => {
    const m = createMetaInfo({ transient: { a: '1' }, persistent: { b: '2' } });
    for (const same of [m.with('a', '1'), m.withPersistent('b', '2'), m.with('', 'x'), m.with('x', ''), m.without('x'), m.withoutPersistent('x'), m.withAll([]), m.withAllPersistent({}), m.withAll({ a: '1' })]) expect(same).toBe(m);
    expect(createMetaInfo({ persistent: { b: '2' } }).forward().persistent.get('b')).toBe('2');
    expect(emptyMetaInfo.forward()).toBe(emptyMetaInfo);
  });

  it('drops empty keys and values wherever they come from', () => {
    const m = createMetaInfo({ transient: { '': 'x', a: '', b: '1' }, persistent: [['', 'x'], ['c', '']], stale: new Map([['d', '']]) });
    expect([m.transient.size, m.persistent.size, m.stale.size]).toEqual([1, 0, 0]);
  });

  it('lets a stale value travel again when it is set again, and the transient one win', () => {
    const m = createMetaInfo({ transient: { k: '1' } }).forward();
    expect([m.get('k'), m.transient.size]).toEqual(['1', 0]);
    const again = m.with('k', '1');
    expect([again.get('k'), again.transient.get('k'), again.stale.size]).toEqual(['1', '1', 0]);
    expect(again.forward().forward().get('k')).toBeUndefined();
    const both = createMetaInfo({ transient: { k: 'new' }, stale: { k: 'old', s: 'x' } });
    expect(both.get('k')).toBe('new');
    expect([...both.all()]).toEqual([['k', 'new'], ['s', 'x']]);
    expect(both.pick(['k', 's', 'none'])).toEqual(new Map([['k', 'new'], ['s', 'x']]));
  });

  it('changes many values at once as one by one', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(key, value), { maxLength: 10 }), fc.array(fc.tuple(key, value.filter((v) => v !== '')), { maxLength: 4 }), (pairs, stale) => {
        const base = createMetaInfo({ stale: stale.filter(([k]) => k !== '') });
        const one = pairs.reduce((m, [k, v]) => m.with(k, v).withPersistent(k, v), base);
        const all = base.withAll(pairs).withAllPersistent(new Map(pairs));
        expect(all.transient).toEqual(one.transient);
        expect(all.stale).toEqual(one.stale);
        // A map has one value per key, the last.
        for (const [k, v] of new Map(pairs)) if (k !== '' && v !== '') expect(all.getPersistent(k)).toBe(v);
      }),
    );
  });

  it('keeps its class', () => {
    class Mine extends MetaInfoNode {
      readonly mine = true;
      protected override copy(t: ReadonlyMap<string, string>, p: ReadonlyMap<string, string>, s: ReadonlyMap<string, string>): this {
        return new Mine(t, p, s) as this;
      }
    }
    const m = new Mine(new Map([['a', '1']]), new Map(), new Map());
    for (const x of [m.with('b', '1'), m.withPersistent('b', '1'), m.without('a'), m.forward(), m.withAll({ z: '1' })]) expect(x.mine).toBe(true);
  });
});
