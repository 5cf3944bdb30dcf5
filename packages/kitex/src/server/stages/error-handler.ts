// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { isThenable } from '@cloudwego/gopkg/async';
import type { Awaitable } from '@cloudwego/gopkg/async';
import { BizError, BizStatusError, PanicError, textOf } from '../../errors.js';
import { isPanic } from '../../panic.js';
import type { Stage } from '../../stages.js';
import type { ErrorHandler, RpcContext, RpcEndpoint } from '../../types.js';
import type { ServerCall } from '../call.js';
import type { ServerContext } from '../context.js';
import { callHandler } from './handler.js';

export const errorHandlerStage: Stage = {
  name: 'error-handler',
  file: 'server/stages/error-handler.ts',
  side: 'server',
  when: 'the handler or a unary middleware failed: biz status, panic, or what errorHandler makes of it',
};

/**
 * The innermost endpoint of an onion: calls the handler and sorts its failures, so that middlewares see a biz status as success. Where nothing is around
 * the handler the runner calls it without this.
 */
export const handlerEndpoint: RpcEndpoint = (req, ctx) => {
  let v: Awaitable<unknown>;
  try {
    v = callHandler(req, ctx);
  } catch (e) {
    return sorted(e, ctx);
  }
  if (!isThenable(v)) {
    (ctx as ServerContext).call.event('ServerHandleFinish');
    return v;
  }
  return v.then(
    (x) => {
      (ctx as ServerContext).call.event('ServerHandleFinish');
      return x;
    },
    (e: unknown) => sorted(e, ctx),
  );
};

function sorted(e: unknown, ctx: RpcContext): undefined {
  const call = (ctx as ServerContext).call;
  const error = handlerError(call, e);
  if (!(error instanceof BizStatusError)) throw error;
  call.biz = error;
  return undefined;
}

/**
 * What the handler threw, sorted: a biz status and a declared exception pass as they are; a programming error becomes {@link PanicError}; anything else
 * {@link BizError} with the error as cause.
 * Source: cloudwego/kitex server/server.go invokeHandleEndpoint.
 */
export function handlerError(call: ServerCall, e: unknown): unknown {
  if (e instanceof BizStatusError || call.method.isDeclared(e)) {
    call.event('ServerHandleFinish');
    return e;
  }
  call.eventEnd('ServerHandleFinish', e);
  if (!isPanic(e)) return new BizError({ cause: e });
  call.panicked = true;
  const where = `[happened in biz handler, method=${call.entry.definition.name}.${call.method.name}, please check the panic at the server side] ${textOf(e)}`;
  call.core.panicked(call, e);
  return new PanicError(where, { cause: e });
}

/** Lets the server's errorHandler map what comes out of the handler and the unary middlewares. */
export function composeErrorHandler(handler: ErrorHandler | undefined, next: RpcEndpoint): RpcEndpoint {
  if (handler === undefined) return next;
  return (req, ctx) => {
    let v: Awaitable<unknown>;
    try {
      v = next(req, ctx);
    } catch (e) {
      return mapped(handler, e, ctx);
    }
    return isThenable(v) ? v.then(undefined, (e: unknown) => mapped(handler, e, ctx)) : v;
  };
}

function mapped(handler: ErrorHandler, e: unknown, ctx: RpcContext): undefined {
  const call = (ctx as ServerContext).call;
  call.mark(errorHandlerStage);
  const to = handler(e, ctx);
  if (to === undefined || to === null) return undefined;
  if (to instanceof BizStatusError) {
    call.biz = to;
    return undefined;
  }
  throw to;
}
