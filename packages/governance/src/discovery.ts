// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Awaitable } from '@cloudwego/gopkg/async';
import type { Clock, TimerEntry } from '@cloudwego/gopkg/clock';
import type { Context } from '@cloudwego/gopkg/context';
import type { Address } from '@cloudwego/gopkg/io';
import { formatAddress } from '@cloudwego/gopkg/io';
import { DispatchClosedError, ResolveError } from './errors.js';
import type { Instance, LoadBalancer, Picker, Resolver, Snapshot, Target } from './spi.js';

/** What is known of one key: the last list, and the picker made from it. */
export interface Discovered {
  snapshot: Snapshot;
  picker: Picker;
}

/** Entries that nobody used for this many refreshes are forgotten. */
const IDLE_REFRESHES = 12;

/**
 * Snapshots by resolver key. The first use of a key resolves it, shared by concurrent callers; from then on `get` is synchronous. A live watch pushes
 * changes, else the list is refreshed every interval while it is used. A refresh that fails keeps the list that is there.
 */
export class DiscoveryCache {
  private readonly resolver: Resolver;
  private readonly balancer: LoadBalancer;
  private readonly clock: Clock;
  private readonly refreshMs: number;
  private readonly onRemoved: ((address: Address) => void) | undefined;
  private readonly entries = new Map<string, Entry>();

  constructor(resolver: Resolver, balancer: LoadBalancer, clock: Clock, refreshMs: number, onRemoved: ((address: Address) => void) | undefined) {
    this.resolver = resolver;
    this.balancer = balancer;
    this.clock = clock;
    this.refreshMs = refreshMs;
    this.onRemoved = onRemoved;
  }

  get(t: Target, ctx: Context): Awaitable<Discovered> {
    const key = this.resolver.key(t);
    let e = this.entries.get(key);
    if (e === undefined) {
      e = new Entry(key, this.resolver, this.balancer, this.clock, this.refreshMs, this.onRemoved, (gone) => {
        this.entries.delete(gone);
      });
      this.entries.set(key, e);
      e.start();
    }
    e.used = true;
    return e.known ?? e.first(ctx);
  }

  close(): void {
    for (const e of this.entries.values()) e.close();
    this.entries.clear();
  }
}

class Entry implements TimerEntry {
  at: number = Infinity;
  used: boolean = true;
  known: Discovered | undefined = undefined;
  private readonly key: string;
  private readonly resolver: Resolver;
  private readonly balancer: LoadBalancer;
  private readonly clock: Clock;
  private readonly refreshMs: number;
  private readonly onRemoved: ((address: Address) => void) | undefined;
  private readonly forget: (key: string) => void;
  private readonly ending = new AbortController();
  private resolving: Promise<Discovered> | undefined = undefined;
  private watching: boolean = false;
  private idleRefreshes: number = 0;

  constructor(
    key: string,
    resolver: Resolver,
    balancer: LoadBalancer,
    clock: Clock,
    refreshMs: number,
    onRemoved: ((address: Address) => void) | undefined,
    forget: (key: string) => void,
  ) {
    this.key = key;
    this.resolver = resolver;
    this.balancer = balancer;
    this.clock = clock;
    this.refreshMs = refreshMs;
    this.onRemoved = onRemoved;
    this.forget = forget;
  }

  start(): void {
    try {
      this.resolver.watch?.(
        this.key,
        {
          update: (list) => {
            if (this.ending.signal.aborted) return;
            this.watching = true;
            this.apply(list);
          },
          stale: () => {
            this.watching = false;
          },
        },
        this.ending.signal,
      );
    } catch {
      // A watch that cannot be had falls back to polling.
      this.watching = false;
    }
    this.clock.wheel.add(this, this.clock.now() + this.refreshMs);
  }

  /** The first list, or the reason why there is none; a caller that gives up leaves the others waiting. */
  first(ctx: Context): Promise<Discovered> {
    const p = this.resolve();
    if (ctx.deadline === Infinity) return p;
    const { signal } = ctx;
    return new Promise((ok, fail) => {
      const onAbort = (): void => {
        fail(signal.reason as Error);
      };
      if (signal.aborted) {
        onAbort();
        return;
      }
      signal.addEventListener('abort', onAbort, { once: true });
      p.then(ok, fail).finally(() => {
        signal.removeEventListener('abort', onAbort);
      });
    });
  }

  private resolve(): Promise<Discovered> {
    return (this.resolving ??= this.resolver
      .resolve(this.key, this.ending.signal)
      .then(
        (list) => {
          if (this.ending.signal.aborted) throw new DispatchClosedError('the dispatch was closed while resolving');
          return this.apply(list);
        },
        (e: unknown) => {
          throw new ResolveError(`resolver "${this.resolver.name}", key "${this.key}": ${e instanceof Error ? e.message : String(e)}`, { cause: e });
        },
      )
      .finally(() => {
        this.resolving = undefined;
      }));
  }

  private apply(list: readonly Instance[]): Discovered {
    const before = this.known;
    if (before !== undefined && same(before.snapshot.instances, list)) return before;
    const snapshot: Snapshot = { key: this.key, version: (before?.snapshot.version ?? 0) + 1, instances: list };
    const now: Discovered = { snapshot, picker: this.balancer.picker(snapshot, before?.picker) };
    this.known = now;
    if (before !== undefined && this.onRemoved !== undefined) {
      const left = new Set(list.map((i) => formatAddress(i.address)));
      for (const i of before.snapshot.instances) if (!left.has(formatAddress(i.address))) this.onRemoved(i.address);
    }
    return now;
  }

  /** The wheel's callback: refreshes what is polled, forgets what is not used. */
  fire(now: number): void {
    if (this.ending.signal.aborted) return;
    this.idleRefreshes = this.used ? 0 : this.idleRefreshes + 1;
    if (this.idleRefreshes >= IDLE_REFRESHES) {
      this.forget(this.key);
      this.close();
      return;
    }
    if (this.used && !this.watching && this.known !== undefined) this.resolve().catch(() => undefined);
    this.used = false;
    this.clock.wheel.add(this, now + this.refreshMs);
  }

  close(): void {
    this.clock.wheel.remove(this);
    this.ending.abort(new DispatchClosedError('the dispatch is closed'));
  }
}

function same(a: readonly Instance[], b: readonly Instance[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  return a.every((x, i) => {
    const y = b[i]!;
    if (x.weight !== y.weight || formatAddress(x.address) !== formatAddress(y.address)) return false;
    const keys = Object.keys(x.tags);
    return keys.length === Object.keys(y.tags).length && keys.every((k) => x.tags[k] === y.tags[k]);
  });
}
