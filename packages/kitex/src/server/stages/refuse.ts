// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { GrpcStatus } from '@cloudwego/protocol';
import { GrpcStatusError, InternalError } from '../../errors.js';
import type { Stage } from '../../stages.js';
import type { ServerCall } from '../call.js';

export const refuse: Stage = {
  name: 'refuse',
  file: 'server/stages/refuse.ts',
  side: 'server',
  when: 'always, before decode: a request whose caller has stopped waiting, or that is over the limits, is answered without being decoded',
};

/** The reason to answer without decoding, or undefined. */
export function refusal(call: ServerCall, now: number): Error | undefined {
  call.mark(refuse);
  call.core.observed?.observe();
  if (call.core.o.enableContextTimeout === true && call.head.deadline <= now) {
    if (call.wire === 'grpc') return new GrpcStatusError(GrpcStatus.DeadlineExceeded, 'the deadline passed before the request was read');
    return new InternalError(`the caller's deadline passed before the request was read, method ${call.method.name}`);
  }
  return call.core.limits?.refuse(call);
}
