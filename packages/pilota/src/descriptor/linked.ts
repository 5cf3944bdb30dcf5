// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { TType } from '../codegen/v1/ttype.js';
import { DescriptorError } from './errors.js';
import type { Annotations, DefaultValue, FieldDescriptor, FunctionDescriptor, Requiredness, ServiceDescriptor, StructDescriptor, ThriftDescriptor, TypeDescriptor } from './thrift.js';

export type LinkedKind = TypeDescriptor['kind'];

/** A type whose names were followed. One shape for all kinds: codecs switch on `kind` for every value. */
export interface LinkedType {
  readonly kind: LinkedKind;
  /** Type id of the wire. */
  readonly ttype: number;
  /** Items of a list or set, values of a map. */
  readonly element: LinkedType | undefined;
  /** Keys of a map. */
  readonly key: LinkedType | undefined;
  readonly struct: LinkedStruct | undefined;
  /** The names of an enum. */
  readonly values: Readonly<Record<string, number>> | undefined;
}

export interface LinkedField {
  readonly id: number;
  readonly name: string;
  /** In JSON and in plain values: `api.key`, else the json name of `go.tag`, else the name. */
  readonly alias: string;
  readonly requiredness: Requiredness;
  readonly type: LinkedType;
  readonly defaultValue: DefaultValue | undefined;
  readonly annotations: Annotations;
  /** Place among the fields of its struct. */
  readonly index: number;
}

/** A struct whose names were followed. Its fields are linked on first use, so that structs may hold one another. */
export class LinkedStruct {
  readonly name: string;
  readonly structKind: StructDescriptor['structKind'];
  readonly annotations: Annotations;
  private readonly init: () => readonly LinkedField[];
  private list: readonly LinkedField[] | undefined;
  private ids: readonly (LinkedField | undefined)[] | ReadonlyMap<number, LinkedField> | undefined;
  private names: ReadonlyMap<string, LinkedField> | undefined;
  private aliases: ReadonlyMap<string, LinkedField> | undefined;

  constructor(name: string, structKind: StructDescriptor['structKind'], annotations: Annotations, init: () => readonly LinkedField[]) {
    this.name = name;
    this.structKind = structKind;
    this.annotations = annotations;
    this.init = init;
    this.list = undefined;
    this.ids = undefined;
    this.names = undefined;
    this.aliases = undefined;
  }

  /** In the order of the source. */
  get fields(): readonly LinkedField[] {
    return (this.list ??= this.init());
  }

  byId(id: number): LinkedField | undefined {
    const ids = (this.ids ??= idTable(this.fields));
    return ids instanceof Map ? (ids as ReadonlyMap<number, LinkedField>).get(id) : (ids as readonly (LinkedField | undefined)[])[id];
  }

  byName(name: string): LinkedField | undefined {
    return (this.names ??= new Map(this.fields.map((f) => [f.name, f]))).get(name);
  }

  byAlias(alias: string): LinkedField | undefined {
    return (this.aliases ??= new Map(this.fields.map((f) => [f.alias, f]))).get(alias);
  }
}

/** Small ids, which nearly all are, in an array. */
function idTable(fields: readonly LinkedField[]): readonly (LinkedField | undefined)[] | ReadonlyMap<number, LinkedField> {
  if (fields.some((f) => f.id < 0 || f.id > 255)) return new Map(fields.map((f) => [f.id, f]));
  const table = new Array<LinkedField | undefined>(256).fill(undefined);
  for (const f of fields) table[f.id] = f;
  return table;
}

/** A method, its arguments and its result as the structs they are on the wire. */
export interface LinkedFunction {
  readonly name: string;
  readonly oneway: boolean;
  readonly streaming: FunctionDescriptor['streaming'];
  readonly args: LinkedStruct;
  /** Field 0 is the success, the rest what is thrown; all are optional. */
  readonly result: LinkedStruct;
  /** The type of the success; undefined for `void`. */
  readonly success: LinkedType | undefined;
  readonly annotations: Annotations;
}

export interface LinkedService {
  readonly name: string;
  readonly functions: ReadonlyMap<string, LinkedFunction>;
  readonly annotations: Annotations;
}

/** A descriptor whose names were followed. */
export interface LinkedThrift {
  /** By `file.Name`; a name without a dot is one of the root file. Errors: {@link DescriptorError}. */
  struct(name: string): LinkedStruct;
  /** In the order of the source. */
  readonly services: ReadonlyMap<string, LinkedService>;
  readonly descriptor: ThriftDescriptor;
}

/** How {@link linkThrift} names fields. */
export interface LinkOptions {
  /** Whether the json name in `go.tag` is the key of a field. Go: `KITEX_GENERIC_GOTAG_ALIAS_DISABLED`. @defaultValue true */
  readonly goTag?: boolean | undefined;
}

const NO_ANNOTATIONS: Annotations = Object.freeze({});
const TTYPES: Readonly<Record<LinkedKind, number>> = {
  bool: TType.BOOL,
  i8: TType.BYTE,
  i16: TType.I16,
  i32: TType.I32,
  i64: TType.I64,
  double: TType.DOUBLE,
  string: TType.STRING,
  binary: TType.STRING,
  enum: TType.I32,
  struct: TType.STRUCT,
  map: TType.MAP,
  set: TType.SET,
  list: TType.LIST,
};

