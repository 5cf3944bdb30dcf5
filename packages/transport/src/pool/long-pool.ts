// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Awaitable } from '@cloudwego/gopkg/async';
import type { Clock, TimerEntry } from '@cloudwego/gopkg/clock';
import { OptionError } from '@cloudwego/gopkg/errors';
import type { Address } from '@cloudwego/gopkg/io';
import { formatAddress } from '@cloudwego/gopkg/io';
import { any, func, int, optionTable, text } from '@cloudwego/gopkg/options';
import { PoolClosedError } from '../errors.js';
import { canceled, Dialing, report } from './dialing.js';
import type { ConnPool, PoolDial, PoolEntry, PoolGetOptions, PoolReporter } from './pool.js';

/** Limits of a long pool. They bound idle connections only: those in use are as many as there are calls. */
export interface LongPoolLimits {
  /** Idle connections kept per address. Integer >= 1, and >= `minIdlePerAddress`. @defaultValue 10 */
  readonly maxIdlePerAddress?: number | undefined;
  /** Idle connections kept in all. Integer >= `maxIdlePerAddress`. @defaultValue 100, or `maxIdlePerAddress` where that is more */
  readonly maxIdleGlobal?: number | undefined;
  /** An idle connection is closed after this time. Unit ms, integer >= 2000 as in Kitex. @defaultValue 60000 */
  readonly maxIdleTimeoutMs?: number | undefined;
  /** Idle connections per address that the timeout spares. Integer from 0 to 5 as in Kitex. @defaultValue 0 */
  readonly minIdlePerAddress?: number | undefined;
}

/** Options of {@link createLongPool}. */
export interface LongPoolOptions<T extends PoolEntry> extends LongPoolLimits {
  readonly dial: PoolDial<T>;
  readonly clock: Clock;
  /** Named to the reporter. @defaultValue '' */
  readonly serviceName?: string | undefined;
  readonly reporter?: PoolReporter | undefined;
}

/** Name, default and rule of every option of a long pool. */
const table = optionTable<LongPoolOptions<PoolEntry>>({
  maxIdlePerAddress: int({ min: 1 }),
  maxIdleGlobal: int({ min: 1 }),
  maxIdleTimeoutMs: int({ unit: 'ms', min: 2000, default: 60_000 }),
  minIdlePerAddress: int({ min: 0, max: 5, default: 0 }),
  dial: func<PoolDial<PoolEntry>>({ required: true }),
  clock: any<Clock>({ required: true, what: 'a Clock' }),
  serviceName: text({ empty: true, default: '' }),
  reporter: any<PoolReporter>({ what: 'a PoolReporter', test: (v) => typeof v === 'object' && v !== null }),
});

/** What `dump()` of a long pool gives. */
export interface LongPoolDump {
  readonly kind: 'long';
  readonly limits: { readonly [K in keyof LongPoolLimits]-?: number };
  /** Connections in use. */
  readonly active: number;
  /** Connections being made. */
  readonly dialing: number;
  readonly idle: number;
  /** Per address, how long each idle connection has been so, the oldest first. Unit ms. */
  readonly addresses: Readonly<Record<string, { readonly active: number; readonly idleMs: readonly number[] }>>;
}

/**
 * Connections that are used by one call at a time and kept between calls.
 * Order: the newest idle connection is taken first, so that the others can grow old. Limits hold one turn after `put` and by a sweep, oldest first: a batch
 * returns many connections before any continuation takes one.
 * Errors: {@link OptionError} at construction.
 * Differs: limits that contradict each other are refused, where Kitex raises one of them; over a limit the oldest idle connection goes, in Kitex the one that
 * came back last; the sweep comes twice as often and takes connections that died too.
 * Source: cloudwego/kitex pkg/remote/connpool/long_pool.go, pkg/connpool/config.go.
 */
