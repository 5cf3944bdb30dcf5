// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Awaitable } from '@cloudwego/gopkg/async';
import type { Clock, TimerEntry } from '@cloudwego/gopkg/clock';
import type { BaseContext, CancelListener, Context } from '@cloudwego/gopkg/context';
import type { Connection } from '@cloudwego/gopkg/io';
import type { Http1Options } from '@cloudwego/protocol';
import type { ConnOwner } from './conn.js';
import { HttpConn } from './conn.js';
import { HttpClientError } from './errors.js';

/** Limits of the connections to one origin. */
export interface HostPoolLimits {
  readonly maxConnsPerHost: number;
  readonly maxConnWaitTimeoutMs: number;
  readonly maxIdleConnDurationMs: number;
  readonly maxConnDurationMs: number;
}

/** One caller that waits for a connection. */
class Waiter implements TimerEntry, CancelListener {
  at: number = Infinity;
  readonly promise: Promise<HttpConn>;
  private readonly ctx: BaseContext;
  private readonly clock: Clock;
  private readonly leave: (w: Waiter) => void;
  private readonly waitMs: number;
  private over: boolean = false;
  private resolve!: (c: HttpConn) => void;
  private reject!: (e: unknown) => void;

  constructor(ctx: Context, clock: Clock, waitMs: number, leave: (w: Waiter) => void) {
    this.ctx = ctx as BaseContext;
    this.clock = clock;
    this.waitMs = waitMs;
    this.leave = leave;
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    clock.wheel.add(this, clock.now() + waitMs);
    this.ctx.listen(this);
  }

  fire(): void {
    this.fail(new HttpClientError('HERTZ_CLIENT_NO_FREE_CONN', `no free connections available to host after ${this.waitMs} ms (maxConnsPerHost, maxConnWaitTimeoutMs)`));
  }

  canceled(reason: unknown): void {
    this.fail(reason);
  }

  fail(e: unknown): void {
    this.end();
    this.reject(e);
  }

  get context(): Context {
    return this.ctx;
  }

  /** False: it did not wait any more. */
  give(c: HttpConn): boolean {
    if (this.over) return false;
    this.end();
    this.resolve(c);
    return true;
  }

  private end(): void {
    this.over = true;
    this.clock.wheel.remove(this);
    this.ctx.unlisten(this);
    this.leave(this);
  }
}

/**
 * The connections to one origin. The newest idle one is taken first; above `maxConnsPerHost` callers wait in order.
 * Source: cloudwego/hertz pkg/protocol/http1/client.go HostClient.
 */
export class HostPool implements ConnOwner, TimerEntry {
  at: number = Infinity;
  private readonly dial: (ctx: Context) => Awaitable<Connection>;
  private readonly clock: Clock;
  private readonly limits: HostPoolLimits;
  private readonly http1: Http1Options;
  private readonly onEmpty: () => void;
  private readonly idle: HttpConn[] = [];
  private readonly live: Set<HttpConn> = new Set();
  private readonly waiters: Set<Waiter> = new Set();
  private dialing: number = 0;
  private closed: boolean = false;

  constructor(dial: (ctx: Context) => Awaitable<Connection>, clock: Clock, limits: HostPoolLimits, http1: Http1Options, onEmpty: () => void) {
    this.dial = dial;
    this.clock = clock;
    this.limits = limits;
    this.http1 = http1;
    this.onEmpty = onEmpty;
  }

  /** Connections in all, idle ones, callers that wait. */
  get state(): { readonly open: number; readonly idle: number; readonly waiting: number } {
    return { open: this.live.size + this.dialing, idle: this.idle.length, waiting: this.waiters.size };
  }

