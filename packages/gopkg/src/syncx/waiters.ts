// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/** What is held until it is released; releasing twice changes nothing. */
export interface Held extends Disposable {
  release(): void;
}

export interface Acquire {
  /** Stops waiting; the promise rejects with its reason. What was got already is not taken back. */
  readonly signal?: AbortSignal | undefined;
}

/** Something that waits. Links make taking it out of the middle O(1). */
interface Waiter<T> {
  readonly kind: T;
  readonly resolve: () => void;
  readonly reject: (e: unknown) => void;
  prev: Waiter<T> | undefined;
  next: Waiter<T> | undefined;
  queued: boolean;
}

/** Waiters in the order in which they came. */
export class Waiters<T> {
  private first: Waiter<T> | undefined = undefined;
  private last: Waiter<T> | undefined = undefined;
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** What the first one waits for. */
  peek(): T | undefined {
    return this.first?.kind;
  }

  /** Joins the queue; settles when it is this one's turn, when `signal` aborts or when the queue is closed. `left`: called when a waiter gave up. */
  async join(kind: T, signal: AbortSignal | undefined, left: () => void): Promise<void> {
    signal?.throwIfAborted();
    return new Promise<void>((resolve, reject) => {
      const onAbort = (): void => {
        if (!w.queued) return;
        this.take(w);
        reject(signal!.reason as Error);
        left();
      };
      const w: Waiter<T> = {
        kind,
        resolve: () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
        reject: (e) => {
          signal?.removeEventListener('abort', onAbort);
          reject(e as Error);
        },
        prev: this.last,
        next: undefined,
        queued: true,
      };
      if (this.last === undefined) this.first = w;
      else this.last.next = w;
      this.last = w;
      this.count++;
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Lets the first one go on. */
  admit(): void {
    const w = this.first;
    if (w === undefined) return;
    this.take(w);
    w.resolve();
  }

  rejectAll(e: unknown): void {
    while (this.first !== undefined) {
      const w = this.first;
      this.take(w);
      w.reject(e);
    }
  }

  private take(w: Waiter<T>): void {
    w.queued = false;
    if (w.prev === undefined) this.first = w.next;
    else w.prev.next = w.next;
    if (w.next === undefined) this.last = w.prev;
    else w.next.prev = w.prev;
    this.count--;
  }
}

/** Calls `f` once, however often it is released. */
export function held(f: () => void): Held {
  let done = false;
  const release = (): void => {
    if (done) return;
    done = true;
    f();
  };
  return { release, [Symbol.dispose]: release };
}
