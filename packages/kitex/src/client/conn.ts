// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '@cloudwego/gopkg/clock';
import type { Address, ByteReader, Connection } from '@cloudwego/gopkg/io';
import type { RpcHead, RpcHeadInit, RpcTail, StreamEvents } from '@cloudwego/protocol';
import { createGrpcEngine, createRpcEngine, createTTStreamEngine, H2ErrorCode } from '@cloudwego/protocol';
import type { TTStreamEngine } from '@cloudwego/protocol';
import { Channel } from '@cloudwego/transport';
import type { ConnPool, PoolEntry } from '@cloudwego/transport';
import type { RpcContext } from '../types.js';
import type { ClientCall } from './call.js';
import type { Carrier, ClientCore } from './core.js';
import { readAnswer, readStatus, resetError, wasReset } from './grpc.js';
import { Oneways } from './oneway.js';
import { resend, sendKept } from './stages/dispatch.js';
import { failAttempt } from './stages/read.js';
import { readHead } from './stages/read-meta.js';
import { readReply } from './stages/read.js';
import { giveUp, readRst } from '../stream/ttstream.js';

/**
 * One connection of a client with the calls that wait on it. Replies reach their call by stream id; what is closed under a call fails that call.
 * A call that is abandoned (timeout, cancellation) resets its stream, which destroys a connection that answers in order: its late reply must never be
 * read by the next call. Over gRPC only the stream ends, and the connection serves its other calls on.
 */
export class ClientConn implements PoolEntry, StreamEvents<RpcHead, RpcTail> {
  readonly address: Address;
  readonly channel: Channel<RpcHeadInit, RpcTail>;
  /** Many calls share it. */
  readonly multiplexed: boolean;
  private readonly grpc: boolean;
  private readonly ttstream: boolean;
  private readonly pool: ConnPool<ClientConn>;
  lastUsedAt = 0;
  /** The peer said that it will close, or the stream state is unsure: never pooled again. */
  retired = false;
  /** What was written still has to leave: the connection closes in its own time. */
  closing = false;
  /** From then on it takes no further call. */
  private readonly oldAt: number;
  private readonly clock: Clock;
  private first: ClientCall | undefined = undefined;
  private firstId = -1;
  private more: Map<number, ClientCall> | undefined = undefined;
  /** gRPC: calls beyond the streams that the peer takes at once, in order. */
  private readonly kept: Set<ClientCall> = new Set();
  private wound = false;
  private oneways: Oneways | undefined = undefined;

  constructor(core: ClientCore, carrier: Carrier, address: Address, connection: Connection) {
    this.grpc = carrier.wire === 'grpc';
    this.ttstream = carrier.wire === 'ttheader-streaming';
    this.multiplexed = carrier.multiplexed;
    this.pool = carrier.pool;
    this.address = address;
    this.clock = core.clock;
    const age = core.o.maxConnectionAgeMs!;
    // Those that were made together do not end together.
    this.oldAt = age === 0 ? Infinity : core.clock.now() + age * (0.9 + 0.2 * Math.random());
    this.channel = this.grpc
      ? Channel.create(connection, createGrpcEngine, 'client', this, core.grpcOptions)
      : this.ttstream
      ? Channel.create(connection, createTTStreamEngine, 'client', this, core.ttstreamOptions)
      : Channel.create(connection, createRpcEngine, 'client', this, this.multiplexed ? core.muxEngineOptions : core.engineOptions);
    if (this.multiplexed) {
      this.channel.onIdle = () => {
        this.sendKept();
      };
    }
    this.channel.onClosed = (cause) => {
      this.onClosed(cause);
    };
    connection.attach(this.channel);
  }

  usable(): boolean {
    return !this.retired && this.channel.isOpen && (this.oldAt === Infinity || this.clock.now() < this.oldAt);
  }

  destroy(cause?: Error): void {
    this.retired = true;
    if (this.closing) void this.channel.connection.close();
    else this.channel.connection.destroy(cause);
  }

  /** Calls in flight. */
  get active(): number {
    return (this.first === undefined ? 0 : 1) + (this.more?.size ?? 0);
  }

  /** The call waits for a stream. */
  keep(call: ClientCall): void {
    call.streamId = -1;
    this.kept.add(call);
  }

  private sendKept(): void {
    for (const call of this.kept) {
      this.kept.delete(call);
      sendKept(call, this);
      // It had to wait again, behind the others: there is no further stream now.
      if (this.kept.has(call)) return;
    }
  }

  add(id: number, call: ClientCall): void {
    if (this.grpc && !this.wound) {
      // Its first words are sent: from now on it waits for the peer's.
      this.wound = true;
      this.channel.wind();
    }
    if (this.first === undefined) {
      this.first = call;
      this.firstId = id;
    } else {
      (this.more ??= new Map()).set(id, call);
    }
  }

