// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { Http1Error } from '@cloudwego/protocol';
import { randomSplit, seeded } from '@cloudwego/protocol/testing';
import { echo, statuses, talk } from './support.js';

const HOST = 'Host: a\r\n';
const get = (rest: string = ''): string => `GET /x HTTP/1.1\r\n${HOST}${rest}\r\n`;
const post = (fields: string, body: string): string => `POST /x HTTP/1.1\r\n${HOST}${fields}\r\n${body}`;

/** Name, request, and what it is answered: a body that was echoed, or a status with which the connection ends. */
const VECTORS: readonly (readonly [name: string, request: string, expected: string | number])[] = [
  // spec/hertz.md section 10
  ['HTTP/1.0 with Host', `GET /x HTTP/1.0\r\n${HOST}\r\n`, 'GET /x []'],
  ['HTTP/1.2 is served as 1.0', `GET /x HTTP/1.2\r\n${HOST}\r\n`, 'GET /x []'],
  ['no Host, which is the framework\'s to refuse', 'GET /x HTTP/1.1\r\n\r\n', 'GET /x []'],
  ['bare LF', `GET /x HTTP/1.1\nHost: a\n\n`, 400],
  ['bare LF behind one field', get('X: 1\nY: 2\r\n'), 400],
  ['bare CR in a value', get('X: 1\rY: 2\r\n'), 400],
  ['bare CR behind the request line', `GET /x HTTP/1.1\r${HOST}\r\n`, 400],
  ['obs-fold', get('X: 1\r\n  2\r\n'), 400],
  ['obs-fold of the first field', `GET /x HTTP/1.1\r\n ${HOST}\r\n`, 400],
  ['blank in a field name', get('X Y: 1\r\n'), 400],
  ['blank before the colon', get('X : 1\r\n'), 400],
  ['tab before the colon', get('Transfer-Encoding\t: chunked\r\n'), 400],
  ['empty field name', get(': 1\r\n'), 400],
  ['a field without colon', get('X\r\n'), 400],
  ['control character in a value', get('X: a\x01b\r\n'), 400],
  ['NUL in a value', get('X: a\0b\r\n'), 400],
  ['DEL in a value', get('X: a\x7fb\r\n'), 400],
  ['byte above 0x7f in a name', get('X\xe9: 1\r\n'), 400],
  ['byte above 0x7f in a value', get('X: \xe9\r\n'), 'GET /x []'],
  ['a quote in a name', get('X": 1\r\n'), 400],
  ['Transfer-Encoding and Content-Length', post('Content-Length: 3\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'), 400],
  ['the other way round', post('Transfer-Encoding: chunked\r\nContent-Length: 3\r\n', '0\r\n\r\n'), 400],
  ['Content-Length twice, equal', post('Content-Length: 3\r\nContent-Length: 3\r\n', 'abc'), 'POST /x [abc]'],
  ['Content-Length twice, different', post('Content-Length: 3\r\nContent-Length: 4\r\n', 'abcd'), 400],
  ['a list of Content-Length', post('Content-Length: 3, 3\r\n', 'abc'), 400],
  ['signed Content-Length', post('Content-Length: +3\r\n', 'abc'), 400],
  ['negative Content-Length', post('Content-Length: -3\r\n', 'abc'), 400],
  ['hexadecimal Content-Length', post('Content-Length: 0x3\r\n', 'abc'), 400],
  ['empty Content-Length', post('Content-Length: \r\n', 'abc'), 400],
  ['Content-Length with a blank inside', post('Content-Length: 1 1\r\n', 'abcdefghijk'), 400],
  ['Content-Length beyond 2^53', post('Content-Length: 9999999999999999\r\n', 'abc'), 400],
  ['Content-Length 0', post('Content-Length: 0\r\n', ''), 'POST /x []'],
  ['Chunked in another case', post('Transfer-Encoding: Chunked\r\n', '3\r\nabc\r\n0\r\n\r\n'), 'POST /x [abc]'],
  ['gzip, chunked', post('Transfer-Encoding: gzip, chunked\r\n', '0\r\n\r\n'), 400],
  ['chunked not last', post('Transfer-Encoding: chunked, identity\r\n', '0\r\n\r\n'), 400],
  ['chunked twice', post('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'), 400],
  ['xchunked', post('Transfer-Encoding: xchunked\r\n', '0\r\n\r\n'), 400],
  ['chunked with a vertical tab', post('Transfer-Encoding: \x0bchunked\r\n', '0\r\n\r\n'), 400],
  ['empty Transfer-Encoding', post('Transfer-Encoding: \r\n', ''), 400],
  ['identity, which requests cannot be', post('Transfer-Encoding: identity\r\n', ''), 400],
  ['Transfer-Encoding in HTTP/1.0', `POST /x HTTP/1.0\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
  ['chunk extension', post('Transfer-Encoding: chunked\r\n', '3;a=b\r\nabc\r\n0\r\n\r\n'), 400],
  ['blank behind a chunk size', post('Transfer-Encoding: chunked\r\n', '3 \r\nabc\r\n0\r\n\r\n'), 400],
  ['chunk without size', post('Transfer-Encoding: chunked\r\n', '\r\nabc\r\n0\r\n\r\n'), 400],
  ['chunk size 0x3', post('Transfer-Encoding: chunked\r\n', '0x3\r\nabc\r\n0\r\n\r\n'), 400],
  ['chunk size -3', post('Transfer-Encoding: chunked\r\n', '-3\r\nabc\r\n0\r\n\r\n'), 400],
  ['chunk size beyond 2^49', post('Transfer-Encoding: chunked\r\n', 'fffffffffffff\r\n'), 400],
  ['chunk size of 17 digits', post('Transfer-Encoding: chunked\r\n', '00000000000000003\r\nabc\r\n0\r\n\r\n'), 400],
  ['chunk size with bare LF', post('Transfer-Encoding: chunked\r\n', '3\nabc\r\n0\r\n\r\n'), 400],
  ['chunk longer than its size', post('Transfer-Encoding: chunked\r\n', '3\r\nabcd\r\n0\r\n\r\n'), 400],
  ['chunk that ends in LF', post('Transfer-Encoding: chunked\r\n', '3\r\nabc\n0\r\n\r\n'), 400],
  ['trailers', post('Transfer-Encoding: chunked\r\nTrailer: X\r\n', '3\r\nabc\r\n0\r\nX: 1\r\n\r\n'), 'POST /x [abc["X","1"]]'],
  ['trailers that may not trail are left out', post('Transfer-Encoding: chunked\r\n', '0\r\nContent-Length: 5\r\nHost: b\r\nX: 1\r\n\r\n'), 'POST /x [["X","1"]]'],
  ['trailer with obs-fold', post('Transfer-Encoding: chunked\r\n', '0\r\nX: 1\r\n 2\r\n\r\n'), 400],
  ['absolute form', `GET http://b/x HTTP/1.1\r\n${HOST}\r\n`, 'GET http://b/x []'],
  ['OPTIONS *', `OPTIONS * HTTP/1.1\r\n${HOST}\r\n`, 'OPTIONS * []'],
  ['an unknown method', `FOO /x HTTP/1.1\r\n${HOST}\r\n`, 'FOO /x []'],
  ['a method in lower case', `get /x HTTP/1.1\r\n${HOST}\r\n`, 'get /x []'],
  ['a method of 33 letters', `${'M'.repeat(33)} /x HTTP/1.1\r\n${HOST}\r\n`, 400],
  ['a target that is no path', `GET x HTTP/1.1\r\n${HOST}\r\n`, 400],
  ['no target', `GET HTTP/1.1\r\n${HOST}\r\n`, 400],
  ['HTTP/0.9', 'GET /x\r\n\r\n', 400],
  ['two blanks before the target', `GET  /x HTTP/1.1\r\n${HOST}\r\n`, 400],
  ['two blanks behind the target', `GET /x  HTTP/1.1\r\n${HOST}\r\n`, 400],
  ['a tab behind the target', `GET /x\tHTTP/1.1\r\n${HOST}\r\n`, 400],
  ['a blank behind the version', `GET /x HTTP/1.1 \r\n${HOST}\r\n`, 400],
  ['http in lower case', `GET /x http/1.1\r\n${HOST}\r\n`, 400],
  ['HTTP/2.0', `GET /x HTTP/2.0\r\n${HOST}\r\n`, 400],
  ['HTTP/1.10', `GET /x HTTP/1.10\r\n${HOST}\r\n`, 400],
  ['CONNECT without a port', `CONNECT b HTTP/1.1\r\n${HOST}\r\n`, 400],
  ['Host twice', get(HOST), 400],
  ['a head of 5,000 bytes', get(`X: ${'y'.repeat(5000)}\r\n`), 'GET /x []'],
  ['110 fields', get('X: 1\r\n'.repeat(110)), 'GET /x []'],
  ['1,001 fields', get('X: 1\r\n'.repeat(1000)), 431],
  ['a head above the limit', get(`X: ${'y'.repeat(300_000)}\r\n`), 431],
  ['a head that never ends', `GET /${'y'.repeat(300_000)}`, 431],
  ['a path in every encoding is given as it came', 'GET /a%2Fb//c/../d%20e HTTP/1.1\r\nHost: a\r\n\r\n', 'GET /a%2Fb//c/../d%20e []'],
  ['empty lines before the request', `\r\n\r\n${get()}`, 'GET /x []'],
  ['more empty lines', `${'\r\n'.repeat(5)}${get()}`, 400],
];

describe('requests', () => {
  it.each(VECTORS)('%s', (_name, request, expected) => {
    const bytes = Buffer.from(request, 'latin1');
    for (const pieces of [[bytes], randomSplit(bytes, seeded(1), bytes.length > 1000 ? 5000 : 3)]) {
      const end = echo();
      for (const p of pieces) end.link.feed(p);
      const out = end.link.take().toString('latin1');
      if (typeof expected === 'string') {
        expect(out.slice(out.indexOf('\r\n\r\n') + 4)).toBe(expected);
        expect(end.link.isDestroyed).toBe(false);
      } else {
        expect(statuses(out)).toEqual([expected]);
        expect(out).toContain('\r\nConnection: close\r\n');
        expect(out.endsWith(expected === 431 ? 'Request Header Fields Too Large' : 'Error when parsing request')).toBe(true);
        expect(end.link.isDestroyed).toBe(true);
        expect((end.link.cause as Http1Error).status).toBe(expected);
        expect(end.engine.active).toBe(0);
      }
    }
  });

  it('what is smuggled behind a refused request is not served', () => {
    const { out } = talk(post('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', `0\r\n\r\n${get()}`) + get());
    expect(statuses(out)).toEqual([400]);
  });

  it('pipelined requests are answered in order, whatever their bodies', () => {
    const all = get() + post('Content-Length: 3\r\n', 'abc') + post('Transfer-Encoding: chunked\r\n', '2\r\nde\r\n1\r\nf\r\n0\r\n\r\n') + get();
    for (let seed = 0; seed < 50; seed++) {
      const end = echo({ pipelineDepth: 1 + (seed % 3) });
      for (const p of randomSplit(Buffer.from(all), seeded(seed), 1 + seed)) end.link.feed(p);
      expect(end.link.take().toString().match(/(GET|POST) \/x \[.*?\]/g)).toEqual(['GET /x []', 'POST /x [abc]', 'POST /x [def]', 'GET /x []']);
    }
  });

  it('a bad request behind good ones is answered behind them', () => {
    for (const pipelineDepth of [1, 8]) {
      const { out, end } = talk(get() + get() + 'BAD\r\n\r\n', { pipelineDepth });
      expect(statuses(out)).toEqual([200, 200, 400]);
      expect(end.link.isDestroyed).toBe(true);
    }
  });
});
