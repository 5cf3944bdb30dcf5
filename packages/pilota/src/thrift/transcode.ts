// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { ByteReader, ByteWriter } from '@cloudwego/gopkg/io';
import { ThriftProtocolError } from '../codegen/v1/errors.js';
import { MAX_DEPTH } from '../codegen/v1/skip.js';
import { TType } from '../codegen/v1/ttype.js';
import { keepUnknown } from '../codegen/v1/unknown.js';
import type { UnknownFields } from '../codegen/v1/unknown.js';
import { binary } from './binary.js';
import type { FieldHead, Wire } from './wire.js';

/*
 * Fields that nobody knows are kept as the binary protocol has them, whatever they came in: then they can be sent on in either.
 */

/** Keeps the field whose head was just read. */
export function keepField(kept: Uint8Array[] | undefined, r: ByteReader, wire: Wire, head: FieldHead, depth: number): Uint8Array[] {
  if (wire.name === 'binary') return keepUnknown(kept, r, head.type);
  const w = new ByteWriter(64);
  copyField(wire, binary, r, w, head, 0, depth);
  const list = kept ?? [];
  list.push(w.toBytes());
  return list;
}

/** Writes kept fields behind the one with the id `last`. */
export function writeKept(fields: UnknownFields, w: ByteWriter, wire: Wire, last: number): void {
  const head: FieldHead = { type: 0, id: 0, bool: 0 };
  let before = last;
  for (const f of fields) {
    const r = ByteReader.from(f);
    // One array may hold several.
    while (r.left > 0) {
      binary.readField(r, 0, head);
      if (head.type === TType.STOP) break;
      copyField(binary, wire, r, w, head, before, MAX_DEPTH);
      before = head.id;
    }
  }
}

function copyField(from: Wire, to: Wire, r: ByteReader, w: ByteWriter, head: FieldHead, last: number, depth: number): void {
  const { type, id } = head;
  if (type === TType.BOOL) {
    to.writeBoolField(w, from.name === 'compact' ? head.bool === 1 : from.readBool(r), id, last);
    return;
  }
  to.writeField(w, type, id, last);
  copyValue(from, to, r, w, type, depth);
  head.id = id;
}

function copyValue(from: Wire, to: Wire, r: ByteReader, w: ByteWriter, type: number, depth: number): void {
  switch (type) {
    case TType.BOOL:
      to.writeBool(w, from.readBool(r));
      return;
    case TType.BYTE:
      to.writeI8(w, from.readI8(r));
      return;
    case TType.I16:
      to.writeI16(w, from.readI16(r));
      return;
    case TType.I32:
      to.writeI32(w, from.readI32(r));
      return;
    case TType.I64:
      to.writeI64(w, from.readI64(r));
      return;
    case TType.DOUBLE:
      to.writeDouble(w, from.readDouble(r));
      return;
    case TType.STRING:
      // Bytes, which need not be text.
      to.writeBinary(w, from.readBinary(r));
      return;
    case TType.UUID:
      w.bytes(r.bytes(16));
      return;
  }
  if (depth <= 0) throw new ThriftProtocolError('PILOTA_THRIFT_DEPTH_EXCEEDED', `nesting: wanted at most ${MAX_DEPTH} levels`);
  switch (type) {
    case TType.LIST:
    case TType.SET: {
      const items = { type: 0 };
      const n = from.readAnyList(r, items);
      to.writeList(w, items.type, n);
      for (let i = 0; i < n; i++) copyValue(from, to, r, w, items.type, depth - 1);
      return;
    }
    case TType.MAP: {
      const kinds = { key: 0, value: 0 };
      const n = from.readAnyMap(r, kinds);
      to.writeMap(w, kinds.key, kinds.value, n);
      for (let i = 0; i < n; i++) {
        copyValue(from, to, r, w, kinds.key, depth - 1);
        copyValue(from, to, r, w, kinds.value, depth - 1);
      }
      return;
    }
    case TType.STRUCT: {
      const head: FieldHead = { type: 0, id: 0, bool: 0 };
      for (let last = 0; ; last = head.id) {
        from.readField(r, last, head);
        if (head.type === TType.STOP) break;
        copyField(from, to, r, w, head, last, depth - 1);
      }
      to.writeStop(w);
      return;
    }
  }
  throw new ThriftProtocolError('PILOTA_THRIFT_TYPE_INVALID', `type: got ${type}, wanted a Thrift type id from 2 to 16`);
}
