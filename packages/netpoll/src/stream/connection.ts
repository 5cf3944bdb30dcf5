// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Clock } from '@cloudwego/gopkg/clock';
import type { Address, ByteWriter, Connection, TlsOptions, TlsState } from '@cloudwego/gopkg/io';
import { formatAddress } from '@cloudwego/gopkg/io';
import { ConnectionMachine } from '../connection/machine.js';
import type { ConnectionShared } from '../connection/machine.js';
import { ConnResetError } from '../errors.js';
import type { ConnectionIds } from './ids.js';
import type { OutputSlab } from './output.js';
import { addressOf } from './node-address.js';
import { OutputQueue } from './output-queue.js';
import { contextOf, secure, tlsStateOf } from './tls.js';

/** What the connections of one network share. */
export interface StreamShared extends ConnectionShared {
  readonly clock: Clock;
  readonly ids: ConnectionIds;
  readonly output: OutputSlab;
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

/** Given to the socket at once: the next follows when it has left, so that a slow peer is seen to make progress. */
const BATCH_BYTES = 256 * 1024;
/** With TLS there are records that nobody asked for, such as session tickets: closed over one of them the kernel would drop what the peer has yet to read. Unit ms. */
const CLOSE_LINGER_TLS_MS = 2000;

/**
 * A connection on a node:net socket.
 *
 *   socket 'data' ─▶ unread; over the limit the socket is not read
 *   beginWrite … endWrite ─▶ pieces of the slab ─▶ one write at the end of the turn
 */
export class StreamConnection extends ConnectionMachine {
  protected readonly shared: StreamShared;
  private readonly socket: OwnedSocket;
  /** The local address, where nobody asked the socket in time. */
  private readonly fallback: Address;
  /** The socket closed in order before the paused consumer saw the end: `closed` waits for that. */
  private lingering: boolean = false;
  /** Idle connections share the one that stays empty. */
  private output: OutputQueue = NO_OUTPUT;
  private flushing: boolean = false;
  private finSent: boolean = false;

  /** `fallback`: the local address, where the socket has no name of its own. */
  constructor(shared: StreamShared, socket: Socket, fallback: Address, remote: Address) {
    super(shared.ids.take(), shared.clock, remote);
    this.shared = shared;
    this.socket = socket;
    this.fallback = fallback;
    this.socket[OWNER] = this;
    socket.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose);
    socket.pause();
  }

  /** Asked of the socket on first read; after its end, where nobody asked before, the listener's. */
  get local(): Address {
    return (this.localAddress ??= addressOf(this.socket.localAddress, this.socket.localPort, this.fallback));
  }

  get tls(): TlsState | undefined {
    return this.socket instanceof TLSSocket ? tlsStateOf(this.socket) : undefined;
  }

  // ── bytes in ─────────────────────────────────────────────────────────────────────────────────

  /** The socket's event, as those below. */
  onData(chunk: Buffer): void {
    if (this.closing) return;
    this.touch();
    if (this.unread === undefined) {
      this.unread = chunk;
      this.start = 0;
      this.end_ = chunk.length;
    } else {
      this.append(chunk, 0, chunk.length);
    }
    this.offer();
    this.settle();
    this.finishBoth();
  }

  protected settle(): void {
    this.hold();
  }

  protected setReading(on: boolean): void {
    if (on) this.socket.resume();
    else this.socket.pause();
  }

  onEnd(): void {
    this.peerEnded = true;
    this.look();
  }

  // ── bytes out ────────────────────────────────────────────────────────────────────────────────

  get pendingBytes(): number {
    return this.dead ? 0 : this.output.bytes + this.socket.writableLength;
  }

  protected queue(w: ByteWriter): number {
    if (w.length > 0) {
      if (this.output === NO_OUTPUT) this.takeOutput();
      this.output.take(w);
      if (!this.flushing) {
        this.flushing = true;
        this.shared.output.schedule(this);
      }
    }
    return this.pendingBytes;
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
    this.touch();
    this.send();
    this.drained();
    this.finish();
  }

  // ── the end ──────────────────────────────────────────────────────────────────────────────────

  protected endOutput(): void {
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

  protected outputEnded(): boolean {
    return this.lingering || this.finSent;
  }

  protected bothEnded(): void {
    if (this.lingering) setImmediate(leave, this);
    else this.socket.destroySoon();
  }

  protected allSent(): boolean {
    return this.finSent && this.socket.writableLength === 0;
  }

  protected override get lingerMs(): number {
    return this.socket instanceof TLSSocket ? CLOSE_LINGER_TLS_MS : super.lingerMs;
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

  protected departed(): void {
    this.shared.ids.release(this.id);
    this.dropOutput();
  }

  // ── other hands ──────────────────────────────────────────────────────────────────────────────

  /** This engine does not own a descriptor. */
  detach(): undefined {
    return undefined;
  }

  startTls(o: TlsOptions): Connection {
    this.checkGivable('startTls');
    const context = contextOf(o);
    const s = this.socket;
    // Copies: nobody tells when they are sent.
    for (const p of this.output.batch(Infinity)) s.write(Buffer.from(p));
    this.dropOutput();
    void this.local;
    this.giveAway();
    this.shared.ids.release(this.id);
    s.pause();
    s.off('data', onData).off('end', onEnd).off('error', onError).off('close', onClose);
    s[OWNER] = undefined;
    // What happens to the socket is told by the TLS stream on top of it.
    s.on('error', ignore);
    if (this.unread !== undefined && this.end_ > this.start) s.unshift(this.unread.subarray(this.start, this.end_));
    // During `receive` its caller does it.
    if (!this.receiving) this.release();
    const inner = new StreamConnection(this.shared, secure(s, o, context), this.local, this.remote);
    inner.readdress(this.local, this.remote);
    inner.idleMs = this.idleMs;
    return inner;
  }
}

function ignore(): void {
  // The TLS stream reports it.
}
