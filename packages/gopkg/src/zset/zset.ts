// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { FastRand } from '../fastrand/index.js';
import { fastrand } from '../fastrand/index.js';
import type { Compare } from '../ordered/compare.js';
import { byUtf8, natural } from '../ordered/compare.js';
import { Tree } from '../ordered/tree.js';

export interface ZEntry<M = string> {
  readonly member: M;
  readonly score: number;
}

/** Scores from `min` to `max`, both inclusive unless it is said otherwise; what is absent has no end. */
export interface ScoreRange {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly excludeMin?: boolean | undefined;
  readonly excludeMax?: boolean | undefined;
}

/** When `add` changes something, as the flags of ZADD. */
export interface AddOptions {
  /** NX: only members that are new. */
  readonly onlyNew?: boolean | undefined;
  /** XX: only members that are there. */
  readonly onlyExisting?: boolean | undefined;
  /** GT: members that are there only get a greater score. */
  readonly onlyGreater?: boolean | undefined;
  /** LT: members that are there only get a smaller score. */
  readonly onlyLess?: boolean | undefined;
}

export interface ZSetOptions<M> {
  /** Order of members of one score. @defaultValue bytes of UTF-8 for strings, as in Redis; natural order for numbers and bigints */
  readonly compare?: Compare<M> | undefined;
}

export interface CombineOptions {
  /** What the scores of each set are multiplied with. @defaultValue 1 for each */
  readonly weights?: readonly number[] | undefined;
  /** Infinities that cancel each other sum to 0, as in Redis; scores are added in the order of the sets. @defaultValue 'sum' */
  readonly aggregate?: 'sum' | 'min' | 'max' | undefined;
}

/**
 * Members with scores, in the order of their scores, as a sorted set of Redis. Look-ups by member are O(1), everything else O(log n + results).
 * Errors: RangeError for a score that is NaN, also as the result of adding infinities, as in Redis.
 * Source: bytedance/gopkg collection/zset; the contract is that of Redis 7 (ZADD, ZREM, ZRANGE and their family).
 * Differs: the original's RevRank answers Rank, its Union and Inter do not add scores, ranges that start too far below 0 are empty or wrong, and its list
 *          becomes linear after deletions. None of this is here.
 */
export class ZSet<M = string> implements Iterable<ZEntry<M>> {
  private readonly scores = new Map<M, number>();
  private readonly tree: Tree<ZEntry<M>, undefined>;
  private readonly compare: Compare<M>;

  constructor(entries?: Iterable<readonly [M, number]> | null, options: ZSetOptions<M> = {}) {
    const members = (options.compare ?? defaultCompare) as Compare<M>;
    this.compare = members;
    this.tree = new Tree((a, b) => (a.score < b.score ? -1 : a.score > b.score ? 1 : members(a.member, b.member)));
    if (entries != null) for (const [m, s] of entries) this.add(s, m);
  }

  /** ZCARD. */
  get size(): number {
    return this.scores.size;
  }

  /** ZADD: true when the member is new. A member that is there moves. */
  add(score: number, member: M, o: AddOptions = {}): boolean {
    score = checked(score);
    const old = this.scores.get(member);
    if (old === undefined) {
      if (o.onlyExisting === true) return false;
      this.put(member, score);
      return true;
    }
    if (o.onlyNew === true || (o.onlyGreater === true && !(score > old)) || (o.onlyLess === true && !(score < old))) return false;
    if (score !== old) this.move(member, old, score);
    return false;
  }

  /** ZINCRBY: the new score. A member that is not there counts as 0. */
  incrBy(delta: number, member: M): number {
    const old = this.scores.get(member);
    const score = checked((old ?? 0) + checked(delta));
    if (old === undefined) this.put(member, score);
    else if (score !== old) this.move(member, old, score);
    return score;
  }

  /** ZREM: the score of the member; undefined when it was not there. */
  delete(member: M): number | undefined {
    const score = this.scores.get(member);
    if (score === undefined) return undefined;
    this.scores.delete(member);
    this.tree.delete({ member, score });
    return score;
  }

  has(member: M): boolean {
    return this.scores.has(member);
  }

  /** ZSCORE. */
  score(member: M): number | undefined {
    return this.scores.get(member);
  }

