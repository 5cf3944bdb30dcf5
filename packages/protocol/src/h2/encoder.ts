// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ByteWriter } from '@cloudwego/gopkg/io';
import type { HttpHeadInit } from '../engine.js';

/** Four bytes of a number. */
export function u32(v: number): readonly number[] {
  return [v >>> 24, (v >>> 16) & 0xff, (v >>> 8) & 0xff, v & 0xff];
}

/** The number at `p`. */
export function readU32(b: Buffer, p: number): number {
  return ((b[p]! << 24) | (b[p + 1]! << 16) | (b[p + 2]! << 8) | b[p + 3]!) >>> 0;
}

/** Writes the head of a frame: length u24, type, flags, stream id. */
export function frameHead(w: ByteWriter, length: number, type: number, flags: number, id: number): void {
  w.u32((length << 8) | type);
  w.u8(flags);
  w.u32(id);
}

/** Fills in a head that was written with length and flags 0. */
export function patchHead(w: ByteWriter, mark: number, length: number, type: number, flags: number, id: number): void {
  w.patchU32(mark, (length << 8) | type);
  w.patchU32(mark + 4, (flags << 24) | (id >>> 8));
}

const fieldsOf: WeakMap<HttpHeadInit, readonly string[]> = new WeakMap();

/** The list that a head is, pseudo fields first; kept with heads that are frozen, so that the same ones are encoded but once. */
export function headFields(head: HttpHeadInit): readonly string[] {
  const known = fieldsOf.get(head);
  if (known !== undefined) return known;
  const out: string[] = [];
  if (head.status !== undefined) {
    out.push(':status', String(head.status));
  } else {
    out.push(':method', head.method ?? 'GET', ':scheme', head.scheme ?? 'http');
    if (head.authority !== undefined) out.push(':authority', head.authority);
    out.push(':path', head.target ?? '/');
  }
  for (const x of head.headers) out.push(x);
  if (head.length !== undefined && !head.headers.includes('content-length')) out.push('content-length', String(head.length));
  if (Object.isFrozen(head)) {
    Object.freeze(out);
    fieldsOf.set(head, out);
  }
  return out;
}
