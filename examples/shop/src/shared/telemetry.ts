// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { contextKey } from '@cloudwego/gopkg/context';
import type { ContextKey } from '@cloudwego/gopkg/context';
import type { ClientOptions, RpcContext, ServerOptions, Suite, Tracer } from '@cloudwego/kitex';
import type { OrderSeen, Report, Span } from '../ops/messages.js';
import { Histogram } from './histogram.js';

/** Metainfo of a sampled call: which trace (travels the whole chain), and below which span (one hop). */
const TRACE = 'shop-trace';
const SPAN = 'shop-span';
const MAX_SPANS = 2000;

/** Where the running call stands in its trace. */
export interface Place {
  readonly trace: string;
  readonly span: string;
}

/** Set where a trace starts; what is called with such a context continues it. */
export const placeKey: ContextKey<Place> = contextKey<Place>('shop.place');
const startedKey = contextKey<{ readonly at: number; readonly begin: number; readonly parent: string }>('shop.started');

export const newId = (): string => randomBytes(8).toString('hex');

interface Edge {
  calls: number;
  errors: number;
  readonly latency: Histogram;
}

/** Counts what a process does, and hands it out in reports. Two suites feed it: one for servers, one for clients. */
export class Telemetry {
  readonly instance: string;
  private readonly edges = new Map<string, Edge>();
  private readonly latency = new Histogram();
  private readonly httpLatency = new Histogram();
  private handled: number = 0;
  private failed: number = 0;
  private http: { ok: number; refused: number; failed: number } | undefined;
  private spans: Span[] = [];
  private orders: OrderSeen[] = [];
  private cpu = process.cpuUsage();
  private readonly loop = monitorEventLoopDelay({ resolution: 10 });

  constructor(instance: string) {
    this.instance = instance;
    this.loop.enable();
  }

  readonly server: Suite<ServerOptions> = {
    name: 'shop-telemetry',
    statsLevel: 'base',
    tracers: [
      {
        start: (ctx) => {
          const started = { at: Date.now(), begin: performance.now(), parent: ctx.metainfo.get(SPAN) ?? '' };
          const c = ctx.with(startedKey, started);
          const trace = ctx.metainfo.getPersistent(TRACE);
          return trace === undefined ? c : c.with(placeKey, { trace, span: newId() });
        },
        finish: (ctx) => {
          const started = ctx.value(startedKey);
          if (started === undefined) return;
          const ms = performance.now() - started.begin;
          const { error } = ctx.rpcInfo.stats;
          this.handled++;
          if (error !== undefined) this.failed++;
          this.latency.record(ms);
          this.end(ctx, 'server', started, ms, error);
        },
      } satisfies Tracer,
    ],
  };

  readonly client: Suite<ClientOptions> = {
    name: 'shop-telemetry',
    statsLevel: 'base',
    tracers: [
      {
        start: (ctx) => {
          const above = ctx.value(placeKey);
          const c = ctx.with(startedKey, { at: Date.now(), begin: performance.now(), parent: above?.span ?? '' });
          if (above === undefined) return c;
          const span = newId();
          return c.with(placeKey, { trace: above.trace, span }).withMetainfo(c.metainfo.withPersistent(TRACE, above.trace).with(SPAN, span));
        },
        finish: (ctx) => {
          const started = ctx.value(startedKey);
          if (started === undefined) return;
          const ms = performance.now() - started.begin;
          const { error } = ctx.rpcInfo.stats;
          const edge = this.edge(ctx.rpcInfo.to.serviceName);
          edge.calls++;
          if (error !== undefined) edge.errors++;
          edge.latency.record(ms);
          this.end(ctx, 'client', started, ms, error);
        },
      } satisfies Tracer,
    ],
  };

  private edge(to: string): Edge {
    let e = this.edges.get(to);
    if (e === undefined) {
      e = { calls: 0, errors: 0, latency: new Histogram() };
      this.edges.set(to, e);
    }
    return e;
  }

  private end(ctx: RpcContext, kind: 'client' | 'server', started: { readonly at: number; readonly parent: string }, ms: number, error: unknown): void {
    const place = ctx.value(placeKey);
    if (place === undefined) return;
    const { invocation } = ctx.rpcInfo;
    const biz = invocation.bizStatusError;
    const what = error instanceof Error ? error.message : error === undefined ? (biz === undefined ? '' : `${biz.statusCode} ${biz.bizMessage}`) : String(error);
    this.span({ trace: place.trace, id: place.span, parent: started.parent, kind, name: invocation.methodName, instance: this.instance, at: started.at, ms, error: what.slice(0, 200) });
  }

  span(s: Span): void {
    if (this.spans.length < MAX_SPANS) this.spans.push(s);
  }

  /** An answer of the gateway to an order; `seen` when it was sampled. */
  answered(outcome: 'ok' | 'refused' | 'failed', ms: number, seen?: OrderSeen): void {
    this.http ??= { ok: 0, refused: 0, failed: 0 };
    this.http[outcome]++;
    this.httpLatency.record(ms);
    if (seen !== undefined && this.orders.length < 200) this.orders.push(seen);
  }

  /** What happened since the last report. */
  report(): Report {
    const used = process.cpuUsage(this.cpu);
    this.cpu = process.cpuUsage();
    const r: Report = {
      kind: 'report',
      cpuMs: (used.user + used.system) / 1000,
      rssMb: process.memoryUsage.rss() / 2 ** 20,
      loopMs: Math.max(0, this.loop.percentile(99) / 1e6 - 10),
      handled: this.handled,
      failed: this.failed,
      latency: [...this.latency.counts],
      edges: [...this.edges].filter(([, e]) => e.calls > 0).map(([to, e]) => ({ to, calls: e.calls, errors: e.errors, latency: [...e.latency.counts] })),
      spans: this.spans,
      orders: this.orders,
      http: this.http === undefined ? undefined : { ...this.http, latency: [...this.httpLatency.counts] },
    };
    this.handled = this.failed = 0;
    this.spans = [];
    this.orders = [];
    this.latency.reset();
    this.httpLatency.reset();
    this.loop.reset();
    this.edges.clear();
    if (this.http !== undefined) this.http = { ok: 0, refused: 0, failed: 0 };
    return r;
  }

  close(): void {
    this.loop.disable();
  }
}
