// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Awaitable } from '@cloudwego/gopkg/async';
import { runWithContext } from '@cloudwego/gopkg/context';
import type { RpcEndpoint } from '../types.js';
import type { ServerCall } from './call.js';

/** Calls the endpoint inside of what follows it: the ambient context, and the stores of whoever subscribed. Nothing is made where nothing follows it. */
export function enter(call: ServerCall, endpoint: RpcEndpoint, req: unknown): Awaitable<unknown> {
  const { core, published, ctx } = call;
  if (!core.ambient && published === undefined) return endpoint(req, ctx);
  const run = (): Awaitable<unknown> => endpoint(req, ctx);
  const ambient = core.ambient ? (): Awaitable<unknown> => runWithContext(ctx, run) : run;
  return published === undefined ? ambient() : published.run(ambient);
}
