// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Clock, TimerEntry } from '@cloudwego/gopkg/clock';
import type { DrainReport } from '@cloudwego/gopkg/io';
import { DrainTimeoutError } from './errors.js';

/** What a group needs of a channel; {@link Channel} is one. */
export interface DrainableChannel {
  readonly engine: { readonly active: number; drain(): void };
  readonly connection: { destroy(cause?: Error): void };
  readonly isClosed: boolean;
  /** Nothing is in flight, half read, or read and not yet shown. */
  readonly isQuiet: boolean;
  onIdle: (() => void) | undefined;
  end(): void;
}

/**
 * The open channels of one app, and how they are drained: every engine says goodbye in its own way; channels on which nothing is in flight are ended after
 * `lingerMs` (a request that arrives before is served), the others when they fall idle; at `by` the rest is aborted, gets one turn, and is destroyed.
 *
 *   open ──drain──▶ goodbye said ──lingerMs──▶ quiet: ended ──▶ closed
 *                        │                        ▲                ▲
 *                        └──── calls in flight ───┘ idle           │
 *                                    └──────────── by ─▶ aborted ─▶ one turn ─▶ destroyed
 */
export class ChannelGroup<C extends DrainableChannel> {
  private readonly clock: Clock;
  private readonly open = new Set<C>();
  private draining: Promise<DrainReport> | undefined = undefined;
  private lingered: boolean = false;
  private wake: (() => void) | undefined = undefined;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  get size(): number {
    return this.open.size;
  }

  /** Calls in flight on all channels. */
  get active(): number {
    let n = 0;
    for (const c of this.open) n += c.engine.active;
    return n;
  }

  [Symbol.iterator](): IterableIterator<C> {
    return this.open.values();
  }

  add(c: C): void {
    this.open.add(c);
    if (this.draining !== undefined) this.sayGoodbye(c);
  }

  /** To be called when the channel closed. */
  remove(c: C): void {
    if (this.open.delete(c) && this.open.size === 0) this.wake?.();
  }

  private sayGoodbye(c: C): void {
    c.engine.drain();
    c.onIdle = () => {
      if (this.lingered && c.isQuiet) c.end();
    };
  }

  /**
   * Ends every channel by `by` (Clock.now() scale, `Infinity` = whenever they are done). `abort` ends the calls of a channel that ran out of time. Keeps the
   * process alive: a drain is work. A second call waits for the first.
   */
  drain(by: number, lingerMs: number, abort: (c: C, reason: Error) => void): Promise<DrainReport> {
    return (this.draining ??= this.run(by, lingerMs, abort));
  }

  private async run(by: number, lingerMs: number, abort: (c: C, reason: Error) => void): Promise<DrainReport> {
    const startedAt = this.clock.now();
    const inFlight = this.active;
    const alive = setInterval(() => undefined, 0x7fffffff);
    try {
      for (const c of [...this.open]) this.sayGoodbye(c);
      await this.until(Math.min(by, startedAt + lingerMs));
      this.lingered = true;
      for (const c of [...this.open]) if (c.isQuiet) c.end();
      await this.until(by);
      const forced = this.active;
      if (this.open.size > 0) {
        const reason = new DrainTimeoutError('the server stopped before the call ended');
        for (const c of [...this.open]) if (c.engine.active > 0) abort(c, reason);
        await new Promise((resolve) => setImmediate(resolve));
        for (const c of [...this.open]) c.connection.destroy(reason);
      }
      return { inFlight, finished: Math.max(0, inFlight - forced), forced, elapsedMs: this.clock.now() - startedAt };
    } finally {
      clearInterval(alive);
    }
  }

  /** Until a point in time, or until no channel is open. */
  private until(at: number): Promise<void> {
    if (this.open.size === 0 || at <= this.clock.now()) return Promise.resolve();
    return new Promise((resolve) => {
      const timer: TimerEntry = {
        at: Infinity,
        fire: () => {
          this.wake = undefined;
          resolve();
        },
      };
      this.wake = () => {
        this.clock.wheel.remove(timer);
        timer.fire(0);
      };
      this.clock.wheel.add(timer, at);
    });
  }
}
