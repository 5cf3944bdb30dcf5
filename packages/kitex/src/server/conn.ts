// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { isThenable } from '@cloudwego/gopkg/async';
import type { Awaitable } from '@cloudwego/gopkg/async';
import type { Address, ByteReader, Connection } from '@cloudwego/gopkg/io';
import type { RpcHead, RpcHeadInit, RpcTail, StreamEvents } from '@cloudwego/protocol';
import { createGrpcEngine, createRpcEngine, createTTStreamEngine } from '@cloudwego/protocol';
import type { TTStreamEngine } from '@cloudwego/protocol';
import { Channel } from '@cloudwego/transport';
import { RemoteOrNetworkError, TransError, TransErrorType } from '../errors.js';
import { streams } from '../stream/kind.js';
import { publishedCall, serverCallChannel } from '../tracing.js';
import { readRst } from '../stream/ttstream.js';
import { ServerCall } from './call.js';
import { ServerContext } from './context.js';
import type { ServerCore } from './core.js';
import { enter } from './enter.js';
import { expected, noRequest, tookRequest } from './grpc.js';
import { cancelOrphan } from './orphan.js';
import { finish } from './stages/finish.js';
import { readMeta } from './stages/read-meta.js';
import { readArguments } from './stages/read.js';
import { refusal } from './stages/refuse.js';
import { dynamicMethod, routed, routeRequest } from './stages/route.js';
import { traceStart } from './stages/trace.js';
import { ServerStream } from './stream.js';
import { writeError } from './stages/write.js';

/** What a connection of a server speaks. */
export type ServerProtocol = 'rpc' | 'grpc' | 'ttstream';

/** What a connection tells its server. */
export interface ServerConnOwner {
  readonly core: ServerCore;
  callEnded(call: ServerCall): void;
  connClosed(conn: ServerConn): void;
}

/**
 * One connection of a server: the runner. A request's head makes the call (route, refuse, trace, read-meta), its payload runs it to the end; there is one
 * `.then` if the endpoint went asynchronous, and nothing else.
 */
export class ServerConn implements StreamEvents<RpcHead, RpcTail> {
  readonly core: ServerCore;
  readonly local: Address;
  readonly remote: Address;
  readonly channel: Channel<RpcHeadInit, RpcTail>;
  private readonly owner: ServerConnOwner;
  private readonly grpc: boolean;
  private readonly ttstream: boolean;
  /** The only call of most connections; further ones, which run at once with it, are in the map. */
  private first: ServerCall | undefined = undefined;
  private readonly more = new Map<number, ServerCall>();

  constructor(owner: ServerConnOwner, connection: Connection, protocol: ServerProtocol = 'rpc') {
    this.owner = owner;
    const grpc = protocol === 'grpc';
    this.grpc = grpc;
    this.ttstream = protocol === 'ttstream';
    this.core = owner.core;
    this.local = connection.local;
    this.remote = connection.remote;
    this.channel = grpc
      ? Channel.create(connection, createGrpcEngine, 'server', this, this.core.grpcOptions, this.core.channelLimits)
      : this.ttstream
      ? Channel.create(connection, createTTStreamEngine, 'server', this, this.core.ttstreamOptions, this.core.channelLimits)
      : Channel.create(connection, createRpcEngine, 'server', this, this.core.engineOptions, this.core.channelLimits);
    this.channel.onClosed = (cause) => {
      this.onClosed(cause);
    };
  }

  /** Calls in flight. */
  get active(): number {
    return (this.first === undefined ? 0 : 1) + this.more.size;
  }

  private find(id: number): ServerCall | undefined {
    return this.first?.id === id ? this.first : this.more.get(id);
  }

  private inFlight(): ServerCall[] {
    return this.first === undefined ? [...this.more.values()] : [this.first, ...this.more.values()];
  }

