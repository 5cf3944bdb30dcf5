// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { FastRand } from '@cloudwego/gopkg/fastrand';

/**
 * What happens when exactly `at` bytes of a direction went through.
 * `cut`: both connections are closed in order. `reset`: both are reset. `end`: this direction ends, later bytes of it are dropped, the other goes on.
 * `hold`: nothing more goes through for `forMs` (0 = never again). `split`: what is behind comes a while later, as a piece of its own.
 */
export interface ProxyFault {
  readonly at: number;
  readonly do: 'cut' | 'reset' | 'end' | 'hold' | 'split';
  /** Unit ms; for `hold`. @defaultValue 0 */
  readonly forMs?: number | undefined;
}

/** One direction of a connection. */
export interface DirectionPlan {
  /** In the order of `at`. */
  readonly faults?: readonly ProxyFault[] | undefined;
  /** Largest piece that goes through at once; a function is asked for every piece. @defaultValue no limit */
  readonly pieceBytes?: number | (() => number) | undefined;
  /** Wait before every piece. Unit ms. @defaultValue 0 */
  readonly delayMs?: number | (() => number) | undefined;
  /** Throttle. Unit bytes per second, 0 = none. @defaultValue 0 */
  readonly bytesPerSecond?: number | undefined;
}

/** What a proxy does to one connection. `up`: from the client to the server; `down`: back. */
export interface ProxyPlan {
  readonly up?: DirectionPlan | undefined;
  readonly down?: DirectionPlan | undefined;
}

/** Options of {@link randomPlan}. */
export interface RandomPlanOptions {
  /** Chance of a cut, a reset or an end on a connection. From 0 to 1. @defaultValue 0 */
  readonly faultRate?: number | undefined;
  /** Faults lie within so many bytes. @defaultValue 1024 */
  readonly withinBytes?: number | undefined;
  /** Largest piece. @defaultValue 64 */
  readonly maxPieceBytes?: number | undefined;
  /** Longest delay of a piece. Unit ms. @defaultValue 0 */
  readonly maxDelayMs?: number | undefined;
}

/** A plan by chance for every connection, the same for the same seed and number of the connection. */
export function randomPlan(seed: number, o: RandomPlanOptions = {}): (connection: number) => ProxyPlan {
  const { faultRate = 0, withinBytes = 1024, maxPieceBytes = 64, maxDelayMs = 0 } = o;
  return (connection) => {
    const random = new FastRand(`${seed}/${connection}`);
    const below = (n: number): number => random.intn(n);
    const direction = (fault: ProxyFault | undefined): DirectionPlan => ({
      faults: fault === undefined ? [] : [fault],
      pieceBytes: () => 1 + below(maxPieceBytes),
      delayMs: () => (maxDelayMs === 0 ? 0 : below(maxDelayMs + 1)),
    });
    const fault: ProxyFault | undefined = random.float64() < faultRate ? { at: below(withinBytes), do: (['cut', 'reset', 'end'] as const)[below(3)]! } : undefined;
    const up = random.float64() < 0.5;
    return { up: direction(up ? fault : undefined), down: direction(up ? undefined : fault) };
  };
}
