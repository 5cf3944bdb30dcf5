// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { register } from 'prom-client';
import type { Registry } from 'prom-client';
import { OptionError } from '@cloudwego/gopkg/errors';
import { any, list, num, optionTable } from '@cloudwego/gopkg/options';
import type { Tracer } from '@cloudwego/kitex';
import { callMetrics, DEFAULT_BUCKETS_US, isRegistry } from '@cloudwego/shared-prometheus';

/** Options of {@link prometheusTracer}. */
export interface PrometheusTracerOptions {
  /** Where the metrics are kept. @defaultValue prom-client's own */
  readonly registry?: Registry | undefined;
  /** Bounds of the histogram, ascending. Unit µs. @defaultValue 5000, 10000, 25000, 50000, 100000, 250000, 500000, 1000000 */
  readonly buckets?: readonly number[] | undefined;
}

const table = optionTable<PrometheusTracerOptions>({
  registry: any<Registry>({ what: 'a Registry of prom-client', test: isRegistry }),
  buckets: list(num({ min: 0, unit: 'µs' }), { default: DEFAULT_BUCKETS_US }),
});

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
  const o = table.resolve(options, 'prometheusTracer');
  const buckets = o.buckets!;
  if (buckets.some((b, i) => i > 0 && b <= buckets[i - 1]!)) throw new OptionError('prometheusTracer.buckets', 'prometheusTracer.buckets: wanted numbers that ascend');
  const [throughputHelp, latencyHelp] = HELP[kind];
  const metrics = callMetrics({ registry: o.registry ?? register, prefix: `kitex_${kind}`, labels: LABELS, buckets, throughputHelp, latencyHelp });
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
