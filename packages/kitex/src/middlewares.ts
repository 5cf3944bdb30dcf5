// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { InitContext, MiddlewareBuilder, RpcMiddleware } from './types.js';

/** Calls the builders once; those that return nothing are skipped. */
export function buildMiddlewares(builders: readonly MiddlewareBuilder[], init: InitContext): RpcMiddleware[] {
  return builders.map((b) => b(init)).filter((m): m is RpcMiddleware => m !== undefined);
}
