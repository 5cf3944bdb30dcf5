// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Stage } from '../../stages.js';
import type { StreamMiddleware } from '../../stream/types.js';
import type { RpcEndpoint } from '../../types.js';
import type { ServerContext } from '../context.js';

export const streamMiddlewares: Stage = {
  name: 'stream-middlewares',
  file: 'server/stages/stream-middlewares.ts',
  side: 'server',
  when: 'streamMiddlewares are set: inside ACL and error handler, around the handler, from the first message to the last',
};

/** Composes the onion once; the first middleware is outermost. Without middlewares the inner endpoint itself comes back. */
export function composeStreamMiddlewares(mws: readonly StreamMiddleware[], inner: RpcEndpoint): RpcEndpoint {
  if (mws.length === 0) return inner;
  const onion = mws.reduceRight((next, mw) => mw(next), inner);
  return (req, ctx) => {
    (ctx as ServerContext).call.mark(streamMiddlewares);
    return onion(req, ctx);
  };
}
