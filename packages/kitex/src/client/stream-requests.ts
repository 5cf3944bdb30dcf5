// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Awaitable } from '@cloudwego/gopkg/async';
import type { RpcTail } from '@cloudwego/protocol';
import { InternalError, textOf } from '../errors.js';
import { StreamClosedError } from '../errors.js';
import type { ClientCall } from './call.js';
import { ioError } from './stages/error-handler.js';

/** Requests that are kept until the peer was heard of, so that another one can be given them. */
const MAX_KEPT = 64;

const HALF_CLOSE: RpcTail = Object.freeze({ code: 0, message: '', details: undefined, strings: undefined });

/**
 * The requests of one stream on their way out. Until the peer shows that it took the stream they are kept: a peer that goes away without having touched it
 * costs nothing, the stream is opened elsewhere and what was sent is sent again.
 */
export class Requests {
  private readonly call: ClientCall;
  private isOpen: boolean = false;
  private ended: boolean = false;
  private halfClosed: boolean = false;
  private kept: unknown[] | undefined = [];
  private error: unknown = undefined;
  private isOver: boolean = false;
  private go: (() => void) | undefined = undefined;
  private halt: ((e: unknown) => void) | undefined = undefined;

  constructor(call: ClientCall) {
    this.call = call;
  }

  /** Nothing that was sent is lost when the stream is opened again. */
  get repeatable(): boolean {
    return this.kept !== undefined && !this.isOver;
  }

  /** The peer answered: it has the stream. */
  touched(): void {
    this.kept = undefined;
  }

  /** The stream is open on a connection. */
  opened(): void {
    this.isOpen = true;
    this.halfClosed = false;
    for (const v of this.kept ?? []) this.write(v);
    if (this.ended) this.end();
    this.writable();
  }

  /** The peer did not take it; it will be opened again. */
  closed(): void {
    this.isOpen = false;
  }

  /** Sends one; a promise where the stream takes no more for now. */
  send(v: unknown): Awaitable<void> {
    if (this.isOver) throw this.reason();
    if (!this.isOpen) return this.wait().then(() => this.send(v));
    const { kept } = this;
    if (kept !== undefined) {
      if (kept.length >= MAX_KEPT) this.kept = undefined;
      else kept.push(v);
    }
    if (this.write(v)) return;
    return this.wait();
  }

  private write(v: unknown): boolean {
    const { call } = this;
    const conn = call.conn;
    if (conn === undefined) throw this.reason();
    const { engine } = conn.channel;
    const id = call.streamId;
    call.event('WriteStart');
    try {
      const w = engine.beginMessage(id, 0);
      const before = w.mark();
      call.codec.encode(w, call.method, 'request', v);
      call.sentBytes += call.lastSentBytes = w.mark() - before;
      return engine.endMessage(id, false);
    } catch (e) {
      if (this.isOver) throw this.reason();
      engine.cancelMessage(id);
      throw ioError(call, new InternalError(`a request of method ${call.method.name} could not be sent: ${textOf(e)}`, { cause: e }));
    }
  }

  /** No further request comes. */
  end(): void {
    this.ended = true;
    const { call } = this;
    const conn = call.conn;
    if (this.isOver || !this.isOpen || this.halfClosed || conn === undefined) return;
    this.halfClosed = true;
    call.event('WriteFinish');
    conn.channel.engine.sendTail(call.streamId, HALF_CLOSE);
  }

  private wait(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.go = resolve;
      this.halt = reject;
    });
  }

  writable(): void {
    const { go } = this;
    this.go = this.halt = undefined;
    go?.();
  }

  private reason(): Error {
    return this.error instanceof Error ? this.error : new StreamClosedError(`method ${this.call.method.name} is over`);
  }

  /** Nothing is sent any more. */
  over(e: unknown): void {
    this.isOver = true;
    this.error = e;
    this.kept = undefined;
    const { halt } = this;
    this.go = this.halt = undefined;
    halt?.(e);
  }
}
