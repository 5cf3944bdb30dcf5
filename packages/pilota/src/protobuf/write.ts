// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ByteWriter } from '@cloudwego/gopkg/io';
import { ProtobufError, wrong } from './errors.js';
import { varintSize } from './unknown.js';

/*
 * One value each, checked: JavaScript would cut a number to the width of its field without a word. `where` is `pkg.Message.field`, for the message.
 */

const f64 = new Float64Array(1);
const f32 = new Float32Array(f64.buffer);
const u64 = new BigUint64Array(f64.buffer);
const word = new Int32Array(f64.buffer);

interface Utf8Writable {
  utf8Write(v: string, offset: number, length?: number): number;
}
interface WellFormed {
  isWellFormed(): boolean;
}

/** A tag, a length or another unsigned integer of 32 bits. */
export function writeVarint(w: ByteWriter, v: number): void {
  w.ensure(5);
  const b = w.buf;
  let p = w.pos;
  let x = v;
  while (x > 0x7f) {
    b[p++] = (x & 0x7f) | 0x80;
    x >>>= 7;
  }
  b[p++] = x;
  w.pos = p;
}

export function writeInt32(w: ByteWriter, v: number, where: string): void {
  if (typeof v !== 'number' || (v | 0) !== v) throw wrong(where, v, 'an integer from -2147483648 to 2147483647');
  if (v >= 0) writeVarint(w, v);
  else words(w, v, -1);
}

export function writeUint32(w: ByteWriter, v: number, where: string): void {
  if (typeof v !== 'number' || v >>> 0 !== v) throw wrong(where, v, 'an integer from 0 to 4294967295');
  writeVarint(w, v);
}

export function writeSint32(w: ByteWriter, v: number, where: string): void {
  if (typeof v !== 'number' || (v | 0) !== v) throw wrong(where, v, 'an integer from -2147483648 to 2147483647');
  writeVarint(w, ((v << 1) ^ (v >> 31)) >>> 0);
}

export function writeBool(w: ByteWriter, v: boolean, where: string): void {
  if (typeof v !== 'boolean') throw wrong(where, v, 'a boolean');
  w.u8(v ? 1 : 0);
}

/** A varint of 64 bits from two halves. */
function words(w: ByteWriter, lowWord: number, highWord: number): void {
  w.ensure(10);
  const b = w.buf;
  let p = w.pos;
  let low = lowWord >>> 0;
  let high = highWord >>> 0;
  while (high > 0) {
    b[p++] = (low & 0x7f) | 0x80;
    low = ((low >>> 7) | (high << 25)) >>> 0;
    high >>>= 7;
  }
  while (low > 0x7f) {
    b[p++] = (low & 0x7f) | 0x80;
    low >>>= 7;
  }
  b[p++] = low;
  w.pos = p;
}

const MIN_I64 = -(2n ** 63n);
const MAX_I64 = 2n ** 63n - 1n;
const MAX_U64 = 2n ** 64n - 1n;

/** Takes a bigint of 64 bits, a safe integer, or its decimal text, and leaves it in `word`. */
function toWords(v: bigint | number | string, signed: boolean, where: string): void {
  if (typeof v === 'bigint') {
    if (signed ? v < MIN_I64 || v > MAX_I64 : v < 0n || v > MAX_U64) throw wrong(where, v, signed ? 'a bigint of 64 bits' : 'a bigint from 0 to 18446744073709551615');
    u64[0] = v;
  } else if (typeof v === 'number' && Number.isSafeInteger(v) && (signed || v >= 0)) {
    word[0] = v | 0;
    word[1] = Math.floor(v / 4294967296);
  } else if (typeof v === 'string' && /^-?\d{1,20}$/.test(v)) {
    toWords(BigInt(v), signed, where);
  } else {
    throw wrong(where, v, signed ? 'a bigint or a safe integer' : 'a bigint or a safe integer from 0 on');
  }
}

export function writeInt64(w: ByteWriter, v: bigint | number | string, where: string): void {
  toWords(v, true, where);
  words(w, word[0]!, word[1]!);
}

export function writeUint64(w: ByteWriter, v: bigint | number | string, where: string): void {
  toWords(v, false, where);
  words(w, word[0]!, word[1]!);
}

export function writeSint64(w: ByteWriter, v: bigint | number | string, where: string): void {
  toWords(v, true, where);
  const low = word[0]!;
  const high = word[1]!;
  const sign = high >> 31;
  words(w, (low << 1) ^ sign, ((high << 1) | (low >>> 31)) ^ sign);
}

function put4(w: ByteWriter, v: number): void {
  w.ensure(4);
  const b = w.buf;
  const p = w.pos;
  b[p] = v;
  b[p + 1] = v >>> 8;
  b[p + 2] = v >>> 16;
  b[p + 3] = v >>> 24;
  w.pos = p + 4;
}

function put8(w: ByteWriter): void {
  put4(w, word[0]!);
  put4(w, word[1]!);
}

export function writeFixed32(w: ByteWriter, v: number, where: string): void {
  if (typeof v !== 'number' || v >>> 0 !== v) throw wrong(where, v, 'an integer from 0 to 4294967295');
  put4(w, v);
}

export function writeSfixed32(w: ByteWriter, v: number, where: string): void {
  if (typeof v !== 'number' || (v | 0) !== v) throw wrong(where, v, 'an integer from -2147483648 to 2147483647');
  put4(w, v);
}

export function writeFixed64(w: ByteWriter, v: bigint | number | string, where: string): void {
  toWords(v, false, where);
  put8(w);
}

