// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { channel, tracingChannel } from 'node:diagnostics_channel';
import type { Channel, TracingChannel } from 'node:diagnostics_channel';
import type { Address, DrainReport } from '@cloudwego/gopkg/io';
import type { ServerState } from './server/server.js';
import type { RPCInfo, RpcContext } from './types.js';

/** Publishes `{ call: RPCInfo, stages: Stage[] }` for each client call while somebody subscribes. */
export const clientStageChannel: Channel = channel('cloudwego:kitex:client:stages');

/** Publishes `{ call: RPCInfo, stages: Stage[] }` for each server call while somebody subscribes. */
export const serverStageChannel: Channel = channel('cloudwego:kitex:server:stages');

/**
 * What the tracing channels publish of a call: one object from its start to its end. `result` or `error` are there when the call settled: of a unary call what
 * its caller or its endpoint gave, a business status and a declared exception being errors.
 */
export interface CallMessage {
  readonly ctx: RpcContext;
  readonly rpcInfo: RPCInfo;
  result?: unknown;
  error?: unknown;
}

type CallChannel = TracingChannel<CallMessage, CallMessage>;

/** `cloudwego:kitex:client:call`: once per call, whatever attempts it takes. */
export const clientCallChannel: CallChannel = tracingChannel<CallMessage, CallMessage>('cloudwego:kitex:client:call');

/** `cloudwego:kitex:server:call`: middlewares and handler run inside of its `start`, so that stores bound to it reach them. Requests that are refused are not published here. */
export const serverCallChannel: CallChannel = tracingChannel<CallMessage, CallMessage>('cloudwego:kitex:server:call');

/** Whether somebody subscribes to any channel of the five. `TracingChannel.hasSubscribers` is younger than the oldest Node here. */
function isHeard(c: CallChannel): boolean {
  return c.start.hasSubscribers || c.end.hasSubscribers || c.asyncStart.hasSubscribers || c.asyncEnd.hasSubscribers || c.error.hasSubscribers;
}

/** What `cloudwego:kitex:panic` publishes. */
export interface PanicMessage {
  readonly side: 'client' | 'server';
  readonly rpcInfo: RPCInfo;
  readonly error: unknown;
}

/** Publishes {@link PanicMessage} for each programming error in a handler, or around the calls of a client. Source: pkg/gofunc SetPanicHandler. */
export const panicChannel: Channel = channel('cloudwego:kitex:panic');

/** What `cloudwego:kitex:server:overload` publishes. */
export type OverloadMessage =
  | { readonly kind: 'connection'; readonly remote: Address }
  | { readonly kind: 'request'; readonly rpcInfo: RPCInfo; readonly reason: string };

/** Publishes {@link OverloadMessage} for each connection and request that the limits of a server refuse. Source: pkg/limiter LimitReporter. */
export const overloadChannel: Channel = channel('cloudwego:kitex:server:overload');

/** What `cloudwego:kitex:server:state` publishes. `report`: with `stopped`, how the calls in flight ended. */
export interface ServerStateMessage {
  readonly server: string;
  readonly state: ServerState;
  readonly report: DrainReport | undefined;
}

/** Publishes {@link ServerStateMessage} for each step in the life of a server: the progress of its stop can be followed. */
export const serverStateChannel: Channel = channel('cloudwego:kitex:server:state');

/** One call on a tracing channel. `end` is where its synchronous part ends, `asyncStart` and `asyncEnd` where it settles, as `tracePromise` has them. */
export class PublishedCall {
  private readonly channels: CallChannel;
  private readonly message: CallMessage;
  private begun: boolean = false;

  constructor(channels: CallChannel, message: CallMessage) {
    this.channels = channels;
    this.message = message;
  }

  run<T>(f: () => T): T {
    this.begun = true;
    return this.channels.start.runStores(this.message, () => {
      try {
        return f();
      } finally {
        this.channels.end.publish(this.message);
      }
    });
  }

  /** The call settled: told behind what runs now, so that `end` comes first. */
  settled(ok: boolean, v: unknown): void {
    const { message, channels } = this;
    queueMicrotask(() => {
      if (!this.begun) this.run(() => undefined);
      if (ok) {
        message.result = v;
      } else {
        message.error = v;
        channels.error.publish(message as CallMessage & { error: unknown });
      }
      channels.asyncStart.publish(message);
      channels.asyncEnd.publish(message);
    });
  }
}

/** What is published of a call; undefined = nobody listens. The context is that of the moment of reading. */
export function publishedCall(channels: CallChannel, call: { readonly ctx: RpcContext; info(): RPCInfo }): PublishedCall | undefined {
  if (!isHeard(channels)) return undefined;
  return new PublishedCall(channels, {
    get ctx() {
      return call.ctx;
    },
    get rpcInfo() {
      return call.info();
    },
  });
}
