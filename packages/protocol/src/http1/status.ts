// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { REASONS } from './reasons.js';

const lines: (string | undefined)[] = [];

/** `HTTP/1.1 200 OK` and its line end. */
export function statusLine(status: number): string {
  return (lines[status] ??= `HTTP/1.1 ${status} ${REASONS[status] ?? 'Unknown Status Code'}\r\n`);
}

/** What a request is answered that never became one. Source: cloudwego/hertz pkg/protocol/http1/server.go writeErrorResponse. */
export function refusalText(status: number): string {
  switch (status) {
    case 408:
      return 'Request timeout';
    case 413:
      return 'Request Entity Too Large';
    case 431:
      return 'Request Header Fields Too Large';
    case 400:
      return 'Error when parsing request';
    default:
      return REASONS[status] ?? 'Error';
  }
}
