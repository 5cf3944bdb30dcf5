// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Stage } from '../../stages.js';
import type { ServerCall } from '../call.js';

export const readMetaStage: Stage = {
  name: 'read-meta',
  file: 'server/stages/read-meta.ts',
  side: 'server',
  when: 'always: deadline from the head, meta handlers in order; metainfo is parsed on the first read of ctx.metainfo',
};

export function readMeta(call: ServerCall): void {
  call.mark(readMetaStage);
  for (const h of call.core.metaReaders) h.readMeta!(call.ctx, call.head);
}
