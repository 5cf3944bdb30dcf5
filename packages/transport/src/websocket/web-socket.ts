// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Awaitable } from '@cloudwego/gopkg/async';
import type { Address, Connection, TlsState } from '@cloudwego/gopkg/io';
import type { WsEvents, WsOptions, WsPrepared, WsSendOptions } from '@cloudwego/protocol';
import { WsEngine, WsError } from '@cloudwego/protocol';
import { Link } from './link.js';

/** Settings of a {@link WebSocketConnection}. */
export interface WebSocketOptions extends WsOptions {
  /** Messages that arrived and nobody took; above it the connection is not read. @defaultValue 16 */
  readonly maxQueuedMessages?: number | undefined;
}

/** How a WebSocket ended. */
export interface WebSocketEnd {
  /** What the peer said; 1005 where it said none, 1006 where the connection was lost, or something was wrong. */
  readonly code: number;
  readonly reason: string;
  readonly error: Error | undefined;
}

/**
 * A WebSocket on a connection, from behind its handshake on. Messages are taken by `for await`, or by `onMessage`; text is a string, everything else a Buffer.
 * Reading:  who iterates is waited for: above `maxQueuedMessages` the connection is not read.
 * Writing:  `send` waits while the peer does not keep up.
 * End:      the iteration ends with the connection, and throws where it was lost or something was wrong; `ended` always resolves.
 */
export class WebSocketConnection implements AsyncIterable<string | Buffer>, AsyncDisposable {
  /** The protocol that the handshake chose; '' = none. */
  readonly protocol: string;
  /** Told of the peer's pings, which were answered. */
  onPing: ((payload: Buffer) => void) | undefined = undefined;
  onPong: ((payload: Buffer) => void) | undefined = undefined;
  private readonly connection: Connection;
  private readonly link: Link;
  private readonly engine: WsEngine;
  private readonly maxQueued: number;
  private queue: (string | Buffer)[] = [];
  private taker: ((data: string | Buffer) => void) | undefined = undefined;
  private waiting: { resolve(r: IteratorResult<string | Buffer>): void; reject(e: Error): void } | undefined = undefined;
  private below: Promise<void> | undefined = undefined;
  private go: { resolve(): void; reject(e: Error): void } | undefined = undefined;
  private end: WebSocketEnd | undefined = undefined;
  private controller: AbortController | undefined = undefined;
  private onEnd: ((e: WebSocketEnd) => void)[] = [];

  /** Takes over the connection, which must have no other consumer that still wants it. Errors: OptionError. */
  constructor(connection: Connection, role: 'client' | 'server', protocol: string, o: WebSocketOptions = {}) {
    const { maxQueuedMessages, ...engine } = o;
    this.connection = connection;
    this.protocol = protocol;
    this.maxQueued = Math.max(1, maxQueuedMessages ?? 16);
    const link = new Link(connection);
    this.link = link;
    this.engine = new WsEngine(link, role, this.events(), engine);
    link.engine = this.engine;
    connection.idleMs = 0;
    connection.attach(link);
    link.wind();
  }

  private events(): WsEvents {
    return {
      onMessage: (data) => {
        this.take(data);
      },
      onPing: (p) => this.onPing?.(p),
      onPong: (p) => this.onPong?.(p),
      onWritable: () => {
        const { go } = this;
        this.below = undefined;
        this.go = undefined;
        go?.resolve();
      },
      onClose: (code, reason, error) => {
        this.over({ code, reason, error });
      },
    };
  }

  get remote(): Address {
    return this.connection.remote;
  }

  get tls(): TlsState | undefined {
    return this.connection.tls;
  }

  /** Messages can be sent. */
  get isOpen(): boolean {
    return this.engine.isOpen;
  }

  /** Accepted and not yet sent. Unit bytes. */
  get pendingBytes(): number {
    return this.connection.pendingBytes;
  }

  /** Aborts when the socket is over; the reason is what was wrong, or a WsError that says it was closed. */
  get signal(): AbortSignal {
    this.controller ??= new AbortController();
    if (this.end !== undefined && !this.controller.signal.aborted) this.controller.abort(reasonOf(this.end));
    return this.controller.signal;
  }

  /** Resolves when the connection is gone. */
  get ended(): Promise<WebSocketEnd> {
    return new Promise((resolve) => {
      if (this.end !== undefined) resolve(this.end);
      else this.onEnd.push(resolve);
    });
  }

