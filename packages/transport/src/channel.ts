// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Connection } from '@cloudwego/gopkg/io';
import type { EngineFactory, EngineLink, StreamEngine, StreamEvents } from '@cloudwego/protocol';
import { ConnectionLink } from './connection-link.js';

/** Time limits of a channel. Unit ms, 0 = none. */
export interface ChannelLimits {
  /** Limit of a connection on which nothing is in flight. */
  readonly maxConnIdleMs: number;
  /** Limit between the bytes of a message that has begun, and between those that a peer takes of what is left to send after `end()`. */
  readonly readWriteTimeoutMs: number;
  /** How long a peer that was told goodbye, and has everything, may take to close. */
  readonly lingerMs: number;
}

/** No limits but a linger of 100 ms: what a client uses, whose pool and timeouts watch over its connections. */
export const clientLimits: ChannelLimits = Object.freeze({ maxConnIdleMs: 0, readWriteTimeoutMs: 0, lingerMs: 100 });

/**
 * Binds an engine to a connection: what the connection feeds, and what the engine writes to.
 * It does not attach itself: a client calls `connection.attach(channel)`, a Port attaches what `PortApp.accept` returned.
 * Limits: while nothing is in flight the connection may idle for `maxConnIdleMs`, in the middle of a message for `readWriteTimeoutMs`; while calls run
 * there is no limit, the calls have their own.
 */
export class Channel<Init, Tail> extends ConnectionLink {
  readonly engine: StreamEngine<Init, Tail>;
  /** Why the channel was destroyed from this side, else what the connection said. */
  closedCause: Error | undefined = undefined;
  isClosed: boolean = false;
  /** Nothing is in flight any more, or `open()` may succeed again. */
  onIdle: (() => void) | undefined = undefined;
  onClosed: ((cause: Error | undefined) => void) | undefined = undefined;
  private readonly server: boolean;
  private readonly limits: ChannelLimits;
  private receiving: boolean = false;
  private ending: boolean = false;
  /** Not a limit: the first one is always applied, the connection may have one of its port's. */
  private limit: number = -1;
  /** Bytes that the engine left with the connection. */
  private left: number = 0;
  private idleDue: boolean = false;
  /** After `end()`: what was unsent when it was last looked at, and since when it has not become less. */
  private unsent: number = 0;
  private unsentSince: number = 0;

  private constructor(connection: Connection, role: 'client' | 'server', limits: ChannelLimits, make: (link: EngineLink) => StreamEngine<Init, Tail>) {
    super(connection);
    this.server = role === 'server';
    this.limits = limits;
    this.engine = make(this);
    this.applyLimit(limits.maxConnIdleMs);
    this.wind();
  }

  /** Asks the engine when it wants to be called next: its own time limits and keep-alive live from that. Engines without any cost nothing. */
  wind(): void {
    if (this.ending || this.isClosed) return;
    const next = this.engine.tick(this.clock.now());
    if (this.ending || this.isClosed) return;
    this.clock.wheel.add(this, next);
  }

  /** Makes the engine and the channel around it. */
  static create<Head, Init, Tail, O>(
    connection: Connection,
    factory: EngineFactory<Head, Init, Tail, O>,
    role: 'client' | 'server',
    on: StreamEvents<Head, Tail>,
    options: O,
    limits: ChannelLimits = clientLimits,
  ): Channel<Init, Tail> {
    return new Channel<Init, Tail>(connection, role, limits, (link) => factory(link, role, on, options));
  }

  /** Nothing was said to end it: another stream may be opened. False from the moment that a peer's goodbye is seen. */
  get isOpen(): boolean {
    return !this.isClosed && !this.ending;
  }

  /** Nothing is in flight, half read, or read and not yet shown: it may be ended without anybody missing an answer. */
  get isQuiet(): boolean {
    return this.left === 0 && !this.receiving && this.engine.active === 0 && !this.engine.midMessage;
  }

  private restLimit(): number {
    return this.engine.midMessage ? this.limits.readWriteTimeoutMs : this.limits.maxConnIdleMs;
  }

  private applyLimit(ms: number): void {
    if (ms === this.limit || this.ending) return;
    this.limit = ms;
    this.connection.idleMs = ms;
  }

  // ── ByteConsumer ─────────────────────────────────────────────────────────────────────────────

  receive(buf: Buffer, start: number, end: number): number {
    // What comes after this side's goodbye could not be answered.
    if (this.ending) return end - start;
    this.receiving = true;
    let n: number;
    try {
      n = this.engine.receive(buf, start, end);
    } finally {
      this.receiving = false;
    }
    this.left = end - start - n;
    this.applyLimit(this.engine.active > 0 && !this.engine.midMessage ? 0 : this.restLimit());
    if (this.onIdle !== undefined && (this.idleDue || this.isQuiet)) {
      this.idleDue = false;
      this.onIdle();
    }
    return n;
  }

  closed(cause: Error | undefined): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.clock.wheel.remove(this);
    this.closedCause ??= cause;
    this.engine.closed(this.closedCause);
    const f = this.onClosed;
    this.onClosed = undefined;
    this.onIdle = undefined;
    f?.(this.closedCause);
  }

  // ── EngineLink ───────────────────────────────────────────────────────────────────────────────

  /** An engine that stops reading has a limit of its own on how long. */
  override pause(): void {
    super.pause();
    this.wind();
  }

  /** Sends what is queued and half-closes. A peer that then does not close within `lingerMs` is closed on; one that still takes bytes is waited for. */
  end(): void {
    if (this.ending || this.isClosed) return;
    this.ending = true;
    this.connection.end();
    this.connection.idleMs = 0;
    this.unsent = this.connection.pendingBytes;
    this.unsentSince = this.clock.now();
    this.clock.wheel.add(this, this.unsentSince + Math.max(1, this.limits.lingerMs));
  }

  /** The wheel's callback: the engine wanted it, or, after `end()`, the peer had its time. */
  fire(now: number): void {
    if (!this.ending) {
      this.wind();
      return;
    }
    const unsent = this.connection.pendingBytes;
    const moved = unsent < this.unsent;
    if (moved) {
      this.unsent = unsent;
      this.unsentSince = now;
    }
    if (moved || (unsent > 0 && now - this.unsentSince < this.limits.readWriteTimeoutMs)) this.clock.wheel.add(this, now + Math.max(1, this.limits.lingerMs));
    else this.connection.destroy(this.closedCause);
  }

  /** A server first sends what it has queued, say the error that explains the end; a client drops everything at once. */
  destroy(cause?: Error): void {
    this.closedCause ??= cause;
    if (this.server && !this.ending && this.connection.pendingBytes > 0) this.end();
    else this.connection.destroy(cause);
  }

  idle(): void {
    // The bytes of this very read may hold the next message: `receive` tells when it is through.
    this.idleDue = this.receiving;
    if (this.receiving) return;
    this.applyLimit(this.restLimit());
    this.onIdle?.();
  }
}
