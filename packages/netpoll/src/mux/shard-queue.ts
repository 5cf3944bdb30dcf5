// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { toError } from '@cloudwego/gopkg/errors';
import { ConnClosedError } from '../errors.js';
import type { LinkBuffer } from '../linkbuffer/link-buffer.js';
import type { ReadWriter } from '../linkbuffer/read-writer.js';

/** Called when it is its turn; undefined = nothing to send after all. */
export type WriterGetter = () => LinkBuffer | undefined;

/**
 * Merges what many callers write to one connection: everything that was added in a turn is appended and flushed once, in the order of `add`. The queue is the
 * only one that writes.
 * Errors:  a getter that throws, and a connection that does not take what it is given, ends the connection; callers hear of it from that.
 *          `add` after `close` throws {@link ConnClosedError} (NETPOLL_CONN_CLOSED), and so does a second `close`.
 * Source:  cloudwego/netpoll mux/shard_queue.go. `Differs:` one thread needs no shards; `add` after `close` is an error, there it is dropped in silence.
 */
export class ShardQueue implements AsyncDisposable {
  private readonly to: ReadWriter;
  private queue: WriterGetter[] = [];
  private scheduled: boolean = false;
  /** The connection is above high water: nothing is taken out until it settles. */
  private blocked: Promise<void> | undefined = undefined;
  private closed: boolean = false;
  private drained: (() => void) | undefined = undefined;

  constructor(to: ReadWriter) {
    this.to = to;
  }

  /** Getters that wait. */
  get size(): number {
    return this.queue.length;
  }

  /** Undefined, or a promise that settles when the connection takes more: whoever waits for it keeps the queue short. It never rejects. */
  add(...getters: readonly WriterGetter[]): Promise<void> | undefined {
    if (this.closed) throw new ConnClosedError('add: the queue was closed');
    this.queue.push(...getters);
    this.schedule();
    return this.blocked;
  }

  private schedule(): void {
    if (this.scheduled || this.blocked !== undefined) return;
    this.scheduled = true;
    queueMicrotask(() => {
      this.scheduled = false;
      this.run();
    });
  }

  private run(): void {
    const all = this.queue;
    this.queue = [];
    try {
      for (const g of all) {
        const w = g();
        if (w !== undefined) this.to.append(w);
      }
      this.wait(this.to.flush());
    } catch (e) {
      this.to.destroy(toError(e));
    }
    this.settle();
  }

  private wait(flushed: Promise<void> | undefined): void {
    if (flushed === undefined) return;
    this.blocked = flushed
      .catch((e: unknown) => {
        this.to.destroy(toError(e));
      })
      .then(() => {
        this.blocked = undefined;
        if (this.queue.length > 0) this.schedule();
        this.settle();
      });
  }

  private settle(): void {
    if (this.queue.length > 0 || this.scheduled || this.blocked !== undefined) return;
    this.drained?.();
  }

  /** Waits until what was added is with the connection, which it leaves open. */
  close(): Promise<void> {
    if (this.closed) return Promise.reject(new ConnClosedError('close: the queue was closed before'));
    this.closed = true;
    return new Promise((resolve) => {
      this.drained = resolve;
      this.settle();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.closed) await this.close();
  }
}
