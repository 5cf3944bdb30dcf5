// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ResolvedEnum, ResolvedField, ResolvedFunction, ResolvedService, ResolvedStruct, ResolvedType, TypeNode } from './ast.js';
import type { SourceFile } from '../source.js';
import type { Report } from './report.js';
import { UNRESOLVED } from './scope.js';
import type { Scope } from './scope.js';
import { describeType, underlyingType } from './types.js';

/** Checks what a file declares, once all its names are resolved. The rules and their severity are thriftgo's unless noted. */
export function checkFile(scope: Scope, report: Report): void {
  const { source } = scope.file;
  for (const d of scope.file.definitions) {
    switch (d.kind) {
      case 'const':
      case 'typedef':
        checkKeys(d.node.type, d.type, source, report);
        break;
      case 'enum':
        checkEnum(d, source, report);
        break;
      case 'struct':
        checkStruct(d, source, report);
        break;
      case 'service':
        for (const f of d.functions) checkFunction(f, d, source, report);
        break;
    }
  }
  if (report.failed) return;
  for (const include of scope.includes) {
    if (!include.used) report.warn(source, 'THRIFT_INCLUDE_UNUSED', `nothing of the include "${include.node.path}" is used`, include.node.pathSpan);
  }
}

function checkEnum(decl: ResolvedEnum, source: SourceFile, report: Report): void {
  const names = new Set<string>();
  const byValue = new Map<number, string>();
  for (const v of decl.values) {
    const known = byValue.get(v.value);
    if (names.has(v.name)) {
      report.error(source, 'THRIFT_ENUM_DUPLICATE', `enum "${decl.name}" has the value "${v.name}" twice`, v.node.nameSpan);
    } else if (known !== undefined) {
      report.error(source, 'THRIFT_ENUM_DUPLICATE', `enum "${decl.name}" gives "${v.name}" the number ${v.value}, which "${known}" has`, v.node.valueSpan ?? v.node.nameSpan);
    }
    names.add(v.name);
    if (known === undefined) byValue.set(v.value, v.name);
  }
}

function checkStruct(decl: ResolvedStruct, source: SourceFile, report: Report): void {
  checkFields(decl.fields, `${decl.structKind} "${decl.name}"`, source, report);
  if (decl.structKind !== 'union') return;
  let withDefault: ResolvedField | undefined;
  for (const f of decl.fields) {
    if (f.node.requiredness === 'required') {
      report.warn(source, 'THRIFT_UNION_REQUIRED', `field "${f.name}" of the union "${decl.name}" is required, taken as optional`, f.node.span);
    }
    if (f.node.defaultValue === undefined) continue;
    if (withDefault === undefined) withDefault = f;
    else report.error(source, 'THRIFT_UNION_DEFAULT', `union "${decl.name}" has a second default for "${f.name}", "${withDefault.name}" has one already`, f.node.defaultValue.span);
  }
}

function checkFields(fields: readonly ResolvedField[], what: string, source: SourceFile, report: Report): void {
  const ids = new Map<number, string>();
  const names = new Set<string>();
  for (const f of fields) {
    const idSpan = f.node.idSpan ?? f.node.nameSpan;
    const known = ids.get(f.id);
    if (known !== undefined) report.error(source, 'THRIFT_FIELD_ID_DUPLICATE', `${what} has the field id ${f.id} twice, for "${known}" and "${f.name}"`, idSpan);
    else ids.set(f.id, f.name);
    if (names.has(f.name)) report.error(source, 'THRIFT_FIELD_DUPLICATE', `${what} has the field "${f.name}" twice`, f.node.nameSpan);
    names.add(f.name);
    if (f.id <= 0) report.warn(source, 'THRIFT_FIELD_ID_NEGATIVE', `field id of "${f.name}" in ${what} is not positive, got ${f.id}`, idSpan);
    checkKeys(f.node.type, f.type, source, report);
  }
}

/** Keys may be of any type but containers, which Go cannot hash; they are let through with a warning, since Rust can. */
function checkKeys(node: TypeNode, type: ResolvedType, source: SourceFile, report: Report): void {
  if ((node.kind === 'list' || node.kind === 'set') && (type.kind === 'list' || type.kind === 'set')) checkKeys(node.element, type.element, source, report);
  if (node.kind !== 'map' || type.kind !== 'map') return;
  const key = underlyingType(type.key);
  if (key.kind === 'list' || key.kind === 'set' || key.kind === 'map') {
    report.warn(source, 'THRIFT_KEY_CONTAINER', `map key is ${describeType(type.key)}, which Go cannot use as a key`, node.key.span);
  }
  checkKeys(node.key, type.key, source, report);
  checkKeys(node.value, type.value, source, report);
}

