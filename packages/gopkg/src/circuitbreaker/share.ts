// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { int, optionTable } from '../options/index.js';
import { hash } from '../xxhash3/index.js';
import type { BreakerCells } from './breaker.js';
import { ClosedState } from './breaker.js';
import { Cell, rowSize, Window } from './layout.js';

export interface BreakerShareOptions {
  /** Threads that count. */
  readonly writers: number;
  /** Keys that fit; what comes later is counted by each thread alone. @defaultValue 256 */
  readonly keys?: number | undefined;
  /** As in the panels that use it. @defaultValue 100 */
  readonly buckets?: number | undefined;
}

const table = optionTable<BreakerShareOptions>({
  writers: int({ min: 1, max: 1024, required: true }),
  keys: int({ min: 1, max: 1 << 20, default: 256 }),
  buckets: int({ min: 100, max: 100_000, default: 100 }),
});

/** Memory in which the panels of several threads count together. Plain and cloneable: post it to the workers. */
export interface BreakerShare {
  readonly memory: SharedArrayBuffer;
  readonly writers: number;
  readonly keys: number;
  readonly buckets: number;
  /** Unix ms from which times in the memory count. */
  readonly base: number;
}

/** Cells of a directory entry: both halves of the key's hash. */
const ENTRY = 2;

const slotSize = (s: Pick<BreakerShare, 'writers' | 'buckets'>): number => Cell.Count + s.writers * rowSize(s.buckets);

/** Makes memory for breakers of several threads; about 1.2 KiB per key and writer. */
export function createBreakerShare(options: BreakerShareOptions): BreakerShare {
  const o = table.resolve(options, 'createBreakerShare') as Required<BreakerShareOptions> & { readonly keys: number; readonly buckets: number };
  const shape = { writers: o.writers, keys: o.keys, buckets: o.buckets };
  return { memory: new SharedArrayBuffer(4 * o.keys * (ENTRY + slotSize(shape))), ...shape, base: performance.timeOrigin + performance.now() };
}

/** Finds the cells of `key`, the same ones in every thread; undefined when the memory is full. */
export class SharedDirectory {
  private readonly cells: Int32Array;
  private readonly share: BreakerShare;
  private readonly writer: number;

  constructor(share: BreakerShare, writer: number) {
    this.cells = new Int32Array(share.memory);
    this.share = share;
    this.writer = writer;
  }

  find(key: string): BreakerCells | undefined {
    const { keys } = this.share;
    const [lo, hi] = halves(key);
    for (let i = 0, slot = (lo >>> 0) % keys; i < keys; i++, slot = (slot + 1) % keys) {
      const e = slot * ENTRY;
      const found = Atomics.compareExchange(this.cells, e, 0, lo);
      if (found === 0) {
        // Ours. The state first: others see the slot when the second half is there.
        Atomics.store(this.cells, this.offset(slot) + Cell.State, ClosedState);
        Atomics.store(this.cells, e + 1, hi);
        return this.at(slot);
      }
      if (found !== lo) continue;
      // Another thread is between its two stores for some nanoseconds at most.
      let other = Atomics.load(this.cells, e + 1);
      while (other === 0) other = Atomics.load(this.cells, e + 1);
      if (other === hi) return this.at(slot);
    }
    return undefined;
  }

  private offset(slot: number): number {
    return this.share.keys * ENTRY + slot * slotSize(this.share);
  }

  private at(slot: number): BreakerCells {
    const at = this.offset(slot);
    const size = rowSize(this.share.buckets);
    const windows = Array.from({ length: this.share.writers }, (_, i) => new Window(this.cells, at + Cell.Count + i * size, this.share.buckets));
    return { cells: this.cells, at, windows, own: windows[this.writer]! };
  }
}

/** The halves of a key's hash, neither of them 0. */
function halves(key: string): readonly [number, number] {
  const h = hash(key);
  return [Number(BigInt.asIntN(32, h)) || 1, Number(BigInt.asIntN(32, h >> 32n)) || 1];
}
