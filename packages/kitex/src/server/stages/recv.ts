// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Stage } from '../../stages.js';
import { markOnce } from '../../stream/events.js';
import type { StreamRecvEndpoint, StreamRecvMiddleware } from '../../stream/types.js';
import type { ServerContext } from '../context.js';

export const recv: Stage = {
  name: 'recv',
  file: 'server/stages/recv.ts',
  side: 'server',
  when: 'the handler asks for a request: recvMiddlewares, then the next message, whose window opens again',
};

/** Composed once, the first middleware outermost. */
export function composeRecv(mws: readonly StreamRecvMiddleware[]): StreamRecvEndpoint {
  return mws.reduceRight<StreamRecvEndpoint>((next, mw) => mw(next), take);
}

const take: StreamRecvEndpoint = (ctx) => {
  const { call } = ctx as ServerContext;
  markOnce(call.trace, recv);
  return call.stream!.inbox.take();
};
