// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Awaitable } from '@cloudwego/gopkg/async';
import type { Stage } from '../../stages.js';
import type { RpcContext } from '../../types.js';
import type { ServerContext } from '../context.js';

export const handlerStage: Stage = {
  name: 'handler',
  file: 'server/stages/handler.ts',
  side: 'server',
  when: 'always: the user handler, arguments as in the IDL, then ctx',
};

/** Calls the user's handler with the arguments that the innermost middleware passed on. */
export function callHandler(req: unknown, ctx: RpcContext): Awaitable<unknown> {
  const call = (ctx as ServerContext).call;
  call.mark(handlerStage);
  call.event('ServerHandleStart');
  const impl = call.entry.handlers;
  const key = call.method.key;
  const f = impl[key] as (...a: unknown[]) => Awaitable<unknown>;
  switch (call.method.arity) {
    case 0:
      return f.call(impl, ctx);
    case 1:
      return f.call(impl, req, ctx);
    default:
      return f.call(impl, ...(req as readonly unknown[]), ctx);
  }
}
