// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '../index.js';
import { Wheel } from '../wheel.js';

/** A clock for tests: time stands still until `advance`. */
export class FakeClock implements Clock {
  readonly wheel: Wheel;
  private time: number;
  private readonly wallOffset: number;

  constructor(start = 1000, wall = 1_700_000_000_000) {
    this.time = start;
    this.wallOffset = wall - start;
    this.wheel = new Wheel(() => this.time, { arm: () => undefined, disarm: () => undefined });
  }

  now(): number {
    return this.time;
  }

  wallMs(): number {
    return this.time + this.wallOffset;
  }

  /** Lets `ms` pass in steps of one millisecond, firing what is due at each. */
  advance(ms: number): void {
    const end = this.time + ms;
    while (this.time < end) {
      this.time = Math.min(end, this.time + 1);
      this.wheel.run(this.time);
    }
  }
}
