// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * What values look like, neutral of whoever describes them: JSON Schema converts to it, code generators produce it. Plain data but for `ref`; `T` is the type
 * of the values.
 */
export type Schema<T = unknown> = SchemaNode & { readonly '~type'?: T };

export type SchemaNode =
  | { readonly kind: 'any' }
  | { readonly kind: 'null' }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'string' }
  | { readonly kind: 'number' }
  | IntegerSchema
  | { readonly kind: 'bytes'; readonly encoding: 'base64' | 'base64url' }
  | { readonly kind: 'literal'; readonly values: readonly (string | number | boolean | null)[] }
  | { readonly kind: 'array'; readonly items: Schema }
  | { readonly kind: 'set'; readonly items: Schema }
  | MapSchema
  | ObjectSchema
  | { readonly kind: 'nullable'; readonly of: Schema }
  | { readonly kind: 'union'; readonly of: readonly Schema[] }
  | { readonly kind: 'ref'; readonly get: () => Schema };

/** An integer of a width. As a value it is a number or a bigint, as text a number or, as Protobuf has it, a string; both are read. */
export interface IntegerSchema {
  readonly kind: 'integer';
  /** 53: what a double holds exactly. */
  readonly bits: 8 | 16 | 32 | 53 | 64;
  readonly unsigned: boolean;
  readonly value: 'number' | 'bigint';
  readonly text: 'number' | 'string';
}

/** A map: an object in JSON; a Map or a plain object as a value. */
export interface MapSchema {
  readonly kind: 'map';
  readonly keys: 'string' | 'number' | 'bigint' | 'boolean';
  readonly values: Schema;
  readonly value: 'map' | 'record';
}

/** An object with known fields. */
export interface ObjectSchema {
  readonly kind: 'object';
  readonly fields: readonly FieldSchema[];
  /** Keys that no field has: passed over, an error, or kept as they are (and written again). */
  readonly unknown: 'skip' | 'error' | 'keep';
}

export interface FieldSchema {
  /** Property of the value. */
  readonly name: string;
  /** Key in JSON. */
  readonly key: string;
  readonly schema: Schema;
  /** May be absent (undefined). */
  readonly optional: boolean;
  /** Filled in when it is absent; the same value each time, so a primitive or a frozen one. */
  readonly default?: unknown;
}

/** Type of the values that a schema describes. */
export type Infer<S> = S extends Schema<infer T> ? T : never;

const optionalMark: unique symbol = Symbol('optional');

/** A field that may be absent; for {@link object}. */
export interface Optional<T> {
  readonly [optionalMark]: true;
  readonly schema: Schema<T>;
}

type Shape = Readonly<Record<string, Schema | Optional<unknown>>>;
type Flat<T> = { [K in keyof T]: T[K] };
type Values<S extends Shape> = Flat<
  { [K in keyof S as S[K] extends Optional<unknown> ? never : K]: S[K] extends Schema<infer T> ? T : never } & {
    [K in keyof S as S[K] extends Optional<unknown> ? K : never]?: S[K] extends Optional<infer T> ? T | undefined : never;
  }
>;

/** Anything; `parse` and `stringify` decide. */
export const any = (): Schema => ({ kind: 'any' });
export const nothing = (): Schema<null> => ({ kind: 'null' });
export const boolean = (): Schema<boolean> => ({ kind: 'boolean' });
export const string = (): Schema<string> => ({ kind: 'string' });
export const number = (): Schema<number> => ({ kind: 'number' });

/** An integer as a number. @defaultValue 53 bits, signed */
export function integer(o: { readonly bits?: 8 | 16 | 32 | 53; readonly unsigned?: boolean } = {}): Schema<number> {
  return { kind: 'integer', bits: o.bits ?? 53, unsigned: o.unsigned ?? false, value: 'number', text: 'number' };
}

/** A 64-bit integer as a bigint; `text: 'string'` writes it in quotes, as Protobuf's JSON does. */
export function bigint(o: { readonly unsigned?: boolean; readonly text?: 'number' | 'string' } = {}): Schema<bigint> {
  return { kind: 'integer', bits: 64, unsigned: o.unsigned ?? false, value: 'bigint', text: o.text ?? 'number' };
}

export const bytes = (o: { readonly encoding?: 'base64' | 'base64url' } = {}): Schema<Uint8Array> => ({ kind: 'bytes', encoding: o.encoding ?? 'base64' });
export const literal = <const V extends readonly (string | number | boolean | null)[]>(...values: V): Schema<V[number]> => ({ kind: 'literal', values });
export const array = <T>(items: Schema<T>): Schema<T[]> => ({ kind: 'array', items });
export const set = <T>(items: Schema<T>): Schema<Set<T>> => ({ kind: 'set', items });
export const record = <T>(values: Schema<T>): Schema<Record<string, T>> => ({ kind: 'map', keys: 'string', values, value: 'record' });
export const nullable = <T>(of: Schema<T>): Schema<T | null> => ({ kind: 'nullable', of });
export const union = <const S extends readonly Schema[]>(...of: S): Schema<Infer<S[number]>> => ({ kind: 'union', of });
/** A schema that is known later: for recursive ones. */
export const ref = <T>(get: () => Schema<T>): Schema<T> => ({ kind: 'ref', get });
export const optional = <T>(schema: Schema<T>): Optional<T> => ({ [optionalMark]: true, schema });

interface MapKeys {
  string: string;
  number: number;
  bigint: bigint;
  boolean: boolean;
}

/** A Map; keys that are no strings are their text in JSON. */
export function map<K extends keyof MapKeys, T>(keys: K, values: Schema<T>): Schema<Map<MapKeys[K], T>> {
  return { kind: 'map', keys, values, value: 'map' };
}

/** An object with the fields of `shape`, in its order. */
export function object<S extends Shape>(shape: S, o: { readonly unknown?: 'skip' | 'error' | 'keep' } = {}): Schema<Values<S>> {
  const fields = Object.entries(shape).map(([name, f]): FieldSchema => (optionalMark in f ? { name, key: name, schema: f.schema, optional: true } : { name, key: name, schema: f, optional: false }));
  return { kind: 'object', fields, unknown: o.unknown ?? 'skip' };
}
