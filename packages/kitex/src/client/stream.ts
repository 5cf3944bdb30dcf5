// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Awaitable } from '@cloudwego/gopkg/async';
import type { TimerEntry } from '@cloudwego/gopkg/clock';
import { ByteReader } from '@cloudwego/gopkg/io';
import type { RpcHead, RpcTail } from '@cloudwego/protocol';
import { GrpcStatus } from '@cloudwego/protocol';
import { CanceledByBusinessError, GrpcStatusError, InternalError, RpcTimeoutError, StreamClosedError, textOf } from '../errors.js';
import { markOnce, tellListeners } from '../stream/events.js';
import { Inbox, promised } from '../stream/inbox.js';
import type { Taken } from '../stream/inbox.js';
import { Later } from '../stream/later.js';
import { metadataOfHead, metadataOfTail } from '../stream/metadata.js';
import type { Metadata } from '../stream/metadata.js';
import { Pump } from '../stream/pump.js';
import type { ReadOptions, ResponseStream, StreamEvent, StreamOutcome } from '../stream/types.js';
import type { RpcContext } from '../types.js';
import type { ClientCall } from './call.js';
import { answerError } from './stream-answer.js';
import { Requests } from './stream-requests.js';
import { ioError } from './stages/error-handler.js';
import { reopen } from './stages/dispatch.js';
import { finish } from './stages/finish.js';
import { readBeside } from './stages/read-meta.js';
import { recv } from './stages/recv.js';

type Source = Iterable<unknown> | AsyncIterable<unknown>;

/**
 * The streaming side of a call that is made, whatever wire carries it: what users hold, and the receiver of what its connection reads.
 *
 *   requests ─▶ Pump ─▶ send ─▶ wire ─▶ onMessage ─▶ Inbox ─▶ recv ─▶ reader
 *   status, reset, deadline, signal, cancel(), left loop ─▶ finish ─▶ finished: everything above is told, once
 */
export class ClientStream implements ResponseStream<unknown> {
  readonly call: ClientCall;
  readonly inbox: Inbox;
  readonly requests: Requests;
  outcome: StreamOutcome = 'open';
  /** It was open on a connection once. */
  begun: boolean = false;
  /** This side gave it up: what the error is called does not say so everywhere. */
  givenUp: boolean = false;
  metadata: Metadata | undefined = undefined;
  private readonly head: Later<Metadata> = new Later();
  private readonly tail: Later<Metadata> = new Later();
  private readonly source: Source | undefined;
  private running: Pump | undefined = undefined;
  private timer: TimerEntry | undefined = undefined;

  constructor(call: ClientCall, source: Source | undefined) {
    this.call = call;
    this.source = source;
    this.requests = new Requests(call);
    this.inbox = new Inbox(
      (bytes) => {
        // Windows of a connection count for streams that are gone, too.
        if (this.creditTo !== undefined && !this.creditTo.channel.isClosed) this.creditTo.channel.engine.credit(this.creditId, bytes);
      },
      call.core.o.maxQueuedMessages!,
      (bytes) => this.decode(ByteReader.from(bytes)),
    );
  }

  private creditTo: ClientCall['conn'] = undefined;
  private creditId: number = -1;

  // ── what users hold ──────────────────────────────────────────────────────────────────────────

  get header(): Promise<Metadata> {
    return this.head.promise;
  }

  get trailer(): Promise<Metadata> {
    return this.tail.promise;
  }

  read(o: ReadOptions = {}): Promise<unknown> {
    return this.next(o.timeoutMs ?? this.call.recvTimeoutMs, o.cancelOnTimeout !== false).then((step) => step.value);
  }

