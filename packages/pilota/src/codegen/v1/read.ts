// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ByteReader } from '@cloudwego/gopkg/io';
import { ThriftProtocolError } from './errors.js';
import { leastBytes, readCount } from './skip.js';

/** Reads the header of a list or set whose items must be of type `want`, and gives the count. An empty one may claim any type. */
export function readList(r: ByteReader, want: number, where: string): number {
  const t = r.u8();
  const n = readCount(r, leastBytes(want));
  if (n > 0 && t !== want) throw itemType(where, t, want);
  return n;
}

/** Reads the header of a map, and gives the count. */
export function readMap(r: ByteReader, key: number, value: number, where: string): number {
  const k = r.u8();
  const v = r.u8();
  const n = readCount(r, leastBytes(key) + leastBytes(value));
  if (n > 0 && (k !== key || v !== value)) throw itemType(where, k === key ? v : k, k === key ? value : key);
  return n;
}

function itemType(where: string, got: number, want: number): ThriftProtocolError {
  return new ThriftProtocolError('PILOTA_THRIFT_TYPE_INVALID', `items of ${where}: got type ${got}, wanted ${want}`);
}

/** An i64 where the IDL asked for a number. One that a double cannot hold is an error: it would arrive as another number. */
export function readI64AsNumber(r: ByteReader, where: string): number {
  const v = r.i64();
  const n = Number(v);
  if (!Number.isSafeInteger(n)) throw new ThriftProtocolError('PILOTA_THRIFT_VALUE_RANGE', `${where}: got ${v}, which a number cannot hold; generate this field as bigint`);
  return n;
}
