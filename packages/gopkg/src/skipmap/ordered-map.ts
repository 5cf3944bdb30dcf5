// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Compare } from '../ordered/compare.js';
import { natural } from '../ordered/compare.js';
import { Tree } from '../ordered/tree.js';

/** Entries of a range, also while the tree changes. */
export function walkRange<K, V>(tree: Tree<K, V>, r: KeyRange<K>): IterableIterator<readonly [K, V]> {
  const start = (): number => (r.from === undefined ? 0 : tree.rank(r.from, r.fromExclusive === true));
  const end = (): number => (r.to === undefined ? tree.size : tree.rank(r.to, r.toExclusive !== true));
  return r.reverse === true ? tree.walk(end() - 1, () => start() - 1, -1) : tree.walk(start(), end, 1);
}

/** Keys from `from` to `to`, both inclusive unless it is said otherwise; what is absent is the end of the map. */
export interface KeyRange<K> {
  readonly from?: K | undefined;
  readonly to?: K | undefined;
  readonly fromExclusive?: boolean | undefined;
  readonly toExclusive?: boolean | undefined;
  /** From the last to the first. @defaultValue false */
  readonly reverse?: boolean | undefined;
}

/**
 * A Map whose keys are in order. Look-ups, changes and places are O(log n). An iteration sees changes and goes on behind the key it gave last.
 * Source: bytedance/gopkg collection/skipmap.
 * Differs: one thread needs no lock-free list, so this is a B+-tree that also knows places; strings are in lexical order, in the original by their hash.
 */
export class OrderedMap<K, V> implements Iterable<readonly [K, V]> {
  private readonly tree: Tree<K, V>;

  constructor(entries?: Iterable<readonly [K, V]> | null, compare: Compare<K> = natural) {
    this.tree = new Tree(compare);
    if (entries != null) for (const [k, v] of entries) this.tree.set(k, v);
  }

  get size(): number {
    return this.tree.size;
  }

  /** Source: Load. */
  get(key: K): V | undefined {
    return this.tree.get(key);
  }

  has(key: K): boolean {
    return this.tree.has(key);
  }

  /** Source: Store. */
  set(key: K, value: V): this {
    this.tree.set(key, value);
    return this;
  }

  /** True when the key was there. Source: Delete. */
  delete(key: K): boolean {
    return this.tree.delete(key);
  }

  /** Takes the value out; undefined when the key was not there. Source: LoadAndDelete. */
  take(key: K): V | undefined {
    const v = this.tree.get(key);
    this.tree.delete(key);
    return v;
  }

  /** The value that is there, else `value`, which is there from now on. Source: LoadOrStore. */
  getOrSet(key: K, value: V): V {
    return this.getOrCompute(key, () => value);
  }

  /** As getOrSet; `make` is called only when the key is not there. Source: LoadOrStoreLazy. */
  getOrCompute(key: K, make: (key: K) => V): V {
    if (this.tree.has(key)) return this.tree.get(key) as V;
    const v = make(key);
    this.tree.set(key, v);
    return v;
  }

  clear(): void {
    this.tree.clear();
  }

  first(): readonly [K, V] | undefined {
    return this.tree.at(0);
  }

  last(): readonly [K, V] | undefined {
    return this.tree.at(this.tree.size - 1);
  }

  /** The entry at a place, counted from the front, or from the end when negative. */
  at(index: number): readonly [K, V] | undefined {
    return this.tree.at(index < 0 ? index + this.tree.size : index);
  }

  /** The place of a key; -1 when it is not there. */
  indexOf(key: K): number {
    return this.tree.has(key) ? this.tree.rank(key) : -1;
  }

  /** The first entry that is not before `key`. */
  lowerBound(key: K): readonly [K, V] | undefined {
    return this.tree.at(this.tree.rank(key));
  }

  /** The first entry behind `key`. */
  upperBound(key: K): readonly [K, V] | undefined {
    return this.tree.at(this.tree.rank(key, true));
  }

  /** Entries of a range. Source: Range; stop by leaving the loop. */
  range(r: KeyRange<K> = {}): IterableIterator<readonly [K, V]> {
    return walkRange(this.tree, r);
  }

  entries(): IterableIterator<readonly [K, V]> {
    return this.range();
  }

  *keys(): IterableIterator<K> {
    for (const [k] of this.range()) yield k;
  }

  *values(): IterableIterator<V> {
    for (const [, v] of this.range()) yield v;
  }

  forEach(f: (value: V, key: K, map: this) => void): void {
    for (const [k, v] of this.range()) f(v, k, this);
  }

  [Symbol.iterator](): IterableIterator<readonly [K, V]> {
    return this.range();
  }
}
