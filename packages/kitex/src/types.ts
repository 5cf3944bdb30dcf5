// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Context } from '@cloudwego/gopkg/context';
import type { Awaitable } from '@cloudwego/gopkg/async';
import type { Endpoint } from '@cloudwego/gopkg/endpoint';
import type { Address, ByteReader, ByteWriter } from '@cloudwego/gopkg/io';
import type { MetaInfo } from '@cloudwego/gopkg/metainfo';
import type { Instance, RetryPolicy } from '@cloudwego/governance';
import type { MethodDefinition } from '@cloudwego/pilota/codegen/v1';
import type { RpcHead, Wire } from '@cloudwego/protocol';
import type { Fallback } from './client/stages/fallback.js';
import type { BizStatusError } from './errors.js';
import type { EventRecord, EventStatus, StatsEvent, StatsLevel, UserEvent } from './rpcinfo/events.js';
import type { Metadata, MetadataInput } from './stream/metadata.js';
import type { StreamEvent } from './stream/types.js';

/** One end of a call. Source: cloudwego/kitex pkg/rpcinfo EndpointInfo. */
export interface EndpointInfo {
  readonly serviceName: string;
  readonly method: string;
  readonly address: Address | undefined;
  readonly tags: Readonly<Record<string, string>>;
  /** The instance's own tag first, then the endpoint's. */
  tag(key: string): string | undefined;
}

/** The called end as a client sees it. Source: pkg/rpcinfo/remoteinfo RemoteInfo. */
export interface RemoteInfo extends EndpointInfo {
  readonly instance: Instance | undefined;
  /** Sets a tag for the rest of the call; false when the key is locked by an option. */
  setTag(key: string, value: string): boolean;
  /** Sets a tag even when an option locked it. */
  forceSetTag(key: string, value: string): void;
}

/** What is invoked. Source: pkg/rpcinfo Invocation. */
export interface Invocation {
  readonly packageName: string;
  readonly serviceName: string;
  readonly methodName: string;
  readonly method: MethodDefinition;
  readonly seqId: number;
  /** A business failure; the RPC itself succeeded. */
  readonly bizStatusError: BizStatusError | undefined;
  /** Turns the answer into a business failure (server middlewares). */
  setBizStatusError(e: BizStatusError | undefined): void;
}

/** How the call is carried. Source: pkg/rpcinfo RPCConfig. */
export interface RpcConfig {
  /** Unit ms, 0 = none. */
  readonly rpcTimeoutMs: number;
  /** Unit ms, 0 = none. */
  readonly connectTimeoutMs: number;
  readonly transport: Wire;
  readonly interaction: 'pingpong' | 'oneway' | 'streaming';
  readonly payload: 'thrift' | 'protobuf';
}

/** What was measured. Points in time are Clock.now() numbers; 0 = did not happen or was not recorded. Source: pkg/rpcinfo RPCStats. */
export interface RpcStats {
  readonly level: StatsLevel;
  /** Of all messages of the call. */
  readonly sentBytes: number;
  readonly receivedBytes: number;
  /** Of the last message. */
  readonly lastSentBytes: number;
  readonly lastReceivedBytes: number;
  readonly error: unknown;
  /** A programming error ended it, here or in a middleware. */
  readonly panicked: boolean;
  /** Time of an event of {@link StatsEvent}; the first occurrence wins. */
  event(name: StatsEvent): number;
  /** An event with what it says; undefined = it did not happen, or the level leaves it out. */
  eventRecord(name: StatsEvent): EventRecord | undefined;
  /** Records an event of one's own, once per call. */
  record(event: UserEvent, o?: { readonly status?: EventStatus | undefined; readonly info?: string | undefined }): void;
}

/** Everything that is known of a call. Made on first read. Source: pkg/rpcinfo RPCInfo. */
export interface RPCInfo {
  readonly from: EndpointInfo;
  readonly to: RemoteInfo;
  readonly invocation: Invocation;
  readonly config: RpcConfig;
  readonly stats: RpcStats;
}

/** Metainfo of a call that is being served; values sent back travel with the reply. */
export interface ServerMetaInfo extends MetaInfo {
  /** Sends a value back to the caller; empty keys and values are dropped. */
  sendBackward(k: string, v: string): void;
}

/** The context of one call, the same type on clients and servers. */
export interface RpcContext extends Context {
  readonly method: MethodDefinition;
  /** The other end: the caller on a server, the chosen instance on a client. */
  readonly remote: Address;
  /** Lazy. */
  readonly rpcInfo: RPCInfo;
  readonly metainfo: ServerMetaInfo;
  /** What the other end sent beside its messages: on a server with the request, on a client with the head of the answer, once that is there. */
  readonly metadata: Metadata;
  /**
   * Adds to what this side sends before its messages: on a server with the answer, on a client with the request.
   * Errors: OptionError for what no header carries; StreamClosedError when it has left; InternalError on a wire without metadata (all but gRPC and TTHeader streaming).
   */
  setHeader(metadata: MetadataInput): void;
  /** Server streams: sends the header now instead of with the first message. Errors: as {@link RpcContext.setHeader}. */
  sendHeader(metadata?: MetadataInput): void;
  /** Server: adds to what is sent behind the last message, also with a failure. Errors: as {@link RpcContext.setHeader}. */
  setTrailer(metadata: MetadataInput): void;
}

/** How calls of a client are tried again; its rules see the context of the call. */
export type ClientRetryPolicy = RetryPolicy<RpcContext>;

