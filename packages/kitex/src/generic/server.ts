// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { OptionError } from '@cloudwego/gopkg/errors';
import type { Awaitable } from '@cloudwego/gopkg/async';
import type { MethodDefinition, ServiceDefinition } from '@cloudwego/pilota/codegen/v1';
import type { DynamicHost, Server } from '../server/server.js';
import type { ServerContext } from '../server/context.js';
import type { RpcContext } from '../types.js';
import type { Generic } from './generic.js';
import { readThriftMessage, writeThriftMessage } from './message.js';
import { rawMethod } from './method.js';

type Responses = Iterable<unknown> | AsyncIterable<unknown>;

/**
 * Serves the methods of a generic service; the service is `ctx.rpcInfo.invocation.serviceName`. A method whose kind has no handler here is answered with an error.
 * Without an IDL every stream is bidi, gRPC's unary calls too. Source: cloudwego/kitex pkg/generic ServiceV2.
 */
export interface GenericHandlers {
  genericCall?(method: string, request: unknown, ctx: RpcContext): Awaitable<unknown>;
  clientStreaming?(method: string, requests: AsyncIterable<unknown>, ctx: RpcContext): Awaitable<unknown>;
  serverStreaming?(method: string, request: unknown, ctx: RpcContext): Responses;
  bidiStreaming?(method: string, requests: AsyncIterable<unknown>, ctx: RpcContext): Responses;
}

/** Serves what no service of a server knows: bytes, as of {@link binaryGeneric}. */
export interface UnknownHandlers {
  /** A call of a wire without streams. Bytes are the structs of arguments and result. */
  defaultHandler?(service: string, method: string, request: Uint8Array, ctx: RpcContext): Awaitable<Uint8Array>;
  /** A stream, or a unary call of gRPC. Bytes are messages. */
  streamingHandler?(service: string, method: string, requests: AsyncIterable<Uint8Array>, ctx: RpcContext): Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

type Handler = (request: never, ctx: RpcContext) => unknown;

/** The kinds of methods, with the name of what serves them. */
const SERVED = { $unary: 'genericCall', $oneway: 'genericCall', $client: 'clientStreaming', $server: 'serverStreaming', $bidi: 'bidiStreaming' } as const;

/**
 * Adds a generic service to a server.
 * Errors: as of `server.register`; OptionError where no handler is given. Source: cloudwego/kitex server/genericserver NewServerV2.
 */
export function registerGeneric(server: Server, generic: Generic, handlers: GenericHandlers, o: { readonly fallback?: boolean } = {}): void {
  if (Object.values(SERVED).every((k) => handlers[k] === undefined)) throw new OptionError('registerGeneric', 'registerGeneric: wanted at least one of genericCall, clientStreaming, serverStreaming, bidiStreaming');
  if (generic.kind === 'http') throw new OptionError('registerGeneric', 'registerGeneric: got a generic of HTTP, which is for clients');
  const messages = generic.kind === 'binary-v1';
  const impl: Record<string, Handler> = {};
  for (const [key, name] of Object.entries(SERVED)) {
    const f = handlers[name] as ((method: string, request: unknown, ctx: RpcContext) => unknown) | undefined;
    impl[key] = (request: unknown, ctx) => {
      if (f === undefined) throw new Error(`the generic service ${generic.serviceName} has no ${name}`);
      const { name: method } = ctx.method;
      return messages ? viaMessage(f, method, request as Uint8Array, ctx) : f.call(handlers, method, request, ctx);
    };
  }
  hostOf(server).registerDynamic(definitionOf(generic, generic.methods()), impl, {
    ...o,
    method: (name, kind) => generic.method(name, kind),
    unknown: messages ? 'service' : 'method',
    kindsKnown: !generic.kind.startsWith('binary'),
  });
}

/**
 * Adds handlers for what no service of a server knows: unknown services, and unknown methods of known ones. At most once a server.
 * Errors: OptionError. Source: cloudwego/kitex server/genericserver RegisterUnknownServiceOrMethodHandler.
 */
export function registerUnknownServiceOrMethodHandler(server: Server, handlers: UnknownHandlers): void {
  const { defaultHandler, streamingHandler } = handlers;
  if (defaultHandler === undefined && streamingHandler === undefined) throw new OptionError('handlers', 'registerUnknownServiceOrMethodHandler: wanted defaultHandler, streamingHandler, or both');
  const call: Handler = (request: unknown, ctx) => {
    if (defaultHandler === undefined) throw new Error(`unknown service ${serviceOf(ctx)}, method ${ctx.method.name}`);
    return defaultHandler.call(handlers, serviceOf(ctx), ctx.method.name, request as Uint8Array, ctx);
  };
  const stream: Handler = (requests: unknown, ctx) => {
    if (streamingHandler === undefined) throw new Error(`unknown service ${serviceOf(ctx)}, method ${ctx.method.name}`);
    return streamingHandler.call(handlers, serviceOf(ctx), ctx.method.name, requests as AsyncIterable<Uint8Array>, ctx);
  };
  const generic: Generic = { kind: 'binary', payload: 'thrift', serviceName: '$UnknownService', routed: false, packageName: '', method: rawMethod, methods: () => [] };
  hostOf(server).registerDynamic(definitionOf(generic, []), { $unary: call, $oneway: call, $bidi: stream }, { method: rawMethod, unknown: 'any', kindsKnown: false });
}

function hostOf(server: Server): DynamicHost {
  return server as Server & DynamicHost;
}

/** What the caller named; empty where its wire names none. */
function serviceOf(ctx: RpcContext): string {
  return (ctx as ServerContext).call.head.service;
}

function definitionOf(g: Generic, methods: readonly MethodDefinition[]): ServiceDefinition<unknown, unknown> {
  return { codegen: 1, name: g.serviceName, package: g.packageName, payload: g.payload, methods, descriptor: () => undefined };
}

async function viaMessage(f: (method: string, request: unknown, ctx: RpcContext) => unknown, name: string, body: Uint8Array, ctx: RpcContext): Promise<Uint8Array> {
  const { seqId } = ctx.rpcInfo.invocation;
  const answer = await f(name, writeThriftMessage({ name, type: ctx.method.kind === 'oneway' ? 4 : 1, seqId, body }), ctx);
  return ctx.method.kind === 'oneway' ? new Uint8Array(0) : readThriftMessage(answer as Uint8Array).body;
}
