// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ByteReader } from '@cloudwego/gopkg/io';
import { leastBytes, readCount } from '../../codegen/v1/skip.js';
import { TType } from '../../codegen/v1/ttype.js';
import { DynamicError } from '../errors.js';

/** Decodes by the types of the wire alone. */
export function untyped(r: ByteReader, ttype: number, depth: number): unknown {
  switch (ttype) {
    case TType.BOOL:
      return r.u8() === 1;
    case TType.BYTE:
      return r.i8();
    case TType.I16:
      return r.i16();
    case TType.I32:
      return r.i32();
    case TType.I64:
      return r.i64();
    case TType.DOUBLE:
      return r.f64();
    case TType.STRING:
      return r.string32();
    case TType.UUID:
      return r.bytes(16);
  }
  if (depth <= 0) throw new DynamicError('PILOTA_DYNAMIC_DEPTH_EXCEEDED', 'nested too deep');
  switch (ttype) {
    case TType.STRUCT: {
      const out = new Map<number, unknown>();
      for (let t = r.u8(); t !== TType.STOP; t = r.u8()) out.set(r.i16(), untyped(r, t, depth - 1));
      return out;
    }
    case TType.MAP: {
      const [k, v] = [r.u8(), r.u8()];
      const n = count(r, () => leastBytes(k) + leastBytes(v));
      const out = new Map<unknown, unknown>();
      for (let i = 0; i < n; i++) out.set(untyped(r, k, depth - 1), untyped(r, v, depth - 1));
      return out;
    }
    case TType.LIST:
    case TType.SET: {
      const t = r.u8();
      const n = count(r, () => leastBytes(t));
      const out: unknown[] = [];
      for (let i = 0; i < n; i++) out.push(untyped(r, t, depth - 1));
      return ttype === TType.SET ? new Set(out) : out;
    }
    default:
      throw new DynamicError('PILOTA_DYNAMIC_BYTES_INVALID', `got the type ${ttype}`);
  }
}

/** An empty container may name any type. */
export function count(r: ByteReader, least: () => number): number {
  const n = r.i32();
  if (n === 0) return 0;
  r.pos -= 4;
  return readCount(r, least());
}
