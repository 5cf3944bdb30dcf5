// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { constants } from 'node:os';
import type { Duplex } from 'node:stream';
import type { Clock, TimerEntry } from '@cloudwego/gopkg/clock';
import { toError } from '@cloudwego/gopkg/errors';
import type { Address, ByteConsumer, ByteWriter, Connection, TlsOptions } from '@cloudwego/gopkg/io';
import { formatAddress } from '@cloudwego/gopkg/io';
import { ConnClosedError, ConnIdleTimeoutError, ConnResetError, ConsumerError, WriteStateError } from '../errors.js';
import { connectionDuplex } from '../stream/duplex.js';
import { secure } from '../stream/tls.js';
import { handOver } from './hand-over.js';
import type { TlsConnections } from './hand-over.js';
import { addressFrom, systemError } from './loop.js';
import type { PollLoop, Target } from './loop.js';
import { Header, Kind, SLOT_RANGE, SocketOption } from './native.js';

/** What the connections of one network share. */
export interface PollShared {
  readonly loop: PollLoop;
  readonly tls: TlsConnections;
  readonly maxUnreadBytes: number;
  readonly highWaterBytes: number;
}

/** How long `close()` waits for the peer's end once everything was sent, and for progress before that. Unit ms. */
const CLOSE_LINGER_MS = 100;
const CLOSE_STALL_MS = 5000;
const NO_BYTES = Buffer.alloc(0);

/**
 * A connection on the native loop.
 *
 *   slab [from, to) ─▶ consumer.receive() in place ─▶ what it leaves is copied to a buffer of the connection; over the limit reading stops
 *   beginWrite … endWrite ─▶ entries of the out-table ─▶ one gathered write when the batch, or the turn, ends
 */
export class PollConnection implements Connection, Target, TimerEntry {
  at: number = Infinity;
  readonly id: number;
  remote: Address;
  readonly clock: Clock;
  readonly generation: number;
  private readonly slot: number;
  private readonly shared: PollShared;
  private localAddress: Address | undefined;
  private consumer: ByteConsumer | undefined = undefined;
  /** Unread bytes [start, end): of the slab while a record is served, else a buffer of this connection. */
  private unread: Buffer | undefined = undefined;
  private start: number = 0;
  private end_: number = 0;
  private own: boolean = false;
  /** What the slab holds behind the unread bytes, while those are shown. */
  private behind: Buffer = NO_BYTES;
  private behindFrom: number = 0;
  private behindTo: number = 0;
  private receiving: boolean = false;
  /** Attach or resume came inside a callback. */
  private again: boolean = false;
  private paused: boolean = false;
  /** What the native side was told last. */
  private reading: boolean = false;
  private peerEnded: boolean = false;
  /** The present consumer knows that the peer ended. */
  private endShown: boolean = false;
  private dead: boolean = false;
  private gone: boolean = false;
  /** The descriptor belongs to somebody else now. */
  private given: boolean = false;
  private section: ByteWriter | undefined = undefined;
  /** Bytes queued since the flush numbered `epoch`. */
  private queued: number = 0;
  private epoch: number = -1;
  private pendingSeen: number = 0;
  private over: boolean = false;
  private ending: boolean = false;
  /** `close()` was called: what still comes is dropped. */
  private closing: boolean = false;
  private cause: Error | undefined = undefined;
  /** It does not keep the process alive. */
  private quiet: boolean = false;
  private idle: number = 0;
  private lastActive: number = 0;
  private closeWaiters: (() => void)[] | undefined = undefined;
  private onDescriptor: ((fd: number) => void) | undefined = undefined;
  private readonly fallback: Address;

  /** `id`: the handle of the native side. `fallback`: the local address, where the socket has no name of its own. */
  constructor(shared: PollShared, id: number, remote: Address, fallback: Address) {
    this.shared = shared;
    this.clock = shared.loop.clock;
    this.id = id;
    this.slot = id % SLOT_RANGE;
    this.generation = Math.floor(id / SLOT_RANGE);
    this.remote = remote;
    this.fallback = fallback;
    this.localAddress = undefined;
    shared.loop.put(this.slot, this);
  }

