// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { InternalError } from '../../errors.js';
import type { Stage } from '../../stages.js';
import { clientStageChannel } from '../../tracing.js';
import type { ClientCall } from '../call.js';
import { explainRefusal } from '../explain-refusal.js';
import type { Governed } from '../governed.js';
import { CallPhase } from '../phase.js';
import { leaveBreaker } from './breaker.js';
import type { Fallback } from './fallback.js';
import { runFallback, wantsFallback } from './fallback.js';
import { abandonAttempt } from './read.js';
import { disarmTimeout } from './timeout.js';
import { traceFinish } from './trace.js';

export const finishStage: Stage = {
  name: 'finish',
  file: 'client/stages/finish.ts',
  side: 'client',
  when: 'always, last: timer and listener go, a biz status becomes the error, tracers finish, the promise settles',
};

/** Ends the call, once. */
export function finish(call: ClientCall, ok: boolean, v: unknown): void {
  if (call.phase === CallPhase.Settled) return;
  disarmTimeout(call);
  if (call.attemptReject !== undefined) {
    // A middleware answered without waiting for what it began: nobody would ever end that attempt.
    abandonAttempt(call, new InternalError(`the call of method ${call.method.name} ended before its attempt did`));
  }
  const { gov } = call;
  if (gov !== undefined && leaveGovernance(call, gov, ok, v)) return;
  let good = ok;
  let outcome = v;
  if (ok && call.biz !== undefined) {
    good = false;
    outcome = call.biz;
  }
  // A declared exception is an answer: tracers see success, as in Go, where it travels in the result.
  if (!ok && !call.method.isDeclared(v)) call.error = v;
  call.phase = CallPhase.Settled;
  const fallback = call.options?.fallback ?? call.core.o.fallback;
  if (fallback === undefined || call.method.kind !== 'unary' || !wantsFallback(fallback, good, outcome)) conclude(call, good, outcome);
  else fallBack(call, fallback, good, outcome);
}

/** What retry and breaker want of the end of a call. True = it was an attempt, and the call goes on without it. */
function leaveGovernance(call: ClientCall, gov: Governed, ok: boolean, v: unknown): boolean {
  const answered = ok || call.method.isDeclared(v);
  leaveBreaker(call, answered ? undefined : v);
  if (gov.root !== undefined) {
    call.phase = CallPhase.Settled;
    call.ctx.rest();
    gov.ok = ok;
    gov.root.gov!.run!.ended(call, answered, v);
    return true;
  }
  gov.run?.abandon(v instanceof Error ? v : new InternalError(`the call of method ${call.method.name} is over`));
  if (!answered) explainRefusal(call, v);
  return false;
}

/** Tracers see the outcome of the call itself, unless the policy wants its own to be seen. */
function fallBack(call: ClientCall, fallback: Fallback, ok: boolean, v: unknown): void {
  runFallback(call, fallback, ok, v, (good, outcome) => {
    if (fallback.reportAsFallback === true && call.error !== undefined) call.error = good ? undefined : outcome;
    conclude(call, good, outcome);
  });
}

function conclude(call: ClientCall, ok: boolean, v: unknown): void {
  call.mark(finishStage);
  call.eventEnd('RPCFinish', call.error);
  traceFinish(call);
  call.published?.settled(ok, v);
  if (call.trace !== undefined) clientStageChannel.publish({ call: call.info(), stages: call.trace });
  call.conclude(ok, v);
  call.stream?.finished(ok, v);
  call.ctx.rest();
  call.core.ended();
}
