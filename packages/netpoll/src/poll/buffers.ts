// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

const SMALL = 4 * 1024;
const LARGE = 64 * 1024;
const KEEP_SMALL = 64;
const KEEP_LARGE = 8;

/**
 * Buffers for bytes that a consumer has not taken yet. They are lent like slabs, so that they can be used again.
 * Shape:   4 KiB, then 64 KiB, then doubling: as bytes arrive, whatever length a peer declares.
 * Owns:    what is given back rests until the next batch: until then a write section may refer to what was in it.
 */
export class UnreadBuffers {
  private readonly small: Buffer[] = [];
  private readonly large: Buffer[] = [];
  private resting: Buffer[] = [];

  /** A buffer for at least `n` bytes. */
  take(n: number): Buffer {
    if (n <= SMALL) return this.small.pop() ?? Buffer.allocUnsafeSlow(SMALL);
    if (n <= LARGE) return this.large.pop() ?? Buffer.allocUnsafeSlow(LARGE);
    return Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(n)));
  }

  give(b: Buffer): void {
    if (b.length === SMALL || b.length === LARGE) this.resting.push(b);
  }

  /** The last batch was sent. */
  recycle(): void {
    const { resting } = this;
    if (resting.length === 0) return;
    for (const b of resting) {
      if (b.length === SMALL) {
        if (this.small.length < KEEP_SMALL) this.small.push(b);
      } else if (this.large.length < KEEP_LARGE) {
        this.large.push(b);
      }
    }
    this.resting = [];
  }
}
