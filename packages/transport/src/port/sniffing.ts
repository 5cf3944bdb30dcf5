// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { TimerEntry } from '@cloudwego/gopkg/clock';
import { toError } from '@cloudwego/gopkg/errors';
import type { ByteConsumer, Connection, TlsOptions } from '@cloudwego/gopkg/io';
import { formatAddress } from '@cloudwego/gopkg/io';
import type { Sniffer } from '@cloudwego/protocol';
import type { PortApp } from '../contracts.js';
import { PlaintextRefusedError, ProtocolTimeoutError, ProtocolUnknownError } from '../errors.js';
import type { Foreign } from './foreign.js';
import { foreign } from './foreign.js';

/** What a sniffing connection needs of its port. */
export interface SniffingOwner {
  /** Read anew for every decision: an app may leave while a connection makes up its mind. */
  readonly routes: readonly SniffRoute[];
  readonly tls: TlsOptions | undefined;
  readonly headerTimeoutMs: number;
  /** The connection is undecided. */
  entered(s: Sniffing): void;
  /** It is decided, refused or closed. */
  left(s: Sniffing): void;
  refused(e: Error): void;
}

/** One protocol of one app, in the order asked. */
export interface SniffRoute {
  readonly app: PortApp;
  readonly sniffer: Sniffer;
}

/** No protocol needs more to be told. */
const MAX_SNIFF_BYTES = 24;
/** How long a peer that was told why it is refused may take to read that, and to end. Unit ms. */
const FAREWELL_MS = 1000;

/**
 * The first consumer of an accepted connection: asks the sniffers in order, on at most 24 bytes, and hands the connection to the app that says yes.
 * 'more' is bounded by a timer, never by a byte count that a protocol may not send; on 24 bytes it counts as 'no'. On a TLS hello the connection becomes a
 * TLS one, whose handshake has the same timer, and what is inside is asked again, unless ALPN settled it. What nobody serves is refused: HTTP and TLS in their
 * own words, with whatever they go on to send thrown away, so that the answer is not lost with it.
 */
export class Sniffing implements ByteConsumer, TimerEntry {
  at: number = Infinity;
  need: number = 1;
  readonly connection: Connection;
  private readonly owner: SniffingOwner;
  private readonly secure: boolean;
  private done: boolean = false;
  /** The peer was told why it is refused. */
  private farewell: boolean = false;

  constructor(owner: SniffingOwner, connection: Connection, secure: boolean) {
    this.owner = owner;
    this.connection = connection;
    this.secure = secure;
    owner.entered(this);
    if (secure) this.startTimer();
  }

  receive(buf: Buffer, start: number, end: number): number {
    if (this.done) return 0;
    if (this.farewell) return end - start;
    const stop = Math.min(end, start + MAX_SNIFF_BYTES);
    if (this.owner.tls !== undefined && !this.secure) this.receivePlain(buf, start, stop, this.owner.tls);
    else this.ask(buf, start, stop);
    return (this.farewell as boolean) ? end - start : 0;
  }

  private ask(buf: Buffer, start: number, stop: number): void {
    const alpn = this.connection.tls?.alpnProtocol;
    for (const { app, sniffer } of this.owner.routes) {
      const says = alpn !== undefined && sniffer.alpn === alpn ? 'yes' : sniffer.match(buf, start, stop);
      if (says === 'yes') {
        this.handTo(app, sniffer);
        return;
      }
      // A later sniffer must not win while an earlier one has not made up its mind.
      if (says === 'more' && stop - start < MAX_SNIFF_BYTES) {
        this.wait(stop - start);
        return;
      }
    }
    const served = [...new Set(this.owner.routes.map((r) => r.sniffer.protocol))].join(', ');
    const known = foreign(buf, start, stop, `This port does not speak HTTP/1. It speaks: ${served}.`);
    this.refuse(new ProtocolUnknownError(`no app of this port speaks what ${this.peer} sent${known === undefined ? '' : `, ${known.name}`}: ${hex(buf, start, stop)}`), known);
  }

