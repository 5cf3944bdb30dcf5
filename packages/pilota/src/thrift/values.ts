// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { StructCodec } from '../codegen/v1/definition.js';
import { missingField, ThriftProtocolError, tooDeep } from '../codegen/v1/errors.js';
import { MAX_DEPTH } from '../codegen/v1/skip.js';
import { unknownFields } from '../codegen/v1/unknown.js';
import type { UnknownFields } from '../codegen/v1/unknown.js';
import { toI64 } from '../codegen/v1/write.js';
import { shapeOf } from './codec.js';
import type { Shape, StructShape } from './shape.js';

type Fields = Record<string, unknown>;
type Kept = { [unknownFields]?: UnknownFields | undefined };

/** A codec that knows the shape of what it reads: generated code's, and those of defineStruct. */
export type Shaped<In, Out> = StructCodec<In, Out>;

// ── copies ───────────────────────────────────────────────────────────────────────────────────────

/**
 * A copy that shares nothing with `v`: containers, structs and bytes are new, fields that are not of the type are left behind, fields that the IDL does not know
 * (`keepUnknownFields`) come along. Errors: PILOTA_THRIFT_DEPTH_EXCEEDED beyond 64 levels, which a cycle is.
 */
export function clone<In, Out>(codec: Shaped<In, Out>, v: Out): Out {
  return copyStruct(shapeOf(codec), v, MAX_DEPTH) as Out;
}

function copyStruct(s: StructShape, v: unknown, depth: number): unknown {
  if (depth <= 0) throw tooDeep(s.name);
  const from = v as Fields & Kept;
  const out: Fields & Kept = {};
  for (const f of s.fields) {
    const x = from[f.key];
    if (s.structKind === 'union' && x === undefined) continue;
    out[f.key] = x == null ? undefined : copy(f.type, x, depth);
  }
  const kept = from[unknownFields];
  const made = (s.make === undefined ? out : s.make(out as never)) as Kept;
  if (kept !== undefined) made[unknownFields] = kept.map((b) => b.slice());
  return made;
}

/** A copy of a value of a type. */
export function copy(t: Shape, v: unknown, depth: number): unknown {
  switch (t.kind) {
    case 'binary':
      return Uint8Array.prototype.slice.call(v as Uint8Array);
    case 'list':
      return Array.from(v as Iterable<unknown>, (x) => copy(t.element, x, depth));
    case 'set':
      return new Set(Array.from(v as Iterable<unknown>, (x) => copy(t.element, x, depth)));
    case 'map':
      return new Map(Array.from(pairs(v), ([k, x]) => [copy(t.key, k, depth), copy(t.value, x, depth)]));
    case 'struct':
      return copyStruct(t, v, depth - 1);
    default:
      return v;
  }
}

/** Entries of a Map, or of an object where keys are strings. */
export function pairs(v: unknown): Iterable<readonly [unknown, unknown]> {
  if (v instanceof Map) return v as ReadonlyMap<unknown, unknown>;
  return Object.entries(v as object);
}

// ── comparison ───────────────────────────────────────────────────────────────────────────────────

/**
 * Whether two values are the same on the wire: an absent field equals its default, sets and maps are compared without their order, bytes by their content, `1`
 * and `1n` are one i64. NaN equals NaN; 0 and -0 differ, as their bytes do.
 */
export function equals<In, Out>(codec: Shaped<In, Out>, a: In | Out, b: In | Out): boolean {
  return sameStruct(shapeOf(codec), a, b, MAX_DEPTH);
}

function sameStruct(s: StructShape, a: unknown, b: unknown, depth: number): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (depth <= 0) throw tooDeep(s.name);
  const [x, y] = [a as Fields & Kept, b as Fields & Kept];
  for (const f of s.fields) {
    const absent = (x[f.key] ?? undefined) === undefined || (y[f.key] ?? undefined) === undefined ? f.absent?.() : undefined;
    if (!same(f.type, x[f.key] ?? absent, y[f.key] ?? absent, depth)) return false;
  }
  const [p, q] = [x[unknownFields] ?? [], y[unknownFields] ?? []];
  return p.length === q.length && p.every((u, i) => sameBytes(u, q[i]!));
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0;
}

