// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { TimerEntry } from '@cloudwego/gopkg/clock';
import { RetryDurationError, RetryLostError } from '../errors.js';
import type { RetryContainer } from './container.js';
import type { Backoff, ResolvedPolicy, RetryInfo } from './policy.js';

/** One request that is under way. */
export interface Attempt {
  /** Ends it; its outcome is of no interest any more. */
  cancel(reason: Error): void;
}

/** What a framework gives a {@link RetryRun}. */
export interface RetryPlan<A extends Attempt> {
  /** Whose share is counted: `from/to/method`. */
  readonly key: string;
  /** For the rules. */
  readonly ctx: unknown;
  /** Of the caller, for the deadline rule. Clock.now() scale. */
  readonly deadline: number;
  /** Starts request `n` and tells `run.ended` once, at once if it must. Throws nothing. */
  start(n: number, run: RetryRun<A>): A;
  isTimeout(e: unknown): boolean;
  /** The call is over: the outcome of attempt `a`, and why no further one was made, where somebody wanted one. */
  done(ok: boolean, v: unknown, a: A, stop: string | undefined): void;
  /** Source of chance for back-off. */
  random?(): number;
}

interface Running<A> {
  readonly n: number;
  readonly startedAt: number;
  attempt: A | undefined;
}

/**
 * One call that may take several requests.
 *
 *   failure   ──▶ attempt ─ failed ─▶ stops? ─▶ back-off ─▶ attempt ─ …            the last outcome counts
 *   backup    ──▶ attempt ─ delayMs ─▶ stops? ─▶ second attempt beside it          the first outcome counts
 *   mixed     both; the first outcome that needs no retry counts, else the last
 *
 * Losers are cancelled. Nothing is awaited: outcomes and timers come as calls, and each ends in at most one new request.
 * Differs: Go lets losers run; waits for back-off in the loop that takes results; returns a retryable result at once when its share is used up although
 * another request is pending.
 * Source: cloudwego/kitex pkg/retry/failure_retryer.go, backup_retryer.go, mixed_retryer.go.
 */
export class RetryRun<A extends Attempt> {
  private readonly policy: ResolvedPolicy;
  private readonly container: RetryContainer;
  private readonly plan: RetryPlan<A>;
  private readonly startedAt: number;
  private readonly running: Running<A>[] = [];
  private readonly costs: string[] = [];
  private readonly hedge: Timer;
  private readonly pause: Timer;
  private sent = 0;
  private over = false;
  private lastAttemptMs = 0;
  private stop: string | undefined = undefined;

  constructor(policy: ResolvedPolicy, container: RetryContainer, plan: RetryPlan<A>) {
    this.policy = policy;
    this.container = container;
    this.plan = plan;
    this.startedAt = container.clock.now();
    this.hedge = new Timer(() => {
      this.slow();
    });
    this.pause = new Timer(() => {
      this.send();
    });
  }

  /** Requests that were sent beside the first. */
  get retries(): number {
    return this.sent - 1;
  }

  /** What each took, in µs: of failure retries `a,b`, else `n-cost` in the order in which they ended. Source: recordRetryInfo. */
  get lastCosts(): string {
    return this.costs.join(',');
  }

  /** The first request goes out. */
  start(): void {
    this.send();
    this.armHedge();
  }

  /** The call ends for another reason: everything that is under way is cancelled. */
  abandon(reason: Error): void {
    if (this.over) return;
    this.finish(reason);
  }

  /** What one request came to. */
  ended(a: A, ok: boolean, v: unknown): void {
    const k = this.running.findIndex((r) => r.attempt === a);
    // One that ended before `start` returned is found by its place: the last.
    const r = k < 0 ? this.running.find((x) => x.attempt === undefined) : this.running[k];
    if (r === undefined || this.over) return;
    this.running.splice(this.running.indexOf(r), 1);
    const cost = this.container.clock.now() - r.startedAt;
    this.lastAttemptMs = cost;
    const us = Math.round(cost * 1000);
    this.costs.push(this.policy.kind === 'failure' ? String(us) : `${r.n + 1}-${us}`);
    this.container.ended(this.plan.key, ok ? 'ok' : this.plan.isTimeout(v) ? 'timeout' : 'fail');
    this.judge(a, ok, v, r.n);
  }

  private judge(a: A, ok: boolean, v: unknown, n: number): void {
    const { policy } = this;
    if (policy.kind === 'backup' || !this.wantsRetry(ok, v, n)) {
      this.settle(ok, v, a);
      return;
    }
    if (this.sent <= policy.maxRetries && this.pause.at === Infinity) {
      const exceeded = this.exceeded();
      if (exceeded !== undefined && this.running.length === 0) {
        this.settle(false, exceeded, a);
        return;
      }
      const stop = exceeded === undefined ? this.stopped() : exceeded.message;
      if (stop === undefined) {
        this.hedge.disarm(this.container);
        this.next();
        return;
      }
      this.stop = `retried ${this.retries}, ${stop}`;
    }
    // Others may still do better.
    if (this.running.length > 0 || this.pause.at !== Infinity) return;
    this.settle(ok, v, a);
  }

