// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { int, optionTable } from '../options/index.js';

export interface QueueOptions {
  /** Items that fit; 0 = any number. @defaultValue 0 */
  readonly limit?: number | undefined;
}

const table = optionTable<QueueOptions>({ limit: int({ min: 0, default: 0 }) });
const FIRST = 8;
/** A ring of this length is not worth giving back: a queue that fills and empties would do nothing else. */
const KEPT = 1024;

/**
 * A queue with two ends on a ring that grows and shrinks; every operation is O(1).
 *
 *   ring:  │ c │ d │ _ │ _ │ _ │ _ │ a │ b │      head = 6, size = 4
 *
 * Takes the place of bytedance/gopkg collection/lscq, whose merit is that threads do not wait for each other.
 */
export class Queue<T> implements Iterable<T> {
  private ring: (T | undefined)[] = new Array<T | undefined>(FIRST).fill(undefined);
  private head = 0;
  private count = 0;
  readonly limit: number;

  constructor(options: QueueOptions = {}) {
    const { limit } = table.resolve(options, 'queue');
    this.limit = limit === 0 ? Infinity : limit!;
  }

  get size(): number {
    return this.count;
  }

  get full(): boolean {
    return this.count >= this.limit;
  }

  /** Puts `v` at the end; false when the queue is full. */
  push(v: T): boolean {
    if (this.count >= this.limit) return false;
    if (this.count === this.ring.length) this.resize(this.ring.length * 2);
    this.ring[(this.head + this.count) & (this.ring.length - 1)] = v;
    this.count++;
    return true;
  }

  /** Puts `v` at the front; false when the queue is full. */
  unshift(v: T): boolean {
    if (this.count >= this.limit) return false;
    if (this.count === this.ring.length) this.resize(this.ring.length * 2);
    this.head = (this.head - 1) & (this.ring.length - 1);
    this.ring[this.head] = v;
    this.count++;
    return true;
  }

  /** Takes the first item; undefined when there is none. */
  shift(): T | undefined {
    if (this.count === 0) return undefined;
    const v = this.ring[this.head];
    this.ring[this.head] = undefined;
    this.head = (this.head + 1) & (this.ring.length - 1);
    this.count--;
    this.shrink();
    return v;
  }

  /** Takes the last item; undefined when there is none. */
  pop(): T | undefined {
    if (this.count === 0) return undefined;
    const i = (this.head + this.count - 1) & (this.ring.length - 1);
    const v = this.ring[i];
    this.ring[i] = undefined;
    this.count--;
    this.shrink();
    return v;
  }

  /** The item at `i`, counted from the front, or from the end when negative. */
  at(i: number): T | undefined {
    const k = i < 0 ? i + this.count : i;
    return k >= 0 && k < this.count ? this.ring[(this.head + k) & (this.ring.length - 1)] : undefined;
  }

  clear(): void {
    this.ring = new Array<T | undefined>(FIRST).fill(undefined);
    this.head = 0;
    this.count = 0;
  }

  /** From the front to the end, as they are when each is reached. */
  *[Symbol.iterator](): IterableIterator<T> {
    for (let i = 0; i < this.count; i++) yield this.at(i) as T;
  }

  private shrink(): void {
    // A quarter full: halving leaves room for as many pushes again.
    if (this.ring.length > KEPT && this.count <= this.ring.length >> 2) this.resize(this.ring.length >> 1);
  }

  private resize(size: number): void {
    const next = new Array<T | undefined>(size).fill(undefined);
    for (let i = 0; i < this.count; i++) next[i] = this.ring[(this.head + i) & (this.ring.length - 1)];
    this.ring = next;
    this.head = 0;
  }
}
