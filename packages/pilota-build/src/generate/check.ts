// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { IdlError } from '../source.js';
import type { Diagnostic } from '../source.js';
import type { Annotation, Program, ResolvedDefinition, ResolvedField, ResolvedFile, ResolvedService, ResolvedStruct, ResolvedType } from '../thrift/ast.js';
import { allFunctions } from '../thrift/types.js';
import { defaultCycles } from './default-cycles.js';
import type { StructGraph } from './graph.js';
import { methodKey, namespacePath, propertyName } from './names.js';
import type { ResolvedGenerateOptions } from './options.js';
import { checkRules } from './rules.js';
import { methodsOf } from './services.js';

/**
 * Refuses what is sound Thrift and has no sound TypeScript: names that differ in the IDL and would meet, and annotations that this generator does not understand. Errors: {@link IdlError}.
 */
export function checkNames(program: Program, graph: StructGraph, o: ResolvedGenerateOptions): void {
  const found: Diagnostic[] = [];
  const declared = new Map<string, Map<string, string>>();
  for (const file of program.files) {
    const namespace = namespacePath(file);
    const names = declared.get(namespace) ?? new Map<string, string>();
    declared.set(namespace, names);
    for (const d of file.definitions) {
      const other = names.get(d.name);
      if (other !== undefined && other !== file.path) {
        found.push(file.source.diagnostic('error', 'THRIFT_NAMESPACE_CLASH', `"${d.name}" is declared in ${other} too, which has the same namespace`, d.node.nameSpan));
      }
      names.set(d.name, file.path);
      if (d.kind === 'struct') checkFields(file, d, found);
      if (d.kind === 'service') checkMethods(file, d, found);
      for (const a of annotationsOf(d)) checkI64(file, a, found);
    }
  }
  for (const { struct, field } of defaultCycles(program, graph)) {
    const { source } = struct.file;
    found.push(source.diagnostic('error', 'THRIFT_DEFAULT_CYCLE', `the default of "${struct.name}.${field.name}" needs itself`, field.node.defaultValue?.span ?? field.node.nameSpan));
  }
  checkRules(program, o.validatorFunctions, found);
  if (found.length > 0) throw new IdlError(found);
}

function checkFields(file: ResolvedFile, s: ResolvedStruct, found: Diagnostic[]): void {
  const names = new Map<string, ResolvedField>();
  for (const f of s.fields) {
    const name = propertyName(s, f);
    const other = names.get(name);
    if (other === undefined) names.set(name, f);
    else found.push(file.source.diagnostic('error', 'THRIFT_FIELD_CLASH', `fields "${other.name}" and "${f.name}" of "${s.name}" both become "${name}" in TypeScript`, f.node.nameSpan));
  }
}

/** Names that meet because one of them got a `_`; those that meet because their first letter was lowered are found before. */
function checkMethods(file: ResolvedFile, s: ResolvedService, found: Diagnostic[]): void {
  const names = new Map<string, string>();
  for (const f of methodsOf(allFunctions(s))) {
    const name = methodKey(f.name);
    const other = names.get(name);
    if (other === undefined) names.set(name, f.name);
    else if (other !== f.name) {
      const span = s.functions.includes(f) ? f.node.nameSpan : s.node.nameSpan;
      found.push(file.source.diagnostic('error', 'THRIFT_METHOD_CLASH', `methods "${other}" and "${f.name}" of the service "${s.name}" both become "${name}" in TypeScript`, span));
    }
  }
}

function* annotationsOf(d: ResolvedDefinition): Generator<Annotation> {
  yield* d.annotations;
  switch (d.kind) {
    case 'typedef':
    case 'const':
      yield* inType(d.type);
      return;
    case 'struct':
      for (const f of d.fields) yield* inField(f);
      return;
    case 'service':
      for (const f of d.functions) {
        for (const a of [...f.args, ...f.throws]) yield* inField(a);
        if (f.returnType !== undefined) yield* inType(f.returnType);
      }
      return;
    case 'enum':
  }
}

function* inField(f: ResolvedField): Generator<Annotation> {
  yield* f.annotations;
  yield* inType(f.type);
}

/** Those that are written here; a typedef's own are found where it is declared. */
function* inType(t: ResolvedType): Generator<Annotation> {
  yield* t.annotations;
  if (t.kind === 'list' || t.kind === 'set') yield* inType(t.element);
  if (t.kind === 'map') {
    yield* inType(t.key);
    yield* inType(t.value);
  }
}

function checkI64(file: ResolvedFile, a: Annotation, found: Diagnostic[]): void {
  const v = a.values.at(-1);
  if (a.key !== 'ts.i64' || v === 'bigint' || v === 'number' || v === 'string') return;
  found.push(file.source.diagnostic('error', 'THRIFT_I64_MODE', `ts.i64 is unknown, got "${v ?? ''}", wanted bigint, number or string`, a.span));
}
