// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/** A protocol that is not served where it was spoken, and what tells its client so in its own words. */
export interface Foreign {
  /** For the log. */
  readonly name: string;
  readonly answer: Uint8Array;
}

const HTTP1 = /^(?:GET|POST|PUT|HEAD|DELETE|OPTIONS|PATCH|CONNECT|TRACE) /;
const H2_PREFACE = 'PRI * HT';
/** A fatal alert, handshake_failure (40), in a record of TLS 1.0, as every version reads it. Source: RFC 8446 section 6.2. */
const TLS_ALERT: Uint8Array = Uint8Array.of(0x15, 3, 1, 0, 2, 2, 40);
/** Empty SETTINGS, then GOAWAY with the last stream 0 and HTTP_1_1_REQUIRED (0xd). Source: RFC 9113 sections 3.4, 6.8. */
const H2_GOODBYE: Uint8Array = Uint8Array.of(0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 13);

/** Recognises by its first bytes what can be answered though nobody serves it. `why` is a sentence for its user. */
export function foreign(buf: Buffer, start: number, end: number, why: string): Foreign | undefined {
  if (end - start >= 2 && buf[start] === 0x16 && buf[start + 1] === 3) return { name: 'a TLS hello', answer: TLS_ALERT };
  const text = buf.toString('latin1', start, end);
  if (text.startsWith(H2_PREFACE)) return { name: 'HTTP/2 with prior knowledge', answer: H2_GOODBYE };
  return HTTP1.test(text) ? { name: 'an HTTP/1 request', answer: badRequest(why) } : undefined;
}

function badRequest(why: string): Uint8Array {
  const body = Buffer.from(`${why}\n`, 'utf8');
  const head = `HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), body]);
}
