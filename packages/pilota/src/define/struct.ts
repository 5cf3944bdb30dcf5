// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { StructCodec } from '../codegen/v1/definition.js';
import { exceptionText, ThriftException } from '../codegen/v1/thrift-exception.js';
import { binaryCodec } from '../thrift/codec.js';
import { StructShape } from '../thrift/shape.js';
import type { FieldShape, Requiredness } from '../thrift/shape.js';
import { copy } from '../thrift/values.js';
import { fieldShape } from '../thrift/zero.js';
import { DefineError } from './errors.js';
import { checkName } from './types.js';
import type { AnyType, InOf, OutOf, Type } from './types.js';

/** One field of a struct: its id, its type, and whether it must be there. */
export interface Field<T extends AnyType, R extends Requiredness | 'filled'> {
  readonly id: number;
  readonly type: T;
  readonly requiredness: R;
  readonly fallback: InOf<T> | undefined;
  readonly annotations: Readonly<Record<string, readonly string[]>> | undefined;
  /** Absent where it is not set. */
  optional(): Field<T, 'optional'>;
  /** An error where it is not set. */
  required(): Field<T, 'required'>;
  /** Stands for an absent one, on both sides. */
  default(v: OutOf<T>): Field<T, 'filled'>;
  /** Annotations of the IDL: `vt.*`, `api.*`. */
  annotate(key: string, ...values: readonly string[]): Field<T, R>;
}

type AnyField = Field<AnyType, Requiredness | 'filled'>;
export type Fields = Readonly<Record<string, AnyField>>;

type TypeOf<F> = F extends { readonly type: infer T } ? T : never;
type KindOf<F> = F extends { readonly requiredness: infer R } ? R : never;
/** A struct that did not arrive is not made up: what it requires is not known to its type. */
type MayBeAbsent<F> = KindOf<F> extends 'optional' ? true : KindOf<F> extends 'default' ? (TypeOf<F> extends { readonly struct: true } ? true : false) : false;

type Simplify<T> = { [K in keyof T]: T[K] } & {};

/** What is received of a struct with these fields. */
export type StructOut<F extends Fields> = Simplify<
  { -readonly [K in keyof F as MayBeAbsent<F[K]> extends true ? never : K]: OutOf<TypeOf<F[K]>> } & { -readonly [K in keyof F as MayBeAbsent<F[K]> extends true ? K : never]?: OutOf<TypeOf<F[K]>> | undefined }
>;

/** What may be sent as a struct with these fields. */
export type StructIn<F extends Fields> = Simplify<
  { readonly [K in keyof F as KindOf<F[K]> extends 'required' ? K : never]: InOf<TypeOf<F[K]>> } & { readonly [K in keyof F as KindOf<F[K]> extends 'required' ? never : K]?: InOf<TypeOf<F[K]>> | undefined }
>;

/** What is received of a union: exactly one of its fields. */
export type UnionOut<F extends Fields> = { [K in keyof F]: Simplify<{ [P in K]: OutOf<TypeOf<F[P]>> } & { [P in Exclude<keyof F, K>]?: undefined }> }[keyof F];
export type UnionIn<F extends Fields> = { [K in keyof F]: Simplify<{ readonly [P in K]: InOf<TypeOf<F[P]>> } & { readonly [P in Exclude<keyof F, K>]?: undefined }> }[keyof F];

/** A struct that was defined here: a codec of the binary protocol, and a type for other structs. */
export interface StructType<In, Out> extends StructCodec<In, Out>, Type<In, Out> {
  readonly shape: StructShape;
  readonly struct: true;
}

/** What is received of something defined: `type User = Infer<typeof User>`. */
export type Infer<T> = OutOf<T>;
/** What may be sent as it. */
export type InferInput<T> = InOf<T>;

/** A field: `f(1, t.string)`. Of default requiredness until told otherwise: always written, filled where absent. Errors: {@link DefineError}. */
export function f<T extends AnyType>(id: number, type: T): Field<T, 'default'> {
  if (!Number.isInteger(id) || id < -32768 || id > 32767) throw new DefineError(`field id: got ${id}, wanted an i16`);
  return make(id, type, 'default', undefined, undefined);
}

function make<T extends AnyType, R extends Requiredness | 'filled'>(id: number, type: T, requiredness: R, fallback: unknown, annotations: Field<T, R>['annotations']): Field<T, R> {
  return {
    id,
    type,
    requiredness,
    fallback: fallback as InOf<T> | undefined,
    annotations,
    optional: () => make(id, type, 'optional', undefined, annotations),
    required: () => make(id, type, 'required', undefined, annotations),
    default: (v) => make(id, type, 'filled', v, annotations),
    annotate: (key, ...values) => make(id, type, requiredness, fallback, { ...annotations, [key]: values }),
  };
}