  /** Asked of the system on first read; after the end, where nobody asked before, the listener's. */
  get local(): Address {
    if (this.localAddress !== undefined) return this.localAddress;
    if (this.dead) return this.fallback;
    return (this.localAddress = addressFrom(this.shared.loop.native.address(this.slot, this.generation, false)) ?? this.fallback);
  }

  /** What a proxy told: see `ListenOptions.proxyProtocol`. */
  readdress(local: Address, remote: Address): void {
    this.localAddress = local;
    this.remote = remote;
  }

  /** TLS connections are Node's; this one is never. */
  get tls(): undefined {
    return undefined;
  }

  // ── bytes in ─────────────────────────────────────────────────────────────────────────────────

  onData(slab: Buffer, from: number, to: number): void {
    if (this.closing) return;
    if (this.idle > 0) this.lastActive = this.clock.now();
    if (this.unread === undefined) this.window(slab, from, to);
    else this.onMore(slab, from, to);
    this.settle();
  }

  /** Shows bytes where they are. */
  private window(slab: Buffer, from: number, to: number): void {
    this.unread = slab;
    this.start = from;
    this.end_ = to;
    const c = this.consumer;
    if (c !== undefined && to - from >= c.need) this.present();
  }

  /** Bytes behind others: only what completes the message is copied, what follows is shown in the slab. */
  private onMore(slab: Buffer, from: number, to: number): void {
    const missing = this.consumer === undefined || this.paused ? 0 : this.consumer.need - (this.end_ - this.start);
    if (missing > 0 && missing < to - from) {
      this.append(slab, from, from + missing);
      from += missing;
      this.behind = slab;
      this.behindFrom = from;
      this.behindTo = to;
      this.present();
      this.behind = NO_BYTES;
      this.behindFrom = this.behindTo = 0;
      if (this.dead || this.closing) return;
      if (this.unread === undefined) {
        this.window(slab, from, to);
        return;
      }
    }
    this.append(slab, from, to);
    const c = this.consumer;
    if (c !== undefined && this.end_ - this.start >= c.need) this.present();
  }

  private append(slab: Buffer, from: number, to: number): void {
    const { buffers } = this.shared.loop;
    const b = this.unread!;
    const left = this.end_ - this.start;
    const total = left + to - from;
    if (this.end_ + to - from > b.length) {
      // What is declared is not believed: the buffer doubles as bytes arrive. It is moved up only while nothing that is to be sent may refer to it.
      const next = total <= b.length / 2 && this.shared.loop.header[Header.RefCount] === 0 ? b : buffers.take(total <= b.length / 2 ? total : Math.max(total, b.length * 2));
      b.copy(next, 0, this.start, this.end_);
      if (next !== b) buffers.give(b);
      this.unread = next;
      this.start = 0;
      this.end_ = left;
    }
    slab.copy(this.unread!, this.end_, from, to);
    this.end_ += to - from;
  }

