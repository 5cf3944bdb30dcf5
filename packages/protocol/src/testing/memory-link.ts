// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '@cloudwego/gopkg/clock';
import { loopClock } from '@cloudwego/gopkg/clock';
import type { ByteConsumer } from '@cloudwego/gopkg/io';
import { ByteWriter } from '@cloudwego/gopkg/io';
import type { EngineLink } from '../engine.js';

/** Settings of a {@link MemoryLink}. */
export interface MemoryLinkOptions {
  /** @defaultValue the loop's clock */
  readonly clock?: Clock | undefined;
  /** Unit bytes; `endWrite()` is false while more than this is pending. @defaultValue Infinity */
  readonly highWaterBytes?: number | undefined;
}

/**
 * A connection in memory as an engine sees it, and as hostile as the contract allows: every `receive` gets a buffer of its own, at an odd offset, between
 * bytes that are not its own, and the buffer is overwritten with 0xDD when the call returns. `need` is not honoured, which is legal: it is a hint.
 */
export class MemoryLink implements EngineLink {
  readonly clock: Clock;
  pendingBytes: number = 0;
  /** How often the engine said that nothing is in flight. */
  idles: number = 0;
  ended: boolean = false;
  isDestroyed: boolean = false;
  /** What `destroy` was given. */
  cause: Error | undefined = undefined;
  paused: boolean = false;
  flushes: number = 0;
  highWaterBytes: number;
  private consumer: ByteConsumer | undefined = undefined;
  private unread: Buffer = Buffer.alloc(0);
  private out: Uint8Array[] = [];
  private section: ByteWriter | undefined = undefined;
  private receiving: boolean = false;
  private again: boolean = false;
  private over: boolean = false;
  private closedShown: boolean = false;

  constructor(o: MemoryLinkOptions = {}) {
    this.clock = o.clock ?? loopClock();
    this.highWaterBytes = o.highWaterBytes ?? Infinity;
  }

  attach(c: ByteConsumer): void {
    this.consumer = c;
  }

  /** Bytes that arrived and were not consumed. */
  get unreadBytes(): number {
    return this.unread.length;
  }

  /** A write section is open. */
  get writing(): boolean {
    return this.section !== undefined;
  }

  // ── what the network does ────────────────────────────────────────────────────────────────────

  /** Bytes arrive. */
  feed(bytes: Uint8Array): void {
    if (this.isDestroyed) return;
    this.unread = Buffer.concat([this.unread, bytes]);
    this.present();
  }

  /** The peer closed its side. */
  feedEnd(): void {
    if (!this.isDestroyed) this.consumer!.receiveEnd();
  }

  /** The connection is gone. Given once; never inside the call that caused it. */
  close(cause?: Error): void {
    if (this.closedShown) return;
    this.isDestroyed = true;
    this.closedShown = true;
    this.consumer!.closed(this.cause ?? cause);
  }

  /** Takes what was sent, as if the socket had; the engine is told when that brings it below high water. */
  take(): Buffer {
    const bytes = Buffer.concat(this.out);
    this.out = [];
    this.pendingBytes = 0;
    if (this.over && !this.isDestroyed) {
      this.over = false;
      this.consumer!.writable();
    }
    return bytes;
  }

  private present(): void {
    if (this.receiving) {
      this.again = true;
      return;
    }
    this.receiving = true;
    try {
      do {
        this.again = false;
        const left = this.unread.length;
        if (left === 0 || this.paused || this.isDestroyed) break;
        const start = 1 + (left % 7);
        const lent = Buffer.alloc(start + left + 3, 0xdd);
        this.unread.copy(lent, start);
        const n = this.consumer!.receive(lent, start, start + left);
        lent.fill(0xdd);
        if (!Number.isInteger(n) || n < 0 || n > left) throw new Error(`receive: got ${n} bytes consumed, wanted 0 to ${left}`);
        this.unread = this.unread.subarray(n);
      } while (this.again as boolean);
    } finally {
      this.receiving = false;
    }
  }

  // ── what the engine does ─────────────────────────────────────────────────────────────────────

  beginWrite(hint: number): ByteWriter {
    if (this.section !== undefined) throw new Error('beginWrite: a write section is open, wanted endWrite() or cancelWrite() first');
    return (this.section = new ByteWriter(Math.max(16, Math.min(hint, 4096))));
  }

  endWrite(): boolean {
    const w = this.section;
    if (w === undefined) throw new Error('endWrite: no write section is open');
    this.section = undefined;
    if (this.isDestroyed || this.ended) return true;
    const bytes = w.toBytes();
    this.out.push(bytes);
    this.pendingBytes += bytes.length;
    if (this.pendingBytes <= this.highWaterBytes) return true;
    this.over = true;
    return false;
  }

  cancelWrite(): void {
    this.section = undefined;
  }

  flush(): void {
    this.flushes++;
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.present();
  }

  end(): void {
    this.ended = true;
  }

  destroy(cause?: Error): void {
    if (this.isDestroyed) return;
    this.isDestroyed = true;
    this.cause = cause;
  }

  idle(): void {
    this.idles++;
  }
}
