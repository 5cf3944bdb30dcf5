// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { fieldKey, jsonName } from '../../protobuf/names.js';
import type { Presence, ScalarName } from '../../protobuf/shape.js';
import type { Annotations } from '../thrift.js';
import { DescriptorError } from '../errors.js';
import { flagOf, withFeatures } from './features.js';
import type { Features } from './features.js';
import { withoutDot } from './names.js';
import type { RawEnum, RawField, RawMessage } from './raw.js';

/** Kinds of values; those of a group are messages. */
export type ProtoKind = ScalarName | 'enum' | 'message';

/** An enum whose name is followed. */
export interface LinkedEnum {
  /** With its package. */
  readonly name: string;
  readonly values: Readonly<Record<string, number>>;
  /** Names by number; the first of several. */
  readonly names: ReadonlyMap<number, string>;
  /** Whether numbers that it does not know are no values of it, as in proto2. */
  readonly closed: boolean;
}

/** Fields of which at most one is set. That of a proto3 `optional` is none. */
export interface LinkedOneof {
  readonly name: string;
  /** Its property in plain values. */
  readonly key: string;
  readonly fields: readonly LinkedProtoField[];
}

export interface LinkedProtoField {
  readonly number: number;
  /** As in the IDL; of an extension with its package. */
  readonly name: string;
  /** In JSON: lowerCamelCase or as the IDL says; of an extension `[package.name]`. */
  readonly jsonName: string;
  /** Its property in plain values, as generated code has it. */
  readonly key: string;
  readonly kind: ProtoKind;
  readonly presence: Presence;
  /** Whether a writer packs it; a reader takes both. */
  readonly packed: boolean;
  /** Whether it is a group: between two tags, without a length. */
  readonly delimited: boolean;
  /** Whether its strings must be UTF-8. */
  readonly utf8: boolean;
  /** Tag of one value: number and wire type. */
  readonly tag: number;
  readonly message: LinkedMessage | undefined;
  readonly enum: LinkedEnum | undefined;
  readonly oneof: LinkedOneof | undefined;
  /** Of a map: the field of the key in its entries, and that of the value. */
  readonly mapKey: LinkedProtoField | undefined;
  readonly mapValue: LinkedProtoField | undefined;
  /** As the IDL writes it; undefined = none is given. */
  readonly defaultText: string | undefined;
  /** google.protobuf.FieldOptions, encoded. */
  readonly options: Uint8Array;
  /** Of an extension: name of what it extends. */
  readonly extendee: string | undefined;
  /** Place among the fields of its message; of an extension 0. */
  readonly index: number;
}

/** Follows names; what a message needs of the program that it is part of. */
export interface ProtoScope {
  message(name: string, from: string): LinkedMessage;
  enum(name: string, from: string): LinkedEnum;
  kindOf(name: string, from: string): 'message' | 'enum';
  extensions(message: string): readonly LinkedProtoField[];
  annotations(options: Uint8Array, kind: 'MessageOptions' | 'FieldOptions' | 'MethodOptions' | 'ServiceOptions'): Annotations;
}

/** A message whose names are followed. Its fields are linked on first use, so that messages may hold one another. */
export class LinkedMessage {
  readonly kind = 'message';
  /** With its package and what it lies in. */
  readonly name: string;
  /** Whether it is the entry of a map field. */
  readonly mapEntry: boolean;
  /** google.protobuf.MessageOptions, encoded. */
  readonly options: Uint8Array;
  readonly scope: ProtoScope;
  private readonly raw: RawMessage;
  private readonly features: Features;
  private list: readonly LinkedProtoField[] | undefined;
  private groups: readonly LinkedOneof[] | undefined;
  private numbers: ReadonlyMap<number, LinkedProtoField> | undefined;
  private names: ReadonlyMap<string, LinkedProtoField> | undefined;
  private jsonNames: ReadonlyMap<string, LinkedProtoField> | undefined;

  constructor(name: string, raw: RawMessage, features: Features, scope: ProtoScope) {
    this.name = name;
    this.mapEntry = flagOf(raw.options, 7) === true;
    this.options = raw.options;
    this.raw = raw;
    this.features = features;
    this.scope = scope;
    this.list = undefined;
    this.groups = undefined;
    this.numbers = undefined;
    this.names = undefined;
    this.jsonNames = undefined;
  }

  /** In the order of the source. */
  get fields(): readonly LinkedProtoField[] {
    if (this.list === undefined) this.link();
    return this.list!;
  }

  get oneofs(): readonly LinkedOneof[] {
    if (this.groups === undefined) this.link();
    return this.groups!;
  }

  /** Extensions of it that the program has. */
  get extensions(): readonly LinkedProtoField[] {
    return this.scope.extensions(this.name);
  }

  /** A field or an extension. */
  byNumber(n: number): LinkedProtoField | undefined {
    return (this.numbers ??= new Map([...this.extensions, ...this.fields].map((f) => [f.number, f]))).get(n);
  }

  /** A field by its name in the IDL, an extension by its name with the package. */
  byName(name: string): LinkedProtoField | undefined {
    return (this.names ??= new Map([...this.extensions, ...this.fields].map((f) => [f.name, f]))).get(name);
  }

