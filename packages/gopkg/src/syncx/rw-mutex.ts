// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { LockClosedError } from './errors.js';
import type { Acquire, Held } from './waiters.js';
import { held, Waiters } from './waiters.js';

/**
 * Any number of readers, or one writer. First come, first served: readers that come after a waiting writer wait behind it, so that writers do not starve.
 * Takes the place of bytedance/gopkg lang/syncx RWMutex: between the tasks of one thread, not between threads.
 */
export class RWMutex implements Disposable {
  private reading = 0;
  private writing = false;
  private closed = false;
  private readonly waiters = new Waiters<'read' | 'write'>();

  get readers(): number {
    return this.reading;
  }

  get locked(): boolean {
    return this.writing;
  }

  get waiting(): number {
    return this.waiters.size;
  }

  /** For reading. */
  async rLock(o: Acquire = {}): Promise<Held> {
    return this.acquire('read', o);
  }

  /** For writing. */
  async lock(o: Acquire = {}): Promise<Held> {
    return this.acquire('write', o);
  }

  tryRLock(): Held | undefined {
    return this.tryAcquire('read');
  }

  tryLock(): Held | undefined {
    return this.tryAcquire('write');
  }

  /** Runs `f` beside other readers. */
  async read<T>(f: () => T | PromiseLike<T>, o: Acquire = {}): Promise<T> {
    return this.run('read', f, o);
  }

  /** Runs `f` alone. */
  async write<T>(f: () => T | PromiseLike<T>, o: Acquire = {}): Promise<T> {
    return this.run('write', f, o);
  }

  /** Rejects who waits and refuses who comes; what is held is released as usual. */
  close(): void {
    this.closed = true;
    this.waiters.rejectAll(new LockClosedError('mutex'));
  }

  [Symbol.dispose](): void {
    this.close();
  }

  private async run<T>(kind: 'read' | 'write', f: () => T | PromiseLike<T>, o: Acquire): Promise<T> {
    const h = await this.acquire(kind, o);
    try {
      return await f();
    } finally {
      h.release();
    }
  }

  private async acquire(kind: 'read' | 'write', o: Acquire): Promise<Held> {
    o.signal?.throwIfAborted();
    const got = this.tryAcquire(kind);
    if (got !== undefined) return got;
    await this.waiters.join(kind, o.signal, this.serve);
    return this.hold(kind);
  }

  private tryAcquire(kind: 'read' | 'write'): Held | undefined {
    if (this.closed) throw new LockClosedError('mutex');
    if (this.waiters.size > 0 || !this.free(kind)) return undefined;
    this.enter(kind);
    return this.hold(kind);
  }

  private free(kind: 'read' | 'write'): boolean {
    return !this.writing && (kind === 'read' || this.reading === 0);
  }

  private enter(kind: 'read' | 'write'): void {
    if (kind === 'read') this.reading++;
    else this.writing = true;
  }

  private hold(kind: 'read' | 'write'): Held {
    return held(() => {
      if (kind === 'read') this.reading--;
      else this.writing = false;
      this.serve();
    });
  }

  private readonly serve = (): void => {
    for (let kind = this.waiters.peek(); kind !== undefined && this.free(kind); kind = this.waiters.peek()) {
      this.enter(kind);
      this.waiters.admit();
    }
  };
}
