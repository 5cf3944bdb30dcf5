// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { StreamClosedError } from '../errors.js';

/** An iterable that is filled by hand; see {@link writable}. */
export interface WritableStream<T> extends AsyncIterable<T>, Disposable {
  /** Resolves when the stream took the message and takes more. Errors: {@link StreamClosedError} once it was closed, or the stream it feeds is over. */
  send(message: T): Promise<void>;
  /** No further message comes; those that were sent before are delivered. */
  close(): void;
  /** Ends the stream that it feeds with an error. */
  fail(error: unknown): void;
}

interface Waiting<T> {
  readonly message: T;
  readonly taken: () => void;
  readonly left: (e: unknown) => void;
}

/**
 * Requests, or responses, that are sent one by one instead of yielded: `const w = writable<Req>(); const stream = client.chat(w); await w.send({ … }); w.close()`.
 * It has no buffer of its own: `send` resolves when its message was taken and the next one is asked for, so a sender that awaits is held back by the peer.
 */
export function writable<T>(): WritableStream<T> {
  return new HandWritten<T>();
}

class HandWritten<T> implements WritableStream<T> {
  private readonly queue: Waiting<T>[] = [];
  private current: Waiting<T> | undefined = undefined;
  private state: 'open' | 'closed' | 'failed' | 'left' = 'open';
  private error: unknown = undefined;
  private iterating: boolean = false;
  private next: { readonly resolve: (r: IteratorResult<T, undefined>) => void; readonly reject: (e: unknown) => void } | undefined = undefined;

  send(message: T): Promise<void> {
    const sent = this.enqueue(message);
    // One that nobody awaits tells nobody: the stream itself says how it ended.
    sent.catch(() => undefined);
    return sent;
  }

  private enqueue(message: T): Promise<void> {
    if (this.state !== 'open') return Promise.reject(this.refusal());
    return new Promise<void>((taken, left) => {
      const w: Waiting<T> = { message, taken, left };
      const { next } = this;
      if (next === undefined) {
        this.queue.push(w);
        return;
      }
      this.next = undefined;
      this.current = w;
      next.resolve({ done: false, value: message });
    });
  }

  private refusal(): StreamClosedError {
    return new StreamClosedError(this.state === 'left' ? 'the stream that it feeds is over' : 'it was closed');
  }

  close(): void {
    if (this.state !== 'open') return;
    this.state = 'closed';
    this.finish();
  }

  fail(error: unknown): void {
    if (this.state !== 'open') return;
    this.state = 'failed';
    this.error = error;
    this.finish();
  }

  private finish(): void {
    const { next } = this;
    this.next = undefined;
    if (next === undefined) return;
    if (this.state === 'failed') next.reject(this.error);
    else next.resolve({ done: true, value: undefined });
  }

  [Symbol.dispose](): void {
    this.close();
  }

  [Symbol.asyncIterator](): AsyncIterator<T, undefined> {
    if (this.iterating) throw new StreamClosedError('it feeds a stream already, wanted one writable() for each');
    this.iterating = true;
    return { next: () => this.pull(), return: () => this.leave() };
  }

  private pull(): Promise<IteratorResult<T, undefined>> {
    // The one before was taken: its sender may go on.
    this.current?.taken();
    this.current = this.queue.shift();
    const w = this.current;
    if (w !== undefined) return Promise.resolve({ done: false, value: w.message });
    return new Promise((resolve, reject) => {
      this.next = { resolve, reject };
      if (this.state !== 'open') this.finish();
    });
  }

  private leave(): Promise<IteratorResult<T, undefined>> {
    this.state = 'left';
    const waiting = this.current === undefined ? this.queue.splice(0) : [this.current, ...this.queue.splice(0)];
    this.current = undefined;
    for (const w of waiting) w.left(this.refusal());
    this.finish();
    return Promise.resolve({ done: true, value: undefined });
  }
}
