// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Awaitable } from '@cloudwego/gopkg/async';
import { isThenable } from '@cloudwego/gopkg/async';
import type { BodySink } from '@cloudwego/transport';

/** The body of a response that is written piece by piece. It ends with its handler, if not before. Source: cloudwego/hertz resp.NewChunkedBodyWriter. */
export class ResponseStream {
  private readonly sink: BodySink;
  private readonly trailers: () => readonly string[];
  private behind: boolean = false;
  private over: boolean = false;

  /** @internal */
  constructor(sink: BodySink, trailers: () => readonly string[]) {
    this.sink = sink;
    this.trailers = trailers;
  }

  /** Nothing more can be written. */
  get isOver(): boolean {
    return this.over;
  }

  /** The client does not keep up: what is written now waits in memory. */
  get isBehind(): boolean {
    return this.behind;
  }

  /** Sends a piece. Waits while the client does not keep up. Errors: the reason for which the client is gone. */
  write(piece: Uint8Array | string): Awaitable<void> {
    const r = this.sink.write(piece);
    if (!isThenable(r)) return undefined;
    this.behind = true;
    const back = (): void => {
      this.behind = false;
    };
    r.then(back, back);
    return r;
  }

  /** The body is whole; trailers that were set follow. A second call does nothing. */
  end(): void {
    if (this.over) return;
    this.over = true;
    this.sink.end(this.trailers());
  }

  /** The body cannot be completed: the connection is cut, so that the client sees it. */
  destroy(e?: Error): void {
    if (this.over) return;
    this.over = true;
    this.sink.destroy(e);
  }
}
