// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Awaitable } from '@cloudwego/gopkg/async';
import type { ByteReader, ByteWriter } from '@cloudwego/gopkg/io';
import { missingResult } from '../codegen/v1/application-exception.js';
import type { MethodDefinition, ServiceDefinition, StructCodec } from '../codegen/v1/definition.js';
import { missingField } from '../codegen/v1/errors.js';
import type { CallOptions, HandlerContext, ResponseStream } from '../codegen/v1/index.js';
import { binaryCodec } from '../thrift/codec.js';
import { StructShape } from '../thrift/shape.js';
import { fieldShape } from '../thrift/zero.js';
import { DefineError } from './errors.js';
import { checkName } from './types.js';
import type { AnyType, InOf, OutOf } from './types.js';

/** One argument of a method. */
export interface Argument<T extends AnyType> {
  readonly id: number;
  readonly name: string;
  readonly type: T;
}

/** An argument: `arg(1, 'sku', t.string)`. */
export function arg<T extends AnyType>(id: number, name: string, type: T): Argument<T> {
  checkName('argument', name);
  return { id, name, type };
}

type Args = readonly Argument<AnyType>[];
type Kind = MethodDefinition['kind'];
interface ExceptionClass {
  new (fields: never): Error;
  readonly shape: StructShape;
}

/** What a method takes and gives. */
export interface Method<A extends Args, R extends AnyType | undefined, K extends Kind> {
  readonly args: A;
  readonly result: R;
  readonly kind: K;
  /** Of the wire; the key in the service unless given. */
  readonly name: string | undefined;
  readonly throws: Readonly<Record<number, ExceptionClass>>;
}

type AnyMethod = Method<Args, AnyType | undefined, Kind>;
export type Methods = Readonly<Record<string, AnyMethod>>;

/** A type as it is, which the place where the result goes has no say in: within `defineService`, what is left out would be anything that a method may have. */
type Said<T> = [T][T extends unknown ? 0 : never];

/** Describes a method: `method({ args: [arg(1, 'id', t.i64)], result: User, throws: { 1: NotFound } })`. Without a result it is void. */
export function method<const A extends Args = readonly [], R extends AnyType | undefined = undefined, K extends Kind = 'unary'>(m: {
  readonly args?: A;
  readonly result?: R;
  /** `oneway`: nothing is answered. Streams of structs: `client`, `server`, `bidi`. @defaultValue 'unary' */
  readonly kind?: K;
  readonly name?: string | undefined;
  readonly throws?: Readonly<Record<number, ExceptionClass>> | undefined;
}): Method<Said<A>, Said<R>, Said<K>> {
  const made: Method<A, R, K> = { args: m.args ?? ([] as unknown as A), result: m.result as R, kind: m.kind ?? ('unary' as K), name: m.name, throws: m.throws ?? {} };
  return made as unknown as Method<Said<A>, Said<R>, Said<K>>;
}

type ArgsIn<A extends Args> = { [I in keyof A]: InOf<A[I]['type']> };
type ArgsOut<A extends Args> = { [I in keyof A]: OutOf<A[I]['type']> };
type ResultOut<R> = R extends AnyType ? OutOf<R> : void;
type ResultIn<R> = R extends AnyType ? InOf<R> : void;
type Source<T> = Iterable<T> | AsyncIterable<T>;

/** Methods of a client. */
export type ClientOf<M extends Methods> = {
  readonly [N in keyof M]: M[N] extends Method<infer A, infer R, infer K>
    ? K extends 'client'
      ? (requests: Source<ArgsIn<A>[number]>, options?: CallOptions) => Promise<ResultOut<R>>
      : K extends 'bidi'
        ? (requests: Source<ArgsIn<A>[number]>, options?: CallOptions) => ResponseStream<ResultOut<R>>
        : (...args: [...ArgsIn<A>, options?: CallOptions]) => K extends 'server' ? ResponseStream<ResultOut<R>> : Promise<ResultOut<R>>
    : never;
};

/** Handlers of a server. */
export type HandlersOf<M extends Methods> = {
  readonly [N in keyof M]: M[N] extends Method<infer A, infer R, infer K>
    ? K extends 'client'
      ? (requests: AsyncIterable<ArgsOut<A>[number]>, ctx: HandlerContext) => Awaitable<ResultIn<R>>
      : K extends 'bidi'
        ? (requests: AsyncIterable<ArgsOut<A>[number]>, ctx: HandlerContext) => Source<ResultIn<R>>
        : (...args: [...ArgsOut<A>, ctx: HandlerContext]) => K extends 'server' ? Source<ResultIn<R>> : Awaitable<ResultIn<R>>
    : never;
};

/** Methods that every client, promise or object has. */
const TAKEN: ReadonlySet<string> = new Set(['close', 'destroy', 'then', 'catch', 'finally', 'constructor', 'toString', 'toJSON', 'valueOf']);

/** What a service was defined of; `printIdl` reads it. */
export const definedMethods: WeakMap<object, Methods> = new WeakMap();

/**
 * A service without an IDL, which createServer and createClient take as they take generated ones. Errors: {@link DefineError}.
 * @param options `package`: the namespace, which goes into paths of gRPC
 */
