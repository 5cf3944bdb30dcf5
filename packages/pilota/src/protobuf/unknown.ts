// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ByteReader, ByteWriter } from '@cloudwego/gopkg/io';
import { unknownFields } from '../codegen/v1/unknown.js';
import type { UnknownFields } from '../codegen/v1/unknown.js';
import { malformed, ProtobufError, tooDeep } from './errors.js';
import { readEnd, readTag } from './read.js';

/** Messages inside one another. */
export const MAX_DEPTH = 64;

/**
 * Passes over the value of a field whose tag was just read, up to `end` at most.
 * Errors: PILOTA_PROTOBUF_BYTES_INVALID, PILOTA_PROTOBUF_DEPTH_EXCEEDED (groups).
 */
export function skip(r: ByteReader, tag: number, end: number, depth: number = MAX_DEPTH): void {
  switch (tag & 7) {
    case 0: {
      const b = r.buf;
      const from = r.pos;
      for (let p = from; p < end && p < from + 10; p++) {
        if (b[p]! < 0x80) {
          r.pos = p + 1;
          return;
        }
      }
      throw malformed('varint');
    }
    case 1:
      forward(r, 8, end);
      return;
    case 2:
      r.pos = readEnd(r, end);
      return;
    case 3: {
      if (depth <= 0) throw tooDeep('groups');
      const stop = tag + 1;
      while (r.pos < end) {
        const t = readTag(r);
        if (t === stop) return;
        skip(r, t, end, depth - 1);
      }
      throw malformed('group');
    }
    case 5:
      forward(r, 4, end);
      return;
    default:
      throw new ProtobufError('PILOTA_PROTOBUF_BYTES_INVALID', (tag & 7) === 4 ? `tag: got the end of a group that did not begin, field ${tag >>> 3}` : `tag: got wire type ${tag & 7}, wanted 0 to 5`);
  }
}

function forward(r: ByteReader, n: number, end: number): void {
  if (r.pos + n > end) throw malformed('number');
  r.pos += n;
}

/** Bytes that an unsigned integer of 32 bits takes as a varint. */
export function varintSize(v: number): number {
  return v < 0x80 ? 1 : v < 0x4000 ? 2 : v < 0x200000 ? 3 : v < 0x10000000 ? 4 : 5;
}

/** Keeps the field whose tag was just read. */
export function keepUnknown(kept: Uint8Array[] | undefined, r: ByteReader, tag: number, end: number, depth: number): Uint8Array[] {
  const from = r.pos;
  skip(r, tag, end, depth);
  return keep(kept, r, tag, from);
}

/** Keeps what lies from `from` to where the reader stands as the value of a field. */
export function keep(kept: Uint8Array[] | undefined, r: ByteReader, tag: number, from: number): Uint8Array[] {
  const list = kept ?? [];
  const size = varintSize(tag);
  const out = new Uint8Array(size + r.pos - from);
  putVarint(out, 0, tag);
  out.set(r.buf.subarray(from, r.pos), size);
  list.push(out);
  return list;
}

/** Keeps a number that a closed enum does not have. */
export function keepVarint(kept: Uint8Array[] | undefined, tag: number, value: number): Uint8Array[] {
  const list = kept ?? [];
  const size = varintSize(tag);
  const out = new Uint8Array(size + (value < 0 ? 10 : varintSize(value)));
  putVarint(out, 0, tag);
  if (value >= 0) putVarint(out, size, value);
  else {
    let rest = BigInt.asUintN(64, BigInt(value));
    for (let i = 0; i < 9; i++, rest >>= 7n) out[size + i] = Number(rest & 0x7fn) | 0x80;
    out[size + 9] = 1;
  }
  list.push(out);
  return list;
}

function putVarint(out: Uint8Array, at: number, value: number): void {
  let p = at;
  let v = value;
  while (v > 0x7f) {
    out[p++] = (v & 0x7f) | 0x80;
    v >>>= 7;
  }
  out[p] = v;
}

/** What a message may carry beside its fields. */
export interface KeepsUnknown {
  readonly [unknownFields]?: UnknownFields | undefined;
}

/** Writes kept fields as they came. */
export function writeUnknown(w: ByteWriter, v: KeepsUnknown): void {
  const kept = v[unknownFields];
  if (kept !== undefined) for (const f of kept) w.bytes(f);
}
