// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { DeadlineError } from '../context/errors.js';
import { OptionError } from '../errors/index.js';
import { rethrowLater } from '../errors/rethrow-later.js';
import { any, func, int, optionTable } from '../options/index.js';
import type { BreakerCells, BreakerState, BreakerTiming, StateListener } from './breaker.js';
import { Breaker, ClosedState } from './breaker.js';
import { BreakerOpenError } from './errors.js';
import { Cell, Row, rowSize, Window } from './layout.js';
import type { BreakerShare } from './share.js';
import { SharedDirectory } from './share.js';
import type { BreakerMetrics, TripFunc } from './trip.js';

/** A change of a breaker's state. `metrics` are those at that moment. */
export interface StateChange {
  readonly key: string;
  readonly from: BreakerState;
  readonly to: BreakerState;
  readonly metrics: BreakerMetrics;
}

export interface PanelOptions {
  /** Width of a bucket of the window. Unit ms. @defaultValue 100 */
  readonly bucketMs?: number | undefined;
  /** Buckets of the window, at least 100. @defaultValue 100 */
  readonly buckets?: number | undefined;
  /** Time a breaker stays open. Unit ms. @defaultValue 5000 */
  readonly coolingMs?: number | undefined;
  /** Time between two probes of a half-open breaker. Unit ms. @defaultValue 200 */
  readonly detectMs?: number | undefined;
  /** Probes that must succeed before it closes. @defaultValue 2 */
  readonly halfOpenSuccesses?: number | undefined;
  /** Probes under way at a time; one that never reports is forgotten after `coolingMs`. 0 = no limit, as in Go. @defaultValue 0 */
  readonly halfOpenMaxInFlight?: number | undefined;
  /** When a breaker trips. @defaultValue never */
  readonly shouldTrip?: TripFunc | undefined;
  /** The rule of a key; takes the place of `shouldTrip`. */
  readonly shouldTripFor?: ((key: string) => TripFunc) | undefined;
  /** Told of each change, after the call that caused it. What it throws is rethrown outside. */
  readonly onStateChange?: ((e: StateChange) => void) | undefined;
  /** A monotonic clock. Unit ms. @defaultValue the time since 1970 by the process's monotonic clock, which all threads share */
  readonly now?: (() => number) | undefined;
  /** Breakers that would not be told from new ones are forgotten when nobody used them for so long. Unit ms, 0 = never. @defaultValue 600000 */
  readonly idleEvictMs?: number | undefined;
  /** Count together with the panels of other threads: the memory, and which of its writers this thread is. */
  readonly shared?: { readonly share: BreakerShare; readonly writer: number } | undefined;
}

const table = optionTable<PanelOptions>({
  bucketMs: int({ unit: 'ms', min: 1, max: 3_600_000, default: 100 }),
  buckets: int({ min: 100, max: 100_000, default: 100 }),
  coolingMs: int({ unit: 'ms', min: 1, max: 86_400_000, default: 5000 }),
  detectMs: int({ unit: 'ms', min: 1, max: 86_400_000, default: 200 }),
  halfOpenSuccesses: int({ min: 1, default: 2 }),
  halfOpenMaxInFlight: int({ min: 0, default: 0 }),
  shouldTrip: func(),
  shouldTripFor: func(),
  onStateChange: func(),
  now: func(),
  idleEvictMs: int({ unit: 'ms', min: 0, default: 600_000 }),
  shared: any({ what: 'what createBreakerShare gave, and a writer', test: isShared }),
});

export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
  /** What an error says about the callee. @defaultValue `timeout` for deadlines, `ignore` when `signal` aborted, else `fail` */
  readonly classify?: ((e: unknown) => 'fail' | 'timeout' | 'ignore') | undefined;
}

/**
 * Circuit breakers by key; a breaker appears on the first use of its key.
 * Units: the window is `buckets × bucketMs` long, the current bucket included; it advances when it is looked at, no timer runs.
 * Source: bytedance/gopkg cloud/circuitbreaker/panel.go.
 * Differs: results that come in while a breaker is open are not counted; a breaker that closed again starts with no streak of errors; `onStateChange` gets a
 *          snapshot; the window slides on the panel's own clock.
 */
export class Panel implements Disposable {
  private readonly breakers = new Map<string, Breaker>();
  private readonly o: BreakerTiming & PanelOptions & { readonly buckets: number; readonly idleEvictMs: number };
  private readonly read: () => number;
  private readonly base: number;
  private readonly directory: SharedDirectory | undefined;
  private readonly changed: StateListener | undefined;
  private sweepAt = 1024;

  /** Errors: OptionError for options out of range, and for shared memory of another shape. */
  constructor(options: PanelOptions = {}) {
    this.o = table.resolve(options, 'panel') as typeof this.o;
    const { now, shared, onStateChange } = this.o;
    this.read = now ?? ((): number => performance.timeOrigin + performance.now());
    if (shared !== undefined && shared.share.buckets !== this.o.buckets) {
      throw new OptionError('panel.shared', `panel.shared: the memory is made for ${shared.share.buckets} buckets, the panel has ${this.o.buckets}`);
    }
    this.base = shared?.share.base ?? this.read();
    this.directory = shared === undefined ? undefined : new SharedDirectory(shared.share, shared.writer);
    this.changed =
      onStateChange === undefined
        ? undefined
        : (key, from, to, metrics) => {
            queueMicrotask(() => {
              try {
                onStateChange({ key, from, to, metrics });
              } catch (e) {
                rethrowLater(e);
              }
            });
          };
  }

