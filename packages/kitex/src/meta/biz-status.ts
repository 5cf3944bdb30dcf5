// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { RpcHead } from '@cloudwego/protocol';
import { BizStatusError, TransError, TransErrorType } from '../errors.js';

const STATUS = 'biz-status';
const MESSAGE = 'biz-message';
const EXTRA = 'biz-extra';

/**
 * Reads a business status; 0, an absent or an unreadable number is none.
 * Errors: {@link TransError} when `biz-extra` is not a JSON object of strings, as Go refuses it ("malformed header info").
 * Source: cloudwego/kitex pkg/transmeta/ttheader.go.
 */
export function readBizStatus(head: RpcHead): BizStatusError | undefined {
  const status = head.str(STATUS);
  if (status === undefined || !/^[+-]?\d{1,10}$/.test(status)) return undefined;
  const code = Number(status);
  if (code === 0 || code !== (code | 0)) return undefined;
  const extra = head.str(EXTRA);
  return new BizStatusError(code, head.str(MESSAGE) ?? '', extra === undefined || extra === '' ? undefined : parseExtra(extra));
}

/** Writes a business status as string keys. */
export function writeBizStatus(e: BizStatusError, set: (key: string, value: string) => void): void {
  set(STATUS, String(e.statusCode));
  set(MESSAGE, e.bizMessage);
  if (e.extra !== undefined && Object.keys(e.extra).length > 0) set(EXTRA, JSON.stringify(e.extra));
}

function parseExtra(text: string): Readonly<Record<string, string>> {
  let v: unknown;
  try {
    v = JSON.parse(text);
  } catch (e) {
    throw new TransError(TransErrorType.ProtocolError, 'malformed header info, extra:' + text.slice(0, 200), { cause: e });
  }
  if (typeof v !== 'object' || v === null || Array.isArray(v) || !Object.values(v).every((x) => typeof x === 'string')) {
    throw new TransError(TransErrorType.ProtocolError, 'malformed header info, extra:' + text.slice(0, 200));
  }
  return Object.freeze({ ...(v as Record<string, string>) });
}
