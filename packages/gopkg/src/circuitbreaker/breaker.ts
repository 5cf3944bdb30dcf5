// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Totals, Window } from './layout.js';
import { Cell, elapsed, Row } from './layout.js';
import type { BreakerMetrics, TripFunc } from './trip.js';

/** Numbers as in the original. */
export const BreakerStates = ['OPEN', 'HALFOPEN', 'CLOSED'] as const;
export type BreakerState = (typeof BreakerStates)[number];
const Open = 0;
const HalfOpen = 1;
const Closed = 2;
/** A thread is taking an open breaker to half-open: open to all others. */
const Moving = 3;
type StateNumber = typeof Open | typeof HalfOpen | typeof Closed;

/** Timing of a breaker; what its panel resolved. */
export interface BreakerTiming {
  readonly bucketMs: number;
  readonly coolingMs: number;
  readonly detectMs: number;
  readonly halfOpenSuccesses: number;
  readonly halfOpenMaxInFlight: number;
}

/** Told of each change, by the thread that made it. */
export type StateListener = (key: string, from: BreakerState, to: BreakerState, metrics: BreakerMetrics) => void;

/** Where a breaker's numbers are. */
export interface BreakerCells {
  readonly cells: Int32Array;
  /** Offset of the state row. */
  readonly at: number;
  /** Rows of all writers, and which of them is ours. */
  readonly windows: readonly Window[];
  readonly own: Window;
}

/**
 * One breaker.
 *
 *              trips                        coolingMs passed
 *   CLOSED ───────────▶ OPEN ──────────────────────▶ HALFOPEN
 *     ▲                  ▲                            │    │
 *     │                  └────── a probe fails ───────┘    │
 *     └───────────── halfOpenSuccesses probes succeed ─────┘
 *
 * HALFOPEN lets one probe through per `detectMs`.
 * Source: bytedance/gopkg cloud/circuitbreaker/breaker.go, metricer.go.
 */
export class Breaker {
  readonly key: string;
  /** Since the base, unit ms; the panel's sweep looks at it. */
  usedAt = 0;
  private readonly c: Int32Array;
  private readonly at: number;
  private readonly windows: readonly Window[];
  private readonly own: Window;
  private readonly timing: BreakerTiming;
  private readonly changed: StateListener | undefined;

  constructor(key: string, where: BreakerCells, timing: BreakerTiming, changed: StateListener | undefined) {
    this.key = key;
    this.c = where.cells;
    this.at = where.at;
    this.windows = where.windows;
    this.own = where.own;
    this.timing = timing;
    this.changed = changed;
  }

  get state(): BreakerState {
    return BreakerStates[this.load(Cell.State)] ?? 'OPEN';
  }

  /** Whether the caller may go on. Counts as a probe when the breaker is half-open: report its outcome. */
  isAllowed(now: number): boolean {
    const state = this.load(Cell.State);
    if (state === Closed) return true;
    const { timing } = this;
    if (state === Open) {
      if (elapsed(now, this.load(Cell.OpenedAt)) < timing.coolingMs) return false;
      // One thread moves it; the others are refused until they find it half-open, with a probe under way.
      if (Atomics.compareExchange(this.c, this.at + Cell.State, Open, Moving) !== Open) return false;
      this.store(Cell.Successes, 0);
      this.store(Cell.InFlight, 1);
      this.store(Cell.ProbedAt, now | 0);
      return this.move(Moving, HalfOpen, now);
    }
    if (state === Moving) return false;
    const probedAt = this.load(Cell.ProbedAt);
    const since = elapsed(now, probedAt);
    if (since < timing.detectMs) return false;
    if (timing.halfOpenMaxInFlight > 0 && this.load(Cell.InFlight) >= timing.halfOpenMaxInFlight) {
      // A probe that never reports must not block for ever.
      if (since < timing.coolingMs) return false;
      this.store(Cell.InFlight, 0);
    }
    if (Atomics.compareExchange(this.c, this.at + Cell.ProbedAt, probedAt, now | 0) !== probedAt) return false;
    Atomics.add(this.c, this.at + Cell.InFlight, 1);
    return true;
  }