  /** Whether work for `key` may go on. Report how it went. */
  isAllowed(key: string): boolean {
    const now = this.now();
    return this.breaker(key, now).isAllowed(now);
  }

  succeed(key: string): void {
    const now = this.now();
    this.breaker(key, now).succeed(now);
  }

  /** `trip` takes the place of the panel's rule. Source: Fail, FailWithTrip. */
  fail(key: string, trip: TripFunc | undefined = this.rule(key)): void {
    const now = this.now();
    this.breaker(key, now).fail(Row.Failure, now, trip);
  }

  /** Source: Timeout, TimeoutWithTrip. */
  timeout(key: string, trip: TripFunc | undefined = this.rule(key)): void {
    const now = this.now();
    this.breaker(key, now).fail(Row.Timeout, now, trip);
  }

  /** Work that was allowed ended without saying anything about the callee: frees its place among the probes. */
  abandon(key: string): void {
    this.breakers.get(key)?.abandon();
  }

  /**
   * Does `f` if `key` allows it, and reports its outcome.
   * Errors: {@link BreakerOpenError} (GOPKG_BREAKER_OPEN) when it does not; else what `f` throws.
   */
  async run<T>(key: string, f: (signal: AbortSignal | undefined) => T | PromiseLike<T>, o: RunOptions = {}): Promise<T> {
    o.signal?.throwIfAborted();
    if (!this.isAllowed(key)) throw new BreakerOpenError(key);
    let v: T;
    try {
      v = await f(o.signal);
    } catch (e) {
      const kind = o.classify?.(e) ?? classify(e, o.signal);
      if (kind === 'fail') this.fail(key);
      else if (kind === 'timeout') this.timeout(key);
      else this.abandon(key);
      throw e;
    }
    this.succeed(key);
    return v;
  }

  state(key: string): BreakerState {
    return this.breaker(key, this.now()).state;
  }

  metrics(key: string): BreakerMetrics {
    const now = this.now();
    return this.breaker(key, now).metrics(now);
  }

  /** Every breaker there is. Source: DumpBreakers. */
  dump(): ReadonlyMap<string, { readonly state: BreakerState; readonly metrics: BreakerMetrics }> {
    const now = this.now();
    return new Map([...this.breakers].map(([k, b]) => [k, { state: b.state, metrics: b.metrics(now) }]));
  }

  /** Closes a breaker and forgets what it counted. */
  reset(key: string): void {
    const now = this.now();
    this.breakers.get(key)?.reset(now);
  }

  /** Forgets a key; the next use finds a new, closed breaker. In shared memory it is reset. Source: RemoveBreaker. */
  remove(key: string): void {
    if (this.directory !== undefined) this.reset(key);
    this.breakers.delete(key);
  }

  /** Forgets all breakers of this thread. Source: Close; there is no ticker to leave. */
  [Symbol.dispose](): void {
    this.breakers.clear();
  }

  private now(): number {
    return Math.max(0, this.read() - this.base);
  }

  private rule(key: string): TripFunc | undefined {
    return this.o.shouldTripFor?.(key) ?? this.o.shouldTrip;
  }

  private breaker(key: string, now: number): Breaker {
    let b = this.breakers.get(key);
    if (b === undefined) {
      if (this.breakers.size >= this.sweepAt) this.sweep(now);
      b = new Breaker(key, this.directory?.find(key) ?? ownCells(this.o.buckets), this.o, this.changed);
      this.breakers.set(key, b);
    }
    b.usedAt = now;
    return b;
  }

  private sweep(now: number): void {
    const { idleEvictMs } = this.o;
    if (idleEvictMs > 0) for (const [k, b] of this.breakers) if (now - b.usedAt >= idleEvictMs && b.isAsNew(now)) this.breakers.delete(k);
    this.sweepAt = Math.max(1024, this.breakers.size * 2);
  }
}

function ownCells(buckets: number): BreakerCells {
  const cells = new Int32Array(Cell.Count + rowSize(buckets));
  cells[Cell.State] = ClosedState;
  const own = new Window(cells, Cell.Count, buckets);
  return { cells, at: 0, windows: [own], own };
}

function classify(e: unknown, signal: AbortSignal | undefined): 'fail' | 'timeout' | 'ignore' {
  if (e instanceof DeadlineError || (e instanceof Error && e.name === 'TimeoutError')) return 'timeout';
  return signal?.aborted === true ? 'ignore' : 'fail';
}

function isShared(v: unknown): boolean {
  const s = v as { readonly share?: Partial<BreakerShare>; readonly writer?: unknown } | null;
  return s?.share?.memory instanceof SharedArrayBuffer && Number.isInteger(s.writer) && (s.writer as number) >= 0 && (s.writer as number) < (s.share.writers ?? 0);
}
