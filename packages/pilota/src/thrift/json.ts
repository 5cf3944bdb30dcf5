// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { parse, Sonic } from '@cloudwego/sonic';
import { ThriftProtocolError, tooDeep } from '../codegen/v1/errors.js';
import { MAX_DEPTH } from '../codegen/v1/skip.js';
import { toI64, wrong } from '../codegen/v1/write.js';
import { shapeOf } from './codec.js';
import type { EnumShape, Shape, StructShape } from './shape.js';
import { pairs } from './values.js';
import type { Shaped } from './values.js';

/** How values look as JSON. */
export interface JsonOptions {
  /** Enums by the name of their value where it has one. Reading takes both. @defaultValue 'number' */
  readonly enums?: 'number' | 'name' | undefined;
  /** i64 as text, for readers that keep numbers as doubles. Reading takes both. @defaultValue 'number' */
  readonly i64?: 'number' | 'string' | undefined;
  /** Whether absent fields are written as null. @defaultValue false */
  readonly nulls?: boolean | undefined;
  /** Spaces of one level; 0 = one line. @defaultValue 0 */
  readonly indent?: number | undefined;
}

const writers = new Map<number, Sonic>();

function writerFor(indent: number): Sonic {
  let s = writers.get(indent);
  if (s === undefined) writers.set(indent, (s = new Sonic({ nonFinite: 'error', indent: ' '.repeat(indent) })));
  return s;
}

/**
 * A value as JSON, by sonic's rules: i64 as digits of any length, bytes as base64, maps as objects (a list of [key, value] where keys are structs or
 * containers), sets as arrays, fields under their IDL names, absent ones left out.
 * Errors: sonic's SonicTypeError for NaN and the infinities.
 */
export function toJson<In, Out>(codec: Shaped<In, Out>, v: In | Out, o: JsonOptions = {}): string {
  return writerFor(o.indent ?? 0).stringify(viewStruct(shapeOf(codec), v, o, MAX_DEPTH));
}

/** A plain value for JSON writers: what {@link toJson} writes. */
export function toView<In, Out>(codec: Shaped<In, Out>, v: In | Out, o: JsonOptions = {}): Record<string, unknown> {
  return viewStruct(shapeOf(codec), v, o, MAX_DEPTH);
}

function viewStruct(s: StructShape, v: unknown, o: JsonOptions, depth: number): Record<string, unknown> {
  if (depth <= 0) throw tooDeep(s.name);
  const out: Record<string, unknown> = {};
  for (const f of s.fields) {
    const x = (v as Record<string, unknown>)[f.key] ?? undefined;
    if (x !== undefined) define(out, f.name, view(f.type, x, o, depth));
    else if (o.nulls === true) define(out, f.name, null);
  }
  return out;
}

/** Sets a property, whatever it is called. */
function define(o: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__') Object.defineProperty(o, name, { value, enumerable: true, configurable: true, writable: true });
  else o[name] = value;
}

function view(t: Shape, v: unknown, o: JsonOptions, depth: number): unknown {
  switch (t.kind) {
    case 'i64':
      return o.i64 === 'string' ? toI64(v, 'i64').toString() : toI64(v, 'i64');
    case 'enum':
      return o.enums === 'name' ? (nameOf(t, v as number) ?? v) : v;
    case 'list':
    case 'set':
      return Array.from(v as Iterable<unknown>, (x) => view(t.element, x, o, depth));
    case 'map': {
      const list = Array.from(pairs(v), ([k, x]) => [k, view(t.value, x, o, depth)] as const);
      if (composite(t.key)) return list.map(([k, x]) => [view(t.key, k, o, depth), x]);
      return new Map(list.map(([k, x]) => [keyText(t.key, k, o), x]));
    }
    case 'struct':
      return viewStruct(t, v, o, depth - 1);
    default:
      return v;
  }
}

function composite(t: Shape): boolean {
  return t.kind === 'struct' || t.kind === 'list' || t.kind === 'set' || t.kind === 'map';
}

function keyText(t: Shape, k: unknown, o: JsonOptions): string {
  if (t.kind === 'binary') return Buffer.from(k as Uint8Array).toString('base64');
  if (t.kind === 'enum' && o.enums === 'name') return nameOf(t, k as number) ?? String(k);
  return String(k);
}

function nameOf(t: EnumShape, n: number): string | undefined {
  for (const [name, v] of Object.entries(t.values)) if (v === n) return name;
  return undefined;
}

/**
 * The value that JSON text stands for: what {@link toJson} writes, and numbers or their text for i64, names or numbers for enums. Absent fields get what a
 * reader of bytes gives them; keys that the type does not know are passed over.
 * Errors: sonic's SonicSyntaxError; PILOTA_THRIFT_VALUE_RANGE, PILOTA_THRIFT_FIELD_REQUIRED, PILOTA_THRIFT_UNION_INVALID.
 */
