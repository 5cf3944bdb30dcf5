// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { toError } from '@cloudwego/gopkg/errors';
import type { ByteReader } from '@cloudwego/gopkg/io';
import { GrpcStatus } from '@cloudwego/protocol';
import { TransErrorType, textOf } from '../../errors.js';
import type { Stage } from '../../stages.js';
import type { ServerCall } from '../call.js';

export const read: Stage = {
  name: 'read',
  file: 'server/stages/read.ts',
  side: 'server',
  when: 'the payload is there: decoded in place',
};

/**
 * Decodes the arguments. False = the payload made no sense: EXCEPTION 7, then the connection closes, or in gRPC the status INTERNAL; a oneway method gets no answer, not even then.
 */
export function readArguments(call: ServerCall, r: ByteReader, wireBytes: number): boolean {
  call.mark(read);
  call.receivedBytes = wireBytes;
  call.event('ReadStart');
  call.event('WaitReadStart');
  try {
    call.req = call.codec.decode(r, call.method, 'args');
  } catch (e) {
    call.error = e;
    if (call.wire === 'grpc') {
      call.conn.channel.engine.reset(call.id, GrpcStatus.Internal, `decode of method ${call.method.name} failed: ${textOf(e)}`);
      return false;
    }
    if (call.method.kind === 'oneway') {
      call.core.warn(`decode of oneway method ${call.method.name} failed`, e);
      call.conn.drop(toError(e));
      return false;
    }
    call.conn.channel.engine.reset(call.id, TransErrorType.ProtocolError, `decode of method ${call.method.name} failed: ${textOf(e)}`);
    return false;
  }
  call.event('WaitReadFinish');
  call.event('ReadFinish');
  return true;
}
