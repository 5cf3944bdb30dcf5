// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { ApplicationException } from '@cloudwego/pilota/codegen/v1';
import { BizError, KitexError, textOf, TransError, TransErrorType } from '../../errors.js';
import type { Stage } from '../../stages.js';
import type { ServerCall } from '../call.js';
import { finish } from './finish.js';
import { replyHead } from './write-meta.js';

export const write: Stage = {
  name: 'write',
  file: 'server/stages/write.ts',
  side: 'server',
  when: 'always but oneway: the result, a declared exception or an EXCEPTION is encoded in place',
};

/** Answers with a value. */
export function writeResult(call: ServerCall, value: unknown): void {
  if (call.done) return;
  if (call.method.kind === 'oneway') {
    call.conn.channel.engine.finish(call.id);
    finish(call);
    return;
  }
  const engine = call.conn.channel.engine;
  const head = replyHead(call, 2);
  call.mark(write);
  call.event('WriteStart');
  try {
    engine.sendHead(call.id, head, false);
    const w = engine.beginMessage(call.id, 0);
    const before = w.mark();
    if (call.biz === undefined) call.core.payloadCodec.encode(w, call.method, 'result', value);
    else w.u8(0);
    call.sentBytes = w.mark() - before;
    engine.endMessage(call.id, true);
  } catch (e) {
    engine.cancelMessage(call.id);
    call.biz = undefined;
    call.error = e;
    writeException(call, TransErrorType.InternalError, `encode of method ${call.method.name} failed: ${textOf(e)}`);
    return;
  }
  call.event('WriteFinish');
  finish(call);
}

/**
 * Answers with an error: a declared exception is a result, everything else an EXCEPTION.
 * Source: cloudwego/kitex pkg/remote/trans/default_server_handler.go, pkg/remote/trans_errors.go.
 */
export function writeError(call: ServerCall, e: unknown): void {
  if (call.done) return;
  call.error = e;
  if (call.method.kind === 'oneway') {
    call.core.warn(`oneway method ${call.method.name} failed`, e);
    call.conn.channel.engine.finish(call.id);
    finish(call);
    return;
  }
  if (call.method.isDeclared(e)) {
    writeDeclared(call, e);
    return;
  }
  const direct = e instanceof BizError ? e.cause : undefined;
  if (direct instanceof TransError) writeException(call, direct.typeId, direct.message + ' [biz error]');
  else if (e instanceof TransError) writeException(call, e.typeId, e.message);
  else writeException(call, typeIdOf(e), textOf(e));
}

function typeIdOf(e: unknown): number {
  const id = e instanceof KitexError ? undefined : (e as { typeId?: unknown } | null | undefined)?.typeId;
  return typeof id === 'number' && Number.isInteger(id) ? id : TransErrorType.InternalError;
}

function writeDeclared(call: ServerCall, e: unknown): void {
  const engine = call.conn.channel.engine;
  const head = replyHead(call, 2);
  call.mark(write);
  try {
    engine.sendHead(call.id, head, false);
    const w = engine.beginMessage(call.id, 0);
    if (!call.core.payloadCodec.encodeError(w, call.method, e)) throw new Error('not declared');
    engine.endMessage(call.id, true);
  } catch (x) {
    engine.cancelMessage(call.id);
    writeException(call, TransErrorType.InternalError, `encode of an exception of method ${call.method.name} failed: ${textOf(x)}`);
    return;
  }
  finish(call);
}

function writeException(call: ServerCall, typeId: number, message: string): void {
  const engine = call.conn.channel.engine;
  const head = replyHead(call, 3);
  call.mark(write);
  call.event('WriteStart');
  try {
    engine.sendHead(call.id, head, false);
    const w = engine.beginMessage(call.id, 0);
    ApplicationException.encode(w, { message, typeId });
    engine.endMessage(call.id, true);
  } catch (e) {
    call.core.warn('an exception could not be written', e);
    engine.cancelMessage(call.id);
    engine.reset(call.id, TransErrorType.InternalError, 'encode failed');
  }
  call.event('WriteFinish');
  finish(call);
}
