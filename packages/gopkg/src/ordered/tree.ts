// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Compare } from './compare.js';

const MAX = 32;
const MIN = MAX >> 2;

class Leaf<K, V> {
  readonly keys: K[] = [];
  readonly values: V[] = [];
  prev: Leaf<K, V> | undefined = undefined;
  next: Leaf<K, V> | undefined = undefined;
}

class Branch<K, V> {
  readonly children: Node<K, V>[] = [];
  /** First key below each child. */
  readonly firsts: K[] = [];
  size = 0;
}

type Node<K, V> = Leaf<K, V> | Branch<K, V>;

const sizeOf = <K, V>(n: Node<K, V>): number => (n instanceof Leaf ? n.keys.length : n.size);
const fill = <K, V>(n: Node<K, V>): number => (n instanceof Leaf ? n.keys.length : n.children.length);
const firstOf = <K, V>(n: Node<K, V>): K => (n instanceof Leaf ? n.keys[0]! : n.firsts[0]!);

/**
 * An ordered map that also knows ranks: a B+-tree whose branches count what is below them.
 *
 *              ┌──────────────┐  size 9
 *              │  a   │  f    │  first key below each child
 *              └──┬───────┬───┘
 *        ┌────────▼─┐  ┌──▼─────────┐
 *        │ a b c e  │◀▶│ f g i k x  │  leaves are linked
 *        └──────────┘  └────────────┘
 *
 * Everything is O(log n), a step of an iteration O(1). An iteration sees changes: it goes on behind the last key it gave.
 */
export class Tree<K, V> {
  private root: Node<K, V> = new Leaf<K, V>();
  private version = 0;
  readonly compare: Compare<K>;

  constructor(compare: Compare<K>) {
    this.compare = compare;
  }

  get size(): number {
    return sizeOf(this.root);
  }

  clear(): void {
    this.root = new Leaf<K, V>();
    this.version++;
  }

  has(key: K): boolean {
    const leaf = this.leafOf(key);
    return this.found(leaf, this.lower(leaf.keys, key), key);
  }

  get(key: K): V | undefined {
    const leaf = this.leafOf(key);
    const i = this.lower(leaf.keys, key);
    return this.found(leaf, i, key) ? leaf.values[i] : undefined;
  }

  /** True when the key is new. An existing key stays as it is, with the new value. */
  set(key: K, value: V): boolean {
    // Refuses what has no place before anything changes.
    this.compare(key, key);
    const before = this.size;
    const right = this.insert(this.root, key, value);
    if (right !== undefined) {
      const root = new Branch<K, V>();
      root.children.push(this.root, right);
      root.firsts.push(firstOf(this.root), firstOf(right));
      root.size = sizeOf(this.root) + sizeOf(right);
      this.root = root;
    }
    const made = this.size !== before;
    if (made) this.version++;
    return made;
  }

  delete(key: K): boolean {
    const gone = this.remove(this.root, key);
    if (!gone) return false;
    this.version++;
    while (this.root instanceof Branch && this.root.children.length === 1) this.root = this.root.children[0]!;
    return true;
  }

  /** Number of keys before `key`; with `after`, of keys that are not behind it. */
  rank(key: K, after = false): number {
    return after ? this.partition((k) => this.compare(k, key) <= 0) : this.partition((k) => this.compare(k, key) < 0);
  }

  /** Number of keys at the front for which `before` holds; it holds for none behind the first for which it does not. */
  partition(before: (key: K) => boolean): number {
    let count = 0;
    let n = this.root;
    while (n instanceof Branch) {
      const i = Math.max(0, split(n.firsts, before) - 1);
      for (let j = 0; j < i; j++) count += sizeOf(n.children[j]!);
      n = n.children[i]!;
    }
    return count + split(n.keys, before);
  }

  /** The entry at a place counted from 0. */
  at(index: number): readonly [K, V] | undefined {
    if (!(index >= 0) || index >= this.size) return undefined;
    const [leaf, i] = this.seek(index);
    return [leaf.keys[i]!, leaf.values[i]!];
  }

  /** Entries from place `from` up to place `end()`, exclusive; `end` is asked again when something changed meanwhile. `step`: 1, or -1 for backwards. */
  *walk(from: number, end: () => number, step: 1 | -1): IterableIterator<readonly [K, V]> {
    let left = (end() - from) * step;
    if (left <= 0) return;
    let [leaf, i] = this.seek(from);
    let { version } = this;
    for (;;) {
      const key = leaf.keys[i]!;
      yield [key, leaf.values[i]!];
      if (version !== this.version) {
        // On behind the last key.
        ({ version } = this);
        const at = step > 0 ? this.rank(key, true) : this.rank(key) - 1;
        left = (end() - at) * step;
        if (left <= 0) return;
        [leaf, i] = this.seek(at);
        continue;
      }
      if (--left === 0) return;
      i += step;
      if (i >= leaf.keys.length) {
        leaf = leaf.next!;
        i = 0;
      } else if (i < 0) {
        leaf = leaf.prev!;
        i = leaf.keys.length - 1;
      }
    }
  }

  private found(leaf: Leaf<K, V>, i: number, key: K): boolean {
    return i < leaf.keys.length && this.compare(leaf.keys[i]!, key) === 0;
  }

