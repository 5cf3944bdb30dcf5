// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { isThenable } from '@cloudwego/gopkg/async';
import type { Awaitable } from '@cloudwego/gopkg/async';
import type { Clock } from '@cloudwego/gopkg/clock';
import type { Context } from '@cloudwego/gopkg/context';
import type { Address } from '@cloudwego/gopkg/io';
import { formatAddress } from '@cloudwego/gopkg/io';
import { any, func, instance, int, optionTable } from '@cloudwego/gopkg/options';
import { DiscoveryCache } from './discovery.js';
import type { Discovered, DiscoveryChange } from './discovery.js';
import { DispatchClosedError, NoInstanceError } from './errors.js';
import type { DispatchPlan, Instance, LoadBalancer, Resolver, Snapshot, Target } from './spi.js';

/** Options of {@link createDispatch}. */
export interface DispatchOptions<Req, Res, Cx extends Context> {
  readonly resolver: Resolver;
  readonly loadBalancer: LoadBalancer;
  readonly plan: DispatchPlan<Req, Res, Cx>;
  readonly clock: Clock;
  /** Attempts while nothing was sent. Integer >= 1. @defaultValue 6 */
  readonly maxPicks?: number | undefined;
  /** How often a resolver without a live watch is asked. Unit ms, integer >= 1. @defaultValue 5000 */
  readonly refreshIntervalMs?: number | undefined;
  /** A target that nobody called for so long is forgotten. Unit ms, integer >= 1. @defaultValue 15000 */
  readonly expireIntervalMs?: number | undefined;
  /** How long a list counts that can no longer be confirmed; then calls fail until there is a new one. Unit ms, 0 = for ever. @defaultValue 0 */
  readonly maxStaleMs?: number | undefined;
  /** How long an empty list must be all that is said before it replaces one with instances. Unit ms, 0 = at once. @defaultValue 0 */
  readonly emptyHoldMs?: number | undefined;
  /** An address left discovery. */
  readonly onRemoved?: ((address: Address) => void) | undefined;
  /** A list replaced another one. */
  readonly onChange?: ((change: DiscoveryChange) => void) | undefined;
  /** A refresh failed or a watch went stale. The list that was there stays; this is for logs. */
  readonly onStale?: ((key: string, cause: Error) => void) | undefined;
}

/** Name, default and rule of every option of a dispatch. */
const table = optionTable<DispatchOptions<unknown, unknown, Context>>({
  resolver: instance<Resolver>('a Resolver', ['key', 'resolve'], { required: true }),
  loadBalancer: instance<LoadBalancer>('a LoadBalancer', ['picker'], { required: true }),
  plan: instance<DispatchPlan<unknown, unknown, Context>>('a DispatchPlan', ['target', 'attempt', 'classify'], { required: true }),
  clock: any<Clock>({ required: true, what: 'a Clock' }),
  maxPicks: int({ min: 1, default: 6 }),
  refreshIntervalMs: int({ unit: 'ms', min: 1, default: 5000 }),
  expireIntervalMs: int({ unit: 'ms', min: 1, default: 15_000 }),
  maxStaleMs: int({ unit: 'ms, 0 = for ever', min: 0, default: 0 }),
  emptyHoldMs: int({ unit: 'ms, 0 = at once', min: 0, default: 0 }),
  onRemoved: func<(address: Address) => void>(),
  onChange: func<(change: DiscoveryChange) => void>(),
  onStale: func<(key: string, cause: Error) => void>(),
});

/** resolve → pick → attempt, and again with another instance while the request was not sent. */
export interface Dispatch<Req, Res, Cx extends Context> {
  /**
   * Synchronous when the target is resolved and the attempt answers at once. A call that waits for discovery ends when its context does, with the reason of
   * `ctx.signal`.
   * `tried`: instances that earlier attempts of the same work went to; they are passed over while others are left.
   * Errors: {@link NoInstanceError}, {@link ResolveError}, {@link DispatchClosedError}, what the attempt failed with.
   */
  run(req: Req, ctx: Cx, tried?: readonly Instance[]): Awaitable<Res>;
  /** The list of a target, found now if it is not known yet. Errors: as of `run`. */
  resolve(t: Target, ctx: Context): Awaitable<Snapshot>;
  /** What is known, by key; for diagnosis. */
  snapshots(): readonly Snapshot[];
  /** Ends watches and refreshes; calls that wait for discovery fail. Does not close the resolver, which may be shared. */
  close(): Promise<void>;
}

/**
 * Makes the pipeline.
 * Errors: OptionError at construction.
 * Differs: an instance that was tried is not tried again by the same call, where Kitex's six picks may meet one instance twice; when none is left, the call
 * fails with the last attempt's error.
 * Source: cloudwego/kitex client/client.go invokeHandleEndpoint, pkg/loadbalance/lbcache, client/middlewares.go newResolveMWBuilder.
 */
export function createDispatch<Req, Res, Cx extends Context>(o: DispatchOptions<Req, Res, Cx>): Dispatch<Req, Res, Cx> {
  return new Dispatcher(table.resolve(o as unknown as DispatchOptions<unknown, unknown, Context>, 'dispatch') as unknown as DispatchOptions<Req, Res, Cx>);
}

