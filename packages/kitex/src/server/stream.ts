// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Awaitable } from '@cloudwego/gopkg/async';
import { isThenable } from '@cloudwego/gopkg/async';
import { DeadlineError } from '@cloudwego/gopkg/context';
import type { CancelListener } from '@cloudwego/gopkg/context';
import { ByteReader } from '@cloudwego/gopkg/io';
import { GrpcStatus } from '@cloudwego/protocol';
import { GrpcStatusError, RemoteOrNetworkError, StreamClosedError, textOf, TTStreamError } from '../errors.js';
import { tellListeners } from '../stream/events.js';
import { Inbox, promised } from '../stream/inbox.js';
import { Metadata, noMetadata } from '../stream/metadata.js';
import type { Pump } from '../stream/pump.js';
import type { StreamEvent } from '../stream/types.js';
import type { ServerCall } from './call.js';
import type { ServerContext } from './context.js';
import { enter } from './enter.js';
import { streamHead } from './grpc.js';
import { endStream, failStream, stopStream } from './stages/stream-end.js';

/**
 * The streaming side of a call that is served, whatever wire carries it: requests in, responses out, and the ways it may end.
 *
 *   wire ─▶ onMessage ─▶ Inbox ─▶ recv ─▶ handler ─▶ Pump ─▶ send ─▶ wire
 *           onEnd, onReset, deadline, forced stop ─▶ end: Inbox and Pump are told, the handler's generator is left
 */
export class ServerStream implements CancelListener {
  readonly inbox: Inbox;
  private readonly call: ServerCall;
  private running: Pump | undefined = undefined;
  private received: number = 0;
  private headPassed: boolean = false;
  private ended: unknown = undefined;
  private go: (() => void) | undefined = undefined;
  private halt: ((e: unknown) => void) | undefined = undefined;

  constructor(call: ServerCall) {
    this.call = call;
    this.inbox = new Inbox(
      (bytes) => {
        call.conn.channel.engine.credit(call.id, bytes);
      },
      call.core.o.maxQueuedMessages!,
      (bytes) => this.decode(ByteReader.from(bytes)),
    );
  }

  // ── the wire ─────────────────────────────────────────────────────────────────────────────────

  onMessage(r: ByteReader, end: boolean, wireBytes: number): void {
    const { call, inbox } = this;
    call.receivedBytes += wireBytes;
    call.lastReceivedBytes = wireBytes;
    if (call.core.streamListeners.length > 0) this.tell({ type: 'recv', at: call.core.clock.now(), error: undefined });
    if (++this.received > 1 && call.method.kind === 'server') {
      call.conn.channel.engine.credit(call.id, wireBytes);
      this.fail(new GrpcStatusError(GrpcStatus.Internal, `more than one request message in the call of method ${call.method.name}, wanted one`));
      return;
    }
    if (inbox.full) {
      inbox.spill(r.bytes(r.left), wireBytes);
    } else {
      let value: unknown;
      try {
        value = this.decode(r);
      } catch (e) {
        call.conn.channel.engine.credit(call.id, wireBytes);
        this.fail(e);
        return;
      }
      inbox.push(value, wireBytes);
    }
    if (end) inbox.end();
  }

  private decode(r: ByteReader): unknown {
    const { call } = this;
    try {
      return call.codec.decode(r, call.method, 'request');
    } catch (e) {
      throw new GrpcStatusError(GrpcStatus.Internal, `decode of a request of method ${call.method.name} failed: ${textOf(e)}`, { cause: e });
    }
  }

  onWritable(): void {
    const { go } = this;
    this.go = this.halt = undefined;
    go?.();
  }

  // ── the handler ──────────────────────────────────────────────────────────────────────────────

