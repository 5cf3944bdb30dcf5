// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Awaitable } from '@cloudwego/gopkg/async';
import type { Clock, TimerEntry } from '@cloudwego/gopkg/clock';
import { BaseContext } from '@cloudwego/gopkg/context';
import type { CancelListener, Context } from '@cloudwego/gopkg/context';
import { toError } from '@cloudwego/gopkg/errors';
import type { Address } from '@cloudwego/gopkg/io';
import { formatAddress } from '@cloudwego/gopkg/io';
import { DispatchClosedError, ResolveError } from './errors.js';
import type { Instance, LoadBalancer, Picker, Resolver, Snapshot, Target } from './spi.js';

/** What is known of one key: the last list, and the picker made from it. */
export interface Discovered {
  readonly snapshot: Snapshot;
  readonly picker: Picker;
}

/** Options of a {@link DiscoveryCache}. */
export interface DiscoveryOptions {
  readonly resolver: Resolver;
  readonly loadBalancer: LoadBalancer;
  readonly clock: Clock;
  /** Unit ms. */
  readonly refreshIntervalMs: number;
  /** Unit ms. */
  readonly expireIntervalMs: number;
  /** An address left discovery. */
  readonly onRemoved: ((address: Address) => void) | undefined;
  /** A refresh failed or a watch went stale; the list that was there stays. */
  readonly onStale: ((key: string, cause: Error) => void) | undefined;
}

/** A watch that has said nothing for so long is not waited for any longer. Unit ms. */
const SILENT_MS = 1000;

/**
 * Snapshots by resolver key. The first use of a key resolves it, shared by concurrent callers; from then on `get` is synchronous. A live watch pushes
 * changes, else the list is refreshed every `refreshIntervalMs`. A refresh that fails keeps the list that is there. A key that nobody used for
 * `expireIntervalMs` is forgotten.
 * Source: cloudwego/kitex pkg/loadbalance/lbcache/cache.go.
 */
export class DiscoveryCache {
  private readonly o: DiscoveryOptions;
  private readonly entries = new Map<string, Entry>();

  constructor(o: DiscoveryOptions) {
    this.o = o;
  }

  get(t: Target, ctx: Context): Awaitable<Discovered> {
    const key = this.o.resolver.key(t);
    let e = this.entries.get(key);
    if (e === undefined) {
      e = new Entry(key, this.o, () => {
        this.entries.delete(key);
      });
      this.entries.set(key, e);
      e.start();
    }
    e.used = true;
    return e.known ?? e.first(ctx);
  }

  close(): void {
    const all = [...this.entries.values()];
    this.entries.clear();
    for (const e of all) e.close();
  }
}

/** A caller that waits for the first list. */
interface Waiter {
  ok(d: Discovered): void;
  fail(e: unknown): void;
}

/**
 * One key.
 *
 *   watch: absent ──────────────────────────────▶ polled
 *          live ◀── update ── stale ◀── stale() ── live      a watch that cannot be had, or says nothing at first, is stale
 *          live: resolve is not called              stale: polled
 */
class Entry implements TimerEntry {
  at: number = Infinity;
  used: boolean = true;
  known: Discovered | undefined = undefined;
  private readonly key: string;
  private readonly o: DiscoveryOptions;
  private readonly forget: () => void;
  private readonly ending = new AbortController();
  private readonly waiters = new Set<Waiter>();
  private resolving: { readonly abort: AbortController; readonly since: number } | undefined = undefined;
  private live: boolean = false;
  private lastUsedAt: number;

  constructor(key: string, o: DiscoveryOptions, forget: () => void) {
    this.key = key;
    this.o = o;
    this.forget = forget;
    this.lastUsedAt = o.clock.now();
  }

  start(): void {
    const { resolver, clock, refreshIntervalMs } = this.o;
    if (resolver.watch !== undefined) {
      this.live = true;
      try {
        resolver.watch(
          this.key,
          {
            update: (list) => {
              if (this.ending.signal.aborted) return;
              this.live = true;
              this.take(list);
            },
            stale: (cause) => {
              this.lost(cause);
            },
          },
          this.ending.signal,
        );
      } catch (e) {
        this.lost(toError(e));
      }
    }
    const silent = this.live && this.known === undefined;
    clock.wheel.add(this, clock.now() + (silent ? Math.min(SILENT_MS, refreshIntervalMs) : refreshIntervalMs));
  }

  private lost(cause: Error): void {
    if (this.ending.signal.aborted || !this.live) return;
    this.live = false;
    this.o.onStale?.(this.key, cause);
    if (this.waiters.size > 0) this.resolve();
  }

  /** The first list, or the reason why there is none; a caller that gives up leaves the others waiting. */
  first(ctx: Context): Promise<Discovered> {
    return new Promise((resolve, reject) => {
      let stopListening = (): void => undefined;
      const leave = (): void => {
        this.waiters.delete(w);
        stopListening();
      };
      const w: Waiter = {
        ok: (d) => {
          leave();
          resolve(d);
        },
        fail: (e) => {
          leave();
          reject(e as Error);
        },
      };
      this.waiters.add(w);
      stopListening = onEnd(ctx, w.fail);
      if (this.waiters.has(w) && !this.live) this.resolve();
    });
  }

