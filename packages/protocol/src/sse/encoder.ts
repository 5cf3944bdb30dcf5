// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { SseError } from './errors.js';

/** An event to be sent. */
export interface SseEventInit {
  /** What a client that comes back says in Last-Event-ID. */
  readonly id?: string | undefined;
  /** Its kind; a browser calls listeners of that name, 'message' where there is none. */
  readonly event?: string | undefined;
  /** Lines are kept; bytes are UTF-8. */
  readonly data?: string | Uint8Array | undefined;
  /** How long a client waits before it comes back. Unit ms. */
  readonly retryMs?: number | undefined;
}

const NOT_IN_ID = /[\u0000\r\n]/;
const NOT_IN_LINE = /[\r\n]/;
const LINE_END = /\r\n|\r|\n/;

/**
 * An event as text.
 * Shape:  lines `id`, `event`, `retry`, one `data` for each line of it, an empty line.
 * Errors: {@link SseError} (SSE_FIELD_INVALID) for an id or kind with a line end, an id with NUL, a time that is no natural number.
 * Source: cloudwego/hertz pkg/protocol/sse/writer.go. Differs: a lone CR in data ends a line, as readers take it.
 */
export function writeSseEvent(e: SseEventInit): string {
  let out = '';
  if (e.id !== undefined) {
    if (NOT_IN_ID.test(e.id)) throw new SseError('SSE_FIELD_INVALID', 'id: got a line end or NUL in it');
    out += `id: ${e.id}\n`;
  }
  if (e.event !== undefined) {
    if (NOT_IN_LINE.test(e.event)) throw new SseError('SSE_FIELD_INVALID', 'event: got a line end in it');
    out += `event: ${e.event}\n`;
  }
  if (e.retryMs !== undefined) {
    if (!Number.isSafeInteger(e.retryMs) || e.retryMs < 0) throw new SseError('SSE_FIELD_INVALID', `retryMs: got ${e.retryMs}, wanted an integer >= 0`);
    out += `retry: ${e.retryMs}\n`;
  }
  if (e.data !== undefined) {
    const text = typeof e.data === 'string' ? e.data : Buffer.from(e.data.buffer, e.data.byteOffset, e.data.length).toString();
    if (!NOT_IN_LINE.test(text)) out += `data: ${text}\n`;
    else for (const line of text.split(LINE_END)) out += `data: ${line}\n`;
  }
  return `${out}\n`;
}

/** A comment, which readers pass over: it keeps proxies from closing a silent stream. */
export function writeSseComment(text: string): string {
  return `${text.split(LINE_END).map((line) => `:${line}\n`).join('')}\n`;
}
