// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Awaitable } from '@cloudwego/gopkg/async';
import type { Stage } from '../../stages.js';
import type { AclRule, RpcEndpoint } from '../../types.js';
import { checkAcl } from '../../acl.js';
import type { ServerContext } from '../context.js';

export const acl: Stage = {
  name: 'acl',
  file: 'server/stages/acl.ts',
  side: 'server',
  when: 'aclRules are set: inside the universal middlewares',
};

/** Puts the rules around `next`; without rules `next` itself comes back. */
export function composeAcl(rules: readonly AclRule[], next: RpcEndpoint): RpcEndpoint {
  if (rules.length === 0) return next;
  return (req, ctx): Awaitable<unknown> => {
    (ctx as ServerContext).call.mark(acl);
    return checkAcl(rules, req, ctx, next);
  };
}
