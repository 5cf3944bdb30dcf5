// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Awaitable } from '@cloudwego/gopkg/async';
import { InternalError, textOf } from '../../errors.js';
import type { Stage } from '../../stages.js';
import { markOnce } from '../../stream/events.js';
import type { StreamSendEndpoint, StreamSendMiddleware } from '../../stream/types.js';
import type { ServerCall } from '../call.js';
import type { ServerContext } from '../context.js';

export const send: Stage = {
  name: 'send',
  file: 'server/stages/send.ts',
  side: 'server',
  when: 'the handler gives a response: sendMiddlewares, then it is encoded in place; the header leaves with the first one',
};

/** Composed once, the first middleware outermost. */
export function composeSend(mws: readonly StreamSendMiddleware[]): StreamSendEndpoint {
  return mws.reduceRight<StreamSendEndpoint>((next, mw) => mw(next), (message, ctx) => write((ctx as ServerContext).call, message));
}

/** Writes one message; a promise where the peer, or the connection, takes no more for now. */
function write(call: ServerCall, message: unknown): Awaitable<void> {
  const stream = call.stream!;
  if (call.done) throw stream.reason();
  const { engine } = call.conn.channel;
  stream.passHead();
  markOnce(call.trace, send);
  call.event('WriteStart');
  try {
    const w = engine.beginMessage(call.id, 0);
    const before = w.mark();
    call.codec.encode(w, call.method, 'response', message);
    call.sentBytes += call.lastSentBytes = w.mark() - before;
    if (engine.endMessage(call.id, false)) return;
  } catch (e) {
    if (call.done) throw stream.reason();
    engine.cancelMessage(call.id);
    throw new InternalError(`a response of method ${call.method.name} could not be sent: ${textOf(e)}`, { cause: e });
  }
  return stream.untilWritable();
}
