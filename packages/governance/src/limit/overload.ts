// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { int, num, optionTable } from '@cloudwego/gopkg/options';
import type { LoadGauge } from './gauge.js';

/** Classes of requests: 0 is refused last, 3 first. */
export type PriorityClass = 0 | 1 | 2 | 3;

/** Options of {@link OverloadGuard}. */
export interface OverloadOptions {
  /** Work queues up when even the quickest request of 100 ms waited for so long. Unit ms, integer >= 1. @defaultValue 20 */
  readonly targetDelayMs?: number | undefined;
  /** And the loop was busy for at least this share of the time. From 0 to 1. @defaultValue 0.9 */
  readonly minUtilisation?: number | undefined;
  /** Least share of requests that are let in, however long the queue. From 0 to 1. @defaultValue 0.02 */
  readonly minAdmitted?: number | undefined;
}

/** Checks of {@link OverloadOptions}. */
const table = optionTable<OverloadOptions>({
  targetDelayMs: int({ unit: 'ms', min: 1, max: 60_000, default: 20 }),
  minUtilisation: num({ min: 0, max: 1, default: 0.9 }),
  minAdmitted: num({ min: 0, max: 1, default: 0.02 }),
});

const CLASSES = 4;
/** Share that stays let in after a window with a queue, and what a window without one gives back. */
const DECREASE = 0.8;
const INCREASE = 0.05;

/**
 * Refuses requests before they are decoded while work queues up: as many as it takes until the queue is gone, classes of low priority first. The share that is
 * let in falls by a fifth with every 100 ms of standing queue and comes back by a twentieth.
 *
 *   share of all let in:  │▓▓▓▓▓▓▓▓▓▓▓▓░░░░░│      class 0 takes of it what it needs, then 1, then 2, then 3
 *
 * Beyond the original. Source: Nichols and Jacobson, Controlling queue delay (2012); Zhou et al., Overload control for scaling WeChat microservices (2018).
 */
export class OverloadGuard {
  private readonly gauge: LoadGauge;
  private readonly targetMs: number;
  private readonly minBusy: number;
  private readonly least: number;
  private window: number;
  /** Share of all that is let in. */
  private share = 1;
  private readonly seen: number[] = new Array<number>(CLASSES).fill(0);
  private readonly admitted: number[] = new Array<number>(CLASSES).fill(1);
  /** What each class is owed: no chance is needed to let in 3 of 10. */
  private readonly owed: number[] = new Array<number>(CLASSES).fill(0);

  /** Errors: OptionError. */
  constructor(gauge: LoadGauge, options: OverloadOptions = {}) {
    const o = table.resolve(options, 'overload');
    this.gauge = gauge;
    this.targetMs = o.targetDelayMs!;
    this.minBusy = o.minUtilisation!;
    this.least = o.minAdmitted!;
    this.window = gauge.windows;
  }

  /** Whether a request of that class may come in, which waited for `delayMs`. */
  admit(priority: PriorityClass, delayMs: number): boolean {
    this.gauge.observe(delayMs);
    if (this.gauge.windows !== this.window) this.roll();
    this.seen[priority] = this.seen[priority]! + 1;
    const p = this.admitted[priority]!;
    if (p >= 1) return true;
    const owed = this.owed[priority]! + p;
    this.owed[priority] = owed >= 1 ? owed - 1 : owed;
    return owed >= 1;
  }

  /** Share of all requests that is let in. From 0 to 1. */
  get admittedShare(): number {
    return this.share;
  }

  private roll(): void {
    this.window = this.gauge.windows;
    const queue = this.gauge.standingDelayMs >= this.targetMs && this.gauge.load.utilisation >= this.minBusy;
    this.share = queue ? Math.max(this.least, this.share * DECREASE) : Math.min(1, this.share + INCREASE);
    let left = this.share * this.seen.reduce((a, n) => a + n, 0);
    for (let c = 0; c < CLASSES; c++) {
      const n = this.seen[c]!;
      this.admitted[c] = this.share >= 1 ? 1 : n === 0 ? (left > 0 ? 1 : 0) : Math.min(1, left / n);
      left = Math.max(0, left - n);
      this.seen[c] = 0;
    }
  }
}
