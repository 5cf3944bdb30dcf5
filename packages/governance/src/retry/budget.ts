// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '@cloudwego/gopkg/clock';
import { loopClock } from '@cloudwego/gopkg/clock';
import { instance, num, optionTable } from '@cloudwego/gopkg/options';
import { Counters } from '../counters.js';
import { TokenBucket } from '../token-bucket.js';

/** Options of {@link RetryBudget}. */
export interface RetryBudgetOptions {
  /** Retries and backup requests that each call earns. From 0 to 1. @defaultValue 0.2 */
  readonly ratio?: number | undefined;
  /** Retries and backup requests a second that are free, for clients that call rarely. >= 0. @defaultValue 10 */
  readonly perSecond?: number | undefined;
  /** What can be saved up. >= 1. @defaultValue 100 */
  readonly capacity?: number | undefined;
  /** @defaultValue the clock of the thread */
  readonly clock?: Clock | undefined;
  /** Memory shared with other threads. @defaultValue memory of its own */
  readonly counters?: Counters | undefined;
}

const table = optionTable<RetryBudgetOptions>({
  ratio: num({ min: 0, max: 1, default: 0.2 }),
  perSecond: num({ min: 0, max: 1_000_000, default: 10 }),
  capacity: num({ min: 1, max: 1_000_000_000, default: 100 }),
  clock: instance<Clock>('a Clock', ['now']),
  counters: instance<Counters>('a Counters', ['find']),
});

/**
 * One budget for everything that a client sends twice: retries and backup requests of all methods take from the same bucket, so that a service in trouble gets
 * at most so much more traffic, whatever the policies say. Works beside the original's share per method.
 * Beyond the original. Source: twitter/finagle RetryBudget.
 */
export class RetryBudget {
  private readonly bucket: TokenBucket;
  private readonly ratio: number;

  /** Errors: OptionError. */
  constructor(options: RetryBudgetOptions = {}) {
    const o = table.resolve(options, 'retryBudget');
    const clock = o.clock ?? loopClock();
    const counters = o.counters ?? new Counters();
    this.ratio = o.ratio!;
    this.bucket = new TokenBucket({
      clock,
      taken: counters.find('retry-budget.taken'),
      given: counters.find('retry-budget.given'),
      stepMs: 100,
      perSecond: o.perSecond!,
      capacity: o.capacity!,
      start: Math.min(o.capacity!, o.perSecond!),
    });
  }

  /** A call began. */
  earn(): void {
    this.bucket.put(this.ratio);
  }

  /** Whether one more request may go out. */
  spend(): boolean {
    return this.bucket.take(1);
  }

  get available(): number {
    return this.bucket.available;
  }
}
