// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { abortable } from '../async/abortable.js';
import type { Clock, TimerEntry } from '../clock/index.js';
import { loopClock } from '../clock/index.js';
import { rethrowLater } from '../errors/rethrow-later.js';
import { bool, func, instance, int, num, optionTable } from '../options/index.js';
import { CacheClosedError } from './errors.js';

export interface AsyncCacheOptions<K, V> {
  /** Loads a value. `signal` aborts when the cache is closed or the key removed. */
  readonly fetch: (key: K, o: { readonly signal: AbortSignal }) => V | PromiseLike<V>;
  /** Time between two refreshes of every key. Unit ms. */
  readonly refreshMs: number;
  /** Spreads the fetches of a refresh over this part of `refreshMs`, from 0 to 1. @defaultValue 0, all at once */
  readonly jitter?: number | undefined;
  /** Fetches of a refresh under way at a time. @defaultValue 8; the original fetches one key after the other */
  readonly refreshConcurrency?: number | undefined;
  /** Sweep for keys that nobody used: one sweep marks, the next one removes. So a key lives one to two times as long. Unit ms, 0 = off. @defaultValue 0 */
  readonly expireMs?: number | undefined;
  /** Keys that fit; the one that was used least recently goes. 0 = any number. @defaultValue 0 */
  readonly maxEntries?: number | undefined;
  /** Whether a value stays when its refresh fails; else the key gives the error until a refresh succeeds. @defaultValue true, as in the original */
  readonly staleIfError?: boolean | undefined;
  /** Says whether a refreshed value is what was there. Without it `onChange` is never called. */
  readonly isSame?: ((key: K, old: V | undefined, value: V) => boolean) | undefined;
  /** A refresh of a key failed. */
  readonly onError?: ((key: K, error: unknown) => void) | undefined;
  /** A refresh brought a value that is not the same. */
  readonly onChange?: ((key: K, old: V | undefined, value: V) => void) | undefined;
  /** A key expired, was removed or had to make room. */
  readonly onDelete?: ((key: K, old: V | undefined) => void) | undefined;
  /** @defaultValue the clock of the thread */
  readonly clock?: Clock | undefined;
}

const table = optionTable<AsyncCacheOptions<unknown, unknown>>({
  fetch: func({ required: true }),
  refreshMs: int({ unit: 'ms', min: 1, required: true }),
  jitter: num({ min: 0, max: 1, default: 0 }),
  refreshConcurrency: int({ min: 1, default: 8 }),
  expireMs: int({ unit: 'ms', min: 0, default: 0 }),
  maxEntries: int({ min: 0, default: 0 }),
  staleIfError: bool({ default: true }),
  isSame: func(),
  onError: func(),
  onChange: func(),
  onDelete: func(),
  clock: instance<Clock>('a Clock', ['now']),
});

interface Entry<V> {
  value: V | undefined;
  /** What the last fetch threw, kept until one succeeds. */
  error: { readonly cause: unknown } | undefined;
  /** Marked by a sweep and not used since. */
  stale: boolean;
}

/** Entries of the wheel. */
class Tick implements TimerEntry {
  at: number = Infinity;
  readonly fire: () => void;
  constructor(fire: () => void) {
    this.fire = fire;
  }
}

/**
 * A cache that loads a key when it is first asked for, once however many ask, and from then on refreshes every key in the background. The first failure is
 * cached too, until a refresh succeeds. Timers do not keep the process alive.
 * Source: bytedance/gopkg cache/asynccache.
 * Differs: `onDelete` gets the value, in the original its wrapper; refreshes run side by side, each cache for itself; a slow refresh is not overtaken by the
 *          next one.
 */
export class AsyncCache<K, V> implements AsyncDisposable {
  private readonly o: AsyncCacheOptions<K, V> & { readonly refreshConcurrency: number; readonly expireMs: number; readonly maxEntries: number; readonly jitter: number; readonly staleIfError: boolean };
  private readonly clock: Clock;
  /** In the order of use. */
  private readonly entries = new Map<K, Entry<V>>();
  private readonly loading = new Map<K, Promise<Entry<V>>>();
  private readonly abort = new AbortController();
  private readonly refreshTick = new Tick(() => {
    this.refreshing ??= this.refresh().finally(() => {
      this.refreshing = undefined;
      this.arm(this.refreshTick, this.o.refreshMs);
    });
  });
  private readonly expireTick = new Tick(() => {
    this.sweep();
    this.arm(this.expireTick, this.o.expireMs);
  });
  private refreshing: Promise<void> | undefined;
  private readonly pending = new Set<Tick>();

  constructor(options: AsyncCacheOptions<K, V>) {
    this.o = table.resolve(options as unknown as AsyncCacheOptions<unknown, unknown>, 'asynccache') as unknown as typeof this.o;
    this.clock = this.o.clock ?? loopClock();
    this.arm(this.refreshTick, this.o.refreshMs);
    if (this.o.expireMs > 0) this.arm(this.expireTick, this.o.expireMs);
  }

  get size(): number {
    return this.entries.size;
  }

  /** The value of `key`, loaded if need be. Rejects with what the fetch threw; that is cached as well. */
  async get(key: K): Promise<V> {
    const e = this.used(key) ?? (await this.load(key));
    if (e.error !== undefined) throw e.error.cause;
    return e.value as V;
  }

  /** The value if it is there; it does not count as a use and loads nothing. */
  peek(key: K): V | undefined {
    const e = this.entries.get(key);
    return e?.error === undefined ? e?.value : undefined;
  }

