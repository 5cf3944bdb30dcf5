// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Awaitable } from '../async/index.js';
import { isThenable } from '../async/index.js';
import type { Context } from '../context/index.js';

/** What answers a request: handlers, client stubs and everything between. */
export type Endpoint<Req = unknown, Res = unknown, Cx extends Context = Context> = (req: Req, ctx: Cx) => Awaitable<Res>;

/** Wraps an endpoint. In a list, index 0 is outermost. An `async` one is legal and costs one promise per call. */
export type Middleware<Req = unknown, Res = unknown, Cx extends Context = Context> = (next: Endpoint<Req, Res, Cx>) => Endpoint<Req, Res, Cx>;

/** A middleware that fits every framework and every method. */
export type AnyMiddleware = <Req, Res, Cx extends Context>(next: Endpoint<Req, Res, Cx>) => Endpoint<Req, Res, Cx>;

/**
 * Composes middlewares into one; the first is outermost, as in Kitex.
 * Source: cloudwego/kitex pkg/endpoint/endpoint.go Chain.
 */
export function chain<Req, Res, Cx extends Context>(...mws: readonly Middleware<Req, Res, Cx>[]): Middleware<Req, Res, Cx> {
  return (next) => mws.reduceRight((inner, mw) => mw(inner), next);
}

/**
 * Calls `next` and hands its outcome to `ok` or `err`, whether it returned a value, a promise, threw or rejected.
 * Both callbacks receive `ctx`, so that a middleware needs no closure of its own. What a callback throws is the result.
 */
export function invoke<Req, Res, Cx extends Context, R>(
  next: Endpoint<Req, Res, Cx>,
  req: Req,
  ctx: Cx,
  ok: (v: Res, ctx: Cx) => R,
  err: (e: unknown, ctx: Cx) => R,
): Awaitable<R> {
  let v: Awaitable<Res>;
  try {
    v = next(req, ctx);
  } catch (e) {
    return err(e, ctx);
  }
  if (isThenable(v)) {
    return v.then(
      (x) => ok(x, ctx),
      (e: unknown) => err(e, ctx),
    );
  }
  return ok(v as Res, ctx);
}
