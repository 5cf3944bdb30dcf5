// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { isThenable } from '@cloudwego/gopkg/async';
import type { Awaitable } from '@cloudwego/gopkg/async';
import { formatAddress } from '@cloudwego/gopkg/io';
import { RetryLostError } from '@cloudwego/governance';
import type { BreakerLevel, BreakerOutcome, Instance } from '@cloudwego/governance';
import {
  AclError,
  CanceledByBusinessError,
  ClosedError,
  DiscoveryError,
  GetConnectionError,
  InstanceCircuitBreakError,
  InternalError,
  isTimeoutError,
  LoadBalanceError,
  NoMoreInstanceError,
  ServiceCircuitBreakError,
  TimeoutByBusinessError,
} from '../../errors.js';
import type { Stage } from '../../stages.js';
import type { ClientCall } from '../call.js';
import type { ClientContext } from '../context.js';
import { Governed } from '../governed.js';

export const breaker: Stage = {
  name: 'breaker',
  file: 'client/stages/breaker.ts',
  side: 'client',
  when: 'circuitBreaker is set: refuses methods that fail too often, around deadline and middlewares, once per attempt',
};

export const instanceBreaker: Stage = {
  name: 'instance-breaker',
  file: 'client/stages/breaker.ts',
  side: 'client',
  when: 'circuitBreaker is set: passes over instances that cannot be reached, once per pick',
};

/** Asks the breaker of the method. Errors: {@link ServiceCircuitBreakError}. */
export function enterBreaker(call: ClientCall, level: BreakerLevel): void {
  call.mark(breaker);
  const { core } = call;
  const key = core.breakers!.key(call.ctx.rpcInfo.from.serviceName, core.o.destService!, call.method.name);
  if (!level.isAllowed(key)) throw new ServiceCircuitBreakError(`service circuit breaker of ${key} is open`);
  (call.gov ??= new Governed(undefined, 0)).breakerKey = key;
}

/** Tells the breaker that let the call pass how it went; `error` undefined = it was answered. */
export function leaveBreaker(call: ClientCall, error: unknown): void {
  const key = call.gov?.breakerKey;
  if (key === undefined) return;
  call.gov!.breakerKey = undefined;
  call.core.breakers!.service!.record(key, error, serviceOutcome(error));
}

/**
 * What the outcome of a call says about its method.
 * Differs: a call that its caller cancelled, or whose result nobody needs any more, counts as nothing, and one that ran into its caller's deadline as a timeout;
 * in Go both are failures.
 * Source: cloudwego/kitex pkg/circuitbreak/cbsuite.go, circuitbreak.go ErrorTypeOnServiceLevel.
 */
function serviceOutcome(e: unknown): BreakerOutcome {
  if (e === undefined) return 'success';
  if (isTimeoutError(e) || e instanceof TimeoutByBusinessError) return 'timeout';
  const ignored =
    e instanceof InternalError ||
    e instanceof ClosedError ||
    e instanceof DiscoveryError ||
    e instanceof AclError ||
    e instanceof LoadBalanceError ||
    e instanceof NoMoreInstanceError ||
    e instanceof CanceledByBusinessError ||
    e instanceof RetryLostError;
  return ignored ? 'ignore' : 'failure';
}

/** One attempt at an instance, if its breaker lets it. Source: ErrorTypeOnInstanceLevel: only connections that are not had count against an instance. */
export function attemptGuarded(level: BreakerLevel, i: Instance, req: unknown, ctx: ClientContext): Awaitable<unknown> {
  const { call } = ctx;
  call.mark(instanceBreaker);
  const key = addressOf(i);
  if (!level.isAllowed(key)) throw new InstanceCircuitBreakError(`instance circuit breaker of ${key} is open`);
  let v: Awaitable<unknown>;
  try {
    v = call.core.attemptEndpoint(req, ctx);
  } catch (e) {
    level.record(key, e, instanceOutcome(e));
    throw e;
  }
  if (!isThenable(v)) {
    level.record(key, undefined, 'success');
    return v;
  }
  return v.then(
    (x) => {
      level.record(key, undefined, 'success');
      return x;
    },
    (e: unknown) => {
      level.record(key, e, instanceOutcome(e));
      throw e;
    },
  );
}

function instanceOutcome(e: unknown): BreakerOutcome {
  for (let p = e, i = 0; p instanceof Error && i < 8; p = p.cause, i++) {
    if (p instanceof GetConnectionError) return 'failure';
    // The request was given up before anything is known of the instance.
    if (p instanceof CanceledByBusinessError || p instanceof RetryLostError) return 'ignore';
  }
  return 'success';
}

const texts = new WeakMap<Instance, string>();

function addressOf(i: Instance): string {
  let s = texts.get(i);
  if (s === undefined) {
    s = formatAddress(i.address);
    texts.set(i, s);
  }
  return s;
}
