// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Duplex } from 'node:stream';
import type { Clock, TimerEntry } from '@cloudwego/gopkg/clock';
import type { Address, ByteWriter, Connection, TlsOptions, TlsState } from '@cloudwego/gopkg/io';
import { formatAddress } from '@cloudwego/gopkg/io';
import { ConnClosedError, ConnIdleTimeoutError, WriteStateError } from '../errors.js';
import { connectionDuplex } from './duplex.js';
import { ConnectionInput } from './input.js';
import type { ConnectionLimits } from './input.js';
import type { WriteSections } from './sections.js';

/** What the connections of one network share. */
export interface ConnectionShared extends ConnectionLimits {
  readonly output: WriteSections;
}

/** How long `close()` waits for the peer's end once everything was sent, and for progress before that. Unit ms. */
const CLOSE_LINGER_MS = 100;
const CLOSE_STALL_MS = 5000;

/**
 * What is the same for the connections of every engine: when bytes are shown and when reading stops (see {@link ConnectionInput}), write sections and high water,
 * the idle limit, and the end in each of its ways. An engine brings bytes, takes bytes, and says when they are gone.
 *
 *   open ── end() ──▶ ending ──▶ both ended ──────────────┐
 *     ├──── close() ─▶ closing: ending, and input dropped ─┤
 *     └──── destroy(), a reset, a throw, a limit ──────────┴─▶ dead ──▶ leave(): closed() is told, gone
 *     └──── detach(), startTls() ─▶ given: dead, and nobody is told
 */
export abstract class ConnectionMachine extends ConnectionInput implements Connection, TimerEntry {
  at: number = Infinity;
  readonly id: number;
  readonly clock: Clock;
  remote: Address;
  protected abstract override readonly shared: ConnectionShared;
  protected localAddress: Address | undefined = undefined;
  protected section: ByteWriter | undefined = undefined;
  /** Above high water: `writable()` is due. */
  private over: boolean = false;
  protected ending: boolean = false;
  protected lastActive: number = 0;
  private idle: number = 0;
  private closeWaiters: (() => void)[] | undefined = undefined;

  constructor(id: number, clock: Clock, remote: Address) {
    super();
    this.id = id;
    this.clock = clock;
    this.remote = remote;
  }

  abstract readonly local: Address;
  abstract readonly tls: TlsState | undefined;
  abstract readonly pendingBytes: number;
  abstract flush(): void;
  abstract ref(): void;
  abstract unref(): void;
  abstract detach(): { readonly fd: number; readonly unread: Uint8Array } | undefined;
  abstract startTls(o: TlsOptions): Connection;

  /** Takes what was written in a section; what is pending then. */
  protected abstract queue(w: ByteWriter): number;
  /** Half-closes behind what is queued. */
  protected abstract endOutput(): void;
  /** This side's end went out, or is with somebody who sees to it. */
  protected abstract outputEnded(): boolean;
  /** Nothing is left to wait for. */
  protected abstract bothEnded(): void;
  /** The system took everything, the end included. */
  protected abstract allSent(): boolean;
  /** The end of its life, for the engine's own part. */
  protected abstract departed(): void;

  /** What a proxy told: see `ListenOptions.proxyProtocol`. */
  readdress(local: Address, remote: Address): void {
    this.localAddress = local;
    this.remote = remote;
  }

  /** Bytes moved. Nobody asks for the time unless a limit counts from it. */
  protected touch(): void {
    if (this.idle > 0 || this.closing) this.lastActive = this.clock.now();
  }

  // ── bytes out ────────────────────────────────────────────────────────────────────────────────

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
    if (w.length > 0) this.touch();
    if (this.queue(w) <= this.shared.highWaterBytes) return true;
    if (!this.over) {
      this.over = true;
      this.awaitDrain();
    }
    return false;
  }

  cancelWrite(): void {
    const w = this.section;
    if (w === undefined) return;
    this.section = undefined;
    this.shared.output.cancel(w);
  }

  /** For an engine that tells of what was sent only when it is asked to. */
  protected awaitDrain(): void {
    // Most see every byte leave.
  }

  /** Bytes left: the consumer is told once there is room again. */
  protected drained(): void {
    if (!this.over || this.ending || this.dead) return;
    if (this.pendingBytes > this.shared.highWaterBytes / 2) {
      this.awaitDrain();
      return;
    }
    this.over = false;
    try {
      this.consumer?.writable();
    } catch (e) {
      this.failed(e);
    }
  }

  /** `drained()` has something to do. */
  protected get relievable(): boolean {
    return this.over && !this.ending && this.pendingBytes <= this.shared.highWaterBytes / 2;
  }

  // ── limits ───────────────────────────────────────────────────────────────────────────────────

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

  protected watch(ms: number): void {
    const due = this.lastActive + ms;
    if (due < this.at) this.clock.wheel.add(this, due);
  }

  /** How long `close()` waits for the peer's end. Unit ms. */
  protected get lingerMs(): number {
    return CLOSE_LINGER_MS;
  }

  /** The wheel's callback: has the limit passed? The entry is moved lazily, not on every byte. */
  fire(now: number): void {
    if (this.dead) return;
    const sent = this.closing && this.allSent();
    const limit = this.closing ? (sent ? this.lingerMs : CLOSE_STALL_MS) : this.idle;
    if (limit <= 0) return;
    const due = this.lastActive + limit;
    if (due > now) this.clock.wheel.add(this, due);
    else if (sent) this.destroy();
    else this.destroy(new ConnIdleTimeoutError(`${formatAddress(this.remote)}: no bytes for ${limit} ms (${this.closing ? 'close' : 'idleMs'})`));
  }

  // ── the end ──────────────────────────────────────────────────────────────────────────────────

  end(): void {
    if (this.dead || this.ending) return;
    this.ending = true;
    this.endOutput();
  }

  /** Both sides have ended, and the consumer knows: nothing is left to wait for but the last bytes out. */
  protected finishBoth(): void {
    if (this.peerEnded && (this.endShown || this.closing) && !this.dead && this.outputEnded()) this.bothEnded();
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
      this.watch(this.lingerMs);
      this.end();
      if (this.dead as boolean) return;
      if (this.receiving) this.hold();
      else this.settle();
      this.finishBoth();
    });
  }

  /** It is over, or was given away: nothing comes any more, and nobody waits. */
  leave(): void {
    if (this.gone) return;
    this.dead = true;
    this.gone = true;
    this.clock.wheel.remove(this);
    this.release();
    this.cancelWrite();
    this.departed();
    const c = this.consumer;
    this.consumer = undefined;
    this.tellWaiters();
    // Last: it may throw.
    c?.closed(this.cause);
  }

  private tellWaiters(): void {
    const waiters = this.closeWaiters;
    this.closeWaiters = undefined;
    waiters?.forEach((f) => {
      f();
    });
  }

  /** Errors: {@link ConnClosedError}, {@link WriteStateError} when it cannot be given away now. */
  protected checkGivable(call: string): void {
    if (this.dead) throw new ConnClosedError(`${call}: the connection is closed or was handed over`);
    if (this.section !== undefined) throw new WriteStateError(`${call}: a write section is open, wanted endWrite() or cancelWrite() first`);
  }

  /** Somebody else has the socket from here on. */
  protected giveAway(): void {
    this.given = true;
    this.dead = true;
    this.consumer = undefined;
    this.clock.wheel.remove(this);
    this.tellWaiters();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  toDuplex(): Duplex {
    return connectionDuplex(this);
  }
}
