// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { OptionError } from '@cloudwego/gopkg/errors';
import type { InitContext, MiddlewareBuilder, RpcMiddleware } from './types.js';

/** Calls the builders once; those that return nothing are skipped. Errors: {@link OptionError} for one that returns something else than a middleware. */
export function buildMiddlewares(builders: readonly MiddlewareBuilder[], init: InitContext, path: string): RpcMiddleware[] {
  const made = builders.map((b, i) => {
    const m: unknown = b(init);
    if (m !== undefined && typeof m !== 'function') throw new OptionError(`${path}[${i}]`, `${path}[${i}]: the builder gave ${typeof m}, wanted a middleware or undefined`);
    return m as RpcMiddleware | undefined;
  });
  return made.filter((m) => m !== undefined);
}
