// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Stage } from '../../stages.js';
import type { ClientCall } from '../call.js';
import { ClientContext } from '../context.js';

export const trace: Stage = {
  name: 'trace',
  file: 'client/stages/trace.ts',
  side: 'client',
  when: 'tracers are set: each starts in order; they finish in reverse when the call ends',
};

export function traceStart(call: ClientCall): void {
  const tracers = call.core.tracers;
  if (tracers.length === 0) return;
  call.mark(trace);
  call.traced = true;
  for (const t of tracers) {
    try {
      const next = t.start(call.ctx);
      if (next instanceof ClientContext) call.ctx = next;
    } catch (e) {
      call.core.warn('tracer start failed', e);
    }
  }
}

export function traceFinish(call: ClientCall): void {
  if (!call.traced) return;
  const tracers = call.core.tracers;
  for (let i = tracers.length - 1; i >= 0; i--) {
    try {
      tracers[i]!.finish(call.ctx);
    } catch (e) {
      call.core.warn('tracer finish failed', e);
    }
  }
}
