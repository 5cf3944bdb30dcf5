// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { WsEngine } from '@cloudwego/protocol';
import { ConnectionLink } from '../connection-link.js';

/** Binds the engine of a WebSocket to its connection, and to the clock. */
export class Link extends ConnectionLink {
  /** Set by whoever makes the engine, before anything arrives. */
  engine!: WsEngine;
  private due: number = Infinity;
  private isClosed: boolean = false;
  private cause: Error | undefined = undefined;

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

  receive(buf: Buffer, start: number, end: number): number {
    const n = this.engine.receive(buf, start, end);
    if (!this.engine.isOpen) this.wind();
    return n;
  }

  closed(cause: Error | undefined): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.clock.wheel.remove(this);
    this.engine.closed(this.cause ?? cause);
  }

  // ── EngineLink ───────────────────────────────────────────────────────────────────────────────

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