  succeed(now: number): void {
    const state = this.load(Cell.State);
    if (state === Closed) {
      this.own.count(Row.Success, this.tick(now), this.load(Cell.Epoch));
      if (this.load(Cell.Streak) !== 0) this.endStreak();
    } else if (state === HalfOpen) {
      this.landed();
      if (Atomics.add(this.c, this.at + Cell.Successes, 1) + 1 >= this.timing.halfOpenSuccesses) this.close(HalfOpen, now);
    }
  }

  fail(kind: typeof Row.Failure | typeof Row.Timeout, now: number, trip: TripFunc | undefined): void {
    const state = this.load(Cell.State);
    // What ends while the breaker is open began before it tripped and says nothing new. `Differs:` Go counts it.
    if (state === Open || state === Moving) return;
    this.own.count(kind, this.tick(now), this.load(Cell.Epoch));
    if (Atomics.add(this.c, this.at + Cell.Streak, 1) === 0) this.store(Cell.StreakAt, now | 0);
    if (state === HalfOpen) {
      this.landed();
      this.open(HalfOpen, now);
    } else if (trip?.(this.metrics(now)) === true) {
      this.open(Closed, now);
    }
  }

  /** A probe ended without an outcome that counts. */
  abandon(): void {
    if (this.load(Cell.State) === HalfOpen) this.landed();
  }

  /** Forgets everything that was counted and closes. */
  reset(now: number): void {
    const before = this.metrics(now);
    Atomics.add(this.c, this.at + Cell.Epoch, 1);
    this.endStreak();
    const from = BreakerStates[Atomics.exchange(this.c, this.at + Cell.State, Closed)] ?? 'OPEN';
    if (from !== 'CLOSED') this.changed?.(this.key, from, 'CLOSED', before);
  }

  metrics(now: number): BreakerMetrics {
    const sum: Totals = { success: 0, failure: 0, timeout: 0 };
    const tick = this.tick(now);
    const epoch = this.load(Cell.Epoch);
    for (const w of this.windows) w.addTo(sum, tick, epoch);
    const errors = sum.failure + sum.timeout;
    const samples = sum.success + errors;
    const streak = this.load(Cell.Streak);
    return {
      successes: sum.success,
      failures: sum.failure,
      timeouts: sum.timeout,
      samples,
      errorRate: samples === 0 ? 0 : errors / samples,
      consecutiveErrors: streak,
      consecutiveErrorMs: streak === 0 ? 0 : elapsed(now, this.load(Cell.StreakAt)),
    };
  }

  /** True when a new breaker of this key would behave in the same way. */
  isAsNew(now: number): boolean {
    return this.load(Cell.State) === Closed && this.load(Cell.Streak) === 0 && this.metrics(now).samples === 0;
  }

  private open(from: StateNumber, now: number): void {
    this.store(Cell.OpenedAt, now | 0);
    this.move(from, Open, now);
  }

  private close(from: StateNumber, now: number): void {
    const before = this.changed === undefined ? undefined : this.metrics(now);
    // A new epoch empties every thread's row, whoever owns it.
    Atomics.add(this.c, this.at + Cell.Epoch, 1);
    this.endStreak();
    this.move(from, Closed, now, before);
  }

  /** Exactly one thread makes a change, and tells of it. */
  private move(from: StateNumber | typeof Moving, to: StateNumber, now: number, metrics?: BreakerMetrics): boolean {
    if (Atomics.compareExchange(this.c, this.at + Cell.State, from, to) !== from) return false;
    this.changed?.(this.key, BreakerStates[from as StateNumber] ?? 'OPEN', BreakerStates[to], metrics ?? this.metrics(now));
    return true;
  }

  private endStreak(): void {
    this.store(Cell.Streak, 0);
    this.store(Cell.StreakAt, 0);
  }

  private landed(): void {
    if (this.load(Cell.InFlight) > 0) Atomics.sub(this.c, this.at + Cell.InFlight, 1);
  }

  private tick(now: number): number {
    return Math.floor(now / this.timing.bucketMs);
  }

  private load(cell: number): number {
    return Atomics.load(this.c, this.at + cell);
  }

  private store(cell: number, v: number): void {
    Atomics.store(this.c, this.at + cell, v);
  }
}

/** Value of the state cell of a breaker that is closed; memory starts as zeros, which is OPEN. */
export const ClosedState: number = Closed;
