// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Awaitable } from '@cloudwego/gopkg/async';
import type { BodySource } from './body.js';
import { IncomingBody } from './body.js';
import { ExchangeStateError, RequestBrokenError } from './errors.js';

/** The side of an exchange that does not depend on what carries it: the body that comes, and the signal that says when nobody waits any more. */
export abstract class RequestSide implements BodySource {
  protected readonly incoming: IncomingBody;
  /** The connection, or this stream of it, is lost: answers go nowhere. */
  protected gone: Error | undefined = undefined;
  protected controller: AbortController | undefined = undefined;

  /** `empty`: there is no body; `length`: what was announced of it. */
  constructor(empty: boolean, length: number | undefined) {
    this.incoming = new IncomingBody(this, empty, length);
  }

  get signal(): AbortSignal {
    this.controller ??= new AbortController();
    if (this.gone !== undefined && !this.controller.signal.aborted) this.controller.abort(this.gone);
    return this.controller.signal;
  }

  body(limit: number): Awaitable<Uint8Array> {
    return this.incoming.read(limit);
  }

  stream(): AsyncIterable<Uint8Array> {
    return this.incoming.stream();
  }

  trailers(): readonly string[] {
    return this.incoming.trailers;
  }

  /** What carries it is lost. */
  onLost(e: Error): void {
    if (this.gone !== undefined) return;
    this.gone = e;
    this.incoming.fail(new RequestBrokenError(`the request broke off: ${e.message}`, { cause: e }));
    this.controller?.abort(e);
    this.answerLost(e);
  }

  /** The server gives the request no more time. */
  abort(reason: Error): void {
    this.controller ??= new AbortController();
    this.controller.abort(reason);
  }

  /** Whoever waits for the client to take more of the answer is told. */
  protected abstract answerLost(e: Error): void;

  abstract wanted(): void;
  abstract taken(bytes: number): void;
}

/** A connection is handed over by 101, or by 2xx to CONNECT; whoever reads another status goes on with HTTP. */
export function checkHandOver(method: string, status: number): void {
  if (status === 101 || (method === 'CONNECT' && status >= 200 && status < 300)) return;
  throw new ExchangeStateError(`upgrade: got the status ${status} to ${method}, wanted 101, or 2xx to CONNECT`);
}
