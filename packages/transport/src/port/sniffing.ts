// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { TimerEntry } from '@cloudwego/gopkg/clock';
import type { ByteConsumer, Connection, TlsOptions } from '@cloudwego/gopkg/io';
import { formatAddress } from '@cloudwego/gopkg/io';
import type { Sniffer } from '@cloudwego/protocol';
import type { PortApp } from '../contracts.js';
import { PlaintextRefusedError, ProtocolTimeoutError, ProtocolUnknownError } from '../errors.js';

/** What a sniffing connection needs of its port. */
export interface SniffingOwner {
  readonly routes: readonly SniffRoute[];
  readonly tls: TlsOptions | undefined;
  readonly headerTimeoutMs: number;
  readonly sniffing: Set<Sniffing>;
  refused(c: Connection, e: Error): void;
}

/** One protocol of one app, in the order asked. */
export interface SniffRoute {
  readonly app: PortApp;
  readonly sniffer: Sniffer;
}

/** No protocol needs more to be told. */
const MAX_SNIFF_BYTES = 24;

/**
 * The first consumer of an accepted connection: asks the sniffers in order, on at most 24 bytes, and hands the connection to the app that says yes.
 * 'more' is bounded by a timer, never by a byte count that a protocol may not send. On a TLS hello the connection becomes a TLS one and what is inside is
 * asked again, unless ALPN settled it.
 */
export class Sniffing implements ByteConsumer, TimerEntry {
  at: number = Infinity;
  need: number = 1;
  readonly connection: Connection;
  private readonly owner: SniffingOwner;
  private readonly secure: boolean;

  constructor(owner: SniffingOwner, connection: Connection, secure: boolean) {
    this.owner = owner;
    this.connection = connection;
    this.secure = secure;
    owner.sniffing.add(this);
  }

  receive(buf: Buffer, start: number, end: number): number {
    const stop = Math.min(end, start + MAX_SNIFF_BYTES);
    if (this.owner.tls !== undefined && !this.secure) {
      this.receivePlain(buf, start, stop);
      return 0;
    }
    const alpn = this.connection.tls?.alpnProtocol;
    let more = false;
    for (const { app, sniffer } of this.owner.routes) {
      const says = alpn !== undefined && sniffer.alpn === alpn ? 'yes' : sniffer.match(buf, start, stop);
      if (says === 'yes') {
        this.leave();
        this.connection.attach(app.accept(this.connection, sniffer.protocol));
        return 0;
      }
      // A later sniffer must not win while an earlier one has not made up its mind.
      if (says === 'more') {
        more = true;
        break;
      }
    }
    if (more && stop - start < MAX_SNIFF_BYTES) this.wait(stop - start);
    else this.refuse(new ProtocolUnknownError(`no app of this port speaks what ${formatAddress(this.connection.remote)} sent: ${hex(buf, start, stop)}`));
    return 0;
  }

  /** TLS is required: a ClientHello starts with 0x16 0x03. */
  private receivePlain(buf: Buffer, start: number, stop: number): void {
    if (buf[start] !== 0x16 || (stop - start > 1 && buf[start + 1] !== 0x03)) {
      this.refuse(new PlaintextRefusedError(`${formatAddress(this.connection.remote)} spoke without TLS to a port that requires it: ${hex(buf, start, stop)}`));
      return;
    }
    if (stop - start < 2) {
      this.wait(stop - start);
      return;
    }
    this.leave();
    const inner = this.connection.startTls({ ...this.owner.tls, isServer: true });
    inner.attach(new Sniffing(this.owner, inner, true));
  }

  private wait(have: number): void {
    this.need = have + 1;
    if (this.at === Infinity && this.owner.headerTimeoutMs > 0) {
      const { clock } = this.connection;
      clock.wheel.add(this, clock.now() + this.owner.headerTimeoutMs);
    }
  }

  private leave(): void {
    this.connection.clock.wheel.remove(this);
    this.owner.sniffing.delete(this);
  }

  private refuse(e: Error): void {
    this.leave();
    this.owner.refused(this.connection, e);
    this.connection.destroy(e);
  }

  /** The wheel's callback: the peer does not go on. */
  fire(): void {
    this.refuse(new ProtocolTimeoutError(`${formatAddress(this.connection.remote)} sent ${this.need - 1} bytes and then nothing for ${this.owner.headerTimeoutMs} ms (headerTimeoutMs)`));
  }

  receiveEnd(): void {
    this.leave();
    this.connection.end();
  }

  writable(): void {
    // Nothing is written here.
  }

  closed(): void {
    this.leave();
  }
}

function hex(buf: Buffer, start: number, end: number): string {
  return buf.toString('hex', start, end).replace(/(..)(?=.)/g, '$1 ');
}
