// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Annotation, ResolvedType, UnderlyingType } from '../thrift/ast.js';
import { underlyingType } from '../thrift/types.js';
import type { StructGraph } from './graph.js';
import type { Imports } from './module.js';
import type { I64Mode, ResolvedGenerateOptions } from './options.js';

/** What the parts of the generator share while they write one module. */
export interface Context {
  readonly o: ResolvedGenerateOptions;
  readonly imports: Imports;
  readonly graph: StructGraph;
}

/** Wire type ids. */
const TYPE_ID: Readonly<Record<UnderlyingType['kind'], number>> = {
  bool: 2,
  i8: 3,
  double: 4,
  i16: 6,
  i32: 8,
  i64: 10,
  string: 11,
  binary: 11,
  struct: 12,
  map: 13,
  set: 14,
  list: 15,
  enum: 8,
};

/** Wire type id of a type. */
export function typeId(type: ResolvedType): number {
  return TYPE_ID[underlyingType(type).kind];
}

/** What may carry annotations about a place: a field, a type where it is written, the declaration of a typedef. */
export interface Annotated {
  readonly annotations: readonly Annotation[];
}

/**
 * What decides how the i64 of a place look, those inside its containers too: `ts.i64` on the type where it is written, else on the field, else on a typedef
 * on the way; undefined = the option does.
 */
export function i64Scope(type: ResolvedType, field?: Annotated): Annotated | undefined {
  if (annotated(type) !== undefined) return type;
  if (field !== undefined && annotated(field) !== undefined) return field;
  for (let t = type; t.kind === 'typedef'; t = t.decl.type) {
    if (annotated(t.decl) !== undefined) return t.decl;
    if (annotated(t.decl.type) !== undefined) return t.decl.type;
  }
  return undefined;
}

/** How an i64 looks. */
export function i64Mode(c: Context, type: ResolvedType, field?: Annotated): I64Mode {
  const scope = i64Scope(type, field);
  return (scope === undefined ? undefined : annotated(scope)) ?? c.o.i64;
}

/** Whether `field` makes the i64 of a type look otherwise than the type's own name says. */
export function i64Differs(c: Context, type: ResolvedType, field: Annotated | undefined): boolean {
  if (field === undefined || annotated(field) === undefined) return false;
  const t = underlyingType(type);
  switch (t.kind) {
    case 'i64':
      return i64Mode(c, type, field) !== i64Mode(c, type);
    case 'list':
    case 'set':
      return i64Inside(c, t.element, i64Scope(type, field), i64Scope(type));
    case 'map':
      return i64Inside(c, t.key, i64Scope(type, field), i64Scope(type)) || i64Inside(c, t.value, i64Scope(type, field), i64Scope(type));
    default:
      return false;
  }
}

function i64Inside(c: Context, type: ResolvedType, one: Annotated | undefined, other: Annotated | undefined): boolean {
  const t = underlyingType(type);
  const [a, b] = [i64Scope(type, one), i64Scope(type, other)];
  if (t.kind === 'i64') return i64Mode(c, type, one) !== i64Mode(c, type, other);
  if (t.kind === 'list' || t.kind === 'set') return i64Inside(c, t.element, a, b);
  return t.kind === 'map' && (i64Inside(c, t.key, a, b) || i64Inside(c, t.value, a, b));
}

function annotated(place: Annotated): I64Mode | undefined {
  const v = place.annotations.find((a) => a.key === 'ts.i64')?.values.at(-1);
  return v === 'bigint' || v === 'number' || v === 'string' ? v : undefined;
}
