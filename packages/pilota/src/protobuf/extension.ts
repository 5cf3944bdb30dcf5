// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { ByteReader, ByteWriter } from '@cloudwego/gopkg/io';
import { unknownFields } from '../codegen/v1/unknown.js';
import { readTag } from './read.js';
import type { FieldShape, MessageShape } from './shape.js';
import { skip } from './unknown.js';
import type { KeepsUnknown } from './unknown.js';

/*
 * An extension lies with the unknown fields of its message, in bytes, until it is asked for: a message needs to know of none, and what a process does not
 * know it hands on.
 */

/** A field that one message has by the grace of another file. `T`: what is read, `In`: what may be set. */
export interface Extension<T, In = T> {
  readonly field: FieldShape;
  /** Which message it extends. */
  readonly extendee: MessageShape;
  /** Reads what was kept: the fields of the extension alone, one behind the other. */
  readonly decode: (r: ByteReader) => T;
  readonly encode: (w: ByteWriter, v: In) => void;
}

/** An extension of generated code. */
export function extension<T, In>(extendee: MessageShape, field: FieldShape, decode: (r: ByteReader) => T, encode: (w: ByteWriter, v: In) => void): Extension<T, In> {
  return { field, extendee, decode, encode };
}

interface Bag {
  [unknownFields]?: readonly Uint8Array[] | undefined;
}

function partsOf(v: KeepsUnknown, number: number): readonly Uint8Array[] {
  return v[unknownFields]?.filter((b) => numberOf(b) === number) ?? [];
}

function numberOf(b: Uint8Array): number {
  return readTag(ByteReader.from(b)) >>> 3;
}

/** Whether a message has an extension. */
export function hasExtension(v: KeepsUnknown, x: Extension<unknown, never>): boolean {
  return partsOf(v, x.field.number).length > 0;
}

/** The value of an extension; of one that is not there undefined, or an empty list where it is repeated. Errors: ProtobufError. */
export function getExtension<T>(v: KeepsUnknown, x: Extension<T, never>): T | undefined {
  const parts = partsOf(v, x.field.number);
  if (parts.length === 0 && x.field.presence !== 'repeated') return undefined;
  return x.decode(ByteReader.from(Buffer.concat(parts)));
}

/** Sets an extension. Errors: ProtobufError. */
export function setExtension<In>(v: object, x: Extension<unknown, In>, value: In): void {
  const w = new ByteWriter(64);
  x.encode(w, value);
  clearExtension(v, x);
  if (w.length === 0) return;
  const bag = v as Bag;
  const added: Uint8Array[] = [];
  const bytes = w.toBytes();
  const r = ByteReader.from(bytes);
  while (r.left > 0) {
    const from = r.pos;
    skip(r, readTag(r), r.end);
    added.push(bytes.slice(from, r.pos));
  }
  bag[unknownFields] = [...(bag[unknownFields] ?? []), ...added];
}

/** Takes an extension away. */
export function clearExtension(v: object, x: Extension<unknown, never>): void {
  const bag = v as Bag;
  const rest = bag[unknownFields]?.filter((b) => numberOf(b) !== x.field.number);
  if (rest === undefined) return;
  bag[unknownFields] = rest.length > 0 ? rest : undefined;
}
