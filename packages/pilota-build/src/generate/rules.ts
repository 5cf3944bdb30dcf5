// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { enumShape, field, i64Shape, listShape, mapShape, scalars, setShape, StructShape } from '@cloudwego/pilota/codegen/v1';
import { compileRules, RuleError } from '@cloudwego/pilota/validate';
import type { Diagnostic } from '../source.js';
import type { Annotation, Program, ResolvedStruct, ResolvedType } from '../thrift/ast.js';
import { underlyingType } from '../thrift/types.js';

type Shape = ReturnType<typeof field>['type'];

/** Finds annotations `vt.*` and `api.vd` that are no rules of their field. `functions` are the names that the application will give a validator. */
export function checkRules(program: Program, functions: readonly string[], found: Diagnostic[]): void {
  const shapes = new Map<ResolvedStruct, StructShape>();
  const own = Object.fromEntries(functions.map((n) => [n, () => undefined]));
  for (const file of program.files) {
    for (const d of file.definitions) {
      if (d.kind !== 'struct') continue;
      try {
        compileRules(structShape(d, shapes), own);
      } catch (e) {
        if (!(e instanceof RuleError)) throw e;
        const f = d.fields.find((x) => e.message.startsWith(`${d.name}.${x.name}: `));
        const a = [...(f?.annotations ?? d.annotations)].find((x) => x.key.startsWith('vt.') || x.key === 'api.vd');
        found.push(file.source.diagnostic('error', 'THRIFT_RULE_INVALID', e.message, a?.span ?? d.node.nameSpan));
      }
    }
  }
}

function structShape(s: ResolvedStruct, known: Map<ResolvedStruct, StructShape>): StructShape {
  let shape = known.get(s);
  if (shape === undefined) {
    shape = new StructShape(s.name, s.structKind, () => s.fields.map((f) => field(f.id, f.name, f.requiredness, toShape(f.type, known), { annotations: notes(f.annotations) })), undefined, notes(s.annotations));
    known.set(s, shape);
  }
  return shape;
}

function notes(list: readonly Annotation[]): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(list.map((a) => [a.key, a.values]));
}

function toShape(type: ResolvedType, known: Map<ResolvedStruct, StructShape>): Shape {
  const t = underlyingType(type);
  switch (t.kind) {
    case 'i64':
      return i64Shape('bigint');
    case 'enum':
      return enumShape(t.decl.name, Object.fromEntries(t.decl.values.map((v) => [v.name, v.value])));
    case 'struct':
      return structShape(t.decl, known);
    case 'list':
      return listShape(toShape(t.element, known));
    case 'set':
      return setShape(toShape(t.element, known));
    case 'map':
      return mapShape(toShape(t.key, known), toShape(t.value, known));
    default:
      return scalars[t.kind];
  }
}
