// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Clock, TimerEntry } from '@cloudwego/gopkg/clock';
import type { ByteConsumer, ByteWriter, Connection } from '@cloudwego/gopkg/io';
import type { EngineLink, WsEngine } from '@cloudwego/protocol';

/** Binds the engine of a WebSocket to its connection, and to the clock. */
export class Link implements ByteConsumer, EngineLink, TimerEntry {
  at: number = Infinity;
  readonly clock: Clock;
  /** Set by whoever makes the engine, before anything arrives. */
  engine!: WsEngine;
  private readonly connection: Connection;
  private due: number = Infinity;
  private isClosed: boolean = false;
  private cause: Error | undefined = undefined;

  constructor(connection: Connection) {
    this.connection = connection;
    this.clock = connection.clock;
  }

  /** Asks the engine when it wants to be called. One that is called too early says so. */
  wind(): void {
    if (this.isClosed) return;
    const next = this.engine.tick(this.clock.now());
    if (next >= this.due) return;
    this.due = next;
    this.clock.wheel.add(this, next);
  }

  fire(): void {
    this.due = Infinity;
    this.wind();
  }

  // ── ByteConsumer ─────────────────────────────────────────────────────────────────────────────

  get need(): number {
    return this.engine.need;
  }

  receive(buf: Buffer, start: number, end: number): number {
    const n = this.engine.receive(buf, start, end);
    if (!this.engine.isOpen) this.wind();
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
    this.clock.wheel.remove(this);
    this.engine.closed(this.cause ?? cause);
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

  end(): void {
    this.connection.end();
  }

  destroy(cause?: Error): void {
    this.cause ??= cause;
    this.connection.destroy(cause);
  }

  idle(): void {
    // Nobody waits for a WebSocket to have nothing in flight.
  }
}
