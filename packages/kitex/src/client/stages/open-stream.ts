// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Stage } from '../../stages.js';
import type { ClientCall } from '../call.js';
import type { ClientConn } from '../conn.js';
import { settleAttempt } from './read.js';
import { openOn } from './write.js';

export const openStream: Stage = {
  name: 'open-stream',
  file: 'client/stages/open-stream.ts',
  side: 'client',
  when: 'always, once per attempt: the head leaves, with the request of a server stream; then the stream belongs to its caller',
};

/** Opens the stream on a connection. Throws what the encoder throws, with the connection back in its pool. */
export function writeStream(call: ClientCall, conn: ClientConn): void {
  const id = openOn(call, conn, openStream);
  if (id < 0) return;
  const { engine } = conn.channel;
  if (call.method.kind === 'server') {
    try {
      const w = engine.beginMessage(id, 0);
      const before = w.mark();
      call.codec.encode(w, call.method, 'request', call.req);
      call.sentBytes += call.lastSentBytes = w.mark() - before;
      engine.endMessage(id, true);
    } catch (e) {
      engine.cancelMessage(id);
      conn.remove(id);
      call.giveBack();
      throw e;
    }
  } else {
    // The peer learns of the stream before the first request is at hand.
    engine.flushHead?.(id);
  }
  settleAttempt(call, true, call.stream);
  call.stream!.opened(id);
}
