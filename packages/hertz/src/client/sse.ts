// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '@cloudwego/gopkg/clock';
import { background, withSignal } from '@cloudwego/gopkg/context';
import type { BaseContext, Context } from '@cloudwego/gopkg/context';
import type { OptionTable } from '@cloudwego/gopkg/options';
import { bool, int, optionTable } from '@cloudwego/gopkg/options';
import type { SseEvent } from '@cloudwego/protocol';
import { SseDecoder } from '@cloudwego/protocol';
import { HttpClientError, isConnectionFault } from './errors.js';
import type { RequestInput } from './request.js';
import type { ClientResponse } from './response.js';
import { pause } from './retry.js';

/** Options of {@link EventSource}. */
export interface SseClientOptions {
  /** Whether it asks again when the connection is lost or the server ends it; 204 ends it for good. @defaultValue true */
  readonly reconnect?: boolean | undefined;
  /** Before it asks again, unless the server says otherwise. Unit ms. @defaultValue 3000 */
  readonly retryMs?: number | undefined;
  /** Longest of these times; failures in a row double it. Unit ms. @defaultValue 30000 */
  readonly maxRetryMs?: number | undefined;
  /** Of one line. Unit bytes. @defaultValue 65536 */
  readonly maxLineBytes?: number | undefined;
}

const table: OptionTable<SseClientOptions> = optionTable<SseClientOptions>({
  reconnect: bool({ default: true }),
  retryMs: int({ unit: 'ms', min: 0, default: 3000 }),
  maxRetryMs: int({ unit: 'ms', min: 0, default: 30_000 }),
  maxLineBytes: int({ unit: 'bytes', min: 64, default: 64 * 1024 }),
});

/**
 * Server-sent events as an iterable, once. Where the connection is lost it is made again with `Last-Event-ID`; an answer that is no stream of events ends it
 * with HERTZ_CLIENT_SSE_REFUSED, as in browsers.
 */
export class EventSource implements AsyncIterable<SseEvent> {
  /** Of the last event that had one. */
  lastEventId: string;
  private readonly connect: (more: RequestInput) => Promise<ClientResponse>;
  private readonly clock: Clock;
  private readonly input: RequestInput;
  private readonly o: { readonly [K in keyof SseClientOptions]-?: NonNullable<SseClientOptions[K]> };

  /** @internal */
  constructor(connect: (more: RequestInput) => Promise<ClientResponse>, clock: Clock, input: RequestInput, o: SseClientOptions) {
    this.connect = connect;
    this.clock = clock;
    this.input = input;
    this.o = table.resolve(o, 'sse') as typeof this.o;
    this.lastEventId = new Headers((input.headers ?? {}) as Record<string, string>).get('last-event-id') ?? '';
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<SseEvent, void, undefined> {
    const ctx: Context = this.input.ctx ?? background;
    const scoped = this.input.signal === undefined ? undefined : withSignal(ctx, this.input.signal);
    const within = (scoped?.ctx ?? ctx) as BaseContext;
    let retryMs = this.o.retryMs;
    let failures = 0;
    try {
      for (;;) {
        try {
          const r = await this.open();
          if (r === undefined) return;
          failures = 0;
          const decoder = new SseDecoder({ maxLineBytes: this.o.maxLineBytes, lastEventId: this.lastEventId });
          for await (const bytes of r.stream()) {
            for (const e of decoder.receive(bytes)) {
              this.lastEventId = decoder.lastEventId;
              if (e.retryMs !== undefined) retryMs = e.retryMs;
              yield e;
            }
          }
          const last = decoder.end();
          this.lastEventId = decoder.lastEventId;
          if (last !== undefined) yield last;
        } catch (e) {
          if (!isConnectionFault(e) || !this.o.reconnect || within.cancelReason !== undefined) throw e;
          failures++;
        }
        if (!this.o.reconnect) return;
        await pause(Math.min(this.o.maxRetryMs, retryMs * 2 ** Math.min(Math.max(0, failures - 1), 20)), this.clock, within);
        const reason = within.cancelReason;
        if (reason !== undefined) throw reason;
      }
    } finally {
      scoped?.[Symbol.dispose]();
    }
  }

  /** Undefined: the server wants no more of it. */
  private async open(): Promise<ClientResponse | undefined> {
    const headers = new Headers((this.input.headers ?? {}) as Record<string, string>);
    if (!headers.has('accept')) headers.set('accept', 'text/event-stream');
    headers.set('cache-control', 'no-cache');
    if (this.lastEventId !== '') headers.set('last-event-id', this.lastEventId);
    const r = await this.connect({ headers });
    if (r.status === 204) return undefined;
    if (r.status === 200 && /^text\/event-stream\b/i.test(r.header('content-type') ?? '')) return r;
    r.cancel();
    throw new HttpClientError('HERTZ_CLIENT_SSE_REFUSED', `got ${r.status} with the type "${r.header('content-type') ?? ''}", wanted 200 and text/event-stream`, { sent: true });
  }
}
