// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ByteWriter } from '@cloudwego/gopkg/io';
import { missingField, tooDeep, unionError } from '../codegen/v1/errors.js';
import { unknownFields } from '../codegen/v1/unknown.js';
import type { UnknownFields } from '../codegen/v1/unknown.js';
import { entries, items, toI64, wrong } from '../codegen/v1/write.js';
import { REJECTED } from './mask-node.js';
import type { Masked, MaskNode } from './mask-node.js';
import { typeIdOf } from './shape.js';
import type { FieldShape, Shape, StructShape } from './shape.js';
import { writeKept } from './transcode.js';
import type { Wire } from './wire.js';
import { zeroOf } from './zero.js';

/*
 * Writers made from shapes, once for each struct and wire: closures, so that no source is evaluated. Generated code is faster and is what serves calls; this is
 * for the compact protocol, for masks, and for structs that are defined without an IDL.
 */

type Write = (w: ByteWriter, v: unknown, where: string, depth: number, mask: MaskNode | undefined) => void;
type Fields = Readonly<Record<string | symbol, unknown>>;
type WriteStruct = (w: ByteWriter, v: unknown, depth: number, mask: MaskNode | undefined) => void;

const known: Readonly<Record<Wire['name'], WeakMap<StructShape, WriteStruct>>> = { binary: new WeakMap(), compact: new WeakMap() };

/** The writer of a struct on a wire. */
export function writerOf(s: StructShape, wire: Wire): WriteStruct {
  let f = known[wire.name].get(s);
  if (f === undefined) {
    f = structWriter(s, wire);
    known[wire.name].set(s, f);
  }
  return f;
}

function writer(t: Shape, wire: Wire): Write {
  switch (t.kind) {
    case 'bool':
      return (w, v, where) => {
        wire.writeBool(w, toBool(v, where));
      };
    case 'i8':
      return integer(8, (w, v) => {
        wire.writeI8(w, v);
      });
    case 'i16':
      return integer(16, (w, v) => {
        wire.writeI16(w, v);
      });
    case 'i32':
    case 'enum':
      return integer(32, (w, v) => {
        wire.writeI32(w, v);
      });
    case 'i64':
      return (w, v, where) => {
        wire.writeI64(w, toI64(v, where));
      };
    case 'double':
      return (w, v, where) => {
        if (typeof v !== 'number') throw wrong(where, v, 'a number');
        wire.writeDouble(w, v);
      };
    case 'string':
      return (w, v, where) => {
        if (typeof v !== 'string') throw wrong(where, v, 'a string');
        wire.writeString(w, v);
      };
    case 'binary':
      return (w, v, where) => {
        if (!(v instanceof Uint8Array)) throw wrong(where, v, 'a Uint8Array');
        wire.writeBinary(w, v);
      };
    case 'struct':
      return (w, v, where, depth, mask) => {
        if (typeof v !== 'object' || v === null) throw wrong(where, v, 'an object');
        writerOf(t, wire)(w, v, depth - 1, mask);
      };
    case 'list':
    case 'set':
      return listWriter(writer(t.element, wire), typeIdOf(t.element), wire);
    case 'map':
      return mapWriter(writer(t.key, wire), writer(t.value, wire), typeIdOf(t.key), typeIdOf(t.value), wire);
  }
}

function toBool(v: unknown, where: string): boolean {
  if (typeof v !== 'boolean') throw wrong(where, v, 'a boolean');
  return v;
}

function integer(bits: 8 | 16 | 32, write: (w: ByteWriter, v: number) => void): Write {
  const shift = 32 - bits;
  const limit = 2 ** (bits - 1);
  return (w, v, where) => {
    if (typeof v !== 'number' || (v << shift) >> shift !== v) throw wrong(where, v, `an integer from -${limit} to ${limit - 1}`);
    write(w, v);
  };
}

/** What a mask lets through, each with what it lets through of it. */
function passing<T>(list: readonly T[], of: (v: T, i: number) => Masked): readonly (readonly [T, MaskNode | undefined])[] {
  const out: (readonly [T, MaskNode | undefined])[] = [];
  list.forEach((v, i) => {
    const m = of(v, i);
    if (m !== REJECTED) out.push([v, m]);
  });
  return out;
}