  /** `fresh`: none that was used before. Errors: HERTZ_CLIENT_NO_FREE_CONN, HERTZ_CLIENT_CLOSED, those of the dial. */
  acquire(ctx: Context, fresh: boolean): Awaitable<HttpConn> {
    if (this.closed) throw new HttpClientError('HERTZ_CLIENT_CLOSED', 'the client is closed');
    const now = this.clock.now();
    for (let c = this.idle.pop(); c !== undefined; c = this.idle.pop()) {
      if (!fresh && c.usable(now)) {
        c.uses++;
        c.channel.connection.ref();
        return c;
      }
      c.destroy();
      this.live.delete(c);
    }
    const { maxConnsPerHost: max } = this.limits;
    if (max === 0 || this.live.size + this.dialing < max) return this.connect(ctx);
    if (this.limits.maxConnWaitTimeoutMs === 0) throw new HttpClientError('HERTZ_CLIENT_NO_FREE_CONN', `no free connections available to host: ${max} are in use (maxConnsPerHost)`);
    const w = new Waiter(ctx, this.clock, this.limits.maxConnWaitTimeoutMs, (x) => this.waiters.delete(x));
    this.waiters.add(w);
    return w.promise;
  }

  private async connect(ctx: Context): Promise<HttpConn> {
    this.dialing++;
    let connection: Connection;
    try {
      connection = await this.dial(ctx);
    } catch (e) {
      this.dialing--;
      this.serve();
      throw e;
    }
    this.dialing--;
    const c = new HttpConn(connection, this, this.http1);
    if (this.closed) {
      c.destroy();
      throw new HttpClientError('HERTZ_CLIENT_CLOSED', 'the client was closed');
    }
    this.live.add(c);
    return c;
  }

  free(c: HttpConn): void {
    if (!this.live.has(c) || this.idle.includes(c)) return;
    const now = this.clock.now();
    const { maxConnDurationMs: most } = this.limits;
    c.lastUsedAt = now;
    if (this.closed || !c.usable(now) || (most > 0 && now - c.bornAt >= most)) {
      c.destroy();
      return;
    }
    for (const w of this.waiters) {
      c.uses++;
      if (w.give(c)) return;
    }
    c.channel.connection.unref();
    this.idle.push(c);
    if (this.at === Infinity) this.clock.wheel.add(this, now + this.limits.maxIdleConnDurationMs);
  }

  gone(c: HttpConn): void {
    this.live.delete(c);
    const i = this.idle.indexOf(c);
    if (i >= 0) this.idle.splice(i, 1);
    this.serve();
    this.tellIfEmpty();
  }

  /** There is room: who waits gets a new connection. */
  private serve(): void {
    const { maxConnsPerHost: max } = this.limits;
    for (const w of this.waiters) {
      if (max !== 0 && this.live.size + this.dialing >= max) return;
      this.waiters.delete(w);
      this.connect(w.context).then(
        (c) => {
          if (!w.give(c)) this.free(c);
        },
        (e: unknown) => {
          w.fail(e);
        },
      );
    }
  }

  fire(now: number): void {
    const oldest = now - this.limits.maxIdleConnDurationMs;
    let n = 0;
    while (n < this.idle.length && this.idle[n]!.lastUsedAt <= oldest) n++;
    for (const c of this.idle.splice(0, n)) c.destroy();
    if (this.idle.length > 0) this.clock.wheel.add(this, this.idle[0]!.lastUsedAt + this.limits.maxIdleConnDurationMs);
    this.tellIfEmpty();
  }

  private tellIfEmpty(): void {
    if (this.live.size + this.dialing + this.waiters.size === 0) this.onEmpty();
  }

  closeIdle(): void {
    for (const c of this.idle.splice(0)) c.destroy();
  }

  close(): void {
    this.closed = true;
    this.clock.wheel.remove(this);
    const e = new HttpClientError('HERTZ_CLIENT_CLOSED', 'the client was closed');
    for (const w of [...this.waiters]) w.fail(e);
    for (const c of [...this.live]) c.destroy(e);
    this.idle.length = 0;
  }
}
