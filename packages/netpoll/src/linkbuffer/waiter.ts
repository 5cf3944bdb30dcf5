// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Clock, TimerEntry } from '@cloudwego/gopkg/clock';

/** One wait at a time, with a limit. It is its own timer. */
export class Waiter implements TimerEntry {
  at: number = Infinity;
  private readonly clock: Clock;
  private resolve: (() => void) | undefined = undefined;
  private reject: ((e: Error) => void) | undefined = undefined;
  private late: (() => Error) | undefined = undefined;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  get waits(): boolean {
    return this.resolve !== undefined;
  }

  /** `ms`: 0 = no limit. `late`: the error of a wait that took longer. */
  wait(ms: number, late: () => Error): Promise<void> {
    if (ms > 0) this.clock.wheel.add(this, this.clock.now() + ms);
    this.late = late;
    return new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  done(): void {
    const f = this.resolve;
    this.clear();
    f?.();
  }

  failed(e: Error): void {
    const f = this.reject;
    this.clear();
    f?.(e);
  }

  fire(): void {
    const { late } = this;
    if (late !== undefined) this.failed(late());
  }

  private clear(): void {
    this.resolve = this.reject = this.late = undefined;
    this.clock.wheel.remove(this);
  }
}
