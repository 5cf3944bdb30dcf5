// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { channel } from 'node:diagnostics_channel';
import type { Awaitable } from '@cloudwego/gopkg/async';
import type { Clock, TimerEntry } from '@cloudwego/gopkg/clock';
import { BaseContext } from '@cloudwego/gopkg/context';
import type { CancelListener, Context } from '@cloudwego/gopkg/context';
import { toError } from '@cloudwego/gopkg/errors';
import { formatAddress } from '@cloudwego/gopkg/io';
import { DispatchClosedError, ResolveError } from './errors.js';
import { subscribeList } from './list-source.js';
import type { ListSource, SourceTiming, Subscriber } from './list-source.js';
import type { Instance, LoadBalancer, Picker, Resolver, Snapshot, Target } from './spi.js';

/** What is known of one key: the last list, and the picker made from it. */
export interface Discovered {
  readonly snapshot: Snapshot;
  readonly picker: Picker;
}

/** What a new list changed, by address. */
export interface DiscoveryChange {
  readonly resolver: string;
  readonly key: string;
  readonly version: number;
  readonly added: readonly Instance[];
  /** Same address, other weight or tags. */
  readonly updated: readonly Instance[];
  readonly removed: readonly Instance[];
}

/** Options of a {@link DiscoveryCache}. */
export interface DiscoveryOptions extends SourceTiming {
  readonly resolver: Resolver;
  readonly loadBalancer: LoadBalancer;
  readonly clock: Clock;
  /** Unit ms. */
  readonly expireIntervalMs: number;
  /** A list replaced another one; not told of the first. */
  readonly onChange: (change: DiscoveryChange) => void;
  /** A refresh failed or a watch went stale; the list that was there stays. */
  readonly onStale: ((key: string, cause: Error) => void) | undefined;
}

/** One event per {@link DiscoveryChange} of every dispatch of the process. */
const changes = channel('cloudwego:governance:discovery:change');

/**
 * Snapshots by resolver key, and a picker for each. The first use of a key resolves it, shared by concurrent callers; from then on `get` is synchronous.
 * Lists come from sources that all dispatches share whose resolvers have one `identity`. A key that nobody used for `expireIntervalMs` is forgotten.
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

  /** What is known, by key. */
  snapshots(): readonly Snapshot[] {
    return [...this.entries.values()].flatMap((e) => (e.known === undefined ? [] : [e.known.snapshot]));
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

/** One key of one dispatch: a subscription and the picker made from its list. */
class Entry implements TimerEntry, Subscriber {
  at: number = Infinity;
  used: boolean = true;
  known: Discovered | undefined = undefined;
  readonly resolver: Resolver;
  private readonly key: string;
  private readonly o: DiscoveryOptions;
  private readonly forget: () => void;
  private readonly waiters = new Set<Waiter>();
  private source: ListSource | undefined = undefined;
  private closed: boolean = false;
  private version: number = 0;
  private lastUsedAt: number;

  constructor(key: string, o: DiscoveryOptions, forget: () => void) {
    this.key = key;
    this.o = o;
    this.resolver = o.resolver;
    this.forget = forget;
    this.lastUsedAt = o.clock.now();
  }

  start(): void {
    const { clock } = this.o;
    this.source = subscribeList(this, this.key, clock, this.o);
    clock.wheel.add(this, clock.now() + this.o.refreshIntervalMs);
  }

  get waiting(): boolean {
    return this.waiters.size > 0;
  }

  list(list: readonly Instance[]): void {
    if (this.closed) return;
    let d: Discovered;
    try {
      d = this.apply(list);
    } catch (e) {
      // A list, or a balancer, that makes no sense.
      const error = new ResolveError(`resolver "${this.resolver.name}", key "${this.key}": ${toError(e).message}`, { cause: e });
      if (this.known === undefined) this.failed(error);
      else this.stale(error);
      return;
    }
    for (const w of [...this.waiters]) w.ok(d);
  }

  failed(cause: ResolveError): void {
    this.known = undefined;
    for (const w of [...this.waiters]) w.fail(cause);
  }

  stale(cause: Error): void {
    if (!this.closed) this.o.onStale?.(this.key, cause);
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
      if (this.waiters.has(w)) this.source?.ask();
    });
  }

  private apply(list: readonly Instance[]): Discovered {
    const before = this.known;
    if (before !== undefined && same(before.snapshot.instances, list)) return before;
    const snapshot: Snapshot = { key: this.key, version: this.version + 1, instances: list };
    const now: Discovered = { snapshot, picker: this.o.loadBalancer.picker(snapshot, before?.picker) };
    this.version++;
    this.known = now;
    if (before !== undefined) this.changed(before.snapshot, snapshot);
    return now;
  }

  private changed(before: Snapshot, now: Snapshot): void {
    const change = difference(this.resolver.name, before, now);
    this.o.onChange(change);
    if (changes.hasSubscribers) changes.publish(change);
  }

  /** The wheel's callback: forgets what is not used. */
  fire(now: number): void {
    if (this.used) {
      this.used = false;
      this.lastUsedAt = now;
    }
    if (this.waiters.size === 0 && now - this.lastUsedAt >= this.o.expireIntervalMs) {
      this.forget();
      this.close();
      return;
    }
    this.o.clock.wheel.add(this, now + this.o.refreshIntervalMs);
  }

  close(): void {
    const closed = new DispatchClosedError('the dispatch is closed');
    this.closed = true;
    this.o.clock.wheel.remove(this);
    this.source?.remove(this, closed);
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

function difference(resolver: string, before: Snapshot, now: Snapshot): DiscoveryChange {
  const old = new Map(before.instances.map((i) => [formatAddress(i.address), i]));
  const left = new Map(old);
  const added: Instance[] = [];
  const updated: Instance[] = [];
  for (const i of now.instances) {
    const address = formatAddress(i.address);
    const was = old.get(address);
    left.delete(address);
    if (was === undefined) added.push(i);
    else if (textOf(was) !== textOf(i)) updated.push(i);
  }
  return { resolver, key: now.key, version: now.version, added, updated, removed: [...left.values()] };
}
