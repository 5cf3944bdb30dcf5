// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { DeadlineError } from '@cloudwego/gopkg/context';
import type { RpcTail } from '@cloudwego/protocol';
import { TTStreamCode } from '@cloudwego/protocol';
import { BizError, CanceledByBusinessError, RpcTimeoutError, TimeoutByBusinessError, TransError, TransErrorType, textOf, TTStreamError } from '../errors.js';
import type { BizStatusError } from '../errors.js';
import type { RpcContext } from '../types.js';
import { bizStatusOf, writeBizStatus } from '../meta/biz-status.js';

// How the ends of a stream are told over TTHeader streaming: trailers with an EXCEPTION or a business status, and RST frames with numbers of their own.
// Source: cloudwego/kitex pkg/remote/trans/ttstream.

/** What begins the path of a stream that was given up from outside of any stream. */
const OUTSIDE = 'non-ttstream path';

/** The trailer that tells of the end of a handler; `error` undefined = it ended well, perhaps with a business status. */
export function endTail(error: unknown, biz: BizStatusError | undefined): RpcTail {
  if (error === undefined) {
    let strings: Map<string, string> | undefined;
    if (biz !== undefined) {
      const to = (strings = new Map<string, string>());
      writeBizStatus(biz, (k, v) => void to.set(k, v));
    }
    return { code: 0, message: '', details: undefined, strings };
  }
  // The number of what a handler threw is lost, as in Go; what middlewares throw keeps its own.
  if (error instanceof BizError) return failed(TransErrorType.InternalError, `biz error: ${textOf(error.cause ?? error)}`);
  if (error instanceof DeadlineError) return failed(TTStreamCode.StreamTimeout, 'the deadline passed');
  if (error instanceof TTStreamError || error instanceof TransError) return failed(error.typeId, error.message);
  return failed(TransErrorType.InternalError, textOf(error));
}

function failed(code: number, message: string): RpcTail {
  return { code, message, details: undefined, strings: undefined };
}

/** What a server's trailer means to the caller: a business status, an error, or nothing. */
export function readTail(tail: RpcTail): BizStatusError | TTStreamError | undefined {
  if (tail.code !== 0) {
    const cause = new TransError(tail.code, tail.message, { remote: true });
    return new TTStreamError(TTStreamCode.Application, 'client', tail.message, { cause });
  }
  try {
    return tail.strings === undefined ? undefined : bizStatusOf(tail.strings);
  } catch (e) {
    return new TTStreamError(TTStreamCode.IllegalBizStatus, 'client', textOf(e), { cause: e });
  }
}

/** What an RST frame means. */
export function readRst(side: 'client' | 'server', code: number, reason: string, path: string): TTStreamError {
  return new TTStreamError(code, side, reason, { cancelPath: path === '' ? [] : path.split(',') });
}

/** How a client tells that it gives a stream up. */
export interface GivenUp {
  readonly code: number;
  readonly message: string;
  /** Comma list of who gave it up, this client last. */
  readonly path: string;
}

/** `within`: the call that is being served where the stream was made. */
export function giveUp(error: unknown, self: string, within: RpcContext | undefined): GivenUp {
  const cause = error instanceof Error ? error.cause : undefined;
  // A handler whose own stream was given up leaves those that it made: they hear the reason of the first.
  const reasons: readonly unknown[] = [cause, within?.rpcInfo.stats.error];
  const upstream = reasons.find((e) => e instanceof TTStreamError);
  const hops = upstream !== undefined ? upstream.cancelPath : within !== undefined ? [OUTSIDE] : [];
  const path = [...hops, self].filter((hop) => hop !== '').join(',');
  if (upstream !== undefined) return { code: TTStreamCode.CancelledByUpstream, message: upstream.streamMessage, path };
  if (error instanceof CanceledByBusinessError || (error instanceof RpcTimeoutError && cause !== undefined)) {
    return { code: TTStreamCode.CallerCancelled, message: cause === undefined ? textOf(error) : textOf(cause), path };
  }
  if (error instanceof RpcTimeoutError || error instanceof TimeoutByBusinessError) return { code: TTStreamCode.StreamTimeout, message: textOf(error), path };
  return { code: TTStreamCode.InternalCancel, message: textOf(error), path };
}
