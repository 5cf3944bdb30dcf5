// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { lookup } from 'node:dns';
import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import type { SecureContext, TLSSocket } from 'node:tls';
import type { TimerEntry } from '@cloudwego/gopkg/clock';
import { toError } from '@cloudwego/gopkg/errors';
import type { Address, Connection, DialOptions } from '@cloudwego/gopkg/io';
import type { DialLimits } from '../dial/limits.js';
import { canceled, connectLimit, refused, serverNameOf, timedOut } from '../dial/telling.js';
import { contextOf, secure } from '../stream/tls.js';
import { PollConnection } from './connection.js';
import type { PollShared } from './connection.js';
import { handOver } from './hand-over.js';
import { addressFrom, generationOf, slotOf, systemError } from './loop.js';
import type { Target } from './loop.js';
import { Kind } from './native.js';

/** How long one address is waited for before the next is tried beside it. Source: RFC 8305 section 5, as Node's autoSelectFamilyAttemptTimeout. */
const NEXT_ADDRESS_MS = 250;
/** A unix listener whose queue is full says so at once; there is no event to wait for. */
const QUEUE_FULL_MS = 5;

/** One address of a dial. */
class Attempt implements Target {
  readonly generation: number;
  readonly id: number;
  private readonly dial: Dial;
  /** The address as the system was asked for it: a name may have several. */
  private readonly where: string;

  constructor(dial: Dial, id: number, where: string) {
    this.dial = dial;
    this.id = id;
    this.where = where;
    this.generation = generationOf(id);
  }

  onData(): void {
    // Nothing is read before the connection is made.
  }

  onRecord(kind: number, _where: number, length: number): void {
    if (kind === Kind.Connected) this.dial.won(this);
    else if (kind === Kind.Closed) this.dial.lost(this, systemError(length, 'connect', this.where));
  }
}

/** A point in time at which something is done. */
class Alarm implements TimerEntry {
  at: number = Infinity;
  readonly fire: () => void;

  constructor(fire: () => void) {
    this.fire = fire;
  }
}

/**
 * One dial: resolve, try the addresses in order (the next one joins after 250 ms or when one fails), then TLS if asked for. The first to connect wins.
 * Errors:  the first failure is told, as netpoll's dialer does.
 */
export class Dial {
  private readonly shared: PollShared;
  private readonly limits: DialLimits;
  private readonly to: Address;
  private readonly o: DialOptions;
  private readonly resolve: (c: Connection) => void;
  private readonly reject: (e: Error) => void;
  private readonly limitMs: number;
  private readonly context: SecureContext | undefined;
  private readonly limit: Alarm;
  private readonly next: Alarm;
  private hosts: string[] = [];
  private readonly attempts = new Set<Attempt>();
  private socket: TLSSocket | undefined = undefined;
  private first: NodeJS.ErrnoException | undefined = undefined;
  private done: boolean = false;

  constructor(shared: PollShared, limits: DialLimits, to: Address, o: DialOptions, resolve: (c: Connection) => void, reject: (e: Error) => void) {
    this.shared = shared;
    this.limits = limits;
    this.to = to;
    this.limitMs = connectLimit(o);
    this.context = o.tls === undefined ? undefined : contextOf(o.tls);
    this.o = o;
    this.resolve = resolve;
    this.reject = reject;
    this.limit = new Alarm(() => {
      this.fail(timedOut(to, this.limitMs));
    });
    this.next = new Alarm(() => {
      this.tryNext();
    });
  }

  begin(): void {
    const { to, o } = this;
    if (this.limitMs > 0) this.limits.start(this.limit, this.limitMs);
    o.signal?.addEventListener('abort', this.onAbort, { once: true });
    const host = to.kind === 'tcp' ? (to.host === '' ? '127.0.0.1' : to.host) : to.kind === 'unix' ? to.path : '';
    if (to.kind === 'unix' || isIP(host.split('%', 1)[0]!) !== 0) {
      this.hosts = [host];
      this.tryNext();
      return;
    }
    lookup(host, { all: true, verbatim: true }, (e, found) => {
      if (this.done) return;
      if (e !== null) this.fail(refused(this.to, e));
      else {
        this.hosts = interleave(found);
        this.tryNext();
      }
    });
  }

