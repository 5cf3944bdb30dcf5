// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { randomInt } from 'node:crypto';
import type { Context, ContextKey } from '@cloudwego/gopkg/context';
import { contextKey } from '@cloudwego/gopkg/context';

/** Header of the log id where the wire has headers of HTTP's kind. Source: cloudwego/kitex pkg/remote/transmeta HTTPStreamLogID. */
export const LOG_ID_HEADER = 'stream-log-id';

const key: ContextKey<string> = contextKey('kitex.logId');

/**
 * A new log id: `02`, the time in 13 digits (Unix, ms), `extra`, six hexadecimal digits.
 * Source: cloudwego/kitex pkg/logid/logid.go.
 */
export function generateLogId(extra: string = ''): string {
  return `02${String(Date.now()).padStart(13, '0')}${extra}${randomInt(0x100000, 0x1000000).toString(16)}`;
}

/** A context whose calls carry `logId`, and so do those that the called services make with their `ctx`. Source: logid.NewCtxWithStreamLogID. */
export function withLogId<C extends Context>(ctx: C, logId: string): C {
  return ctx.with(key, logId);
}

/** What a call knows of its log id. */
interface KnowsLogId {
  readonly call?: { logId(): string | undefined } | undefined;
}

/** The log id of a context: the one that it was given, else that of the request which it belongs to. Source: logid.GetStreamLogID. */
export function getLogId(ctx: Context | undefined): string | undefined {
  return ctx === undefined ? undefined : (ctx.value(key) ?? (ctx as KnowsLogId).call?.logId());
}

/** For `createLogger({ fromContext: logIdFields })`: lines of `logger.withContext(ctx)` say the log id. */
export function logIdFields(ctx: Context): Readonly<Record<string, string>> {
  const logId = getLogId(ctx);
  return logId === undefined ? {} : { logId };
}
