// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { CloudWeGoError } from '@cloudwego/gopkg/errors';

/** Stable codes of {@link Http1Error}. */
export type Http1Code =
  | 'HTTP1_HEAD_INVALID'
  | 'HTTP1_FRAMING_INVALID'
  | 'HTTP1_HEADER_OVERSIZED'
  | 'HTTP1_CHUNK_INVALID'
  | 'HTTP1_PEER_SLOW'
  | 'HTTP1_PEER_CLOSED'
  | 'HTTP1_BODY_MISMATCH'
  | 'HTTP1_CALL_ABANDONED'
  | 'HTTP1_STREAM_MISUSED';

/** An HTTP/1 connection is at its end, or was used wrongly. `status` is what a client is answered, 0 = nothing. */
export class Http1Error extends CloudWeGoError {
  static override readonly type: string = 'protocol/Http1Error';
  readonly code: Http1Code;
  readonly status: number;

  constructor(code: Http1Code, status: number, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
    this.status = status;
  }
}

/** A head that breaks the grammar. */
export function badHead(what: string): Http1Error {
  return new Http1Error('HTTP1_HEAD_INVALID', 400, what);
}

/** A body whose end two readers could see in two places. */
export function badFraming(what: string): Http1Error {
  return new Http1Error('HTTP1_FRAMING_INVALID', 400, what);
}

/** A command at the wrong time: a defect of the caller. */
export function misused(what: string): Http1Error {
  return new Http1Error('HTTP1_STREAM_MISUSED', 0, what);
}
