// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { RpcTail } from '@cloudwego/protocol';
import { GrpcStatus, TTStreamCode } from '@cloudwego/protocol';
import { BizStatusError, GrpcStatusError, RpcTimeoutError } from '../errors.js';
import { bizOfTrailers } from '../meta/biz-status.js';
import { readTail } from '../stream/ttstream.js';
import type { ClientCall } from './call.js';
import { ioError } from './stages/error-handler.js';

/** What the peer's status means to the caller: undefined for a stream that ended well; a business status is noted on the call, and is no failure of the RPC. */
export function answerError(call: ClientCall, tail: RpcTail): unknown {
  if (call.wire === 'ttheader-streaming') {
    const answer = readTail(tail);
    if (tail.code === TTStreamCode.StreamTimeout && call.ctx.deadline < Infinity) return timedOut(call, answer);
    if (!(answer instanceof BizStatusError)) return answer === undefined ? undefined : ioError(call, answer);
    call.biz = answer;
    return undefined;
  }
  if (tail.code === GrpcStatus.OK) return undefined;
  let biz: BizStatusError | undefined;
  try {
    biz = bizOfTrailers(tail);
  } catch (e) {
    return ioError(call, e);
  }
  if (biz !== undefined) {
    call.biz = biz;
    return undefined;
  }
  const status = new GrpcStatusError(tail.code, tail.message, { details: tail.details });
  return call.ctx.deadline <= call.core.clock.now() ? timedOut(call, status) : ioError(call, status);
}

/** The server gave up at the same deadline, and was quicker to say so, each in its own way. */
function timedOut(call: ClientCall, cause: unknown): RpcTimeoutError {
  return new RpcTimeoutError(`timeout=${call.rpcTimeoutMs}ms, to=${call.core.o.destService!}, method=${call.method.name}`, call.rpcTimeoutMs, { cause });
}
