// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Program, ResolvedField, ResolvedStruct, ResolvedValue } from '../thrift/ast.js';
import { underlyingType } from '../thrift/types.js';
import type { StructGraph } from './graph.js';

/** A field whose default cannot be made, because making it needs itself. */
export interface DefaultCycle {
  readonly struct: ResolvedStruct;
  readonly field: ResolvedField;
}

/** Finds fields whose defaults need themselves, over any number of structs: `struct A { 1: A a = {} }`. */
export function defaultCycles(program: Program, graph: StructGraph): readonly DefaultCycle[] {
  const found: DefaultCycle[] = [];
  const state = new Map<ResolvedField, 'open' | 'done'>();
  const way: DefaultCycle[] = [];
  const visit = (s: ResolvedStruct, f: ResolvedField): void => {
    if (state.get(f) === 'done') return;
    if (state.get(f) === 'open') {
      // Of the fields on the way round, one has a default: structs that need each other without one are not filled in.
      const at = way.slice(way.findIndex((x) => x.field === f)).find((x) => x.field.defaultValue !== undefined);
      if (at !== undefined && !found.some((x) => x.field === at.field)) found.push(at);
      return;
    }
    state.set(f, 'open');
    way.push({ struct: s, field: f });
    for (const [t, g] of needs(f, graph)) visit(t, g);
    way.pop();
    state.set(f, 'done');
  };
  for (const file of program.files) for (const d of file.definitions) if (d.kind === 'struct' && d.structKind !== 'union') for (const f of d.fields) visit(d, f);
  return found;
}

type Pair = readonly [ResolvedStruct, ResolvedField];

/** Fields that are filled in when `f` is absent. */
function* needs(f: ResolvedField, graph: StructGraph): Generator<Pair> {
  if (f.defaultValue !== undefined) {
    yield* inValue(f.defaultValue);
    return;
  }
  const t = underlyingType(f.type);
  if (f.requiredness !== 'optional' && t.kind === 'struct' && graph.isFillable(t.decl)) for (const g of t.decl.fields) yield [t.decl, g];
}

/** Fields that a constant leaves open. */
function* inValue(v: ResolvedValue): Generator<Pair> {
  if (v.kind === 'list' || v.kind === 'set') for (const x of v.items) yield* inValue(x);
  if (v.kind === 'map') {
    for (const e of v.entries) {
      yield* inValue(e.key);
      yield* inValue(e.value);
    }
  }
  if (v.kind !== 'struct') return;
  const given = new Set(v.fields.map((x) => x.field));
  for (const x of v.fields) yield* inValue(x.value);
  if (v.decl.structKind !== 'union') for (const g of v.decl.fields) if (!given.has(g)) yield [v.decl, g];
}
