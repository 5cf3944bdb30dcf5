// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ByteReader, ByteWriter } from '@cloudwego/gopkg/io';

/** What was read of a field's head: the type id of the binary protocol (0 = end of the struct), the field's id, and for a bool of the compact protocol its value. */
export interface FieldHead {
  type: number;
  id: number;
  bool: number;
}

/**
 * One way of writing Thrift values: the binary or the compact protocol. `last` is the id of the field before in the same struct, 0 at its start. Type ids are
 * those of the binary protocol everywhere.
 */
export interface Wire {
  readonly name: 'binary' | 'compact';
  writeBool(w: ByteWriter, v: boolean): void;
  writeI8(w: ByteWriter, v: number): void;
  writeI16(w: ByteWriter, v: number): void;
  writeI32(w: ByteWriter, v: number): void;
  writeI64(w: ByteWriter, v: bigint): void;
  writeDouble(w: ByteWriter, v: number): void;
  writeString(w: ByteWriter, v: string): void;
  writeBinary(w: ByteWriter, v: Uint8Array): void;
  writeField(w: ByteWriter, type: number, id: number, last: number): void;
  /** Head and value of a bool. */
  writeBoolField(w: ByteWriter, v: boolean, id: number, last: number): void;
  writeStop(w: ByteWriter): void;
  writeList(w: ByteWriter, element: number, count: number): void;
  writeMap(w: ByteWriter, key: number, value: number, count: number): void;
  readBool(r: ByteReader): boolean;
  readI8(r: ByteReader): number;
  readI16(r: ByteReader): number;
  readI32(r: ByteReader): number;
  readI64(r: ByteReader): bigint;
  readDouble(r: ByteReader): number;
  readString(r: ByteReader): string;
  readBinary(r: ByteReader): Uint8Array;
  readField(r: ByteReader, last: number, into: FieldHead): void;
  /** Count of a list or set; its items must be of type `want` unless it is empty. */
  readList(r: ByteReader, want: number, where: string): number;
  readMap(r: ByteReader, key: number, value: number, where: string): number;
  /** Count of a list or set of any items, whose type is left in `into`. */
  readAnyList(r: ByteReader, into: { type: number }): number;
  /** Count of a map of anything, whose types are left in `into`. An empty one of the compact protocol has no types. */
  readAnyMap(r: ByteReader, into: { key: number; value: number }): number;
  /** Passes over the value of the field whose head is `head`. */
  skip(r: ByteReader, head: FieldHead, depth: number): void;
}
