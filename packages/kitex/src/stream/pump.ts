// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Awaitable } from '@cloudwego/gopkg/async';
import { isThenable } from '@cloudwego/gopkg/async';

type Source = Iterable<unknown> | AsyncIterable<unknown>;
type Step = IteratorResult<unknown, unknown>;

/** Sync values before others get their turn: a source without end must not stop the loop. */
const BURST = 1024;

/** True for what may be sent: an iterable of either kind. Text is one by accident. */
export function isSource(v: unknown): v is Source {
  return typeof v === 'object' && v !== null && (Symbol.asyncIterator in v || Symbol.iterator in v);
}

/**
 * Sends what a source gives, one after another, in the pace that `send` allows. Values that are at hand go without a promise.
 * `stop` ends it at once: the source's `return()` is called, the promise of `run` rejects with the reason, nothing is sent any more.
 */
export class Pump {
  private readonly iterator: Iterator<unknown> | AsyncIterator<unknown>;
  private readonly send: (value: unknown) => Awaitable<void>;
  private stopped: boolean = false;
  private over: boolean = false;
  private reject: (e: unknown) => void = () => undefined;

  constructor(source: Source, send: (value: unknown) => Awaitable<void>) {
    this.iterator = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
    this.send = send;
  }

  /** Resolves when the source ended and everything was handed to `send`. Errors: the source's, and what `send` throws, after the source's `return()`. */
  run(): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      this.reject = reject;
      if (this.stopped) return;
      this.loop().then(
        () => {
          this.over = true;
          resolve();
        },
        (e: unknown) => {
          this.over = true;
          reject(e as Error);
        },
      );
    });
  }

  private async loop(): Promise<void> {
    for (let n = 1; !this.stopped; n++) {
      const next = this.iterator.next();
      const step: Step = isThenable(next) ? ((await next) as Step) : (next as Step);
      if (step.done === true) {
        this.over = true;
        return;
      }
      if (this.stopped) return;
      try {
        const sent = this.send(step.value);
        if (isThenable(sent)) await sent;
        else if (n % BURST === 0) await new Promise((r) => setImmediate(r));
      } catch (e) {
        this.leave();
        throw e;
      }
    }
  }

  /** Ends it. On one that is over it does nothing. */
  stop(reason: unknown): void {
    if (this.stopped || this.over) return;
    this.stopped = true;
    this.leave();
    this.reject(reason);
  }

  /** Tells the source that nobody takes its values any more; what it says to that interests nobody. */
  private leave(): void {
    if (this.over) return;
    this.over = true;
    try {
      const r = this.iterator.return?.();
      if (isThenable(r)) r.then(undefined, () => undefined);
    } catch {
      // A source that fails to end has been left all the same.
    }
  }
}
