// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { MetaCollector } from '../../meta/outgoing.js';
import type { RpcHeadInit } from '@cloudwego/protocol';
import type { Stage } from '../../stages.js';
import type { ClientCall } from '../call.js';

export const writeMetaStage: Stage = {
  name: 'write-meta',
  file: 'client/stages/write-meta.ts',
  side: 'client',
  when: 'always, once per attempt: the request head; meta handlers in order, built-in ones first',
};

/**
 * Makes the head of the request. A call without metainfo and without user handlers shares the maps that its method made once.
 */
export function requestHead(call: ClientCall): RpcHeadInit {
  call.mark(writeMetaStage);
  const core = call.core;
  const base = core.heads[call.methodIndex]!;
  let ints = base.ints;
  let strings = base.strings;
  const handlers = core.metaWriters;
  if (handlers.length > 0 && (core.userMeta || call.ctx.carriesMetainfo)) {
    const out = new MetaCollector();
    if (ints !== undefined) out.ints = new Map(ints);
    if (strings !== undefined) out.strings = new Map(strings);
    for (const h of handlers) h.writeMeta!(call.ctx, out);
    ints = out.ints;
    strings = out.strings;
  }
  const caller = call.ctx.callerMethod;
  if (caller !== undefined && core.ttheaderMeta) {
    ints = ints === base.ints ? new Map(ints) : ints!;
    (ints as Map<number, string>).set(20, caller);
  }
  return {
    service: core.service.name,
    method: call.method.name,
    type: call.method.kind === 'oneway' ? 4 : 1,
    seqId: call.seqId,
    deadline: core.ttheaderMeta ? call.ctx.deadline : Infinity,
    wire: core.wire,
    ints,
    strings,
  };
}