/**
 * Follows the names of a descriptor. The same descriptor and options give the same object, so that what was compiled for its structs is found again.
 * Errors: {@link DescriptorError} where a name leads nowhere; for the fields of a struct when they are first used.
 */
export function linkThrift(d: ThriftDescriptor, o: LinkOptions = {}): LinkedThrift {
  const cache = o.goTag === false ? withoutTags : withTags;
  let linked = cache.get(d);
  if (linked === undefined) cache.set(d, (linked = new Linker(d, o.goTag !== false).link()));
  return linked;
}

const withTags = new WeakMap<ThriftDescriptor, LinkedThrift>();
const withoutTags = new WeakMap<ThriftDescriptor, LinkedThrift>();

class Linker {
  private readonly d: ThriftDescriptor;
  private readonly goTag: boolean;
  private readonly structs = new Map<string, LinkedStruct>();
  private readonly types = new WeakMap<TypeDescriptor, LinkedType>();

  constructor(d: ThriftDescriptor, goTag: boolean) {
    this.d = d;
    this.goTag = goTag;
  }

  link(): LinkedThrift {
    const services = new Map(this.d.services.map((s) => [s.name, this.service(s)]));
    return { struct: (name) => this.struct(name.includes('.') ? name : `${this.d.root}.${name}`), services, descriptor: this.d };
  }

  private struct(name: string): LinkedStruct {
    const known = this.structs.get(name);
    if (known !== undefined) return known;
    if (!Object.hasOwn(this.d.structs, name)) throw new DescriptorError(`struct: got "${name}", which the descriptor does not have`);
    const s = this.d.structs[name]!;
    const linked = new LinkedStruct(s.name, s.structKind, s.annotations ?? NO_ANNOTATIONS, () => this.fields(s.name, s.fields));
    this.structs.set(name, linked);
    return linked;
  }

  private fields(owner: string, list: readonly FieldDescriptor[]): readonly LinkedField[] {
    const ids = new Set<number>();
    return list.map((f, index) => {
      if (ids.has(f.id)) throw new DescriptorError(`fields of ${owner}: the id ${f.id} is there twice`);
      ids.add(f.id);
      const annotations = f.annotations ?? NO_ANNOTATIONS;
      const { id, name, requiredness, defaultValue } = f;
      return { id, name, alias: this.alias(name, annotations), requiredness, type: this.type(f.type), defaultValue, annotations, index };
    });
  }

  private alias(name: string, a: Annotations): string {
    const key = a['api.key']?.at(0);
    if (key !== undefined && key !== '') return key;
    const tag = this.goTag ? a['go.tag']?.at(0) : undefined;
    const json = tag === undefined ? undefined : /(?:^|\s)json:\\?"([^",\\]+)/.exec(tag)?.[1];
    return json === undefined || json === '-' ? name : json;
  }

  private type(t: TypeDescriptor): LinkedType {
    let linked = this.types.get(t);
    if (linked === undefined) this.types.set(t, (linked = this.linkType(t)));
    return linked;
  }

  private linkType(t: TypeDescriptor): LinkedType {
    const base = { kind: t.kind, ttype: TTYPES[t.kind], element: undefined, key: undefined, struct: undefined, values: undefined };
    switch (t.kind) {
      case 'list':
      case 'set':
        return { ...base, element: this.type(t.element) };
      case 'map':
        return { ...base, element: this.type(t.value), key: this.type(t.key) };
      case 'struct':
        return { ...base, struct: this.struct(t.name) };
      case 'enum':
        if (!Object.hasOwn(this.d.enums, t.name)) throw new DescriptorError(`enum: got "${t.name}", which the descriptor does not have`);
        return { ...base, values: this.d.enums[t.name]!.values };
      default:
        return base;
    }
  }

  private service(s: ServiceDescriptor): LinkedService {
    return { name: s.name, functions: new Map(s.functions.map((f) => [f.name, this.function(f)])), annotations: s.annotations ?? NO_ANNOTATIONS };
  }

  private function(f: FunctionDescriptor): LinkedFunction {
    const result: FieldDescriptor[] = f.throws.map((t) => ({ ...t, requiredness: 'optional' as const }));
    if (f.result !== undefined) result.unshift({ id: 0, name: 'success', requiredness: 'optional', type: f.result });
    return {
      name: f.name,
      oneway: f.oneway,
      streaming: f.streaming,
      args: new LinkedStruct(`${f.name}_args`, 'struct', NO_ANNOTATIONS, () => this.fields(`${f.name}_args`, f.args)),
      result: new LinkedStruct(`${f.name}_result`, 'struct', NO_ANNOTATIONS, () => this.fields(`${f.name}_result`, result)),
      success: f.result === undefined ? undefined : this.type(f.result),
      annotations: f.annotations ?? NO_ANNOTATIONS,
    };
  }
}
