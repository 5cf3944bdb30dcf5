// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { Panel } from '@cloudwego/gopkg/circuitbreaker';
import type { BreakerMetrics, BreakerShare } from '@cloudwego/gopkg/circuitbreaker';
import type { Clock } from '@cloudwego/gopkg/clock';
import { loopClock } from '@cloudwego/gopkg/clock';
import { any, func, instance, oneOf, optionTable, record } from '@cloudwego/gopkg/options';
import { RetryBudget } from './budget.js';
import type { ResolvedPolicy, ResultRetry, RetryPolicy } from './policy.js';
import { resolvePolicy, resultRetryTable } from './policy.js';

/** Options of {@link RetryContainer}. */
export interface RetryContainerOptions {
  /** By method; `*` is for all others. Policies given here are the code's: changes from outside are ignored then. */
  readonly policies?: Readonly<Record<string, RetryPolicy<never>>> | undefined;
  /** Takes the place of the rules in every policy, also of those that come later. Source: client.WithSpecifiedResultRetry. */
  readonly resultRetry?: ResultRetry<never> | undefined;
  /**
   * What the share of `errorRate` is a share of. `retries`: retries among all requests, counted before each goes out. `errors`: failed requests among all.
   * @defaultValue 'retries'. Source: WithContainerEnablePercentageLimit; NewRetryContainer.
   */
  readonly count?: 'retries' | 'errors' | undefined;
  /** The policy of a call. @defaultValue the method's name. Source: WithCustomizeKeyFunc. */
  readonly key?: ((method: string, ctx: never) => string) | undefined;
  /** One budget for all retries and backup requests. @defaultValue none */
  readonly budget?: RetryBudget | undefined;
  /** Count together with other threads. */
  readonly shared?: { readonly share: BreakerShare; readonly writer: number } | undefined;
  /** @defaultValue the clock of the thread */
  readonly clock?: Clock | undefined;
}

const table = optionTable<RetryContainerOptions>({
  policies: record(any<RetryPolicy<never>>()),
  resultRetry: any<ResultRetry<never>>({ what: 'an object { onTimeout?, onError?, onResponse? }', test: (v) => typeof v === 'object' && v !== null }),
  count: oneOf(['retries', 'errors'], { default: 'retries' }),
  key: func<(method: string, ctx: never) => string>(),
  budget: any<RetryBudget>({ what: 'a RetryBudget', test: (v) => v instanceof RetryBudget }),
  shared: any({ what: 'what createBreakerShare gave, and a writer' }),
  clock: instance<Clock>('a Clock', ['now']),
});

/** Calls of a method, of the last 10 s, below which nothing is stopped. Source: pkg/retry cbMinSample. */
const MIN_SAMPLES = 10;

/** Any method. Source: pkg/retry Wildcard. */
export const ANY_METHOD = '*';

/**
 * The retry policies of a client and what they count. Policies may come from code, or from outside while the client runs; counts go on over a change.
 * Errors: OptionError for policies that make no sense.
 * Source: cloudwego/kitex pkg/retry/retryer.go Container.
 */
export class RetryContainer implements Disposable {
  readonly budget: RetryBudget | undefined;
  readonly clock: Clock;
  private readonly policies = new Map<string, ResolvedPolicy>();
  private readonly fromCode: boolean;
  private readonly resultRetry: ResultRetry | undefined;
  private readonly count: 'retries' | 'errors';
  private readonly key: ((method: string, ctx: never) => string) | undefined;
  /** Without a trip rule it never opens: a plain sliding window. */
  private readonly panel: Panel;

  constructor(options: RetryContainerOptions = {}) {
    const o = table.resolve(options, 'retryContainer');
    this.clock = o.clock ?? loopClock();
    this.budget = o.budget;
    this.count = o.count!;
    this.key = o.key;
    this.resultRetry = o.resultRetry === undefined ? undefined : resultRetryTable.resolve(o.resultRetry as ResultRetry, 'retryContainer.resultRetry');
    this.panel = new Panel(o.shared === undefined ? { now: () => this.clock.now() } : { shared: o.shared });
    const entries = Object.entries(o.policies ?? {});
    for (const [method, p] of entries) this.policies.set(method, this.resolve(p, `retry.${method}`));
    this.fromCode = entries.length > 0;
  }

  /** Checks a policy; the container's own rules win. */
  resolve(policy: RetryPolicy<never>, path: string): ResolvedPolicy {
    const p = resolvePolicy(policy, path);
    const r = this.resultRetry;
    if (r === undefined || p.kind === 'backup') return p;
    return { ...p, onTimeout: r.onTimeout ?? true, onError: r.onError, onResponse: r.onResponse };
  }

  /** Some method has a policy, or may get one from outside. */
  get active(): boolean {
    return this.policies.size > 0 || !this.fromCode;
  }

  /** The policy of a method: its own, else that of `*`. */
  find(method: string, ctx: unknown): ResolvedPolicy | undefined {
    if (this.policies.size === 0) return undefined;
    return this.policies.get(this.key === undefined ? method : this.key(method, ctx as never)) ?? this.policies.get(ANY_METHOD);
  }

  /**
   * A policy came from outside; undefined = retries of that method are off, also where `*` has some. False = the code has policies, which win.
   * Errors: OptionError; the policy that was there stays.
   */
  notifyPolicyChange(method: string, policy: RetryPolicy | undefined): boolean {
    if (this.fromCode) return false;
    this.policies.set(method, policy === undefined ? OFF : this.resolve(policy as RetryPolicy<never>, `retry.${method}`));
    return true;
  }

  /** A method has no policy of its own any more. */
  deletePolicy(method: string): boolean {
    return !this.fromCode && this.policies.delete(method);
  }

  /** A request of `key` goes out: the first of its call, or one more. */
  sent(key: string, attempt: number): void {
    if (attempt === 0) this.budget?.earn();
    if (this.count !== 'retries') return;
    if (attempt === 0) this.panel.succeed(key);
    else this.panel.fail(key);
  }

  /** A request ended. */
  ended(key: string, outcome: 'ok' | 'fail' | 'timeout'): void {
    if (this.count !== 'errors') return;
    if (outcome === 'ok') this.panel.succeed(key);
    else if (outcome === 'timeout') this.panel.timeout(key);
    else this.panel.fail(key);
  }

  /** Why nothing more may be sent for `key`; undefined = it may. */
  stopped(key: string, policy: ResolvedPolicy): string | undefined {
    const m = this.panel.metrics(key);
    if (m.samples < MIN_SAMPLES || m.errorRate < policy.errorRate) return undefined;
    return `retry circuit break, errRate=${m.errorRate.toFixed(3)}, sample=${m.samples}`;
  }

  /** What there is, for diagnosis. */
  dump(): unknown {
    const counts: Record<string, BreakerMetrics> = {};
    for (const [key, b] of this.panel.dump()) counts[key] = b.metrics;
    return { fromCode: this.fromCode, policies: Object.fromEntries(this.policies), counts, budget: this.budget?.available };
  }

  [Symbol.dispose](): void {
    this.panel[Symbol.dispose]();
  }
}

const OFF: ResolvedPolicy = resolvePolicy({ kind: 'failure', maxRetries: 0 }, 'retry');
