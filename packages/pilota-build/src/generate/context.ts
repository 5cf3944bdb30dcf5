// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Annotation, ResolvedField, ResolvedType, UnderlyingType } from '../thrift/ast.js';
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

/** How the i64 of a place looks: annotation `ts.i64` of the field, of the type, of a typedef on the way, else the option. */
export function i64Mode(c: Context, type: ResolvedType, field?: ResolvedField): I64Mode {
  const own = field === undefined ? undefined : annotated(field.annotations);
  if (own !== undefined) return own;
  for (let t = type; ; t = t.decl.type) {
    const m = annotated(t.annotations) ?? (t.kind === 'typedef' ? annotated(t.decl.annotations) : undefined);
    if (m !== undefined) return m;
    if (t.kind !== 'typedef') return c.o.i64;
  }
}

function annotated(list: readonly Annotation[]): I64Mode | undefined {
  const v = list.find((a) => a.key === 'ts.i64')?.values.at(-1);
  return v === 'bigint' || v === 'number' || v === 'string' ? v : undefined;
}
