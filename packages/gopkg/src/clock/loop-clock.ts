// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Clock } from './index.js';
import { Wheel } from './wheel.js';

/**
 * The clock of one thread: `now()` is read once per loop turn and then cached until the turn's check phase, so that a batch of messages shares one reading.
 * The pending immediate keeps the poll phase from blocking, therefore a cached value is never older than the turn.
 */
export class LoopClock implements Clock {
  readonly wheel: Wheel;
  private cached = 0;
  private readonly clear = (): void => {
    this.cached = 0;
  };

  constructor() {
    this.wheel = new Wheel(() => performance.now());
  }

  now(): number {
    if (this.cached !== 0) return this.cached;
    this.cached = performance.now();
    setImmediate(this.clear);
    return this.cached;
  }

  wallMs(): number {
    return Date.now();
  }
}

let shared: LoopClock | undefined;

/** The one clock of this thread, made on first use. */
export function loopClock(): LoopClock {
  return (shared ??= new LoopClock());
}