  private wantsRetry(ok: boolean, v: unknown, n: number): boolean {
    const { policy, plan } = this;
    const info: RetryInfo = { ctx: plan.ctx, attempt: n };
    if (ok) return policy.onResponse?.(v, info) === true;
    return (policy.onTimeout && plan.isTimeout(v)) || policy.onError?.(v, info) === true;
  }

  /** Nothing came within `delayMs`. */
  private slow(): void {
    if (this.over || this.sent > this.policy.maxRetries || this.pause.at !== Infinity) return;
    if (this.exceeded() !== undefined || this.stopped() !== undefined) return;
    this.send();
    this.armHedge();
  }

  private next(): void {
    const ms = backoffMs(this.policy.backoff, this.plan.random ?? Math.random);
    if (ms === 0) this.send();
    else this.pause.arm(this.container, ms);
  }

  private send(): void {
    if (this.over) return;
    const n = this.sent++;
    this.container.sent(this.plan.key, n);
    const r: Running<A> = { n, startedAt: this.container.clock.now(), attempt: undefined };
    this.running.push(r);
    const a = this.plan.start(n, this);
    // The request may have ended the call while it started.
    if (this.over) a.cancel(new RetryLostError());
    r.attempt = a;
    if (n > 0 && this.policy.kind === 'mixed' && !this.over) this.armHedge();
  }

  private armHedge(): void {
    if (this.over || this.policy.kind === 'failure' || this.sent > this.policy.maxRetries) return;
    this.hedge.arm(this.container, this.policy.delayMs);
  }

  private exceeded(): RetryDurationError | undefined {
    const { maxDurationMs, kind } = this.policy;
    if (maxDurationMs === 0 || kind === 'backup' || this.container.clock.now() - this.startedAt <= maxDurationMs) return undefined;
    return new RetryDurationError(`retry[${this.retries}] failed, exceed max duration[${maxDurationMs}ms]`);
  }

  /** Why no further request may go out; takes from the budget when it may. */
  private stopped(): string | undefined {
    const { policy, container, plan } = this;
    return (
      container.stopped(plan.key, policy) ??
      (policy.kind === 'backup' ? undefined : deadlineStop(policy, container.clock.now(), this.startedAt, plan.deadline, this.lastAttemptMs)) ??
      (container.budget?.spend() === false ? 'retry budget is used up' : undefined)
    );
  }

  private settle(ok: boolean, v: unknown, a: A): void {
    const { stop } = this;
    this.finish(new RetryLostError());
    this.plan.done(ok, v, a, ok ? undefined : stop);
  }

  private finish(reason: Error): void {
    this.over = true;
    this.hedge.disarm(this.container);
    this.pause.disarm(this.container);
    for (const r of this.running.splice(0)) r.attempt?.cancel(reason);
  }
}

class Timer implements TimerEntry {
  at: number = Infinity;
  readonly fire: () => void;

  constructor(fire: () => void) {
    this.fire = fire;
  }

  arm(c: RetryContainer, ms: number): void {
    c.clock.wheel.add(this, c.clock.now() + ms);
  }

  disarm(c: RetryContainer): void {
    if (this.at !== Infinity) c.clock.wheel.remove(this);
  }
}

function deadlineStop(policy: ResolvedPolicy, now: number, startedAt: number, deadline: number, lastAttemptMs: number): string | undefined {
  const rule = policy.deadlineStop;
  if (rule === false) return undefined;
  const remainingMs = deadline - now;
  const stop = rule === true ? remainingMs <= lastAttemptMs : rule({ remainingMs, elapsedMs: now - startedAt, lastAttemptMs });
  return stop ? 'deadline stop retry' : undefined;
}

/**
 * Why the first call must stay the only one; undefined = retries may follow.
 * Source: cloudwego/kitex pkg/retry AllowRetry.
 */
export function retryRefused(policy: ResolvedPolicy, upstreamRetry: boolean, now: number, deadline: number): string | undefined {
  if (policy.chainStop && upstreamRetry) return 'chain stop retry';
  return policy.kind === 'backup' ? undefined : deadlineStop(policy, now, now, deadline, 0);
}

function backoffMs(b: Backoff, random: () => number): number {
  if (b.kind === 'fixed') return b.ms;
  return b.kind === 'random' ? b.minMs + random() * (b.maxMs - b.minMs) : 0;
}
