// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

const PER_OCTAVE = 8;
const SIZE = 24 * PER_OCTAVE;

/** Latencies in buckets that grow by a twelfth: 1 µs to 16 s in 192 numbers, each quantile within 5 %. */
export class Histogram {
  readonly counts: number[];
  count: number = 0;
  /** Unit ms. */
  max: number = 0;

  constructor(counts?: readonly number[]) {
    this.counts = counts === undefined ? new Array<number>(SIZE).fill(0) : [...counts];
    if (counts !== undefined) {
      this.count = counts.reduce((a, b) => a + b, 0);
      this.max = this.quantile(1);
    }
  }

  /** Unit ms. */
  record(ms: number): void {
    const us = Math.max(1, ms * 1000);
    this.counts[Math.min(SIZE - 1, Math.floor(Math.log2(us) * PER_OCTAVE))]!++;
    this.count++;
    if (ms > this.max) this.max = ms;
  }

  add(other: { readonly counts: readonly number[]; readonly max?: number }): void {
    for (let i = 0; i < SIZE; i++) {
      const n = other.counts[i] ?? 0;
      this.counts[i]! += n;
      this.count += n;
    }
    this.max = Math.max(this.max, other.max ?? 0);
  }

  /** Unit ms; 0 when nothing was recorded. */
  quantile(q: number): number {
    if (this.count === 0) return 0;
    let left = Math.ceil(q * this.count);
    for (let i = 0; i < SIZE; i++) {
      left -= this.counts[i]!;
      if (left <= 0) return 2 ** ((i + 0.5) / PER_OCTAVE) / 1000;
    }
    return this.max;
  }

  reset(): void {
    this.counts.fill(0);
    this.count = 0;
    this.max = 0;
  }
}
