// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ByteReader, ByteWriter } from '@cloudwego/gopkg/io';
import type { StructShape } from '../../thrift/shape.js';

/** Reads and writes one struct. `In`: what may be sent; `Out`: what is received, defaults filled. */
export interface StructCodec<In, Out = In> {
  encode(w: ByteWriter, v: In): void;
  decode(r: ByteReader): Out;
  /** What is known of the type at run time; code of the first generator has none. */
  readonly shape?: StructShape | undefined;
}

/** One method of a generated service. */
export interface MethodDefinition {
  /** Wire name. */
  readonly name: string;
  /** Property name on clients and handlers. */
  readonly key: string;
  readonly kind: 'unary' | 'oneway' | 'client' | 'server' | 'bidi';
  /** 1: the argument itself; else a tuple. */
  readonly arity: number;
  /** Thrift args struct. Takes and gives a tuple of the arguments, or the argument itself when `arity` is 1. */
  readonly args: StructCodec<unknown>;
  /** Thrift result struct. `decode` throws declared exceptions. */
  readonly result: StructCodec<unknown>;
  /** Bare message: streams, Protobuf. */
  readonly request: StructCodec<unknown>;
  /** Bare message: streams, Protobuf. */
  readonly response: StructCodec<unknown>;
  /** Writes a declared exception as a result struct; false = not declared in the IDL, nothing was written. */
  encodeError(w: ByteWriter, e: unknown): boolean;
  /** Whether `e` is one of the exceptions that the IDL declares for this method. */
  isDeclared(e: unknown): boolean;
  readonly annotations: Readonly<Record<string, string>>;
}

/** A generated service. `Client` and `Handlers` are generated interfaces, never mapped types. */
export interface ServiceDefinition<Client, Handlers> {
  readonly codegen: 1;
  readonly name: string;
  readonly package: string;
  readonly payload: 'thrift' | 'protobuf';
  readonly methods: readonly MethodDefinition[];
  descriptor(): unknown;
  readonly '~types'?: { readonly client: Client; readonly handlers: Handlers };
}
