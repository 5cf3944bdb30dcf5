// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Stage } from '../../stages.js';
import type { RpcEndpoint, RpcMiddleware } from '../../types.js';
import type { ClientContext } from '../context.js';

export const instanceMiddlewares: Stage = {
  name: 'instance-middlewares',
  file: 'client/stages/instance-middlewares.ts',
  side: 'client',
  when: 'instanceMiddlewares are set: after picking, once per attempt',
};

/** Composes once; the first is outermost. Without middlewares `inner` itself comes back. */
export function composeInstanceMiddlewares(mws: readonly RpcMiddleware[], inner: RpcEndpoint): RpcEndpoint {
  if (mws.length === 0) return inner;
  const onion = mws.reduceRight((next, mw) => mw(next), inner);
  return (req, ctx) => {
    (ctx as ClientContext).call.mark(instanceMiddlewares);
    return onion(req, ctx);
  };
}
