// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { CloudWeGoError } from '@cloudwego/gopkg/errors';

/** What went wrong with a request of a client. */
export type ClientErrorCode =
  | 'HERTZ_CLIENT_CLOSED'
  | 'HERTZ_CLIENT_CONN_LOST'
  | 'HERTZ_CLIENT_DIAL_FAILED'
  | 'HERTZ_CLIENT_NO_FREE_CONN'
  | 'HERTZ_CLIENT_PROXY_REFUSED'
  | 'HERTZ_CLIENT_REDIRECT_INVALID'
  | 'HERTZ_CLIENT_REQUEST_INVALID'
  | 'HERTZ_CLIENT_RESPONSE_OVERSIZED'
  | 'HERTZ_CLIENT_RESPONSE_STATE'
  | 'HERTZ_CLIENT_SSE_REFUSED'
  | 'HERTZ_CLIENT_TIMEOUT';

/** A request failed before its response was whole. */
export class HttpClientError extends CloudWeGoError {
  static override readonly type: string = 'hertz/HttpClientError';
  readonly code: ClientErrorCode;
  /** Whether the server may have seen the request. */
  readonly sent: boolean;

  constructor(code: ClientErrorCode, message: string, o: ErrorOptions & { readonly sent?: boolean } = {}) {
    super(message, o);
    this.code = code;
    this.sent = o.sent ?? false;
  }
}

/** There was no connection, or it broke: another one may do. */
export function isConnectionFault(e: unknown): e is HttpClientError {
  return e instanceof HttpClientError && (e.code === 'HERTZ_CLIENT_CONN_LOST' || e.code === 'HERTZ_CLIENT_DIAL_FAILED');
}
