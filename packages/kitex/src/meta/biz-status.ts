// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { RpcHead, RpcTail } from '@cloudwego/protocol';
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
  return bizStatus(head.str(STATUS), head.str(MESSAGE) ?? '', head.str(EXTRA));
}

function bizStatus(status: string | undefined, message: string, extra: string | undefined): BizStatusError | undefined {
  if (status === undefined || !/^[+-]?\d{1,10}$/.test(status)) return undefined;
  const code = Number(status);
  if (code === 0 || code !== (code | 0)) return undefined;
  return new BizStatusError(code, message, extra === undefined || extra === '' ? undefined : parseExtra(extra));
}

type Strings = ReadonlyMap<string, string | readonly string[]>;

/** The first value of a key. */
function first(strings: Strings | undefined, key: string): string | undefined {
  const v = strings?.get(key);
  return typeof v === 'object' ? v[0] : v;
}

/** Reads a business status out of string keys. Errors: as {@link readBizStatus}. */
export function bizStatusOf(strings: Strings): BizStatusError | undefined {
  return bizStatus(first(strings, STATUS), first(strings, MESSAGE) ?? '', first(strings, EXTRA));
}

/** Writes a business status as string keys. */
export function writeBizStatus(e: BizStatusError, set: (key: string, value: string) => void): void {
  set(STATUS, String(e.statusCode));
  set(MESSAGE, e.bizMessage);
  if (e.extra !== undefined && Object.keys(e.extra).length > 0) set(EXTRA, JSON.stringify(e.extra));
}

/** A business status as gRPC trailers carry it; its message is the status's own. Source: cloudwego/kitex pkg/remote/trans/nphttp2. */
export function bizTrailers(e: BizStatusError): ReadonlyMap<string, string> {
  const out = new Map([[STATUS, String(e.statusCode)]]);
  if (e.extra !== undefined && Object.keys(e.extra).length > 0) out.set(EXTRA, JSON.stringify(e.extra));
  return out;
}

/** Reads a business status out of gRPC trailers; it is there only with a status other than OK. Errors: as {@link readBizStatus}. */
export function bizOfTrailers(tail: RpcTail): BizStatusError | undefined {
  return bizStatus(first(tail.strings, STATUS), tail.message, first(tail.strings, EXTRA));
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
