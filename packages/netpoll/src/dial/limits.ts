// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Clock, TimerEntry } from '@cloudwego/gopkg/clock';

/**
 * Time limits of dials. A dial's time counts from the end of its turn: where a thousand are begun in one turn, the last would else have lost its time to
 * the others before the kernel could answer.
 */
export class DialLimits {
  private readonly clock: Clock;
  private readonly begun = new Map<TimerEntry, number>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  start(timer: TimerEntry, ms: number): void {
    if (this.begun.size === 0) {
      setImmediate(() => {
        const now = this.clock.now();
        for (const [t, limit] of this.begun) this.clock.wheel.add(t, now + limit);
        this.begun.clear();
      });
    }
    this.begun.set(timer, ms);
  }

  stop(timer: TimerEntry): void {
    if (!this.begun.delete(timer)) this.clock.wheel.remove(timer);
  }
}
