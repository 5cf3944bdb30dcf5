// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Awaitable } from '@cloudwego/gopkg/async';
import type { Address, ByteReader, Connection, TlsState } from '@cloudwego/gopkg/io';
import type { HttpHead, HttpHeadInit, HttpTail, StreamEngine } from '@cloudwego/protocol';
import type { BodySink, Exchange } from '../contracts.js';
import { ClientGoneError, ExchangeStateError } from './errors.js';
import { checkHandOver, RequestSide } from './request-side.js';

/** What an exchange needs of its connection. */
export interface ExchangeOwner {
  readonly engine: StreamEngine<HttpHeadInit, HttpTail>;
  readonly remote: Address;
  readonly tls: TlsState | undefined;
  /** The answer is complete. */
  answered(x: StreamExchange): void;
  /** Sends 101 and gives the connection away; absent where streams share it. */
  upgrade?(x: StreamExchange, headers: readonly string[], status: number): Connection;
}

const NO_FIELDS: readonly string[] = [];
/** How far an answer has come. */
const Answer = { None: 0, Streaming: 1, Done: 2 } as const;

/** One stream of an HTTP engine as an exchange, whatever the engine's version. */
export class StreamExchange extends RequestSide implements Exchange {
  readonly id: number;
  readonly method: string;
  readonly target: string;
  private readonly owner: ExchangeOwner;
  private readonly head: HttpHead;
  private readonly expects: boolean;
  private answer: number = Answer.None;
  private sink: StreamSink | undefined = undefined;

  constructor(owner: ExchangeOwner, id: number, head: HttpHead, end: boolean) {
    super(end, head.length);
    this.owner = owner;
    this.id = id;
    this.head = head;
    this.method = head.method;
    this.target = head.target;
    this.expects = !end && head.version === '1.1' && head.header('expect')?.toLowerCase() === '100-continue';
  }

  // ── the request ──────────────────────────────────────────────────────────────────────────────

  get remote(): Address {
    return this.owner.remote;
  }

  get tls(): TlsState | undefined {
    return this.owner.tls;
  }

  get version(): '1.0' | '1.1' | '2' {
    return this.head.version;
  }

  get authority(): string {
    return this.head.authority;
  }

  header(lowerName: string): string | undefined {
    return this.head.header(lowerName);
  }

  get rawHeaders(): readonly string[] {
    return this.head.rawHeaders;
  }

  get length(): number | undefined {
    return this.head.length;
  }

  // ── the answer ───────────────────────────────────────────────────────────────────────────────

  get isAnswered(): boolean {
    return this.answer !== Answer.None;
  }

  respond(status: number, headers: readonly string[], body: Uint8Array | string | undefined): void {
    if (this.answer !== Answer.None) throw new ExchangeStateError('respond: the request was answered already');
    this.answer = Answer.Done;
    if (this.gone !== undefined) return;
    const { engine } = this.owner;
    const length = body === undefined ? 0 : typeof body === 'string' ? Buffer.byteLength(body) : body.length;
    if (length === 0) {
      engine.sendHead(this.id, { status, headers, length: 0 }, true);
    } else {
      engine.sendHead(this.id, { status, headers, length }, false);
      const w = engine.beginMessage(this.id, length);
      if (typeof body === 'string') w.string(body);
      else w.bytes(body!);
      engine.endMessage(this.id, true);
    }
    this.owner.answered(this);
  }

  startStream(status: number, headers: readonly string[], length: number | undefined): BodySink {
    if (this.answer !== Answer.None) throw new ExchangeStateError('startStream: the request was answered already');
    this.answer = Answer.Streaming;
    const sink = new StreamSink(this);
    this.sink = sink;
    if (this.gone === undefined) {
      this.owner.engine.sendHead(this.id, { status, headers, length }, false);
      this.owner.engine.flushHead?.(this.id);
    }
    return sink;
  }

  inform(status: number, headers: readonly string[]): void {
    if (this.answer !== Answer.None) throw new ExchangeStateError('inform: the request was answered already');
    if (this.gone === undefined) this.owner.engine.sendHead(this.id, { status, headers, length: undefined }, false);
  }

