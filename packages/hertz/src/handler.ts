// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Awaitable } from '@cloudwego/gopkg/async';
import type { RequestContext } from './context.js';

/** Handles a request, or does something before and after those behind it: `await c.next()`. */
export type Handler<P = Readonly<Record<string, string>>> = (c: RequestContext<P>) => Awaitable<void>;

const STREAMS: unique symbol = Symbol('hertz.streamBody');

/**
 * A middleware that makes its route start as soon as the head of a request is there: its body is read by `c.bodyStream()`, and has no limit but its reader's.
 * Source: cloudwego/hertz server.WithStreamBody, which is for the whole server.
 */
export function streamBody(): Handler {
  const marker: Handler & { [STREAMS]?: true } = () => undefined;
  marker[STREAMS] = true;
  return marker;
}

export function isStreaming(handlers: readonly Handler[]): boolean {
  return handlers.some((h) => (h as { readonly [STREAMS]?: true })[STREAMS] === true);
}

/** A handler under a name of its own, for `routes()`, logs and metrics. Source: cloudwego/hertz RouterGroup.GETEX and its like. */
export function named<P>(name: string, handler: Handler<P>): Handler<P> {
  return Object.defineProperty(function (c: RequestContext<P>) {
    return handler(c);
  }, 'name', { value: name });
}
