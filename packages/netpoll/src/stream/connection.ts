// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import type { Clock, TimerEntry } from '@cloudwego/gopkg/clock';
import { toError } from '@cloudwego/gopkg/errors';
import type { Address, ByteConsumer, ByteWriter, Connection, TlsOptions, TlsState } from '@cloudwego/gopkg/io';
import { formatAddress } from '@cloudwego/gopkg/io';
import { ConnClosedError, ConnIdleTimeoutError, ConnResetError, ConsumerError, WriteStateError } from '../errors.js';
import { connectionDuplex } from './duplex.js';
import type { ConnectionIds } from './ids.js';
import type { OutputSlab } from './output.js';
import { secure, tlsStateOf } from './tls.js';

/** What the connections of one network share. */
export interface StreamShared {
  readonly clock: Clock;
  readonly ids: ConnectionIds;
  readonly output: OutputSlab;
  readonly maxUnreadBytes: number;
  readonly highWaterBytes: number;
}

const MIN_UNREAD = 64 * 1024;
const CLOSE_LINGER_MS = 100;

/**
 * A connection on a node:net socket.
 *
 *   socket 'data' ─▶ unread [start, end) ─▶ consumer.receive() ─▶ what it leaves stays unread; over the limit the socket pauses
 *   beginWrite … endWrite ─▶ pieces of the slab ─▶ one write at the end of the turn
 */
export class StreamConnection implements Connection, TimerEntry {
  at: number = Infinity;
  readonly id: number;
  readonly local: Address;
  readonly remote: Address;
  readonly clock: Clock;
  private readonly shared: StreamShared;
  private readonly socket: Socket;
  private consumer: ByteConsumer | undefined = undefined;
  private unread: Buffer | undefined = undefined;
  private start: number = 0;
  private end_: number = 0;
  private receiving: boolean = false;
  /** Attach or resume came inside receive. */
  private again: boolean = false;
  private paused: boolean = false;
  private stalled: boolean = false;
  private peerEnded: boolean = false;
  private endShown: boolean = false;
  private dead: boolean = false;
  /** The socket belongs to somebody else now. */
  private given: boolean = false;
  private section: ByteWriter | undefined = undefined;
  private pieces: Uint8Array[] = [];
  private queued: number = 0;
  private flushing: boolean = false;
  private over: boolean = false;
  private ending: boolean = false;
  private cause: Error | undefined = undefined;
  private idle: number = 0;
  private lastActive: number;
  private closeWaiters: (() => void)[] | undefined = undefined;

  constructor(shared: StreamShared, socket: Socket, local: Address, remote: Address) {
    this.shared = shared;
    this.clock = shared.clock;
    this.socket = socket;
    this.local = local;
    this.remote = remote;
    this.id = shared.ids.take();
    this.lastActive = shared.clock.now();
    socket.on('data', this.onData);
    socket.on('end', this.onEnd);
    socket.on('drain', this.onDrain);
    socket.on('error', this.onError);
    socket.on('close', this.onClose);
    socket.pause();
  }

  get tls(): TlsState | undefined {
    return this.socket instanceof TLSSocket ? tlsStateOf(this.socket) : undefined;
  }

  // ── bytes in ─────────────────────────────────────────────────────────────────────────────────

  private readonly onData = (chunk: Buffer): void => {
    this.lastActive = this.clock.now();
    const b = this.unread;
    if (b === undefined) {
      this.unread = chunk;
      this.start = 0;
      this.end_ = chunk.length;
    } else {
      this.append(b, chunk);
    }
    const c = this.consumer;
    if (c === undefined || this.end_ - this.start >= c.need) this.present();
    else this.hold(c);
  };

  private append(b: Buffer, chunk: Buffer): void {
    const left = this.end_ - this.start;
    const total = left + chunk.length;
    if (this.end_ + chunk.length > b.length || this.end_ === b.length) {
      // What is declared is not believed: the buffer doubles as bytes arrive.
      const next = total <= b.length / 2 ? b : Buffer.allocUnsafeSlow(Math.max(MIN_UNREAD, 2 ** Math.ceil(Math.log2(total))));
      b.copy(next, 0, this.start, this.end_);
      this.unread = next;
      this.start = 0;
      this.end_ = left;
    }
    chunk.copy(this.unread!, this.end_);
    this.end_ += chunk.length;
  }

