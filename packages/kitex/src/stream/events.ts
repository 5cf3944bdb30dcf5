// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Stage, StageTrace } from '../stages.js';
import type { RpcContext, Tracer } from '../types.js';
import type { StreamEvent } from './types.js';

/** Tells the tracers what happened; what one throws goes no further. */
export function tellTracers(tracers: readonly Tracer[], ctx: RpcContext, event: StreamEvent, warn: (message: string, e: unknown) => void): void {
  for (const t of tracers) {
    try {
      t.streamEvent?.(ctx, event);
    } catch (e) {
      warn('tracer streamEvent failed', e);
    }
  }
}

/** Notes a stage that runs for every message of a stream: once. */
export function markOnce(trace: StageTrace | undefined, stage: Stage): void {
  if (trace !== undefined && !trace.includes(stage)) trace.push(stage);
}
