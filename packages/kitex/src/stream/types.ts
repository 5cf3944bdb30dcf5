// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Awaitable } from '@cloudwego/gopkg/async';
import type { RpcContext, RpcMiddleware } from '../types.js';
import type { Metadata } from './metadata.js';

/** How one wait for a message may end. Source: cloudwego/kitex pkg/streaming TimeoutConfig. */
export interface ReadOptions {
  /** Unit ms, 0 = none. @defaultValue the call's `recvTimeoutMs` */
  readonly timeoutMs?: number | undefined;
  /** False: a timeout leaves the stream as it is, and reading may go on. @defaultValue true: the stream is cancelled. Source: DisableCancelRemote. */
  readonly cancelOnTimeout?: boolean | undefined;
}

/**
 * Where a stream is: `done` = the peer ended it well; `cancelled` = this side gave it up (signal, `cancel`, left loop); `failed` = everything else, a
 * business status included.
 */
export type StreamOutcome = 'open' | 'done' | 'cancelled' | 'failed';

/**
 * The messages of a peer, in order. `for await` reads them; leaving the loop cancels the stream. What is not read is not asked for: the peer is held back.
 * Errors of reading: CanceledByBusinessError when it was cancelled, RpcTimeoutError for deadlines and receive timeouts, BizStatusError, RemoteOrNetworkError.
 */
export interface ResponseStream<T> extends AsyncIterable<T>, AsyncDisposable {
  /** What the peer sent before its first message. Settles when it is there, at the latest with the end; rejects when the stream ended without. */
  readonly header: Promise<Metadata>;
  /** What the peer sent behind its last message, also with a failure; rejects when the stream ended without. */
  readonly trailer: Promise<Metadata>;
  readonly outcome: StreamOutcome;
  /** The next message, or undefined behind the last one. One reader at a time. */
  read(o?: ReadOptions): Promise<T | undefined>;
  /** Gives the stream up: the peer is told, what waits here fails with CanceledByBusinessError. On a stream that ended it does nothing. */
  cancel(reason?: unknown): void;
}

/** Sends one message; resolves when the stream takes more. */
export type StreamSendEndpoint = (message: unknown, ctx: RpcContext) => Awaitable<void>;

/** Around each message that leaves. Index 0 is outermost. */
export type StreamSendMiddleware = (next: StreamSendEndpoint) => StreamSendEndpoint;

/** Takes one message; `done` = there is no more. */
export type StreamRecvEndpoint = (ctx: RpcContext) => Awaitable<IteratorResult<unknown, undefined>>;

/** Around each message that is received. Index 0 is outermost. */
export type StreamRecvMiddleware = (next: StreamRecvEndpoint) => StreamRecvEndpoint;

/**
 * Around a stream as a whole. On a client `next` settles when the stream is open; on a server when its handler is done and everything was sent. `req` is the
 * request of a server stream, else the requests as an iterable.
 */
export type StreamMiddleware = RpcMiddleware;

/**
 * What happened on a stream. `recv`: a message arrived, whether or not it was read yet, or the stream failed before the peer ended it; the end itself is no
 * `recv`. Nothing comes behind `finish`. `at`: Clock.now() scale. Source: cloudwego/kitex pkg/rpcinfo stats_event.go StreamEvent.
 */
export type StreamEvent =
  | { readonly type: 'start'; readonly at: number }
  | { readonly type: 'recvHeader'; readonly at: number; readonly metadata: Metadata }
  | { readonly type: 'recv'; readonly at: number; readonly error: unknown }
  | { readonly type: 'send'; readonly at: number; readonly error: unknown }
  | { readonly type: 'finish'; readonly at: number; readonly trailer: Metadata | undefined };

/** Told what happens on streams, one function per event. Does not raise the stats level. Source: rpcinfo.ClientStreamEventHandler, ServerStreamEventHandler. */
export interface StreamEventHandler {
  /** Client: the head was written. Server: it was received. */
  start?(ctx: RpcContext, event: StreamEvent & { readonly type: 'start' }): void;
  /** Client: the head of the answer was received. */
  recvHeader?(ctx: RpcContext, event: StreamEvent & { readonly type: 'recvHeader' }): void;
  recv?(ctx: RpcContext, event: StreamEvent & { readonly type: 'recv' }): void;
  send?(ctx: RpcContext, event: StreamEvent & { readonly type: 'send' }): void;
  finish?(ctx: RpcContext, event: StreamEvent & { readonly type: 'finish' }): void;
}