  /** A oneway call was sent over gRPC; the connection keeps it until it is answered, or given up. */
  sentOneway(id: number): void {
    this.oneways ??= new Oneways(this.channel.clock, (x) => {
      if (this.find(x) === undefined) return;
      this.remove(x);
      if (!this.channel.isClosed) this.channel.engine.reset(x, 0, 'a oneway call that was not answered');
      this.pool.put(this);
    });
    this.oneways.sent(id);
  }

  private find(id: number): ClientCall | undefined {
    return id === this.firstId ? this.first : this.more?.get(id);
  }

  remove(id: number): void {
    if (id === this.firstId) {
      this.first = undefined;
      this.firstId = -1;
    } else {
      this.more?.delete(id);
    }
  }

  /** The call gave up. */
  abandon(call: ClientCall, reason: string): void {
    if (this.kept.delete(call)) return;
    const id = call.streamId;
    this.remove(id);
    if (this.grpc) {
      if (!this.channel.isClosed) this.channel.engine.reset(id, 0, reason);
      return;
    }
    if (this.ttstream) {
      const why = giveUp(call.error, call.core.ttstreamOptions.serviceName!, call.ctx.callerMethod === undefined ? undefined : (call.parent as unknown as RpcContext));
      (this.channel.engine as TTStreamEngine).cancel(id, why.code, why.message, why.path);
      return;
    }
    if (!this.multiplexed) this.retired = true;
    if (!this.channel.isClosed) this.channel.engine.reset(id, 0, reason);
  }

  onHead(id: number, head: RpcHead): void {
    const call = this.find(id);
    if (call?.stream !== undefined) call.stream.onHead(head);
    else if (call !== undefined && !(this.grpc && call.method.kind === 'oneway')) readHead(call, head);
  }

  onMessage(id: number, r: ByteReader, _end: boolean, wireBytes: number): void {
    const call = this.find(id);
    if (call?.stream !== undefined) {
      call.stream.onMessage(r, wireBytes);
      return;
    }
    if (this.grpc) {
      this.channel.engine.credit(id, wireBytes);
      if (call !== undefined && call.method.kind !== 'oneway') readAnswer(call, r, wireBytes);
      return;
    }
    if (call === undefined) return;
    this.remove(id);
    readReply(call, r, wireBytes);
  }

  /** Ping-pong wires have no tail. */
  onTail(id: number, tail: RpcTail): void {
    const call = this.find(id);
    if (call === undefined) return;
    this.remove(id);
    if (call.stream !== undefined) call.stream.onTail(tail);
    else if (call.method.kind === 'oneway') this.pool.put(this);
    else readStatus(call, tail);
  }

  onReset(id: number, code: number, reason: string): void {
    const call = this.find(id);
    if (call === undefined) return;
    this.remove(id);
    if (call.stream !== undefined && this.ttstream) {
      call.stream.onReset(readRst('client', code, reason, (this.channel.engine as TTStreamEngine).cancelPath), false);
      return;
    }
    if (call.stream !== undefined) {
      call.stream.onReset(resetError(call, code, reason), code === H2ErrorCode.REFUSED_STREAM);
      return;
    }
    if (this.grpc) {
      if (call.method.kind === 'oneway') this.pool.put(this);
      else wasReset(call, code, reason);
      return;
    }
    this.retired = true;
    failAttempt(call, this.channel.closedCause ?? new Error(reason));
  }

  /** The request of a unary call is one message: there is nothing to hold back. */
  onWritable(id: number): void {
    this.find(id)?.stream?.onWritable();
  }

  /** What waits for a stream goes elsewhere. */
  onGoAway(): void {
    this.retired = true;
    for (const c of [...this.kept]) {
      this.kept.delete(c);
      c.conn = undefined;
      this.pool.discard(this);
      resend(c, new Error('the peer goes away'));
    }
  }

  private onClosed(cause: Error | undefined): void {
    const calls: ClientCall[] = this.first === undefined ? [] : [this.first];
    if (this.more !== undefined) calls.push(...this.more.values());
    this.first = undefined;
    this.firstId = -1;
    this.more = undefined;
    this.retired = true;
    this.oneways?.stop();
    for (const c of [...this.kept]) {
      this.kept.delete(c);
      c.conn = undefined;
      this.pool.discard(this);
      resend(c, cause ?? new Error('connection closed by the peer'));
    }
    for (const c of calls) {
      // A oneway call over gRPC ended when it was sent.
      if (c.stream !== undefined) c.stream.onReset(cause ?? new Error('connection closed by the peer'), false);
      else if (this.grpc && c.method.kind === 'oneway') this.pool.discard(this);
      else failAttempt(c, cause ?? new Error('connection closed by the peer'));
    }
  }
}
