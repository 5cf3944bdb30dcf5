// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ByteReader } from '@cloudwego/gopkg/io';
import { ApplicationException } from '@cloudwego/pilota/codegen/v1';
import { TransError } from '../../errors.js';
import type { Stage } from '../../stages.js';
import type { ClientCall } from '../call.js';
import { CallPhase } from '../phase.js';
import { ioError } from './error-handler.js';

export const read: Stage = {
  name: 'read',
  file: 'client/stages/read.ts',
  side: 'client',
  when: 'the payload of a reply is there: decoded in place, the connection goes back to its pool, the attempt settles',
};

/** A value that must be thrown again behind Dispatch, which counts it as success: declared exceptions. */
export class DeclaredException {
  readonly error: unknown;
  constructor(error: unknown) {
    this.error = error;
  }
}

/** Decodes the reply of the attempt that is under way. */
export function readReply(call: ClientCall, r: ByteReader, wireBytes: number): void {
  call.mark(read);
  call.receivedBytes = wireBytes;
  call.event('WaitReadStart');
  let value: unknown = undefined;
  let error: unknown = call.headError;
  let clean = error === undefined;
  if (clean) {
    if (call.replyType === 3) {
      try {
        const x = ApplicationException.decode(r);
        // An empty message comes as the text that Thrift has for its number; the numbers that are Kitex's own have one here.
        const text = x.message === `unknown exception type [${x.typeId}]` ? '' : x.message;
        error = new TransError(x.typeId, text, { remote: true });
      } catch (e) {
        error = e;
        clean = false;
      }
    } else if (call.biz === undefined) {
      try {
        value = call.codec.decode(r, call.method, 'result');
      } catch (e) {
        if (call.method.isDeclared(e)) {
          value = new DeclaredException(e);
        } else {
          error = e instanceof ApplicationException ? new TransError(e.typeId, e.message, { cause: e }) : e;
          clean = false;
        }
      }
    }
  }
  call.event('WaitReadFinish');
  call.event('ReadFinish');
  release(call, clean);
  call.conn = undefined;
  if (call.replyType === 3 && call.ctx.deadline <= call.core.clock.now()) {
    // The server gave up at the same deadline, and its answer was quicker than this side's timer: it is a timeout all the same.
    call.fire(call.core.clock.now());
    return;
  }
  if (error === undefined) settleAttempt(call, true, value);
  else failAttempt(call, error);
}

/** Gives the connection back, or up. */
function release(call: ClientCall, clean: boolean): void {
  const conn = call.conn;
  if (conn === undefined) return;
  if (clean && !call.peerClosing && conn.usable()) {
    call.pool.put(conn);
  } else {
    conn.retired = true;
    call.pool.discard(conn);
  }
}

/** The attempt failed: its error passes the error handler and settles it. */
export function failAttempt(call: ClientCall, error: unknown): void {
  const conn = call.conn;
  call.conn = undefined;
  if (conn !== undefined && !conn.usable()) call.pool.discard(conn);
  settleAttempt(call, false, ioError(call, error));
}

/** Settles the promise that Dispatch waits on. */
export function settleAttempt(call: ClientCall, ok: boolean, v: unknown): void {
  const settle = ok ? call.attemptResolve : call.attemptReject;
  call.attemptResolve = undefined;
  call.attemptReject = undefined;
  settle?.(v);
}

/**
 * The call ends before its attempt: the stream is reset, so that a late reply meets nobody, and the attempt fails with `e`, so that the middlewares around
 * it come to their end.
 */
export function abandonAttempt(call: ClientCall, e: Error): void {
  if (call.phase === CallPhase.Settled || call.attemptReject === undefined) return;
  const conn = call.conn;
  call.conn = undefined;
  if (conn !== undefined) {
    conn.abandon(call, e.message);
    // A shared connection serves the other calls on.
    if (conn.multiplexed) call.pool.put(conn);
    else call.pool.discard(conn);
  }
  settleAttempt(call, false, e);
}