  /** The value of `key`, or `value` when it cannot be loaded, which is cached then. */
  async getOrSet(key: K, value: V): Promise<V> {
    const e = this.used(key) ?? (await this.load(key, { value }));
    if (e.error !== undefined) {
      e.value = value;
      e.error = undefined;
    }
    return e.value as V;
  }

  /** Caches `value` unless the key is there; true when it was. Source: SetDefault. */
  setDefault(key: K, value: V): boolean {
    if (this.abort.signal.aborted) throw new CacheClosedError();
    if (this.used(key) !== undefined) return true;
    this.store(key, { value, error: undefined, stale: false });
    return false;
  }

  /** What is cached now; it does not count as a use. Keys whose first load failed are left out. Source: Dump. */
  dump(): Map<K, V> {
    return new Map([...this.entries].filter(([, e]) => e.error === undefined).map(([k, e]) => [k, e.value as V]));
  }

  delete(key: K): boolean {
    return this.remove(key);
  }

  /** Removes the keys that `f` says; how many. Source: DeleteIf. */
  deleteIf(f: (key: K) => boolean): number {
    let n = 0;
    for (const k of [...this.entries.keys()]) if (f(k) && this.remove(k)) n++;
    return n;
  }

  /** Refreshes every key now; settles when that is done. */
  async refresh(): Promise<void> {
    const keys = [...this.entries.keys()];
    const spread = this.o.jitter * this.o.refreshMs;
    const started = this.clock.now();
    let next = 0;
    const worker = async (): Promise<void> => {
      while (next < keys.length && !this.abort.signal.aborted) {
        const i = next++;
        const early = started + (spread * i) / keys.length - this.clock.now();
        if (early > 0) await this.sleep(early);
        if (!this.abort.signal.aborted) await this.renew(keys[i]!);
      }
    };
    await Promise.all(Array.from({ length: Math.min(keys.length, this.o.refreshConcurrency) }, worker));
  }

  /** Stops refreshing and forgets everything; fetches under way are aborted, and who waits for them is told. Source: Close. */
  async close(): Promise<void> {
    this.abort.abort(new CacheClosedError());
    for (const t of [this.refreshTick, this.expireTick, ...this.pending]) this.clock.wheel.remove(t);
    for (const t of [...this.pending]) t.fire();
    this.entries.clear();
    await Promise.allSettled([...this.loading.values(), this.refreshing]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  private used(key: K): Entry<V> | undefined {
    const e = this.entries.get(key);
    if (e === undefined) return undefined;
    e.stale = false;
    if (this.o.maxEntries > 0) {
      this.entries.delete(key);
      this.entries.set(key, e);
    }
    return e;
  }

  private async load(key: K, fallback?: { readonly value: V }): Promise<Entry<V>> {
    this.abort.signal.throwIfAborted();
    let p = this.loading.get(key);
    if (p === undefined) {
      p = this.fetch(key)
        .then(
          (value): Entry<V> => ({ value, error: undefined, stale: false }),
          (cause: unknown): Entry<V> => ({ value: fallback?.value, error: fallback === undefined ? { cause } : undefined, stale: false }),
        )
        .then((e) => {
          this.loading.delete(key);
          this.abort.signal.throwIfAborted();
          // Somebody may have set a default meanwhile; what was loaded is newer.
          this.store(key, e);
          return e;
        });
      this.loading.set(key, p);
      p.catch(() => this.loading.delete(key));
    }
    return p;
  }

  private async fetch(key: K): Promise<V> {
    const { signal } = this.abort;
    return abortable(this.o.fetch(key, { signal }), signal);
  }

  private async renew(key: K): Promise<void> {
    const e = this.entries.get(key);
    if (e === undefined) return;
    let value: V;
    try {
      value = await this.fetch(key);
    } catch (cause) {
      if (this.abort.signal.aborted || this.entries.get(key) !== e) return;
      if (e.error !== undefined || !this.o.staleIfError) e.error = { cause };
      this.tell(() => this.o.onError?.(key, cause));
      return;
    }
    // Removed, or replaced, while it was fetched.
    if (this.entries.get(key) !== e) return;
    const old = e.value;
    if (this.o.isSame !== undefined && this.o.onChange !== undefined) {
      this.tell(() => {
        if (this.o.isSame?.(key, old, value) === false) this.o.onChange?.(key, old, value);
      });
    }
    e.value = value;
    e.error = undefined;
  }

  private store(key: K, e: Entry<V>): void {
    this.entries.set(key, e);
    const { maxEntries } = this.o;
    if (maxEntries > 0 && this.entries.size > maxEntries) this.remove(this.entries.keys().next().value as K);
  }

  private remove(key: K): boolean {
    const e = this.entries.get(key);
    if (e === undefined) return false;
    this.entries.delete(key);
    this.tell(() => this.o.onDelete?.(key, e.value));
    return true;
  }

  private sweep(): void {
    for (const [k, e] of [...this.entries]) {
      if (e.stale) this.remove(k);
      else e.stale = true;
    }
  }

  /** Calls back outside of the present stack; what a callback throws is nobody's but the process's. */
  private tell(f: () => unknown): void {
    queueMicrotask(() => {
      try {
        f();
      } catch (e) {
        rethrowLater(e);
      }
    });
  }

  private arm(t: Tick, ms: number): void {
    if (!this.abort.signal.aborted) this.clock.wheel.add(t, this.clock.now() + ms);
  }

  private async sleep(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const t = new Tick(() => {
        this.pending.delete(t);
        resolve();
      });
      this.pending.add(t);
      this.arm(t, ms);
    });
  }
}
