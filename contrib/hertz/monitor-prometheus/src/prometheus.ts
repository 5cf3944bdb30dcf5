// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { isThenable } from '@cloudwego/gopkg/async';
import type { Handler, RequestContext } from '@cloudwego/hertz';
import { callMetrics, resolveMetrics } from '@cloudwego/shared-prometheus';
import type { MetricsOptions } from '@cloudwego/shared-prometheus';

/** Options of {@link prometheus}. */
export type PrometheusOptions = MetricsOptions;

const LABELS = ['method', 'statusCode', 'path'] as const;
/** What is no method of HTTP comes from outside, and would make a series of its own each. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'CONNECT', 'TRACE']);
const SERVER_ERROR = 500;

/**
 * A middleware that counts and measures requests: `hertz_server_throughput` and `hertz_server_latency_us`, by method, status and the route's pattern (`unknown` where
 * nothing was found). Use it first, so that what others answer is counted. Adds no promise to a request that is answered at once.
 * Errors: OptionError.
 * `Differs:` a middleware, which measures from itself on; Go's tracer measures from the first byte, and has a server of its own for the page.
 * Source: hertz-contrib/monitor-prometheus tracer.go.
 */
export function prometheus(options: PrometheusOptions = {}): Handler {
  const { registry, buckets } = resolveMetrics(options, 'prometheus');
  const metrics = callMetrics({
    registry, prefix: 'hertz_server', labels: LABELS, buckets,
    throughputHelp: 'Total number of HTTPs completed by the server, regardless of success or failure.',
    latencyHelp: 'Latency (microseconds) of HTTP that had been application-level handled by the server.',
  });
  const done = (c: RequestContext, start: number, status: number): void => {
    metrics.done({ method: METHODS.has(c.method) ? c.method : 'unknown', statusCode: String(status), path: c.fullPath === '' ? 'unknown' : c.fullPath }, (performance.now() - start) * 1000);
  };
  return (c) => {
    const start = performance.now();
    const failed = (e: unknown): never => {
      // What was thrown is answered further out.
      done(c, start, SERVER_ERROR);
      throw e;
    };
    let r: ReturnType<RequestContext['next']>;
    try {
      r = c.next();
    } catch (e) {
      return failed(e);
    }
    if (isThenable(r)) {
      return r.then(() => {
        done(c, start, c.status);
      }, failed);
    }
    done(c, start, c.status);
    return undefined;
  };
}
