// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Compare } from '../ordered/compare.js';
import { natural } from '../ordered/compare.js';
import { Tree } from '../ordered/tree.js';
import type { KeyRange } from '../skipmap/ordered-map.js';
import { walkRange } from '../skipmap/ordered-map.js';

/**
 * A Set whose members are in order; see OrderedMap for costs and iteration.
 * Source: bytedance/gopkg collection/skipset.
 */
export class OrderedSet<T> implements Iterable<T> {
  private readonly tree: Tree<T, undefined>;

  constructor(members?: Iterable<T> | null, compare: Compare<T> = natural) {
    this.tree = new Tree(compare);
    if (members != null) for (const m of members) this.tree.set(m, undefined);
  }

  get size(): number {
    return this.tree.size;
  }

  /** True when the member is new. `Differs:` a Set answers itself. Source: Add. */
  add(member: T): boolean {
    return this.tree.set(member, undefined);
  }

  /** Source: Contains. */
  has(member: T): boolean {
    return this.tree.has(member);
  }

  /** True when the member was there. Source: Remove. */
  delete(member: T): boolean {
    return this.tree.delete(member);
  }

  clear(): void {
    this.tree.clear();
  }

  first(): T | undefined {
    return this.tree.at(0)?.[0];
  }

  last(): T | undefined {
    return this.tree.at(this.tree.size - 1)?.[0];
  }

  /** The member at a place, counted from the front, or from the end when negative. */
  at(index: number): T | undefined {
    return this.tree.at(index < 0 ? index + this.tree.size : index)?.[0];
  }

  /** The place of a member; -1 when it is not there. */
  indexOf(member: T): number {
    return this.tree.has(member) ? this.tree.rank(member) : -1;
  }

  /** The first member that is not before `member`. */
  lowerBound(member: T): T | undefined {
    return this.tree.at(this.tree.rank(member))?.[0];
  }

  /** The first member behind `member`. */
  upperBound(member: T): T | undefined {
    return this.tree.at(this.tree.rank(member, true))?.[0];
  }

  /** Members of a range. Source: Range. */
  *range(r: KeyRange<T> = {}): IterableIterator<T> {
    for (const [m] of walkRange(this.tree, r)) yield m;
  }

  [Symbol.iterator](): IterableIterator<T> {
    return this.range();
  }
}
