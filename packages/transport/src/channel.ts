// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '@cloudwego/gopkg/clock';
import type { ByteConsumer, ByteWriter, Connection } from '@cloudwego/gopkg/io';
import type { EngineFactory, EngineLink, StreamEngine, StreamEvents } from '@cloudwego/protocol';

/** Time limits of a channel. Unit ms, 0 = none. */
export interface ChannelLimits {
  /** Limit of a connection on which nothing is in flight. */
  readonly maxConnIdleMs: number;
  /** Limit between the bytes of a message that has begun. */
  readonly readWriteTimeoutMs: number;
  /** How long a peer that was told goodbye may take to close. */
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
export class Channel<Init, Tail> implements ByteConsumer, EngineLink {
  readonly connection: Connection;
  readonly engine: StreamEngine<Init, Tail>;
  readonly clock: Clock;
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
  private limit: number = 0;

  private constructor(connection: Connection, role: 'client' | 'server', limits: ChannelLimits, make: (link: EngineLink) => StreamEngine<Init, Tail>) {
    this.connection = connection;
    this.clock = connection.clock;
    this.server = role === 'server';
    this.limits = limits;
    this.engine = make(this);
    this.applyLimit(limits.maxConnIdleMs);
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

  private restLimit(): number {
    return this.engine.midMessage ? this.limits.readWriteTimeoutMs : this.limits.maxConnIdleMs;
  }

  private applyLimit(ms: number): void {
    if (ms === this.limit || this.ending) return;
    this.limit = ms;
    this.connection.idleMs = ms;
  }

  // ── ByteConsumer ─────────────────────────────────────────────────────────────────────────────

  get need(): number {
    return this.engine.need;
  }

  receive(buf: Buffer, start: number, end: number): number {
    this.receiving = true;
    let n: number;
    try {
      n = this.engine.receive(buf, start, end);
    } finally {
      this.receiving = false;
    }
    this.applyLimit(this.engine.active > 0 && !this.engine.midMessage ? 0 : this.restLimit());
    return n;
  }

  receiveEnd(): void {
    this.engine.receiveEnd();
  }

  writable(): void {
    this.engine.writable();
  }

  closed(cause: Error | undefined): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.closedCause ??= cause;
    this.engine.closed(this.closedCause);
    const f = this.onClosed;
    this.onClosed = undefined;
    this.onIdle = undefined;
    f?.(this.closedCause);
  }

  // ── EngineLink ───────────────────────────────────────────────────────────────────────────────

  get pendingBytes(): number {
    return this.connection.pendingBytes;
  }

  beginWrite(hint: number): ByteWriter {
    return this.connection.beginWrite(hint);
  }

  endWrite(): boolean {
    return this.connection.endWrite();
  }

  cancelWrite(): void {
    this.connection.cancelWrite();
  }

  flush(): void {
    this.connection.flush();
  }

  pause(): void {
    this.connection.pause();
  }

  resume(): void {
    this.connection.resume();
  }

  /** Sends what is queued and half-closes. A peer that then does not close within `lingerMs` is closed on. */
  end(): void {
    if (this.ending || this.isClosed) return;
    this.connection.end();
    this.applyLimit(Math.max(1, this.limits.lingerMs));
    this.ending = true;
  }

  /** A server first sends what it has queued, say the error that explains the end; a client drops everything at once. */
  destroy(cause?: Error): void {
    this.closedCause ??= cause;
    if (this.server && !this.ending && this.connection.pendingBytes > 0) this.end();
    else this.connection.destroy(cause);
  }

  idle(): void {
    if (!this.receiving) this.applyLimit(this.restLimit());
    this.onIdle?.();
  }
}