  onHead(id: number, head: RpcHead, end: boolean): void {
    const core = this.core;
    const entry = routeRequest(this, id, head);
    if (entry === undefined) return;
    const method = entry.dynamic === undefined ? entry.methods[head.methodIndex]! : dynamicMethod(this, id, head, entry, this.grpc || this.ttstream);
    if (method === undefined) return;
    if (this.ttstream && !streams(method)) {
      this.refuse(id, TransErrorType.UnknownMethod, `method ${head.methodName} (service ${entry.definition.name}) does not stream, wanted the wire "ttheader" or "ttheader-framed"`);
      return;
    }
    const now = core.clock.now();
    const call = new ServerCall(core, this, id, entry, method, head.retain(), now, core.tracing ? [] : undefined);
    routed(call);
    call.event('RPCStart');
    call.ctx = new ServerContext(call, core.o.enableContextTimeout === true ? call.head.deadline : Infinity);
    if (this.first === undefined) this.first = call;
    else this.more.set(id, call);
    if (streams(call.method)) {
      if (!this.grpc && !this.ttstream) {
        writeError(call, new TransError(TransErrorType.UnknownMethod, `method ${call.method.name} (service ${entry.definition.name}) streams, which the wire "${call.wire}" cannot; wanted grpc or ttheader-streaming`));
        return;
      }
      call.stream = new ServerStream(call);
    }
    const refused = this.grpc || this.ttstream ? (expected(call, end) ?? refusal(call, now)) : refusal(call, now);
    if (refused !== undefined) {
      writeError(call, refused);
      return;
    }
    traceStart(call);
    call.published = publishedCall(serverCallChannel, call);
    try {
      readMeta(call);
    } catch (e) {
      writeError(call, e);
      return;
    }
    if (call.stream === undefined) return;
    if (end) call.stream.inbox.end();
    call.stream.run();
  }

  onMessage(id: number, r: ByteReader, end: boolean, wireBytes: number): void {
    const call = this.find(id);
    if (call?.stream !== undefined) {
      call.stream.onMessage(r, end, wireBytes);
      return;
    }
    if (this.grpc) {
      this.channel.engine.credit(id, wireBytes);
      if (call !== undefined) {
        const e = tookRequest(call);
        if (e !== undefined) {
          writeError(call, e);
          return;
        }
      }
    }
    if (call === undefined) return;
    if (!readArguments(call, r, wireBytes)) {
      finish(call);
      return;
    }
    let v: Awaitable<unknown>;
    try {
      v = enter(call, this.core.endpoint, call.req);
    } catch (e) {
      call.failed(e);
      return;
    }
    if (isThenable(v)) {
      v.then(
        (x) => {
          call.answered(x);
        },
        (e: unknown) => {
          call.failed(e);
        },
      );
    } else {
      call.answered(v);
    }
  }

  /** Ping-pong wires have no tail; in gRPC it is the end of the requests, which a unary call knows by its message. */
  onTail(id: number): void {
    const call = this.find(id);
    if (call?.stream !== undefined) call.stream.inbox.end();
    else if (call !== undefined && !call.taken) writeError(call, noRequest(call));
  }

  onReset(id: number, code: number, reason: string): void {
    const call = this.find(id);
    if (call === undefined) return;
    call.error = this.ttstream ? readRst('server', code, reason, (this.channel.engine as TTStreamEngine).cancelPath) : new RemoteOrNetworkError(reason);
    // Streams learn by the end of the call, everybody else by the context.
    finish(call);
    call.ctx.cancel(call.error);
  }

  /** The reply of a unary call is one message: there is nothing to hold back. */
  onWritable(id: number): void {
    this.find(id)?.stream?.onWritable();
  }

  onGoAway(): void {
    // Only clients are told to go away.
  }

  /** The head of a request is refused, before there is a call. */
  refuse(id: number, code: number, message: string): void {
    const { engine } = this.channel;
    // `Differs:` Go's server says nothing, and the caller waits until its own limit.
    if (this.ttstream) engine.sendTail(id, { code, message, details: undefined, strings: undefined });
    else engine.reset(id, code, message);
  }

  remove(call: ServerCall): void {
    if (this.first === call) this.first = undefined;
    else if (!this.more.delete(call.id)) return;
    this.owner.callEnded(call);
  }

  /** Closes without a word; what came after the bad message is not looked at. */
  drop(cause: Error): void {
    this.channel.connection.destroy(cause);
    this.channel.closed(cause);
  }

  /** Forced stop: contexts abort; one turn later the connection is destroyed. */
  abort(reason: Error): void {
    for (const c of this.inFlight()) c.ctx.cancel(reason);
  }

  private onClosed(cause: Error | undefined): void {
    for (const c of this.inFlight()) {
      const e = new RemoteOrNetworkError('the caller closed the connection', { cause });
      c.error ??= e;
      finish(c);
      // Who called a oneway method has gone, and that is no reason to stop.
      if (c.method.kind === 'oneway') continue;
      if (c.method.kind !== 'unary' || c.entry.dynamic?.kindsKnown !== false) c.ctx.cancel(e);
      else {
        cancelOrphan(this.core.clock, () => {
          c.ctx.cancel(e);
        });
      }
    }
    this.owner.connClosed(this);
  }
}
