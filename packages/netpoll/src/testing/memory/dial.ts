// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { SecureContext } from 'node:tls';
import type { TimerEntry } from '@cloudwego/gopkg/clock';
import type { Address, Connection, DialOptions } from '@cloudwego/gopkg/io';
import { formatAddress } from '@cloudwego/gopkg/io';
import { canceled, connectLimit, refused, serverNameOf, timedOut } from '../../dial/telling.js';
import { connectionDuplex } from '../../connection/duplex.js';
import { StreamConnection } from '../../stream/connection.js';
import { contextOf, secure } from '../../stream/tls.js';
import type { MemoryConnection, MemoryHost } from './connection.js';

/** One dial in memory, until it is connected, refused, cancelled or out of time. */
export class MemoryDial implements TimerEntry {
  at: number = Infinity;
  readonly address: Address;
  /** Turns to wait. */
  delay: number = 0;
  over: boolean = false;
  private begun: boolean = false;
  private readonly host: MemoryHost;
  private readonly o: DialOptions;
  private readonly resolve: (c: Connection) => void;
  private readonly reject: (e: Error) => void;
  private readonly limit: number;
  private readonly context: SecureContext | undefined;
  private raw: MemoryConnection | undefined = undefined;

  constructor(host: MemoryHost, a: Address, o: DialOptions, resolve: (c: Connection) => void, reject: (e: Error) => void) {
    this.host = host;
    this.address = a;
    this.o = o;
    this.resolve = resolve;
    this.reject = reject;
    this.limit = connectLimit(o);
    this.context = o.tls === undefined ? undefined : contextOf(o.tls);
    if (o.signal?.aborted === true) {
      this.onAbort();
      return;
    }
    o.signal?.addEventListener('abort', this.onAbort, { once: true });
  }

  /** The limit counts from the first turn after the dial: the turn in which it was begun may have been long. */
  begin(): void {
    if (this.begun || this.over) return;
    this.begun = true;
    const { clock } = this.host.shared;
    if (this.limit > 0) clock.wheel.add(this, clock.now() + this.limit);
  }

  private readonly onAbort = (): void => {
    this.fail(canceled(this.address, this.o.signal));
  };

  fire(): void {
    this.fail(timedOut(this.address, this.limit));
  }

  refused(): void {
    this.failed(Object.assign(new Error(`connect ECONNREFUSED ${formatAddress(this.address)}`), { code: 'ECONNREFUSED' }));
  }

  private failed(cause: Error): void {
    this.fail(refused(this.address, cause));
  }

  connected(raw: MemoryConnection): void {
    const { tls } = this.o;
    if (tls === undefined || this.context === undefined) {
      this.settle();
      this.resolve(raw);
      return;
    }
    this.raw = raw;
    const servername = tls.servername ?? serverNameOf(this.address);
    const socket = secure(connectionDuplex(raw), { ...tls, isServer: false, servername }, this.context);
    const onError = (e: Error): void => {
      this.failed(e);
    };
    const onClose = (): void => {
      this.failed(new Error('the peer closed the connection in the handshake'));
    };
    socket.on('error', onError).on('close', onClose);
    socket.once('secureConnect', () => {
      if (this.over) return;
      this.settle();
      const c = new StreamConnection(this.host.shared, socket, raw.local, this.address);
      socket.off('error', onError).off('close', onClose);
      this.resolve(c);
    });
  }

  private settle(): void {
    this.over = true;
    this.host.shared.clock.wheel.remove(this);
    this.o.signal?.removeEventListener('abort', this.onAbort);
  }

  private fail(e: Error): void {
    if (this.over) return;
    this.settle();
    this.raw?.destroy();
    this.reject(e);
  }
}
