// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { StructCodec } from '../codegen/v1/definition.js';
import { fieldKey, jsonName } from './names.js';

export type ScalarName = 'double' | 'float' | 'int32' | 'int64' | 'uint32' | 'uint64' | 'sint32' | 'sint64' | 'fixed32' | 'fixed64' | 'sfixed32' | 'sfixed64' | 'bool' | 'string' | 'bytes';

/** How integers of 64 bits look. */
export type I64As = 'bigint' | 'number' | 'string';

export interface ScalarShape {
  readonly kind: 'scalar';
  readonly name: ScalarName;
  readonly as: I64As;
}

export interface EnumShape {
  readonly kind: 'enum';
  /** With its package. */
  readonly name: string;
  readonly values: Readonly<Record<string, number>>;
  readonly closed: boolean;
}

export type TypeShape = ScalarShape | EnumShape | MessageShape;

/** `implicit`: absent is the zero value. */
export type Presence = 'implicit' | 'explicit' | 'required' | 'repeated' | 'map';

/** What is known of a field at run time. */
export interface FieldShape {
  readonly number: number;
  readonly presence: Presence;
  /** As in the IDL; of an extension with its package. */
  readonly name: string;
  readonly json: string;
  /** Its property, in its message or, where `oneof` is given, in the value of that property. */
  readonly key: string;
  readonly oneof: string | undefined;
  readonly type: TypeShape;
  /** Type of the keys of a map. */
  readonly map: ScalarShape | undefined;
}

/** What is known of a message at run time. Fields are made on first use, since messages may hold one another. */
export class MessageShape {
  readonly kind: 'message';
  /** With its package. */
  readonly name: string;
  private readonly make: () => readonly FieldShape[];
  private made: readonly FieldShape[] | undefined;
  private named: ReadonlyMap<string, FieldShape> | undefined;
  /** Set by the module that holds it. */
  codec: StructCodec<never, unknown> | undefined;

  constructor(name: string, make: () => readonly FieldShape[]) {
    this.kind = 'message';
    this.name = name;
    this.make = make;
    this.made = undefined;
    this.named = undefined;
    this.codec = undefined;
  }

  get fields(): readonly FieldShape[] {
    return (this.made ??= this.make());
  }

  /** A field by its JSON name or that of the IDL. */
  byName(name: string): FieldShape | undefined {
    if (this.named === undefined) {
      const m = new Map<string, FieldShape>();
      for (const f of this.fields) m.set(f.name, f);
      for (const f of this.fields) m.set(f.json, f);
      this.named = m;
    }
    return this.named.get(name);
  }
}

/** What a field says beside what follows from its name. */
export interface FieldMore {
  readonly json?: string;
  readonly key?: string;
  readonly oneof?: string;
  readonly map?: ScalarShape;
}

/** A field of generated code. */
export function fieldShape(number: number, presence: Presence, name: string, type: TypeShape, more: FieldMore = {}): FieldShape {
  return { number, presence, name, json: more.json ?? jsonName(name), key: more.key ?? fieldKey(name), oneof: more.oneof, type, map: more.map };
}

function scalar(name: ScalarName, as: I64As = 'bigint'): ScalarShape {
  return { kind: 'scalar', name, as };
}

/** Scalars by their names. */
export const scalars: Readonly<Record<ScalarName, ScalarShape>> = {
  double: scalar('double'),
  float: scalar('float'),
  int32: scalar('int32'),
  int64: scalar('int64'),
  uint32: scalar('uint32'),
  uint64: scalar('uint64'),
  sint32: scalar('sint32'),
  sint64: scalar('sint64'),
  fixed32: scalar('fixed32'),
  fixed64: scalar('fixed64'),
  sfixed32: scalar('sfixed32'),
  sfixed64: scalar('sfixed64'),
  bool: scalar('bool'),
  string: scalar('string'),
  bytes: scalar('bytes'),
};

/** An integer of 64 bits that is a number or its text in TypeScript. */
export function i64Shape(name: ScalarName, as: I64As): ScalarShape {
  return scalar(name, as);
}

export function enumShape(name: string, values: Readonly<Record<string, number>>, closed = false): EnumShape {
  return { kind: 'enum', name, values, closed };
}

/** Reads and writes one message. */
export interface MessageCodec<In, Out = In> extends StructCodec<In, Out> {
  readonly message: MessageShape;
}

/** Makes the codec of a message. */
export function messageCodec<In, Out>(codec: MessageCodec<In, Out>): MessageCodec<In, Out> {
  codec.message.codec = codec as unknown as StructCodec<never, unknown>;
  return codec;
}
