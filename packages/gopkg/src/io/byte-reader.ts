// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { ByteFormatError, ShortReadError } from './errors.js';

const POOL_SIZE = 16 * 1024;
const MAX_POOLED = 4096;
const f64 = new Float64Array(1);
const f32 = new Float32Array(f64.buffer, 0, 1);
const i64 = new BigInt64Array(f64.buffer);
const u64 = new BigUint64Array(f64.buffer);
const scratch = new Uint8Array(f64.buffer);

let pool = Buffer.allocUnsafeSlow(POOL_SIZE);
let poolPos = 0;

interface Utf8Sliceable {
  utf8Slice(start: number, end: number): string;
}

/**
 * Reads values from `buf[pos, end)`; big-endian unless the name says otherwise.
 * Owns:   nothing; `buf` is lent. `bytes()` and `string()` give values of their own, `view()` a borrowed window that is dead when receive() returns.
 * Errors: {@link ShortReadError} (GOPKG_IO_READ_SHORT) when too few bytes are left; nothing is consumed then.
 */
export class ByteReader {
  buf: Buffer;
  pos: number;
  end: number;

  constructor(buf: Buffer, pos = 0, end: number = buf.length) {
    this.buf = buf;
    this.pos = pos;
    this.end = end;
  }

  /** A reader over any byte array. */
  static from(b: Uint8Array): ByteReader {
    return new ByteReader(Buffer.isBuffer(b) ? b : Buffer.from(b.buffer, b.byteOffset, b.byteLength));
  }

  /** Points the reader at other bytes. */
  set(buf: Buffer, pos: number, end: number): void {
    this.buf = buf;
    this.pos = pos;
    this.end = end;
  }

  /** Bytes left. */
  get left(): number {
    return this.end - this.pos;
  }

  private take(n: number): number {
    const p = this.pos;
    if (!(n >= 0) || p + n > this.end) throw new ShortReadError(n, this.end - p);
    this.pos = p + n;
    return p;
  }

  u8(): number {
    const p = this.pos;
    if (p >= this.end) throw new ShortReadError(1, 0);
    this.pos = p + 1;
    return this.buf[p]!;
  }

  i8(): number {
    return (this.u8() << 24) >> 24;
  }

  u16(): number {
    const p = this.take(2);
    const b = this.buf;
    return (b[p]! << 8) | b[p + 1]!;
  }

  i16(): number {
    return (this.u16() << 16) >> 16;
  }

  u32(): number {
    return this.i32() >>> 0;
  }

  i32(): number {
    const p = this.pos;
    if (p + 4 > this.end) throw new ShortReadError(4, this.end - p);
    this.pos = p + 4;
    const b = this.buf;
    return (b[p]! << 24) | (b[p + 1]! << 16) | (b[p + 2]! << 8) | b[p + 3]!;
  }

  i64(): bigint {
    const p = this.take(8);
    const b = this.buf;
    const hi = (b[p]! << 24) | (b[p + 1]! << 16) | (b[p + 2]! << 8) | b[p + 3]!;
    const lo = (b[p + 4]! << 24) | (b[p + 5]! << 16) | (b[p + 6]! << 8) | b[p + 7]!;
    if (hi === lo >> 31) return BigInt(lo);
    this.reverse8(p);
    return i64[0]!;
  }

  f32(): number {
    const p = this.take(4);
    const b = this.buf;
    scratch[3] = b[p]!;
    scratch[2] = b[p + 1]!;
    scratch[1] = b[p + 2]!;
    scratch[0] = b[p + 3]!;
    return f32[0]!;
  }

  f64(): number {
    this.reverse8(this.take(8));
    return f64[0]!;
  }

  private reverse8(p: number): void {
    const b = this.buf;
    scratch[7] = b[p]!;
    scratch[6] = b[p + 1]!;
    scratch[5] = b[p + 2]!;
    scratch[4] = b[p + 3]!;
    scratch[3] = b[p + 4]!;
    scratch[2] = b[p + 5]!;
    scratch[1] = b[p + 6]!;
    scratch[0] = b[p + 7]!;
  }