export function defineService<const M extends Methods>(name: string, methods: M, options: { readonly package?: string | undefined } = {}): ServiceDefinition<ClientOf<M>, HandlersOf<M>> {
  checkName('service', name);
  const wire = new Set<string>();
  const list = Object.entries(methods).map(([key, m]): MethodDefinition => {
    checkName(`service ${name}`, key);
    if (TAKEN.has(key)) throw new DefineError(`service ${name}: a method may not be called ${key}, which clients have already; give it another key and { name: '${key}' }`);
    const own = m.name ?? key;
    checkName(`service ${name}`, own);
    if (wire.has(own)) throw new DefineError(`service ${name}: the method ${own} is there twice`);
    wire.add(own);
    return methodDefinition(name, key, own, m);
  });
  const service: ServiceDefinition<ClientOf<M>, HandlersOf<M>> = { codegen: 1, name, package: options.package ?? '', payload: 'thrift', methods: list, descriptor: () => undefined };
  definedMethods.set(service, methods);
  return service;
}

function methodDefinition(service: string, key: string, name: string, m: AnyMethod): MethodDefinition {
  const where = `${service}.${name}`;
  const streaming = m.kind === 'client' || m.kind === 'server' || m.kind === 'bidi';
  if (streaming && (m.args.length !== 1 || m.args[0]!.type.shape.kind !== 'struct' || m.result?.shape.kind !== 'struct')) throw new DefineError(`${where}: a stream has one struct as argument, and one as result`);
  if (m.kind === 'oneway' && (m.result !== undefined || Object.keys(m.throws).length > 0)) throw new DefineError(`${where}: what is oneway answers nothing`);
  const args = argsCodec(where, m);
  const result = resultCodec(where, m);
  return {
    name,
    key,
    kind: m.kind,
    arity: m.args.length,
    args,
    result,
    request: m.args.length === 1 ? (structCodec(m.args[0]!.type) ?? args) : args,
    response: (m.result === undefined ? undefined : structCodec(m.result)) ?? result,
    encodeError: (w, e) => {
      const found = thrown(m).find(([, c]) => e instanceof c);
      if (found === undefined) return false;
      result.encodeField(w, String(found[0]), e);
      return true;
    },
    isDeclared: (e) => thrown(m).some(([, c]) => e instanceof c),
    annotations: streaming ? { 'streaming.mode': m.kind === 'bidi' ? 'bidirectional' : m.kind } : {},
  };
}

function structCodec(type: AnyType): StructCodec<unknown> | undefined {
  return type.shape.kind === 'struct' ? (type as unknown as StructCodec<unknown>) : undefined;
}

function thrown(m: AnyMethod): readonly (readonly [number, ExceptionClass])[] {
  return Object.entries(m.throws).map(([id, c]) => [Number(id), c] as const);
}

/** Every client writes every argument: one that is missing is an error but where its type has a zero value. */
function argsCodec(where: string, m: AnyMethod): StructCodec<unknown> {
  const ids = new Set<number>();
  for (const a of m.args) {
    if (ids.has(a.id) || !Number.isInteger(a.id) || (a.id << 16) >> 16 !== a.id) throw new DefineError(`${where}: got the argument id ${a.id}, wanted an i16 of its own`);
    ids.add(a.id);
  }
  const shape = new StructShape(where, 'struct', () => m.args.map((a, i) => fieldShape(a.id, `a${i}`, a.type.shape.kind === 'struct' ? 'required' : 'default', a.type.shape)));
  const codec = binaryCodec<Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>>(shape);
  const one = m.args.length === 1;
  return {
    encode: (w, v) => {
      codec.encode(w, one ? { a0: v } : Object.fromEntries((v as readonly unknown[]).map((x, i) => [`a${i}`, x])));
    },
    decode: (r) => {
      const v = codec.decode(r);
      return one ? v['a0'] : m.args.map((_, i) => v[`a${i}`]);
    },
  };
}

type ResultCodec = StructCodec<unknown> & { encodeField(w: ByteWriter, key: string, v: unknown): void };

function resultCodec(where: string, m: AnyMethod): ResultCodec {
  for (const [id] of thrown(m)) if (!Number.isInteger(id) || id < 1 || id > 32767) throw new DefineError(`${where}: got the exception id ${id}, wanted one from 1 to 32767`);
  const shape = new StructShape(`result of ${where}`, 'struct', () => [
    ...(m.result === undefined ? [] : [fieldShape(0, 'success', 'optional', m.result.shape)]),
    ...thrown(m).map(([id, c]) => fieldShape(id, String(id), 'optional', c.shape)),
  ]);
  const codec = binaryCodec<Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>>(shape);
  return {
    encode: (w: ByteWriter, v: unknown) => {
      if (m.result === undefined) {
        codec.encode(w, {});
        return;
      }
      if (v === undefined || v === null) throw missingField(where, 'success');
      codec.encode(w, { success: v });
    },
    encodeField: (w: ByteWriter, key: string, v: unknown) => {
      codec.encode(w, { [key]: v });
    },
    decode: (r: ByteReader) => {
      const v = codec.decode(r);
      for (const [id] of thrown(m)) if (v[String(id)] !== undefined) throw v[String(id)] as Error;
      if (m.result === undefined) return undefined;
      if (v['success'] === undefined) throw missingResult(where);
      return v['success'];
    },
  };
}