function checkFunction(f: ResolvedFunction, service: ResolvedService, source: SourceFile, report: Report): void {
  const name = `"${service.name}.${f.name}"`;
  const { node } = f;
  checkFields(f.args, `argument list of ${name}`, source, report);
  checkFields(f.throws, `exception list of ${name}`, source, report);
  if (node.returnType !== undefined && f.returnType !== undefined) checkKeys(node.returnType, f.returnType, source, report);
  for (const arg of f.args) {
    if (arg.node.requiredness === 'optional') report.warn(source, 'THRIFT_ARGUMENT_OPTIONAL', `argument "${arg.name}" of ${name} is optional, which has no effect`, arg.node.span);
  }
  checkThrows(f, name, source, report);
  if (f.oneway && node.returnType !== undefined) {
    report.error(source, 'THRIFT_ONEWAY_RESULT', `oneway function ${name} returns a value, wanted void`, node.returnType.span);
  }
  const thrown = node.throws[0];
  if (f.oneway && thrown !== undefined) {
    report.error(source, 'THRIFT_ONEWAY_THROWS', `oneway function ${name} throws "${thrown.name}", wanted no exceptions`, thrown.span);
  }
  if (f.streaming !== undefined) checkStreaming(f, name, source, report);
}

function checkThrows(f: ResolvedFunction, name: string, source: SourceFile, report: Report): void {
  for (const t of f.throws) {
    const type = underlyingType(t.type);
    if (type !== UNRESOLVED && (type.kind !== 'struct' || type.decl.structKind !== 'exception')) {
      report.error(source, 'THRIFT_THROWS_TYPE', `function ${name} throws ${describeType(t.type)}, wanted an exception`, t.node.type.span);
    }
    if (t.node.requiredness === 'required') report.warn(source, 'THRIFT_THROWS_REQUIRED', `exception "${t.name}" of ${name} is required, taken as optional`, t.node.span);
    // The result struct keeps the return value under this id.
    if (t.id === 0) report.error(source, 'THRIFT_FIELD_ID_RESERVED', `exception "${t.name}" of ${name} has the field id 0, which is reserved for the result`, t.node.idSpan ?? t.node.nameSpan);
  }
}

function checkStreaming(f: ResolvedFunction, name: string, source: SourceFile, report: Report): void {
  const { node } = f;
  if (f.oneway) report.error(source, 'THRIFT_STREAMING_ONEWAY', `function ${name} is both oneway and streaming`, node.nameSpan);
  if (f.args.length !== 1) {
    report.error(source, 'THRIFT_STREAMING_ARGUMENTS', `streaming function ${name} has ${f.args.length} arguments, wanted exactly one`, node.nameSpan);
  }
  if (f.streaming === 'unary') return;
  // Messages of a stream are bare structs: nothing else can be told apart on the wire.
  const [arg] = f.args;
  if (arg !== undefined && !isStruct(arg.type)) {
    report.error(source, 'THRIFT_STREAMING_TYPE', `streaming function ${name} sends ${describeType(arg.type)}, wanted a struct`, arg.node.type.span);
  }
  if (f.returnType === undefined) report.error(source, 'THRIFT_STREAMING_TYPE', `streaming function ${name} returns void, wanted a struct`, node.nameSpan);
  else if (!isStruct(f.returnType)) report.error(source, 'THRIFT_STREAMING_TYPE', `streaming function ${name} returns ${describeType(f.returnType)}, wanted a struct`, node.returnType?.span ?? node.nameSpan);
}

function isStruct(type: ResolvedType): boolean {
  const t = underlyingType(type);
  return t === UNRESOLVED || t.kind === 'struct';
}

/** Inherited and own methods by the name they get in TypeScript. */
function methodNames(service: ResolvedService): Map<string, { readonly name: string; readonly service: ResolvedService }> {
  const names = new Map<string, { readonly name: string; readonly service: ResolvedService }>();
  for (let s = service.extends; s !== undefined; s = s.extends) {
    for (const f of s.functions) {
      const lowered = lowerFirst(f.name);
      if (!names.has(lowered)) names.set(lowered, { name: f.name, service: s });
    }
  }
  return names;
}

/**
 * Checks that no two methods of a service, inherited ones included, get one name in TypeScript, where the first letter
 * is lowered. Redefining an inherited method is allowed, with a warning. The chain of parents must have no cycle.
 */
export function checkServiceMethods(service: ResolvedService, report: Report): void {
  const { source } = service.file;
  const names = methodNames(service);
  for (const f of service.functions) {
    const lowered = lowerFirst(f.name);
    const known = names.get(lowered);
    const span = f.node.nameSpan;
    if (known === undefined) {
      names.set(lowered, { name: f.name, service });
    } else if (known.name !== f.name) {
      const where = known.service === service ? '' : ` of the service "${known.service.name}"`;
      report.error(source, 'THRIFT_METHOD_CLASH', `methods "${known.name}"${where} and "${f.name}" both become "${lowered}" in TypeScript`, span);
    } else if (known.service === service) {
      report.error(source, 'THRIFT_METHOD_DUPLICATE', `service "${service.name}" has the method "${f.name}" twice`, span);
    } else {
      report.warn(source, 'THRIFT_METHOD_REDEFINED', `method "${f.name}" of the service "${service.name}" redefines that of "${known.service.name}"`, span);
    }
  }
}

function lowerFirst(name: string): string {
  return name.slice(0, 1).toLowerCase() + name.slice(1);
}
