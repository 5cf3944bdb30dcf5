// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { setMaxListeners } from 'node:events';
import type { Stage } from '../../stages.js';
import type { ClientCall } from '../call.js';
import { CallPhase } from '../phase.js';

export const timeout: Stage = {
  name: 'timeout',
  file: 'client/stages/timeout.ts',
  side: 'client',
  when: 'a deadline or a signal is set: enters the shared wheel, listens for cancellation',
};

/** Signals that were told that many calls may listen to them: Node would take the eleventh for a leak. */
const told = new WeakSet<AbortSignal>();

/** Arms the call's deadline and listens to its signal. False = the call is over already. `outer`: what bounds all attempts together, which is no stage of one. */
export function armTimeout(call: ClientCall, outer: boolean = false): boolean {
  const at = call.ctx.deadline;
  const signal = call.signal;
  const parent = call.parent;
  if (at === Infinity && signal === undefined && parent === undefined) return true;
  if (!outer) call.mark(timeout);
  if (parent !== undefined) {
    parent.listen(call);
    if (call.phase === CallPhase.Settled) return false;
  }
  if (signal !== undefined) {
    if (signal.aborted) {
      call.canceled(signal.reason);
      return false;
    }
    const onAbort = (): void => {
      call.canceled(signal.reason);
    };
    call.onAbort = onAbort;
    if (!told.has(signal)) {
      told.add(signal);
      setMaxListeners(0, signal);
    }
    signal.addEventListener('abort', onAbort, { once: true });
  }
  if (at !== Infinity) {
    const now = call.core.clock.now();
    if (at <= now) {
      call.fire(now);
      return false;
    }
    call.core.clock.wheel.add(call, at);
  }
  return true;
}

/** Takes both back; called once when the call ends. */
export function disarmTimeout(call: ClientCall): void {
  if (call.at !== Infinity) call.core.clock.wheel.remove(call);
  call.parent?.unlisten(call);
  call.derived?.unlisten(call);
  if (call.onAbort !== undefined) {
    call.signal!.removeEventListener('abort', call.onAbort);
    call.onAbort = undefined;
  }
}
