// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '@cloudwego/gopkg/clock';
import { loopClock } from '@cloudwego/gopkg/clock';
import type { Address, ByteConsumer } from '@cloudwego/gopkg/io';
import { any, func, int, num, optionTable, record } from '@cloudwego/gopkg/options';
import type { OptionTable } from '@cloudwego/gopkg/options';
import { concurrencyLimiter, LoadGauge, OverloadGuard, qpsLimiter } from '@cloudwego/governance';
import type { Counters, Limiter, OverloadOptions, PriorityClass } from '@cloudwego/governance';
import type { RpcHead } from '@cloudwego/protocol';
import { OverlimitError } from '../errors.js';
import { overloadChannel } from '../tracing.js';
import type { OverloadMessage } from '../tracing.js';
import type { ServerCall } from './call.js';
import type { QueueGauge } from './queue-gauge.js';

/** Limits of requests. */
export interface RequestLimits {
  /** Requests a second; 0 = no limit. @defaultValue 0 */
  readonly maxQps?: number | undefined;
  /** Requests in flight; 0 = no limit. @defaultValue 0 */
  readonly maxConcurrency?: number | undefined;
}

/** Changes limits while the server runs. Source: pkg/limit Updater. */
export interface LimitUpdater {
  /** What is left out stays. False = a limiter of one's own took the place of one that was to change. */
  update(o: RequestLimits & { readonly maxConnections?: number | undefined }): boolean;
}

/** Limits of a server. Source: pkg/limit Option. */
export interface LimitOptions extends RequestLimits {
  /** Connections at a time; 0 = no limit. @defaultValue 0 */
  readonly maxConnections?: number | undefined;
  /** Of single methods, beside those of all, under `Method` or `Service/Method`. */
  readonly methods?: Readonly<Record<string, RequestLimits>> | undefined;
  /** Called once with what changes the limits later. Source: UpdateControl. */
  readonly control?: ((updater: LimitUpdater) => void) | undefined;
  /** Memory that threads share: the limits are then those of all of them together. @defaultValue each thread counts alone */
  readonly counters?: Counters | undefined;
}

/** Told of each refusal. Source: pkg/limiter LimitReporter. */
export interface LimitReporter {
  connectionRefused?(): void;
  /** `reason`: which limit it was. */
  requestRefused?(method: string, reason: string): void;
}

/** Refusing while work queues up. */
export interface ServerOverloadOptions extends OverloadOptions {
  /** Class of a request, from its head alone. @defaultValue 1 for all */
  readonly priority?: ((head: RpcHead) => PriorityClass) | undefined;
}

const requests = { maxQps: num({ min: 0, default: 0 }), maxConcurrency: int({ min: 0, default: 0 }) };
const requestTable: OptionTable<RequestLimits> = optionTable<RequestLimits>(requests);

/** Checks of {@link LimitOptions}. */
export const limitTable: OptionTable<LimitOptions> = optionTable<LimitOptions>({
  ...requests,
  maxConnections: int({ min: 0, default: 0 }),
  methods: record(any<RequestLimits>({ what: 'an object { maxQps?, maxConcurrency? }', test: (v) => typeof v === 'object' && v !== null })),
  control: func<(updater: LimitUpdater) => void>(),
  counters: any<Counters>({ what: 'a Counters', test: (v) => typeof (v as { find?: unknown } | null)?.find === 'function' }),
});

/** Limiters of one's own; each takes the place of that of `limit`. */
export interface OwnLimiters {
  readonly connectionLimiter: Limiter | undefined;
  readonly qpsLimiter: Limiter | undefined;
  readonly concurrencyLimiter: Limiter | undefined;
}

/** What a call holds and gives back when it ends. */
const Held = { All: 1, Method: 2 } as const;

interface Pair {
  readonly qps: Limiter;
  readonly concurrency: Limiter;
}

/** The limits of a server: what may connect, and which requests are answered without being decoded. */
export class ServerLimits {
  readonly connections: Limiter;
  private readonly all: Pair;
  private readonly methods = new Map<string, Pair>();
  private readonly guard: OverloadGuard | undefined;
  private readonly priority: ((head: RpcHead) => PriorityClass) | undefined;
  private readonly reporter: LimitReporter | undefined;
  private readonly gauge: QueueGauge;

