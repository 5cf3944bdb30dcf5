// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

const KEEP_BYTES = 64 * 1024;

/** Bytes that arrived and were not consumed, contiguous. */
export class Rest {
  buf: Buffer = Buffer.alloc(0);
  start: number = 0;
  end: number = 0;

  get length(): number {
    return this.end - this.start;
  }

  append(bytes: Uint8Array): void {
    if (this.end + bytes.length > this.buf.length) {
      const left = this.length;
      const total = left + bytes.length;
      const next = total <= this.buf.length / 2 ? this.buf : Buffer.allocUnsafeSlow(Math.max(1024, 2 ** Math.ceil(Math.log2(total))));
      this.buf.copy(next, 0, this.start, this.end);
      this.buf = next;
      this.start = 0;
      this.end = left;
    }
    this.buf.set(bytes, this.end);
    this.end += bytes.length;
  }

  consume(n: number): void {
    this.start += n;
    if (this.start < this.end) return;
    this.start = this.end = 0;
    if (this.buf.length > KEEP_BYTES) this.buf = Buffer.alloc(0);
  }

  clear(): void {
    this.consume(this.length);
  }
}
