// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * A monotonic clock, cached per loop turn.
 * Units: `now()` is milliseconds on the scale of `performance.now()`; `wallMs()` is Unix time in milliseconds. `Infinity` = never.
 */
export interface Clock {
  now(): number;
  wallMs(): number;
  readonly wheel: TimerWheel;
}

/** What a wheel fires. The call object itself is the entry, so that no closure is made per deadline. */
export interface TimerEntry {
  /** Point in time (Clock.now() scale) at which the entry is due; written by the wheel. `Infinity` while not scheduled. */
  at: number;
  fire(now: number): void;
}

/** One shared wheel for all deadlines of a loop. It never keeps an idle process alive. */
export interface TimerWheel {
  /** Schedules `e` at `at`; an entry that is already scheduled is moved. `Infinity` removes it. */
  add(e: TimerEntry, at: number): void;
  remove(e: TimerEntry): void;
}

export { LoopClock, loopClock } from './loop-clock.js';
export { Wheel } from './wheel.js';
export type { WheelDriver } from './wheel.js';
