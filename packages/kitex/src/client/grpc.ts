// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ByteReader } from '@cloudwego/gopkg/io';
import type { RpcTail } from '@cloudwego/protocol';
import { GrpcStatus, H2ErrorCode, statusOfReset } from '@cloudwego/protocol';
import { ApplicationException } from '@cloudwego/pilota/codegen/v1';
import { GrpcStatusError, InternalError, textOf, TransError } from '../errors.js';
import { bizOfTrailers } from '../meta/biz-status.js';
import { metadataOfTail } from '../stream/metadata.js';
import type { ClientCall } from './call.js';
import { resend } from './stages/dispatch.js';
import { DeclaredException, failAttempt, read, settleAttempt } from './stages/read.js';

// How a unary call over gRPC differs from one over a ping-pong wire: its answer is a message, then a status, and its connection has other calls too.

/** Decodes the message of the answer; what it means is known when the status is there. */
export function readAnswer(call: ClientCall, r: ByteReader, wireBytes: number): void {
  call.mark(read);
  call.event('WaitReadStart');
  if (call.answered) {
    call.headError ??= new GrpcStatusError(GrpcStatus.Internal, `more than one response message in the call of method ${call.method.name}, wanted one`);
    return;
  }
  call.answered = true;
  call.receivedBytes = wireBytes;
  if (call.headError !== undefined) return;
  try {
    call.answer = call.codec.decode(r, call.method, 'result');
  } catch (e) {
    if (call.method.isDeclared(e)) call.answer = new DeclaredException(e);
    else call.headError = e instanceof ApplicationException ? new TransError(e.typeId, e.message, { cause: e }) : e instanceof Error ? e : new Error(String(e));
  }
  call.event('WaitReadFinish');
}

/** The status settles the attempt. */
export function readStatus(call: ClientCall, tail: RpcTail): void {
  call.event('ReadFinish');
  call.giveBack();
  tellTrailer(call, tail);
  const { core } = call;
  if (tail.code !== GrpcStatus.OK) {
    if (call.ctx.deadline <= core.clock.now()) {
      // The server gave up at the same deadline, and its answer was quicker than this side's timer: it is a timeout all the same.
      call.fire(core.clock.now());
      return;
    }
    let error: unknown;
    try {
      call.biz = bizOfTrailers(tail);
    } catch (e) {
      error = e;
    }
    if (call.biz !== undefined) settleAttempt(call, true, undefined);
    else failAttempt(call, error ?? new GrpcStatusError(tail.code, tail.message, { details: tail.details }));
    return;
  }
  if (call.headError !== undefined) failAttempt(call, call.headError);
  else if (!call.answered) failAttempt(call, new GrpcStatusError(GrpcStatus.Internal, `no response message in the call of method ${call.method.name}, wanted one`));
  else settleAttempt(call, true, call.answer);
}

/** The user's code runs inside the connection's receive(): what it throws is this call's failure. */
function tellTrailer(call: ClientCall, tail: RpcTail): void {
  try {
    call.options?.onTrailer?.(metadataOfTail(tail));
  } catch (e) {
    call.headError ??= new InternalError(`onTrailer failed: ${textOf(e)}`, { cause: e });
  }
}

/** The peer reset the stream. What it never processed is sent again on another connection. */
export function wasReset(call: ClientCall, code: number, reason: string): void {
  call.giveBack();
  if (code === H2ErrorCode.REFUSED_STREAM) {
    resend(call, new GrpcStatusError(GrpcStatus.Unavailable, reason));
    return;
  }
  failAttempt(call, resetError(call, code, reason));
}

/** A reset as the status that it means. */
export function resetError(call: ClientCall, code: number, reason: string): Error {
  const status = code === H2ErrorCode.REFUSED_STREAM ? GrpcStatus.Unavailable : statusOfReset(code, call.ctx.deadline <= call.core.clock.now());
  return new GrpcStatusError(status, `the stream was reset: ${reason}`);
}
