// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { DeadlineError } from '@cloudwego/gopkg/context';
import { formatAddress } from '@cloudwego/gopkg/io';
import { CanceledByBusinessError, RpcTimeoutError, TimeoutByBusinessError } from '../errors.js';
import type { ClientCall } from './call.js';
import { CallPhase } from './phase.js';
import { finish } from './stages/finish.js';
import { abandonAttempt } from './stages/read.js';

/** The deadline passed: the caller is answered at once, the connection in use is given up. */
export function expire(call: ClientCall, now: number): void {
  if (call.phase === CallPhase.Settled) return;
  const to = `to=${call.core.o.destService!}, method=${call.method.name}, location=kitex.rpcTimeout`;
  const remote = call.conn !== undefined || call.instance !== undefined ? `, remote=${formatAddress(call.remoteAddress())}` : '';
  const waited = Math.round(now - call.startedAt);
  let e: Error;
  if (call.callerDeadline && call.core.o.fineGrainedErrors === true) {
    e = new TimeoutByBusinessError(`the caller's own deadline passed after ${waited} ms, ${to}${remote}`);
  } else {
    const which = call.callerDeadline ? `context deadline earlier than timeout, actual=${waited}ms` : `timeout=${call.rpcTimeoutMs}ms (rpcTimeoutMs)`;
    e = new RpcTimeoutError(`${which}, ${to}${remote}`, call.rpcTimeoutMs);
  }
  abandonAttempt(call, e);
  finish(call, false, e);
}

/** Ends a call whose outcome nobody needs. */
export function dropCall(call: ClientCall, reason: Error): void {
  abandonAttempt(call, reason);
  finish(call, false, reason);
}

/** The caller gave up: its signal aborted, or the context it passed ended. */
export function cancelCall(call: ClientCall, reason: unknown): void {
  if (call.phase === CallPhase.Settled) return;
  if (reason instanceof DeadlineError) {
    expire(call, call.core.clock.now());
    return;
  }
  if (call.stream !== undefined) call.stream.givenUp = true;
  const where = `to=${call.core.o.destService!}, method=${call.method.name}`;
  let e: Error;
  if (call.core.o.fineGrainedErrors === true) e = new CanceledByBusinessError(undefined, { cause: reason, extra: where });
  else e = new RpcTimeoutError(`context canceled by business, ${where}`, call.rpcTimeoutMs, { cause: reason });
  abandonAttempt(call, e);
  finish(call, false, e);
}