export function fromJson<In, Out>(codec: Shaped<In, Out>, text: string | Uint8Array): Out {
  return struct(shapeOf(codec), parse(text), MAX_DEPTH, '') as Out;
}

function struct(s: StructShape, v: unknown, depth: number, where: string): unknown {
  if (depth <= 0) throw tooDeep(s.name);
  if (typeof v !== 'object' || v === null || Array.isArray(v)) throw wrong(where === '' ? s.name : where, v, 'an object');
  const from = v as Record<string, unknown>;
  const out: Record<string, unknown> = {};
  let set = 0;
  for (const f of s.fields) {
    const x = Object.hasOwn(from, f.name) ? (from[f.name] ?? undefined) : undefined;
    if (x !== undefined) {
      set++;
      out[f.key] = value(f.type, x, depth, `${s.name}.${f.name}`);
    } else if (f.requiredness === 'required') {
      throw new ThriftProtocolError('PILOTA_THRIFT_FIELD_REQUIRED', `required field ${s.name}.${f.name} is not set`);
    } else if (s.structKind !== 'union') {
      out[f.key] = f.absent?.();
    }
  }
  if (s.structKind === 'union' && set !== 1) throw new ThriftProtocolError('PILOTA_THRIFT_UNION_INVALID', `union ${s.name}: got ${set} fields set, wanted exactly one`);
  return s.make === undefined ? out : s.make(out as never);
}

const WIDTH: Readonly<Record<string, number>> = { i8: 8, i16: 16, i32: 32 };

function value(t: Shape, v: unknown, depth: number, where: string): unknown {
  switch (t.kind) {
    case 'bool':
      if (typeof v !== 'boolean') throw wrong(where, v, 'a boolean');
      return v;
    case 'i8':
    case 'i16':
    case 'i32': {
      const shift = 32 - WIDTH[t.kind]!;
      if (typeof v !== 'number' || (v << shift) >> shift !== v) throw wrong(where, v, `an integer of ${WIDTH[t.kind]} bits`);
      return v;
    }
    case 'enum': {
      const n = typeof v === 'string' && Object.hasOwn(t.values, v) ? t.values[v] : v;
      if (typeof n !== 'number' || (n | 0) !== n) throw wrong(where, v, `a name or number of ${t.name}`);
      return n;
    }
    case 'i64': {
      const n = toI64(v, where);
      if (t.as === 'number' && !Number.isSafeInteger(Number(n))) throw wrong(where, v, 'a safe integer');
      return t.as === 'bigint' ? n : t.as === 'string' ? n.toString() : Number(n);
    }
    case 'double':
      if (typeof v !== 'number' && typeof v !== 'bigint') throw wrong(where, v, 'a number');
      return Number(v);
    case 'string':
      if (typeof v !== 'string') throw wrong(where, v, 'a string');
      return v;
    case 'binary':
      return bytes(v, where);
    case 'list':
    case 'set': {
      if (!Array.isArray(v)) throw wrong(where, v, 'an array');
      const list = v.map((x: unknown) => value(t.element, x, depth, where));
      return t.kind === 'set' ? new Set(list) : list;
    }
    case 'map':
      return map(t.key, t.value, v, depth, where);
    case 'struct':
      return struct(t, v, depth - 1, where);
  }
}

function bytes(v: unknown, where: string): Uint8Array {
  if (typeof v !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(v)) throw wrong(where, v, 'base64');
  return Uint8Array.from(Buffer.from(v, 'base64'));
}

function map(key: Shape, item: Shape, v: unknown, depth: number, where: string): Map<unknown, unknown> {
  if (Array.isArray(v)) {
    return new Map(
      v.map((e: unknown) => {
        if (!Array.isArray(e) || e.length !== 2) throw wrong(where, e, 'a [key, value]');
        return [value(key, e[0], depth, where), value(item, e[1], depth, where)] as const;
      }),
    );
  }
  if (typeof v !== 'object' || v === null) throw wrong(where, v, 'an object');
  return new Map(Object.entries(v).map(([k, x]) => [value(key, keyValue(key, k), depth, where), value(item, x, depth, where)]));
}

/** Keys of objects are texts, whatever they stand for. */
function keyValue(t: Shape, k: string): unknown {
  if (t.kind === 'bool') return k === 'true' ? true : k === 'false' ? false : k;
  if (t.kind === 'string' || t.kind === 'binary' || t.kind === 'i64') return k;
  if (t.kind === 'enum' && Object.hasOwn(t.values, k)) return k;
  return k.trim() !== '' && Number.isFinite(Number(k)) ? Number(k) : k;
}
