// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { OptionError } from '@cloudwego/gopkg/errors';
import { int, optionTable } from '@cloudwego/gopkg/options';
import { hash } from '@cloudwego/gopkg/xxhash3';

/*
 * State that several threads count together: limits, budgets. Int32 cells; a counter has one cell per writer, only its writer stores into it, everyone reads
 * all of them.
 *
 *   directory: │ hash │ … one cell per counter        row of a counter: │ writer 0 │ writer 1 │ … │
 *
 * Cells count modulo 2^32: differences are what counts.
 */

/** Options of {@link createCounterShare}. */
export interface CounterShareOptions {
  /** Threads that count. */
  readonly writers: number;
  /** Counters that fit; what comes later is counted by each thread alone. @defaultValue 256 */
  readonly counters?: number | undefined;
}

const table = optionTable<CounterShareOptions>({
  writers: int({ min: 1, max: 1024, required: true }),
  counters: int({ min: 1, max: 1 << 20, default: 256 }),
});

/** Memory in which the limits and budgets of several threads count together. Plain and cloneable: post it to the workers. */
export interface CounterShare {
  readonly memory: SharedArrayBuffer;
  readonly writers: number;
  readonly counters: number;
  /** Unix ms from which times count, so that threads refill at the same moments. */
  readonly base: number;
}

/** Makes memory for the counters of several threads. Errors: OptionError. */
export function createCounterShare(options: CounterShareOptions): CounterShare {
  const o = table.resolve(options, 'createCounterShare');
  const counters = o.counters!;
  return { memory: new SharedArrayBuffer(4 * counters * (1 + o.writers)), writers: o.writers, counters, base: performance.timeOrigin + performance.now() };
}

/** One thread's view of a share; without a share, of memory of its own. */
export class Counters {
  private readonly cells: Int32Array | undefined;
  private readonly share: CounterShare | undefined;
  private readonly writer: number;

  /** Errors: OptionError for a writer that the share does not have. */
  constructor(share?: CounterShare, writer: number = 0) {
    if (share !== undefined && !(Number.isInteger(writer) && writer >= 0 && writer < share.writers)) {
      throw new OptionError('counters.writer', `counters.writer: got ${writer}, wanted an integer from 0 to ${share.writers - 1}`);
    }
    this.share = share;
    this.writer = writer;
    this.cells = share === undefined ? undefined : new Int32Array(share.memory);
  }

  /** The counter of that name, the same in every thread. */
  find(name: string): Counter {
    const { share, cells } = this;
    if (share === undefined || cells === undefined) return new Counter(new Int32Array(1), 0, 1, 0);
    // 0 is an empty place of the directory.
    const h = Number(hash(name) & 0x7fffffffn) || 1;
    for (let k = 0; k < share.counters; k++) {
      const at = (h + k) % share.counters;
      const was = Atomics.compareExchange(cells, at, 0, h);
      if (was === 0 || was === h) return new Counter(cells, share.counters + at * share.writers, share.writers, this.writer);
    }
    return new Counter(new Int32Array(1), 0, 1, 0);
  }
}

/** A number that several threads add to. */
export class Counter {
  private readonly cells: Int32Array;
  private readonly at: number;
  private readonly writers: number;
  private readonly own: number;

  constructor(cells: Int32Array, at: number, writers: number, writer: number) {
    this.cells = cells;
    this.at = at;
    this.writers = writers;
    this.own = at + writer;
  }

  add(n: number): void {
    Atomics.store(this.cells, this.own, (this.cells[this.own]! + n) | 0);
  }

  /** Of all writers, modulo 2^32. */
  sum(): number {
    if (this.writers === 1) return this.cells[this.own]!;
    let s = 0;
    for (let i = 0; i < this.writers; i++) s = (s + Atomics.load(this.cells, this.at + i)) | 0;
    return s;
  }

  /** What a thread that ended left behind goes: call it before that thread's successor counts. */
  clear(): void {
    Atomics.store(this.cells, this.own, 0);
  }
}
