// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ByteReader, ByteWriter } from '@cloudwego/gopkg/io';
import type { LinkedProtoField } from '../../../descriptor/index.js';
import * as R from '../../../protobuf/read.js';
import type { I64As, ScalarName } from '../../../protobuf/shape.js';
import { zeroOf } from '../../../protobuf/zero.js';
import { i64Shape } from '../../../protobuf/shape.js';
import * as W from '../../../protobuf/write.js';

export type ReadScalar = (r: ByteReader) => unknown;
export type WriteScalar = (w: ByteWriter, v: never, where: string) => void;

const READERS: Readonly<Record<Exclude<ScalarName, 'string'>, ReadScalar>> = {
  double: R.readDouble,
  float: R.readFloat,
  int32: R.readInt32,
  int64: R.readInt64,
  uint32: R.readUint32,
  uint64: R.readUint64,
  sint32: R.readSint32,
  sint64: R.readSint64,
  fixed32: R.readFixed32,
  fixed64: R.readFixed64,
  sfixed32: R.readSfixed32,
  sfixed64: R.readSfixed64,
  bool: R.readBool,
  bytes: R.readBytes,
};
const WRITERS: Readonly<Record<ScalarName, WriteScalar>> = {
  double: W.writeDouble,
  float: W.writeFloat,
  int32: W.writeInt32,
  int64: W.writeInt64,
  uint32: W.writeUint32,
  uint64: W.writeUint64,
  sint32: W.writeSint32,
  sint64: W.writeSint64,
  fixed32: W.writeFixed32,
  fixed64: W.writeFixed64,
  sfixed32: W.writeSfixed32,
  sfixed64: W.writeSfixed64,
  bool: W.writeBool,
  string: W.writeString,
  bytes: W.writeBytes,
};

/** Reads one value of a field that is no message, from where its tag ends. */
export function scalarReader(f: LinkedProtoField, as: I64As, where: string): ReadScalar {
  if (f.kind === 'enum') return R.readInt32;
  if (f.kind === 'string') return f.utf8 ? (r) => R.readString(r, where) : R.readText;
  const read = READERS[f.kind as Exclude<ScalarName, 'string'>];
  if (as === 'bigint' || !f.kind.endsWith('64')) return read;
  const wide = read as (r: ByteReader) => bigint;
  return as === 'number' ? (r) => R.toNumber(wide(r), where) : (r) => wide(r).toString();
}

export function scalarWriter(f: LinkedProtoField): WriteScalar {
  return WRITERS[f.kind === 'enum' ? 'int32' : (f.kind as ScalarName)];
}

/** What stands for nothing, of a field that is no message. */
export function zeroOfField(f: LinkedProtoField, as: I64As): unknown {
  if (f.kind === 'enum') return f.enum!.closed ? (Object.values(f.enum!.values)[0] ?? 0) : 0;
  return zeroOf(i64Shape(f.kind as ScalarName, as));
}

/** Whether a value is what a field without presence has when it did not arrive. */
export function isZero(v: unknown): boolean {
  if (v instanceof Uint8Array) return v.length === 0;
  return v === '' || v === false || v === 0n || v === '0' || Object.is(v, 0);
}

/** Wire type of items that can be packed; -1 = they cannot. */
export function packedWire(f: LinkedProtoField): number {
  return f.presence === 'repeated' && f.message === undefined && f.kind !== 'string' && f.kind !== 'bytes' ? f.tag & 7 : -1;
}
