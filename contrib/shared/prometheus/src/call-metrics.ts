// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { Counter, Histogram, register } from 'prom-client';
import type { Registry } from 'prom-client';
import { OptionError } from '@cloudwego/gopkg/errors';
import { any, list, num, optionTable } from '@cloudwego/gopkg/options';

/** Bounds of the originals' histograms. Unit µs. Source: kitex-contrib/monitor-prometheus options.go, hertz-contrib/monitor-prometheus. */
export const DEFAULT_BUCKETS_US: readonly number[] = [5000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000];

/** What {@link callMetrics} makes. */
export interface CallMetricsOptions<L extends string> {
  readonly registry: Registry;
  /** Names begin with it: `kitex_client` makes `kitex_client_throughput` and `kitex_client_latency_us`. */
  readonly prefix: string;
  readonly labels: readonly L[];
  /** Ascending. Unit µs. */
  readonly buckets: readonly number[];
  readonly throughputHelp: string;
  readonly latencyHelp: string;
}

/** A counter of calls and a histogram of what they took. */
export interface CallMetrics<L extends string> {
  /** One call that is over. */
  done(labels: Record<L, string>, us: number): void;
}

/** Makes the two metrics, or finds them where the registry has them: several clients of one process share them. */
export function callMetrics<L extends string>(o: CallMetricsOptions<L>): CallMetrics<L> {
  const throughput = `${o.prefix}_throughput`;
  const latency = `${o.prefix}_latency_us`;
  const registers = [o.registry];
  const counter = (o.registry.getSingleMetric(throughput) as Counter<L> | undefined) ?? new Counter<L>({ name: throughput, help: o.throughputHelp, labelNames: o.labels, registers });
  const histogram = (o.registry.getSingleMetric(latency) as Histogram<L> | undefined) ?? new Histogram<L>({ name: latency, help: o.latencyHelp, labelNames: o.labels, buckets: [...o.buckets], registers });
  return {
    done(labels, us) {
      counter.inc(labels as never, 1);
      histogram.observe(labels as never, us);
    },
  };
}

/** For checks of options: whichever copy of prom-client it comes from. */
export function isRegistry(v: unknown): boolean {
  const r = v as Partial<Registry> | null;
  return typeof r === 'object' && r !== null && typeof r.metrics === 'function' && typeof r.getSingleMetric === 'function';
}

/** Where the metrics of calls are kept, and how fine. */
export interface MetricsOptions {
  /** Where the metrics are kept. @defaultValue prom-client's own */
  readonly registry?: Registry | undefined;
  /** Bounds of the histogram, ascending. Unit µs. @defaultValue 5000, 10000, 25000, 50000, 100000, 250000, 500000, 1000000 */
  readonly buckets?: readonly number[] | undefined;
}

const table = optionTable<MetricsOptions>({
  registry: any<Registry>({ what: 'a Registry of prom-client', test: isRegistry }),
  buckets: list(num({ min: 0, unit: 'µs' }), { default: DEFAULT_BUCKETS_US }),
});

/** Options with their defaults. Errors: OptionError, also for bounds that do not ascend. */
export function resolveMetrics(options: MetricsOptions, owner: string): { readonly registry: Registry; readonly buckets: readonly number[] } {
  const o = table.resolve(options, owner);
  const buckets = o.buckets!;
  if (buckets.some((b, i) => i > 0 && b <= buckets[i - 1]!)) throw new OptionError(`${owner}.buckets`, `${owner}.buckets: wanted numbers that ascend`);
  return { registry: o.registry ?? register, buckets };
}
