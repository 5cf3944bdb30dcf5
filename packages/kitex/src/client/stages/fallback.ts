// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { isThenable } from '@cloudwego/gopkg/async';
import type { Awaitable } from '@cloudwego/gopkg/async';
import { bool, func, oneOf, optionTable } from '@cloudwego/gopkg/options';
import type { OptionTable } from '@cloudwego/gopkg/options';
import { InstanceCircuitBreakError, isTimeoutError, ServiceCircuitBreakError } from '../../errors.js';
import type { Stage } from '../../stages.js';
import type { RpcContext } from '../../types.js';
import type { ClientCall } from '../call.js';

export const fallback: Stage = {
  name: 'fallback',
  file: 'client/stages/fallback.ts',
  side: 'client',
  when: 'fallback is set, and the outcome is one of those that it is for: after all retries, what it gives takes the place of the outcome',
};

/** How a call came out. */
export interface FallbackOutcome {
  /** Undefined = the call went well. Business failures and declared exceptions are errors here. */
  readonly error: unknown;
  readonly response: unknown;
}

/**
 * Gives a call another outcome.
 * Source: cloudwego/kitex pkg/fallback Policy, NewFallbackPolicy, ErrorFallback, TimeoutAndCBFallback.
 */
export interface Fallback {
  /** Which outcomes it is for. @defaultValue 'error' */
  readonly when?: 'always' | 'error' | 'timeout-or-breaker' | undefined;
  /** Gives the value that the caller gets, or throws. `undefined` for a call that failed leaves the failure as it is; a method without a result gives null. */
  readonly run: (req: unknown, outcome: FallbackOutcome, ctx: RpcContext) => Awaitable<unknown>;
  /** Tracers see what the fallback made of a call that failed. @defaultValue false. Source: EnableReportAsFallback. */
  readonly reportAsFallback?: boolean | undefined;
}

export const fallbackTable: OptionTable<Fallback> = optionTable<Fallback>({
  when: oneOf(['always', 'error', 'timeout-or-breaker'], { default: 'error' }),
  run: func<Fallback['run']>({ required: true }),
  reportAsFallback: bool({ default: false }),
});

/** Whether the policy wants this outcome. */
export function wantsFallback(f: Fallback, ok: boolean, v: unknown): boolean {
  if (f.when === 'always') return true;
  if (ok) return false;
  return f.when === 'timeout-or-breaker' ? isTimeoutError(v) || v instanceof ServiceCircuitBreakError || v instanceof InstanceCircuitBreakError : true;
}

/** Asks the policy; `done` gets what the caller gets. */
export function runFallback(call: ClientCall, f: Fallback, ok: boolean, v: unknown, done: (ok: boolean, v: unknown) => void): void {
  call.mark(fallback);
  const took = (x: unknown): void => {
    if (x !== undefined) {
      done(true, x ?? undefined);
      return;
    }
    if (!ok) call.core.warn(`the fallback of method ${call.method.name} gave neither a result nor an error, the failure stays`, v);
    done(ok, v);
  };
  let r: Awaitable<unknown>;
  try {
    r = f.run(call.req, { error: ok ? undefined : v, response: ok ? v : undefined }, call.ctx);
  } catch (e) {
    done(false, e);
    return;
  }
  if (isThenable(r)) {
    r.then(took, (e: unknown) => {
      done(false, e);
    });
  } else {
    took(r);
  }
}
