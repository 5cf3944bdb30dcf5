// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { DescriptorError } from '@cloudwego/pilota/descriptor';
import type { Annotations, DefaultValue, EnumDescriptor, FieldDescriptor, FunctionDescriptor, ServiceDescriptor, StructDescriptor, ThriftDescriptor, TypeDescriptor } from '@cloudwego/pilota/descriptor';
import type { Annotation, Program, ResolvedField, ResolvedFile, ResolvedFunction, ResolvedService, ResolvedStruct, ResolvedType, ResolvedValue } from '../thrift/ast.js';
import { allFunctions, underlyingType } from '../thrift/types.js';

/** Options of {@link describeThrift}. */
export interface DescribeThriftOptions {
  /** Which services the descriptor has: the root file's, or those of every file. @defaultValue 'root' */
  readonly services?: 'root' | 'all' | undefined;
}

/**
 * What a program says, as data that codecs work on: typedefs resolved, defaults converted, services with what they inherit.
 * Errors: DescriptorError where two services of several files have one name.
 */
export function describeThrift(program: Program, options: DescribeThriftOptions = {}): ThriftDescriptor {
  return new Describer(program).describe(options.services === 'all' ? program.files : [program.root]);
}

/** A property named `__proto__` would be lost in an object made by assignment. */
function plain<T>(entries: Iterable<readonly [string, T]>): Readonly<Record<string, T>> {
  return Object.fromEntries(entries);
}

function annotationsOf(list: readonly Annotation[]): { readonly annotations?: Annotations } {
  return list.length === 0 ? {} : { annotations: plain(list.map((a) => [a.key, [...a.values]] as const)) };
}

class Describer {
  private readonly program: Program;
  /** Files that share a base name are told apart by a number. */
  private readonly prefixes: ReadonlyMap<ResolvedFile, string>;

  constructor(program: Program) {
    this.program = program;
    const taken = new Set<string>();
    const prefixes = new Map<ResolvedFile, string>();
    // The root first: its names are the ones that people write.
    for (const file of [program.root, ...program.files]) {
      if (prefixes.has(file)) continue;
      let prefix = file.name;
      for (let i = 2; taken.has(prefix); i++) prefix = `${file.name}~${i}`;
      taken.add(prefix);
      prefixes.set(file, prefix);
    }
    this.prefixes = prefixes;
  }

  describe(serving: readonly ResolvedFile[]): ThriftDescriptor {
    const structs: (readonly [string, StructDescriptor])[] = [];
    const enums: (readonly [string, EnumDescriptor])[] = [];
    for (const file of this.program.files) {
      for (const d of file.definitions) {
        if (d.kind === 'struct') structs.push([this.nameOf(d), this.struct(d)]);
        if (d.kind === 'enum') enums.push([this.nameOf(d), { name: d.name, values: plain(d.values.map((v) => [v.name, v.value] as const)), ...annotationsOf(d.annotations) }]);
      }
    }
    const services = new Map<string, ServiceDescriptor>();
    for (const file of serving) {
      for (const s of file.definitions) {
        if (s.kind !== 'service') continue;
        if (services.has(s.name)) throw new DescriptorError(`services: the name "${s.name}" is there twice, the second time in ${file.path}`);
        services.set(s.name, this.service(s));
      }
    }
    return { family: 'thrift', structs: plain(structs), enums: plain(enums), services: [...services.values()], root: this.prefixes.get(this.program.root)! };
  }

  private nameOf(d: { readonly file: ResolvedFile; readonly name: string }): string {
    return `${this.prefixes.get(d.file)!}.${d.name}`;
  }

  private struct(s: ResolvedStruct): StructDescriptor {
    return { name: s.name, structKind: s.structKind, fields: s.fields.map((f) => this.field(f)), ...annotationsOf(s.annotations) };
  }

  private field(f: ResolvedField): FieldDescriptor {
    const { id, name, requiredness } = f;
    const type = this.type(f.type);
    return { id, name, requiredness, type, ...(f.defaultValue === undefined ? {} : { defaultValue: value(f.defaultValue) }), ...annotationsOf(f.annotations) };
  }

  private type(written: ResolvedType): TypeDescriptor {
    const t = underlyingType(written);
    switch (t.kind) {
      case 'list':
      case 'set':
        return { kind: t.kind, element: this.type(t.element) };
      case 'map':
        return { kind: 'map', key: this.type(t.key), value: this.type(t.value) };
      case 'struct':
      case 'enum':
        return { kind: t.kind, name: this.nameOf(t.decl) };
      default:
        return { kind: t.kind };
    }
  }

  private service(s: ResolvedService): ServiceDescriptor {
    return { name: s.name, functions: allFunctions(s).map((f) => this.function(f)), ...annotationsOf(s.annotations) };
  }

  private function(f: ResolvedFunction): FunctionDescriptor {
    const { name, oneway } = f;
    return {
      name,
      oneway,
      ...(f.streaming === undefined ? {} : { streaming: f.streaming }),
      args: f.args.map((a) => this.field(a)),
      ...(f.returnType === undefined ? {} : { result: this.type(f.returnType) }),
      throws: f.throws.map((t) => this.field(t)),
      ...annotationsOf(f.annotations),
    };
  }
}

function value(v: ResolvedValue): DefaultValue {
  switch (v.kind) {
    case 'i8':
    case 'i16':
    case 'i32':
      return Number(v.value);
    case 'bool':
    case 'i64':
    case 'double':
    case 'string':
    case 'enum':
      return v.value;
    case 'binary':
      return v.bytes;
    case 'list':
      return v.items.map(value);
    case 'set':
      return new Set(v.items.map(value));
    case 'map':
      return new Map(v.entries.map((e) => [value(e.key), value(e.value)] as const));
    case 'struct':
      return plain(v.fields.map((f) => [f.field.name, value(f.value)] as const));
  }
}
