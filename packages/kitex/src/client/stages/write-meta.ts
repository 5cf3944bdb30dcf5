// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { MetaCollector } from '../../meta/outgoing.js';
import { DESTINATION_METHOD, DESTINATION_SERVICE, SOURCE_METHOD, SOURCE_SERVICE } from '../../meta/grpc-keys.js';
import { getLogId, LOG_ID_HEADER } from '../../log-id.js';
import { IntKey } from '@cloudwego/protocol';
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
 * Makes the head of the request. What all calls of a method share was encoded once; only calls with metainfo or user handlers collect pairs of their own.
 */
export function requestHead(call: ClientCall): RpcHeadInit {
  call.mark(writeMetaStage);
  const core = call.core;
  let ints: Map<number, string> | undefined = undefined;
  let strings: ReadonlyMap<string, string | readonly string[]> | undefined = undefined;
  const handlers = call.metaWriters;
  if (handlers.length > 0 && (core.userMeta || call.ctx.carriesMetainfo)) {
    const out = new MetaCollector();
    for (const h of handlers) h.writeMeta!(call.ctx, out);
    ints = out.ints;
    strings = out.strings;
  }
  // Not asked for where it could not travel: that may make one, or look through the head of the request that is served.
  const logId = core.carrierOf(call.method).carries.metainfo ? getLogId(call.ctx) : undefined;
  if (logId !== undefined) {
    if (call.wire === 'ttheader' || call.wire === 'ttheader-framed') (ints ??= new Map()).set(IntKey.LogID, logId);
    else strings = new Map<string, string | readonly string[]>(strings).set(LOG_ID_HEADER, logId);
  }
  if (call.header !== undefined) strings = new Map<string, string | readonly string[]>([...call.header, ...(strings ?? [])]);
  if (call.grpc) return grpcHead(call, strings);
  const caller = call.ctx.callerMethod;
  if (caller !== undefined && core.ttheaderMeta) {
    (ints ??= new Map()).set(IntKey.FromMethod, caller);
  }
  if (call.options?.connectTimeoutMs !== undefined && core.ttheaderMeta) {
    (ints ??= new Map()).set(IntKey.ConnectTimeout, String(Math.ceil(call.connectTimeoutMs)));
  }
  return {
    service: core.service.name,
    method: call.method.name,
    type: call.method.kind === 'oneway' ? 4 : 1,
    seqId: call.seqId,
    // Over TTHeader streaming it tells the server what Go's does not hear of.
    deadline: core.ttheaderMeta || call.wire === 'ttheader-streaming' ? call.ctx.deadline : Infinity,
    wire: call.wire,
    info: core.heads[call.methodIndex],
    ints,
    strings,
  };
}

/** A head of gRPC: the deadline always travels; who calls, where the client says who it is. */
function grpcHead(call: ClientCall, strings: ReadonlyMap<string, string | readonly string[]> | undefined): RpcHeadInit {
  const { core } = call;
  const from = core.o.clientInfo;
  let all = strings;
  if (from !== undefined) {
    const more = new Map<string, string | readonly string[]>(strings);
    more.set(DESTINATION_SERVICE, core.o.destService!).set(DESTINATION_METHOD, call.method.name).set(SOURCE_SERVICE, from.serviceName);
    const method = call.ctx.callerMethod ?? from.method;
    if (method !== undefined) more.set(SOURCE_METHOD, method);
    all = more;
  }
  return {
    service: core.grpcService,
    method: call.method.name,
    type: 1,
    seqId: call.seqId,
    deadline: call.ctx.deadline,
    wire: 'grpc',
    compression: call.options?.compression,
    ints: undefined,
    strings: all,
  };
}
