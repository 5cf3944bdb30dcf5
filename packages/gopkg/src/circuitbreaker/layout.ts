// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/*
 * Where a breaker keeps its numbers: Int32 cells, so that threads can share them. Times are milliseconds since the base of the memory, modulo 2^32; ticks
 * are numbers of buckets since the base.
 *
 *   state row   any thread, by atomic operations: state, epoch, opened at, probed at, probe successes, probes in flight, streak, streak began at
 *   writer row  one thread writes, all read: epoch, tick, totals, then a ring of buckets
 *
 *     writer row of 100 buckets at tick 205:   epoch │ 205 │ Σs Σf Σt │ s f t (tick 200) │ … │ s f t (tick 205) │ s f t (tick 106) │ …
 */

/** Cells of a state row. */
export const Cell = { State: 0, Epoch: 1, OpenedAt: 2, ProbedAt: 3, Successes: 4, InFlight: 5, Streak: 6, StreakAt: 7, Count: 8 } as const;

/** Cells of a writer row before its ring. */
export const Row = { Epoch: 0, Tick: 1, Success: 2, Failure: 3, Timeout: 4, Ring: 5 } as const;

export const rowSize = (buckets: number): number => Row.Ring + 3 * buckets;

/** Milliseconds from `then` to `now`, both modulo 2^32. Clocks of threads differ a little: what seems to lie ahead by up to two minutes is now. */
export function elapsed(now: number, then: number): number {
  const d = (now - then) >>> 0;
  return d > 0xffffffff - 120_000 ? 0 : d;
}

/** Totals of a window. */
export interface Totals {
  success: number;
  failure: number;
  timeout: number;
}

/** One thread's counts in a ring of buckets that advances when it is looked at: no timer, and an idle breaker costs nothing. */
export class Window {
  private readonly cells: Int32Array;
  private readonly at: number;
  private readonly buckets: number;

  /** `cells[at, at + rowSize(buckets))` is the row; only one Window of the process may call `count` on it. */
  constructor(cells: Int32Array, at: number, buckets: number) {
    this.cells = cells;
    this.at = at;
    this.buckets = buckets;
  }

  /** Adds one to the bucket of `tick`. `kind`: Row.Success, Row.Failure or Row.Timeout. A row of an earlier epoch starts anew. */
  count(kind: 2 | 3 | 4, tick: number, epoch: number): void {
    const { cells: c, at } = this;
    if (c[at + Row.Epoch] !== epoch) this.restart(tick, epoch);
    else if (tick > c[at + Row.Tick]!) this.advance(tick);
    // A clock that another thread is ahead of counts in the latest bucket.
    const latest = c[at + Row.Tick]!;
    const cell = at + Row.Ring + 3 * (latest % this.buckets) + kind - Row.Success;
    Atomics.store(c, cell, c[cell]! + 1);
    Atomics.store(c, at + kind, c[at + kind]! + 1);
  }

  /** Adds what is in the window at `tick` to `sum`. May be called by any thread. */
  addTo(sum: Totals, tick: number, epoch: number): void {
    const { cells: c, at, buckets } = this;
    if (Atomics.load(c, at + Row.Epoch) !== epoch) return;
    const latest = Atomics.load(c, at + Row.Tick);
    const gone = tick - latest;
    if (gone >= buckets) return;
    let success = Atomics.load(c, at + Row.Success);
    let failure = Atomics.load(c, at + Row.Failure);
    let timeout = Atomics.load(c, at + Row.Timeout);
    // The owner has not looked for `gone` ticks: as many of its oldest buckets are out.
    for (let i = 1; i <= gone; i++) {
      const b = at + Row.Ring + 3 * ((latest + i) % buckets);
      success -= Atomics.load(c, b);
      failure -= Atomics.load(c, b + 1);
      timeout -= Atomics.load(c, b + 2);
    }
    sum.success += Math.max(0, success);
    sum.failure += Math.max(0, failure);
    sum.timeout += Math.max(0, timeout);
  }

  private restart(tick: number, epoch: number): void {
    const { cells: c, at } = this;
    // Readers skip the row while it belongs to no epoch.
    Atomics.store(c, at + Row.Epoch, -1);
    c.fill(0, at + Row.Success, at + rowSize(this.buckets));
    Atomics.store(c, at + Row.Tick, tick);
    Atomics.store(c, at + Row.Epoch, epoch);
  }

  private advance(tick: number): void {
    const { cells: c, at, buckets } = this;
    const latest = c[at + Row.Tick]!;
    const steps = Math.min(tick - latest, buckets);
    for (let i = 1; i <= steps; i++) {
      const b = at + Row.Ring + 3 * ((latest + i) % buckets);
      for (let k = 0; k < 3; k++) {
        const total = at + Row.Success + k;
        Atomics.store(c, total, c[total]! - c[b + k]!);
        Atomics.store(c, b + k, 0);
      }
    }
    Atomics.store(c, at + Row.Tick, tick);
  }
}
