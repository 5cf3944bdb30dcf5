// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { ByteFormatError } from './errors.js';

/** Bytes that were handed over by reference, to be sent after the first `at` bytes of the section's own buffer. */
export interface ByteRef {
  readonly at: number;
  readonly bytes: Uint8Array;
}

const MIN_REF = 4096;
const f64 = new Float64Array(1);
const f32 = new Float32Array(f64.buffer, 0, 1);
const i64 = new BigInt64Array(f64.buffer);
const u64 = new BigUint64Array(f64.buffer);
const scratch = new Uint8Array(f64.buffer);

interface Utf8Writable {
  utf8Write(v: string, offset: number, length?: number): number;
}

/**
 * Appends values to a growing buffer; big-endian unless the name says otherwise.
 * Shape:   own bytes are `buf[start, pos)`; with `byReference` on, blocks of 4096 bytes and more are kept in `refs` instead of being copied.
 * Owns:    its buffer, until a sink takes it over (`start` and `pos` are then moved by the sink); referenced blocks stay the caller's and must not change
 *          before the turn ends.
 * Units:   `mark()` and `length` are offsets in the logical output, references included, counted from `start`.
 */
export class ByteWriter {
  buf: Buffer;
  start: number;
  pos: number;
  limit: number;
  byReference: boolean;
  refs: ByteRef[] | undefined;
  refBytes: number;

  constructor(size = 1024) {
    this.buf = Buffer.allocUnsafeSlow(size);
    this.start = 0;
    this.pos = 0;
    this.limit = size;
    this.byReference = false;
    this.refs = undefined;
    this.refBytes = 0;
  }

  /** Bytes written so far, references included. */
  get length(): number {
    return this.pos - this.start + this.refBytes;
  }

  /** Makes room for `n` more bytes. A sink may replace this method's storage policy by a subclass. */
  ensure(n: number): void {
    if (this.pos + n > this.limit) this.grow(n);
  }

  /** Moves the section's own bytes to a larger buffer; marks stay valid. */
  protected grow(n: number): void {
    const used = this.pos - this.start;
    const size = Math.max(used * 2, used + n, 1024);
    const next = Buffer.allocUnsafeSlow(size);
    this.buf.copy(next, 0, this.start, this.pos);
    this.buf = next;
    this.start = 0;
    this.pos = used;
    this.limit = size;
  }

  /** Forgets what was written and keeps the buffer. */
  reset(): void {
    this.pos = this.start;
    this.refs = undefined;
    this.refBytes = 0;
  }

  u8(v: number): void {
    if (this.pos + 1 > this.limit) this.grow(1);
    this.buf[this.pos++] = v;
  }

  i8(v: number): void {
    this.u8(v);
  }

  u16(v: number): void {
    if (this.pos + 2 > this.limit) this.grow(2);
    const b = this.buf;
    const p = this.pos;
    b[p] = v >>> 8;
    b[p + 1] = v;
    this.pos = p + 2;
  }

  i16(v: number): void {
    this.u16(v);
  }

  u32(v: number): void {
    if (this.pos + 4 > this.limit) this.grow(4);
    const b = this.buf;
    const p = this.pos;
    b[p] = v >>> 24;
    b[p + 1] = v >>> 16;
    b[p + 2] = v >>> 8;
    b[p + 3] = v;
    this.pos = p + 4;
  }

  i32(v: number): void {
    this.u32(v);
  }

  /** Two's complement; a bigint outside 64 bits is truncated, range checks are the codec's. */
  i64(v: bigint): void {
    if (this.pos + 8 > this.limit) this.grow(8);
    i64[0] = v;
    this.reversed8();
  }

  f32(v: number): void {
    if (this.pos + 4 > this.limit) this.grow(4);
    f32[0] = v;
    const b = this.buf;
    const p = this.pos;
    b[p] = scratch[3]!;
    b[p + 1] = scratch[2]!;
    b[p + 2] = scratch[1]!;
    b[p + 3] = scratch[0]!;
    this.pos = p + 4;
  }

  f64(v: number): void {
    if (this.pos + 8 > this.limit) this.grow(8);
    f64[0] = v;
    this.reversed8();
  }

  private reversed8(): void {
    const b = this.buf;
    const p = this.pos;
    b[p] = scratch[7]!;
    b[p + 1] = scratch[6]!;
    b[p + 2] = scratch[5]!;
    b[p + 3] = scratch[4]!;
    b[p + 4] = scratch[3]!;
    b[p + 5] = scratch[2]!;
    b[p + 6] = scratch[1]!;
    b[p + 7] = scratch[0]!;
    this.pos = p + 8;
  }

  private straight(n: number): void {
    const b = this.buf;
    const p = this.pos;
    for (let i = 0; i < n; i++) b[p + i] = scratch[i]!;
    this.pos = p + n;
  }

  u32le(v: number): void {
    if (this.pos + 4 > this.limit) this.grow(4);
    const b = this.buf;
    const p = this.pos;
    b[p] = v;
    b[p + 1] = v >>> 8;
    b[p + 2] = v >>> 16;
    b[p + 3] = v >>> 24;
    this.pos = p + 4;
  }

  u64le(v: bigint): void {
    if (this.pos + 8 > this.limit) this.grow(8);
    u64[0] = v;
    this.straight(8);
  }

  f32le(v: number): void {
    if (this.pos + 4 > this.limit) this.grow(4);
    f32[0] = v;
    this.straight(4);
  }

  f64le(v: number): void {
    if (this.pos + 8 > this.limit) this.grow(8);
    f64[0] = v;
    this.straight(8);
  }