/** Options of one call. Source: cloudwego/kitex client/callopt. */
export interface CallOptions {
  /** The context whose deadline, cancellation and metainfo go on; in a handler, its `ctx`. */
  readonly ctx?: Context | undefined;
  /** Cancels the call. */
  readonly signal?: AbortSignal | undefined;
  /** Unit ms, 0 = none. Wins over the client's. Of a stream it is the limit of the whole, for which the client's does not count. */
  readonly rpcTimeoutMs?: number | undefined;
  /** Unit ms, 0 = none. Wins over the client's. */
  readonly connectTimeoutMs?: number | undefined;
  /** Override and lock tags of the target. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** Sent in addition to what `ctx` carries. */
  readonly metainfo?:
    | MetaInfo
    | { readonly transient?: Readonly<Record<string, string>>; readonly persistent?: Readonly<Record<string, string>> }
    | undefined;
  /** Receives the values that the server sent back, before the call's promise settles. */
  readonly onBackward?: ((values: ReadonlyMap<string, string>) => void) | undefined;
  /** Sent in the header: gRPC and TTHeader streaming. */
  readonly metadata?: MetadataInput | undefined;
  /** Receives the header of the answer before the call settles; a stream has `header`. */
  readonly onHeader?: ((metadata: Metadata) => void) | undefined;
  /** Receives the trailer of the answer before the call settles; a stream has `trailer`. */
  readonly onTrailer?: ((metadata: Metadata) => void) | undefined;
  /** Streams: limit of each wait for a message. Unit ms, 0 = none. Wins over the client's. Source: streamcall.WithRecvTimeoutConfig. */
  readonly recvTimeoutMs?: number | undefined;
  /** gRPC: the name of the compressor that requests are sent with; `identity` = none. Source: callopt.WithGRPCCompressor. */
  readonly compression?: string | undefined;
  /** Goes to this address; discovery and balancing are bypassed. */
  readonly hostPort?: string | undefined;
  /** Goes to the host of this URL, found by the client's `httpResolver`. */
  readonly url?: string | undefined;
  /** Takes the place of the client's policy for the method. Source: callopt.WithRetryPolicy. */
  readonly retry?: ClientRetryPolicy | undefined;
  /** Takes the place of the client's. Source: callopt.WithFallback. */
  readonly fallback?: Fallback | undefined;
}

/** An endpoint of kitex: `req` is the argument itself, or the tuple of arguments where the method has several. */
export type RpcEndpoint = Endpoint<unknown, unknown, RpcContext>;

/** A middleware of kitex. Index 0 of a list is outermost. */
export type RpcMiddleware = (next: RpcEndpoint) => RpcEndpoint;

/** Refuses a call by returning a reason. Source: pkg/acl RejectFunc. */
export type AclRule = (req: unknown, ctx: RpcContext) => Awaitable<Error | string | undefined>;

/** Maps an error at the edge. Keep the original as `cause`: re-picking and classification look through it. */
export type ErrorHandler = (error: unknown, ctx: RpcContext) => unknown;

/** What a meta handler may add to an outgoing head. */
export interface OutgoingMeta {
  setInt(key: number, value: string): void;
  setString(key: string, value: string): void;
}

/**
 * Reads and writes what travels beside the payload. Built-in ones do metainfo and TTHeader's own keys.
 * Source: cloudwego/kitex pkg/remote/trans_meta.go MetaHandler.
 */
export interface MetaHandler {
  readonly name: string;
  /** Client: before a request is written. Server: before a reply is written. */
  writeMeta?(ctx: RpcContext, out: OutgoingMeta): void;
  /** Server: when a request's head is there. Client: when a reply's head is there. `head` is valid until the call returns. */
  readMeta?(ctx: RpcContext, head: RpcHead): void;
}

/** Follows calls. Starts run in order, finishes in reverse; what one throws is logged and goes no further. Source: pkg/stats Tracer. */
export interface Tracer {
  /** May return a derived context that the call uses from then on. */
  start(ctx: RpcContext): RpcContext | void;
  finish(ctx: RpcContext): void;
  /** Streams: what happens on them between start and finish. Source: pkg/rpcinfo StreamEventReporter. */
  streamEvent?(ctx: RpcContext, event: StreamEvent): void;
}

/** Which part of a method a payload codec is asked for: the structs of a call, or the bare messages of a stream. */
export type PayloadKind = 'args' | 'result' | 'request' | 'response';

/**
 * Turns values into payload bytes and back; the default one is the generated code's.
 * Source: cloudwego/kitex pkg/remote PayloadCodec.
 */
export interface PayloadCodec {
  readonly name: string;
  /** Writes the struct after the message header. */
  encode(w: ByteWriter, method: MethodDefinition, kind: PayloadKind, value: unknown): void;
  /** Reads it; for a result, throws the declared exception that it holds. */
  decode(r: ByteReader, method: MethodDefinition, kind: PayloadKind): unknown;
  /** Writes a declared exception as a result; false = it is not declared, nothing was written. */
  encodeError(w: ByteWriter, method: MethodDefinition, error: unknown): boolean;
}

/** What a {@link MiddlewareBuilder} learns of its client or server. */
export interface InitContext {
  readonly side: 'client' | 'server';
  readonly serviceName: string;
}

/** Makes a middleware when the client or server is constructed; undefined is skipped. */
export type MiddlewareBuilder = (init: InitContext) => RpcMiddleware | undefined;

/** One line of the record of applied options. */
export interface AppliedOption {
  readonly name: string;
  /** The value as readable text; secrets are not shown. */
  readonly value: string;
  /** `options`, `default`, or the path of suites such as `suite:base/suite:tracing`. */
  readonly source: string;
}
