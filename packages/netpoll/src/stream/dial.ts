// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { TimerEntry } from '@cloudwego/gopkg/clock';
import type { Address, Connection, DialOptions } from '@cloudwego/gopkg/io';
import type { DialLimits } from '../dial/limits.js';
import { canceled, connectLimit, refused, serverNameOf, timedOut } from '../dial/telling.js';
import { StreamConnection } from './connection.js';
import type { StreamShared } from './connection.js';
import { pathOf } from './node-address.js';
import { contextOf, secure } from './tls.js';

/** One dial: Node resolves, tries the addresses of a name in turn and beside each other, then speaks TLS if asked for. */
export class StreamDial implements TimerEntry {
  at: number = Infinity;
  private readonly shared: StreamShared;
  private readonly limits: DialLimits;
  private readonly to: Address;
  private readonly o: DialOptions;
  private readonly resolve: (c: Connection) => void;
  private readonly reject: (e: Error) => void;
  private readonly limitMs: number;
  private readonly raw: Socket;
  /** What the connection will be on: `raw`, or TLS over it. */
  private readonly socket: Socket;
  private readonly ready: 'connect' | 'secureConnect';

  /** Errors: OptionError for options or an address that cannot be. */
  constructor(shared: StreamShared, limits: DialLimits, to: Address, o: DialOptions, resolve: (c: Connection) => void, reject: (e: Error) => void) {
    this.shared = shared;
    this.limits = limits;
    this.to = to;
    this.o = o;
    this.resolve = resolve;
    this.reject = reject;
    this.limitMs = connectLimit(o);
    const context = o.tls === undefined ? undefined : contextOf(o.tls);
    this.raw = connect({
      allowHalfOpen: true,
      ...(to.kind === 'tcp' ? { host: to.host === '' ? '127.0.0.1' : to.host, port: to.port, noDelay: true, keepAlive: true } : { path: pathOf(to) }),
    });
    this.socket = context === undefined ? this.raw : secure(this.raw, { ...o.tls, isServer: false, servername: o.tls?.servername ?? serverNameOf(to) }, context);
    this.ready = o.tls === undefined ? 'connect' : 'secureConnect';
  }

  begin(): void {
    if (this.limitMs > 0) this.limits.start(this, this.limitMs);
    this.o.signal?.addEventListener('abort', this.onAbort, { once: true });
    this.socket.on(this.ready, this.onReady).on('error', this.onError);
    if (this.raw !== this.socket) this.raw.on('error', this.onError);
  }

  private readonly onReady = (): void => {
    this.settle();
    this.resolve(new StreamConnection(this.shared, this.socket, this.to, this.to));
  };

  private readonly onError = (e: Error): void => {
    this.fail(refused(this.to, e));
  };

  private readonly onAbort = (): void => {
    this.fail(canceled(this.to, this.o.signal));
  };

  /** The wheel's callback: it took too long. */
  fire(): void {
    this.fail(timedOut(this.to, this.limitMs));
  }

  private settle(): void {
    this.limits.stop(this);
    this.o.signal?.removeEventListener('abort', this.onAbort);
    this.socket.off(this.ready, this.onReady).off('error', this.onError);
    if (this.raw !== this.socket) this.raw.off('error', this.onError);
  }

  private fail(e: Error): void {
    this.settle();
    // It has failed already; what its sockets say later is of no interest.
    for (const s of [this.socket, this.raw]) {
      s.on('error', () => undefined);
      s.destroy();
    }
    this.reject(e);
  }
}
