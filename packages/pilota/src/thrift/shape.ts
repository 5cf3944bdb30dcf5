// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/*
 * The shape of a Thrift type at run time: what generated code says of its structs, and what defineStruct makes. Everything that is done with a value and is not
 * the binary protocol of generated code (compact, copies, comparison, JSON, masks, validation) goes by it.
 */

/** A type without parts. */
export interface ScalarShape {
  readonly kind: 'bool' | 'i8' | 'i16' | 'i32' | 'double' | 'string' | 'binary';
}

/** An i64, and how it looks in TypeScript. */
export interface I64Shape {
  readonly kind: 'i64';
  readonly as: 'bigint' | 'number' | 'string';
}

/** An enum: an i32 on the wire, unknown numbers are kept. */
export interface EnumShape {
  readonly kind: 'enum';
  readonly name: string;
  readonly values: Readonly<Record<string, number>>;
}

export interface ListShape {
  readonly kind: 'list' | 'set';
  readonly element: Shape;
}

export interface MapShape {
  readonly kind: 'map';
  readonly key: Shape;
  readonly value: Shape;
}

export type Shape = ScalarShape | I64Shape | EnumShape | ListShape | MapShape | StructShape;

export type Requiredness = 'required' | 'optional' | 'default';

/** Values of the IDL's annotations by their key; one that is given several times has several. */
export type Annotations = Readonly<Record<string, readonly string[]>>;

/** One field of a struct. */
export interface FieldShape {
  /** Of the wire, i16. */
  readonly id: number;
  /** Of the IDL. */
  readonly name: string;
  /** Of the property in TypeScript: the IDL's but where that is taken. */
  readonly key: string;
  readonly requiredness: Requiredness;
  readonly type: Shape;
  /** Makes what stands for an absent field; undefined where it stays absent. */
  readonly absent: (() => unknown) | undefined;
  /** Whether the IDL gives a default. */
  readonly hasDefault: boolean;
  readonly annotations: Annotations | undefined;
}

/** What makes an instance of a received exception from its fields. */
export type MakeException = (fields: never) => unknown;

/** A struct, union or exception. Its fields are made on first use, so that structs may hold one another. */
export class StructShape {
  readonly kind: 'struct' = 'struct' as const;
  readonly name: string;
  readonly structKind: 'struct' | 'union' | 'exception';
  readonly make: MakeException | undefined;
  readonly annotations: Annotations | undefined;
  /** Fields that the IDL does not know are kept under the symbol `unknownFields`, and sent on. */
  readonly keepUnknown: boolean;
  private readonly init: () => readonly FieldShape[];
  private list: readonly FieldShape[] | undefined;

  constructor(name: string, structKind: 'struct' | 'union' | 'exception', init: () => readonly FieldShape[], make?: MakeException, annotations?: Annotations, keepUnknown = false) {
    this.name = name;
    this.structKind = structKind;
    this.make = make;
    this.annotations = annotations;
    this.keepUnknown = keepUnknown;
    this.init = init;
    this.list = undefined;
  }

  get fields(): readonly FieldShape[] {
    return (this.list ??= this.init());
  }
}

/** The scalars, i64 as it is unless told otherwise. */
export const scalars: Readonly<Record<ScalarShape['kind'], ScalarShape>> & { readonly i64: I64Shape } = {
  bool: { kind: 'bool' },
  i8: { kind: 'i8' },
  i16: { kind: 'i16' },
  i32: { kind: 'i32' },
  i64: { kind: 'i64', as: 'bigint' },
  double: { kind: 'double' },
  string: { kind: 'string' },
  binary: { kind: 'binary' },
};

/** An i64 that does not look as a bigint. */
export function i64Shape(as: I64Shape['as']): I64Shape {
  return { kind: 'i64', as };
}

export function enumShape(name: string, values: Readonly<Record<string, number>>): EnumShape {
  return { kind: 'enum', name, values };
}

export function listShape(element: Shape): ListShape {
  return { kind: 'list', element };
}

export function setShape(element: Shape): ListShape {
  return { kind: 'set', element };
}

export function mapShape(key: Shape, value: Shape): MapShape {
  return { kind: 'map', key, value };
}

/** Type ids of the binary protocol. */
const IDS: Readonly<Record<Shape['kind'], number>> = { bool: 2, i8: 3, double: 4, i16: 6, i32: 8, enum: 8, i64: 10, string: 11, binary: 11, struct: 12, map: 13, set: 14, list: 15 };

/** Type id of a shape. */
export function typeIdOf(s: Shape): number {
  return IDS[s.kind];
}

/** What a field has beside id, name, requiredness and type. */
export interface FieldMore {
  readonly key?: string | undefined;
  readonly absent?: (() => unknown) | undefined;
  /** `absent` is the IDL's default. */
  readonly hasDefault?: boolean | undefined;
  readonly annotations?: Annotations | undefined;
}