  /** Shows what is unread, and the peer's end behind it. Never recursive. */
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
        if (c === undefined || this.paused || this.closing) break;
        const left = this.end_ - this.start;
        if (left > 0) {
          const n = c.receive(this.unread!, this.start, this.end_);
          if (this.dead || this.closing) return;
          if (!Number.isInteger(n) || n < 0 || n > left) throw new ConsumerError(`receive: got ${n} bytes consumed, wanted 0 to ${left}`);
          this.start += n;
          if (this.again as boolean) continue;
        }
        if (this.peerEnded && !this.endShown && !this.paused) {
          this.endShown = true;
          c.receiveEnd();
          if (this.dead) return;
        }
      } while (this.again as boolean);
    } catch (e) {
      this.failed(e);
      return;
    } finally {
      this.receiving = false;
    }
    if (this.start === this.end_) this.release();
  }

  /** A consumer threw: its connection ends, and what it was writing is dropped. */
  private failed(e: unknown): void {
    this.cancelWrite();
    this.destroy(toError(e));
  }

  private release(): void {
    const b = this.unread;
    this.unread = undefined;
    this.start = this.end_ = 0;
    if (this.own && b !== undefined) this.shared.loop.buffers.give(b);
    this.own = false;
  }

  /** After bytes were shown: keeps what is left in a buffer of this connection, stops or starts reading. */
  private settle(): void {
    if (this.dead) {
      this.release();
      return;
    }
    if (this.closing) this.release();
    const b = this.unread;
    if (b !== undefined && !this.own) {
      const left = this.end_ - this.start;
      const kept = this.shared.loop.buffers.take(left);
      b.copy(kept, 0, this.start, this.end_);
      this.unread = kept;
      this.start = 0;
      this.end_ = left;
      this.own = true;
    }
    this.hold();
  }

  /** Stops reading while too much is unread, and starts again. A paused connection reads on to the limit, so that a reset is seen. */
  private hold(): void {
    const c = this.consumer;
    const full = !this.closing && (c === undefined || this.end_ - this.start >= Math.max(this.shared.maxUnreadBytes, c.need));
    if (full !== this.reading) return;
    this.reading = !full;
    const { native } = this.shared.loop;
    if (full) native.pause(this.slot, this.generation);
    else native.resume(this.slot, this.generation);
  }

  onRecord(kind: number, _where: number, length: number): void {
    switch (kind) {
      case Kind.End:
        this.peerEnded = true;
        this.show();
        break;
      case Kind.Drained:
        this.onDrained();
        break;
      case Kind.Closed: {
        const e = systemError(length, length === constants.errno.EPIPE ? 'write' : 'read');
        this.destroy(new ConnResetError(`${formatAddress(this.remote)}: ${e.message}`, { cause: e }));
        break;
      }
      case Kind.Descriptor:
        this.takeDescriptor(length);
    }
  }

  private takeDescriptor(fd: number): void {
    if (this.onDescriptor === undefined) {
      this.shared.loop.closeDescriptor(fd);
      return;
    }
    try {
      this.onDescriptor(fd);
    } catch (e) {
      this.failed(e);
    }
  }

  attach(c: ByteConsumer): void {
    if (this.given) throw new ConnClosedError('attach: the connection was handed over');
    this.consumer = c;
    this.endShown = false;
    if (this.gone) this.tellLate(c);
    if (!this.dead) this.show();
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
    if (!this.dead) this.show();
  }

  /** Shows what is unread, outside of a record that brings bytes. */
  private show(): void {
    this.present();
    if (this.receiving) return;
    this.settle();
    this.finishBoth();
  }

  // ── bytes out ────────────────────────────────────────────────────────────────────────────────

  get pendingBytes(): number {
    if (this.dead) return 0;
    const { loop } = this.shared;
    return (this.epoch === loop.header[Header.Epoch] ? this.queued : 0) + loop.pending[this.slot]!;
  }

  beginWrite(hint: number): ByteWriter {
    if (this.section !== undefined) throw new WriteStateError('beginWrite: a write section of this connection is open, wanted endWrite() or cancelWrite() first');
    return (this.section = this.shared.loop.output.begin(hint));
  }

  endWrite(): boolean {
    const w = this.section;
    if (w === undefined) throw new WriteStateError('endWrite: no write section is open, wanted beginWrite() first');
    const { loop, highWaterBytes } = this.shared;
    if (this.dead || this.ending) {
      loop.output.end(w, -1, 0);
      this.section = undefined;
      return true;
    }
    const n = loop.output.end(w, this.slot, this.generation);
    this.section = undefined;
    if (this.idle > 0) this.lastActive = this.clock.now();
    const epoch = loop.header[Header.Epoch]!;
    if (this.epoch !== epoch) {
      this.epoch = epoch;
      this.queued = 0;
    }
    this.queued += n;
    if (this.queued + loop.pending[this.slot]! <= highWaterBytes) return true;
    if (!this.over) {
      this.over = true;
      loop.native.wantDrain(this.slot, this.generation);
    }
    return false;
  }

  cancelWrite(): void {
    const w = this.section;
    if (w === undefined) return;
    this.section = undefined;
    this.shared.loop.output.cancel(w);
  }

  flush(): void {
    if (this.pendingBytes > 0) this.shared.loop.native.flush();
  }

  /** The socket has taken everything that was pending. */
  private onDrained(): void {
    this.lastActive = this.clock.now();
    if (this.ending) {
      if (this.closing) this.watch(CLOSE_LINGER_MS);
      this.finishBoth();
      return;
    }
    if (!this.over) return;
    if (this.pendingBytes > this.shared.highWaterBytes / 2) {
      this.shared.loop.native.wantDrain(this.slot, this.generation);
      return;
    }
    this.over = false;
    try {
      this.consumer?.writable();
    } catch (e) {
      this.failed(e);
    }
  }

  // ── life ─────────────────────────────────────────────────────────────────────────────────────

  get idleMs(): number {
    return this.idle;
  }

  /** The time counts from here. */
  set idleMs(ms: number) {
    this.idle = ms;
    if (ms <= 0 || this.dead || this.closing) return;
    this.lastActive = this.clock.now();
    this.watch(ms);
  }

  private watch(ms: number): void {
    const due = this.lastActive + ms;
    if (due < this.at) this.clock.wheel.add(this, due);
  }

  /** The wheel's callback: has the limit passed? The entry is moved lazily, not on every byte. */
  fire(now: number): void {
    if (this.dead) return;
    const pending = this.shared.loop.pending[this.slot]!;
    // A peer that takes bytes is not idle, however slow.
    if (pending !== this.pendingSeen) this.lastActive = now;
    this.pendingSeen = pending;
    const sent = this.ending && pending === 0;
    const limit = this.closing ? (sent ? CLOSE_LINGER_MS : CLOSE_STALL_MS) : this.idle;
    if (limit <= 0) return;
    const due = this.lastActive + limit;
    if (due > now) this.clock.wheel.add(this, due);
    else if (this.closing && sent) this.destroy();
    else this.destroy(new ConnIdleTimeoutError(`${formatAddress(this.remote)}: no bytes for ${limit} ms (${this.closing ? 'close' : 'idleMs'})`));
  }

  end(): void {
    if (this.dead || this.ending) return;
    this.ending = true;
    this.shared.loop.native.end(this.slot, this.generation);
    this.finishBoth();
  }

  /** Both sides have ended, and the consumer knows: nothing is left to wait for but the last bytes out. */
  private finishBoth(): void {
    if (this.ending && this.peerEnded && (this.endShown || this.closing) && this.shared.loop.pending[this.slot] === 0) this.destroy();
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      if (this.gone || this.given) {
        resolve();
        return;
      }
      (this.closeWaiters ??= []).push(resolve);
      if (this.closing || this.dead) return;
      this.closing = true;
      if (!this.receiving) this.release();
      this.lastActive = this.clock.now();
      this.watch(CLOSE_LINGER_MS);
      this.end();
      if (this.dead as boolean) return;
      this.hold();
      this.finishBoth();
    });
  }

  destroy(cause?: Error): void {
    if (this.dead) return;
    this.dead = true;
    this.cause ??= cause;
    const { loop } = this.shared;
    this.ref();
    loop.remove(this.slot);
    loop.native.close(this.slot, this.generation, false);
    loop.afterwards(this);
  }

  ref(): void {
    if (!this.quiet) return;
    this.quiet = false;
    const { header, native } = this.shared.loop;
    header[Header.Quiet]!--;
    // At the next turn would be too late where nothing else keeps the loop going.
    if (header[Header.Referenced] === 0) native.reference();
  }

  unref(): void {
    if (this.quiet || this.dead) return;
    this.quiet = true;
    this.shared.loop.header[Header.Quiet]!++;
  }

  /** The end of its life, after the turn's callbacks; `closed` comes last. */
  finish(): void {
    this.gone = true;
    this.clock.wheel.remove(this);
    this.release();
    this.cancelWrite();
    const c = this.consumer;
    this.consumer = undefined;
    const waiters = this.closeWaiters;
    this.closeWaiters = undefined;
    waiters?.forEach((f) => {
      f();
    });
    c?.closed(this.cause);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  // ── other hands ──────────────────────────────────────────────────────────────────────────────

  /** Unread bytes in an array of their own: those shown, those behind them in the slab, those of a record of this batch that is not served yet. */
  private takeUnread(): Buffer {
    const shown = this.unread?.subarray(this.start, this.end_) ?? NO_BYTES;
    const all = Buffer.concat([shown, this.behind.subarray(this.behindFrom, this.behindTo), this.shared.loop.queued(this.slot, this.generation)]);
    if (!this.receiving) this.release();
    return all;
  }

  private leave(): { readonly fd: number; readonly left: Buffer } {
    if (this.dead) throw new ConnClosedError('the connection is closed or was handed over');
    if (this.section !== undefined) throw new WriteStateError('a write section is open, wanted endWrite() or cancelWrite() first');
    void this.local;
    const { loop } = this.shared;
    const r = loop.native.detach(this.slot, this.generation);
    if (typeof r === 'number') throw new ConnClosedError(`the connection has no descriptor (${systemError(-r, 'detach').message})`);
    this.given = true;
    this.dead = true;
    this.consumer = undefined;
    this.ref();
    loop.remove(this.slot);
    this.clock.wheel.remove(this);
    return r;
  }

  /**
   * Hands the descriptor over, non-blocking. What was written is sent before.
   * Errors: {@link WriteStateError} while the socket has not taken everything that was written; try again at `writable()`.
   */
  detach(): { readonly fd: number; readonly unread: Uint8Array } | undefined {
    this.shared.loop.native.flush();
    const left = this.shared.loop.pending[this.slot]!;
    if (!this.dead && left > 0) throw new WriteStateError(`detach: ${left} bytes are not sent yet`);
    const { fd } = this.leave();
    return { fd, unread: this.takeUnread() };
  }

  /** Hands the socket to Node, which speaks TLS on it from the first unread byte on. */
  startTls(o: TlsOptions): Connection {
    const { fd, left } = this.leave();
    const socket = handOver(fd, this.takeUnread(), left);
    return this.shared.tls.wrap(secure(socket, o), this.local, this.remote, this.idle);
  }

  toDuplex(): Duplex {
    return connectionDuplex(this);
  }

  // ── beyond the shared contract ───────────────────────────────────────────────────────────────

  private option(option: number, value: number): void {
    if (this.dead) throw new ConnClosedError('setOption: the connection is closed');
    const r = this.shared.loop.native.setOption(this.slot, this.generation, option, value);
    if (r < 0) throw systemError(-r, 'setsockopt');
  }

  /** Nagle's algorithm off (the default) or on. */
  setNoDelay(on: boolean): void {
    this.option(SocketOption.NoDelay, on ? 1 : 0);
  }

  /** Idle time before the first keep-alive probe, and between probes. Unit ms, whole seconds count, at least 1 s; 0 = off. Source: netpoll SetIdleTimeout. */
  setKeepAlive(ms: number): void {
    this.option(SocketOption.KeepAlive, ms <= 0 ? 0 : Math.max(1, Math.floor(ms / 1000)));
  }

  /** Seconds that the kernel goes on sending after a close; 0 = reset the connection then, -1 = the system's default. */
  setLinger(seconds: number): void {
    this.option(SocketOption.Linger, seconds);
  }

  /** Takes descriptors that the peer of a unix socket sends; they are the callback's to close. */
  receiveDescriptors(take: (fd: number) => void): void {
    this.onDescriptor = take;
    this.shared.loop.native.acceptDescriptors(this.slot, this.generation);
  }

  /**
   * Sends one byte with a descriptor beside it over a unix socket. The descriptor stays the caller's.
   * Errors: the system's, EOPNOTSUPP over TCP, EAGAIN while bytes are pending; {@link ConnClosedError}.
   */
  sendDescriptor(fd: number, byte = 0): void {
    if (this.dead) throw new ConnClosedError('sendDescriptor: the connection is closed');
    const r = this.shared.loop.native.sendDescriptor(this.slot, this.generation, fd, byte);
    if (r < 0) throw systemError(-r, 'sendmsg');
  }
}
