// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { StageTrace } from '../stages.js';
import { clientStageChannel } from '../tracing.js';

let sequence = 0;

/** A process-wide counter that is never 0. Source: cloudwego/kitex pkg/rpcinfo/invocation.go genSeqID. */
export function nextSeqId(): number {
  sequence = (sequence + 1) | 0;
  if (sequence === 0) sequence = 1;
  return sequence;
}

/** The list that a traced call fills, if somebody listens. */
export function tracing(): StageTrace | undefined {
  return clientStageChannel.hasSubscribers ? [] : undefined;
}