  private straight(n: number): void {
    const p = this.take(n);
    for (let i = 0; i < n; i++) scratch[i] = this.buf[p + i]!;
  }

  u32le(): number {
    const p = this.take(4);
    const b = this.buf;
    return ((b[p + 3]! << 24) | (b[p + 2]! << 16) | (b[p + 1]! << 8) | b[p]!) >>> 0;
  }

  u64le(): bigint {
    this.straight(8);
    return u64[0]!;
  }

  f32le(): number {
    this.straight(4);
    return f32[0]!;
  }

  f64le(): number {
    this.straight(8);
    return f64[0]!;
  }

  /** Unsigned LEB128 that fits 53 bits. */
  varint(): number {
    const start = this.pos;
    let v = 0;
    let scale = 1;
    for (let i = 0; i < 8; i++) {
      if (this.pos >= this.end) {
        this.pos = start;
        throw new ShortReadError(i + 1, i);
      }
      const b = this.buf[this.pos++]!;
      v += (b & 0x7f) * scale;
      if (b < 0x80) {
        if (v > Number.MAX_SAFE_INTEGER) break;
        return v;
      }
      scale *= 128;
    }
    this.pos = start;
    throw new ByteFormatError('varint: more than 53 bits');
  }

  /** Unsigned LEB128 of up to 64 bits; more is a {@link ByteFormatError}, as in Go's encoding/binary. */
  varint64(): bigint {
    const start = this.pos;
    let v = 0n;
    for (let i = 0n; i < 10n; i++) {
      if (this.pos >= this.end) {
        this.pos = start;
        throw new ShortReadError(Number(i) + 1, Number(i));
      }
      const b = this.buf[this.pos++]!;
      v |= BigInt(b & 0x7f) << (i * 7n);
      if (b < 0x80) {
        if (i === 9n && b > 1) break;
        return v;
      }
    }
    this.pos = start;
    throw new ByteFormatError('varint64: more than 64 bits');
  }

  /** `n` bytes of UTF-8; invalid sequences become U+FFFD. */
  string(n: number): string {
    const p = this.take(n);
    if (n === 0) return '';
    return (this.buf as unknown as Utf8Sliceable).utf8Slice(p, p + n);
  }

  /** An i32 byte length, then UTF-8. A negative length is a {@link ByteFormatError}. */
  string32(): string {
    return this.string(this.length32());
  }

  /** An i32 byte length, then bytes of their own. */
  bytes32(): Uint8Array {
    return this.bytes(this.length32());
  }

  private length32(): number {
    const n = this.i32();
    if (n < 0) {
      this.pos -= 4;
      throw new ByteFormatError(`negative length ${n}`);
    }
    if (n > this.end - this.pos) {
      const left = this.end - this.pos;
      this.pos -= 4;
      throw new ShortReadError(n, left);
    }
    return n;
  }

  /** `n` bytes, OWNED by the caller: up to 4 KiB from a shared 16 KiB pool, larger ones in a buffer of their own. */
  bytes(n: number): Uint8Array {
    const p = this.take(n);
    if (n > MAX_POOLED) {
      const out = new Uint8Array(n);
      this.buf.copy(out, 0, p, p + n);
      return out;
    }
    if (poolPos + n > POOL_SIZE) {
      pool = Buffer.allocUnsafeSlow(POOL_SIZE);
      poolPos = 0;
    }
    const out = new Uint8Array(pool.buffer, poolPos, n);
    const b = this.buf;
    if (n < 32) for (let i = 0; i < n; i++) out[i] = b[p + i]!;
    else b.copy(pool, poolPos, p, p + n);
    poolPos += (n + 7) & ~7;
    return out;
  }

  /** `n` bytes, BORROWED: dead when receive() returns. */
  view(n: number): Uint8Array {
    const p = this.take(n);
    return this.buf.subarray(p, p + n);
  }

  skip(n: number): void {
    this.take(n);
  }
}
