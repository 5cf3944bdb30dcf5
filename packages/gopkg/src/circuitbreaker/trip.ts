// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/** What a breaker has counted. A snapshot: it does not change any more. */
export interface BreakerMetrics {
  /** Totals of the window; `samples` is their sum. */
  readonly successes: number;
  readonly failures: number;
  readonly timeouts: number;
  readonly samples: number;
  /** (failures + timeouts) / samples, 0 without samples. */
  readonly errorRate: number;
  /** Failures and timeouts since the last success, whether or not they are still in the window. */
  readonly consecutiveErrors: number;
  /** Time since the first of them. Unit ms; 0 without errors. `Differs:` Go then answers the time since 1970. */
  readonly consecutiveErrorMs: number;
}

/** Says whether a closed breaker trips; asked after each failure and timeout. */
export type TripFunc = (m: BreakerMetrics) => boolean;

/** Trips at `n` failures and timeouts in the window. Source: tripfunc.go ThresholdTripFunc. */
export function tripByThreshold(n: number): TripFunc {
  return (m) => m.failures + m.timeouts >= n;
}

/** Trips at `n` failures and timeouts in a row. Source: ConsecutiveTripFunc. */
export function tripByConsecutive(n: number): TripFunc {
  return (m) => m.consecutiveErrors >= n;
}

/** Trips when at least `minSamples` are in the window and `rate` of them failed. Source: RateTripFunc. */
export function tripByRate(rate: number, minSamples: number): TripFunc {
  return (m) => m.samples >= minSamples && m.errorRate >= rate;
}

export interface CombinedTrip {
  readonly rate: number;
  readonly minSamples: number;
  /** Trip when nothing but errors came for so long. Unit ms, 0 = off. @defaultValue 0 */
  readonly durationMs?: number | undefined;
  /** Errors in a row that `durationMs` needs. @defaultValue 0 */
  readonly durationSamples?: number | undefined;
  /** Trip at so many errors in a row, 0 = off. @defaultValue 0 */
  readonly consecutive?: number | undefined;
}

/** Trips when any of the rules does. Source: ConsecutiveTripFuncV2. */
export function tripCombined(o: CombinedTrip): TripFunc {
  const { rate, minSamples, durationMs = 0, durationSamples = 0, consecutive = 0 } = o;
  return (m) =>
    (m.samples >= minSamples && m.errorRate >= rate) ||
    (durationMs > 0 && m.consecutiveErrors >= durationSamples && m.consecutiveErrorMs >= durationMs) ||
    (consecutive > 0 && m.consecutiveErrors >= consecutive);
}
