// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Stage } from '../../stages.js';
import type { RpcEndpoint, RpcMiddleware } from '../../types.js';
import type { ServerContext } from '../context.js';

export const middlewares: Stage = {
  name: 'middlewares',
  file: 'server/stages/middlewares.ts',
  side: 'server',
  when: 'universal middlewares are set: the onion around everything below',
};

/** Composes the onion once; the first middleware is outermost. Without middlewares the inner endpoint itself comes back. */
export function composeMiddlewares(mws: readonly RpcMiddleware[], inner: RpcEndpoint): RpcEndpoint {
  if (mws.length === 0) return inner;
  const onion = mws.reduceRight((next, mw) => mw(next), inner);
  return (req, ctx) => {
    (ctx as ServerContext).call.mark(middlewares);
    return onion(req, ctx);
  };
}
