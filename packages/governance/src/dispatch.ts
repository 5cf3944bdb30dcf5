// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { isThenable } from '@cloudwego/gopkg/async';
import type { Awaitable } from '@cloudwego/gopkg/async';
import type { Clock } from '@cloudwego/gopkg/clock';
import type { Context } from '@cloudwego/gopkg/context';
import type { Address } from '@cloudwego/gopkg/io';
import { DiscoveryCache } from './discovery.js';
import type { Discovered } from './discovery.js';
import { DispatchClosedError, NoInstanceError } from './errors.js';
import type { DispatchPlan, Instance, LoadBalancer, Resolver, Target } from './spi.js';

/** Options of {@link createDispatch}. */
export interface DispatchOptions<Req, Res, Cx extends Context> {
  readonly resolver: Resolver;
  readonly loadBalancer: LoadBalancer;
  readonly plan: DispatchPlan<Req, Res, Cx>;
  readonly clock: Clock;
  /** Instances tried while nothing was sent. @defaultValue 6 */
  readonly maxPicks?: number | undefined;
  /** How often a resolver without a live watch is asked, while it is used. Unit ms. @defaultValue 5000 */
  readonly refreshIntervalMs?: number | undefined;
  /** An address left discovery. */
  readonly onRemoved?: ((address: Address) => void) | undefined;
}

/** resolve → pick → attempt, and again with another instance while the request was not sent. */
export interface Dispatch<Req, Res, Cx extends Context> {
  /** Synchronous when the target is resolved and the attempt answers at once. */
  run(req: Req, ctx: Cx): Awaitable<Res>;
  /** Ends watches and refreshes. Does not close the resolver, which may be shared. */
  close(): Promise<void>;
}

/** Makes the pipeline. Source: cloudwego/kitex client/client.go invokeHandleEndpoint, pkg/loadbalance/lbcache, client/middlewares.go newResolveMWBuilder. */
export function createDispatch<Req, Res, Cx extends Context>(o: DispatchOptions<Req, Res, Cx>): Dispatch<Req, Res, Cx> {
  return new Dispatcher(o);
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
    this.maxPicks = o.maxPicks ?? 6;
    this.cache = new DiscoveryCache(o.resolver, o.loadBalancer, o.clock, o.refreshIntervalMs ?? 5000, o.onRemoved);
  }

  run(req: Req, ctx: Cx): Awaitable<Res> {
    if (this.closed) throw new DispatchClosedError('the dispatch is closed');
    const t = this.plan.target(ctx);
    const d = this.cache.get(t, ctx);
    return isThenable(d) ? d.then((x) => this.attempt(x, t, req, ctx, NONE, undefined)) : this.attempt(d, t, req, ctx, NONE, undefined);
  }

  private attempt(d: Discovered, t: Target, req: Req, ctx: Cx, tried: readonly Instance[], last: unknown): Awaitable<Res> {
    const i = tried.length < this.maxPicks ? d.picker.pick(ctx, t, tried) : undefined;
    if (i === undefined) {
      if (tried.length > 0) throw last;
      throw new NoInstanceError(`no instance of "${t.service}": ${d.snapshot.instances.length} are known, none of which may be picked`);
    }
    const startedAt = this.clock.now();
    let v: Awaitable<Res>;
    try {
      v = this.plan.attempt(i, req, ctx, tried.length);
    } catch (e) {
      return this.failed(e, d, t, req, ctx, i, tried, startedAt);
    }
    if (!isThenable(v)) {
      d.picker.done?.(i, 'ok', this.clock.now() - startedAt, 0);
      return v;
    }
    return v.then(
      (x) => {
        d.picker.done?.(i, 'ok', this.clock.now() - startedAt, 0);
        return x;
      },
      (e: unknown) => this.failed(e, d, t, req, ctx, i, tried, startedAt),
    );
  }

  private failed(e: unknown, d: Discovered, t: Target, req: Req, ctx: Cx, i: Instance, tried: readonly Instance[], startedAt: number): Awaitable<Res> {
    const kind = this.plan.classify(e);
    const expired = this.clock.now() >= ctx.deadline;
    d.picker.done?.(i, kind === 'not-sent' ? 'refused' : expired ? 'timeout' : 'fail', this.clock.now() - startedAt, 0);
    if (kind !== 'not-sent' || expired || this.closed) throw e;
    return this.attempt(d, t, req, ctx, [...tried, i], e);
  }

  close(): Promise<void> {
    this.closed = true;
    this.cache.close();
    return Promise.resolve();
  }
}
