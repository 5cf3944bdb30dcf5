// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { isUtf8 } from 'node:buffer';
import type { ByteReader } from '@cloudwego/gopkg/io';
import { shortAscii } from '../short-ascii.js';
import { ProtobufError } from './errors.js';

/*
 * One value each, from where the reader stands. Errors: ProtobufError; what lies behind the reader's end is never read. A value may run over the end of the
 * message it lies in as long as the reader has bytes: the message's reader sees that when it comes to its end.
 */

const i64 = new BigInt64Array(1);
const u64 = new BigUint64Array(i64.buffer);
const f64 = new Float64Array(i64.buffer);
const f32 = new Float32Array(i64.buffer);
const word = new Int32Array(i64.buffer);

interface Utf8Sliceable {
  utf8Slice(start: number, end: number): string;
}

function short(): ProtobufError {
  return new ProtobufError('PILOTA_PROTOBUF_BYTES_INVALID', 'the bytes end in the middle of a value');
}

function long(): ProtobufError {
  return new ProtobufError('PILOTA_PROTOBUF_BYTES_INVALID', 'varint: more than 10 bytes');
}

/** The tag of a field: number << 3 | wire type, an unsigned integer of 32 bits. */
export function readTag(r: ByteReader): number {
  const p = r.pos;
  const b = r.buf;
  if (p < r.end) {
    const x = b[p]!;
    if (x < 0x80) {
      if (x < 8) throw badTag(x);
      r.pos = p + 1;
      return x;
    }
    if (p + 1 < r.end) {
      const y = b[p + 1]!;
      if (y < 0x80) {
        const t = (x & 0x7f) | (y << 7);
        if (t < 8) throw badTag(t);
        r.pos = p + 2;
        return t;
      }
    }
  }
  return longTag(r);
}

function longTag(r: ByteReader): number {
  let t = 0;
  for (let i = 0; i < 5; i++) {
    if (r.pos >= r.end) throw short();
    const x = r.buf[r.pos++]!;
    if (i === 4 && x > 15) break;
    t |= (x & 0x7f) << (7 * i);
    if (x < 0x80) {
      if (t >>> 3 === 0) throw badTag(t);
      return t >>> 0;
    }
  }
  throw new ProtobufError('PILOTA_PROTOBUF_BYTES_INVALID', 'tag: more than 32 bits');
}

function badTag(t: number): ProtobufError {
  return new ProtobufError('PILOTA_PROTOBUF_BYTES_INVALID', `tag: got ${t}, wanted a field number from 1 on`);
}

/** The low 32 bits of a varint, signed: int32 and enums. */
export function readInt32(r: ByteReader): number {
  const p = r.pos;
  if (p < r.end) {
    const x = r.buf[p]!;
    if (x < 0x80) {
      r.pos = p + 1;
      return x;
    }
  }
  return longInt32(r);
}

function longInt32(r: ByteReader): number {
  const b = r.buf;
  const { end } = r;
  let p = r.pos;
  let v = 0;
  for (let i = 0; i < 10; i++) {
    if (p >= end) throw short();
    const x = b[p++]!;
    if (i < 5) v |= (x & 0x7f) << (7 * i);
    if (x < 0x80) {
      r.pos = p;
      return v;
    }
  }
  throw long();
}

export function readUint32(r: ByteReader): number {
  return readInt32(r) >>> 0;
}

export function readSint32(r: ByteReader): number {
  const v = readInt32(r);
  return (v >>> 1) ^ -(v & 1);
}

export function readBool(r: ByteReader): boolean {
  const p = r.pos;
  if (p < r.end && r.buf[p]! < 2) {
    r.pos = p + 1;
    return r.buf[p] === 1;
  }
  readWords(r);
  return word[0] !== 0 || word[1] !== 0;
}

/** A varint of 64 bits into `word`: low half first. */
function readWords(r: ByteReader): void {
  const b = r.buf;
  const { end } = r;
  let p = r.pos;
  let low = 0;
  let high = 0;
  for (let i = 0; i < 10; i++) {
    if (p >= end) throw short();
    const x = b[p++]!;
    const bits = x & 0x7f;
    if (i < 4) low |= bits << (7 * i);
    else if (i === 4) {
      low |= bits << 28;
      high = bits >>> 4;
    } else high |= bits << (7 * i - 32);
    if (x < 0x80) {
      r.pos = p;
      word[0] = low;
      word[1] = high;
      return;
    }
  }
  throw long();
}