  /** Runs middlewares and handler. Called once, when the head has been looked at. */
  run(): void {
    const { call } = this;
    const { core } = call;
    this.tell({ type: 'start', at: core.clock.now() });
    call.ctx.listen(this);
    if (call.done) return;
    const requests: AsyncIterable<unknown> = { [Symbol.asyncIterator]: () => this.iterator() };
    let v: Awaitable<unknown>;
    try {
      v = enter(call, core.streamEndpoint, requests);
    } catch (e) {
      failStream(call, e);
      return;
    }
    if (!isThenable(v)) {
      this.complete();
      return;
    }
    v.then(
      () => {
        this.complete();
      },
      (e: unknown) => {
        failStream(call, e);
      },
    );
  }

  private complete(): void {
    if (!this.call.done) endStream(this.call);
  }

  private iterator(): AsyncIterator<unknown, undefined> {
    const { core, ctx } = this.call;
    return {
      next: () => promised(() => core.recv(ctx)),
      // The handler reads no further: what still comes is thrown away, so that the peer is not held back by it.
      return: () => {
        this.inbox.end();
        this.inbox.drop();
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }

  /** Sends through the middlewares. */
  send(message: unknown, ctx: ServerContext): Awaitable<void> {
    const sent = this.call.core.send(message, ctx);
    if (this.call.core.streamListeners.length > 0) this.tell({ type: 'send', at: this.call.core.clock.now(), error: undefined });
    return sent;
  }

  async pump(p: Pump): Promise<void> {
    if (this.ended !== undefined) {
      p.stop(this.ended);
      throw this.ended;
    }
    this.running = p;
    await p.run();
  }

  /** Header and meta handlers' keys go before the first message. */
  passHead(): void {
    if (this.headPassed) return;
    this.headPassed = true;
    const { call } = this;
    call.conn.channel.engine.sendHead(call.id, streamHead(call), false);
    call.headSent = true;
  }

  /** A header that was set travels even where no message does; what else would be in it is left out. */
  headForEnd(): void {
    if (this.headPassed || this.call.metaFailed) return;
    const head = streamHead(this.call);
    if (head.strings === undefined) return;
    this.headPassed = true;
    this.call.conn.channel.engine.sendHead(this.call.id, head, false);
  }

  /** Sends the header now. */
  flushHead(): void {
    this.passHead();
    this.call.conn.channel.engine.flushHead?.(this.call.id);
  }

  untilWritable(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.go = resolve;
      this.halt = reject;
    });
  }

  // ── the end ──────────────────────────────────────────────────────────────────────────────────

  /** Why nothing can be sent any more. */
  reason(): Error {
    return this.ended instanceof Error ? this.ended : new StreamClosedError(`method ${this.call.method.name}`);
  }

  /** The context ended: deadline, or forced stop; or the peer is gone and was told of before. */
  canceled(reason: unknown): void {
    if (this.call.done) return;
    this.ended = reason;
    if (reason instanceof DeadlineError) failStream(this.call, reason);
    else stopStream(this.call, reason);
  }

  /** What the peer sent makes no sense: the handler is told, the peer too. */
  private fail(e: unknown): void {
    this.ended = e;
    failStream(this.call, e);
    this.call.ctx.cancel(e);
  }

  /** The call is finished, in whatever way; called once. */
  finished(): void {
    const { call } = this;
    const reason: unknown = this.ended ?? call.error ?? new StreamClosedError(`method ${call.method.name} is done`);
    // What ended it under its handler.
    const { error } = call;
    const failed: unknown = this.ended ?? (error instanceof RemoteOrNetworkError || error instanceof TTStreamError ? error : undefined);
    this.ended ??= reason;
    call.ctx.unlisten(this);
    this.inbox.fail(reason, true);
    this.running?.stop(reason);
    const { halt } = this;
    this.go = this.halt = undefined;
    halt?.(reason);
    if (failed !== undefined) this.tell({ type: 'recv', at: call.core.clock.now(), error: failed });
    this.tell({ type: 'finish', at: call.core.clock.now(), trailer: call.trailer === undefined ? noMetadata : new Metadata(call.trailer) });
  }

  private tell(event: StreamEvent): void {
    const { core, ctx } = this.call;
    if (core.streamListeners.length > 0) tellListeners(core.streamListeners, ctx, event, (m, e) => {
      core.warn(m, e);
    });
  }
}
