// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { basename, extname } from 'node:path';
import type {
  ConstantNode,
  DefinitionNode,
  EnumNode,
  FieldNode,
  FunctionNode,
  Program,
  ResolvedConstant,
  ResolvedDefinition,
  ResolvedEnum,
  ResolvedEnumValue,
  ResolvedField,
  ResolvedFile,
  ResolvedFunction,
  ResolvedInclude,
  ResolvedService,
  ResolvedStruct,
  ResolvedType,
  ResolvedTypedef,
  ServiceNode,
  StreamingMode,
  TypeNode,
} from './ast.js';
import { checkFile, checkServiceMethods } from './check.js';
import { ConstResolver } from './consts.js';
import type { LoadedFile } from './loader.js';
import { MAX_NESTING } from './limits.js';
import { BASE_TYPES } from './parser.js';
import type { Report } from './report.js';
import { Scope, UNRESOLVED, describeDefinition } from './scope.js';
import type { Mutable } from './scope.js';
import { checkTypedefs } from './typedefs.js';

/** A constant before its value is known. */
const NO_VALUE: ResolvedConstant['value'] = { kind: 'bool', value: false, constant: undefined };
const STREAMING_MODES: ReadonlySet<string> = new Set<StreamingMode>(['unary', 'client', 'server', 'bidirectional']);

/**
 * Resolves every name of the files and checks them.
 * @param loaded included files before those that include them
 * @throws IdlError with every error that was found
 */
export function resolveProgram(loaded: readonly LoadedFile[], root: LoadedFile, report: Report): Program {
  const scopes = new Map<LoadedFile, Scope>();
  for (const file of loaded) scopes.set(file, declare(file, scopes, report));
  const resolver = new Resolver([...scopes.values()], report);
  resolver.run();
  report.check();
  const files = [...scopes.values()].map((s) => s.file);
  return { files, root: (scopes.get(root) as Scope).file, warnings: report.warnings };
}

/** Declares the names of a file; what they mean follows when all files have theirs. */
function declare(loaded: LoadedFile, scopes: ReadonlyMap<LoadedFile, Scope>, report: Report): Scope {
  const includes: Mutable<ResolvedInclude>[] = [];
  for (const { node, file } of loaded.includes) {
    includes.push({ node, prefix: prefixOf(node.path), file: (scopes.get(file) as Scope).file, used: false });
  }
  const definitions: ResolvedDefinition[] = [];
  const names = new Map<string, ResolvedDefinition>();
  const { path, source, document } = loaded;
  const namespaces = new Map(document.namespaces.map((n) => [n.language, n.name]));
  const file: ResolvedFile = { path, name: prefixOf(path), document, source, includes, namespaces, definitions, names };
  for (const node of document.definitions) {
    const definition = shell(node, file);
    definitions.push(definition);
    const known = names.get(node.name);
    if (known === undefined) names.set(node.name, definition);
    else report.error(source, 'THRIFT_NAME_DUPLICATE', `name "${node.name}" is defined twice, first in line ${source.position(known.node.nameSpan.start).line}`, node.nameSpan);
  }
  return new Scope(file, includes);
}

/** What names of a file are written with: thriftgo drops the last extension, whatever it is. */
function prefixOf(path: string): string {
  return basename(path, extname(path));
}

function shell(node: DefinitionNode, file: ResolvedFile): ResolvedDefinition {
  const base = { name: node.name, annotations: node.annotations, doc: node.doc, file };
  switch (node.kind) {
    case 'const':
      return { ...base, kind: 'const', node, type: UNRESOLVED, value: NO_VALUE };
    case 'typedef':
      return { ...base, kind: 'typedef', node, type: UNRESOLVED };
    case 'enum':
      return { ...base, kind: 'enum', node, values: [] };
    case 'struct':
      return { ...base, kind: 'struct', node, structKind: node.structKind, fields: [] };
    case 'service':
      return { ...base, kind: 'service', node, extends: undefined, functions: [] };
  }
}

/** Fills in what `declare` left open, in the order in which one thing needs another. */
class Resolver {
  private readonly scopes: readonly Scope[];
  private readonly report: Report;
  private readonly consts: ConstResolver;

  constructor(scopes: readonly Scope[], report: Report) {
    this.scopes = scopes;
    this.report = report;
    this.consts = new ConstResolver(scopes, report);
  }

