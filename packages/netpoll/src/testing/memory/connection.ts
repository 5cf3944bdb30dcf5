// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Duplex } from 'node:stream';
import type { Clock, TimerEntry } from '@cloudwego/gopkg/clock';
import { toError } from '@cloudwego/gopkg/errors';
import type { Address, ByteConsumer, ByteWriter, Connection, TlsOptions } from '@cloudwego/gopkg/io';
import { formatAddress } from '@cloudwego/gopkg/io';
import { ConnClosedError, ConnIdleTimeoutError, ConnResetError, ConsumerError, WriteStateError } from '../../errors.js';
import type { StreamShared } from '../../stream/connection.js';
import { StreamConnection } from '../../stream/connection.js';
import { connectionDuplex } from '../../stream/duplex.js';
import { OutputQueue } from '../../stream/output-queue.js';
import { secure } from '../../stream/tls.js';
import type { Fault } from './faults.js';
import type { Lending } from './lending.js';
import type { Random } from './random.js';
import { Rest } from './rest.js';

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

/** How long a `close()` waits for a peer that does not read. Unit ms. */
const CLOSE_STALL_MS = 5000;

/**
 * One end of a connection in memory.
 *
 *   endWrite ─▶ output ─▶ (as its `window` allows) peer.wire ─▶ peer.rest ─▶ peer.consumer.receive()
 *
 * `wire` stands for the kernel's buffers and the line, `rest` for what a connection reads ahead.
 */
export class MemoryConnection implements Connection, TimerEntry {
  at: number = Infinity;
  readonly id: number;
  local: Address;
  remote: Address;
  readonly clock: Clock;
  readonly tls: undefined = undefined;
  private readonly host: MemoryHost;
  private peer: MemoryConnection = this;
  private consumer: ByteConsumer | undefined = undefined;
  private wire: Uint8Array[] = [];
  private wireBytes: number = 0;
  private window: number;
  private readonly rest: Rest = new Rest();
  private receiving: boolean = false;
  private again: boolean = false;
  private paused: boolean = false;
  /** The peer's end is on the wire, was read, was shown. */
  private finComing: boolean = false;
  private peerEnded: boolean = false;
  private endShown: boolean = false;
  private section: ByteWriter | undefined = undefined;
  private readonly output: OutputQueue = new OutputQueue();
  private sent: number = 0;
  private fault: Fault | undefined = undefined;
  /** The reset that follows the bytes on the wire. */
  private broken: string | undefined = undefined;
  private flushing: boolean = false;
  private over: boolean = false;
  private ending: boolean = false;
  private finSent: boolean = false;
  private closing: boolean = false;
  private dead: boolean = false;
  private given: boolean = false;
  private gone: boolean = false;
  private cause: Error | undefined = undefined;
  private idle: number = 0;
  private lastActive: number;
  private closeWaiters: (() => void)[] = [];

  private constructor(host: MemoryHost, local: Address, remote: Address) {
    this.host = host;
    this.window = host.windowBytes;
    this.local = local;
    this.remote = remote;
    this.clock = host.shared.clock;
    this.id = host.shared.ids.take();
    this.lastActive = this.clock.now();
    host.opened(this);
  }

  /** What a proxy told: see `ListenOptions.proxyProtocol`. */
  readdress(local: Address, remote: Address): void {
    this.local = local;
    this.remote = remote;
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
    if (this.over && !this.ending && this.output.bytes <= this.host.shared.highWaterBytes / 2) {
      this.over = false;
      try {
        this.consumer?.writable();
      } catch (e) {
        this.failed(e);
      }
    }
    this.rouse();
  }

  /** Another step is wanted when something can move. */
  private rouse(): void {
    if (this.dead) return;
    const out = this.output.bytes > 0 && this.peer.wireBytes < this.peer.window;
    if (out || this.broken !== undefined || (this.over && this.output.bytes <= this.host.shared.highWaterBytes / 2) || this.readable()) this.host.wake(this);
  }

  private readable(): boolean {
    return (this.wireBytes > 0 || (this.finComing && !this.peerEnded)) && this.room() > 0;
  }

  /** Bytes that may be read ahead. */
  private room(): number {
    if (this.closing) return Infinity;
    const c = this.consumer;
    return c === undefined ? 0 : Math.max(this.host.shared.maxUnreadBytes, c.need) - this.rest.length;
  }

  private pull(): void {
    const { random } = this.host;
    let n = Math.min(this.wireBytes, this.room());
    if (n > 0) {
      if (random !== undefined && !random.chance(0.2)) n = random.size(n);
      this.lastActive = this.clock.now();
      this.move(n);
      if (this.peer.output.bytes > 0) this.host.wake(this.peer);
      const c = this.consumer;
      if (c !== undefined && (this.rest.length >= c.need || (random?.chance(0.1) ?? false))) this.present();
    }
    if (this.dead) return;
    if (this.broken !== undefined && (this.wireBytes === 0 || this.room() <= 0)) {
      this.reset(this.broken);
    } else if (this.finComing && !this.peerEnded && this.wireBytes === 0 && this.room() > 0 && !(random?.chance(0.3) ?? false)) {
      this.peerEnded = true;
      this.present();
      this.finishBoth();
    }
  }

