// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { ByteReader } from '@cloudwego/gopkg/io';
import type { LinkedProtoField } from '../../../descriptor/index.js';
import { readTag } from '../../../protobuf/read.js';
import { skip, varintSize } from '../../../protobuf/unknown.js';
import { packedWire } from '../value/scalars.js';

/** Where a value lies: behind its tag and length. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A field of a message as it lies in bytes. */
export interface WireRecord extends Span {
  readonly tag: number;
  /** Where its tag begins. */
  readonly head: number;
  /** Where it ends, the end of a group included. */
  readonly tail: number;
}

/** Calls `f` with every field of a message, in order; values are skipped, not decoded. Errors: ProtobufError. */
export function eachRecord(buf: Buffer, from: number, to: number, f: (r: WireRecord) => void): void {
  const r = new ByteReader(buf, from, to);
  while (r.pos < to) {
    const head = r.pos;
    const tag = readTag(r);
    const after = r.pos;
    skip(r, tag, to);
    const tail = r.pos;
    const wire = tag & 7;
    f({ tag, head, tail, start: wire === 2 ? contentOf(buf, after) : after, end: wire === 3 ? tail - varintSize(tag + 1) : tail });
  }
}

/** Behind the length. */
function contentOf(buf: Buffer, at: number): number {
  let p = at;
  while (buf[p]! > 0x7f) p++;
  return p + 1;
}

/** The items of a repeated field, packed or not. */
export function itemsOf(buf: Buffer, from: number, to: number, f: LinkedProtoField): Span[] {
  const out: Span[] = [];
  const wire = packedWire(f);
  eachRecord(buf, from, to, (x) => {
    if (x.tag === f.tag) out.push(x);
    else if (wire >= 0 && x.tag === f.number * 8 + 2) {
      const r = new ByteReader(buf, x.start, x.end);
      while (r.pos < x.end) {
        const start = r.pos;
        skip(r, 8 | wire, x.end);
        out.push({ start, end: r.pos });
      }
    }
  });
  return out;
}

/** Whether a field of bytes is one of a message: its number, and a wire type that its readers take. */
export function belongs(tag: number, f: LinkedProtoField): boolean {
  return tag === f.tag || (tag === f.number * 8 + 2 && packedWire(f) >= 0);
}

/**
 * The parts of a field with one value: of scalars the last one counts, parts of a message are one message. What another field of its oneof
 * follows is gone.
 */
export function partsOf(buf: Buffer, from: number, to: number, f: LinkedProtoField): Span[] {
  let out: Span[] = [];
  const others = f.oneof?.fields.filter((x) => x !== f);
  eachRecord(buf, from, to, (x) => {
    if (x.tag === f.tag) {
      if (f.message === undefined) out = [x];
      else out.push(x);
    } else if (others?.some((o) => o.tag === x.tag) === true) out = [];
  });
  return out;
}