  run(): void {
    this.each('enum', (d, scope) => this.enum(d, d.node, scope));
    this.each('typedef', (d, scope) => this.typedef(d, scope));
    checkTypedefs(this.scopes, this.report);
    this.each('const', (d, scope) => this.constType(d, d.node, scope));
    this.each('struct', (d, scope) => this.struct(d, scope));
    this.each('service', (d, scope) => this.service(d, d.node, scope));
    this.checkExtends();
    // Values last: a constant of a struct needs the fields of the struct.
    this.each('const', (d) => this.consts.constant(d));
    this.each('struct', (d, scope) => this.defaults(d.fields, scope));
    this.each('service', (d, scope) => d.functions.forEach((f) => this.defaults(f.args, scope)));
    this.each('service', (d) => checkServiceMethods(d, this.report));
    for (const scope of this.scopes) checkFile(scope, this.report);
  }

  private each<K extends ResolvedDefinition['kind']>(kind: K, visit: (definition: Mutable<Extract<ResolvedDefinition, { kind: K }>>, scope: Scope) => void): void {
    for (const scope of this.scopes) {
      for (const d of scope.file.definitions) {
        if (d.kind === kind) visit(d as Extract<ResolvedDefinition, { kind: K }>, scope);
      }
    }
  }

  // ---- Types

  private enum(decl: Mutable<ResolvedEnum>, node: EnumNode, scope: Scope): void {
    const values: ResolvedEnumValue[] = [];
    let next = 0n;
    for (const v of node.values) {
      const value = v.value ?? next;
      next = value + 1n;
      if (value < -(2n ** 31n) || value >= 2n ** 31n) {
        this.report.error(scope.file.source, 'THRIFT_ENUM_RANGE', `enum value "${v.name}" does not fit i32, got ${value}`, v.valueSpan ?? v.nameSpan);
      }
      values.push({ name: v.name, annotations: v.annotations, doc: v.doc, node: v, value: Number(value) });
    }
    decl.values = values;
  }

  private typedef(decl: Mutable<ResolvedTypedef>, scope: Scope): void {
    decl.type = this.type(decl.node.type, scope);
  }

  private constType(decl: Mutable<ResolvedConstant>, node: ConstantNode, scope: Scope): void {
    decl.type = this.type(node.type, scope);
  }

  private struct(decl: Mutable<ResolvedStruct>, scope: Scope): void {
    decl.fields = this.fields(decl.node.fields, scope, decl.structKind === 'union' ? () => 'optional' : (f) => f.requiredness);
  }

  private fields(nodes: readonly FieldNode[], scope: Scope, requiredness: (node: FieldNode) => ResolvedField['requiredness']): readonly ResolvedField[] {
    const fields: ResolvedField[] = [];
    let next = 1n;
    for (const node of nodes) {
      const id = node.id ?? next;
      next = id + 1n;
      if (id < -32768n || id > 32767n) {
        this.report.error(scope.file.source, 'THRIFT_FIELD_ID_RANGE', `field id does not fit i16, got ${id}`, node.idSpan ?? node.nameSpan);
      }
      const type = this.type(node.type, scope);
      const { name, annotations, doc } = node;
      fields.push({ name, annotations, doc, node, id: Number(id), requiredness: requiredness(node), type, defaultValue: undefined });
    }
    return fields;
  }

  private type(node: TypeNode, scope: Scope): ResolvedType {
    const { annotations } = node;
    switch (node.kind) {
      case 'base':
        return { kind: node.base, annotations };
      case 'list':
      case 'set':
        return { kind: node.kind, element: this.type(node.element, scope), annotations };
      case 'map':
        return { kind: 'map', key: this.type(node.key, scope), value: this.type(node.value, scope), annotations };
      case 'ref':
        return this.reference(node.name, node, scope);
    }
  }

  private reference(name: string, node: TypeNode, scope: Scope): ResolvedType {
    const { annotations } = node;
    const decl = scope.find(name);
    if (decl === undefined) {
      const hint = name === 'uuid' ? ', wanted string or binary, as thriftgo has no uuid' : this.typeHint(name, scope);
      this.report.error(scope.file.source, 'THRIFT_TYPE_UNKNOWN', `unknown type "${name}"${hint}`, node.span);
      return UNRESOLVED;
    }
    switch (decl.kind) {
      case 'enum':
        return { kind: 'enum', decl, annotations };
      case 'struct':
        return { kind: 'struct', decl, annotations };
      case 'typedef':
        return { kind: 'typedef', decl, annotations };
      default:
        this.report.error(scope.file.source, 'THRIFT_TYPE_WRONG', `"${name}" is ${describeDefinition(decl)}, wanted a type`, node.span);
        return UNRESOLVED;
    }
  }

  private typeHint(name: string, scope: Scope): string {
    const known = BASE_HINTS.get(name.toLowerCase());
    return known ?? scope.hint(name, (d) => d.kind !== 'const' && d.kind !== 'service', BASE_TYPES.keys());
  }