  /** Moves `n` bytes from the wire to the rest. */
  private move(n: number): void {
    this.wireBytes -= n;
    let i = 0;
    while (n > 0) {
      const p = this.wire[i]!;
      const k = Math.min(n, p.length);
      if (!this.closing) this.rest.append(p.subarray(0, k));
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
        this.lastActive = this.clock.now();
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
        const left = this.rest.length;
        if (left > 0) {
          const n = this.show(c);
          if (this.dead || this.closing) return;
          if (!Number.isInteger(n) || n < 0 || n > left) throw new ConsumerError(`receive: got ${n} bytes consumed, wanted 0 to ${left}`);
          this.rest.consume(n);
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
    this.finishBoth();
    this.rouse();
  }

  private show(c: ByteConsumer): number {
    const { lending } = this.host;
    const { buf, start, end } = lending.lend(this.rest);
    try {
      return c.receive(buf, start, end);
    } finally {
      lending.takeBack();
    }
  }

  private failed(e: unknown): void {
    this.cancelWrite();
    this.destroy(toError(e));
  }

  attach(c: ByteConsumer): void {
    if (this.given) throw new ConnClosedError('attach: the connection was handed over');
    this.consumer = c;
    this.endShown = false;
    if (this.gone) {
      setImmediate(() => {
        if (this.consumer !== c) return;
        this.consumer = undefined;
        c.closed(this.cause);
      });
    }
    if (!this.dead) this.present();
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    if (!this.dead) this.present();
  }

  // ── bytes out ────────────────────────────────────────────────────────────────────────────────

  get pendingBytes(): number {
    return this.output.bytes;
  }

  beginWrite(hint: number): ByteWriter {
    if (this.section !== undefined) throw new WriteStateError('beginWrite: a write section of this connection is open, wanted endWrite() or cancelWrite() first');
    return (this.section = this.host.shared.output.begin(hint));
  }

  endWrite(): boolean {
    const w = this.section;
    if (w === undefined) throw new WriteStateError('endWrite: no write section is open, wanted beginWrite() first');
    this.host.shared.output.end(w);
    this.section = undefined;
    if (this.dead || this.ending) return true;
    this.output.take(w);
    this.lastActive = this.clock.now();
    if (!this.flushing && this.output.bytes > 0) {
      this.flushing = true;
      this.host.shared.output.schedule(this);
    }
    if (this.output.bytes <= this.host.shared.highWaterBytes) return true;
    this.over = true;
    return false;
  }

  cancelWrite(): void {
    const w = this.section;
    if (w === undefined) return;
    this.section = undefined;
    this.host.shared.output.cancel(w);
  }

  flush(): void {
    this.flushing = false;
    if (this.dead) return;
    if (this.host.random?.chance(0.3) !== true) this.pump();
    this.rouse();
  }

  // ── life ─────────────────────────────────────────────────────────────────────────────────────

  get idleMs(): number {
    return this.idle;
  }

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

  /** The wheel's callback: has the limit passed? */
  fire(now: number): void {
    const limit = this.closing ? CLOSE_STALL_MS : this.idle;
    if (this.dead || limit <= 0) return;
    const due = this.lastActive + limit;
    if (due > now) this.clock.wheel.add(this, due);
    else this.destroy(new ConnIdleTimeoutError(`${formatAddress(this.remote)}: no bytes for ${limit} ms (${this.closing ? 'close' : 'idleMs'})`));
  }

  end(): void {
    if (this.dead || this.ending) return;
    this.ending = true;
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

  private finishBoth(): void {
    if (this.finSent && this.peerEnded && this.endShown) this.drop(undefined);
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      if (this.gone || this.given) {
        resolve();
        return;
      }
      this.closeWaiters.push(resolve);
      if (this.closing || this.dead) return;
      this.closing = true;
      this.rest.clear();
      this.lastActive = this.clock.now();
      this.watch(CLOSE_STALL_MS);
      if (this.finSent) this.drop(undefined);
      else this.end();
      this.rouse();
    });
  }

  destroy(cause?: Error): void {
    if (this.dead) return;
    const unread = this.wireBytes > 0 || this.rest.length > 0;
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
    this.rest.clear();
    if (this.peer.output.bytes > 0) this.host.wake(this.peer);
    this.host.part(this);
  }

  /** The end of its life; `closed` comes last. */
  leave(): void {
    this.gone = true;
    this.clock.wheel.remove(this);
    this.host.shared.ids.release(this.id);
    this.host.left(this);
    this.cancelWrite();
    const c = this.consumer;
    this.consumer = undefined;
    for (const f of this.closeWaiters.splice(0)) f();
    c?.closed(this.cause);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
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
    if (this.dead) throw new ConnClosedError('startTls: the connection is closed');
    if (this.section !== undefined) throw new WriteStateError('startTls: a write section is open, wanted endWrite() or cancelWrite() first');
    const inner = new StreamConnection(this.host.shared, secure(connectionDuplex(this.handOver()), o), this.local, this.remote);
    inner.idleMs = this.idle;
    return inner;
  }

  private handOver(): MemoryConnection {
    const h = new MemoryConnection(this.host, this.local, this.remote);
    h.peer = this.peer;
    this.peer.peer = h;
    h.wire = this.wire;
    h.wireBytes = this.wireBytes;
    h.rest.append(this.rest.buf.subarray(this.rest.start, this.rest.end));
    for (const p of this.output.batch(Infinity)) h.output.append(p);
    h.finComing = this.finComing;
    h.peerEnded = this.peerEnded;
    h.sent = this.sent;
    h.fault = this.fault;
    this.given = true;
    this.dead = true;
    this.consumer = undefined;
    this.clock.wheel.remove(this);
    this.host.shared.ids.release(this.id);
    this.host.left(this);
    this.host.wake(h);
    return h;
  }

  toDuplex(): Duplex {
    return connectionDuplex(this);
  }
}
