// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Clock, TimerEntry } from '@cloudwego/gopkg/clock';
import type { ByteConsumer, ByteWriter, Connection } from '@cloudwego/gopkg/io';
import type { EngineLink, ProtocolEngine } from '@cloudwego/protocol';

/** Between a connection and its engine: what either tells the other as it is. Whoever extends it says what an end is, and when the engine wants to be called. */
export abstract class ConnectionLink implements ByteConsumer, EngineLink, TimerEntry {
  at: number = Infinity;
  readonly connection: Connection;
  readonly clock: Clock;
  abstract readonly engine: ProtocolEngine;

  constructor(connection: Connection) {
    this.connection = connection;
    this.clock = connection.clock;
  }

  abstract fire(now: number): void;

  // ── ByteConsumer ─────────────────────────────────────────────────────────────────────────────

  get need(): number {
    return this.engine.need;
  }

  abstract receive(buf: Buffer, start: number, end: number): number;

  receiveEnd(): void {
    this.engine.receiveEnd();
  }

  writable(): void {
    this.engine.writable();
  }

  abstract closed(cause: Error | undefined): void;

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

  abstract end(): void;
  abstract destroy(cause?: Error): void;
  abstract idle(): void;
}