/** Shapes of fields, in the order of their ids' definition. Errors: {@link DefineError}. */
export function fieldShapes(owner: string, fields: Fields, union: boolean): readonly FieldShape[] {
  const ids = new Map<number, string>();
  return Object.entries(fields).map(([name, x]) => {
    checkName(owner, name);
    const other = ids.get(x.id);
    if (other !== undefined) throw new DefineError(`${owner}: the id ${x.id} is there twice, for ${other} and ${name}`);
    ids.set(x.id, name);
    if (union && x.requiredness !== 'default') throw new DefineError(`union ${owner}: the field ${name} is ${x.requiredness}, which has no meaning there`);
    const requiredness = union ? 'optional' : x.requiredness === 'filled' ? 'default' : x.requiredness;
    const more = x.fallback === undefined ? { annotations: x.annotations } : { absent: () => copy(x.type.shape, x.fallback, 64), hasDefault: true, annotations: x.annotations };
    return fieldShape(x.id, name, requiredness, x.type.shape, more);
  });
}

function structType<In, Out>(shape: StructShape): StructType<In, Out> {
  const codec = binaryCodec<In, Out>(shape);
  return { encode: codec.encode, decode: codec.decode, shape, struct: true };
}

/** Checks ids and names at once, types when they are first used: they may be defined later. */
function shapeOf(name: string, kind: 'struct' | 'union' | 'exception', fields: Fields, make?: (v: never) => unknown): StructShape {
  checkName(kind, name);
  const ids = new Set<number>();
  for (const [k, x] of Object.entries(fields)) {
    checkName(`${kind} ${name}`, k);
    if (ids.has(x.id)) throw new DefineError(`${kind} ${name}: the id ${x.id} is there twice`);
    ids.add(x.id);
    if (kind === 'union' && x.requiredness !== 'default') throw new DefineError(`union ${name}: the field ${k} is ${x.requiredness}, which has no meaning there`);
  }
  return new StructShape(name, kind, () => fieldShapes(name, fields, kind === 'union'), make);
}

/**
 * A struct without an IDL: `const User = defineStruct('User', { id: f(1, t.i64).required(), name: f(2, t.string) })`. Its bytes are those of generated code;
 * `printIdl` gives its IDL. Errors: {@link DefineError}.
 */
export function defineStruct<const F extends Fields>(name: string, fields: F): StructType<StructIn<F>, StructOut<F>> {
  return structType(shapeOf(name, 'struct', fields));
}

/** A union: exactly one of its fields is set. */
export function defineUnion<const F extends Fields>(name: string, fields: F): StructType<UnionIn<F>, UnionOut<F>> {
  return structType(shapeOf(name, 'union', fields));
}

/** A class for a declared exception, whose instances have the fields. */
export interface ExceptionType<F extends Fields> extends StructCodec<StructIn<F>, ThriftException & StructOut<F>> {
  new (fields: StructIn<F>): ThriftException & StructOut<F>;
  readonly shape: StructShape;
  readonly struct: true;
  readonly '~in'?: StructIn<F>;
  readonly '~out'?: ThriftException & StructOut<F>;
}

/** An exception: `class NotFound extends defineException('NotFound', { what: f(1, t.string) }) {}`, or what it gives as it is. */
export function defineException<const F extends Fields>(name: string, fields: F): ExceptionType<F> {
  for (const taken of ['name', 'stack', 'cause']) if (Object.hasOwn(fields, taken)) throw new DefineError(`exception ${name}: a field may not be called ${taken}, which every Error has`);
  const message = fields['message'];
  if (message !== undefined && message.type.shape.kind !== 'string') throw new DefineError(`exception ${name}: message is a string`);
  const shape = shapeOf(name, 'exception', fields, (v) => new Made(v));
  const codec = binaryCodec<StructIn<F>, ThriftException & StructOut<F>>(shape);
  class Made extends ThriftException {
    static readonly encode = codec.encode;
    static readonly decode = codec.decode;
    static readonly shape = shape;
    static readonly struct = true as const;
    constructor(v: Readonly<Record<string, unknown>>) {
      super(name, typeof v['message'] === 'string' ? v['message'] : exceptionText(name, v));
      for (const x of shape.fields) if (x.key !== 'message') Object.assign(this, { [x.key]: v[x.key] ?? x.absent?.() });
    }
  }
  return Made as unknown as ExceptionType<F>;
}