const NONE: readonly Instance[] = Object.freeze([]);

class Dispatcher<Req, Res, Cx extends Context> implements Dispatch<Req, Res, Cx> {
  private readonly plan: DispatchPlan<Req, Res, Cx>;
  private readonly clock: Clock;
  private readonly maxPicks: number;
  private readonly cache: DiscoveryCache;
  private closed: boolean = false;

  constructor(o: DispatchOptions<Req, Res, Cx>) {
    this.plan = o.plan;
    this.clock = o.clock;
    this.maxPicks = o.maxPicks!;
    this.cache = new DiscoveryCache({
      resolver: o.resolver,
      loadBalancer: o.loadBalancer,
      clock: o.clock,
      refreshIntervalMs: o.refreshIntervalMs!,
      expireIntervalMs: o.expireIntervalMs!,
      maxStaleMs: o.maxStaleMs!,
      emptyHoldMs: o.emptyHoldMs!,
      onChange: (change) => {
        o.onChange?.(change);
        if (o.onRemoved !== undefined) for (const i of change.removed) o.onRemoved(i.address);
      },
      onStale: o.onStale,
    });
  }

  run(req: Req, ctx: Cx, tried: readonly Instance[] = NONE): Awaitable<Res> {
    if (this.closed) throw new DispatchClosedError('the dispatch is closed');
    const t = this.plan.target(ctx);
    return this.pick(t, req, ctx, 0, tried, undefined);
  }

  /** Each attempt takes the picker of the newest list. */
  private pick(t: Target, req: Req, ctx: Cx, n: number, tried: readonly Instance[], last: unknown): Awaitable<Res> {
    const d = this.cache.get(t, ctx);
    return isThenable(d) ? d.then((x) => this.attempt(x, t, req, ctx, n, tried, last)) : this.attempt(d, t, req, ctx, n, tried, last);
  }

  private attempt(d: Discovered, t: Target, req: Req, ctx: Cx, n: number, tried: readonly Instance[], last: unknown): Awaitable<Res> {
    const known = tried.length === 0 ? tried : inList(tried, d.snapshot.instances);
    // Where only instances of earlier work are left, one of them it is.
    const i = d.picker.pick(ctx, t, known) ?? (n === 0 && known.length > 0 ? d.picker.pick(ctx, t, NONE) : undefined);
    if (i === undefined) {
      if (n > 0) throw last;
      throw new NoInstanceError(`no instance of "${t.service}": ${d.snapshot.instances.length} are known, none of which may be picked`);
    }
    const startedAt = this.clock.now();
    let v: Awaitable<Res>;
    try {
      v = this.plan.attempt(i, req, ctx, n);
    } catch (e) {
      return this.failed(e, d, t, req, ctx, n, i, known, startedAt);
    }
    if (!isThenable(v)) {
      this.done(d, i, ctx, 'ok', startedAt);
      return v;
    }
    return v.then(
      (x) => {
        this.done(d, i, ctx, 'ok', startedAt);
        return x;
      },
      (e: unknown) => this.failed(e, d, t, req, ctx, n, i, known, startedAt),
    );
  }

  private done(d: Discovered, i: Instance, ctx: Cx, outcome: 'ok' | 'fail' | 'timeout' | 'refused', startedAt: number): void {
    if (d.picker.done !== undefined) d.picker.done(i, outcome, this.clock.now() - startedAt, this.plan.load?.(ctx) ?? 0);
  }

  private failed(e: unknown, d: Discovered, t: Target, req: Req, ctx: Cx, n: number, i: Instance, tried: readonly Instance[], startedAt: number): Awaitable<Res> {
    const kind = this.plan.classify(e);
    const expired = this.clock.now() >= ctx.deadline;
    this.done(d, i, ctx, kind === 'not-sent' ? 'refused' : expired ? 'timeout' : 'fail', startedAt);
    if (kind !== 'not-sent' || expired || this.closed || n + 1 >= this.maxPicks || ctx.signal.aborted) throw e;
    return this.pick(t, req, ctx, n + 1, [...tried, i], e);
  }

  resolve(t: Target, ctx: Context): Awaitable<Snapshot> {
    if (this.closed) throw new DispatchClosedError('the dispatch is closed');
    const d = this.cache.get(t, ctx);
    return isThenable(d) ? d.then((x) => x.snapshot) : d.snapshot;
  }

  snapshots(): readonly Snapshot[] {
    return this.cache.snapshots();
  }

  close(): Promise<void> {
    this.closed = true;
    this.cache.close();
    return Promise.resolve();
  }
}

/** What was tried, as the list of now names it: pickers compare instances by identity, and a list may have been replaced between two attempts. */
function inList(tried: readonly Instance[], list: readonly Instance[]): readonly Instance[] {
  if (tried.every((i) => list.includes(i))) return tried;
  const keys = new Set(tried.map((i) => formatAddress(i.address)));
  return list.filter((i) => keys.has(formatAddress(i.address)));
}
