// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ByteWriter } from '@cloudwego/gopkg/io';
import { ThriftProtocolError } from './errors.js';

/*
 * One value each, checked: JavaScript would cut a number to the width of its field without a word. `where` is `Struct.field`, for the message.
 */

/** A value does not fit its type. */
export function wrong(where: string, value: unknown, wanted: string): ThriftProtocolError {
  return new ThriftProtocolError('PILOTA_THRIFT_VALUE_RANGE', `${where}: got ${show(value)}, wanted ${wanted}`);
}

function show(v: unknown): string {
  if (typeof v === 'string') return v.length > 40 ? `"${v.slice(0, 40)}…"` : `"${v}"`;
  if (typeof v === 'object' && v !== null) return Array.isArray(v) ? 'an array' : `an object of ${v.constructor?.name ?? 'no class'}`;
  if (typeof v === 'bigint') return `${v}n`;
  return String(v);
}

export function writeBool(w: ByteWriter, v: boolean, where: string): void {
  if (typeof v !== 'boolean') throw wrong(where, v, 'a boolean');
  w.u8(v ? 1 : 0);
}

export function writeI8(w: ByteWriter, v: number, where: string): void {
  if (typeof v !== 'number' || (v << 24) >> 24 !== v) throw wrong(where, v, 'an integer from -128 to 127');
  w.u8(v);
}

export function writeI16(w: ByteWriter, v: number, where: string): void {
  if (typeof v !== 'number' || (v << 16) >> 16 !== v) throw wrong(where, v, 'an integer from -32768 to 32767');
  w.i16(v);
}

export function writeI32(w: ByteWriter, v: number, where: string): void {
  if (typeof v !== 'number' || (v | 0) !== v) throw wrong(where, v, 'an integer from -2147483648 to 2147483647');
  w.i32(v);
}

const MIN_I64 = -(2n ** 63n);
const MAX_I64 = 2n ** 63n - 1n;

/** Takes a bigint of 64 bits, a safe integer, or (where the IDL says so) its decimal text. */
export function toI64(v: unknown, where: string): bigint {
  if (typeof v === 'bigint') {
    if (v < MIN_I64 || v > MAX_I64) throw wrong(where, v, 'a bigint of 64 bits');
    return v;
  }
  if (typeof v === 'number' && Number.isSafeInteger(v)) return BigInt(v);
  if (typeof v === 'string' && /^[+-]?\d{1,19}$/.test(v)) return toI64(BigInt(v), where);
  throw wrong(where, v, 'a bigint or a safe integer');
}

/** Writes what {@link toI64} takes. */
export function writeI64(w: ByteWriter, v: bigint | number | string, where: string): void {
  if (typeof v === 'bigint') {
    if (v < MIN_I64 || v > MAX_I64) throw wrong(where, v, 'a bigint of 64 bits');
    w.i64(v);
  } else if (typeof v === 'number') {
    if (!Number.isSafeInteger(v)) throw wrong(where, v, 'a safe integer or a bigint');
    w.i32(Math.floor(v / 4294967296));
    w.i32(v | 0);
  } else if (typeof v === 'string' && /^[+-]?\d{1,19}$/.test(v)) {
    writeI64(w, BigInt(v), where);
  } else {
    throw wrong(where, v, 'a bigint or a safe integer');
  }
}

export function writeDouble(w: ByteWriter, v: number, where: string): void {
  if (typeof v !== 'number') throw wrong(where, v, 'a number');
  w.f64(v);
}

export function writeString(w: ByteWriter, v: string, where: string): void {
  if (typeof v !== 'string') throw wrong(where, v, 'a string');
  w.string32(v);
}

/** From 4 KiB on by reference where the sink can: the bytes must not change before the turn ends. */
export function writeBinary(w: ByteWriter, v: Uint8Array, where: string): void {
  if (!(v instanceof Uint8Array)) throw wrong(where, v, 'a Uint8Array');
  w.bytes32(v);
}

/** The items of a list or set. A string is refused: its characters are hardly what is meant. */
export function items<T>(v: Iterable<T>, where: string): Iterable<T> {
  if (typeof v !== 'object' || v === null || typeof (v as Partial<Iterable<T>>)[Symbol.iterator] !== 'function') throw wrong(where, v, 'an array, a Set or another iterable object');
  return v;
}

/** The entries of a map: of a Map, or of a plain object where keys are strings. */
export function entries<K, V>(v: ReadonlyMap<K, V> | Readonly<Record<string, V>>, where: string): Iterable<readonly [K, V]> {
  if (v instanceof Map) return v as ReadonlyMap<K, V>;
  if (typeof v !== 'object' || v === null) throw wrong(where, v, 'a Map or an object');
  if (Symbol.iterator in v) return v as unknown as Iterable<readonly [K, V]>;
  return Object.entries(v) as unknown as readonly [K, V][];
}