  /** ZRANK: place from the lowest score; -1 when the member is not there. */
  rank(member: M): number {
    const score = this.scores.get(member);
    return score === undefined ? -1 : this.tree.rank({ member, score });
  }

  /** ZREVRANK: place from the highest score; -1 when the member is not there. */
  revRank(member: M): number {
    const r = this.rank(member);
    return r < 0 ? -1 : this.size - 1 - r;
  }

  /** ZCOUNT. */
  count(r: ScoreRange = {}): number {
    const [from, to] = this.places(r);
    return Math.max(0, to - from);
  }

  /** ZRANGE: places from `start` to `stop`, both inclusive, negative ones from the end; what lies outside is cut off. */
  range(start: number, stop: number): ZEntry<M>[] {
    const [from, to] = this.clamp(start, stop);
    return from >= to ? [] : this.collect(from, to);
  }

  /** ZREVRANGE: as range, counted from the highest score. */
  revRange(start: number, stop: number): ZEntry<M>[] {
    const [from, to] = this.clamp(start, stop);
    return from >= to ? [] : this.collect(this.size - 1 - from, this.size - 1 - to);
  }

  /** ZRANGEBYSCORE; with `reverse` ZREVRANGEBYSCORE. A negative `offset` gives nothing, a negative `limit` no limit, as in Redis. */
  rangeByScore(r: ScoreRange = {}, o: { readonly reverse?: boolean | undefined; readonly offset?: number | undefined; readonly limit?: number | undefined } = {}): ZEntry<M>[] {
    const { offset = 0, limit = -1 } = o;
    const [from, to] = this.places(r);
    const n = Math.max(0, Math.min(to - from - offset, limit < 0 ? Infinity : limit));
    if (offset < 0 || n === 0) return [];
    const first = o.reverse === true ? to - 1 - offset : from + offset;
    return this.collect(first, o.reverse === true ? first - n : first + n);
  }

  /** ZREMRANGEBYRANK: what was removed. */
  removeRangeByRank(start: number, stop: number): ZEntry<M>[] {
    return this.drop(this.range(start, stop));
  }

  /** ZREMRANGEBYSCORE: what was removed. */
  removeRangeByScore(r: ScoreRange): ZEntry<M>[] {
    return this.drop(this.rangeByScore(r));
  }

  /** ZPOPMIN: up to `n` entries of the lowest scores, lowest first. */
  popMin(n = 1): ZEntry<M>[] {
    return n <= 0 ? [] : this.drop(this.range(0, n - 1));
  }

  /** ZPOPMAX: up to `n` entries of the highest scores, highest first. */
  popMax(n = 1): ZEntry<M>[] {
    return n <= 0 ? [] : this.drop(this.revRange(0, n - 1));
  }

  /** ZRANDMEMBER: up to `n` different entries in any order; for a negative `n` exactly -n entries, with repetition. */
  random(n = 1, random: FastRand = fastrand()): ZEntry<M>[] {
    const { size } = this;
    if (size === 0) return [];
    const at = (i: number): ZEntry<M> => this.tree.at(i)![0];
    if (n < 0) return Array.from({ length: -n }, () => at(random.intn(size)));
    if (n >= size) return this.collect(0, size);
    // Floyd's sample: n draws, whatever the size.
    const places = new Set<number>();
    for (let i = size - n; i < size; i++) {
      const p = random.intn(i + 1);
      places.add(places.has(p) ? i : p);
    }
    return [...places].map(at);
  }

  clear(): void {
    this.scores.clear();
    this.tree.clear();
  }

  /** From the lowest score to the highest. */
  *[Symbol.iterator](): IterableIterator<ZEntry<M>> {
    for (const [e] of this.tree.walk(0, () => this.size, 1)) yield e;
  }

  /** ZUNION: the members of all sets. */
  static union<M>(sets: readonly ZSet<M>[], o: CombineOptions = {}): ZSet<M> {
    const out = ZSet.like(sets);
    const weigh = weights(sets, o);
    const sums = new Map<M, number>();
    for (const [i, s] of sets.entries()) {
      for (const [m, score] of s.scores) {
        const v = weigh(score, i);
        const old = sums.get(m);
        sums.set(m, old === undefined ? v : combine(old, v, o.aggregate));
      }
    }
    for (const [m, score] of sums) out.put(m, score);
    return out;
  }

