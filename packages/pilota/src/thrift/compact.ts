// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ByteReader, ByteWriter } from '@cloudwego/gopkg/io';
import { ThriftProtocolError } from '../codegen/v1/errors.js';
import { MAX_DEPTH } from '../codegen/v1/skip.js';
import { TType } from '../codegen/v1/ttype.js';
import type { FieldHead, Wire } from './wire.js';

/*
 * The compact protocol. Source: apache/thrift doc/specs/thrift-compact-protocol.md, lib/go/thrift/compact_protocol.go.
 *
 *   field   : dddd tttt           d = id less the one before, 1 to 15, t = type
 *             0000 tttt varint    else: the id, zigzag
 *   bool    : its value is its field's type, 1 true, 2 false; in containers one byte, 1 or 2
 *   list    : nnnn tttt           n = count up to 14; 15: a varint follows
 *   map     : varint, then kkkk vvvv unless it is empty
 *   i16 i32 i64: zigzag varint    double: 8 bytes, little-endian    string: varint, bytes
 */

/** Type of the compact protocol by that of the binary one; -1 = none. */
const TO: readonly number[] = [0, -1, 1, 3, 7, -1, 4, -1, 5, -1, 6, 8, 12, 11, 10, 9, 13];
/** The other way round. */
const FROM: readonly number[] = [0, 2, 2, 3, 6, 8, 10, 4, 11, 15, 14, 13, 12, 16];
/** The fewest bytes that a value of a type of the binary protocol takes in a container. */
const LEAST: readonly number[] = [0, 0, 1, 1, 8, 0, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1, 16];

function bad(message: string): ThriftProtocolError {
  return new ThriftProtocolError('PILOTA_THRIFT_TYPE_INVALID', message);
}

function from(t: number): number {
  const type = FROM[t];
  if (type === undefined) throw bad(`compact type: got ${t}, wanted one from 1 to 13`);
  return type;
}

function readVarint32(r: ByteReader): number {
  let v = 0;
  for (let shift = 0; shift < 35; shift += 7) {
    const b = r.u8();
    v |= (b & 0x7f) << shift;
    if (b < 0x80) return v;
  }
  throw new ThriftProtocolError('PILOTA_THRIFT_VALUE_RANGE', 'varint: more than 32 bits');
}

function writeZigzag(w: ByteWriter, v: number): void {
  w.varint(((v << 1) ^ (v >> 31)) >>> 0);
}

function readZigzag(r: ByteReader): number {
  const v = readVarint32(r);
  return (v >>> 1) ^ -(v & 1);
}

/** A count or length, which must be possible with what is left. */
function readSize(r: ByteReader, least: number): number {
  const n = readVarint32(r);
  if (n < 0 || n * least > r.end - r.pos) {
    throw new ThriftProtocolError('PILOTA_THRIFT_SIZE_INVALID', `size: got ${n}, wanted 0 to ${Math.floor((r.end - r.pos) / least)} (what the bytes left can hold)`);
  }
  return n;
}

function listHead(r: ByteReader, into: { type: number }): number {
  const b = r.u8();
  const long = b >> 4 === 15;
  const type = from(b & 15);
  into.type = type;
  if (long) {
    const n = readSize(r, 1);
    return checkCount(r, n, type);
  }
  return checkCount(r, b >> 4, type);
}

function checkCount(r: ByteReader, n: number, type: number): number {
  if (n === 0) return 0;
  const least = LEAST[type] ?? 0;
  if (least === 0) throw bad(`items: got type ${type}`);
  if (n * least > r.end - r.pos) throw new ThriftProtocolError('PILOTA_THRIFT_SIZE_INVALID', `size: got ${n}, wanted at most ${Math.floor((r.end - r.pos) / least)} (what the bytes left can hold)`);
  return n;
}

const listType = { type: 0 };
const mapTypes = { key: 0, value: 0 };

function mapHead(r: ByteReader, into: { key: number; value: number }): number {
  const n = readSize(r, 1);
  if (n === 0) {
    into.key = TType.BYTE;
    into.value = TType.BYTE;
    return 0;
  }
  const kinds = r.u8();
  into.key = from(kinds >> 4);
  into.value = from(kinds & 15);
  const least = LEAST[into.key]! + LEAST[into.value]!;
  if (n * least > r.end - r.pos) throw new ThriftProtocolError('PILOTA_THRIFT_SIZE_INVALID', `size: got ${n}, wanted at most ${Math.floor((r.end - r.pos) / least)} (what the bytes left can hold)`);
  return n;
}

