// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ByteReader, ByteWriter } from '@cloudwego/gopkg/io';
import { readList, readMap } from '../codegen/v1/read.js';
import { readString } from '../codegen/v1/read-string.js';
import { leastBytes, readCount, skip } from '../codegen/v1/skip.js';
import { TType } from '../codegen/v1/ttype.js';
import type { FieldHead, Wire } from './wire.js';

/** The binary protocol. Source: apache/thrift doc/specs/thrift-binary-protocol.md. */
export const binary: Wire = {
  name: 'binary',
  writeBool: (w: ByteWriter, v: boolean) => {
    w.u8(v ? 1 : 0);
  },
  writeI8: (w: ByteWriter, v: number) => {
    w.i8(v);
  },
  writeI16: (w: ByteWriter, v: number) => {
    w.i16(v);
  },
  writeI32: (w: ByteWriter, v: number) => {
    w.i32(v);
  },
  writeI64: (w: ByteWriter, v: bigint) => {
    w.i64(v);
  },
  writeDouble: (w: ByteWriter, v: number) => {
    w.f64(v);
  },
  writeString: (w: ByteWriter, v: string) => {
    w.string32(v);
  },
  writeBinary: (w: ByteWriter, v: Uint8Array) => {
    w.bytes32(v);
  },
  writeField: (w: ByteWriter, type: number, id: number) => {
    w.u8(type);
    w.i16(id);
  },
  writeBoolField: (w: ByteWriter, v: boolean, id: number) => {
    w.u8(TType.BOOL);
    w.i16(id);
    w.u8(v ? 1 : 0);
  },
  writeStop: (w: ByteWriter) => {
    w.u8(TType.STOP);
  },
  writeList: (w: ByteWriter, element: number, count: number) => {
    w.u8(element);
    w.i32(count);
  },
  writeMap: (w: ByteWriter, key: number, value: number, count: number) => {
    w.u8(key);
    w.u8(value);
    w.i32(count);
  },
  readBool: (r: ByteReader) => r.u8() === 1,
  readI8: (r: ByteReader) => r.i8(),
  readI16: (r: ByteReader) => r.i16(),
  readI32: (r: ByteReader) => r.i32(),
  readI64: (r: ByteReader) => r.i64(),
  readDouble: (r: ByteReader) => r.f64(),
  readString,
  readBinary: (r: ByteReader) => r.bytes32(),
  readField: (r: ByteReader, _last: number, into: FieldHead) => {
    into.type = r.u8();
    into.id = into.type === TType.STOP ? 0 : r.i16();
  },
  readList,
  readMap,
  readAnyList: (r: ByteReader, into: { type: number }) => {
    into.type = r.u8();
    const n = r.i32();
    r.pos -= 4;
    return readCount(r, n === 0 ? 1 : leastBytes(into.type));
  },
  readAnyMap: (r: ByteReader, into: { key: number; value: number }) => {
    into.key = r.u8();
    into.value = r.u8();
    const n = r.i32();
    r.pos -= 4;
    return readCount(r, n === 0 ? 1 : leastBytes(into.key) + leastBytes(into.value));
  },
  skip: (r: ByteReader, head: FieldHead, depth: number) => {
    skip(r, head.type, depth);
  },
};
