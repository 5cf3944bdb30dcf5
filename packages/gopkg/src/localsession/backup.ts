// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Context } from '../context/index.js';
import { currentSession, SessionCtx } from './session.js';

/** Decides what to take over: gets the context of the session and the one at hand, gives the context to go on with, or undefined to change nothing. */
export type BackupHandler = (previous: Context, current: Context) => Context | undefined;

/**
 * Recovers a context that got lost on the way: with the handler's consent, persistent metainfo of the session's context that the one at hand lacks is added
 * to it. Bind the session with `runWithSession(new SessionCtx(ctx), …)` where a request comes in.
 * Source: cloudwego/localsession backup/metainfo.go RecoverCtxOnDemands.
 */
export function recoverContext(ctx: Context, handler: BackupHandler | undefined): Context {
  const s = currentSession();
  if (handler === undefined || !(s instanceof SessionCtx)) return ctx;
  const previous = s.export();
  const chosen = handler(previous, ctx);
  if (chosen === undefined) return ctx;
  let m = chosen.metainfo;
  for (const [k, v] of previous.metainfo.persistent) if (m.getPersistent(k) === undefined) m = m.withPersistent(k, v);
  return m === chosen.metainfo ? chosen : chosen.withMetainfo(m);
}
