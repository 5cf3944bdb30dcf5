// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Stage } from '../../stages.js';
import { markOnce } from '../../stream/events.js';
import type { StreamSendEndpoint, StreamSendMiddleware } from '../../stream/types.js';
import type { ClientContext } from '../context.js';

export const send: Stage = {
  name: 'send',
  file: 'client/stages/send.ts',
  side: 'client',
  when: 'the caller gives a request of a client or bidi stream: sendMiddlewares, then it is encoded in place',
};

/** Composed once, the first middleware outermost. */
export function composeSend(mws: readonly StreamSendMiddleware[]): StreamSendEndpoint {
  return mws.reduceRight<StreamSendEndpoint>(
    (next, mw) => mw(next),
    (message, ctx) => {
      const { call } = ctx as ClientContext;
      markOnce(call.trace, send);
      return call.stream!.requests.send(message);
    },
  );
}