  /** ZINTER: the members that are in every set. */
  static inter<M>(sets: readonly ZSet<M>[], o: CombineOptions = {}): ZSet<M> {
    const out = ZSet.like(sets);
    const weigh = weights(sets, o);
    for (const m of common(sets)) out.put(m, sets.map((s, i) => weigh(s.scores.get(m)!, i)).reduce((a, b) => combine(a, b, o.aggregate)));
    return out;
  }

  /** ZDIFF: the members of the first set that are in no other one. */
  static diff<M>(sets: readonly ZSet<M>[]): ZSet<M> {
    const out = ZSet.like(sets);
    const [first, ...others] = sets;
    if (first !== undefined) for (const [m, score] of first.scores) if (!others.some((s) => s.has(m))) out.put(m, score);
    return out;
  }

  /** ZINTERCARD: how many members are in every set, counting no further than `limit`; 0 = no limit. */
  static interCard<M>(sets: readonly ZSet<M>[], limit = 0): number {
    let n = 0;
    for (const _ of common(sets)) if (++n === limit) break;
    return n;
  }

  private put(member: M, score: number): void {
    // The tree first: it refuses members that cannot be compared.
    this.tree.set({ member, score }, undefined);
    this.scores.set(member, score);
  }

  private move(member: M, old: number, score: number): void {
    this.tree.delete({ member, score: old });
    this.put(member, score);
  }

  private drop(entries: ZEntry<M>[]): ZEntry<M>[] {
    for (const e of entries) this.delete(e.member);
    return entries;
  }

  private collect(from: number, to: number): ZEntry<M>[] {
    return Array.from(this.tree.walk(from, () => to, from <= to ? 1 : -1), ([e]) => e);
  }

  private clamp(start: number, stop: number): readonly [number, number] {
    const n = this.size;
    const from = Math.max(0, start < 0 ? start + n : start);
    const to = Math.min(n, (stop < 0 ? stop + n : stop) + 1);
    return [from, to];
  }

  /** First place within a range, and the place behind its last. */
  private places(r: ScoreRange): readonly [number, number] {
    const { min = -Infinity, max = Infinity } = r;
    checked(min);
    checked(max);
    return [this.before(min, r.excludeMin === true), this.before(max, r.excludeMax !== true)];
  }

  /** How many scores are below `score`, or not above it. */
  private before(score: number, orEqual: boolean): number {
    return orEqual ? this.tree.partition((e) => e.score <= score) : this.tree.partition((e) => e.score < score);
  }

  /** A set without members, in the order of the first of `sets`. */
  private static like<M>(sets: readonly ZSet<M>[]): ZSet<M> {
    return new ZSet<M>(null, { compare: sets[0]?.compare });
  }
}

function checked(score: number): number {
  if (typeof score !== 'number' || Number.isNaN(score)) throw new RangeError(`zset: got ${String(score)}, wanted a score that is a number`);
  // -0 and 0 are one score, and the one without a sign.
  return score + 0;
}

function defaultCompare(a: unknown, b: unknown): number {
  return typeof a === 'string' && typeof b === 'string' ? byUtf8(a, b) : natural(a, b);
}

function weights<M>(sets: readonly ZSet<M>[], o: CombineOptions): (score: number, i: number) => number {
  const w = o.weights;
  if (w === undefined) return (score) => score;
  if (w.length !== sets.length) throw new RangeError(`zset: got ${w.length} weights for ${sets.length} sets`);
  w.forEach(checked);
  // 0 times infinity is 0, as in Redis.
  return (score, i) => numberOr0(score * w[i]!);
}

function combine(a: number, b: number, how: 'sum' | 'min' | 'max' = 'sum'): number {
  if (how === 'min') return Math.min(a, b);
  if (how === 'max') return Math.max(a, b);
  return numberOr0(a + b);
}

function numberOr0(v: number): number {
  return Number.isNaN(v) ? 0 : v + 0;
}

function* common<M>(sets: readonly ZSet<M>[]): Iterable<M> {
  const [first, ...others] = [...sets].sort((a, b) => a.size - b.size);
  if (first === undefined) return;
  for (const { member } of first) if (others.every((s) => s.has(member))) yield member;
}
