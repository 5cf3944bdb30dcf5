// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '@cloudwego/gopkg/clock';
import type { Counter } from './counters.js';

/**
 * A bucket of tokens that is refilled in steps, shared by threads: everyone computes the same refills from the clock and sees from the counter what the others
 * took, so that there is one writer per cell and no lock.
 * Units: `perSecond` tokens a second in steps of `stepMs`; `capacity` is what the bucket holds.
 */
export class TokenBucket {
  private readonly clock: Clock;
  private readonly taken: Counter;
  private readonly given: Counter | undefined;
  private readonly stepMs: number;
  private perStep: number;
  private capacity: number;
  private tokens: number;
  private step: number;
  private seen: number;
  private seenGiven: number;

  /** `taken` counts tokens; `given`, for buckets that are put into, thousandths of tokens. */
  constructor(o: { readonly clock: Clock; readonly taken: Counter; readonly given?: Counter; readonly stepMs: number; readonly perSecond: number; readonly capacity: number; readonly start: number }) {
    this.clock = o.clock;
    this.taken = o.taken;
    this.given = o.given;
    this.stepMs = o.stepMs;
    this.perStep = (o.perSecond * o.stepMs) / 1000;
    this.capacity = o.capacity;
    this.tokens = o.start;
    this.step = this.stepNow();
    this.seen = o.taken.sum();
    this.seenGiven = o.given?.sum() ?? 0;
  }

  /** Changes rate and size; what is in the bucket stays, up to `most`. */
  update(perSecond: number, capacity: number, most: number): void {
    this.refresh();
    this.perStep = (perSecond * this.stepMs) / 1000;
    this.capacity = capacity;
    this.tokens = Math.min(this.tokens, most);
  }

  /** Takes `n` tokens if they are there. */
  take(n: number = 1): boolean {
    this.refresh();
    if (this.tokens < n) return false;
    this.tokens -= n;
    this.taken.add(n);
    this.seen = (this.seen + n) | 0;
    return true;
  }

  /** Puts tokens in; what does not fit is lost. */
  put(n: number): void {
    this.given?.add(Math.round(n * 1000));
    if (this.given === undefined) this.tokens = Math.min(this.capacity, this.tokens + n);
  }

  get available(): number {
    this.refresh();
    return Math.max(0, Math.floor(this.tokens));
  }

  private stepNow(): number {
    return Math.floor(this.clock.now() / this.stepMs);
  }

  private refresh(): void {
    const step = this.stepNow();
    if (step !== this.step) {
      this.tokens = Math.min(this.capacity, this.tokens + (step - this.step) * this.perStep);
      this.step = step;
    }
    if (this.given !== undefined) {
      const given = this.given.sum();
      if (given !== this.seenGiven) this.tokens = Math.min(this.capacity, this.tokens + ((given - this.seenGiven) | 0) / 1000);
      this.seenGiven = given;
    }
    const sum = this.taken.sum();
    if (sum !== this.seen) {
      // What others took meanwhile. A thread that saw a full bucket at the same time may have overdrawn it: that is paid back.
      this.tokens = Math.max(-this.capacity, this.tokens - ((sum - this.seen) | 0));
      this.seen = sum;
    }
  }
}