  /** Shows what is unread. Never recursive. */
  private present(): void {
    if (this.receiving) {
      this.again = true;
      return;
    }
    this.receiving = true;
    try {
      do {
        this.again = false;
        const c = this.consumer;
        if (c === undefined || this.paused || this.dead || this.start === this.end_) break;
        const left = this.end_ - this.start;
        const n = c.receive(this.unread!, this.start, this.end_);
        if (this.given || this.dead) return;
        if (!(n >= 0 && n <= left)) throw new ConsumerError(`receive: got ${n} bytes consumed, wanted 0 to ${left}`);
        this.start += n;
      } while (this.again as boolean);
    } catch (e) {
      this.destroy(toError(e));
      return;
    } finally {
      this.receiving = false;
    }
    if (this.start === this.end_) this.unread = undefined;
    this.hold(this.consumer);
    if (this.peerEnded) this.showEnd();
  }

  /** Pauses the socket while too much is unread, and starts it again. */
  private hold(c: ByteConsumer | undefined): void {
    if (this.dead || this.given) return;
    const left = this.unread === undefined ? 0 : this.end_ - this.start;
    const full = c === undefined || left >= Math.max(this.shared.maxUnreadBytes, c.need);
    if (full === this.stalled && c !== undefined) return;
    this.stalled = full;
    if (full) this.socket.pause();
    else this.socket.resume();
  }

  private showEnd(): void {
    if (this.endShown || this.paused || this.consumer === undefined || this.dead) return;
    this.endShown = true;
    try {
      this.consumer.receiveEnd();
    } catch (e) {
      this.destroy(toError(e));
    }
  }

  private readonly onEnd = (): void => {
    this.peerEnded = true;
    if (this.ending) this.socket.destroySoon();
    else if (!this.receiving) this.showEnd();
  };

  attach(c: ByteConsumer): void {
    if (this.given) throw new ConnClosedError('attach: the connection was handed over');
    const first = this.consumer === undefined;
    this.consumer = c;
    if (this.dead) return;
    if (first) {
      this.stalled = false;
      this.socket.resume();
    }
    this.present();
  }

  pause(): void {
    if (this.paused || this.dead) return;
    this.paused = true;
    this.socket.pause();
  }

  resume(): void {
    if (this.dead) return;
    if (this.paused) {
      this.paused = false;
      if (!this.stalled) this.socket.resume();
    }
    this.present();
  }

  // ── bytes out ────────────────────────────────────────────────────────────────────────────────

  get pendingBytes(): number {
    return this.queued + this.socket.writableLength;
  }

  beginWrite(hint: number): ByteWriter {
    if (this.section !== undefined) throw new WriteStateError('beginWrite: a write section of this connection is open, wanted endWrite() or cancelWrite() first');
    return (this.section = this.shared.output.begin(hint));
  }

  endWrite(): boolean {
    const w = this.section;
    if (w === undefined) throw new WriteStateError('endWrite: no write section is open, wanted beginWrite() first');
    this.shared.output.end(w);
    this.section = undefined;
    if (this.dead || this.ending) return true;
    this.take(w);
    this.lastActive = this.clock.now();
    if (!this.flushing && this.queued > 0) {
      this.flushing = true;
      this.shared.output.schedule(this);
    }
    if (this.pendingBytes <= this.shared.highWaterBytes) return true;
    this.over = true;
    return false;
  }

  /** Keeps what a section wrote; neighbours in one slab become one piece. */
  private take(w: ByteWriter): void {
    const refs = w.refs;
    let from = w.start;
    if (refs !== undefined) {
      for (const r of refs) {
        const to = w.start + r.at;
        this.piece(w.buf, from, to);
        from = to;
        this.pieces.push(r.bytes);
        this.queued += r.bytes.length;
      }
    }
    this.piece(w.buf, from, w.pos);
  }

