// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { performance } from 'node:perf_hooks';
import type { Clock } from '@cloudwego/gopkg/clock';

/**
 * How long what is read now may have waited, on a loop whose own polling cannot be seen: what a turn reads came while the loop waited, which is now, or, where it
 * did not wait since the turn before, during that turn.
 */
export class ArrivalBound {
  private readonly clock: Clock;
  private turn: number = 0;
  private idleMs: number = 0;
  private bound: number = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** No byte that is read in this turn arrived before. Clock.now() scale. Measured once a turn, and only when asked. */
  get arrivedAfter(): number {
    const now = this.clock.now();
    if (now !== this.turn) {
      const { idleTime } = performance.nodeTiming;
      this.bound = idleTime > this.idleMs ? now : this.turn;
      this.turn = now;
      this.idleMs = idleTime;
    }
    return this.bound;
  }
}
