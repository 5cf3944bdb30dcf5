// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Address } from '@cloudwego/gopkg/io';
import type { HertzApp } from '../app.js';
import { FetchExchange } from './fetch-exchange.js';

/** Options of {@link toFetch}. */
export interface ToFetchOptions {
  /** The address of a client: who carries the Request knows. @defaultValue none */
  readonly remote?: ((request: Request) => Address) | undefined;
}

const NOBODY: Address = Object.freeze({ kind: 'memory', name: 'fetch' });

/**
 * An app as a fetch handler: what Deno, Bun, workers and tests call. No socket is opened, and none of the modules that could is imported.
 * Not there: `inform`, `upgrade`, trailers.
 */
export function toFetch(app: HertzApp, o: ToFetchOptions = {}): (request: Request) => Promise<Response> {
  return (request) => {
    const x = new FetchExchange(request, o.remote?.(request) ?? NOBODY);
    app.serve(x);
    return x.response;
  };
}