  /** Answers 101, or 2xx to CONNECT, with `headers` and gives the connection: the caller attaches what comes next. */
  upgrade(headers: readonly string[], status: number = 101): Connection {
    checkHandOver(this.method, status);
    if (this.answer !== Answer.None) throw new ExchangeStateError('upgrade: the request was answered already');
    if (this.owner.upgrade === undefined) throw new ExchangeStateError('upgrade: the streams of HTTP/2 share their connection');
    if (this.gone !== undefined) throw this.gone;
    this.answer = Answer.Done;
    return this.owner.upgrade(this, headers, status);
  }

  // ── of the sink ──────────────────────────────────────────────────────────────────────────────

  /** Sends a piece; false = above high water. */
  send(b: Uint8Array | string): boolean {
    if (this.answer === Answer.Done) throw new ExchangeStateError('write: the answer is complete');
    if (this.gone !== undefined) throw this.gone;
    if (b.length === 0) return true;
    const { engine } = this.owner;
    const w = engine.beginMessage(this.id, b.length);
    if (typeof b === 'string') w.string(b);
    else w.bytes(b);
    return engine.endMessage(this.id, false);
  }

  finish(trailers: readonly string[]): void {
    if (this.answer === Answer.Done) return;
    this.answer = Answer.Done;
    if (this.gone !== undefined) return;
    this.owner.engine.sendTail(this.id, trailers);
    this.owner.answered(this);
  }

  /** The answer cannot be completed: its connection, or its stream of HTTP/2, is cut, so that the client sees that something is missing. */
  breakOff(e: Error | undefined): void {
    if (this.answer === Answer.Done) return;
    this.answer = Answer.Done;
    if (this.gone !== undefined) return;
    this.owner.engine.reset(this.id, 2, e?.message);
    this.owner.answered(this);
  }

  // ── what the engine tells ────────────────────────────────────────────────────────────────────

  onPiece(r: ByteReader, end: boolean): void {
    if (r.left > 0) this.incoming.push(r.bytes(r.left));
    if (end) this.incoming.end(NO_FIELDS);
  }

  onTrailers(tail: readonly string[]): void {
    this.incoming.end(tail);
  }

  onWritable(): void {
    this.sink?.writable();
  }

  /** The client ended its side; it may still take the answer. */
  onClientEnd(): void {
    this.controller?.abort(new ClientGoneError('the client ended its connection'));
  }

  protected answerLost(e: Error): void {
    this.sink?.lost(e);
  }

  // ── BodySource ───────────────────────────────────────────────────────────────────────────────

  wanted(): void {
    if (this.expects && this.answer === Answer.None && this.gone === undefined) this.owner.engine.sendHead(this.id, CONTINUE, false);
  }

  taken(n: number): void {
    if (n > 0 && this.gone === undefined && this.answer !== Answer.Done) this.owner.engine.credit(this.id, n);
  }
}

const CONTINUE: HttpHeadInit = Object.freeze({ status: 100, headers: NO_FIELDS, length: undefined });

/** The streamed body of an answer. */
class StreamSink implements BodySink {
  private readonly x: StreamExchange;
  private below: Promise<void> | undefined = undefined;
  private go: { resolve(): void; reject(e: Error): void } | undefined = undefined;

  constructor(x: StreamExchange) {
    this.x = x;
  }

  /** Waits while the client does not keep up. Errors: the reason for which the client is gone. */
  write(b: Uint8Array | string): Awaitable<void> {
    if (this.x.send(b)) return this.below;
    return (this.below ??= new Promise((resolve, reject) => {
      this.go = { resolve, reject };
    }));
  }

  end(trailers: readonly string[] = NO_FIELDS): void {
    this.x.finish(trailers);
  }

  destroy(e?: Error): void {
    this.x.breakOff(e);
  }

  writable(): void {
    const { go } = this;
    this.below = undefined;
    this.go = undefined;
    go?.resolve();
  }

  lost(e: Error): void {
    const { go } = this;
    this.below = undefined;
    this.go = undefined;
    go?.reject(e);
  }
}