  // ---- Services

  private service(decl: Mutable<ResolvedService>, node: ServiceNode, scope: Scope): void {
    decl.functions = node.functions.map((f) => this.function(f, scope));
    if (node.extends === undefined || node.extendsSpan === undefined) return;
    const base = scope.find(node.extends);
    if (base?.kind === 'service') {
      decl.extends = base;
      return;
    }
    const message = base === undefined ? `unknown service "${node.extends}"${scope.hint(node.extends, (d) => d.kind === 'service')}` : `"${node.extends}" is ${describeDefinition(base)}, wanted a service`;
    this.report.error(scope.file.source, 'THRIFT_SERVICE_UNKNOWN', message, node.extendsSpan);
  }

  private function(node: FunctionNode, scope: Scope): ResolvedFunction {
    const { name, annotations, doc, oneway } = node;
    return {
      name,
      annotations,
      doc,
      node,
      oneway,
      streaming: this.streaming(node, scope),
      returnType: node.returnType === undefined ? undefined : this.type(node.returnType, scope),
      args: this.fields(node.args, scope, (f) => (f.requiredness === 'optional' ? 'default' : f.requiredness)),
      throws: this.fields(node.throws, scope, () => 'optional'),
    };
  }

  private streaming(node: FunctionNode, scope: Scope): StreamingMode | undefined {
    const annotation = node.annotations.find((a) => a.key === 'streaming.mode');
    if (annotation === undefined) return undefined;
    const [mode, ...more] = annotation.values as readonly [string, ...string[]];
    if (more.length > 0) this.report.error(scope.file.source, 'THRIFT_STREAMING_MODE', `streaming.mode of "${node.name}" is given twice, wanted one value`, annotation.span);
    if (STREAMING_MODES.has(mode)) return mode as StreamingMode;
    this.report.error(scope.file.source, 'THRIFT_STREAMING_MODE', `streaming.mode of "${node.name}" is unknown, got "${mode}", wanted unary, client, server or bidirectional`, annotation.span);
    return undefined;
  }

  /** Reports services that extend themselves and chains deeper than MAX_NESTING, and cuts both. */
  private checkExtends(): void {
    const depths = new Map<ResolvedService, number>();
    this.each('service', (decl) => {
      const chain: Mutable<ResolvedService>[] = [];
      const open = new Set<ResolvedService>();
      for (let s: ResolvedService | undefined = decl; s !== undefined && !depths.has(s); s = s.extends) {
        if (open.has(s)) {
          const names = chain.slice(chain.findIndex((c) => c === s)).map((c) => c.name);
          const shown = names.length > 10 ? [...names.slice(0, 9), '…'] : names;
          this.cutExtends(chain.at(-1), 'THRIFT_SERVICE_CYCLE', `services extend each other: ${[...shown, s.name].join(' -> ')}`);
          break;
        }
        chain.push(s);
        open.add(s);
      }
      for (const s of chain.reverse()) {
        let depth = 1 + (s.extends === undefined ? 0 : (depths.get(s.extends) ?? 0));
        if (depth > MAX_NESTING) {
          this.cutExtends(s, 'THRIFT_NESTING_DEEP', `service "${s.name}" has too many parents, wanted at most ${MAX_NESTING - 1}`);
          depth = 1;
        }
        depths.set(s, depth);
      }
    });
  }

  private cutExtends(s: Mutable<ResolvedService> | undefined, code: string, message: string): void {
    if (s === undefined) return;
    this.report.error(s.file.source, code, message, s.node.extendsSpan ?? s.node.nameSpan);
    s.extends = undefined;
  }

  // ---- Defaults

  private defaults(fields: readonly ResolvedField[], scope: Scope): void {
    for (const field of fields as readonly Mutable<ResolvedField>[]) {
      const node = field.node.defaultValue;
      if (node !== undefined) field.defaultValue = this.consts.convert(node, field.type, scope, `the default of "${field.name}"`);
    }
  }
}

const BASE_HINTS: ReadonlyMap<string, string> = new Map([
  ['int', ', did you mean "i32"'],
  ['integer', ', did you mean "i32"'],
  ['int8', ', did you mean "i8"'],
  ['int16', ', did you mean "i16"'],
  ['int32', ', did you mean "i32"'],
  ['int64', ', did you mean "i64"'],
  ['long', ', did you mean "i64"'],
  ['short', ', did you mean "i16"'],
  ['float', ', did you mean "double"'],
  ['float64', ', did you mean "double"'],
  ['boolean', ', did you mean "bool"'],
  ['str', ', did you mean "string"'],
  ['slist', ', did you mean "list<string>"'],
  ['bytes', ', did you mean "binary"'],
]);
