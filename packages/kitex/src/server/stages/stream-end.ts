// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { DeadlineError } from '@cloudwego/gopkg/context';
import type { RpcTail } from '@cloudwego/protocol';
import { GrpcStatus, TTStreamCode } from '@cloudwego/protocol';
import { BizStatusError } from '../../errors.js';
import { bizTrailers } from '../../meta/biz-status.js';
import type { Stage } from '../../stages.js';
import type { ServerCall } from '../call.js';
import { endTail } from '../../stream/ttstream.js';
import { statusOf, withTrailer } from '../status.js';
import { finish } from './finish.js';

export const streamEnd: Stage = {
  name: 'stream-end',
  file: 'server/stages/stream-end.ts',
  side: 'server',
  when: 'the handler is done, failed, or ran out of time: status and trailer behind the last message',
};

/** The stream ended well, or with a business status. */
export function endStream(call: ServerCall): void {
  const { biz } = call;
  if (call.wire === 'ttheader-streaming') tell(call, endTail(undefined, biz));
  else if (biz === undefined) tell(call, { code: GrpcStatus.OK, message: '', details: undefined, strings: undefined });
  else tell(call, { code: GrpcStatus.Internal, message: biz.bizMessage, details: undefined, strings: bizTrailers(biz) });
}

/** The stream failed. A deadline that passed here has the number that it has at the caller's. */
export function failStream(call: ServerCall, e: unknown): void {
  if (call.done) return;
  if (e instanceof BizStatusError) {
    call.biz = e;
    endStream(call);
    return;
  }
  call.error = e;
  if (call.wire === 'ttheader-streaming') tell(call, endTail(e, undefined));
  else if (e instanceof DeadlineError) tell(call, { code: GrpcStatus.DeadlineExceeded, message: 'the deadline passed', details: undefined, strings: undefined });
  else tell(call, statusOf(e));
}

/** The server stops and waits no longer. `Differs:` Go resets with a number of its own; a status says the same to every client. */
export function stopStream(call: ServerCall, reason: unknown): void {
  call.error = reason;
  if (call.wire === 'ttheader-streaming') tell(call, { code: TTStreamCode.TransportClosing, message: 'graceful shutdown', details: undefined, strings: undefined });
  else tell(call, { code: GrpcStatus.Unavailable, message: 'graceful shutdown', details: undefined, strings: undefined });
}

function tell(call: ServerCall, tail: RpcTail): void {
  if (call.done) return;
  call.mark(streamEnd);
  const { engine } = call.conn.channel;
  try {
    call.stream!.headForEnd();
    engine.sendTail(call.id, withTrailer(tail, call));
  } catch (e) {
    call.core.warn('a stream could not be ended in its own way', e);
    engine.reset(call.id, GrpcStatus.Internal, 'the stream could not be ended');
  }
  call.event('WriteFinish');
  finish(call);
}