function skipValue(r: ByteReader, type: number, depth: number): void {
  switch (type) {
    case TType.BOOL:
    case TType.BYTE:
      r.skip(1);
      return;
    case TType.I16:
    case TType.I32:
      readVarint32(r);
      return;
    case TType.I64:
      r.varint64();
      return;
    case TType.DOUBLE:
      r.skip(8);
      return;
    case TType.UUID:
      r.skip(16);
      return;
    case TType.STRING:
      r.skip(readSize(r, 1));
      return;
  }
  if (depth <= 0) throw new ThriftProtocolError('PILOTA_THRIFT_DEPTH_EXCEEDED', `nesting: wanted at most ${MAX_DEPTH} levels`);
  switch (type) {
    case TType.LIST:
    case TType.SET: {
      const n = listHead(r, listType);
      const element = listType.type;
      for (let i = 0; i < n; i++) skipValue(r, element, depth - 1);
      return;
    }
    case TType.MAP: {
      const n = mapHead(r, mapTypes);
      const { key: k, value: v } = mapTypes;
      for (let i = 0; i < n; i++) {
        skipValue(r, k, depth - 1);
        skipValue(r, v, depth - 1);
      }
      return;
    }
    case TType.STRUCT: {
      const head: FieldHead = { type: 0, id: 0, bool: -1 };
      for (let last = 0; ; last = head.id) {
        compact.readField(r, last, head);
        if (head.type === TType.STOP) return;
        if (head.type !== TType.BOOL) skipValue(r, head.type, depth - 1);
      }
    }
  }
  throw bad(`type: got ${type}`);
}

/** The compact protocol. */
export const compact: Wire = {
  name: 'compact',
  writeBool: (w: ByteWriter, v: boolean) => {
    w.u8(v ? 1 : 2);
  },
  writeI8: (w: ByteWriter, v: number) => {
    w.i8(v);
  },
  writeI16: writeZigzag,
  writeI32: writeZigzag,
  writeI64: (w: ByteWriter, v: bigint) => {
    w.varint64((v << 1n) ^ (v >> 63n));
  },
  writeDouble: (w: ByteWriter, v: number) => {
    w.f64le(v);
  },
  writeString: (w: ByteWriter, v: string) => {
    w.varint(Buffer.byteLength(v));
    w.string(v);
  },
  writeBinary: (w: ByteWriter, v: Uint8Array) => {
    w.varint(v.length);
    w.bytes(v);
  },
  writeField: (w: ByteWriter, type: number, id: number, last: number) => {
    head(w, TO[type]!, id, last);
  },
  writeBoolField: (w: ByteWriter, v: boolean, id: number, last: number) => {
    head(w, v ? 1 : 2, id, last);
  },
  writeStop: (w: ByteWriter) => {
    w.u8(0);
  },
  writeList: (w: ByteWriter, element: number, count: number) => {
    if (count < 15) {
      w.u8((count << 4) | TO[element]!);
      return;
    }
    w.u8(0xf0 | TO[element]!);
    w.varint(count);
  },
  writeMap: (w: ByteWriter, key: number, value: number, count: number) => {
    w.varint(count);
    if (count > 0) w.u8((TO[key]! << 4) | TO[value]!);
  },
  readBool: (r: ByteReader) => r.u8() === 1,
  readI8: (r: ByteReader) => r.i8(),
  readI16: (r: ByteReader) => (readZigzag(r) << 16) >> 16,
  readI32: readZigzag,
  readI64: (r: ByteReader) => {
    const v = r.varint64();
    return (v & 1n) === 0n ? v >> 1n : ~(v >> 1n);
  },
  readDouble: (r: ByteReader) => r.f64le(),
  readString: (r: ByteReader) => r.string(readSize(r, 1)),
  readBinary: (r: ByteReader) => r.bytes(readSize(r, 1)),
  readField: (r: ByteReader, last: number, into: FieldHead) => {
    const b = r.u8();
    const t = b & 15;
    if (t === 0) {
      into.type = TType.STOP;
      return;
    }
    const delta = b >> 4;
    into.id = delta === 0 ? (readZigzag(r) << 16) >> 16 : ((last + delta) << 16) >> 16;
    into.type = from(t);
    into.bool = t === 1 ? 1 : 0;
  },
  readList: (r: ByteReader, want: number, where: string) => {
    const n = listHead(r, listType);
    if (n > 0 && listType.type !== want) throw bad(`items of ${where}: got type ${listType.type}, wanted ${want}`);
    return n;
  },
  readMap: (r: ByteReader, key: number, value: number, where: string) => {
    const n = mapHead(r, mapTypes);
    if (n > 0 && (mapTypes.key !== key || mapTypes.value !== value)) throw bad(`items of ${where}: got types ${mapTypes.key} and ${mapTypes.value}, wanted ${key} and ${value}`);
    return n;
  },
  readAnyList: listHead,
  readAnyMap: mapHead,
  skip: (r: ByteReader, head: FieldHead, depth: number) => {
    // A bool is all in its head.
    if (head.type !== TType.BOOL) skipValue(r, head.type, depth);
  },
};

function head(w: ByteWriter, type: number, id: number, last: number): void {
  const delta = id - last;
  if (delta > 0 && delta <= 15) {
    w.u8((delta << 4) | type);
    return;
  }
  w.u8(type);
  writeZigzag(w, id);
}
