// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Awaitable } from '@cloudwego/gopkg/async';
import { isThenable } from '@cloudwego/gopkg/async';
import { InternalError } from '../errors.js';

export type Taken = IteratorResult<unknown, undefined>;

const END: Taken = Object.freeze({ done: true, value: undefined });

/** Decodes a message that was kept as bytes. */
export type DecodeLater = (bytes: Uint8Array) => unknown;

/**
 * Messages that were received and not yet read. What they cost on the wire is credited when they are taken, so that the peer is held back by a slow reader.
 * Up to `maxDecoded` messages wait as values; further ones, which a wide window may let in by the hundred thousand, wait as the bytes they came in.
 *
 *   push ─▶ [ head … values … ] [ spilled bytes … ] ─▶ take ─▶ credit
 */
export class Inbox {
  private values: unknown[] = [];
  private costs: number[] = [];
  /** Which of them are still bytes: all from here on. */
  private spilledFrom: number = Infinity;
  private at: number = 0;
  private ended: boolean = false;
  private error: unknown = undefined;
  private failed: boolean = false;
  private resolve: ((v: Taken) => void) | undefined = undefined;
  private reject: ((e: unknown) => void) | undefined = undefined;
  private readonly credit: (wireBytes: number) => void;
  private readonly maxDecoded: number;
  private readonly decode: DecodeLater;

  constructor(credit: (wireBytes: number) => void, maxDecoded: number, decode: DecodeLater) {
    this.credit = credit;
    this.maxDecoded = maxDecoded;
    this.decode = decode;
  }

  /** Messages that wait. */
  get size(): number {
    return this.values.length - this.at;
  }

  /** The end, or a failure, was told. */
  get closed(): boolean {
    return this.ended || this.failed;
  }

  /** So many wait that the next one is to come by `spill`. */
  get full(): boolean {
    return this.size >= this.maxDecoded || this.spilledFrom !== Infinity;
  }

  push(value: unknown, wireBytes: number): void {
    if (this.closed) {
      this.credit(wireBytes);
      return;
    }
    const { resolve } = this;
    if (resolve !== undefined) {
      this.resolve = this.reject = undefined;
      this.credit(wireBytes);
      resolve({ done: false, value });
      return;
    }
    this.values.push(value);
    this.costs.push(wireBytes);
  }

  /** As `push`, for a message beyond `maxDecoded`; `bytes` are owned. */
  spill(bytes: Uint8Array, wireBytes: number): void {
    if (!this.closed && this.spilledFrom === Infinity) this.spilledFrom = this.values.length;
    this.push(bytes, wireBytes);
  }

  /** No further message comes. What waits is read first. */
  end(): void {
    if (this.closed) return;
    this.ended = true;
    this.settle();
  }

  /** The stream failed. What arrived before is read first, unless `now`. */
  fail(e: unknown, now: boolean): void {
    if (this.failed || (this.ended && !now)) return;
    this.failed = true;
    this.error = e;
    if (now) this.drop();
    this.settle();
  }

  /** Throws away what waits; its windows open again. */
  drop(): void {
    let bytes = 0;
    for (let i = this.at; i < this.costs.length; i++) bytes += this.costs[i]!;
    this.reset();
    if (bytes > 0) this.credit(bytes);
  }

  private reset(): void {
    this.values = [];
    this.costs = [];
    this.at = 0;
    this.spilledFrom = Infinity;
  }

  private settle(): void {
    const { resolve, reject } = this;
    if (resolve === undefined) return;
    this.resolve = this.reject = undefined;
    if (this.failed) reject!(this.error);
    else resolve(END);
  }

  /** The next message: at once where one waits. Errors: that of the stream; {@link InternalError} for a second reader. */
  take(): Awaitable<Taken> {
    const { at } = this;
    if (at < this.values.length) {
      let value = this.values[at];
      const cost = this.costs[at]!;
      const spilled = at >= this.spilledFrom;
      this.values[at] = undefined;
      this.at = at + 1;
      if (this.at === this.values.length) this.reset();
      else if (this.at >= 1024 && this.at * 2 >= this.values.length) this.compact();
      this.credit(cost);
      if (spilled) value = this.decode(value as Uint8Array);
      return { done: false, value };
    }
    if (this.failed) throw this.error;
    if (this.ended) return END;
    if (this.resolve !== undefined) throw new InternalError('a stream is read by two readers at once, wanted one read after another');
    return new Promise<Taken>((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  private compact(): void {
    this.values = this.values.slice(this.at);
    this.costs = this.costs.slice(this.at);
    if (this.spilledFrom !== Infinity) this.spilledFrom = Math.max(0, this.spilledFrom - this.at);
    this.at = 0;
  }

  /** A reader gave up waiting: the next message is for the next one. */
  stopWaiting(e: unknown): void {
    const { reject } = this;
    this.resolve = this.reject = undefined;
    reject?.(e);
  }
}

/** As a promise, whatever it is. */
export function promised<T>(f: () => Awaitable<T>): Promise<T> {
  try {
    const v = f();
    return isThenable(v) ? (Promise.resolve(v) as Promise<T>) : Promise.resolve(v);
  } catch (e) {
    return Promise.reject(e as Error);
  }
}
