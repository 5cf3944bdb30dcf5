// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Address, ByteConsumer, ByteWriter, Connection, TlsOptions } from '@cloudwego/gopkg/io';
import { formatAddress } from '@cloudwego/gopkg/io';
import { connectionDuplex } from '../../connection/duplex.js';
import { ConnectionMachine } from '../../connection/machine.js';
import { ConnResetError } from '../../errors.js';
import type { StreamShared } from '../../stream/connection.js';
import { StreamConnection } from '../../stream/connection.js';
import { OutputQueue } from '../../stream/output-queue.js';
import { contextOf, secure } from '../../stream/tls.js';
import type { Fault } from './faults.js';
import type { Lending } from './lending.js';
import type { Random } from './random.js';

/** What a connection needs of its network. */
export interface MemoryHost {
  readonly shared: StreamShared;
  readonly lending: Lending;
  /** Absent: everything happens at once and whole. */
  readonly random: Random | undefined;
  /** Bytes under way in one direction, at most. */
  readonly windowBytes: number;
  /** Has `c.step()` called in a later turn. */
  wake(c: MemoryConnection): void;
  /** Has `c.leave()` called in a later turn. */
  part(c: MemoryConnection): void;
  opened(c: MemoryConnection): void;
  left(c: MemoryConnection): void;
  injected(): void;
}

/**
 * One end of a connection in memory.
 *
 *   endWrite ─▶ output ─▶ (as its `window` allows) peer.wire ─▶ peer.unread ─▶ peer.consumer.receive()
 *
 * `wire` stands for the kernel's buffers and the line.
 */
export class MemoryConnection extends ConnectionMachine {
  readonly tls: undefined = undefined;
  protected readonly shared: StreamShared;
  private readonly host: MemoryHost;
  private peer: MemoryConnection = this;
  private wire: Buffer[] = [];
  private wireBytes: number = 0;
  private window: number;
  /** The peer's end is on the wire. */
  private finComing: boolean = false;
  private readonly output: OutputQueue = new OutputQueue();
  private sent: number = 0;
  private fault: Fault | undefined = undefined;
  /** The reset that follows the bytes on the wire. */
  private broken: string | undefined = undefined;
  private flushing: boolean = false;
  private finSent: boolean = false;

  private constructor(host: MemoryHost, local: Address, remote: Address) {
    super(host.shared.ids.take(), host.shared.clock, remote);
    this.host = host;
    this.shared = host.shared;
    this.window = host.windowBytes;
    this.localAddress = local;
    host.opened(this);
  }

  get local(): Address {
    return this.localAddress!;
  }

  /** Two ends that are connected. */
  static pair(host: MemoryHost, client: Address, server: Address, dialed: Address): { client: MemoryConnection; server: MemoryConnection } {
    const c = new MemoryConnection(host, client, dialed);
    const s = new MemoryConnection(host, server, client);
    c.peer = s;
    s.peer = c;
    return { client: c, server: s };
  }

  /** Goes wrong after so many bytes sent from here. */
  breakAt(fault: Fault): void {
    this.fault = fault;
  }

  // ── the turn ─────────────────────────────────────────────────────────────────────────────────

  /** Moves bytes out and in, a random part of what could move. */
  step(): void {
    if (this.dead) return;
    this.pump();
    this.pull();
    if (this.dead) return;
    this.drained();
    this.rouse();
  }

  /** Another step is wanted when something can move. */
  private rouse(): void {
    if (this.dead) return;
    if (this.closing && this.finSent) {
      this.drop(undefined);
      return;
    }
    const out = this.output.bytes > 0 && this.peer.wireBytes < this.peer.window;
    if (out || this.broken !== undefined || this.relievable || this.readable()) this.host.wake(this);
  }

  private readable(): boolean {
    return (this.wireBytes > 0 || (this.finComing && !this.peerEnded)) && this.room() > 0;
  }

  private pull(): void {
    const { random } = this.host;
    let n = Math.min(this.wireBytes, this.room());
    if (n > 0) {
      if (random !== undefined && !random.chance(0.2)) n = random.size(n);
      this.touch();
      this.move(n);
      if (this.peer.output.bytes > 0) this.host.wake(this.peer);
      const c = this.consumer;
      if (c !== undefined && (this.end_ - this.start >= c.need || (random?.chance(0.1) ?? false))) this.present();
    }
    if (this.dead) return;
    if (this.broken !== undefined && (this.wireBytes === 0 || this.room() <= 0)) {
      this.reset(this.broken);
    } else if (this.finComing && !this.peerEnded && this.wireBytes === 0 && this.room() > 0 && !(random?.chance(0.3) ?? false)) {
      this.peerEnded = true;
      this.look();
    }
  }

  /** Moves `n` bytes from the wire to what is unread. */
  private move(n: number): void {
    this.wireBytes -= n;
    let i = 0;
    while (n > 0) {
      const p = this.wire[i]!;
      const k = Math.min(n, p.length);
      if (!this.closing) this.append(p, 0, k);
      n -= k;
      if (k === p.length) i++;
      else this.wire[i] = p.subarray(k);
    }
    this.wire = this.wire.slice(i);
  }

