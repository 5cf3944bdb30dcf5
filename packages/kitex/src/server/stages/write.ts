// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ByteWriter } from '@cloudwego/gopkg/io';
import { ApplicationException } from '@cloudwego/pilota/codegen/v1';
import { BizError, BizStatusError, KitexError, textOf, TransError, TransErrorType } from '../../errors.js';
import type { Stage } from '../../stages.js';
import type { ServerCall } from '../call.js';
import { grpcError, grpcResult } from '../grpc.js';
import { finish } from './finish.js';
import { failStream } from './stream-end.js';
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
  if (call.wire === 'grpc') {
    grpcResult(call, value, write);
    return;
  }
  if (call.method.kind === 'oneway') {
    call.conn.channel.engine.finish(call.id);
    finish(call);
    return;
  }
  try {
    const w = begin(call, 2);
    const before = w.mark();
    if (call.biz === undefined) call.codec.encode(w, call.method, 'result', value);
    else w.u8(0);
    end(call, w, before);
  } catch (e) {
    instead(call, 'the result', e);
  }
}

/**
 * Answers with an error: a biz status and a declared exception are results, everything else is an EXCEPTION.
 * `Differs:` in Go a middleware has to set the biz status on the invocation; here it may throw one too.
 * Source: cloudwego/kitex pkg/remote/trans/default_server_handler.go, pkg/remote/trans_errors.go.
 */
export function writeError(call: ServerCall, e: unknown): void {
  if (call.done) return;
  if (call.stream !== undefined) {
    failStream(call, e);
    return;
  }
  if (e instanceof BizStatusError) {
    call.biz = e;
    writeResult(call, undefined);
    return;
  }
  const declared = call.method.isDeclared(e);
  // As in Go, where it travels in the result: tracers see success.
  if (!declared) call.error = e;
  if (call.wire === 'grpc') {
    grpcError(call, e, declared, write);
    return;
  }
  if (call.method.kind === 'oneway') {
    call.core.warn(`oneway method ${call.method.name} failed`, e);
    call.conn.channel.engine.finish(call.id);
    finish(call);
    return;
  }
  if (declared) {
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
  return typeof id === 'number' && id === (id | 0) ? id : TransErrorType.InternalError;
}

function writeDeclared(call: ServerCall, e: unknown): void {
  try {
    const w = begin(call, 2);
    const before = w.mark();
    if (!call.codec.encodeError(w, call.method, e)) throw new TypeError('the payload codec does not know it');
    end(call, w, before);
  } catch (x) {
    instead(call, 'a declared exception', x);
  }
}

/** Nothing of the answer was sent. The EXCEPTION that takes its place travels without what may have been the reason. */
function instead(call: ServerCall, what: string, e: unknown): void {
  call.conn.channel.engine.cancelMessage(call.id);
  call.biz = undefined;
  call.backward = undefined;
  call.metaFailed = true;
  call.error = e;
  writeException(call, TransErrorType.InternalError, `encode of ${what} of method ${call.method.name} failed: ${textOf(e)}`);
}

function writeException(call: ServerCall, typeId: number, message: string): void {
  try {
    const w = begin(call, 3);
    const before = w.mark();
    ApplicationException.encode(w, { message, typeId });
    end(call, w, before);
  } catch (e) {
    if (!call.metaFailed) {
      instead(call, 'the exception', e);
      return;
    }
    call.core.warn('an exception could not be written', e);
    const { engine } = call.conn.channel;
    engine.cancelMessage(call.id);
    engine.reset(call.id, TransErrorType.InternalError, 'encode failed');
    finish(call);
  }
}

/** The head of the answer; what comes back writes its payload. */
function begin(call: ServerCall, type: 2 | 3): ByteWriter {
  const head = replyHead(call, type);
  call.mark(write);
  call.event('WriteStart');
  const { engine } = call.conn.channel;
  engine.sendHead(call.id, head, false);
  return engine.beginMessage(call.id, 0);
}

function end(call: ServerCall, w: ByteWriter, before: number): void {
  call.sentBytes = w.mark() - before;
  call.conn.channel.engine.endMessage(call.id, true);
  call.event('WriteFinish');
  finish(call);
}
