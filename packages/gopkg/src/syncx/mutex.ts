// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { Semaphore } from './semaphore.js';
import type { Acquire, Held } from './waiters.js';

/** One at a time, in the order in which they came. Not reentrant: who holds it and asks again waits for itself. */
export class Mutex implements Disposable {
  private readonly one = new Semaphore(1);

  get locked(): boolean {
    return this.one.available === 0;
  }

  get waiting(): number {
    return this.one.waiting;
  }

  async lock(o: Acquire = {}): Promise<Held> {
    return this.one.acquire(o);
  }

  tryLock(): Held | undefined {
    return this.one.tryAcquire();
  }

  /** Runs `f` alone. */
  async run<T>(f: () => T | PromiseLike<T>, o: Acquire = {}): Promise<T> {
    return this.one.run(f, o);
  }

  close(): void {
    this.one.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
