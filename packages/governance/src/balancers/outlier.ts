// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '@cloudwego/gopkg/clock';
import { loopClock } from '@cloudwego/gopkg/clock';
import type { Context } from '@cloudwego/gopkg/context';
import { formatAddress } from '@cloudwego/gopkg/io';
import { instance, int, optionTable } from '@cloudwego/gopkg/options';
import type { Instance, LoadBalancer, Picker, Snapshot, Target } from '../spi.js';

/** Options of {@link outlierExclusion}. */
export interface OutlierOptions {
  /** Chooses among those that are not excluded. */
  readonly next: LoadBalancer;
  /** Failures, timeouts and refusals in a row that exclude an instance. Integer >= 1. @defaultValue 5 */
  readonly consecutiveErrors?: number | undefined;
  /** Time of the first exclusion; the n-th in a row lasts n times as long. Unit ms, integer >= 1. @defaultValue 30000 */
  readonly exclusionMs?: number | undefined;
  /** Unit ms, integer >= 1. @defaultValue 300000 */
  readonly maxExclusionMs?: number | undefined;
  /** Share of the list that may be excluded at once, in percent; one instance always may where there are several. Integer from 0 to 100. @defaultValue 50 */
  readonly maxExcludedPercent?: number | undefined;
  /** @defaultValue the clock of the thread */
  readonly clock?: Clock | undefined;
}

const table = optionTable<OutlierOptions>({
  next: instance<LoadBalancer>('a LoadBalancer', ['picker'], { required: true }),
  consecutiveErrors: int({ min: 1, default: 5 }),
  exclusionMs: int({ unit: 'ms', min: 1, default: 30_000 }),
  maxExclusionMs: int({ unit: 'ms', min: 1, default: 300_000 }),
  maxExcludedPercent: int({ min: 0, max: 100, default: 50 }),
  clock: instance<Clock>('a Clock', ['now']),
});

/**
 * Leaves out instances that fail again and again, for a while that grows. When nothing else is left, one that is excluded is picked nevertheless.
 * Beyond the original. Source: envoyproxy/envoy outlier detection, consecutive errors.
 */
export function outlierExclusion(options: OutlierOptions): LoadBalancer {
  const o = table.resolve(options, 'outlierExclusion');
  const env: Env = { ...o, next: o.next, errors: o.consecutiveErrors!, baseMs: o.exclusionMs!, maxMs: o.maxExclusionMs!, percent: o.maxExcludedPercent!, clock: o.clock ?? loopClock() };
  return { name: `outlier_${o.next.name}`, usesLoad: o.next.usesLoad, picker: (s, previous) => new OutlierPicker(s, previous instanceof OutlierPicker ? previous : undefined, env) };
}

interface Env {
  readonly next: LoadBalancer;
  readonly errors: number;
  readonly baseMs: number;
  readonly maxMs: number;
  readonly percent: number;
  readonly clock: Clock;
}

interface Record {
  errors: number;
  /** Exclusions in a row; one well spent period takes one back. */
  times: number;
  until: number;
}

class OutlierPicker implements Picker {
  private readonly env: Env;
  private readonly inner: Picker;
  private readonly records = new Map<Instance, Record>();
  private readonly byAddress = new Map<string, Record>();
  private readonly mayExclude: number;
  /** Those that are out now; empty on the way of all calls but few. */
  private excluded: Instance[] = [];

  constructor(s: Snapshot, previous: OutlierPicker | undefined, env: Env) {
    this.env = env;
    this.inner = env.next.picker(s, previous?.inner);
    const n = s.instances.length;
    this.mayExclude = env.percent === 0 || n < 2 ? 0 : Math.max(1, Math.floor((n * env.percent) / 100));
    const now = env.clock.now();
    for (const i of s.instances) {
      const address = formatAddress(i.address);
      const r = previous?.byAddress.get(address) ?? { errors: 0, times: 0, until: 0 };
      this.byAddress.set(address, r);
      this.records.set(i, r);
      if (r.until > now) this.excluded.push(i);
    }
  }

  pick(ctx: Context, t: Target, tried: readonly Instance[]): Instance | undefined {
    if (this.excluded.length === 0) return this.inner.pick(ctx, t, tried);
    const now = this.env.clock.now();
    if (this.excluded.some((i) => this.records.get(i)!.until <= now)) this.excluded = this.excluded.filter((i) => this.records.get(i)!.until > now);
    return this.inner.pick(ctx, t, [...tried, ...this.excluded]) ?? this.inner.pick(ctx, t, tried);
  }

  done(i: Instance, outcome: 'ok' | 'fail' | 'timeout' | 'refused', latencyMs: number, load: number): void {
    this.inner.done?.(i, outcome, latencyMs, load);
    const r = this.records.get(i);
    if (r === undefined) return;
    if (outcome === 'ok') {
      r.errors = 0;
      if (r.times > 0 && this.env.clock.now() - r.until >= this.env.baseMs) r.times = 0;
      return;
    }
    if (++r.errors < this.env.errors || this.excluded.length >= this.mayExclude || this.excluded.includes(i)) return;
    r.errors = 0;
    r.times++;
    r.until = this.env.clock.now() + Math.min(this.env.maxMs, this.env.baseMs * r.times);
    this.excluded.push(i);
  }
}