export function writeSfixed64(w: ByteWriter, v: bigint | number | string, where: string): void {
  toWords(v, true, where);
  put8(w);
}

export function writeDouble(w: ByteWriter, v: number, where: string): void {
  if (typeof v !== 'number') throw wrong(where, v, 'a number');
  f64[0] = v;
  put8(w);
}

/** A finite number beyond the range of float is an error; what is between two floats is rounded. */
export function writeFloat(w: ByteWriter, v: number, where: string): void {
  if (typeof v !== 'number') throw wrong(where, v, 'a number');
  f32[0] = v;
  if (f32[0] - f32[0] !== 0 && v - v === 0) throw wrong(where, v, 'a number of 32 bits');
  put4(w, word[0]!);
}

/** A length and UTF-8. Errors: PILOTA_PROTOBUF_UTF8_INVALID for half a surrogate pair. */
export function writeString(w: ByteWriter, v: string, where: string): void {
  if (typeof v !== 'string') throw wrong(where, v, 'a string');
  const n = v.length;
  if (n > 0x1555) {
    const size = Buffer.byteLength(v);
    if (size !== n) wellFormed(v, where);
    writeVarint(w, size);
    w.ensure(size);
    w.pos += (w.buf as unknown as Utf8Writable).utf8Write(v, w.pos, size);
    return;
  }
  w.ensure(3 * n + 3);
  const b = w.buf;
  const from = w.pos;
  let head = n < 0x80 ? 1 : 2;
  let p = from + head;
  if (n < 32) {
    let i = 0;
    for (; i < n; i++) {
      const c = v.charCodeAt(i);
      if (c > 0x7f) break;
      b[p++] = c;
    }
    if (i === n) {
      b[from] = n;
      w.pos = p;
      return;
    }
    p = from + 1;
  }
  const size = (b as unknown as Utf8Writable).utf8Write(v, p, 3 * n);
  if (size !== n) {
    wellFormed(v, where);
    // Few characters of many bytes: the length takes one more than was kept.
    if (head === 1 && size > 0x7f) {
      b.copyWithin(p + 1, p, p + size);
      head = 2;
      p++;
    }
  }
  if (head === 1) b[from] = size;
  else {
    b[from] = (size & 0x7f) | 0x80;
    b[from + 1] = size >>> 7;
  }
  w.pos = p + size;
}

function wellFormed(v: string, where: string): void {
  if (!(v as unknown as WellFormed).isWellFormed()) throw new ProtobufError('PILOTA_PROTOBUF_UTF8_INVALID', `${where}: half a surrogate pair has no UTF-8`);
}

/** A length and bytes; from 4 KiB on by reference where the sink can: they must not change before the turn ends. */
export function writeBytes(w: ByteWriter, v: Uint8Array, where: string): void {
  if (!(v instanceof Uint8Array)) throw wrong(where, v, 'a Uint8Array');
  writeVarint(w, v.length);
  w.bytes(v);
}

// ── lengths ──────────────────────────────────────────────────────────────────────────────────────

/*
 * A message inside another has its length before it. It is written first, behind as many bytes as the length of the last one at the same place took; where
 * this one's takes more or fewer, what was written is moved.
 */

/** How many bytes lengths took, by place. One array belongs to a module, so that numbers stay numbers. */
export type Widths = Uint8Array;

export function widths(places: number): Widths {
  return new Uint8Array(places).fill(1);
}

/** Leaves room for the length; gives where what follows begins, in the writer's own bytes. */
export function open(w: ByteWriter, kept: Widths, place: number): number {
  const n = kept[place]!;
  w.ensure(n);
  w.pos += n;
  // A message inside itself may change what is remembered, so the room lies in the room.
  w.buf[w.pos - 1] = n;
  return w.pos - w.start;
}

/** Writes the length of what was written since {@link open}. */
export function close(w: ByteWriter, from: number, kept: Widths, place: number): void {
  const at = w.start + from;
  let size = w.pos - at;
  if (w.refs !== undefined) size += referenced(w, from);
  const room = w.buf[at - 1]!;
  const need = varintSize(size);
  if (need !== room) move(w, from, need - room, kept, place, need);
  const b = w.buf;
  let p = w.start + from - room;
  while (size > 0x7f) {
    b[p++] = (size & 0x7f) | 0x80;
    size >>>= 7;
  }
  b[p] = size;
}

function move(w: ByteWriter, from: number, by: number, kept: Widths, place: number, need: number): void {
  if (by > 0) w.ensure(by);
  const at = w.start + from;
  w.buf.copyWithin(at + by, at, w.pos);
  w.pos += by;
  if (w.refs !== undefined) w.refs = w.refs.map((r) => (r.at >= from ? { at: r.at + by, bytes: r.bytes } : r));
  kept[place] = need;
}

function referenced(w: ByteWriter, from: number): number {
  let n = 0;
  for (const r of w.refs!) if (r.at >= from) n += r.bytes.length;
  return n;
}

/** The tag of a packed list, and room for its length. */
export function openPacked(w: ByteWriter, tag: number, kept: Widths, place: number): number {
  writeVarint(w, tag);
  return open(w, kept, place);
}

/** The length of a packed list; one without items is not written at all. */
export function closePacked(w: ByteWriter, from: number, tag: number, kept: Widths, place: number): void {
  const at = w.start + from;
  if (w.pos > at) close(w, from, kept, place);
  else w.pos = at - w.buf[at - 1]! - varintSize(tag);
}