  // ── out ──────────────────────────────────────────────────────────────────────────────────────

  /** Sends a message; waits while the peer does not keep up. Errors: WsError (WS_MISUSED) on a socket that is closed, or is closing. */
  send(data: string | Uint8Array, o?: WsSendOptions): Awaitable<void> {
    return this.engine.send(data, o) ? this.below : this.wait();
  }

  /** Sends what was prepared for many. */
  sendPrepared(m: WsPrepared): Awaitable<void> {
    return this.engine.sendPrepared(m) ? this.below : this.wait();
  }

  /** Sends a message as it is made: the first piece says whether it is text. Nobody may send another one meanwhile. */
  async sendStream(pieces: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>): Promise<void> {
    let last: string | Uint8Array | undefined;
    for await (const piece of pieces) {
      if (last !== undefined && !this.engine.sendPart(last, false)) await this.wait();
      last = piece;
    }
    if (!this.engine.sendPart(last ?? '', true)) await this.wait();
  }

  ping(payload?: Uint8Array): void {
    this.engine.sendPing(payload);
  }

  pong(payload?: Uint8Array): void {
    this.engine.sendPong(payload);
  }

  /** Says goodbye; resolves when the connection is gone, after `closeTimeoutMs` at the latest. Errors: WsError for a code that may not be sent. */
  async close(code?: number, reason?: string): Promise<WebSocketEnd> {
    this.engine.sendClose(code, reason);
    this.link.wind();
    // Who waits for the end waits for no more messages.
    this.engine.resume();
    return this.ended;
  }

  /** Drops the connection at once. */
  destroy(cause?: Error): void {
    this.connection.destroy(cause);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  private wait(): Promise<void> {
    if (this.below !== undefined) return this.below;
    const below = new Promise<void>((resolve, reject) => {
      this.go = { resolve, reject };
    });
    // Who does not wait is not told.
    below.catch(() => undefined);
    return (this.below = below);
  }

  // ── in ───────────────────────────────────────────────────────────────────────────────────────

  /** Takes messages as they come, in place of `for await`; first those that wait. Who only sends sets one too, so that goodbyes are seen behind messages. */
  set onMessage(f: ((data: string | Buffer) => void) | undefined) {
    this.taker = f;
    while (this.taker !== undefined) {
      const data = this.queue.shift();
      if (data === undefined) break;
      this.taker(data);
    }
    this.engine.resume();
  }

  private take(data: string | Buffer): void {
    if (this.taker !== undefined) {
      this.taker(data);
      return;
    }
    const { waiting } = this;
    if (waiting !== undefined) {
      this.waiting = undefined;
      waiting.resolve({ done: false, value: data });
      return;
    }
    this.queue.push(data);
    if (this.queue.length >= this.maxQueued) this.engine.pause();
  }

  [Symbol.asyncIterator](): AsyncIterator<string | Buffer> {
    return {
      next: () => this.next(),
      return: async () => {
        await this.close();
        return { done: true, value: undefined };
      },
    };
  }

  private next(): Promise<IteratorResult<string | Buffer>> {
    const data = this.queue.shift();
    if (data !== undefined) {
      if (this.queue.length < this.maxQueued) this.engine.resume();
      return Promise.resolve({ done: false, value: data });
    }
    const { end } = this;
    if (end !== undefined) return end.error === undefined ? Promise.resolve({ done: true, value: undefined }) : Promise.reject(end.error);
    if (this.waiting !== undefined) return Promise.reject(new WsError('WS_MISUSED', 0, 'next: a message is awaited already'));
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
    });
  }

  private over(end: WebSocketEnd): void {
    this.end = end;
    const { waiting, go, onEnd } = this;
    this.waiting = undefined;
    this.go = undefined;
    this.below = undefined;
    this.onEnd = [];
    if (end.error === undefined) waiting?.resolve({ done: true, value: undefined });
    else waiting?.reject(end.error);
    go?.reject(reasonOf(end));
    this.controller?.abort(reasonOf(end));
    for (const f of onEnd) f(end);
  }
}

function reasonOf(end: WebSocketEnd): Error {
  return end.error ?? new WsError('WS_PEER_CLOSED', 0, `the WebSocket was closed: ${end.code}${end.reason === '' ? '' : ` ${end.reason}`}`);
}
