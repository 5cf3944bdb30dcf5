// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Stage } from '../../stages.js';
import type { StreamRecvEndpoint, StreamRecvMiddleware } from '../../stream/types.js';
import type { ClientContext } from '../context.js';

export const recv: Stage = {
  name: 'recv',
  file: 'client/stages/recv.ts',
  side: 'client',
  when: 'a response is there: decoded in place; recvMiddlewares see it when it is read, then its window opens again',
};

/** Composed once, the first middleware outermost. */
export function composeRecv(mws: readonly StreamRecvMiddleware[]): StreamRecvEndpoint {
  return mws.reduceRight<StreamRecvEndpoint>((next, mw) => mw(next), take);
}

const take: StreamRecvEndpoint = (ctx) => (ctx as ClientContext).call.stream!.inbox.take();