export function createLongPool<T extends PoolEntry>(options: LongPoolOptions<T>): ConnPool<T> {
  const o = table.resolve(options as unknown as LongPoolOptions<PoolEntry>, 'pool') as unknown as Required<LongPoolOptions<T>>;
  const min = o.minIdlePerAddress!;
  const perAddress = o.maxIdlePerAddress ?? Math.max(10, min);
  if (perAddress < min) throw new OptionError('pool.maxIdlePerAddress', `pool.maxIdlePerAddress: got ${perAddress}, wanted at least minIdlePerAddress (${min})`);
  const global = o.maxIdleGlobal ?? Math.max(100, perAddress);
  if (global < perAddress) throw new OptionError('pool.maxIdleGlobal', `pool.maxIdleGlobal: got ${global}, wanted at least maxIdlePerAddress (${perAddress})`);
  const limits = { maxIdlePerAddress: perAddress, maxIdleGlobal: global, maxIdleTimeoutMs: o.maxIdleTimeoutMs!, minIdlePerAddress: min };
  return new LongPool<T>(o, Object.freeze(limits));
}

/**
 * The connections of one address.
 *
 *   get ◀── idle: [ oldest … newest ] ◀── put          busy: in use or being made
 *              └─▶ sweep, trim
 */
interface Shelf<T> {
  readonly key: string;
  /** Oldest first. */
  readonly idle: T[];
  busy: number;
  /** The address was cleaned, or nothing was left: what comes back is destroyed. */
  gone: boolean;
}

class LongPool<T extends PoolEntry> implements ConnPool<T>, TimerEntry {
  at: number = Infinity;
  private readonly limits: LongPoolDump['limits'];
  private readonly clock: Clock;
  private readonly serviceName: string;
  private readonly reporter: PoolReporter | undefined;
  private readonly dialing: Dialing<T>;
  /** By the address object, which resolvers reuse, so that no key is made per call; `byKey` decides. */
  private readonly byAddress = new WeakMap<Address, Shelf<T>>();
  private readonly byKey = new Map<string, Shelf<T>>();
  private idleCount: number = 0;
  private readonly used = new Map<T, Shelf<T>>();
  private closed: boolean = false;
  private trimming: boolean = false;

  constructor(o: Required<LongPoolOptions<T>>, limits: LongPoolDump['limits']) {
    this.limits = limits;
    this.clock = o.clock;
    this.serviceName = o.serviceName!;
    this.reporter = o.reporter;
    this.dialing = new Dialing<T>({
      pool: 'long',
      dial: o.dial,
      serviceName: o.serviceName!,
      reporter: o.reporter,
      onLate: (entry) => {
        this.late(entry);
      },
    });
  }

  private shelf(address: Address): Shelf<T> {
    const known = this.byAddress.get(address);
    if (known !== undefined && !known.gone) return known;
    const key = formatAddress(address);
    let s = this.byKey.get(key);
    if (s === undefined) {
      s = { key, idle: [], busy: 0, gone: false };
      this.byKey.set(key, s);
    }
    this.byAddress.set(address, s);
    return s;
  }

  get(address: Address, o: PoolGetOptions): Awaitable<T> {
    if (this.closed) throw new PoolClosedError('the connection pool is closed');
    if (o.signal?.aborted === true) throw canceled(address, o.signal);
    const s = this.shelf(address);
    const { idle } = s;
    s.busy++;
    for (let c = idle.pop(); c !== undefined; c = idle.pop()) {
      this.idleCount--;
      if (c.usable()) {
        c.channel?.connection.ref();
        this.used.set(c, s);
        const r = this.reporter;
        if (r?.reuseSucceed !== undefined) report(() => r.reuseSucceed!('long', this.serviceName, address));
        return c;
      }
      c.destroy();
    }
    return this.dialing.dial(
      address,
      o,
      (entry) => {
        this.used.set(entry, s);
      },
      () => {
        this.release(s);
      },
    );
  }

  /** Its caller had given up, its dialer had not heard: another call can have it. */
  private late(entry: T): void {
    if (this.closed || !entry.usable()) entry.destroy();
    else this.keep(entry, this.shelf(entry.address));
  }

  put(entry: T): void {
    const s = this.used.get(entry);
    if (s === undefined) return;
    this.used.delete(entry);
    s.busy--;
    if (!s.gone && entry.usable()) {
      this.keep(entry, s);
      return;
    }
    entry.destroy();
    this.forgetIfEmpty(s);
  }

