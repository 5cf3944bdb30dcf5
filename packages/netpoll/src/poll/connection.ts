// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { constants } from 'node:os';
import type { Address, ByteWriter, Connection, TlsOptions } from '@cloudwego/gopkg/io';
import { formatAddress } from '@cloudwego/gopkg/io';
import { ConnectionMachine } from '../connection/machine.js';
import type { ConnectionShared } from '../connection/machine.js';
import { ConnClosedError, ConnResetError, WriteStateError } from '../errors.js';
import { contextOf, secure } from '../stream/tls.js';
import { handOver } from './hand-over.js';
import type { TlsConnections } from './hand-over.js';
import { addressFrom, checkDescriptor, generationOf, slotOf, systemError } from './loop.js';
import type { PollLoop, Target } from './loop.js';
import { Header, Kind, SocketOption } from './native.js';
import type { PollOutput } from './output.js';

/** What the connections of one network share. */
export interface PollShared extends ConnectionShared {
  readonly loop: PollLoop;
  readonly output: PollOutput;
  readonly tls: TlsConnections;
}

const NO_BYTES = Buffer.alloc(0);

/**
 * A connection on the native loop.
 *
 *   slab [from, to) ─▶ consumer.receive() in place ─▶ what it leaves is copied to a buffer of the connection; over the limit reading stops
 *   beginWrite … endWrite ─▶ entries of the out-table ─▶ one gathered write when the batch, or the turn, ends
 */
export class PollConnection extends ConnectionMachine implements Target {
  readonly generation: number;
  protected readonly shared: PollShared;
  private readonly slot: number;
  /** `unread` is a buffer of this connection; else it is the slab, while a record is served. */
  private own: boolean = false;
  /** What the slab holds behind the unread bytes, while those are shown. */
  private behind: Buffer = NO_BYTES;
  private behindFrom: number = 0;
  private behindTo: number = 0;
  /** Bytes queued since the flush numbered `epoch`. */
  private queued: number = 0;
  private epoch: number = -1;
  private pendingSeen: number = 0;
  /** It does not keep the process alive. */
  private quiet: boolean = false;
  private onDescriptor: ((fd: number) => void) | undefined = undefined;
  private readonly fallback: Address;

  /** `id`: the handle of the native side. `fallback`: the local address, where the socket has no name of its own. */
  constructor(shared: PollShared, id: number, remote: Address, fallback: Address) {
    super(id, shared.loop.clock, remote);
    this.shared = shared;
    this.slot = slotOf(id);
    this.generation = generationOf(id);
    this.fallback = fallback;
    shared.loop.put(this.slot, this);
  }

  /** Asked of the system on first read; after the end, where nobody asked before, the listener's. */
  get local(): Address {
    if (this.localAddress !== undefined) return this.localAddress;
    if (this.dead) return this.fallback;
    return (this.localAddress = addressFrom(this.shared.loop.native.address(this.slot, this.generation, false)) ?? this.fallback);
  }

  /** TLS connections are Node's; this one is never. */
  get tls(): undefined {
    return undefined;
  }

  // ── bytes in ─────────────────────────────────────────────────────────────────────────────────

  onData(slab: Buffer, from: number, to: number): void {
    if (this.closing) return;
    this.touch();
    if (this.unread === undefined) this.window(slab, from, to);
    else this.onMore(slab, from, to);
    this.settle();
  }

  /** Shows bytes where they are. */
  private window(slab: Buffer, from: number, to: number): void {
    this.unread = slab;
    this.start = from;
    this.end_ = to;
    this.offer();
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
    this.offer();
  }

