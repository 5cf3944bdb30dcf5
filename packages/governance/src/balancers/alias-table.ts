// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * Draws an index by weight in constant time.
 *
 *   column      0    1    2        draw a column evenly, then the column itself with its probability, else its alias
 *   itself     ▓▓▓  ▓    ▓▓▓
 *   alias       ·   ░░    ·
 *
 * Source: Vose, A linear algorithm for generating random numbers with a given distribution (1991); cloudwego/kitex
 * pkg/loadbalance/weighted_random_with_alias_method.go.
 */
export class AliasTable {
  private readonly keep: Float64Array;
  private readonly alias: Int32Array;

  /** `weights`: finite, above 0, at least one. */
  constructor(weights: readonly number[]) {
    const n = weights.length;
    // Weights near the largest number would make the sum infinite.
    const largest = Math.max(...weights);
    const sum = weights.reduce((a, w) => a + w / largest, 0);
    const scaled = Float64Array.from(weights, (w) => ((w / largest) * n) / sum);
    this.keep = new Float64Array(n).fill(1);
    this.alias = Int32Array.from({ length: n }, (_, i) => i);
    const small: number[] = [];
    const large: number[] = [];
    scaled.forEach((p, i) => (p < 1 ? small : large).push(i));
    while (small.length > 0 && large.length > 0) {
      const s = small.pop()!;
      const l = large.pop()!;
      this.keep[s] = scaled[s]!;
      this.alias[s] = l;
      scaled[l] = scaled[l]! - (1 - scaled[s]!);
      (scaled[l] < 1 ? small : large).push(l);
    }
    // What rounding left over keeps its own column.
  }

  draw(random: () => number): number {
    const x = random() * this.keep.length;
    const column = Math.min(Math.floor(x), this.keep.length - 1);
    return random() < this.keep[column]! ? column : this.alias[column]!;
  }
}
