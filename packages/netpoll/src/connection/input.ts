// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { toError } from '@cloudwego/gopkg/errors';
import type { ByteConsumer } from '@cloudwego/gopkg/io';
import { ConnClosedError, ConsumerError } from '../errors.js';

/** What the connections of one network are held to. */
export interface ConnectionLimits {
  readonly maxUnreadBytes: number;
  readonly highWaterBytes: number;
}

/** Room where there is no limit; a small integer of V8. */
const NO_LIMIT = 0x3fffffff;
/** What is unread and not whole is assembled in so many bytes at first. */
const MIN_UNREAD = 4096;

/**
 * The side of a connection from which bytes come, whatever brings them:
 *
 *   engine ─▶ unread [start, end) ─▶ consumer.receive() ─▶ what it leaves stays unread; over the limit the engine stops reading
 *
 * A paused connection reads on to the limit, so that a reset is seen; the peer's end is shown in its place after the bytes.
 */
export abstract class ConnectionInput {
  protected abstract readonly shared: ConnectionLimits;
  protected consumer: ByteConsumer | undefined = undefined;
  protected unread: Buffer | undefined = undefined;
  protected start: number = 0;
  protected end_: number = 0;
  protected receiving: boolean = false;
  /** Attach or resume came inside a callback. */
  private again: boolean = false;
  protected paused: boolean = false;
  /** What the engine was told last. */
  private reading: boolean = false;
  protected peerEnded: boolean = false;
  /** The present consumer knows that the peer ended. */
  protected endShown: boolean = false;
  /** No more callbacks but `closed`. */
  protected dead: boolean = false;
  /** The socket belongs to somebody else now. */
  protected given: boolean = false;
  /** `closed` was told. */
  protected gone: boolean = false;
  /** `close()` was called: what still comes is dropped. */
  protected closing: boolean = false;
  protected cause: Error | undefined = undefined;

  abstract destroy(cause?: Error): void;
  abstract cancelWrite(): void;
  /** Starts or stops the flow of bytes from the system. */
  protected abstract setReading(on: boolean): void;
  /** Bytes were shown: the engine sees to what is left of them, and to whether it reads on. */
  protected abstract settle(): void;
  /** Both sides may have ended. */
  protected abstract finishBoth(): void;

  /** Shows what is unread, if that is as much as the consumer needs. */
  protected offer(): void {
    const c = this.consumer;
    if (c !== undefined && this.end_ - this.start >= c.need) this.present();
  }

  /** Shows what is unread, and the peer's end behind it. Never recursive. */
  protected present(): void {
    if (this.receiving) {
      this.again = true;
      return;
    }
    this.receiving = true;
    try {
      do {
        this.again = false;
        const c = this.consumer;
        if (c === undefined || this.paused || this.closing) break;
        const left = this.end_ - this.start;
        if (left > 0) {
          const n = this.show(c);
          if (this.dead || this.closing) break;
          if (!Number.isInteger(n) || n < 0 || n > left) throw new ConsumerError(`receive: got ${n} bytes consumed, wanted 0 to ${left}`);
          this.start += n;
          if (this.again as boolean) continue;
        }
        if (this.peerEnded && !this.endShown && !this.paused) {
          this.endShown = true;
          c.receiveEnd();
          if (this.dead) break;
        }
      } while (this.again as boolean);
    } catch (e) {
      this.failed(e);
    } finally {
      this.receiving = false;
    }
    if (this.start === this.end_ || this.dead || this.closing) this.release();
  }

  protected show(c: ByteConsumer): number {
    return c.receive(this.unread!, this.start, this.end_);
  }

  /** Shows what there is outside of the arrival of bytes. */
  protected look(): void {
    this.present();
    // Inside a callback: who called that sees to the rest.
    if (this.receiving) return;
    this.settle();
    this.finishBoth();
  }

  /** A consumer threw: its connection ends, and what it was writing is dropped. */
  protected failed(e: unknown): void {
    this.cancelWrite();
    this.destroy(toError(e));
  }

  /** Nothing is unread any more. */
  protected release(): void {
    this.unread = undefined;
    this.start = this.end_ = 0;
  }

  /** Keeps a copy of `from[at, to)` behind what is unread. */
  protected append(from: Buffer, at: number, to: number): void {
    const b = this.unread;
    const left = this.end_ - this.start;
    const total = left + to - at;
    if (b === undefined || this.end_ + to - at > b.length) {
      // What is declared is not believed: the buffer doubles as bytes arrive.
      const next = b !== undefined && total <= b.length / 2 ? b : Buffer.allocUnsafeSlow(b === undefined ? total : Math.max(MIN_UNREAD, 2 ** Math.ceil(Math.log2(total))));
      b?.copy(next, 0, this.start, this.end_);
      this.unread = next;
      this.start = 0;
      this.end_ = left;
    }
    from.copy(this.unread!, this.end_, at, to);
    this.end_ += to - at;
  }

  /** Bytes that may be read ahead of the consumer. */
  protected room(): number {
    if (this.closing) return NO_LIMIT;
    const c = this.consumer;
    return c === undefined ? 0 : Math.max(this.shared.maxUnreadBytes, c.need) - (this.end_ - this.start);
  }

  /** Stops reading while too much is unread, and starts again. */
  protected hold(): void {
    if (this.dead) return;
    const wanted = this.room() > 0;
    if (wanted === this.reading) return;
    this.reading = wanted;
    this.setReading(wanted);
  }

  attach(c: ByteConsumer): void {
    if (this.given) throw new ConnClosedError('attach: the connection was handed over');
    this.consumer = c;
    this.endShown = false;
    if (this.gone) this.tellLate(c);
    if (!this.dead) this.look();
  }

  private tellLate(c: ByteConsumer): void {
    setImmediate(() => {
      if (this.consumer !== c) return;
      this.consumer = undefined;
      c.closed(this.cause);
    });
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    if (!this.dead) this.look();
  }
}
