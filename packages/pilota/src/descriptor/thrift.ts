// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/*
 * What a Thrift IDL says, as data: plain, cloneable (workers, caches), without cycles. Structs and enums refer to one another by name, which is how a recursive
 * type stays finite; `linkThrift` follows the names once and gives what codecs work on.
 */

/** Values of the IDL's annotations by their key; one that is given several times has several. */
export type Annotations = Readonly<Record<string, readonly string[]>>;

/** How a field was marked. */
export type Requiredness = 'required' | 'optional' | 'default';

/** A type; typedefs are resolved. `name` is a key of {@link ThriftDescriptor.structs} or `.enums`. */
export type TypeDescriptor =
  | { readonly kind: 'bool' | 'i8' | 'i16' | 'i32' | 'i64' | 'double' | 'string' | 'binary' }
  | { readonly kind: 'list' | 'set'; readonly element: TypeDescriptor }
  | { readonly kind: 'map'; readonly key: TypeDescriptor; readonly value: TypeDescriptor }
  | { readonly kind: 'enum' | 'struct'; readonly name: string };

/**
 * A value that the IDL gives: boolean, number (i8 to i32, double, enum), bigint (i64), string, Uint8Array (binary), array (list), Set, Map, and for a struct an
 * object of the fields that are written down.
 */
export type DefaultValue = boolean | number | bigint | string | Uint8Array | readonly DefaultValue[] | ReadonlySet<DefaultValue> | ReadonlyMap<DefaultValue, DefaultValue> | { readonly [field: string]: DefaultValue };

/** A field of a struct, an argument, or an entry of `throws`. */
export interface FieldDescriptor {
  /** Of the wire, i16. */
  readonly id: number;
  /** Of the IDL. */
  readonly name: string;
  readonly requiredness: Requiredness;
  readonly type: TypeDescriptor;
  readonly defaultValue?: DefaultValue | undefined;
  readonly annotations?: Annotations | undefined;
}

/** A struct, union or exception. */
export interface StructDescriptor {
  /** Of the IDL, without a prefix. */
  readonly name: string;
  readonly structKind: 'struct' | 'union' | 'exception';
  /** In the order of the source. */
  readonly fields: readonly FieldDescriptor[];
  readonly annotations?: Annotations | undefined;
}

/** An enum: an i32 on the wire, numbers that it does not know are kept. */
export interface EnumDescriptor {
  readonly name: string;
  readonly values: Readonly<Record<string, number>>;
  readonly annotations?: Annotations | undefined;
}

/** A method. */
export interface FunctionDescriptor {
  /** On the wire. */
  readonly name: string;
  readonly oneway: boolean;
  /** The IDL's `streaming.mode`; undefined for an ordinary call. */
  readonly streaming?: 'unary' | 'client' | 'server' | 'bidirectional' | undefined;
  readonly args: readonly FieldDescriptor[];
  /** Undefined for `void`. */
  readonly result?: TypeDescriptor | undefined;
  readonly throws: readonly FieldDescriptor[];
  readonly annotations?: Annotations | undefined;
}

/** A service. */
export interface ServiceDescriptor {
  readonly name: string;
  /** Inherited ones first; one that is redefined takes the place of the inherited. */
  readonly functions: readonly FunctionDescriptor[];
  readonly annotations?: Annotations | undefined;
}

/** One IDL with everything it includes. */
export interface ThriftDescriptor {
  readonly family: 'thrift';
  /** By `file.Name`, where `file` is the prefix that others use for the file. */
  readonly structs: Readonly<Record<string, StructDescriptor>>;
  readonly enums: Readonly<Record<string, EnumDescriptor>>;
  /** Those of the root file, in the order of the source. */
  readonly services: readonly ServiceDescriptor[];
  /** The prefix of the root file's own names. */
  readonly root: string;
}
