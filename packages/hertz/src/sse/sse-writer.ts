// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Awaitable } from '@cloudwego/gopkg/async';
import { isThenable } from '@cloudwego/gopkg/async';
import { int, optionTable } from '@cloudwego/gopkg/options';
import type { SseEventInit } from '@cloudwego/protocol';
import { writeSseComment, writeSseEvent } from '@cloudwego/protocol';
import type { ResponseStream } from '../streaming/response-stream.js';

/** Settings of `c.sse()`. */
export interface SseWriterOptions {
  /** After so much silence a comment is sent, so that no proxy takes the stream for dead. Unit ms, 0 = never. @defaultValue 0 */
  readonly keepAliveMs?: number | undefined;
}

const table = optionTable<SseWriterOptions>({ keepAliveMs: int({ unit: 'ms', min: 0, max: 0x7fffffff, default: 0 }) });

/**
 * Sends events to one client, until its handler is over: `await sse.done` keeps it open for those who write from elsewhere.
 * Source: cloudwego/hertz pkg/protocol/sse/writer.go.
 */
export class SseWriter implements AsyncDisposable {
  private readonly out: ResponseStream;
  private readonly signal: AbortSignal;
  private readonly timer: NodeJS.Timeout | undefined;
  private silent: boolean = true;
  private waiting: Promise<void> | undefined = undefined;
  private wake: (() => void) | undefined = undefined;

  /** @internal Errors: OptionError. */
  constructor(out: ResponseStream, signal: AbortSignal, o: SseWriterOptions) {
    const { keepAliveMs } = table.resolve(o, 'sse');
    this.out = out;
    this.signal = signal;
    signal.addEventListener('abort', this.left, { once: true });
    if (keepAliveMs! > 0) this.timer = setInterval(this.beat, keepAliveMs).unref();
  }

  /** The client is gone, or `close()` was called. */
  get isClosed(): boolean {
    return this.out.isOver || this.signal.aborted;
  }

  /** The client does not keep up: events that are written now wait in memory. */
  get isBehind(): boolean {
    return this.out.isBehind;
  }

  /** Resolves when the client is gone, or the writer was closed. */
  get done(): Promise<void> {
    return (this.waiting ??= new Promise((resolve) => {
      if (this.isClosed) resolve();
      else this.wake = resolve;
    }));
  }

  /**
   * Sends an event; waits while the client does not keep up.
   * Errors: SseError for what no event can have; the reason for which the client is gone.
   */
  write(e: SseEventInit): Awaitable<void> {
    return this.writeEncoded(writeSseEvent(e));
  }

  /** Sends what `writeSseEvent()` made: an event for many clients is encoded once. */
  writeEncoded(events: string | Uint8Array): Awaitable<void> {
    this.silent = false;
    return this.out.write(events);
  }

  /** Sends what readers pass over. */
  comment(text: string): Awaitable<void> {
    return this.writeEncoded(writeSseComment(text));
  }

  /** Ends the stream. A browser comes back, unless it is told 204 then. */
  close(): void {
    if (this.timer !== undefined) clearInterval(this.timer);
    this.signal.removeEventListener('abort', this.left);
    this.out.end();
    this.wake?.();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  private readonly left = (): void => {
    if (this.timer !== undefined) clearInterval(this.timer);
    this.wake?.();
  };

  private readonly beat = (): void => {
    if (this.silent && !this.isClosed && !this.isBehind) {
      const r = this.out.write(KEEP_ALIVE);
      // Whoever writes next is told that the client is gone.
      if (isThenable(r)) r.then(undefined, () => undefined);
    }
    this.silent = true;
  };
}

const KEEP_ALIVE = writeSseComment('keep-alive');
