// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '@cloudwego/gopkg/clock';
import { ANY_METHOD, resolvePolicy, RetryBudget, RetryContainer } from '@cloudwego/governance';
import type { ClientRetryPolicy } from '../types.js';
import type { ResolvedClientOptions } from './options.js';

/**
 * The retry policies of a client: those of its options, else of the container that it was given. Errors: OptionError for policies that make no sense.
 * Differs: one policy for all and policies by method are kept together, where Go forgets the first when the second come.
 */
export function makeRetryContainer(o: ResolvedClientOptions['o'], clock: Clock): RetryContainer {
  if (o.retryContainer !== undefined) return o.retryContainer;
  if (o.retry !== undefined) resolvePolicy(o.retry, 'client.retry');
  for (const [m, p] of Object.entries(o.methodRetry ?? {})) resolvePolicy(p, `client.methodRetry.${m}`);
  const policies: Record<string, ClientRetryPolicy> = { ...o.methodRetry };
  if (o.retry !== undefined) policies[ANY_METHOD] ??= o.retry;
  const b = o.retryBudget;
  return new RetryContainer({
    clock,
    policies,
    ...(o.resultRetry === undefined ? {} : { resultRetry: o.resultRetry }),
    ...(b === undefined ? {} : { budget: b instanceof RetryBudget ? b : new RetryBudget({ clock, ...b }) }),
  });
}
