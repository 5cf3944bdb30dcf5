// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { LockClosedError } from './errors.js';
import type { Acquire, Held } from './waiters.js';
import { held, Waiters } from './waiters.js';

/**
 * So many permits; who wants more than there are waits its turn. First come, first served: a request for many is not overtaken by requests for few.
 * Errors: RangeError for counts that make no sense, {@link LockClosedError} (GOPKG_LOCK_CLOSED) for who waits when it is closed.
 */
export class Semaphore implements Disposable {
  readonly permits: number;
  private free: number;
  private closed = false;
  private readonly waiters = new Waiters<number>();

  constructor(permits: number) {
    if (!Number.isSafeInteger(permits) || permits < 1) throw new RangeError(`semaphore: got ${permits} permits, wanted an integer above 0`);
    this.permits = permits;
    this.free = permits;
  }

  /** Permits that are free. */
  get available(): number {
    return this.free;
  }

  /** How many wait. */
  get waiting(): number {
    return this.waiters.size;
  }

  /** Takes `n` permits, at once or when they are free. */
  async acquire(o: Acquire & { readonly permits?: number | undefined } = {}): Promise<Held> {
    const n = this.checked(o.permits ?? 1);
    o.signal?.throwIfAborted();
    const got = this.tryAcquire(n);
    if (got !== undefined) return got;
    await this.waiters.join(n, o.signal, this.serve);
    return held(() => {
      this.give(n);
    });
  }

  /** Takes `n` permits if they are free and nobody waits. */
  tryAcquire(n = 1): Held | undefined {
    this.checked(n);
    if (this.closed) throw new LockClosedError('semaphore');
    if (n > this.free || this.waiters.size > 0) return undefined;
    this.free -= n;
    return held(() => {
      this.give(n);
    });
  }

  /** Runs `f` with a permit. */
  async run<T>(f: () => T | PromiseLike<T>, o: Acquire = {}): Promise<T> {
    const h = await this.acquire(o);
    try {
      return await f();
    } finally {
      h.release();
    }
  }

  /** Rejects who waits and refuses who comes; what is held is released as usual. */
  close(): void {
    this.closed = true;
    this.waiters.rejectAll(new LockClosedError('semaphore'));
  }

  [Symbol.dispose](): void {
    this.close();
  }

  private checked(n: number): number {
    if (!Number.isSafeInteger(n) || n < 1 || n > this.permits) throw new RangeError(`semaphore: got ${n}, wanted from 1 to ${this.permits} permits`);
    return n;
  }

  private give(n: number): void {
    this.free += n;
    this.serve();
  }

  private readonly serve = (): void => {
    for (let n = this.waiters.peek(); n !== undefined && n <= this.free; n = this.waiters.peek()) {
      this.free -= n;
      this.waiters.admit();
    }
  };
}
