// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Stage } from '../../stages.js';
import type { RpcEndpoint, RpcMiddleware } from '../../types.js';
import type { ServerContext } from '../context.js';

export const unaryMiddlewares: Stage = {
  name: 'unary-middlewares',
  file: 'server/stages/unary-middlewares.ts',
  side: 'server',
  when: 'unaryMiddlewares are set: inside ACL and error handler, around the handler',
};

/** Composes the onion once; the first middleware is outermost. Without middlewares the inner endpoint itself comes back. */
export function composeUnaryMiddlewares(mws: readonly RpcMiddleware[], inner: RpcEndpoint): RpcEndpoint {
  if (mws.length === 0) return inner;
  const onion = mws.reduceRight((next, mw) => mw(next), inner);
  return (req, ctx) => {
    (ctx as ServerContext).call.mark(unaryMiddlewares);
    return onion(req, ctx);
  };
}
