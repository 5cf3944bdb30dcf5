// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { RpcHeadInit } from '@cloudwego/protocol';
import { GetConnectionError, InternalError, textOf } from '../../errors.js';
import type { Stage } from '../../stages.js';
import type { ClientCall } from '../call.js';
import type { ClientConn } from '../conn.js';
import { requestHead } from './write-meta.js';

export const write: Stage = {
  name: 'write',
  file: 'client/stages/write.ts',
  side: 'client',
  when: 'always, once per attempt: the payload is encoded in place and leaves at the end of the turn',
};

/**
 * Writes the request. A gRPC connection that takes no further stream now keeps the call until it does. Throws what the encoder throws, with the connection back in the pool, because nothing of it was sent.
 */
export function writeRequest(call: ClientCall, conn: ClientConn): void {
  const core = call.core;
  const engine = conn.channel.engine;
  const id = openOn(call, conn, write);
  if (id < 0) return;
  const oneway = call.method.kind === 'oneway';
  try {
    const w = engine.beginMessage(id, 0);
    const before = w.mark();
    call.codec.encode(w, call.method, 'args', call.req);
    call.sentBytes = w.mark() - before;
    engine.endMessage(id, true);
  } catch (e) {
    engine.cancelMessage(id);
    if (!oneway || call.grpc) conn.remove(id);
    call.conn = undefined;
    if (conn.usable()) call.pool.put(conn);
    else call.pool.discard(conn);
    throw e;
  }
  call.event('WriteFinish');
  if (oneway && call.grpc) {
    // It is answered too: the connection keeps the call until then, nobody else waits for it.
    conn.closing = true;
    call.conn = undefined;
    conn.sentOneway(id);
  } else if (oneway && conn.multiplexed) {
    // Served beside the others of its connection.
    call.giveBack();
  } else if (oneway) {
    // The peer serves this connection one message after another: a pooled one would make the next call wait behind this one.
    conn.retired = true;
    call.conn = undefined;
    core.closeAfterOneway(conn);
  }
}

/** Opens the stream of a call; -1 = the connection keeps the call until it takes a further stream. */
export function openOn(call: ClientCall, conn: ClientConn, stage: Stage): number {
  const engine = conn.channel.engine;
  let head: RpcHeadInit;
  try {
    head = requestHead(call);
  } catch (e) {
    call.pool.put(conn);
    throw new InternalError(`a meta handler failed before the request was sent: ${textOf(e)}`, { cause: e });
  }
  call.mark(stage);
  call.event('WriteStart');
  const id = engine.open(head, false);
  if (id < 0 && conn.multiplexed && conn.usable() && engine.active > 0) {
    call.conn = conn;
    conn.keep(call);
    return -1;
  }
  if (id < 0) {
    conn.retired = true;
    call.pool.discard(conn);
    if (conn.multiplexed) throw new GetConnectionError('the peer goes away');
    throw new InternalError('the connection takes no further call');
  }
  call.conn = conn;
  call.streamId = id;
  if (call.method.kind !== 'oneway' || call.grpc) conn.add(id, call);
  return id;
}
