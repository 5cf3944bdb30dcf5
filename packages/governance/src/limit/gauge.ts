// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { performance } from 'node:perf_hooks';
import type { Clock } from '@cloudwego/gopkg/clock';

/** What a process knows of its load. */
export interface Load {
  /** Share of time in which the loop was busy, of the last window. From 0 to 1. */
  readonly utilisation: number;
  /** How long requests waited before they were looked at, smoothed. Unit ms. */
  readonly queueDelayMs: number;
}

/** Unit ms. */
const WINDOW_MS = 100;

/**
 * Measures the load of this thread: how long requests waited, which their arrival bound tells, and how busy the loop was. Measured when asked, never by a timer.
 */
export class LoadGauge {
  private readonly clock: Clock;
  private readonly utilise: () => number;
  private since: number;
  private busy = 0;
  private delay = 0;
  /** Least of the delays of the window. */
  private least = Infinity;
  private lastLeast = 0;
  private rolled = 0;

  /** `utilise` gives the utilisation since it was last asked. @defaultValue that of the event loop */
  constructor(clock: Clock, utilise: () => number = loopUtilisation()) {
    this.clock = clock;
    this.utilise = utilise;
    this.since = clock.now();
  }

  /** A request that waited for `delayMs` is looked at. */
  observe(delayMs: number): void {
    this.roll();
    this.delay += (delayMs - this.delay) / 16;
    if (delayMs < this.least) this.least = delayMs;
  }

  get load(): Load {
    this.roll();
    return { utilisation: this.busy, queueDelayMs: this.delay };
  }

  /** Grows with each window of 100 ms. */
  get windows(): number {
    return this.rolled;
  }

  /** The shortest wait of the last window: above 0 for long only where work queues up. Unit ms. Source: CoDel. */
  get standingDelayMs(): number {
    return this.lastLeast;
  }

  private roll(): void {
    const now = this.clock.now();
    const passed = now - this.since;
    if (passed < WINDOW_MS) return;
    this.since = now;
    this.rolled++;
    this.busy = this.utilise();
    this.lastLeast = this.least === Infinity ? 0 : this.least;
    this.least = Infinity;
    // Nobody came for a while: what was measured then is no news.
    if (passed > 10 * WINDOW_MS) this.delay = 0;
  }
}

function loopUtilisation(): () => number {
  let last = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const since = performance.eventLoopUtilization(now, last);
    last = now;
    return Number.isFinite(since.utilization) ? since.utilization : 0;
  };
}
