// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { LOAD_KEY } from '@cloudwego/governance';
import { IntKey, prepareInfo } from '@cloudwego/protocol';
import type { PreparedInfo, RpcHeadInit } from '@cloudwego/protocol';
import { writeBizStatus } from '../../meta/biz-status.js';
import { MetaCollector } from '../../meta/outgoing.js';
import type { Stage } from '../../stages.js';
import type { ServerCall } from '../call.js';

export const writeMetaStage: Stage = {
  name: 'write-meta',
  file: 'server/stages/write-meta.ts',
  side: 'server',
  when: 'always but oneway: the head of the reply; biz status, backward values, meta handlers',
};

const replyInfo = prepareInfo(new Map([[IntKey.MsgType, '2']]), undefined);
const exceptionInfo = prepareInfo(new Map([[IntKey.MsgType, '3']]), undefined);

/**
 * Makes the head of a reply (type 2) or an EXCEPTION (type 3). Replies without values of their own share their maps.
 * Errors: what a meta handler throws; after that the call's meta handlers are not asked again, so that the EXCEPTION which tells of it can be written.
 */
export function replyHead(call: ServerCall, type: 2 | 3): RpcHeadInit {
  call.mark(writeMetaStage);
  const core = call.core;
  let info: PreparedInfo | undefined = undefined;
  let ints: ReadonlyMap<number, string> | undefined = undefined;
  let strings: ReadonlyMap<string, string> | undefined = undefined;
  const header = call.wire === 'ttheader' || call.wire === 'ttheader-framed';
  if (type === 2 && call.biz !== undefined && !(header && core.ttheaderMeta)) {
    const why = header ? 'defaultMetaHandlers: false' : `the wire "${call.wire}"`;
    core.warnOnce('biz-status', `a biz status error was thrown over ${why}, which cannot carry it: the caller sees an empty result; use ttheader or ttheader-framed with the default meta handlers`);
  }
  if (header) {
    if (core.ttheaderMeta) info = type === 2 ? replyInfo : exceptionInfo;
    const biz = type === 2 && core.ttheaderMeta ? call.biz : undefined;
    const report = core.ttheaderMeta ? core.loadReport : undefined;
    if (biz !== undefined || report !== undefined || call.backward !== undefined || core.userMetaWriters.length > 0) {
      const out = new MetaCollector();
      if (biz !== undefined) {
        writeBizStatus(biz, (k, v) => {
          out.setString(k, v);
        });
      }
      if (report !== undefined) out.setString(LOAD_KEY, report.text);
      if (call.backward !== undefined && core.ttheaderMeta) for (const [k, v] of call.backward) out.setString(k, v);
      if (!call.metaFailed) for (const h of core.userMetaWriters) h.writeMeta!(call.ctx, out);
      ints = out.ints;
      strings = out.strings;
    }
  }
  return {
    service: call.entry.definition.name,
    method: call.method.name,
    type,
    seqId: call.seqId,
    deadline: Infinity,
    wire: call.wire,
    info,
    ints,
    strings,
  };
}
