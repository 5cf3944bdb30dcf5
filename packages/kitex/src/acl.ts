// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { isThenable } from '@cloudwego/gopkg/async';
import type { Awaitable } from '@cloudwego/gopkg/async';
import { AclError } from './errors.js';
import type { AclRule, RpcContext, RpcEndpoint } from './types.js';

/**
 * Runs the rules in order; the first reason refuses with {@link AclError}.
 * Source: cloudwego/kitex pkg/acl/acl.go.
 */
export function checkAcl(rules: readonly AclRule[], req: unknown, ctx: RpcContext, next: RpcEndpoint, from = 0): Awaitable<unknown> {
  for (let i = from; i < rules.length; i++) {
    const reason = rules[i]!(req, ctx);
    if (isThenable(reason)) {
      return reason.then((r) => {
        refuse(r as Error | string | undefined);
        return checkAcl(rules, req, ctx, next, i + 1);
      });
    }
    refuse(reason as Error | string | undefined);
  }
  return next(req, ctx);
}

function refuse(reason: Error | string | undefined): void {
  if (reason === undefined) return;
  if (reason instanceof AclError) throw reason;
  throw typeof reason === 'string' ? new AclError(reason) : new AclError(undefined, { cause: reason });
}
