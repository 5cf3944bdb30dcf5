// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Stage } from '../../stages.js';
import type { ServerCall } from '../call.js';
import { ServerContext } from '../context.js';

export const trace: Stage = {
  name: 'trace',
  file: 'server/stages/trace.ts',
  side: 'server',
  when: 'tracers are set: each starts in order, before the payload is decoded',
};

export function traceStart(call: ServerCall): void {
  const tracers = call.core.tracers;
  if (tracers.length === 0) return;
  call.mark(trace);
  call.traced = true;
  for (const t of tracers) {
    try {
      const next = t.start(call.ctx);
      if (next instanceof ServerContext) call.ctx = next;
    } catch (e) {
      call.core.warn('tracer start failed', e);
    }
  }
}
