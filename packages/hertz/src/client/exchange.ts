// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { TimerEntry } from '@cloudwego/gopkg/clock';
import { DeadlineError } from '@cloudwego/gopkg/context';
import type { BaseContext, CancelListener, Context } from '@cloudwego/gopkg/context';
import { toError } from '@cloudwego/gopkg/errors';
import type { ByteReader } from '@cloudwego/gopkg/io';
import type { HttpHead, HttpTail } from '@cloudwego/protocol';
import type { HttpConn } from './conn.js';
import { HttpClientError } from './errors.js';
import type { ClientRequest } from './request.js';
import { ClientResponse } from './response.js';

/** What one sending needs to know. */
export interface SendOptions {
  readonly target: string;
  readonly headers: readonly string[];
  readonly readTimeoutMs: number;
  readonly writeTimeoutMs: number;
  readonly maxResponseBodyBytes: number;
}

/**
 * One request on one connection, and its answer: resolves with the head, and goes on until the body is over. The context's end, a timeout, or a caller that
 * wants no more ends the connection with it: what comes late must never be read by the next request.
 */
export class ClientExchange implements TimerEntry, CancelListener {
  at: number = Infinity;
  /** The first byte of an answer came. */
  answered: boolean = false;
  readonly response: Promise<ClientResponse>;
  private readonly conn: HttpConn;
  private readonly req: ClientRequest;
  private readonly o: SendOptions;
  private readonly ctx: BaseContext;
  private id: number = -1;
  private made: ClientResponse | undefined = undefined;
  private settle!: (r: ClientResponse) => void;
  private refuse!: (e: Error) => void;
  private over: boolean = false;
  private wantsWritable: (() => void) | undefined = undefined;
  /** What the timer watches: since when nothing moved, and in which direction. */
  private movedAt: number;
  private writing: boolean = false;

  constructor(conn: HttpConn, req: ClientRequest, ctx: Context, o: SendOptions) {
    this.conn = conn;
    this.req = req;
    this.o = o;
    this.ctx = ctx as BaseContext;
    this.movedAt = conn.clock.now();
    this.response = new Promise((resolve, reject) => {
      this.settle = resolve;
      this.refuse = reject;
    });
  }

  /** False: the connection takes no more requests; nothing was sent. */
  start(): boolean {
    const { engine } = this.conn.channel;
    const { body, method, url } = this.req;
    const id = engine.open({ method, target: this.o.target, authority: url.host, headers: this.o.headers, length: body?.pieces === undefined ? undefined : body.length }, body === undefined);
    if (id < 0) return false;
    this.id = id;
    this.conn.exchange = this;
    this.ctx.listen(this);
    if (this.over) return true;
    if (body?.bytes !== undefined) {
      const w = engine.beginMessage(id, body.bytes.length);
      w.bytes(body.bytes);
      if (!engine.endMessage(id, true)) this.writing = true;
    } else if (body !== undefined) {
      this.writing = true;
      void this.pump(body.pieces!());
    }
    this.arm();
    return true;
  }

  private async pump(pieces: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>): Promise<void> {
    const { engine } = this.conn.channel;
    try {
      for await (const piece of pieces) {
        if (this.over) return;
        const w = engine.beginMessage(this.id, piece.length);
        if (typeof piece === 'string') w.string(piece);
        else w.bytes(piece);
        const below = engine.endMessage(this.id, false);
        this.moved();
        if (!below) {
          await new Promise<void>((resolve) => {
            this.wantsWritable = resolve;
          });
        }
      }
      if (this.over) return;
      engine.sendTail(this.id, []);
      this.writing = false;
      this.moved();
    } catch (e) {
      this.fail(e as Error);
    }
  }

  private moved(): void {
    this.movedAt = this.conn.clock.now();
  }