function listWriter(element: Write, type: number, wire: Wire): Write {
  return (w, v, where, depth, mask) => {
    // Counts come first, so that what is no array is made one.
    const list = Array.isArray(v) ? (v as readonly unknown[]) : [...items(v as Iterable<unknown>, where)];
    if (mask === undefined) {
      wire.writeList(w, type, list.length);
      for (const x of list) element(w, x, where, depth, undefined);
      return;
    }
    const some = passing(list, (_, i) => mask.index(i));
    wire.writeList(w, type, some.length);
    for (const [x, m] of some) element(w, x, where, depth, m);
  };
}

function mapWriter(key: Write, value: Write, keyType: number, valueType: number, wire: Wire): Write {
  return (w, v, where, depth, mask) => {
    const list = passing([...entries(v as ReadonlyMap<unknown, unknown>, where)], ([k]) => mask?.key(k));
    wire.writeMap(w, keyType, valueType, list.length);
    for (const [[k, x], m] of list) {
      key(w, k, where, depth, undefined);
      value(w, x, where, depth, m);
    }
  };
}

interface FieldWriter {
  readonly field: FieldShape;
  readonly type: number;
  readonly where: string;
  readonly write: Write;
  /** An optional scalar that equals it is left out, as in Go. */
  readonly fallback: unknown;
}

function fieldWriter(s: StructShape, f: FieldShape, wire: Wire): FieldWriter {
  const scalar = f.type.kind !== 'struct' && f.type.kind !== 'list' && f.type.kind !== 'set' && f.type.kind !== 'map' && f.type.kind !== 'binary';
  const fallback = f.requiredness === 'optional' && f.hasDefault && scalar ? f.absent?.() : undefined;
  return { field: f, type: typeIdOf(f.type), where: `${s.name}.${f.name}`, write: writer(f.type, wire), fallback };
}

function structWriter(s: StructShape, wire: Wire): WriteStruct {
  let fields: readonly FieldWriter[] | undefined;
  const union = s.structKind === 'union';
  return (w, v, depth, mask) => {
    if (depth <= 0) throw tooDeep(s.name);
    fields ??= s.fields.map((f) => fieldWriter(s, f, wire));
    let last = 0;
    let set = 0;
    for (const f of fields) {
      const x = present(s, f, v as Fields, mask);
      if (x === undefined) continue;
      set++;
      const { id } = f.field;
      const m = mask?.field(id);
      if (m === REJECTED && f.field.requiredness !== 'required') continue;
      if (f.field.type.kind === 'bool') {
        wire.writeBoolField(w, toBool(x, f.where), id, last);
      } else {
        wire.writeField(w, f.type, id, last);
        if (x === NOTHING) wire.writeStop(w);
        else f.write(w, x, f.where, depth, m === REJECTED ? undefined : m);
      }
      last = id;
    }
    if (union && set !== 1) throw unionError(s.name, set);
    if (mask === undefined) {
      const kept = (v as { readonly [unknownFields]?: UnknownFields })[unknownFields];
      if (kept !== undefined) writeKept(kept, w, wire, last);
    }
    wire.writeStop(w);
  };
}

/** Stands for a struct without fields: how Go writes a nil pointer. */
const NOTHING: unique symbol = Symbol('nothing');

/** What is written for a field; undefined = it is left out. */
function present(s: StructShape, f: FieldWriter, v: Fields, mask: MaskNode | undefined): unknown {
  const { field } = f;
  const x = v[field.key] ?? undefined;
  if (mask?.zeroRequired === true && field.requiredness === 'required' && mask.field(field.id) === REJECTED) return zeroOf(field.type) ?? NOTHING;
  if (x !== undefined) return field.requiredness === 'optional' && f.fallback !== undefined && same(field.type, x, f.fallback) ? undefined : x;
  if (field.requiredness === 'optional') return undefined;
  if (field.requiredness === 'required') throw missingField(s.name, field.name);
  if (field.type.kind === 'struct' && !field.hasDefault) return NOTHING;
  return field.absent?.() ?? zeroOf(field.type) ?? NOTHING;
}

function same(t: Shape, a: unknown, b: unknown): boolean {
  return t.kind === 'i64' ? toI64(a, '') === toI64(b, '') : a === b;
}
