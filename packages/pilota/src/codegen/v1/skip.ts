// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ByteReader } from '@cloudwego/gopkg/io';
import { ThriftProtocolError } from './errors.js';
import { TType } from './ttype.js';

/** Structs and containers inside one another. */
export const MAX_DEPTH = 64;

/** Bytes of a fixed-width type; 0 = not fixed, -1 = not a type. */
const WIDTH: readonly number[] = [-1, -1, 1, 1, 8, -1, 2, -1, 4, -1, 8, 0, 0, 0, 0, 0, 16];
/** The fewest bytes that one value of a type takes; a declared count is checked against what is left with it. */
const LEAST: readonly number[] = [0, 0, 1, 1, 8, 0, 2, 0, 4, 0, 8, 4, 1, 6, 5, 5, 16];

/** The fewest bytes that one value of type `t` takes. */
export function leastBytes(t: number): number {
  const n = LEAST[t] ?? 0;
  if (n === 0) throw badType(t);
  return n;
}

function badType(t: number): ThriftProtocolError {
  return new ThriftProtocolError('PILOTA_THRIFT_TYPE_INVALID', `type: got ${t}, wanted a Thrift type id from 2 to 16`);
}

/** Reads the count of a container of which each item takes at least `least` bytes, and refuses one that cannot be true. */
export function readCount(r: ByteReader, least: number): number {
  const n = r.i32();
  if (n < 0 || n * least > r.end - r.pos) {
    throw new ThriftProtocolError('PILOTA_THRIFT_SIZE_INVALID', `container size: got ${n}, wanted 0 to ${Math.floor((r.end - r.pos) / least)} (what the bytes left can hold)`);
  }
  return n;
}

/**
 * Passes over one value of type `t`. VOID has no bytes: Go's generic server writes the result of a void method as a field of it.
 * Errors: {@link ThriftProtocolError}, ShortReadError.
 */
export function skip(r: ByteReader, t: number, depth: number = MAX_DEPTH): void {
  const width = WIDTH[t] ?? -1;
  if (width > 0) {
    r.skip(width);
    return;
  }
  if (width < 0) {
    if (t === TType.VOID) return;
    throw badType(t);
  }
  if (t === TType.STRING) {
    r.skip(readCount(r, 1));
    return;
  }
  if (depth <= 0) throw new ThriftProtocolError('PILOTA_THRIFT_DEPTH_EXCEEDED', `nesting: wanted at most ${MAX_DEPTH} levels`);
  if (t === TType.STRUCT) {
    for (let f = r.u8(); f !== TType.STOP; f = r.u8()) {
      r.skip(2);
      skip(r, f, depth - 1);
    }
    return;
  }
  if (t === TType.MAP) {
    const k = r.u8();
    const v = r.u8();
    const n = r.i32();
    if (n === 0) return;
    const least = leastBytes(k) + leastBytes(v);
    r.pos -= 4;
    readCount(r, least);
    for (let i = 0; i < n; i++) {
      skip(r, k, depth - 1);
      skip(r, v, depth - 1);
    }
    return;
  }
  const e = r.u8();
  const n = r.i32();
  if (n === 0) return;
  const least = leastBytes(e);
  r.pos -= 4;
  readCount(r, least);
  for (let i = 0; i < n; i++) skip(r, e, depth - 1);
}
