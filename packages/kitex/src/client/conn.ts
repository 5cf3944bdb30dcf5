// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Address, ByteReader, Connection } from '@cloudwego/gopkg/io';
import type { RpcHead, RpcHeadInit, RpcTail, StreamEvents } from '@cloudwego/protocol';
import { createRpcEngine } from '@cloudwego/protocol';
import { Channel } from '@cloudwego/transport';
import type { PoolEntry } from '@cloudwego/transport';
import type { ClientCall } from './call.js';
import type { ClientCore } from './core.js';
import { failAttempt } from './stages/read.js';
import { readHead } from './stages/read-meta.js';
import { readReply } from './stages/read.js';

/**
 * One connection of a client with the calls that wait on it. Replies reach their call by stream id; what is closed under a call fails that call.
 * A call that is abandoned (timeout, cancellation) resets its stream, which destroys a connection that answers in order: its late reply must never be
 * read by the next call.
 */
export class ClientConn implements PoolEntry, StreamEvents<RpcHead, RpcTail> {
  readonly address: Address;
  readonly channel: Channel<RpcHeadInit, RpcTail>;
  lastUsedAt = 0;
  /** The peer said that it will close, or the stream state is unsure: never pooled again. */
  retired = false;
  /** What was written still has to leave: the connection closes in its own time. */
  closing = false;
  private first: ClientCall | undefined = undefined;
  private firstId = -1;
  private more: Map<number, ClientCall> | undefined = undefined;

  constructor(core: ClientCore, address: Address, connection: Connection) {
    this.address = address;
    this.channel = Channel.create(connection, createRpcEngine, 'client', this, core.engineOptions);
    this.channel.onClosed = (cause) => {
      this.onClosed(cause);
    };
    connection.attach(this.channel);
  }

  usable(): boolean {
    return !this.retired && this.channel.isOpen;
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

  add(id: number, call: ClientCall): void {
    if (this.first === undefined) {
      this.first = call;
      this.firstId = id;
    } else {
      (this.more ??= new Map()).set(id, call);
    }
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
  abandon(id: number, reason: string): void {
    this.remove(id);
    this.retired = true;
    if (!this.channel.isClosed) this.channel.engine.reset(id, 0, reason);
  }

  onHead(id: number, head: RpcHead): void {
    const call = this.find(id);
    if (call !== undefined) readHead(call, head);
  }

  onMessage(id: number, r: ByteReader, _end: boolean, wireBytes: number): void {
    const call = this.find(id);
    if (call === undefined) return;
    this.remove(id);
    readReply(call, r, wireBytes);
  }

  onTail(): void {
    // Ping-pong wires have no tail.
  }

  onReset(id: number, _code: number, reason: string): void {
    const call = this.find(id);
    if (call === undefined) return;
    this.remove(id);
    this.retired = true;
    failAttempt(call, this.channel.closedCause ?? new Error(reason));
  }

  onWritable(): void {
    // A request is one message: there is nothing to hold back.
  }

  onGoAway(): void {
    this.retired = true;
  }

  private onClosed(cause: Error | undefined): void {
    const calls: ClientCall[] = this.first === undefined ? [] : [this.first];
    if (this.more !== undefined) calls.push(...this.more.values());
    this.first = undefined;
    this.firstId = -1;
    this.more = undefined;
    for (const c of calls) failAttempt(c, cause ?? new Error('connection closed by the peer'));
  }
}
