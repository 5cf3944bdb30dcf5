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
import { addressOf } from './node-address.js';
import { OutputQueue } from './output-queue.js';
import { secure, tlsStateOf } from './tls.js';

/** What the connections of one network share. */
export interface StreamShared {
  readonly clock: Clock;
  readonly ids: ConnectionIds;
  readonly output: OutputSlab;
  readonly maxUnreadBytes: number;
  readonly highWaterBytes: number;
}

/** A socket knows its connection, so that the listeners of all sockets are the same four functions: an idle connection keeps no closure. */
const OWNER = Symbol('netpoll.connection');
type OwnedSocket = Socket & { [OWNER]?: StreamConnection | undefined };

function onData(this: OwnedSocket, chunk: Buffer): void {
  this[OWNER]?.onData(chunk);
}

function onEnd(this: OwnedSocket): void {
  this[OWNER]?.onEnd();
}

function onError(this: OwnedSocket, e: Error): void {
  this[OWNER]?.onError(e);
}

function onClose(this: OwnedSocket): void {
  this[OWNER]?.onClose();
}

function leave(c: StreamConnection): void {
  c.leave();
}

/** The output of those who have none. It stays empty. */
const NO_OUTPUT = new OutputQueue();
/** Queues that are kept to be used again. */
const KEEP_QUEUES = 256;

const MIN_UNREAD = 64 * 1024;
/** Given to the socket at once: the next follows when it has left, so that a slow peer is seen to make progress. */
const BATCH_BYTES = 256 * 1024;
/** How long `close()` waits for the peer's end once everything was sent, and for progress before that. Unit ms. */
const CLOSE_LINGER_MS = 100;
/** With TLS there are records that nobody asked for, such as session tickets: closed over one of them the kernel would drop what the peer has yet to read. */
const CLOSE_LINGER_TLS_MS = 2000;
const CLOSE_STALL_MS = 5000;

/**
 * A connection on a node:net socket.
 *
 *   socket 'data' ─▶ unread [start, end) ─▶ consumer.receive() ─▶ what it leaves stays unread; over the limit the socket is not read
 *   beginWrite … endWrite ─▶ pieces of the slab ─▶ one write at the end of the turn
 *
 * It reads ahead also while paused, up to the limit, so that a reset is seen; the peer's end is shown in its place after the bytes.
 */
export class StreamConnection implements Connection, TimerEntry {
  at: number = Infinity;
  readonly id: number;
  remote: Address;
  readonly clock: Clock;
  private readonly shared: StreamShared;
  private readonly socket: OwnedSocket;
  /** The local address, where nobody asked the socket in time. */
  private readonly fallback: Address;
  private localAddress: Address | undefined = undefined;
  private consumer: ByteConsumer | undefined = undefined;
  private unread: Buffer | undefined = undefined;
  private start: number = 0;
  private end_: number = 0;
  private receiving: boolean = false;
  /** Attach or resume came inside a callback. */
  private again: boolean = false;
  private paused: boolean = false;
  /** The socket is not read. */
  private stalled: boolean = true;
  private peerEnded: boolean = false;
  /** The present consumer knows that the peer ended. */
  private endShown: boolean = false;
  private dead: boolean = false;
  /** The socket belongs to somebody else now. */
  private given: boolean = false;
  /** The socket closed in order before the paused consumer saw the end: `closed` waits for that. */
  private lingering: boolean = false;
  private gone: boolean = false;
  private section: ByteWriter | undefined = undefined;
  /** Idle connections share the one that stays empty. */
  private output: OutputQueue = NO_OUTPUT;
  private flushing: boolean = false;
  private over: boolean = false;
  private ending: boolean = false;
  private finSent: boolean = false;
  /** `close()` was called: what still comes is dropped. */
  private closing: boolean = false;
  private cause: Error | undefined = undefined;
  private idle: number = 0;
  private lastActive: number;
  private closeWaiters: (() => void)[] | undefined = undefined;

