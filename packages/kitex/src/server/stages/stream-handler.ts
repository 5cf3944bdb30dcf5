// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Awaitable } from '@cloudwego/gopkg/async';
import { BizStatusError, InternalError } from '../../errors.js';
import type { Stage } from '../../stages.js';
import { Pump, isSource } from '../../stream/pump.js';
import type { RpcContext, RpcEndpoint } from '../../types.js';
import type { ServerContext } from '../context.js';
import { noRequest } from '../grpc.js';
import { handlerError } from './error-handler.js';

export const streamHandler: Stage = {
  name: 'stream-handler',
  file: 'server/stages/stream-handler.ts',
  side: 'server',
  when: 'always: the user handler; a server stream takes its request first, what a handler yields is sent one after another',
};

type Handler = (req: unknown, ctx: RpcContext) => Awaitable<unknown>;

/** The innermost endpoint of a stream: ends when the handler is done and everything it gave was sent. Its failures are sorted as those of unary handlers. */
export const streamHandlerEndpoint: RpcEndpoint = async (req, ctx) => {
  const { call } = ctx as ServerContext;
  call.mark(streamHandler);
  call.event('ServerHandleStart');
  try {
    await serve(req as AsyncIterable<unknown>, ctx as ServerContext);
    call.event('ServerHandleFinish');
  } catch (e) {
    // The stream ended under the handler: that is its error, not the handler's.
    if (call.done) throw e;
    const error = handlerError(call, e);
    if (!(error instanceof BizStatusError)) throw error;
    call.biz = error;
  }
  return undefined;
};

async function serve(requests: AsyncIterable<unknown>, ctx: ServerContext): Promise<void> {
  const { call } = ctx;
  const stream = call.stream!;
  const { kind, key, name } = call.method;
  const impl = call.entry.handlers;
  const f = impl[key] as Handler;
  let argument: unknown = requests;
  if (kind === 'server') {
    const first = await requests[Symbol.asyncIterator]().next();
    if (first.done === true) throw noRequest(call);
    argument = first.value;
  }
  const given = f.call(impl, argument, ctx);
  if (kind === 'client') {
    await stream.send(await given, ctx);
    return;
  }
  const source: unknown = await given;
  if (!isSource(source)) throw new InternalError(`the handler of method ${name} gave ${source === null ? 'null' : typeof source}, wanted an iterable of responses (an async generator)`);
  await stream.pump(new Pump(source, (v) => stream.send(v, ctx)));
}