  private keep(entry: T, s: Shelf<T>): void {
    entry.lastUsedAt = this.clock.now();
    entry.channel?.connection.unref();
    s.idle.push(entry);
    this.idleCount++;
    if (!this.trimming && (s.idle.length > this.limits.maxIdlePerAddress || this.idleCount > this.limits.maxIdleGlobal)) {
      this.trimming = true;
      setImmediate(() => {
        this.trimming = false;
        this.trim();
      });
    }
    if (this.at === Infinity) this.clock.wheel.add(this, entry.lastUsedAt + this.limits.maxIdleTimeoutMs / 2);
  }

  discard(entry: T): void {
    const s = this.used.get(entry);
    if (s === undefined) return;
    this.used.delete(entry);
    this.release(s);
    entry.destroy();
  }

  private release(s: Shelf<T>): void {
    s.busy--;
    this.forgetIfEmpty(s);
  }

  private forgetIfEmpty(s: Shelf<T>): void {
    if (s.gone || s.busy > 0 || s.idle.length > 0) return;
    s.gone = true;
    this.byKey.delete(s.key);
  }

  clean(address: Address): void {
    const s = this.byKey.get(formatAddress(address));
    if (s === undefined) return;
    s.gone = true;
    this.byKey.delete(s.key);
    this.drop(s, s.idle.length);
  }

  /** Closes the `n` oldest idle connections of a shelf. */
  private drop(s: Shelf<T>, n: number): void {
    if (n <= 0) return;
    this.idleCount -= n;
    for (const c of s.idle.splice(0, n)) c.destroy();
  }

  /** Connections that died do not take the place of those that live. */
  private dropDead(s: Shelf<T>): void {
    for (let i = s.idle.length - 1; i >= 0; i--) {
      if (s.idle[i]!.usable()) continue;
      this.idleCount--;
      s.idle.splice(i, 1)[0]!.destroy();
    }
  }

  private trim(): void {
    for (const s of this.byKey.values()) {
      if (s.idle.length <= this.limits.maxIdlePerAddress && this.idleCount <= this.limits.maxIdleGlobal) continue;
      this.dropDead(s);
      this.drop(s, s.idle.length - this.limits.maxIdlePerAddress);
    }
    const excess = this.idleCount - this.limits.maxIdleGlobal;
    if (excess > 0) {
      const all = [...this.byKey.values()].flatMap((s) => s.idle.map((c) => ({ s, at: c.lastUsedAt })));
      all.sort((a, b) => a.at - b.at);
      for (const { s } of all.slice(0, excess)) this.drop(s, 1);
    }
    for (const s of [...this.byKey.values()]) this.forgetIfEmpty(s);
  }

  /** The sweep: closes what idled too long or died, forgets empty shelves. */
  fire(now: number): void {
    const old = now - this.limits.maxIdleTimeoutMs;
    for (const s of [...this.byKey.values()]) {
      this.dropDead(s);
      let n = 0;
      while (n < s.idle.length - this.limits.minIdlePerAddress && s.idle[n]!.lastUsedAt <= old) n++;
      this.drop(s, n);
      this.forgetIfEmpty(s);
    }
    if (this.idleCount > 0 && !this.closed) this.clock.wheel.add(this, now + this.limits.maxIdleTimeoutMs / 2);
  }

  close(): Awaitable<void> {
    if (this.closed) return;
    this.closed = true;
    this.clock.wheel.remove(this);
    const cause = new PoolClosedError('the client was closed');
    const shelves = [...this.byKey.values()];
    const used = [...this.used.keys()];
    this.byKey.clear();
    this.used.clear();
    for (const s of shelves) {
      s.gone = true;
      this.drop(s, s.idle.length);
    }
    this.dialing.close(cause);
    for (const c of used) c.destroy(cause);
  }

  dump(): LongPoolDump {
    const addresses: Record<string, { active: number; idleMs: number[] }> = {};
    const now = this.clock.now();
    for (const s of this.byKey.values()) addresses[s.key] = { active: 0, idleMs: s.idle.map((c) => now - c.lastUsedAt) };
    for (const s of this.used.values()) if (addresses[s.key] !== undefined && !s.gone) addresses[s.key]!.active++;
    return { kind: 'long', limits: this.limits, active: this.used.size, dialing: this.dialing.size, idle: this.idleCount, addresses };
  }
}