  private resolve(): void {
    if (this.resolving !== undefined) return;
    const r = { abort: new AbortController(), since: this.o.clock.now() };
    this.resolving = r;
    const ended = (): boolean => {
      if (this.resolving !== r) return false;
      this.resolving = undefined;
      return true;
    };
    let p: Promise<readonly Instance[]>;
    try {
      p = this.o.resolver.resolve(this.key, r.abort.signal);
    } catch (e) {
      p = Promise.reject(toError(e));
    }
    p.then(
      (list) => {
        // What a watch said meanwhile is newer.
        if (ended() && !(this.live && this.known !== undefined)) this.take(list);
      },
      (e: unknown) => {
        if (ended()) this.failed(e);
      },
    );
  }

  private take(list: readonly Instance[]): void {
    let d: Discovered;
    try {
      d = this.apply(list);
    } catch (e) {
      this.failed(e);
      return;
    }
    for (const w of [...this.waiters]) w.ok(d);
  }

  /** The list that is there stays; who waits for one is told. */
  private failed(cause: unknown): void {
    const e = new ResolveError(`resolver "${this.o.resolver.name}", key "${this.key}": ${toError(cause).message}`, { cause });
    if (this.known !== undefined) this.o.onStale?.(this.key, e);
    for (const w of [...this.waiters]) w.fail(e);
  }

  private apply(list: readonly Instance[]): Discovered {
    const before = this.known;
    if (before !== undefined && same(before.snapshot.instances, list)) return before;
    // A copy: a resolver may go on writing into its own.
    const snapshot: Snapshot = { key: this.key, version: (before?.snapshot.version ?? 0) + 1, instances: Object.freeze([...list]) };
    const now: Discovered = { snapshot, picker: this.o.loadBalancer.picker(snapshot, before?.picker) };
    this.known = now;
    if (before !== undefined && this.o.onRemoved !== undefined) {
      const left = new Set(list.map((i) => formatAddress(i.address)));
      for (const i of before.snapshot.instances) if (!left.has(formatAddress(i.address))) this.o.onRemoved(i.address);
    }
    return now;
  }

  /** The wheel's callback: refreshes what is polled, forgets what is not used. */
  fire(now: number): void {
    if (this.ending.signal.aborted) return;
    const { refreshIntervalMs, expireIntervalMs } = this.o;
    if (this.used) {
      this.used = false;
      this.lastUsedAt = now;
    }
    if (this.waiters.size === 0 && now - this.lastUsedAt >= expireIntervalMs) {
      this.forget();
      this.close();
      return;
    }
    // It said nothing: it is not known to work.
    if (this.live && this.known === undefined) this.live = false;
    const r = this.resolving;
    if (r !== undefined && this.waiters.size === 0 && now - r.since >= refreshIntervalMs) {
      this.resolving = undefined;
      r.abort.abort(new ResolveError(`resolver "${this.o.resolver.name}", key "${this.key}": no answer for ${Math.round(now - r.since)} ms`));
    }
    if (!this.live && (this.known !== undefined || this.waiters.size > 0)) this.resolve();
    this.o.clock.wheel.add(this, now + refreshIntervalMs);
  }

  close(): void {
    const closed = new DispatchClosedError('the dispatch is closed');
    this.o.clock.wheel.remove(this);
    this.ending.abort(closed);
    const r = this.resolving;
    this.resolving = undefined;
    r?.abort.abort(closed);
    for (const w of [...this.waiters]) w.fail(closed);
  }
}

/** Tells when a context ends, at once when it has. Needs no AbortSignal where the context is the suite's own: many calls may wait on one. */
function onEnd(ctx: Context, f: (reason: unknown) => void): () => void {
  if (ctx instanceof BaseContext) {
    const listener: CancelListener = { canceled: f };
    ctx.listen(listener);
    return () => {
      ctx.unlisten(listener);
    };
  }
  const { signal } = ctx;
  const onAbort = (): void => {
    f(signal.reason);
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  return () => {
    signal.removeEventListener('abort', onAbort);
  };
}

/** Whether two lists say the same, in whatever order. */
function same(a: readonly Instance[], b: readonly Instance[]): boolean {
  if (a.length !== b.length) return false;
  if (a.every((x, i) => x === b[i] || textOf(x) === textOf(b[i]!))) return true;
  const left = a.map(textOf).sort();
  const right = b.map(textOf).sort();
  return left.every((x, i) => x === right[i]);
}

function textOf(i: Instance): string {
  const tags = Object.entries(i.tags).map(([k, v]) => `${k}\0${v}`);
  return `${formatAddress(i.address)}\0${i.weight}\0${tags.sort().join('\0')}`;
}