  private handTo(app: PortApp, sniffer: Sniffer): void {
    this.leave();
    let consumer: ByteConsumer;
    try {
      consumer = app.accept(this.connection, sniffer.protocol);
    } catch (e) {
      this.owner.refused(new Error(`app ${app.name} failed to accept ${this.peer}: ${toError(e).message}`, { cause: e }));
      this.connection.destroy(toError(e));
      return;
    }
    this.connection.attach(consumer);
  }

  /** TLS is required: a ClientHello starts with 0x16 0x03. */
  private receivePlain(buf: Buffer, start: number, stop: number, tls: TlsOptions): void {
    if (buf[start] !== 0x16 || (stop - start > 1 && buf[start + 1] !== 0x03)) {
      const known = foreign(buf, start, stop, 'This port speaks TLS only: use https.');
      this.refuse(new PlaintextRefusedError(`${this.peer} spoke ${known === undefined ? '' : `${known.name} `}without TLS to a port that requires it: ${hex(buf, start, stop)}`), known);
      return;
    }
    if (stop - start < 2) {
      this.wait(stop - start);
      return;
    }
    this.leave();
    const inner = this.connection.startTls(tls);
    inner.attach(new Sniffing(this.owner, inner, true));
  }

  private get peer(): string {
    return formatAddress(this.connection.remote);
  }

  private wait(have: number): void {
    this.need = have + 1;
    if (this.at === Infinity) this.startTimer();
  }

  private startTimer(): void {
    const { clock } = this.connection;
    if (this.owner.headerTimeoutMs > 0) clock.wheel.add(this, clock.now() + this.owner.headerTimeoutMs);
  }

  private leave(): void {
    if (this.done) return;
    this.done = true;
    this.connection.clock.wheel.remove(this);
    this.owner.left(this);
  }

  private refuse(e: Error, known?: Foreign): void {
    this.owner.refused(e);
    if (known === undefined) {
      this.leave();
      this.connection.destroy(e);
      return;
    }
    this.farewell = true;
    const { connection } = this;
    connection.clock.wheel.add(this, connection.clock.now() + FAREWELL_MS);
    connection.beginWrite(known.answer.length).bytes(known.answer);
    connection.endWrite();
    connection.end();
  }

  /** Node knows of an ALPN protocol, or of none (`false`), once the handshake is over; an engine that does its own TLS shows a connection then only. */
  private get shakingHands(): boolean {
    return this.secure && this.connection.tls?.socket?.alpnProtocol === null;
  }

  /** The wheel's callback: the peer does not go on. One that finished its handshake and has not spoken is merely idle. */
  fire(): void {
    const { headerTimeoutMs } = this.owner;
    if (this.farewell) {
      this.leave();
      this.connection.destroy();
    } else if (this.shakingHands) this.refuse(new ProtocolTimeoutError(`${this.peer} did not finish its TLS handshake within ${headerTimeoutMs} ms (headerTimeoutMs)`));
    else if (this.need > 1) this.refuse(new ProtocolTimeoutError(`${this.peer} sent ${this.need - 1} bytes and then nothing for ${headerTimeoutMs} ms (headerTimeoutMs)`));
  }

  /** A peer that says nothing, as probes do, is no news; one that stops in the middle of its first words is. */
  receiveEnd(): void {
    if (this.done) return;
    if (this.farewell) {
      this.leave();
      return;
    }
    if (this.need > 1) {
      this.refuse(new ProtocolUnknownError(`${this.peer} ended after ${this.need - 1} bytes, which no app of this port recognises`));
      return;
    }
    this.leave();
    this.connection.end();
  }

  writable(): void {
    // Nothing is written here.
  }

  closed(cause: Error | undefined): void {
    if (this.done) return;
    const unfinished = !this.farewell && this.shakingHands && cause !== undefined;
    this.leave();
    if (unfinished) this.owner.refused(new Error(`the TLS handshake of ${this.peer} failed: ${cause.message}`, { cause }));
  }
}

function hex(buf: Buffer, start: number, end: number): string {
  return buf.toString('hex', start, end).replace(/(..)(?=.)/g, '$1 ');
}
