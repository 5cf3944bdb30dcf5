// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { Http1Error } from '@cloudwego/protocol';
import { randomSplit, seeded } from '@cloudwego/protocol/testing';
import { client } from './support.js';
import type { Http1End } from './support.js';

function ask(method: string = 'GET', headers: readonly string[] = []): { readonly end: Http1End; readonly id: number } {
  const end = client();
  return { end, id: end.engine.open({ method, target: '/', authority: 'a', headers, length: undefined }, true) };
}

/** Name, method, answer, body that is shown, whether the connection goes on; or the code it ends with. */
const ANSWERS: readonly (readonly [name: string, method: string, answer: string, body: string, open: boolean] | readonly [name: string, method: string, answer: string, code: string])[] = [
  ['a length', 'GET', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc', 'abc', true],
  ['no reason phrase', 'GET', 'HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n', '', true],
  ['chunked with extensions', 'GET', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a="b"\r\nabc\r\n0 \r\n\r\n', 'abc', true],
  ['HEAD with a length', 'HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n', '', true],
  ['304 with a length', 'GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 3\r\n\r\n', '', true],
  ['close', 'GET', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc', 'abc', false],
  ['HTTP/1.0', 'GET', 'HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nabc', 'abc', false],
  ['HTTP/1.0 that stays', 'GET', 'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 3\r\n\r\nabc', 'abc', true],
  ['interim answers', 'GET', 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc', 'abc', true],
  ['identity', 'GET', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\nabc', 'abc', false],
  ['until the end', 'GET', 'HTTP/1.1 200 OK\r\n\r\nabc', 'abc', false],
  ['both lengths', 'GET', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n', 'HTTP1_FRAMING_INVALID'],
  ['two lengths', 'GET', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n', 'HTTP1_FRAMING_INVALID'],
  ['gzip as framing', 'GET', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n', 'HTTP1_FRAMING_INVALID'],
  ['bytes behind the answer', 'GET', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n', 'HTTP1_HEAD_INVALID'],
  ['101 that nobody asked for', 'GET', 'HTTP/1.1 101 Switching Protocols\r\n\r\n', 'HTTP1_HEAD_INVALID'],
  ['a status of two digits', 'GET', 'HTTP/1.1 20 OK\r\n\r\n', 'HTTP1_HEAD_INVALID'],
  ['obs-fold', 'GET', 'HTTP/1.1 200 OK\r\nX: 1\r\n 2\r\n\r\n', 'HTTP1_HEAD_INVALID'],
  ['interim answers without end', 'GET', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(65), 'HTTP1_HEAD_INVALID'],
  ['a head above the limit', 'GET', `HTTP/1.1 200 OK\r\nX: ${'y'.repeat(300_000)}`, 'HTTP1_HEADER_OVERSIZED'],
  ['a bad chunk', 'GET', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n', 'HTTP1_CHUNK_INVALID'],
];

describe('answers', () => {
  it.each(ANSWERS)('%s', (...[, method, text, expected, open]) => {
    const bytes = Buffer.from(text, 'latin1');
    for (const pieces of [[bytes], randomSplit(bytes, seeded(2), bytes.length > 5000 ? 5000 : 2)]) {
      const { end, id } = ask(method);
      for (const p of pieces) end.link.feed(p);
      if (open === undefined) {
        expect((end.link.cause as Http1Error).code).toBe(expected);
        continue;
      }
      if (end.engine.active > 0) end.link.feedEnd();
      expect(Buffer.from(end.on.bytesOf(id), 'hex').toString()).toBe(expected);
      expect(end.on.events.filter((e) => 'end' in e && e.end)).toHaveLength(1);
      expect(end.link.isDestroyed).toBe(false);
      expect(end.link.ended).toBe(!open);
      expect(end.engine.open({ target: '/', headers: [], length: undefined }, true) >= 0).toBe(open);
    }
  });

  it('an answer that breaks off is an error, wherever', () => {
    for (const text of ['HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n', '']) {
      const { end } = ask();
      if (text !== '') end.link.feed(Buffer.from(text));
      end.link.feedEnd();
      expect((end.link.cause as Http1Error).code).toBe('HTTP1_PEER_CLOSED');
    }
  });

  it('nothing is opened from inside the last event of a connection that ends', () => {
    const { end } = ask();
    let opened = 0;
    end.on.react = (e) => {
      if (e.kind === 'message' && e.end) opened = end.engine.open({ target: '/', headers: [], length: undefined }, true);
    };
    end.link.feed(Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx'));
    expect(opened).toBe(-1);
  });

  it('an answer before its request is whole ends the connection', () => {
    const end = client();
    const id = end.engine.open({ method: 'POST', target: '/', headers: [], length: 100 }, false);
    end.engine.beginMessage(id, 0).string('x');
    end.engine.endMessage(id, false);
    end.link.feed(Buffer.from('HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n'));
    expect(end.on.of('head')).toHaveLength(1);
    expect(end.link.ended).toBe(true);
  });

  it('an upgrade is handed over with what follows it', () => {
    const { end, id } = ask('GET', ['Connection', 'Upgrade', 'Upgrade', 'x']);
    end.link.feed(Buffer.from('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nraw'));
    expect(end.on.of('head')).toEqual([expect.objectContaining({ id, end: true })]);
    expect(end.link.unreadBytes).toBe(3);
    const connect = client();
    connect.engine.open({ method: 'CONNECT', target: 'b:443', authority: 'b:443', headers: [], length: undefined }, true);
    connect.link.feed(Buffer.from('HTTP/1.1 200 OK\r\n\r\nraw'));
    expect(connect.link.unreadBytes).toBe(3);
  });
});

describe('requests that are written', () => {
  it('say how long their body is', () => {
    const written = (method: string, body: readonly string[], length?: number): string => {
      const end = client();
      const id = end.engine.open({ method, target: '/p', authority: 'a:1', headers: ['X', '1'], length }, body.length === 0);
      body.forEach((b, i) => {
        end.engine.beginMessage(id, 0).string(b);
        end.engine.endMessage(id, i === body.length - 1);
      });
      return end.link.take().toString().replace(`${method} /p HTTP/1.1\r\nHost: a:1\r\nX: 1\r\n`, '');
    };
    expect(written('GET', [])).toBe('\r\n');
    expect(written('POST', [])).toBe('Content-Length: 0\r\n\r\n');
    expect(written('PUT', ['abc'])).toBe('Content-Length: 3\r\n\r\nabc');
    expect(written('POST', ['ab', 'c'])).toBe('Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n');
    expect(written('POST', ['ab', 'c'], 3)).toBe('Content-Length: 3\r\n\r\nabc');
  });

  it.each([
    [{ method: 'GE T' }, 'method'],
    [{ method: '' }, 'method'],
    [{ target: '/a b' }, 'target'],
    [{ target: '/a\r\nX: 1' }, 'target'],
    [{ authority: 'a\nb' }, 'authority'],
  ])('%j is refused', (o, what) => {
    const end = client();
    expect(() => end.engine.open({ method: 'GET', target: '/', headers: [], length: undefined, ...o }, true)).toThrow(what);
    expect(end.engine.active).toBe(0);
    expect(end.link.take()).toHaveLength(0);
  });
});
