// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '@cloudwego/gopkg/clock';
import { loopClock } from '@cloudwego/gopkg/clock';
import type { Counter } from '../counters.js';
import { Counters } from '../counters.js';
import { TokenBucket } from '../token-bucket.js';

/** Says whether one more may come in. Source: pkg/limiter RateLimiter, ConcurrencyLimiter. */
export interface Limiter {
  /** True = one more is in; give it back with `release`. */
  acquire(): boolean;
  /** What came in has left. Nothing to do for rates. */
  release(): void;
  /** 0 = no limit. */
  update(limit: number): void;
  /** Limit and what is in, or what is left of the rate. */
  readonly status: { readonly limit: number; readonly current: number };
}

/** Options of the limiters. */
export interface LimiterOptions {
  /** 0 or less = no limit. */
  readonly limit: number;
  /** Which number threads share. @defaultValue the kind of limiter */
  readonly name?: string | undefined;
  /** Memory shared with other threads. @defaultValue memory of its own */
  readonly counters?: Counters | undefined;
  /** @defaultValue the clock of the thread */
  readonly clock?: Clock | undefined;
}

/**
 * So many at a time: connections, or requests in flight.
 * Source: cloudwego/kitex pkg/limiter/connection_limiter.go.
 */
export function concurrencyLimiter(o: LimiterOptions): Limiter {
  return new Concurrency(o.limit, (o.counters ?? new Counters()).find(o.name ?? 'concurrency'));
}

class Concurrency implements Limiter {
  private limit: number;
  private readonly inside: Counter;

  constructor(limit: number, inside: Counter) {
    this.limit = limit;
    this.inside = inside;
  }

  acquire(): boolean {
    if (this.limit > 0 && this.inside.sum() >= this.limit) return false;
    this.inside.add(1);
    return true;
  }

  release(): void {
    this.inside.add(-1);
  }

  update(limit: number): void {
    this.limit = limit;
  }

  get status(): { readonly limit: number; readonly current: number } {
    return { limit: Math.max(0, this.limit), current: this.inside.sum() };
  }
}

/** Refills come every so many ms. Source: pkg/limiter qpsLimiter, interval 100 ms. */
const STEP_MS = 100;

/**
 * So many a second: a bucket that holds a second's worth and gets a tenth of it every 100 ms.
 * Differs: limits below 10 work, where the original's tenth is rounded down to nothing and everything is refused.
 * Source: cloudwego/kitex pkg/limiter/qps_limiter.go.
 */
export function qpsLimiter(o: LimiterOptions): Limiter {
  return new Rate(o.limit, o.clock ?? loopClock(), (o.counters ?? new Counters()).find(o.name ?? 'qps'));
}

class Rate implements Limiter {
  private limit: number;
  private readonly bucket: TokenBucket;

  constructor(limit: number, clock: Clock, taken: Counter) {
    this.limit = limit;
    this.bucket = new TokenBucket({ clock, taken, stepMs: STEP_MS, perSecond: Math.max(0, limit), capacity: Math.max(1, limit), start: firstTokens(limit) });
  }

  acquire(): boolean {
    return this.limit <= 0 || this.bucket.take(1);
  }

  release(): void {
    // A rate forgets by itself.
  }

  /** What is left of the old rate does not make a burst of the new one. */
  update(limit: number): void {
    this.limit = limit;
    this.bucket.update(Math.max(0, limit), Math.max(1, limit), firstTokens(limit));
  }

  get status(): { readonly limit: number; readonly current: number } {
    return { limit: Math.max(0, this.limit), current: this.limit <= 0 ? 0 : this.bucket.available };
  }
}

/** A bucket starts with one step's worth, and with one token at least. */
function firstTokens(limit: number): number {
  return Math.max(1, (limit * STEP_MS) / 1000);
}