export function readInt64(r: ByteReader): bigint {
  const p = r.pos;
  if (p < r.end && r.buf[p]! < 0x80) {
    r.pos = p + 1;
    return BigInt(r.buf[p]!);
  }
  readWords(r);
  return i64[0]!;
}

export function readUint64(r: ByteReader): bigint {
  const p = r.pos;
  if (p < r.end && r.buf[p]! < 0x80) {
    r.pos = p + 1;
    return BigInt(r.buf[p]!);
  }
  readWords(r);
  return u64[0]!;
}

export function readSint64(r: ByteReader): bigint {
  readWords(r);
  const sign = -(word[0]! & 1);
  word[0] = ((word[0]! >>> 1) | (word[1]! << 31)) ^ sign;
  word[1] = (word[1]! >>> 1) ^ sign;
  return i64[0]!;
}

function fixed(r: ByteReader, n: number): number {
  const p = r.pos;
  if (p + n > r.end) throw short();
  r.pos = p + n;
  return p;
}

export function readSfixed32(r: ByteReader): number {
  const p = fixed(r, 4);
  const b = r.buf;
  return b[p]! | (b[p + 1]! << 8) | (b[p + 2]! << 16) | (b[p + 3]! << 24);
}

export function readFixed32(r: ByteReader): number {
  return readSfixed32(r) >>> 0;
}

function fixedWords(r: ByteReader): void {
  const p = fixed(r, 8);
  const b = r.buf;
  word[0] = b[p]! | (b[p + 1]! << 8) | (b[p + 2]! << 16) | (b[p + 3]! << 24);
  word[1] = b[p + 4]! | (b[p + 5]! << 8) | (b[p + 6]! << 16) | (b[p + 7]! << 24);
}

export function readSfixed64(r: ByteReader): bigint {
  fixedWords(r);
  return i64[0]!;
}

export function readFixed64(r: ByteReader): bigint {
  fixedWords(r);
  return u64[0]!;
}

export function readDouble(r: ByteReader): number {
  fixedWords(r);
  return f64[0]!;
}

export function readFloat(r: ByteReader): number {
  word[0] = readSfixed32(r);
  return f32[0]!;
}

/** The length of what follows, as the offset where it ends; refused where it is behind `end`. */
export function readEnd(r: ByteReader, end: number): number {
  const n = readUint32(r);
  const e = r.pos + n;
  if (e > end) throw new ProtobufError('PILOTA_PROTOBUF_BYTES_INVALID', `length: got ${n}, but ${Math.max(0, end - r.pos)} bytes are left`);
  return e;
}

/** A string of which nobody asks that it is UTF-8, as in proto2: other bytes become U+FFFD. */
export function readText(r: ByteReader): string {
  const e = readEnd(r, r.end);
  const p = r.pos;
  const b = r.buf;
  r.pos = e;
  const n = e - p;
  // The call into native code costs more than a few characters do.
  if (n < 9) {
    let all = 0;
    for (let i = p; i < e; i++) all |= b[i]!;
    if (all < 0x80) return shortAscii(b, p, n);
  }
  return (b as unknown as Utf8Sliceable).utf8Slice(p, e);
}

/** A string, which must be UTF-8. */
export function readString(r: ByteReader, where: string): string {
  const from = r.pos;
  const s = readText(r);
  // What is no UTF-8 leaves a trace, and so does a U+FFFD that was sent.
  if (s.includes('\ufffd')) check(r, from, where);
  return s;
}

function check(r: ByteReader, from: number, where: string): void {
  r.pos = from;
  const e = readEnd(r, r.end);
  if (!isUtf8(r.buf.subarray(r.pos, e))) throw new ProtobufError('PILOTA_PROTOBUF_UTF8_INVALID', `${where}: the bytes are no UTF-8`);
  r.pos = e;
}

/** Bytes of their own. */
export function readBytes(r: ByteReader): Uint8Array {
  return r.bytes(readEnd(r, r.end) - r.pos);
}

/** An integer of 64 bits where the field is a number. One that a double cannot hold is an error: it would arrive as another number. */
export function toNumber(v: bigint, where: string): number {
  const n = Number(v);
  if (!Number.isSafeInteger(n)) throw new ProtobufError('PILOTA_PROTOBUF_VALUE_RANGE', `${where}: got ${v}, which a number cannot hold; generate this field as bigint`);
  return n;
}