  /** A field by the name that JSON has for it, else by that of the IDL. */
  byJson(name: string): LinkedProtoField | undefined {
    return (this.jsonNames ??= new Map([...this.extensions, ...this.fields].map((f) => [f.jsonName, f]))).get(name) ?? this.byName(name);
  }

  private link(): void {
    const oneofs = this.raw.oneofs.map((o) => ({ name: o.name, key: fieldKey(o.name), fields: [] as LinkedProtoField[] }));
    const numbers = new Set<number>();
    this.list = this.raw.fields.map((f, index) => {
      if (f.number < 1 || f.number > 0x1fffffff) throw new DescriptorError(`${this.name}.${f.name}: got the number ${f.number}, wanted 1 to 536870911`);
      if (numbers.has(f.number)) throw new DescriptorError(`fields of ${this.name}: the number ${f.number} is there twice`);
      numbers.add(f.number);
      if (f.oneofIndex >= oneofs.length) throw new DescriptorError(`${this.name}.${f.name}: got oneof ${f.oneofIndex} of ${oneofs.length}`);
      const oneof = f.oneofIndex >= 0 && !f.proto3Optional ? oneofs[f.oneofIndex]! : undefined;
      const outer = oneof === undefined ? this.features : withFeatures(this.features, this.raw.oneofs[f.oneofIndex]!.options, 1);
      const linked = linkField(f, { owner: this.name, name: f.name, outer, oneof, index, mapEntry: this.mapEntry, scope: this.scope });
      oneof?.fields.push(linked);
      return linked;
    });
    this.groups = oneofs.filter((o) => o.fields.length > 0);
  }
}

interface Place {
  readonly owner: string;
  readonly name: string;
  readonly outer: Features;
  readonly oneof: LinkedOneof | undefined;
  readonly index: number;
  readonly mapEntry: boolean;
  readonly scope: ProtoScope;
}

/** FieldDescriptorProto.Type: kind and wire type by number. */
const KINDS: readonly (readonly [ProtoKind, number] | undefined)[] = [
  undefined, ['double', 1], ['float', 5], ['int64', 0], ['uint64', 0], ['int32', 0], ['fixed64', 1], ['fixed32', 5], ['bool', 0], ['string', 2],
  ['message', 3], ['message', 2], ['bytes', 2], ['uint32', 0], ['enum', 0], ['sfixed32', 5], ['sfixed64', 1], ['sint32', 0], ['sint64', 0],
];
const GROUP = 10;
const STRING = 9;

export function linkField(f: RawField, p: Place): LinkedProtoField {
  const features = withFeatures(p.outer, f.options, 21);
  const { scope } = p;
  const numbered = f.type === 0 ? (scope.kindOf(f.typeName, p.owner) === 'enum' ? 14 : 11) : f.type;
  const [kind, wire] = KINDS[numbered] ?? fail(`${p.owner}.${f.name}: got type ${f.type}, wanted 1 to 18`);
  const message = kind === 'message' ? scope.message(f.typeName, p.owner) : undefined;
  const map = message?.mapEntry === true;
  const delimited = numbered === GROUP || (message !== undefined && !map && !p.mapEntry && features.delimited);
  const extension = f.extendee !== '';
  let presence: Presence;
  if (map) presence = 'map';
  else if (f.label === 3) presence = 'repeated';
  else if (f.label === 2 || (features.presence === 'required' && !extension && p.oneof === undefined)) presence = 'required';
  else if (p.oneof !== undefined || extension || message !== undefined || f.proto3Optional || features.presence !== 'implicit') presence = 'explicit';
  else presence = 'implicit';
  const packable = presence === 'repeated' && message === undefined && numbered !== STRING && kind !== 'bytes';
  const json = f.jsonName ?? jsonName(f.name);
  return {
    number: f.number,
    name: p.name,
    jsonName: extension ? `[${p.name}]` : json,
    key: fieldKey(f.name),
    kind,
    presence,
    packed: packable && (flagOf(f.options, 2) ?? features.packed),
    delimited,
    utf8: kind === 'string' && features.utf8,
    tag: f.number * 8 + (delimited ? 3 : wire === 3 ? 2 : wire),
    message,
    enum: kind === 'enum' ? scope.enum(f.typeName, p.owner) : undefined,
    oneof: p.oneof,
    mapKey: map ? entryField(message!, 1) : undefined,
    mapValue: map ? entryField(message!, 2) : undefined,
    defaultText: f.defaultValue,
    options: f.options,
    extendee: extension ? withoutDot(f.extendee) : undefined,
    index: p.index,
  };
}

function entryField(m: LinkedMessage, number: number): LinkedProtoField {
  return m.fields.find((f) => f.number === number) ?? fail(`${m.name}: got the entry of a map without field ${number}`);
}

function fail(message: string): never {
  throw new DescriptorError(message);
}

export function linkEnum(name: string, raw: RawEnum, features: Features): LinkedEnum {
  const names = new Map<number, string>();
  for (const [n, v] of Object.entries(raw.values)) if (!names.has(v)) names.set(v, n);
  return { name, values: raw.values, names, closed: features.closed };
}
