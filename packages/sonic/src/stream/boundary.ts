// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * Finds where a value ends in bytes that come in pieces, by quotes and brackets alone; the grammar is checked when the value is whole. Every byte is looked at
 * once.
 */
export class Boundary {
  private depth = 0;
  private inString = false;
  private escaped = false;
  private scalar = false;
  private started = false;

  reset(): void {
    this.depth = 0;
    this.inString = false;
    this.escaped = false;
    this.scalar = false;
    this.started = false;
  }

  /** A word or number has begun and ends with whatever comes next, the end of the input included. */
  get openScalar(): boolean {
    return this.scalar;
  }

  /** Goes on at `p`, which is no blank when a value begins. Behind the value, or -1 when it does not end here. */
  scan(b: Uint8Array, p: number, end: number): number {
    if (!this.started && p < end) {
      const c = b[p]!;
      this.started = true;
      this.scalar = c !== 0x22 && c !== 0x7b && c !== 0x5b;
      // What cannot begin a value ends at once, so that the check names it.
      if (c <= 0x20 || c === 0x2c || c === 0x7d || c === 0x5d || c === 0x3a) return p + 1;
    }
    if (this.scalar) {
      for (; p < end; p++) {
        const c = b[p]!;
        if (c <= 0x20 || c === 0x2c || c === 0x7d || c === 0x5d || c === 0x7b || c === 0x5b || c === 0x22 || c === 0x3a) return p;
      }
      return -1;
    }
    while (p < end) {
      if (this.inString) {
        if (this.escaped) {
          this.escaped = false;
          p++;
          continue;
        }
        let c = 0;
        while (p < end && (c = b[p]!) !== 0x22 && c !== 0x5c) p++;
        if (p >= end) return -1;
        p++;
        if (c === 0x5c) {
          this.escaped = true;
        } else {
          this.inString = false;
          if (this.depth === 0) return p;
        }
        continue;
      }
      const c = b[p++]!;
      if (c === 0x22) this.inString = true;
      else if (c === 0x7b || c === 0x5b) this.depth++;
      else if ((c === 0x7d || c === 0x5d) && --this.depth <= 0) return p;
    }
    return -1;
  }
}