  /** `fallback`: the local address, where the socket has no name of its own. */
  constructor(shared: StreamShared, socket: Socket, fallback: Address, remote: Address) {
    this.shared = shared;
    this.clock = shared.clock;
    this.socket = socket;
    this.fallback = fallback;
    this.remote = remote;
    this.id = shared.ids.take();
    this.lastActive = shared.clock.now();
    this.socket[OWNER] = this;
    socket.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose);
    socket.pause();
  }

  /** Asked of the socket on first read; after its end, where nobody asked before, the listener's. */
  get local(): Address {
    return (this.localAddress ??= addressOf(this.socket.localAddress, this.socket.localPort, this.fallback));
  }

  /** What a proxy told: see `ListenOptions.proxyProtocol`. */
  readdress(local: Address, remote: Address): void {
    this.localAddress = local;
    this.remote = remote;
  }

  get tls(): TlsState | undefined {
    return this.socket instanceof TLSSocket ? tlsStateOf(this.socket) : undefined;
  }

  // ── bytes in ─────────────────────────────────────────────────────────────────────────────────

  /** The socket's event, as those below. */
  onData(chunk: Buffer): void {
    if (this.closing) return;
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
    if (c !== undefined && this.end_ - this.start >= c.need) this.present();
    else this.hold();
  }

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
    if (this.start === this.end_) this.unread = undefined;
    this.hold();
    this.finishBoth();
  }

  /** A consumer threw: its connection ends, and what it was writing is dropped. */
  private failed(e: unknown): void {
    this.cancelWrite();
    this.destroy(toError(e));
  }

  /** Stops reading while too much is unread, and starts again. */
  private hold(): void {
    if (this.dead) return;
    const c = this.consumer;
    const left = this.unread === undefined ? 0 : this.end_ - this.start;
    const full = !this.closing && (c === undefined || left >= Math.max(this.shared.maxUnreadBytes, c.need));
    if (full === this.stalled) return;
    this.stalled = full;
    if (full) this.socket.pause();
    else this.socket.resume();
  }

  onEnd(): void {
    this.peerEnded = true;
    this.present();
    this.finishBoth();
  }

  /** Both sides have ended, and the consumer knows: nothing is left to wait for but the last bytes out. */
  private finishBoth(): void {
    if (this.lingering && this.endShown) setImmediate(leave, this);
    else if (this.finSent && this.peerEnded && (this.endShown || this.closing)) this.socket.destroySoon();
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
    return this.dead ? 0 : this.output.bytes + this.socket.writableLength;
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
    if (w.length > 0) {
      if (this.output === NO_OUTPUT) this.takeOutput();
      this.output.take(w);
      this.lastActive = this.clock.now();
      if (!this.flushing) {
        this.flushing = true;
        this.shared.output.schedule(this);
      }
    }
    if (this.pendingBytes <= this.shared.highWaterBytes) return true;
    this.over = true;
    return false;
  }

  cancelWrite(): void {
    const w = this.section;
    if (w === undefined) return;
    this.section = undefined;
    this.shared.output.cancel(w);
  }

  flush(): void {
    this.flushing = false;
    if (!this.dead) this.send();
  }

  /** Gives the socket the next batch, unless it is still busy with the last one. */
  private send(): void {
    if (this.output.bytes === 0 || this.socket.writableLength > 0) return;
    this.shared.output.hold();
    const pieces = this.output.batch(BATCH_BYTES);
    if (this.output.bytes === 0) this.dropOutput();
    const last = pieces.length - 1;
    // Made for each batch and not kept: an idle connection has none. Node calls it whatever becomes of the socket.
    const onSent = (e?: Error | null): void => {
      this.shared.output.letGo();
      this.onSent(e);
    };
    if (last === 0) {
      this.socket.write(pieces[0]!, onSent);
      return;
    }
    this.socket.cork();
    for (let i = 0; i < last; i++) this.socket.write(pieces[i]!);
    this.socket.write(pieces[last]!, onSent);
    this.socket.uncork();
  }

  private takeOutput(): void {
    const { output } = this.shared;
    this.output = output.queues.pop() ?? new OutputQueue();
    output.hold();
  }

  private dropOutput(): void {
    const { output } = this;
    if (output === NO_OUTPUT) return;
    this.shared.output.letGo();
    this.output = NO_OUTPUT;
    output.clear();
    const { queues } = this.shared.output;
    if (queues.length < KEEP_QUEUES) queues.push(output);
  }

  private onSent(e?: Error | null): void {
    if (e != null || this.dead || this.socket.writableLength > 0) return;
    this.lastActive = this.clock.now();
    this.send();
    if (this.over && !this.ending && this.pendingBytes <= this.shared.highWaterBytes / 2) {
      this.over = false;
      try {
        this.consumer?.writable();
      } catch (x) {
        this.failed(x);
      }
    }
    this.finish();
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
    const sent = this.finSent && this.socket.writableLength === 0;
    const limit = this.closing ? (sent ? this.lingerMs : CLOSE_STALL_MS) : this.idle;
    if (limit <= 0) return;
    const due = this.lastActive + limit;
    if (due > now) this.clock.wheel.add(this, due);
    else if (this.closing && sent) this.destroy();
    else this.destroy(new ConnIdleTimeoutError(`${formatAddress(this.remote)}: no bytes for ${limit} ms (${this.closing ? 'close' : 'idleMs'})`));
  }

  end(): void {
    if (this.dead || this.ending) return;
    this.ending = true;
    this.flush();
    this.finish();
  }

  /** Half-closes once everything is with the socket. */
  private finish(): void {
    if (!this.ending || this.dead || this.output.bytes > 0) return;
    if (!this.finSent) {
      this.finSent = true;
      // The wait for the peer's end counts from ours.
      this.socket.end(() => {
        this.lastActive = this.clock.now();
      });
      this.finishBoth();
    }
    if (this.closing) this.watch(this.lingerMs);
  }

  private get lingerMs(): number {
    return this.socket instanceof TLSSocket ? CLOSE_LINGER_TLS_MS : CLOSE_LINGER_MS;
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
      this.unread = undefined;
      this.start = this.end_ = 0;
      this.lastActive = this.clock.now();
      this.watch(this.lingerMs);
      this.end();
      this.hold();
      if (this.lingering) setImmediate(leave, this);
      else this.finishBoth();
    });
  }

  destroy(cause?: Error): void {
    if (this.dead) return;
    this.dead = true;
    this.cause ??= cause;
    this.dropOutput();
    if (this.lingering) setImmediate(leave, this);
    else this.socket.destroy();
  }

  ref(): void {
    if (!this.dead) this.socket.ref();
  }

  unref(): void {
    if (!this.dead) this.socket.unref();
  }

  onError(e: Error): void {
    this.cause ??= new ConnResetError(`${formatAddress(this.remote)}: ${e.message}`, { cause: e });
  }

  onClose(): void {
    this.lingering = this.peerEnded && !this.endShown && !this.dead && !this.closing && this.cause === undefined;
    if (!this.lingering) this.leave();
  }

  /** The end of its life; `closed` comes last. */
  leave(): void {
    if (this.gone) return;
    this.dead = true;
    this.gone = true;
    this.clock.wheel.remove(this);
    this.shared.ids.release(this.id);
    this.unread = undefined;
    this.cancelWrite();
    this.dropOutput();
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

  /** This engine does not own a descriptor. */
  detach(): undefined {
    return undefined;
  }

  startTls(o: TlsOptions): Connection {
    if (this.dead) throw new ConnClosedError('startTls: the connection is closed');
    if (this.section !== undefined) throw new WriteStateError('startTls: a write section is open, wanted endWrite() or cancelWrite() first');
    const s = this.socket;
    // Copies: nobody tells when they are sent.
    for (const p of this.output.batch(Infinity)) s.write(Buffer.from(p));
    this.dropOutput();
    void this.local;
    this.given = true;
    this.dead = true;
    this.clock.wheel.remove(this);
    this.shared.ids.release(this.id);
    s.pause();
    s.off('data', onData).off('end', onEnd).off('error', onError).off('close', onClose);
    s[OWNER] = undefined;
    // What happens to the socket is told by the TLS stream on top of it.
    s.on('error', ignore);
    if (this.unread !== undefined && this.end_ > this.start) s.unshift(this.unread.subarray(this.start, this.end_));
    this.unread = undefined;
    this.consumer = undefined;
    const inner = new StreamConnection(this.shared, secure(s, o), this.local, this.remote);
    inner.readdress(this.local, this.remote);
    inner.idleMs = this.idle;
    return inner;
  }

  toDuplex(): Duplex {
    return connectionDuplex(this);
  }
}

function ignore(): void {
  // The TLS stream reports it.
}