  protected override append(slab: Buffer, from: number, to: number): void {
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

  protected override release(): void {
    if (this.own) this.shared.loop.buffers.give(this.unread!);
    this.own = false;
    super.release();
  }

  /** After bytes were shown: keeps what is left in a buffer of this connection, stops or starts reading. */
  protected settle(): void {
    if (this.dead) return;
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

  protected setReading(on: boolean): void {
    const { native } = this.shared.loop;
    if (on) native.resume(this.slot, this.generation);
    else native.pause(this.slot, this.generation);
  }

  onRecord(kind: number, _where: number, length: number): void {
    switch (kind) {
      case Kind.End:
        this.peerEnded = true;
        this.look();
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

  // ── bytes out ────────────────────────────────────────────────────────────────────────────────

  get pendingBytes(): number {
    if (this.dead) return 0;
    const { loop } = this.shared;
    return (this.epoch === loop.header[Header.Epoch] ? this.queued : 0) + loop.pending[this.slot]!;
  }

  protected queue(w: ByteWriter): number {
    const { loop, output } = this.shared;
    const n = output.queue(w, this.slot, this.generation);
    const epoch = loop.header[Header.Epoch]!;
    if (this.epoch !== epoch) {
      this.epoch = epoch;
      this.queued = 0;
    }
    this.queued += n;
    return this.queued + loop.pending[this.slot]!;
  }

  flush(): void {
    if (this.pendingBytes > 0) this.shared.loop.native.flush();
  }

  protected override awaitDrain(): void {
    this.shared.loop.native.wantDrain(this.slot, this.generation);
  }

  /** The socket has taken everything that was pending. */
  private onDrained(): void {
    this.touch();
    if (!this.ending) {
      this.drained();
      return;
    }
    if (this.closing) this.watch(this.lingerMs);
    this.finishBoth();
  }

  // ── the end ──────────────────────────────────────────────────────────────────────────────────

  override fire(now: number): void {
    const pending = this.dead ? 0 : this.shared.loop.pending[this.slot]!;
    // A peer that takes bytes is not idle, however slow.
    if (pending !== this.pendingSeen) this.lastActive = now;
    this.pendingSeen = pending;
    super.fire(now);
  }

  protected endOutput(): void {
    this.shared.loop.native.end(this.slot, this.generation);
    this.finishBoth();
  }

  protected outputEnded(): boolean {
    return this.ending && this.shared.loop.pending[this.slot] === 0;
  }

  protected bothEnded(): void {
    this.destroy();
  }

  protected allSent(): boolean {
    return this.outputEnded();
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

  protected departed(): void {
    // The slot went when it was destroyed.
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

  // ── other hands ──────────────────────────────────────────────────────────────────────────────

  /** Unread bytes in an array of their own: those shown, those behind them in the slab, those of a record of this batch that is not served yet. */
  private takeUnread(): Buffer {
    const shown = this.unread?.subarray(this.start, this.end_) ?? NO_BYTES;
    const all = Buffer.concat([shown, this.behind.subarray(this.behindFrom, this.behindTo), this.shared.loop.queued(this.slot, this.generation)]);
    if (!this.receiving) this.release();
    return all;
  }

  private handOver(call: string): { readonly fd: number; readonly left: Buffer } {
    this.checkGivable(call);
    void this.local;
    const { loop } = this.shared;
    const r = loop.native.detach(this.slot, this.generation);
    if (typeof r === 'number') throw new ConnClosedError(`${call}: the connection has no descriptor (${systemError(-r, 'detach').message})`);
    this.ref();
    loop.remove(this.slot);
    this.giveAway();
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
    const { fd } = this.handOver('detach');
    return { fd, unread: this.takeUnread() };
  }

  /** Hands the socket to Node, which speaks TLS on it from the first unread byte on. */
  startTls(o: TlsOptions): Connection {
    const context = contextOf(o);
    const { fd, left } = this.handOver('startTls');
    const socket = handOver(fd, this.takeUnread(), left);
    return this.shared.tls.wrap(secure(socket, o, context), this.local, this.remote, this.idleMs);
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
   * Errors: the system's, EOPNOTSUPP over TCP, EAGAIN while bytes are pending; {@link ConnClosedError}; OptionError (GOPKG_OPTION_INVALID) for what is no number of a
   *         descriptor.
   */
  sendDescriptor(fd: number, byte = 0): void {
    checkDescriptor(fd, 'sendDescriptor');
    if (this.dead) throw new ConnClosedError('sendDescriptor: the connection is closed');
    const r = this.shared.loop.native.sendDescriptor(this.slot, this.generation, fd, byte);
    if (r < 0) throw systemError(-r, 'sendmsg');
  }
}
