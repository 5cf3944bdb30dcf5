// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { contextKey } from '@cloudwego/gopkg/context';
import type { Context, ContextKey } from '@cloudwego/gopkg/context';
import type { Stage } from '../../stages.js';
import type { RpcEndpoint, RpcMiddleware } from '../../types.js';
import type { ClientContext } from '../context.js';

export const middlewares: Stage = {
  name: 'middlewares',
  file: 'client/stages/middlewares.ts',
  side: 'client',
  when: 'middlewares are set: unary, then those of the context, then universal ones, each list in order, the first outermost',
};

const key: ContextKey<readonly RpcMiddleware[]> = contextKey('kitex.contextMiddlewares');

/**
 * A context whose client calls run `mws` between the unary and the universal middlewares; stacks on what the context has already.
 * Source: cloudwego/kitex client/context_middleware.go WithContextMiddlewares.
 */
export function withContextMiddlewares<C extends Context>(ctx: C, ...mws: readonly RpcMiddleware[]): C {
  return ctx.with(key, [...(ctx.value(key) ?? []), ...mws]);
}

/**
 * Composes the onion once. Only calls whose context has middlewares of its own compose those per call. `bare` is what a call runs that nothing is around:
 * `inner`, or something cheaper that gives the runner the same.
 */
export function composeMiddlewares(unary: readonly RpcMiddleware[], universal: readonly RpcMiddleware[], inner: RpcEndpoint, bare: RpcEndpoint): RpcEndpoint {
  const core = universal.reduceRight((next, mw) => mw(next), inner);
  const without = unary.length === 0 && universal.length === 0 ? bare : core;
  const fromContext: RpcEndpoint = (req, ctx) => {
    const own = ctx.value(key);
    if (own === undefined) return without(req, ctx);
    if (unary.length === 0 && universal.length === 0) (ctx as ClientContext).call.mark(middlewares);
    return own.reduceRight((next, mw) => mw(next), core)(req, ctx);
  };
  if (unary.length === 0 && universal.length === 0) return fromContext;
  const onion = unary.reduceRight((next, mw) => mw(next), fromContext);
  return (req, ctx) => {
    (ctx as ClientContext).call.mark(middlewares);
    return onion(req, ctx);
  };
}
