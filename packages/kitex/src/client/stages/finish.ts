// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { InternalError } from '../../errors.js';
import type { Stage } from '../../stages.js';
import { clientStageChannel } from '../../tracing.js';
import type { ClientCall } from '../call.js';
import { CallPhase } from '../phase.js';
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
  call.mark(finishStage);
  disarmTimeout(call);
  if (call.attemptReject !== undefined) {
    // A middleware answered without waiting for what it began: nobody would ever end that attempt.
    abandonAttempt(call, new InternalError(`the call of method ${call.method.name} ended before its attempt did`));
  }
  let good = ok;
  let outcome = v;
  if (ok && call.biz !== undefined) {
    good = false;
    outcome = call.biz;
  }
  // A declared exception is an answer: tracers see success, as in Go, where it travels in the result.
  if (!ok && !call.method.isDeclared(v)) call.error = v;
  call.event('RPCFinish');
  traceFinish(call);
  if (call.trace !== undefined) clientStageChannel.publish({ call: call.info(), stages: call.trace });
  call.settle(good, outcome);
  call.ctx.rest();
  call.core.ended();
}
