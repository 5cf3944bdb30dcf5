// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { backwardFromHttp } from '@cloudwego/gopkg/metainfo';
import { LOAD_KEY, loadFactor, parseLoad } from '@cloudwego/governance';
import type { RpcHead } from '@cloudwego/protocol';
import { InternalError, textOf, TransError, TransErrorType } from '../../errors.js';
import { readBizStatus } from '../../meta/biz-status.js';
import type { Stage } from '../../stages.js';
import { metadataOfHead } from '../../stream/metadata.js';
import type { ClientCall } from '../call.js';

export const readMetaStage: Stage = {
  name: 'read-meta',
  file: 'client/stages/read-meta.ts',
  side: 'client',
  when: 'the head of a reply is there: direction, sequence, method name; crrst, biz status, backward values; meta handlers',
};

/** What `failAttempt` throws once the payload has been skipped. */
export function readHead(call: ClientCall, head: RpcHead): void {
  call.mark(readMetaStage);
  call.event('ReadStart');
  const core = call.core;
  call.replyType = head.type;
  call.headError = undefined;
  if (core.readsLoad) readLoad(call, head);
  if (call.grpc) {
    readBeside(call, head);
    return;
  }
  if (head.type !== 2 && head.type !== 3) {
    call.headError = new TransError(TransErrorType.InvalidMessageType, `invalid message type ${head.type} in the reply of method ${call.method.name}`);
    return;
  }
  if (head.type === 2) {
    if (head.seqId !== call.seqId) {
      call.headError = new TransError(
        TransErrorType.BadSequenceID,
        `method[${call.method.name}] out of order sequence response, expect[${call.seqId}], receive[${head.seqId}]`,
      );
      return;
    }
    if (head.methodName !== call.method.name) {
      call.headError = new TransError(TransErrorType.WrongMethodName, `wrong method name in the reply: expect ${call.method.name}, receive ${head.methodName}`);
      return;
    }
  }
  if (core.ttheaderMeta) {
    if (head.str('crrst') === '1') call.peerClosing = true;
    try {
      call.biz = readBizStatus(head);
    } catch (e) {
      call.headError = e instanceof Error ? e : new Error(textOf(e));
      return;
    }
  }
  readBeside(call, head);
}

/** What the server says of itself. */
function readLoad(call: ClientCall, head: RpcHead): void {
  const load = parseLoad(head.str(LOAD_KEY));
  if (load !== undefined) call.load = loadFactor(load);
}

/** Meta handlers, and what the server sent back. */
export function readBeside(call: ClientCall, head: RpcHead): void {
  const { core } = call;
  const onBackward = call.options?.onBackward;
  const onHeader = call.options?.onHeader;
  if (core.metaReaders.length === 0 && onBackward === undefined && onHeader === undefined) return;
  // The user's code runs inside the connection's receive(): what it throws is this call's failure, not the connection's.
  try {
    for (const h of core.metaReaders) h.readMeta!(call.ctx, head);
    onHeader?.(metadataOfHead(head));
    onBackward?.(call.grpc ? backwardFromHttp(head.strings()) : new Map(head.strings()));
  } catch (e) {
    call.headError = new InternalError(`reading what travelled beside the reply failed: ${textOf(e)}`, { cause: e });
  }
}
