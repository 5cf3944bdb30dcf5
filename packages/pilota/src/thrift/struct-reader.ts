// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ByteReader } from '@cloudwego/gopkg/io';
import { missingField, ThriftProtocolError, tooDeep, unionUnknown } from '../codegen/v1/errors.js';
import { TType } from '../codegen/v1/ttype.js';
import { unknownFields } from '../codegen/v1/unknown.js';
import type { UnknownFields } from '../codegen/v1/unknown.js';
import { typeIdOf } from './shape.js';
import type { FieldShape, Shape, StructShape } from './shape.js';
import { keepField } from './transcode.js';
import type { FieldHead, Wire } from './wire.js';

type Read = (r: ByteReader, where: string, depth: number) => unknown;
/** `tolerant`: a union of which no known field is set is undefined. */
type ReadStruct = (r: ByteReader, depth: number, tolerant: boolean) => unknown;

const known: Readonly<Record<Wire['name'], WeakMap<StructShape, ReadStruct>>> = { binary: new WeakMap(), compact: new WeakMap() };

/** The reader of a struct on a wire. */
export function readerOf(s: StructShape, wire: Wire): ReadStruct {
  let f = known[wire.name].get(s);
  if (f === undefined) {
    f = structReader(s, wire);
    known[wire.name].set(s, f);
  }
  return f;
}

function reader(t: Shape, wire: Wire): Read {
  switch (t.kind) {
    case 'bool':
      return (r) => wire.readBool(r);
    case 'i8':
      return (r) => wire.readI8(r);
    case 'i16':
      return (r) => wire.readI16(r);
    case 'i32':
    case 'enum':
      return (r) => wire.readI32(r);
    case 'i64':
      if (t.as === 'bigint') return (r) => wire.readI64(r);
      if (t.as === 'string') return (r) => wire.readI64(r).toString();
      return (r, where) => {
        const v = wire.readI64(r);
        const n = Number(v);
        if (!Number.isSafeInteger(n)) throw new ThriftProtocolError('PILOTA_THRIFT_VALUE_RANGE', `${where}: got ${v}, which a number cannot hold; take this field as bigint`);
        return n;
      };
    case 'double':
      return (r) => wire.readDouble(r);
    case 'string':
      return (r) => wire.readString(r);
    case 'binary':
      return (r) => wire.readBinary(r);
    case 'struct':
      return (r, _where, depth) => readerOf(t, wire)(r, depth - 1, false);
    case 'list':
    case 'set': {
      const type = typeIdOf(t.element);
      const element = reader(t.element, wire);
      return (r, where, depth) => {
        const n = wire.readList(r, type, where);
        const out: unknown[] = [];
        for (let i = 0; i < n; i++) out.push(element(r, where, depth));
        return t.kind === 'set' ? new Set(out) : out;
      };
    }
    case 'map': {
      const [k, v] = [typeIdOf(t.key), typeIdOf(t.value)];
      const [key, value] = [reader(t.key, wire), reader(t.value, wire)];
      return (r, where, depth) => {
        const out = new Map<unknown, unknown>();
        for (let n = wire.readMap(r, k, v, where); n > 0; n--) {
          const at = key(r, where, depth);
          out.set(at, value(r, where, depth));
        }
        return out;
      };
    }
  }
}

interface FieldReader {
  readonly field: FieldShape;
  readonly type: number;
  readonly where: string;
  readonly read: Read;
}

function structReader(s: StructShape, wire: Wire): ReadStruct {
  let byId: Map<number, FieldReader> | undefined;
  return (r, depth, tolerant) => {
    if (depth <= 0) throw tooDeep(s.name);
    byId ??= new Map(s.fields.map((f) => [f.id, { field: f, type: typeIdOf(f.type), where: `${s.name}.${f.name}`, read: fieldRead(f, wire) }]));
    let out: Record<string, unknown> = {};
    if (s.structKind !== 'union') for (const f of s.fields) out[f.key] = undefined;
    let kept: Uint8Array[] | undefined;
    const head: FieldHead = { type: 0, id: 0, bool: 0 };
    for (let last = 0; ; last = head.id) {
      wire.readField(r, last, head);
      if (head.type === TType.STOP) break;
      const f = byId.get(head.id);
      const { id } = head;
      if (f?.type !== head.type) {
        // A known field of another type is not an unknown field: it would be sent on beside the right one.
        if (f === undefined && s.keepUnknown && s.structKind !== 'union') kept = keepField(kept, r, wire, head, depth);
        else wire.skip(r, head, depth);
        head.id = id;
        continue;
      }
      const v = wire.name === 'compact' && head.type === TType.BOOL ? head.bool === 1 : f.read(r, f.where, depth);
      head.id = id;
      if (s.structKind !== 'union') out[f.field.key] = v;
      else if (v !== undefined) out = { [f.field.key]: v };
    }
    if (s.structKind !== 'union') {
      const v = finish(s, out);
      if (kept !== undefined) (v as { [unknownFields]?: UnknownFields })[unknownFields] = kept;
      return v;
    }
    for (const k in out) if (out[k] !== undefined) return out;
    if (tolerant) return undefined;
    throw unionUnknown(s.name);
  };
}

/** A union in a field that may be absent is absent where only fields of a newer IDL are set. */
function fieldRead(f: FieldShape, wire: Wire): Read {
  const t = f.type;
  if (t.kind === 'struct' && t.structKind === 'union' && f.requiredness !== 'required') return (r, _where, depth) => readerOf(t, wire)(r, depth - 1, true);
  return reader(t, wire);
}

/** Fills in what did not arrive. */
function finish(s: StructShape, out: Record<string, unknown>): unknown {
  for (const f of s.fields) {
    if (out[f.key] !== undefined) continue;
    if (f.requiredness === 'required') throw missingField(s.name, f.name);
    if (f.absent !== undefined) out[f.key] = f.absent();
  }
  return s.make === undefined ? out : s.make(out as never);
}
