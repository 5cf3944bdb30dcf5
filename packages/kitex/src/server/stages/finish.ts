// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Stage } from '../../stages.js';
import type { Tracer } from '../../types.js';
import type { ServerCall } from '../call.js';

export const finishStage: Stage = {
  name: 'finish',
  file: 'server/stages/finish.ts',
  side: 'server',
  when: 'always, last: the context ends, tracers finish in reverse, the call leaves its connection',
};

/** A request that was refused never reached the tracers. */
const NOBODY: readonly Tracer[] = Object.freeze([]);

/** Ends the call, once; also when its connection is gone. */
export function finish(call: ServerCall): void {
  if (call.done) return;
  call.done = true;
  call.mark(finishStage);
  call.eventEnd('RPCFinish', call.error);
  if (call.held !== 0) call.core.limits!.left(call);
  call.stream?.finished();
  const tracers = call.traced ? call.core.tracers : NOBODY;
  for (let i = tracers.length - 1; i >= 0; i--) {
    try {
      tracers[i]!.finish(call.ctx);
    } catch (e) {
      call.core.warn('tracer finish failed', e);
    }
  }
  if (call.published !== undefined) call.published.settled(call.error === undefined && call.biz === undefined, call.error ?? call.biz ?? call.value);
  call.ctx.rest();
  call.conn.remove(call);
}