  /** Puts on the wire what its window takes. */
  private pump(): void {
    if (this.dead) return;
    if (this.peer.dead) {
      if (this.output.bytes > 0) {
        this.output.clear();
        this.broken = 'write EPIPE';
        this.host.wake(this);
      }
      this.finish();
      return;
    }
    const { random } = this.host;
    const { peer } = this;
    if (random !== undefined && peer.wireBytes === 0) peer.window = random.size(this.host.windowBytes);
    let n = Math.min(this.output.bytes, peer.window - peer.wireBytes);
    if (n > 0) {
      if (random?.chance(0.7) === true) n = random.size(n);
      const { fault } = this;
      const breaks = fault !== undefined && this.sent + n >= fault.at;
      if (breaks) n = fault.at - this.sent;
      if (n > 0) {
        peer.wire.push(...this.output.batch(n));
        peer.wireBytes += n;
        this.sent += n;
        this.touch();
        this.host.wake(peer);
      }
      if (breaks) {
        this.strike(fault);
        return;
      }
    }
    this.finish();
  }

  private strike(fault: Fault): void {
    this.host.injected();
    const { peer } = this;
    if (fault.kind === 'cut') peer.finComing = true;
    else if (this.host.random?.chance(0.5) === true) peer.broken = 'read ECONNRESET';
    else peer.reset('read ECONNRESET');
    this.host.wake(peer);
    this.reset('read ECONNRESET');
  }

  private reset(what: string): void {
    if (this.dead) return;
    const cause = Object.assign(new Error(what), { code: what.split(' ')[1] });
    this.drop(new ConnResetError(`${formatAddress(this.remote)}: ${what}`, { cause }));
  }

  // ── bytes in ─────────────────────────────────────────────────────────────────────────────────

  protected override show(c: ByteConsumer): number {
    const { lending } = this.host;
    const { buf, start, end } = lending.lend(this.unread!, this.start, this.end_);
    try {
      return c.receive(buf, start, end);
    } finally {
      lending.takeBack();
    }
  }

  protected settle(): void {
    this.rouse();
  }

  protected setReading(): void {
    // Every step asks anew.
  }

  // ── bytes out ────────────────────────────────────────────────────────────────────────────────

  get pendingBytes(): number {
    return this.output.bytes;
  }

  protected queue(w: ByteWriter): number {
    this.output.take(w);
    if (!this.flushing && this.output.bytes > 0) {
      this.flushing = true;
      this.shared.output.schedule(this);
    }
    return this.output.bytes;
  }

  flush(): void {
    this.flushing = false;
    if (this.dead) return;
    if (this.host.random?.chance(0.3) !== true) this.pump();
    this.rouse();
  }

  // ── the end ──────────────────────────────────────────────────────────────────────────────────

  /** The end goes out behind the bytes, and nothing is waited for then. */
  protected allSent(): boolean {
    return false;
  }

  protected endOutput(): void {
    this.pump();
    this.rouse();
  }

  /** Half-closes once everything is on the wire. */
  private finish(): void {
    if (!this.ending || this.finSent || this.output.bytes > 0) return;
    this.finSent = true;
    this.peer.finComing = true;
    this.host.wake(this.peer);
    if (this.closing) this.drop(undefined);
    else this.finishBoth();
  }

  protected outputEnded(): boolean {
    return this.finSent;
  }

  protected bothEnded(): void {
    this.drop(undefined);
  }

  destroy(cause?: Error): void {
    if (this.dead) return;
    const unread = this.wireBytes > 0 || this.end_ > this.start;
    // As a kernel does it: bytes that nobody read are answered with a reset, else there is an end behind what was sent.
    if (!this.peer.dead) {
      if (unread && !this.peer.endShown) this.peer.reset('read ECONNRESET');
      else this.peer.finComing = true;
      this.host.wake(this.peer);
    }
    this.drop(cause);
  }

  /** This end is of no more use; `leave` follows in a later turn. */
  private drop(cause: Error | undefined): void {
    if (this.dead) return;
    this.dead = true;
    this.cause ??= cause;
    this.output.clear();
    this.wire = [];
    this.wireBytes = 0;
    if (!this.receiving) this.release();
    if (this.peer.output.bytes > 0) this.host.wake(this.peer);
    this.host.part(this);
  }

  protected departed(): void {
    this.shared.ids.release(this.id);
    this.host.left(this);
  }

  /** Nothing in memory keeps a process alive. */
  ref(): void {
    // See above.
  }

  unref(): void {
    // See above.
  }

  /** There is no descriptor. */
  detach(): undefined {
    return undefined;
  }

  /** A hidden end takes this one's place below the TLS stream. */
  startTls(o: TlsOptions): Connection {
    this.checkGivable('startTls');
    const context = contextOf(o);
    const inner = new StreamConnection(this.host.shared, secure(connectionDuplex(this.handOver()), o, context), this.local, this.remote);
    inner.idleMs = this.idleMs;
    return inner;
  }

  private handOver(): MemoryConnection {
    const h = new MemoryConnection(this.host, this.local, this.remote);
    h.peer = this.peer;
    this.peer.peer = h;
    h.wire = this.wire;
    h.wireBytes = this.wireBytes;
    if (this.unread !== undefined) h.append(this.unread, this.start, this.end_);
    for (const p of this.output.batch(Infinity)) h.output.append(p);
    h.finComing = this.finComing;
    h.peerEnded = this.peerEnded;
    h.sent = this.sent;
    h.fault = this.fault;
    this.giveAway();
    this.host.shared.ids.release(this.id);
    this.host.left(this);
    this.host.wake(h);
    return h;
  }
}
