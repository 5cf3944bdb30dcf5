// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Awaitable } from '@cloudwego/gopkg/async';
import { isThenable } from '@cloudwego/gopkg/async';
import type { Clock, TimerEntry } from '@cloudwego/gopkg/clock';
import type { Address } from '@cloudwego/gopkg/io';
import { formatAddress } from '@cloudwego/gopkg/io';
import { any, func, int, optionTable } from '@cloudwego/gopkg/options';
import { PoolClosedError } from '../errors.js';
import type { ConnPool, PoolDial, PoolEntry, PoolGetOptions } from './pool.js';

/** Limits of a long pool. */
export interface LongPoolLimits {
  /** Idle connections kept per address. Integer >= 1. @defaultValue 10 */
  readonly maxIdlePerAddress?: number | undefined;
  /** Idle connections kept in all. Integer >= 1. @defaultValue 100 */
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
}

/** Name, default and rule of every option of a long pool. */
const table = optionTable<LongPoolOptions<PoolEntry>>({
  maxIdlePerAddress: int({ min: 1, default: 10 }),
  maxIdleGlobal: int({ min: 1, default: 100 }),
  maxIdleTimeoutMs: int({ unit: 'ms', min: 2000, default: 60_000 }),
  minIdlePerAddress: int({ min: 0, max: 5, default: 0 }),
  dial: func<PoolDial<PoolEntry>>({ required: true }),
  clock: any<Clock>({ required: true, what: 'a Clock' }),
});

/**
 * Connections that are used by one call at a time and kept between calls.
 * Order: the newest idle connection is taken first, so that the others can grow old. Limits hold one turn after `put` and by a sweep, oldest first: a batch
 * returns many connections before any continuation takes one.
 * Source: cloudwego/kitex pkg/remote/connpool/long_pool.go, pkg/connpool/config.go.
 */
export function createLongPool<T extends PoolEntry>(options: LongPoolOptions<T>): ConnPool<T> {
  return new LongPool<T>(table.resolve(options as unknown as LongPoolOptions<PoolEntry>, 'pool') as unknown as Required<LongPoolOptions<T>>);
}

interface Shelf<T> {
  readonly key: string;
  /** Oldest first. */
  readonly idle: T[];
}

class LongPool<T extends PoolEntry> implements ConnPool<T>, TimerEntry {
  at: number = Infinity;
  private readonly o: Required<LongPoolOptions<T>>;
  /** By the address object, which resolvers reuse, so that no key is made per call; `byKey` decides. */
  private readonly byAddress = new WeakMap<Address, Shelf<T>>();
  private readonly byKey = new Map<string, Shelf<T>>();
  private idleCount: number = 0;
  private readonly used = new Set<T>();
  private closed: boolean = false;
  private trimming: boolean = false;

  constructor(o: Required<LongPoolOptions<T>>) {
    this.o = o;
  }

  private shelf(address: Address): Shelf<T> {
    const known = this.byAddress.get(address);
    if (known !== undefined && this.byKey.get(known.key) === known) return known;
    const key = formatAddress(address);
    let s = this.byKey.get(key);
    if (s === undefined) {
      s = { key, idle: [] };
      this.byKey.set(key, s);
    }
    this.byAddress.set(address, s);
    return s;
  }

  get(address: Address, o: PoolGetOptions): Awaitable<T> {
    if (this.closed) throw new PoolClosedError('the connection pool is closed');
    const { idle } = this.shelf(address);
    for (let c = idle.pop(); c !== undefined; c = idle.pop()) {
      this.idleCount--;
      if (c.usable()) {
        this.used.add(c);
        return c;
      }
      c.destroy();
    }
    const made = this.o.dial(address, o);
    return isThenable(made) ? made.then((c) => this.took(c)) : this.took(made);
  }

  private took(c: T): T {
    if (this.closed) {
      c.destroy();
      throw new PoolClosedError('the connection pool was closed while connecting');
    }
    this.used.add(c);
    return c;
  }

  put(entry: T): void {
    if (!this.used.delete(entry)) return;
    if (this.closed || !entry.usable()) {
      entry.destroy();
      return;
    }
    const s = this.shelf(entry.address);
    entry.lastUsedAt = this.o.clock.now();
    s.idle.push(entry);
    this.idleCount++;
    if (!this.trimming && (s.idle.length > this.o.maxIdlePerAddress! || this.idleCount > this.o.maxIdleGlobal!)) {
      this.trimming = true;
      setImmediate(() => {
        this.trimming = false;
        this.trim();
      });
    }
    if (this.at === Infinity) this.o.clock.wheel.add(this, entry.lastUsedAt + this.o.maxIdleTimeoutMs! / 2);
  }

  discard(entry: T): void {
    if (this.used.delete(entry)) entry.destroy();
  }

  clean(address: Address): void {
    const key = formatAddress(address);
    const s = this.byKey.get(key);
    if (s === undefined) return;
    this.byKey.delete(key);
    this.drop(s, s.idle.length);
  }

  /** Closes the `n` oldest idle connections of a shelf. */
  private drop(s: Shelf<T>, n: number): void {
    if (n <= 0) return;
    this.idleCount -= n;
    for (const c of s.idle.splice(0, n)) c.destroy();
  }

  private trim(): void {
    for (const s of this.byKey.values()) this.drop(s, s.idle.length - this.o.maxIdlePerAddress!);
    const excess = this.idleCount - this.o.maxIdleGlobal!;
    if (excess <= 0) return;
    const all = [...this.byKey.values()].flatMap((s) => s.idle.map((c) => ({ s, at: c.lastUsedAt })));
    all.sort((a, b) => a.at - b.at);
    for (const { s } of all.slice(0, excess)) this.drop(s, 1);
  }

  /** The sweep: closes what idled too long or died, forgets empty shelves. */
  fire(now: number): void {
    const old = now - this.o.maxIdleTimeoutMs!;
    for (const s of this.byKey.values()) {
      for (let i = s.idle.length - 1; i >= 0; i--) {
        if (s.idle[i]!.usable()) continue;
        this.idleCount--;
        s.idle.splice(i, 1)[0]!.destroy();
      }
      let n = 0;
      while (n < s.idle.length - this.o.minIdlePerAddress! && s.idle[n]!.lastUsedAt <= old) n++;
      this.drop(s, n);
      if (s.idle.length === 0) this.byKey.delete(s.key);
    }
    if (this.idleCount > 0 && !this.closed) this.o.clock.wheel.add(this, now + this.o.maxIdleTimeoutMs! / 2);
  }

  close(): Awaitable<void> {
    if (this.closed) return;
    this.closed = true;
    this.o.clock.wheel.remove(this);
    for (const s of this.byKey.values()) this.drop(s, s.idle.length);
    this.byKey.clear();
    const cause = new PoolClosedError('the client was closed');
    for (const c of [...this.used]) c.destroy(cause);
    this.used.clear();
  }

  dump(): unknown {
    const addresses: Record<string, { idle: number; oldestMs: number }> = {};
    const now = this.o.clock.now();
    for (const s of this.byKey.values()) addresses[s.key] = { idle: s.idle.length, oldestMs: s.idle.length === 0 ? 0 : now - s.idle[0]!.lastUsedAt };
    return { kind: 'long', active: this.used.size, idle: this.idleCount, addresses };
  }
}
