// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ByteReader, ByteWriter } from '@cloudwego/gopkg/io';
import { skip } from './skip.js';

/** Where generated code keeps fields that its IDL does not know, when it was generated with `keepUnknownFields`. */
export const unknownFields: unique symbol = Symbol.for('cloudwego.pilota.unknownFields') as never;

/** Raw fields one after another: type, id, value. Owned by the value that holds them. */
export type UnknownFields = readonly Uint8Array[];

/** Keeps the field whose head was just read. */
export function keepUnknown(kept: Uint8Array[] | undefined, r: ByteReader, type: number): Uint8Array[] {
  const start = r.pos - 3;
  skip(r, type);
  const end = r.pos;
  r.pos = start;
  const list = kept ?? [];
  list.push(r.bytes(end - start));
  return list;
}

/** Writes kept fields as they came. */
export function writeUnknown(w: ByteWriter, fields: UnknownFields): void {
  for (const f of fields) w.bytes(f);
}
