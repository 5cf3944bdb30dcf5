// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/** What a byte of a string is written as; undefined = as it is. */
const ESCAPES: readonly (Buffer | undefined)[] = Array.from({ length: 256 }, (_, c) => {
  if (c === 0x22) return Buffer.from('\\"');
  if (c === 0x5c) return Buffer.from('\\\\');
  if (c >= 0x20) return undefined;
  const short = ({ 8: '\\b', 9: '\\t', 10: '\\n', 12: '\\f', 13: '\\r' } as Record<number, string>)[c];
  return Buffer.from(short ?? `\\u${c.toString(16).padStart(4, '0')}`);
});
const SPECIAL: Uint8Array = Uint8Array.from(ESCAPES, (e) => (e === undefined ? 0 : 1));
const NATIVE_COPY = 48;
const KEPT = 1 << 20;

/** A growing buffer of JSON. It is used again from one text to the next. */
export class JsonOut {
  buf: Buffer = Buffer.allocUnsafeSlow(1024);
  pos = 0;

  ensure(n: number): void {
    if (this.pos + n > this.buf.length) {
      const next = Buffer.allocUnsafeSlow(Math.max(this.buf.length * 2, this.pos + n));
      this.buf.copy(next, 0, 0, this.pos);
      this.buf = next;
    }
  }

  /** What was written, as bytes of their own; the buffer is free again. */
  take(): Buffer {
    const out = Buffer.from(this.buf.subarray(0, this.pos));
    this.reset();
    return out;
  }

  reset(): void {
    this.pos = 0;
    if (this.buf.length > KEPT) this.buf = Buffer.allocUnsafeSlow(1024);
  }

  byte(c: number): void {
    if (this.pos >= this.buf.length) this.ensure(1);
    this.buf[this.pos++] = c;
  }

  /** Short and known bytes: keys, words. */
  bytes(b: Uint8Array): void {
    const n = b.length;
    this.ensure(n);
    const out = this.buf;
    let o = this.pos;
    for (let i = 0; i < n; i++) out[o++] = b[i]!;
    this.pos = o;
  }

  /** ASCII. */
  ascii(s: string): void {
    const n = s.length;
    this.ensure(n);
    const out = this.buf;
    let o = this.pos;
    for (let i = 0; i < n; i++) out[o++] = s.charCodeAt(i);
    this.pos = o;
  }

  /** A safe integer. */
  integer(v: number): void {
    this.ensure(20);
    const out = this.buf;
    let n = v;
    let o = this.pos;
    if (n < 0) {
      out[o++] = 0x2d;
      n = -n;
    }
    if (n < 10) {
      out[o] = 0x30 + n;
      this.pos = o + 1;
      return;
    }
    if (n > 0x7fffffff) {
      this.pos = o;
      this.ascii(String(n));
      return;
    }
    const digits = n < 100 ? 2 : n < 1000 ? 3 : n < 10_000 ? 4 : n < 100_000 ? 5 : n < 1_000_000 ? 6 : n < 10_000_000 ? 7 : n < 100_000_000 ? 8 : n < 1_000_000_000 ? 9 : 10;
    n |= 0;
    for (let i = o + digits - 1; i >= o; i--) {
      const q = (n / 10) | 0;
      out[i] = 0x30 + n - q * 10;
      n = q;
    }
    this.pos = o + digits;
  }

  /** A string of bytes that are UTF-8, quoted. */
  string(b: Uint8Array, start: number, end: number): void {
    const n = end - start;
    this.ensure(n + 2);
    let out = this.buf;
    let o = this.pos;
    out[o++] = 0x22;
    if (n < NATIVE_COPY) {
      let i = start;
      for (; i < end; i++) {
        const c = b[i]!;
        if (SPECIAL[c] === 1) break;
        out[o++] = c;
      }
      this.pos = o;
      if (i < end) this.escaped(b, i, end);
    } else {
      let i = start;
      while (i < end && SPECIAL[b[i]!] === 0) i++;
      (b as Buffer).copy(out, o, start, i);
      this.pos = o + i - start;
      if (i < end) this.escaped(b, i, end);
    }
    this.ensure(1);
    out = this.buf;
    out[this.pos++] = 0x22;
  }

  private escaped(b: Uint8Array, start: number, end: number): void {
    for (let i = start; i < end; i++) {
      const e = ESCAPES[b[i]!];
      if (e === undefined) {
        if (this.pos >= this.buf.length) this.ensure(end - i);
        this.buf[this.pos++] = b[i]!;
      } else this.bytes(e);
    }
  }
}
