// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

const below = (random: () => number, n: number): number => Math.floor(random() * n);

/** Sound requests that mutations start from. */
export const REQUESTS: readonly string[] = [
  'GET /a?b=c HTTP/1.1\r\nHost: h\r\nX-Field: value\r\n\r\n',
  'POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello',
  'POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n',
  'PUT /t HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\na\r\n0123456789\r\n0\r\nX-Sum: 1\r\n\r\n',
  'GET /old HTTP/1.0\r\nConnection: keep-alive\r\n\r\n',
  'DELETE /d HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 0\r\n\r\n',
];

/** What attackers and bad clients put where it does not belong. */
const PIECES: readonly string[] = [
  '\r', '\n', '\r\n', '\r\n\r\n', ' ', '\t', ':', '\0', '\x7f', '\xff', ',', ';', ';a=b', '0', '-', '+', 'x', '0x', '\r\n ', '\x0b',
  'Content-Length: 5\r\n', 'Content-Length: 3\r\n', 'Transfer-Encoding: chunked\r\n', 'Transfer-Encoding: gzip, chunked\r\n', 'Transfer-Encoding: identity\r\n', 'Host: h\r\n',
  'Connection: close\r\n', 'Expect: 100-continue\r\n', 'HTTP/1.1', 'HTTP/1.2', 'GET /s HTTP/1.1\r\nHost: h\r\n\r\n', '0\r\n\r\n', '5\r\n', 'chunked', 'CHUNKED', 'ffffffffffffffff',
];

/** Where lines begin: the places that matter most. */
function lineStarts(text: string): number[] {
  const at = [0];
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) at.push(i + 1);
  return at;
}

/** A request with one to three changes. */
export function mutate(random: () => number): string {
  let text = REQUESTS[below(random, REQUESTS.length)]!;
  for (let k = 1 + below(random, 3); k > 0; k--) {
    const starts = lineStarts(text);
    const at = random() < 0.5 ? starts[below(random, starts.length)]! : below(random, text.length + 1);
    const piece = PIECES[below(random, PIECES.length)]!;
    switch (below(random, 4)) {
      case 0:
      case 1:
        text = text.slice(0, at) + piece + text.slice(at);
        break;
      case 2:
        text = text.slice(0, at) + text.slice(at + 1 + below(random, 3));
        break;
      default:
        text = text.slice(0, at) + piece + text.slice(at + piece.length);
    }
  }
  return text;
}
