// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { MethodDefinition } from '@cloudwego/pilota/codegen/v1';
import { isThenable } from '@cloudwego/gopkg/async';
import type { Awaitable } from '@cloudwego/gopkg/async';
import { OptionError } from '@cloudwego/gopkg/errors';
import { GrpcStatus } from '@cloudwego/protocol';
import { ClosedError, GrpcStatusError, InternalError, RemoteOrNetworkError } from '../errors.js';
import { isSource } from '../stream/pump.js';
import type { ResponseStream } from '../stream/types.js';
import type { CallOptions } from '../types.js';
import { clientCallChannel, publishedCall } from '../tracing.js';
import { ClientCall } from './call.js';
import type { ClientCore } from './core.js';
import { ClientStream } from './stream.js';
import { enterBreaker, leaveBreaker } from './stages/breaker.js';
import { kitexError } from './stages/dispatch.js';
import { finish } from './stages/finish.js';
import { prepareCall } from './stages/prepare.js';
import { armTimeout } from './stages/timeout.js';
import { traceStart } from './stages/trace.js';
import { nextSeqId, tracing } from './sequence.js';

/** The closure that users call for a method that streams. */
export function streamMethod(core: ClientCore, m: MethodDefinition, index: number): (req: unknown, options?: unknown) => unknown {
  if (m.kind === 'client') return (requests, options) => single(start(core, m, index, requests, options as CallOptions | undefined));
  return (req, options) => start(core, m, index, req, options as CallOptions | undefined);
}

/** The runner of a stream: the stages up to its opening, in order. What fails on the way is told to whoever reads. */
function start(core: ClientCore, m: MethodDefinition, index: number, req: unknown, options: CallOptions | undefined): ClientStream {
  const call = new ClientCall(core, m, index, req, options, nextSeqId(), tracing());
  const stream = new ClientStream(call, m.kind === 'server' ? undefined : (req as Iterable<unknown>));
  call.stream = stream;
  try {
    if (core.closed) throw new ClosedError(`the client of ${core.o.destService!} is closed`);
    if (m.kind !== 'server' && !isSource(req)) {
      throw new OptionError('requests', `method ${m.key}: got ${req === null ? 'null' : typeof req} for its requests, wanted an iterable or async iterable, such as an array, a generator or writable()`);
    }
    prepareCall(call);
  } catch (e) {
    call.settle(false, e);
    stream.finished(false, e);
    return stream;
  }
  core.inFlight++;
  call.published = publishedCall(clientCallChannel, call);
  if (call.published === undefined) open(core, call, stream, req);
  else {
    call.published.run(() => {
      open(core, call, stream, req);
    });
  }
  return stream;
}

function open(core: ClientCore, call: ClientCall, stream: ClientStream, req: unknown): void {
  let v: Awaitable<unknown>;
  try {
    call.event('RPCStart');
    traceStart(call);
    if (core.serviceBreaker !== undefined) enterBreaker(call, core.serviceBreaker);
    if (!armTimeout(call)) return;
    v = core.streamEndpoint(req, call.ctx);
  } catch (e) {
    finish(call, false, kitexError(e));
    return;
  }
  if (isThenable(v)) {
    v.then(
      () => {
        checkOpen(call, stream);
      },
      (e: unknown) => {
        finish(call, false, kitexError(e));
      },
    );
  } else {
    checkOpen(call, stream);
  }
}

/** The middlewares let it through: then it is open, or over. A breaker counts the opening and nothing that comes after it. */
function checkOpen(call: ClientCall, stream: ClientStream): void {
  if (stream.begun) leaveBreaker(call, undefined);
  else finish(call, false, new InternalError(`method ${call.method.name}: a middleware did not call next, wanted it to, or to throw`));
}

/** A client stream has one response and then its end; a status in place of either is the outcome. */
async function single(stream: ResponseStream<unknown>): Promise<unknown> {
  const first = await stream.read();
  const more = first === undefined ? undefined : await stream.read();
  if (first !== undefined && more === undefined) return first;
  stream.cancel('more than one response');
  throw new RemoteOrNetworkError(undefined, { cause: new GrpcStatusError(GrpcStatus.Internal, `${first === undefined ? 'no' : 'more than one'} response message, wanted one`) });
}
