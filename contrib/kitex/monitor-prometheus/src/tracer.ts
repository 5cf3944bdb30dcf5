// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { OptionError } from '@cloudwego/gopkg/errors';
import type { Tracer } from '@cloudwego/kitex';
import { callMetrics, resolveMetrics } from '@cloudwego/shared-prometheus';
import type { MetricsOptions } from '@cloudwego/shared-prometheus';

/** Options of {@link prometheusTracer}. */
export type PrometheusTracerOptions = MetricsOptions;

const LABELS = ['caller', 'callee', 'method', 'status', 'retry'] as const;

/** Tag under which a call says how often it was tried again. Source: cloudwego/kitex pkg/rpcinfo RetryTag. */
const RETRY_TAG = 'retry';

const HELP = {
  client: ['Total number of RPCs completed by the client, regardless of success or failure.', 'Latency (microseconds) of the RPC until it is finished.'],
  server: ['Total number of RPCs completed by the server, regardless of success or failure.', 'Latency (microseconds) of RPC that had been application-level handled by the server.'],
} as const;

/**
 * Counts and measures the calls of clients or of servers: `kitex_client_throughput` and `kitex_client_latency_us`, or `kitex_server_…`, by caller, callee, method, status
 * (`succeed`, `error`) and retries. Tracers of one kind on one registry share their metrics.
 * Errors: OptionError.
 * `Differs:` the page is `serveMetrics()`, or whatever answers `registry.metrics()`; in Go each tracer has a server of its own, and a second one of a kind ends the process.
 * Source: kitex-contrib/monitor-prometheus v0.2.0 tracer.go.
 */
export function prometheusTracer(kind: 'client' | 'server', options: PrometheusTracerOptions = {}): Tracer {
  if (!Object.hasOwn(HELP, kind)) throw new OptionError('prometheusTracer', `prometheusTracer: got "${String(kind)}", wanted "client" or "server"`);
  const { registry, buckets } = resolveMetrics(options, 'prometheusTracer');
  const [throughputHelp, latencyHelp] = HELP[kind];
  const metrics = callMetrics({ registry, prefix: `kitex_${kind}`, labels: LABELS, buckets, throughputHelp, latencyHelp });
  return {
    start: () => undefined,
    finish(ctx) {
      const { from, to, stats } = ctx.rpcInfo;
      if (stats.level === 'disabled') return;
      metrics.done(
        { caller: named(from.serviceName), callee: named(to.serviceName), method: named(to.method), status: stats.error === undefined ? 'succeed' : 'error', retry: to.tag(RETRY_TAG) ?? '0' },
        (stats.event('RPCFinish') - stats.event('RPCStart')) * 1000,
      );
    },
  };
}

function named(s: string): string {
  return s === '' ? 'unknown' : s;
}