  cancel(reason?: unknown): void {
    if (this.outcome !== 'open') return;
    this.givenUp = true;
    const { call } = this;
    finish(call, false, new CanceledByBusinessError(undefined, { cause: reason ?? 'stream.cancel()', extra: `to=${call.core.o.destService!}, method=${call.method.name}` }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.leave();
    return Promise.resolve();
  }

  [Symbol.asyncIterator](): AsyncIterator<unknown, undefined> {
    const { recvTimeoutMs } = this.call;
    return {
      next: () => this.next(recvTimeoutMs, true),
      return: () => {
        this.leave();
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }

  /** Nobody reads any more. */
  private leave(): void {
    this.cancel('the stream was left before its end');
    this.inbox.drop();
  }

  private next(timeoutMs: number, cancelOnTimeout: boolean): Promise<Taken> {
    const { core, ctx } = this.call;
    if (timeoutMs > 0 && this.inbox.size === 0 && !this.inbox.closed) this.arm(timeoutMs, cancelOnTimeout);
    // One that was refused before it began has no context.
    return promised(() => ((ctx as RpcContext | undefined) === undefined ? this.inbox.take() : core.recv(ctx)));
  }

  private arm(ms: number, cancel: boolean): void {
    this.disarm();
    const { core } = this.call;
    const timer: TimerEntry = {
      at: Infinity,
      fire: () => {
        this.timer = undefined;
        const { call } = this;
        const cause = new GrpcStatusError(GrpcStatus.RecvDeadlineExceeded, `no message within ${ms} ms`);
        const e = new RpcTimeoutError(`stream recv timeout, timeout=${ms}ms (recvTimeoutMs), to=${core.o.destService!}, method=${call.method.name}`, ms, { cause });
        if (cancel) finish(call, false, e);
        else this.inbox.stopWaiting(e);
      },
    };
    this.timer = timer;
    core.clock.wheel.add(timer, core.clock.now() + ms);
  }

  private disarm(): void {
    if (this.timer === undefined) return;
    this.call.core.clock.wheel.remove(this.timer);
    this.timer = undefined;
  }

  // ── the wire ─────────────────────────────────────────────────────────────────────────────────

  /** It is open on a connection; requests may go. Again, when a peer had not touched it. */
  opened(id: number): void {
    const { call } = this;
    if (!this.begun) this.tell({ type: 'start', at: call.core.clock.now() });
    this.begun = true;
    this.creditTo = call.conn;
    this.creditId = id;
    if (this.source === undefined) return;
    this.requests.opened();
    if (this.running !== undefined) return;
    let pump: Pump;
    try {
      pump = new Pump(this.source, (v) => this.send(v));
    } catch (e) {
      finish(call, false, e);
      return;
    }
    this.running = pump;
    pump.run().then(
      () => {
        this.requests.end();
      },
      (e: unknown) => {
        // Requests that fail end the stream, and whoever reads it is told why; on one that ended they interest nobody.
        finish(call, false, e);
      },
    );
  }

  private send(v: unknown): Awaitable<void> {
    const { call } = this;
    const sent = call.core.send(v, call.ctx);
    if (call.core.streamListeners.length > 0) this.tell({ type: 'send', at: call.core.clock.now(), error: undefined });
    return sent;
  }

  onHead(head: RpcHead): void {
    this.requests.touched();
    const { call } = this;
    const m = metadataOfHead(head);
    this.metadata = m;
    this.head.resolve(m);
    readBeside(call, head);
    if (call.headError !== undefined) {
      finish(call, false, call.headError);
      return;
    }
    this.tell({ type: 'recvHeader', at: call.core.clock.now(), metadata: m });
  }

  onMessage(r: ByteReader, wireBytes: number): void {
    this.requests.touched();
    const { call, inbox } = this;
    call.receivedBytes += wireBytes;
    call.lastReceivedBytes = wireBytes;
    markOnce(call.trace, recv);
    if (call.core.streamListeners.length > 0) this.tell({ type: 'recv', at: call.core.clock.now(), error: undefined });
    if (inbox.full) {
      inbox.spill(r.bytes(r.left), wireBytes);
      return;
    }
    let value: unknown;
    try {
      value = this.decode(r);
    } catch (e) {
      this.creditTo?.channel.engine.credit(this.creditId, wireBytes);
      finish(call, false, e);
      return;
    }
    this.disarm();
    inbox.push(value, wireBytes);
  }

  private decode(r: ByteReader): unknown {
    const { call } = this;
    try {
      return call.codec.decode(r, call.method, 'response');
    } catch (e) {
      throw ioError(call, new InternalError(`decode of a response of method ${call.method.name} failed: ${textOf(e)}`, { cause: e }));
    }
  }

  /** The peer's status. */
  onTail(tail: RpcTail): void {
    const { call } = this;
    const trailer = metadataOfTail(tail);
    // An answer that was a trailer only has a header too: an empty one.
    this.head.resolve(metadataOfTail({ ...tail, strings: undefined }));
    this.tail.resolve(trailer);
    this.tellEnd(trailer);
    call.giveBack();
    const error = answerError(call, tail);
    if (error !== undefined) finish(call, false, error);
    else finish(call, true, undefined);
  }

  /** The peer reset the stream; `untouched` = it says that it did not process it. */
  onReset(error: Error, untouched: boolean): void {
    const { call } = this;
    call.giveBack();
    if (untouched && this.requests.repeatable) {
      this.requests.closed();
      reopen(call, error);
      return;
    }
    if (call.ctx.deadline <= call.core.clock.now()) call.fire(call.core.clock.now());
    else finish(call, false, ioError(call, error));
  }

  onWritable(): void {
    this.requests.writable();
  }

  // ── the end ──────────────────────────────────────────────────────────────────────────────────

  /** The call is finished, in whatever way; called once, by `finish`. */
  finished(good: boolean, error: unknown): void {
    const { call } = this;
    this.disarm();
    this.outcome = good ? 'done' : this.givenUp ? 'cancelled' : 'failed';
    const open = call.conn;
    if (open !== undefined) {
      // It goes on at the peer, who is told.
      call.conn = undefined;
      open.abandon(call, textOf(error));
      call.pool.put(open);
    }
    const over = new StreamClosedError(`method ${call.method.name} is over`, error === undefined ? undefined : { cause: error });
    this.requests.over(good ? over : error);
    this.running?.stop(over);
    if (good) this.inbox.end();
    else this.inbox.fail(error, this.givenUp);
    this.head.reject(error ?? over);
    if (this.tail.pending) {
      if (!good) this.tell({ type: 'recv', at: call.core.clock.now(), error });
      this.tellEnd(undefined);
    }
    this.tail.reject(error ?? over);
  }

  private tellEnd(trailer: Metadata | undefined): void {
    this.tell({ type: 'finish', at: this.call.core.clock.now(), trailer });
  }

  private tell(event: StreamEvent): void {
    const { core, ctx } = this.call;
    if (core.streamListeners.length > 0 && (ctx as RpcContext | undefined) !== undefined) tellListeners(core.streamListeners, ctx, event, (m, e) => {
      core.warn(m, e);
    });
  }
}
