// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { channel } from 'node:diagnostics_channel';
import type { BlockList } from 'node:net';
import { isIP } from 'node:net';
import type { Clock, TimerEntry } from '@cloudwego/gopkg/clock';
import { toError } from '@cloudwego/gopkg/errors';
import type { Address, ByteConsumer, Connection } from '@cloudwego/gopkg/io';
import { formatAddress } from '@cloudwego/gopkg/io';
import { ProxyHeaderError, ProxyTimeoutError } from '../errors.js';
import type { ListenSettings, ProxySettings } from './options.js';
import { parseProxyHeader } from './proxy-header.js';
import type { ProxyHeader, ProxyParse } from './proxy-header.js';

/** A connection as an engine accepts it. */
export interface AcceptedConnection extends Connection {
  /** The addresses are those that a proxy told. */
  readdress(local: Address, remote: Address): void;
}

/** By the address that a header brought: it stays the connection's, also below TLS. */
const headers = new WeakMap<Address, ProxyHeader>();

/** What a proxy said about an accepted connection, see `ListenOptions.proxyProtocol`; undefined where none spoke for somebody else. */
export function proxyHeaderOf(c: Connection): ProxyHeader | undefined {
  return headers.get(c.remote);
}

/**
 * What every engine does with a connection that it accepted: its idle limit, the PROXY header where one is to come, then the user's function. A function that
 * throws loses that connection.
 */
export class AcceptGate {
  readonly clock: Clock;
  readonly proxy: ProxySettings | undefined;
  paused: boolean = false;
  private readonly accept: (c: Connection) => void;
  private readonly idleMs: number | undefined;
  private readonly waiting = new Set<HeaderReader>();

  constructor(clock: Clock, o: ListenSettings, accept: (c: Connection) => void) {
    this.clock = clock;
    this.proxy = o.proxy;
    this.idleMs = o.idleMs;
    this.accept = accept;
  }

  take(c: AcceptedConnection): void {
    if (this.idleMs !== undefined && this.idleMs > 0) c.idleMs = this.idleMs;
    const { proxy } = this;
    if (proxy === undefined || !isTrusted(proxy.trusted, c.remote)) {
      this.give(c);
      return;
    }
    const reader = new HeaderReader(this, proxy, c);
    this.waiting.add(reader);
    c.attach(reader);
  }

  /** The header of a connection was read, or it is gone. */
  leave(reader: HeaderReader): void {
    this.waiting.delete(reader);
    this.clock.wheel.remove(reader);
  }

  give(c: Connection): void {
    try {
      this.accept(c);
    } catch (e) {
      c.destroy(toError(e));
    }
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    for (const r of [...this.waiting]) r.proceed();
  }

  /** Nobody is accepted any more: connections whose header is still to come are dropped. */
  close(): void {
    for (const r of [...this.waiting]) r.drop();
  }
}

function isTrusted(list: BlockList | undefined, from: Address): boolean {
  if (list === undefined || from.kind !== 'tcp') return true;
  const family = isIP(from.host);
  return family !== 0 && list.check(from.host, family === 4 ? 'ipv4' : 'ipv6');
}

/** The first consumer of a connection that a proxy passes on. */
class HeaderReader implements ByteConsumer, TimerEntry {
  at: number = Infinity;
  need: number = 1;
  private readonly gate: AcceptGate;
  private readonly settings: ProxySettings;
  private readonly c: AcceptedConnection;
  /** coming: the header. ready: it was read, and is consumed when this turn's callbacks are over. given: to the user, or gone. */
  private state: 'coming' | 'ready' | 'given' = 'coming';

  constructor(gate: AcceptGate, settings: ProxySettings, c: AcceptedConnection) {
    this.gate = gate;
    this.settings = settings;
    this.c = c;
    if (settings.headerTimeoutMs > 0) gate.clock.wheel.add(this, gate.clock.now() + settings.headerTimeoutMs);
  }

  receive(buf: Buffer, start: number, end: number): number {
    // Without a consumer of its own the connection keeps what comes.
    if (this.state !== 'coming') return 0;
    let r: ProxyParse;
    try {
      r = parseProxyHeader(buf, start, end, this.settings.maxHeaderBytes);
    } catch (e) {
      throw this.tell(toError(e));
    }
    if (r.header === undefined) {
      this.need = r.need;
      return 0;
    }
    const { source, destination } = r.header;
    if (source !== undefined && destination !== undefined) {
      this.c.readdress(destination, source);
      headers.set(source, r.header);
    }
    this.state = 'ready';
    this.need = 1;
    this.gate.clock.wheel.remove(this);
    // The user may detach the connection or speak TLS on it at once: the header must be gone by then.
    queueMicrotask(() => {
      this.proceed();
    });
    return r.length;
  }

  /** Gives the connection to the user, unless the listener is paused. */
  proceed(): void {
    if (this.state !== 'ready' || this.gate.paused) return;
    this.state = 'given';
    this.gate.leave(this);
    this.gate.give(this.c);
  }

  receiveEnd(): void {
    if (this.state === 'coming') throw this.tell(new ProxyHeaderError('PROXY header: the connection ended before it was whole'));
  }

  writable(): void {
    // Nothing was written.
  }

  closed(): void {
    this.state = 'given';
    this.gate.leave(this);
  }

  /** The wheel's callback: it took too long. */
  fire(): void {
    this.c.destroy(this.tell(new ProxyTimeoutError(`${formatAddress(this.c.remote)}: no whole PROXY header within ${this.settings.headerTimeoutMs} ms (headerTimeoutMs)`)));
  }

  drop(): void {
    this.state = 'given';
    this.gate.leave(this);
    this.c.destroy();
  }

  /** Nobody else knows this connection yet. */
  private tell(error: Error): Error {
    const events = channel('cloudwego:netpoll:accept');
    if (events.hasSubscribers) events.publish({ address: this.c.local, remote: this.c.remote, error, restMs: 0 });
    return error;
  }
}
