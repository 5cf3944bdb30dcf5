// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { clientStageChannel } from '../../tracing.js';
import type { Stage } from '../../stages.js';
import type { ClientCall } from '../call.js';
import { CallPhase } from '../phase.js';
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
  let good = ok;
  let outcome = v;
  if (ok && call.biz !== undefined) {
    good = false;
    outcome = call.biz;
  }
  if (!ok) call.error = v;
  call.event('RPCFinish');
  traceFinish(call);
  if (call.trace !== undefined) clientStageChannel.publish({ call: call.info(), stages: call.trace });
  call.settle(good, outcome);
}