  /** First place of `keys` that is not before `key`. */
  private lower(keys: readonly K[], key: K): number {
    let lo = 0;
    let hi = keys.length;
    while (lo < hi) {
      const mid = (lo + hi) >> 1;
      if (this.compare(keys[mid]!, key) < 0) lo = mid + 1;
      else hi = mid;
    }
    return lo;
  }

  /** The child in which `key` is or would be. */
  private childOf(n: Branch<K, V>, key: K): number {
    let lo = 1;
    let hi = n.firsts.length;
    while (lo < hi) {
      const mid = (lo + hi) >> 1;
      if (this.compare(n.firsts[mid]!, key) <= 0) lo = mid + 1;
      else hi = mid;
    }
    return lo - 1;
  }

  private leafOf(key: K): Leaf<K, V> {
    let n = this.root;
    while (n instanceof Branch) n = n.children[this.childOf(n, key)]!;
    return n;
  }

  private seek(index: number): [Leaf<K, V>, number] {
    let n = this.root;
    let left = index;
    while (n instanceof Branch) {
      let i = 0;
      for (let s = sizeOf(n.children[i]!); left >= s; s = sizeOf(n.children[i]!)) {
        left -= s;
        i++;
      }
      n = n.children[i]!;
    }
    return [n, left];
  }

  /** Inserts below `n`; gives the new right neighbour when `n` had to be split. */
  private insert(n: Node<K, V>, key: K, value: V): Node<K, V> | undefined {
    if (n instanceof Leaf) {
      const i = this.lower(n.keys, key);
      if (this.found(n, i, key)) {
        n.values[i] = value;
        return undefined;
      }
      n.keys.splice(i, 0, key);
      n.values.splice(i, 0, value);
      return n.keys.length > MAX ? splitLeaf(n) : undefined;
    }
    const i = this.childOf(n, key);
    const child = n.children[i]!;
    const before = sizeOf(child);
    const right = this.insert(child, key, value);
    n.firsts[i] = firstOf(child);
    n.size += sizeOf(child) + (right === undefined ? 0 : sizeOf(right)) - before;
    if (right === undefined) return undefined;
    n.children.splice(i + 1, 0, right);
    n.firsts.splice(i + 1, 0, firstOf(right));
    return n.children.length > MAX ? splitBranch(n) : undefined;
  }

  private remove(n: Node<K, V>, key: K): boolean {
    if (n instanceof Leaf) {
      const i = this.lower(n.keys, key);
      if (!this.found(n, i, key)) return false;
      n.keys.splice(i, 1);
      n.values.splice(i, 1);
      return true;
    }
    const i = this.childOf(n, key);
    const child = n.children[i]!;
    if (!this.remove(child, key)) return false;
    n.size--;
    if (fill(child) < MIN) mend(n, i);
    else n.firsts[i] = firstOf(child);
    return true;
  }
}

/** First place of `keys` for which `before` does not hold. */
function split<K>(keys: readonly K[], before: (key: K) => boolean): number {
  let lo = 0;
  let hi = keys.length;
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    if (before(keys[mid]!)) lo = mid + 1;
    else hi = mid;
  }
  return lo;
}

function splitLeaf<K, V>(n: Leaf<K, V>): Leaf<K, V> {
  const right = new Leaf<K, V>();
  const half = n.keys.length >> 1;
  right.keys.push(...n.keys.splice(half));
  right.values.push(...n.values.splice(half));
  right.next = n.next;
  right.prev = n;
  if (n.next !== undefined) n.next.prev = right;
  n.next = right;
  return right;
}

function splitBranch<K, V>(n: Branch<K, V>): Branch<K, V> {
  const right = new Branch<K, V>();
  const half = n.children.length >> 1;
  right.children.push(...n.children.splice(half));
  right.firsts.push(...n.firsts.splice(half));
  right.size = right.children.reduce((s, c) => s + sizeOf(c), 0);
  n.size -= right.size;
  return right;
}

/** Child `i` of `n` has become small: joins it with a neighbour, or evens the two out. */
function mend<K, V>(n: Branch<K, V>, i: number): void {
  const at = i > 0 ? i - 1 : i;
  const left = n.children[at]!;
  const right = n.children[at + 1];
  if (right === undefined) {
    if (sizeOf(left) > 0) n.firsts[at] = firstOf(left);
    return;
  }
  join(left, right);
  n.children.splice(at + 1, 1);
  n.firsts.splice(at + 1, 1);
  n.firsts[at] = firstOf(left);
  if (fill(left) <= MAX) return;
  const again = left instanceof Leaf ? splitLeaf(left) : splitBranch(left);
  n.children.splice(at + 1, 0, again);
  n.firsts.splice(at + 1, 0, firstOf(again));
}

function join<K, V>(left: Node<K, V>, right: Node<K, V>): void {
  if (left instanceof Leaf && right instanceof Leaf) {
    left.keys.push(...right.keys);
    left.values.push(...right.values);
    left.next = right.next;
    if (right.next !== undefined) right.next.prev = left;
  } else if (left instanceof Branch && right instanceof Branch) {
    left.children.push(...right.children);
    left.firsts.push(...right.firsts);
    left.size += right.size;
  }
}