  /** Unsigned LEB128 of an integer in [0, 2^53); anything else is a {@link ByteFormatError}. */
  varint(v: number): void {
    if (this.pos + 8 > this.limit) this.grow(8);
    const b = this.buf;
    let p = this.pos;
    let low = v >>> 0;
    if (low !== v) {
      if (!Number.isSafeInteger(v) || v < 0) throw new ByteFormatError(`varint: got ${v}, wanted an integer from 0 to 2^53 - 1`);
      let rest = v;
      while (rest > 0xffffffff) {
        b[p++] = (rest % 128) | 0x80;
        rest = Math.floor(rest / 128);
      }
      low = rest;
    }
    while (low > 0x7f) {
      b[p++] = (low & 0x7f) | 0x80;
      low >>>= 7;
    }
    b[p++] = low;
    this.pos = p;
  }

  /** Unsigned LEB128 of the low 64 bits. */
  varint64(v: bigint): void {
    if (this.pos + 10 > this.limit) this.grow(10);
    u64[0] = v;
    let rest = u64[0];
    const b = this.buf;
    let p = this.pos;
    while (rest > 0x7fn) {
      b[p++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    b[p++] = Number(rest);
    this.pos = p;
  }

  /** UTF-8 without a length; returns the number of bytes. Lone surrogates become U+FFFD. */
  string(v: string): number {
    const n = v.length;
    if (n > 512) {
      const size = Buffer.byteLength(v);
      this.ensure(size);
      this.utf8(v, size);
      return size;
    }
    this.ensure(n * 3);
    const b = this.buf;
    let p = this.pos;
    if (n < 24) {
      let i = 0;
      for (; i < n; i++) {
        const c = v.charCodeAt(i);
        if (c > 0x7f) break;
        b[p++] = c;
      }
      if (i === n) {
        this.pos = p;
        return n;
      }
    }
    return this.utf8(v, n * 3);
  }

  private utf8(v: string, room: number): number {
    const n = (this.buf as unknown as Utf8Writable).utf8Write(v, this.pos, room);
    this.pos += n;
    return n;
  }

  /** A u32 byte length, then the UTF-8 bytes: what Thrift binary and most framed formats use. */
  string32(v: string): void {
    this.ensure(4);
    const at = this.pos - this.start;
    this.pos += 4;
    const n = this.string(v);
    const b = this.buf;
    const p = this.start + at;
    b[p] = n >>> 24;
    b[p + 1] = n >>> 16;
    b[p + 2] = n >>> 8;
    b[p + 3] = n;
  }

  /** Raw bytes. With `byReference` on, 4096 and more are referenced, not copied. */
  bytes(v: Uint8Array): void {
    const n = v.length;
    if (n >= MIN_REF && this.byReference) {
      (this.refs ??= []).push({ at: this.pos - this.start, bytes: v });
      this.refBytes += n;
      return;
    }
    if (this.pos + n > this.limit) this.grow(n);
    const b = this.buf;
    if (n < 32) {
      let p = this.pos;
      for (let i = 0; i < n; i++) b[p++] = v[i]!;
      this.pos = p;
      return;
    }
    b.set(v, this.pos);
    this.pos += n;
  }

  /** A u32 length, then the bytes. */
  bytes32(v: Uint8Array): void {
    this.u32(v.length);
    this.bytes(v);
  }

  /** The present offset, for patchU32, rewind and length arithmetic. */
  mark(): number {
    return this.pos - this.start + this.refBytes;
  }

  /** Overwrites the four bytes at `mark`. They must be the writer's own: bytes given by reference are not its to change. */
  patchU32(mark: number, v: number): void {
    const p = this.locate(mark, 4);
    const b = this.buf;
    b[p] = v >>> 24;
    b[p + 1] = v >>> 16;
    b[p + 2] = v >>> 8;
    b[p + 3] = v;
  }

  patchU16(mark: number, v: number): void {
    const p = this.locate(mark, 2);
    this.buf[p] = v >>> 8;
    this.buf[p + 1] = v;
  }

  /** Drops everything written since `mark`. */
  rewind(mark: number): void {
    const p = this.locate(mark, 0);
    const refs = this.refs;
    if (refs !== undefined) {
      const own = p - this.start;
      while (refs.length > 0 && (refs[refs.length - 1]!.at > own || this.refBytes + own > mark)) this.refBytes -= refs.pop()!.bytes.length;
      if (refs.length === 0) this.refs = undefined;
    }
    this.pos = p;
  }

  /** Where the `n` own bytes at `mark` lie in `buf`. */
  private locate(mark: number, n: number): number {
    let before = 0;
    if (this.refs !== undefined) {
      for (const r of this.refs) {
        const from = r.at + before;
        if (mark + n <= from) break;
        before += r.bytes.length;
        if (mark < from + r.bytes.length) throw new ByteFormatError(`mark ${mark} lies in bytes given by reference`);
      }
    }
    const p = this.start + mark - before;
    if (!(mark >= 0) || !Number.isInteger(mark) || p + n > this.pos) throw new ByteFormatError(`mark ${mark}: wanted ${n} bytes of the ${this.length} written`);
    return p;
  }

  /** Everything written, as one array. Without references a view of the own buffer (dead at the next reset), else a copy. */
  view(): Uint8Array {
    const own = this.buf.subarray(this.start, this.pos);
    if (this.refs === undefined) return own;
    const out = Buffer.allocUnsafeSlow(this.length);
    let from = 0;
    let to = 0;
    for (const r of this.refs) {
      out.set(own.subarray(from, r.at), to);
      to += r.at - from;
      from = r.at;
      out.set(r.bytes, to);
      to += r.bytes.length;
    }
    out.set(own.subarray(from), to);
    return out;
  }

  /** Everything written, in an array of its own. */
  toBytes(): Uint8Array {
    return this.refs === undefined ? Uint8Array.prototype.slice.call(this.buf, this.start, this.pos) : this.view();
  }
}
