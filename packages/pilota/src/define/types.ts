// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { enumShape, i64Shape, listShape, mapShape, scalars, setShape } from '../thrift/shape.js';
import type { Shape, StructShape } from '../thrift/shape.js';
import { DefineError } from './errors.js';

/** A Thrift type, with what may be sent as it and what is received. */
export interface Type<In, Out> {
  readonly shape: Shape;
  readonly '~in'?: In;
  readonly '~out'?: Out;
}

/** Any type. */
export type AnyType = Type<unknown, unknown>;
/** What may be sent as a type. */
export type InOf<T> = T extends { readonly '~in'?: infer I } ? I : never;
/** What is received of a type. */
export type OutOf<T> = T extends { readonly '~out'?: infer O } ? O : never;

type MapIn<K extends AnyType, V extends AnyType> = ReadonlyMap<InOf<K>, InOf<V>> | (OutOf<K> extends string ? Readonly<Record<string, InOf<V>>> : never);

function plain<T>(shape: Shape): Type<T, T> {
  return { shape };
}

/** A type whose parts may be defined later: they are looked up when fields are first used. */
function later<In, Out>(shape: () => Shape): Type<In, Out> {
  let made: Shape | undefined;
  return {
    get shape() {
      return (made ??= shape());
    },
  };
}

function isName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}

/** Refuses what an IDL could not say. */
export function checkName(what: string, name: string): void {
  if (!isName(name)) throw new DefineError(`${what}: got "${name}", wanted letters, digits and _, no digit first`);
}

/** The types of Thrift. `i64` is bigint; `i64Number` and `i64String` look as they say. */
export const t: {
  readonly bool: Type<boolean, boolean>;
  readonly i8: Type<number, number>;
  readonly i16: Type<number, number>;
  readonly i32: Type<number, number>;
  readonly i64: Type<bigint | number, bigint>;
  readonly i64Number: Type<bigint | number, number>;
  readonly i64String: Type<bigint | number | string, string>;
  readonly double: Type<number, number>;
  readonly string: Type<string, string>;
  readonly binary: Type<Uint8Array, Uint8Array>;
  list<E extends AnyType>(element: E): Type<Iterable<InOf<E>>, OutOf<E>[]>;
  set<E extends AnyType>(element: E): Type<Iterable<InOf<E>>, Set<OutOf<E>>>;
  map<K extends AnyType, V extends AnyType>(key: K, value: V): Type<MapIn<K, V>, Map<OutOf<K>, OutOf<V>>>;
  /** `const Color = { RED: 1 } as const; t.enum('Color', Color)`. */
  enum<const V extends Readonly<Record<string, number>>>(name: string, values: V): Type<V[keyof V], V[keyof V]>;
  /** A struct that is defined later or holds itself: `t.ref<NodeInput, Node>(() => Node)`. */
  ref<In, Out>(struct: () => { readonly shape: StructShape }): Type<In, Out> & { readonly struct: true };
} = {
  bool: plain(scalars.bool),
  i8: plain(scalars.i8),
  i16: plain(scalars.i16),
  i32: plain(scalars.i32),
  i64: { shape: scalars.i64 },
  i64Number: { shape: i64Shape('number') },
  i64String: { shape: i64Shape('string') },
  double: plain(scalars.double),
  string: plain(scalars.string),
  binary: plain(scalars.binary),
  list: (element) => later(() => listShape(element.shape)),
  set: (element) => later(() => setShape(element.shape)),
  map: (key, value) => later(() => mapShape(key.shape, value.shape)),
  enum: (name, values) => {
    checkName('enum', name);
    const numbers = new Set<number>();
    for (const [k, v] of Object.entries(values)) {
      checkName(`enum ${name}`, k);
      if (!Number.isInteger(v) || (v | 0) !== v || numbers.has(v)) throw new DefineError(`enum ${name}: got ${k} = ${v}, wanted an i32 of its own`);
      numbers.add(v);
    }
    return { shape: enumShape(name, values) };
  },
  ref: <In, Out>(struct: () => { readonly shape: StructShape }) => Object.assign(later<In, Out>(() => struct().shape), { struct: true as const }),
};