  private piece(buf: Buffer, from: number, to: number): void {
    if (to === from) return;
    this.queued += to - from;
    const i = this.pieces.length - 1;
    const last = this.pieces[i];
    if (last !== undefined && last.buffer === buf.buffer && last.byteOffset + last.length === buf.byteOffset + from) {
      this.pieces[i] = buf.subarray(last.byteOffset - buf.byteOffset, to);
    } else {
      this.pieces.push(buf.subarray(from, to));
    }
  }

  cancelWrite(): void {
    const w = this.section;
    if (w === undefined) return;
    this.section = undefined;
    this.shared.output.cancel(w);
  }

  flush(): void {
    this.flushing = false;
    const { pieces } = this;
    if (pieces.length === 0 || this.dead) return;
    this.pieces = [];
    this.queued = 0;
    if (pieces.length === 1) {
      this.socket.write(pieces[0]!);
    } else {
      this.socket.cork();
      for (const p of pieces) this.socket.write(p);
      this.socket.uncork();
    }
    if (this.over && this.socket.writableLength === 0) queueMicrotask(this.onDrain);
  }

  private readonly onDrain = (): void => {
    this.lastActive = this.clock.now();
    if (!this.over || this.dead || this.queued > 0) return;
    this.over = false;
    try {
      this.consumer?.writable();
    } catch (e) {
      this.destroy(toError(e));
    }
  };

  // ── life ─────────────────────────────────────────────────────────────────────────────────────

  get idleMs(): number {
    return this.idle;
  }

  set idleMs(ms: number) {
    this.idle = ms;
    if (ms <= 0 || this.dead) return;
    const due = this.clock.now() + ms;
    if (due < this.at) this.clock.wheel.add(this, due);
  }

  /** The wheel's callback: has the idle limit passed? The entry is moved lazily, not on every byte. */
  fire(now: number): void {
    if (this.idle <= 0 || this.dead) return;
    const due = this.lastActive + this.idle;
    if (due > now) this.clock.wheel.add(this, due);
    else this.destroy(new ConnIdleTimeoutError(`${formatAddress(this.remote)}: no bytes for ${this.idle} ms (idleMs)`));
  }

  end(): void {
    if (this.dead || this.ending) return;
    this.flush();
    this.ending = true;
    this.socket.end();
    if (this.peerEnded) this.socket.destroySoon();
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      if (this.socket.closed || this.given) {
        resolve();
        return;
      }
      (this.closeWaiters ??= []).push(resolve);
      this.end();
      this.socket.resume();
      this.idleMs = CLOSE_LINGER_MS;
    });
  }

  destroy(cause?: Error): void {
    if (this.dead) return;
    this.dead = true;
    this.cause ??= cause;
    this.pieces = [];
    this.queued = 0;
    this.socket.destroy();
  }

  private readonly onError = (e: Error): void => {
    this.cause ??= new ConnResetError(`${formatAddress(this.remote)}: ${e.message}`, { cause: e });
  };

  private readonly onClose = (): void => {
    this.dead = true;
    this.clock.wheel.remove(this);
    this.shared.ids.release(this.id);
    this.unread = undefined;
    this.pieces = [];
    const c = this.consumer;
    this.consumer = undefined;
    const waiters = this.closeWaiters;
    this.closeWaiters = undefined;
    waiters?.forEach((f) => {
      f();
    });
    c?.closed(this.cause);
  };

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** This engine does not own a descriptor. */
  detach(): undefined {
    return undefined;
  }

  startTls(o: TlsOptions): Connection {
    if (this.dead || this.given) throw new ConnClosedError('startTls: the connection is closed');
    this.flush();
    this.given = true;
    this.clock.wheel.remove(this);
    this.shared.ids.release(this.id);
    const s = this.socket;
    s.pause();
    s.off('data', this.onData).off('end', this.onEnd).off('drain', this.onDrain).off('error', this.onError).off('close', this.onClose);
    if (this.unread !== undefined && this.end_ > this.start) s.unshift(this.unread.subarray(this.start, this.end_));
    this.unread = undefined;
    const inner = new StreamConnection(this.shared, secure(s, o), this.local, this.remote);
    inner.idleMs = this.idle;
    return inner;
  }

  toDuplex(): Duplex {
    return connectionDuplex(this);
  }
}