function same(t: Shape, a: unknown, b: unknown, depth: number): boolean {
  if (a === undefined || b === undefined) return a === b;
  switch (t.kind) {
    case 'i64':
      return a === b || toI64(a, 'i64') === toI64(b, 'i64');
    case 'binary':
      return sameBytes(a as Uint8Array, b as Uint8Array);
    case 'struct':
      return sameStruct(t, a, b, depth - 1);
    case 'list': {
      const [x, y] = [[...(a as Iterable<unknown>)], [...(b as Iterable<unknown>)]];
      return x.length === y.length && x.every((v, i) => same(t.element, v, y[i], depth));
    }
    case 'set':
      return unordered([...(a as Iterable<unknown>)], [...(b as Iterable<unknown>)], (x, y) => same(t.element, x, y, depth), (v) => keyOf(t.element, v));
    case 'map':
      return unordered([...pairs(a)], [...pairs(b)], ([k, x], [l, y]) => same(t.key, k, l, depth) && same(t.value, x, y, depth), ([k]) => keyOf(t.key, k));
    default:
      return Object.is(a, b);
  }
}

/** What two equal values have in common; values that have no such thing are compared one by one. */
function keyOf(t: Shape, v: unknown): unknown {
  if (t.kind === 'i64') return toI64(v, 'i64');
  if (t.kind === 'binary') return Buffer.from(v as Uint8Array).toString('latin1');
  return t.kind === 'struct' || t.kind === 'list' || t.kind === 'set' || t.kind === 'map' ? undefined : v;
}

function unordered<T>(a: readonly T[], b: readonly T[], match: (x: T, y: T) => boolean, key: (v: T) => unknown): boolean {
  if (a.length !== b.length) return false;
  const rest = new Map<unknown, T[]>();
  for (const y of b) {
    const k = key(y);
    const list = rest.get(k);
    if (list === undefined) rest.set(k, [y]);
    else list.push(y);
  }
  return a.every((x) => {
    const list = rest.get(key(x)) ?? [];
    const i = list.findIndex((y) => match(x, y));
    if (i >= 0) list.splice(i, 1);
    return i >= 0;
  });
}

// ── subsets ──────────────────────────────────────────────────────────────────────────────────────

/**
 * Cuts a value down to another type: every field of `to` is filled from the field of the same id, nested structs too; what `to` does not have is left behind.
 * Nothing is shared but values without parts. Source: what dynamicgo's trim is for.
 * Errors: PILOTA_THRIFT_TYPE_INVALID where a field of one id has another type, PILOTA_THRIFT_FIELD_REQUIRED where `to` requires what is not there.
 */
export function cut<In, Out, In2, Out2>(from: Shaped<In, Out>, to: Shaped<In2, Out2>, v: Out): Out2 {
  return cutStruct(shapeOf(from), shapeOf(to), v, MAX_DEPTH) as Out2;
}

function cutStruct(a: StructShape, b: StructShape, v: unknown, depth: number): unknown {
  if (depth <= 0) throw tooDeep(b.name);
  const out: Fields = {};
  for (const g of b.fields) {
    const f = a.fields.find((x) => x.id === g.id);
    const x = f === undefined ? undefined : ((v as Fields)[f.key] ?? undefined);
    if (f !== undefined && x !== undefined) out[g.key] = cutValue(f.type, g.type, x, depth, `${b.name}.${g.name}`);
    else if (g.absent !== undefined && b.structKind !== 'union') out[g.key] = g.absent();
    else if (g.requiredness === 'required') throw missingField(b.name, g.name);
    else if (b.structKind !== 'union') out[g.key] = undefined;
  }
  return b.make === undefined ? out : b.make(out as never);
}

function cutValue(a: Shape, b: Shape, v: unknown, depth: number, where: string): unknown {
  const fits = a.kind === b.kind || (a.kind === 'enum' && b.kind === 'i32') || (a.kind === 'i32' && b.kind === 'enum');
  if (!fits) throw new ThriftProtocolError('PILOTA_THRIFT_TYPE_INVALID', `${where}: got ${a.kind}, wanted ${b.kind}`);
  switch (b.kind) {
    case 'struct':
      return cutStruct(a as StructShape, b, v, depth - 1);
    case 'list':
      return Array.from(v as Iterable<unknown>, (x) => cutValue((a as typeof b).element, b.element, x, depth, where));
    case 'set':
      return new Set(Array.from(v as Iterable<unknown>, (x) => cutValue((a as typeof b).element, b.element, x, depth, where)));
    case 'map':
      return new Map(Array.from(pairs(v), ([k, x]) => [cutValue((a as typeof b).key, b.key, k, depth, where), cutValue((a as typeof b).value, b.value, x, depth, where)]));
    case 'i64': {
      const n = toI64(v, where);
      return b.as === 'bigint' ? n : b.as === 'string' ? n.toString() : Number(n);
    }
    default:
      return copy(b, v, depth);
  }
}