  private arm(): void {
    const ms = this.writing ? this.o.writeTimeoutMs : this.o.readTimeoutMs;
    if (ms > 0 && !this.over) this.conn.clock.wheel.add(this, this.movedAt + ms);
  }

  fire(now: number): void {
    const ms = this.writing ? this.o.writeTimeoutMs : this.o.readTimeoutMs;
    if (ms === 0 || now < this.movedAt + ms) {
      this.arm();
      return;
    }
    const phase = this.writing ? 'write' : 'read';
    this.fail(new HttpClientError('HERTZ_CLIENT_TIMEOUT', `${this.req.method} ${this.req.url.origin}: nothing was ${this.writing ? 'taken' : 'heard'} for ${ms} ms (${phase}TimeoutMs)`, { sent: true }));
  }

  canceled(reason: unknown): void {
    this.fail(cancelError(reason, this.req, true));
  }

  /** Ends it: the connection goes with it. */
  fail(e: Error): void {
    if (this.over) return;
    this.leave();
    if (!this.conn.channel.isClosed) this.conn.channel.engine.reset(this.id, 0, e.message);
    this.lost(e);
  }

  private lost(e: Error): void {
    if (this.made === undefined) this.refuse(e);
    else this.made.fail(e);
  }

  private leave(): void {
    this.over = true;
    this.conn.clock.wheel.remove(this);
    this.ctx.unlisten(this);
    this.conn.exchange = undefined;
    this.wantsWritable?.();
  }

  // ── what arrives ─────────────────────────────────────────────────────────────────────────────

  onHead(head: HttpHead, end: boolean): void {
    this.answered = true;
    this.moved();
    if (head.status < 200 && head.status !== 101) return;
    const raw = head.retain().rawHeaders;
    this.conn.heard(head.header('keep-alive'));
    const handed = head.status === 101 || (this.req.method === 'CONNECT' && head.status < 300);
    const r = new ClientResponse(
      head.status,
      raw,
      this.req.url.href,
      {
        taken: (n) => {
          if (!this.over) this.conn.channel.engine.credit(this.id, n);
        },
        abandon: () => {
          this.fail(new HttpClientError('HERTZ_CLIENT_RESPONSE_STATE', 'the rest of the body was given up', { sent: true }));
        },
      },
      this.o.maxResponseBodyBytes,
      handed ? this.conn.handOver() : undefined,
    );
    this.made = r;
    if (end) {
      this.leave();
      r.end([]);
    }
    this.settle(r);
  }

  onPiece(r: ByteReader, end: boolean): void {
    this.moved();
    const n = r.end - r.pos;
    if (n > 0) this.made!.push(r.bytes(n));
    if (end) this.finish([]);
  }

  finish(tail: HttpTail): void {
    this.leave();
    this.made!.end(tail);
  }

  onWritable(): void {
    this.moved();
    const wake = this.wantsWritable;
    this.wantsWritable = undefined;
    if (wake === undefined && this.req.body?.pieces === undefined) {
      this.writing = false;
      this.arm();
    }
    wake?.();
  }

  onLost(cause: Error | undefined): void {
    if (this.over) return;
    this.leave();
    this.lost(cause instanceof HttpClientError ? cause : new HttpClientError('HERTZ_CLIENT_CONN_LOST', `${this.req.method} ${this.req.url.origin}: the connection was lost ${this.answered ? 'in the middle of the response' : 'before a response came'}${cause === undefined ? '' : `: ${cause.message}`}`, { cause, sent: true }));
  }
}

/** Why a request ended that its caller, or its deadline, gave up. A caller's own reason is thrown as it is. */
export function cancelError(reason: unknown, req: ClientRequest, sent: boolean): Error {
  if (reason instanceof DeadlineError) return new HttpClientError('HERTZ_CLIENT_TIMEOUT', `${req.method} ${req.url.origin}: the response was not whole in time (requestTimeoutMs, or the deadline of the context)`, { cause: reason, sent });
  return toError(reason);
}