  /** `gauge`: measures for the guard, if there is one. */
  constructor(o: LimitOptions, own: OwnLimiters, overload: boolean | ServerOverloadOptions | undefined, reporter: LimitReporter | undefined, clock: Clock, gauge: QueueGauge) {
    const { counters } = o;
    const pair = (name: string, l: RequestLimits): Pair => ({
      qps: qpsLimiter({ limit: l.maxQps ?? 0, name: `qps ${name}`, counters, clock }),
      concurrency: concurrencyLimiter({ limit: l.maxConcurrency ?? 0, name: `concurrency ${name}`, counters, clock }),
    });
    const all = pair('*', o);
    this.connections = own.connectionLimiter ?? concurrencyLimiter({ limit: o.maxConnections ?? 0, name: 'connections', counters, clock });
    this.all = { qps: own.qpsLimiter ?? all.qps, concurrency: own.concurrencyLimiter ?? all.concurrency };
    for (const [name, l] of Object.entries(o.methods ?? {})) this.methods.set(name, pair(name, requestTable.resolve(l, `server.limit.methods.${name}`)));
    this.reporter = reporter;
    this.gauge = gauge;
    if (overload === undefined || overload === false) {
      this.guard = undefined;
      this.priority = undefined;
    } else {
      const options: ServerOverloadOptions = overload === true ? {} : overload;
      this.guard = guardOf(options, gauge.gauge);
      this.priority = options.priority;
    }
    o.control?.({
      update: (u) => {
        if (u.maxConnections !== undefined) this.connections.update(u.maxConnections);
        if (u.maxQps !== undefined) this.all.qps.update(u.maxQps);
        if (u.maxConcurrency !== undefined) this.all.concurrency.update(u.maxConcurrency);
        return !((u.maxConnections !== undefined && own.connectionLimiter !== undefined) || (u.maxQps !== undefined && own.qpsLimiter !== undefined) || (u.maxConcurrency !== undefined && own.concurrencyLimiter !== undefined));
      },
    });
  }

  /** Whether a connection may come in. */
  connect(remote: Address): boolean {
    if (this.connections.acquire()) return true;
    if (overloadChannel.hasSubscribers) overloadChannel.publish({ kind: 'connection', remote } satisfies OverloadMessage);
    this.reporter?.connectionRefused?.();
    return false;
  }

  /** The reason to answer a request without decoding it, or undefined: then it holds its places until {@link ServerLimits.left}. */
  refuse(call: ServerCall): OverlimitError | undefined {
    const { guard } = this;
    if (guard !== undefined && !guard.admit(this.priority?.(call.head) ?? 1, this.gauge.waited())) return this.refused(call, 'overload');
    if (!this.all.concurrency.acquire()) return this.refused(call, 'concurrency');
    call.held = Held.All;
    const own = this.methods.size === 0 ? undefined : (this.methods.get(`${call.entry.definition.name}/${call.method.name}`) ?? this.methods.get(call.method.name));
    if (own !== undefined) {
      if (!own.concurrency.acquire()) return this.refused(call, 'concurrency of the method');
      call.held |= Held.Method;
      if (!own.qps.acquire()) return this.refused(call, 'qps of the method');
    }
    return this.all.qps.acquire() ? undefined : this.refused(call, 'qps');
  }

  private refused(call: ServerCall, reason: string): OverlimitError {
    this.left(call);
    if (overloadChannel.hasSubscribers) overloadChannel.publish({ kind: 'request', rpcInfo: call.info(), reason } satisfies OverloadMessage);
    this.reporter?.requestRefused?.(call.method.name, reason);
    return new OverlimitError(`method ${call.method.name}`, { extra: reason });
  }

  /** The call ended. */
  left(call: ServerCall): void {
    const { held } = call;
    if (held === 0) return;
    call.held = 0;
    this.all.concurrency.release();
    if ((held & Held.Method) !== 0) (this.methods.get(`${call.entry.definition.name}/${call.method.name}`) ?? this.methods.get(call.method.name))!.concurrency.release();
  }

  /** For diagnosis. */
  dump(): unknown {
    const of = (p: Pair): unknown => ({ qps: p.qps.status, concurrency: p.concurrency.status });
    return { connections: this.connections.status, ...(of(this.all) as object), methods: Object.fromEntries([...this.methods].map(([k, p]) => [k, of(p)])), admitted: this.guard?.admittedShare };
  }
}

/** Checks what {@link limitTable} leaves to the limits themselves. Errors: OptionError. */
export function checkLimits(limit: LimitOptions | undefined, overload: boolean | ServerOverloadOptions | undefined): void {
  for (const [name, l] of Object.entries(limit?.methods ?? {})) requestTable.resolve(l, `server.limit.methods.${name}`);
  if (typeof overload === 'object') guardOf(overload, new LoadGauge(loopClock()));
}

function guardOf(o: ServerOverloadOptions, gauge: LoadGauge): OverloadGuard {
  const { priority: _, ...more } = o;
  return new OverloadGuard(gauge, more);
}

/** What a connection that was refused feeds: nothing comes of it. */
export const nobody: ByteConsumer = {
  need: 1,
  receive: (_buf, start, end) => end - start,
  receiveEnd: () => undefined,
  writable: () => undefined,
  closed: () => undefined,
};
