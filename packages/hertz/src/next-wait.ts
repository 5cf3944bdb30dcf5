// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * What `next()` gives when those behind have not finished. It knows whether anybody waits: who does decides what becomes of a failure, as with any promise; a
 * failure that nobody waits for is the chain's.
 */
export class NextWait implements PromiseLike<void> {
  private readonly inner: PromiseLike<void>;
  private taken: boolean = false;

  constructor(inner: PromiseLike<void>) {
    this.inner = inner;
    // Nobody may ever wait: that must not end the process.
    inner.then(undefined, nothing);
  }

  then<A = void, B = never>(ok?: ((v: void) => A | PromiseLike<A>) | null, failed?: ((e: unknown) => B | PromiseLike<B>) | null): PromiseLike<A | B> {
    this.taken = true;
    return this.inner.then(ok, failed);
  }

  /** For the chain: over when those behind are. Errors: theirs, where nobody waited. */
  get settled(): PromiseLike<void> {
    return this.taken ? this.inner.then(nothing, nothing) : this.inner;
  }
}

function nothing(): void {
  // Somebody else hears of it.
}
