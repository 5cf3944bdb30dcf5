// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { loopClock } from '../clock/index.js';

/** Lets so many through per interval. Source: cloudwego/configmanager util/limiter.go. */
export class FrequencyLimiter {
  private readonly intervalMs: number;
  private readonly times: number;
  private readonly now: () => number;
  private since = -Infinity;
  private used = 0;

  /** `intervalMs`: unit ms. `now`: unit ms. @defaultValue the clock of the thread */
  constructor(intervalMs: number, times: number, now: () => number = () => loopClock().now()) {
    if (!(intervalMs > 0) || !(times >= 0)) throw new RangeError(`limiter: got ${times} times per ${intervalMs} ms`);
    this.intervalMs = intervalMs;
    this.times = times;
    this.now = now;
  }

  allow(): boolean {
    const now = this.now();
    if (now - this.since >= this.intervalMs) {
      this.since = now;
      this.used = 0;
    }
    return this.used++ < this.times;
  }
}