  private tryNext(): void {
    if (this.done) return;
    const { loop } = this.shared;
    const host = this.hosts.shift();
    if (host === undefined) {
      if (this.attempts.size === 0) this.fail(refused(this.to, this.first ?? systemError(99, 'connect')));
      return;
    }
    const id = loop.native.dial(this.to.kind === 'unix', host, this.to.kind === 'tcp' ? this.to.port : 0);
    const where = this.to.kind === 'tcp' ? `${host}:${this.to.port}` : host;
    if (id < 0) {
      const e = systemError(-id, 'connect', where);
      if (e.code === 'EAGAIN' && this.to.kind === 'unix') {
        this.hosts.unshift(host);
        loop.clock.wheel.add(this.next, loop.clock.now() + QUEUE_FULL_MS);
        return;
      }
      this.first ??= e;
      this.tryNext();
      return;
    }
    const a = new Attempt(this, id, where);
    this.attempts.add(a);
    loop.put(slotOf(id), a);
    if (this.hosts.length > 0) loop.clock.wheel.add(this.next, loop.clock.now() + NEXT_ADDRESS_MS);
  }

  private drop(a: Attempt): void {
    this.attempts.delete(a);
    const { loop } = this.shared;
    loop.remove(slotOf(a.id));
    loop.native.close(slotOf(a.id), a.generation, false);
  }

  lost(a: Attempt, e: NodeJS.ErrnoException): void {
    this.drop(a);
    this.first ??= e;
    if (this.hosts.length > 0 || this.attempts.size === 0) this.tryNext();
  }

  won(a: Attempt): void {
    this.attempts.delete(a);
    if (this.done) {
      this.drop(a);
      return;
    }
    const { shared, to, o } = this;
    const { native } = shared.loop;
    if (o.tls === undefined || this.context === undefined) {
      this.settle();
      const c = new PollConnection(shared, a.id, to, to);
      this.resolve(c);
      return;
    }
    const local = addressFrom(native.address(slotOf(a.id), a.generation, false)) ?? to;
    const r = native.detach(slotOf(a.id), a.generation);
    shared.loop.remove(slotOf(a.id));
    for (const other of this.attempts) this.drop(other);
    if (typeof r === 'number') {
      this.fail(refused(this.to, systemError(-r, 'detach')));
      return;
    }
    const tls = { ...o.tls, isServer: false, servername: o.tls.servername ?? serverNameOf(to) };
    const raw = handOver(r.fd, new Uint8Array(0), r.left);
    let s: TLSSocket;
    try {
      s = this.socket = secure(raw, tls, this.context);
    } catch (e) {
      raw.destroy();
      this.fail(toError(e));
      return;
    }
    s.once('error', this.onTlsError).once('secureConnect', () => {
      if (this.done) return;
      s.off('error', this.onTlsError);
      this.socket = undefined;
      this.settle();
      this.resolve(shared.tls.wrap(s, local, to, 0));
    });
  }

  private readonly onTlsError = (e: Error): void => {
    this.fail(refused(this.to, e));
  };

  private readonly onAbort = (): void => {
    this.fail(canceled(this.to, this.o.signal));
  };

  private settle(): void {
    this.done = true;
    this.limits.stop(this.limit);
    this.shared.loop.clock.wheel.remove(this.next);
    this.o.signal?.removeEventListener('abort', this.onAbort);
    for (const a of this.attempts) this.drop(a);
  }

  private fail(e: Error): void {
    if (this.done) return;
    this.settle();
    const s = this.socket;
    if (s !== undefined) {
      // It has failed already; what it says later is of no interest.
      s.on('error', () => undefined);
      s.destroy();
    }
    this.reject(e);
  }
}

/** Families take turns, beginning with the resolver's first. Source: RFC 8305 section 4. */
function interleave(found: readonly LookupAddress[]): string[] {
  const first = found[0]?.family;
  const a = found.filter((f) => f.family === first);
  const b = found.filter((f) => f.family !== first);
  const out: string[] = [];
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    for (const list of [a, b]) {
      const one = list[i];
      if (one !== undefined) out.push(one.address);
    }
  }
  return out;
}
