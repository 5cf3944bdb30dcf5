// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ByteReader } from '@cloudwego/gopkg/io';
import { TransErrorType, textOf } from '../../errors.js';
import type { Stage } from '../../stages.js';
import type { ServerCall } from '../call.js';

export const read: Stage = {
  name: 'read',
  file: 'server/stages/read.ts',
  side: 'server',
  when: 'the payload is there: decoded in place',
};

/** Decodes the arguments. False = the payload made no sense: EXCEPTION 7 where the wire allows it, then the connection closes. */
export function readArguments(call: ServerCall, r: ByteReader, wireBytes: number): boolean {
  call.mark(read);
  call.receivedBytes = wireBytes;
  call.event('ReadStart');
  call.event('WaitReadStart');
  try {
    call.req = call.core.payloadCodec.decode(r, call.method, 'args');
  } catch (e) {
    call.error = e;
    call.conn.channel.engine.reset(call.id, TransErrorType.ProtocolError, `decode of method ${call.method.name} failed: ${textOf(e)}`);
    return false;
  }
  call.event('WaitReadFinish');
  call.event('ReadFinish');
  return true;
}
