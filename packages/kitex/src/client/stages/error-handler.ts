// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { formatAddress } from '@cloudwego/gopkg/io';
import { RpcPayloadCorruptError } from '@cloudwego/protocol';
import { KitexError, PayloadValidationError, RemoteOrNetworkError, TransError } from '../../errors.js';
import type { Stage } from '../../stages.js';
import type { ErrorHandler } from '../../types.js';
import type { ClientCall } from '../call.js';

export const errorHandlerStage: Stage = {
  name: 'error-handler',
  file: 'client/stages/error-handler.ts',
  side: 'client',
  when: 'an attempt failed: transport errors become RemoteOrNetworkError, or what errorHandler makes of them',
};

/** Maps what happened below to what the caller sees. Source: cloudwego/kitex client/middlewares.go DefaultClientErrorHandler. */
export function ioError(call: ClientCall, e: unknown): unknown {
  call.mark(errorHandlerStage);
  const custom = call.core.o.errorHandler;
  if (custom === undefined) return defaultClientErrorHandler(e);
  try {
    return custom(e, call.ctx);
  } catch (thrown) {
    return thrown;
  }
}

/** Every transport error becomes {@link RemoteOrNetworkError}; what the peer sent gets `[remote]`. */
export function defaultClientErrorHandler(e: unknown): unknown {
  if (e instanceof KitexError) return e;
  if (e instanceof TransError && e.remote) return new RemoteOrNetworkError(undefined, { cause: e, extra: 'remote' });
  if (e instanceof RpcPayloadCorruptError) return new PayloadValidationError(undefined, { cause: e });
  return new RemoteOrNetworkError(undefined, { cause: e });
}

/**
 * As {@link defaultClientErrorHandler}, with the address of the other end in brackets: `remote or network error[remote-127.0.0.1:8888]: …`.
 * Source: cloudwego/kitex client/middlewares.go ClientErrorHandlerWithAddr.
 */
export const clientErrorHandlerWithAddr: ErrorHandler = (e, ctx) => {
  const mapped = defaultClientErrorHandler(e);
  if (!(mapped instanceof RemoteOrNetworkError) || mapped === e) return mapped;
  const address = formatAddress(ctx.remote);
  return new RemoteOrNetworkError(undefined, { cause: e, extra: mapped.extra === undefined ? address : `${mapped.extra}-${address}` });
};
