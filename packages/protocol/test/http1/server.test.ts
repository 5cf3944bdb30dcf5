// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { FakeClock } from '@cloudwego/gopkg/clock/testing';
import { describe, expect, it } from 'vitest';
import type { Http1Engine, Http1Error } from '@cloudwego/protocol';
import { http1Sniffer } from '@cloudwego/protocol';
import { answer, echo, server, statuses, talk } from './support.js';
import type { Http1End } from './support.js';

const feed = (end: Http1End, text: string): void => {
  end.link.feed(Buffer.from(text, 'latin1'));
};
const took = (end: Http1End): string => end.link.take().toString('latin1');
const GET = 'GET /x HTTP/1.1\r\nHost: a\r\n\r\n';

describe('the connection of a server', () => {
  it('stays, unless a side says close; HTTP/1.0 says keep-alive to stay', () => {
    expect(talk(GET).end.link.ended).toBe(false);
    for (const connection of ['close', 'Close', 'close, te', 'TE ,close']) {
      const { out, end } = talk(`GET / HTTP/1.1\r\nHost: a\r\nConnection: ${connection}\r\n\r\n`);
      expect(out).toContain('Connection: close\r\n');
      expect(end.link.ended).toBe(true);
    }
    expect(talk('GET / HTTP/1.0\r\n\r\n').end.link.ended).toBe(true);
    const old = talk('GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n');
    expect(old.out).toContain('Connection: keep-alive\r\n');
    expect(old.end.link.ended).toBe(false);
    expect(talk(GET, { keepAlive: false }).end.link.ended).toBe(true);
    const byHead = server();
    feed(byHead, GET);
    answer(byHead, 1, 'x', 200, ['connection', 'close']);
    expect(took(byHead).match(/connection: close/gi)).toHaveLength(1);
    expect(byHead.link.ended).toBe(true);
  });

  it('a client that half-closes is still answered, and its end is told', () => {
    const end = server();
    feed(end, GET);
    end.link.feedEnd();
    expect(end.on.of('goaway')).toHaveLength(1);
    expect(end.link.isDestroyed).toBe(false);
    answer(end, 1, 'late');
    expect(took(end)).toMatch(/Connection: close\r\n\r\nlate$/);
    expect(end.link.ended).toBe(true);
  });

  it('an answer before the end of its request: little is passed over, much closes', () => {
    const little = server();
    feed(little, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n');
    answer(little, 1, 'no', 413);
    feed(little, 'x'.repeat(1000) + GET);
    expect(little.on.of('head')).toHaveLength(2);
    expect(little.on.of('message')).toHaveLength(0);

    const much = server({ maxSkipBytes: 999 });
    feed(much, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n');
    answer(much, 1, 'no', 413);
    expect(took(much)).toContain('Connection: close\r\n');
    expect(much.link.ended).toBe(true);

    const chunked = server({ maxSkipBytes: 999 });
    feed(chunked, 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n');
    answer(chunked, 1, 'no', 413);
    for (let i = 0; i < 9; i++) feed(chunked, `64\r\n${'x'.repeat(100)}\r\n`);
    expect(chunked.link.ended).toBe(false);
    feed(chunked, `64\r\n${'x'.repeat(100)}\r\n0\r\n\r\n${GET}`);
    expect(chunked.link.ended).toBe(true);
    expect(chunked.on.of('head')).toHaveLength(1);
  });

  it('100-continue is the server\'s to say; without it the connection ends', () => {
    const head = 'POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n';
    const yes = server();
    feed(yes, head);
    expect(took(yes)).toBe('');
    yes.engine.sendHead(1, { status: 100, headers: [], length: undefined }, false);
    expect(took(yes)).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    feed(yes, 'abc');
    answer(yes, 1, 'thanks');
    expect(took(yes)).not.toContain('close');
    const no = server();
    feed(no, head);
    answer(no, 1, 'no', 417);
    expect(took(no)).toContain('Connection: close\r\n');
    feed(no, GET);
    expect(no.on.of('head')).toHaveLength(1);
    const old = server();
    feed(old, head.replace('HTTP/1.1', 'HTTP/1.0'));
    old.engine.sendHead(1, { status: 103, headers: ['Link', '</a>'], length: undefined }, false);
    expect(took(old)).toBe('');
  });

  it('HEAD, 204 and 304 have no body, and HEAD keeps its length', () => {
    const one = (request: string, status: number, text: string): string => {
      const end = server();
      feed(end, request);
      end.engine.sendHead(1, { status, headers: [], length: undefined }, false);
      end.engine.beginMessage(1, 0).string(text);
      end.engine.endMessage(1, true);
      feed(end, GET);
      expect(end.on.of('head')).toHaveLength(2);
      return took(end);
    };
    const head = GET.replace('GET', 'HEAD');
    expect(one(head, 200, 'abc')).toBe('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n');
    expect(one(GET, 204, 'abc')).toBe('HTTP/1.1 204 No Content\r\n\r\n');
    expect(one(GET, 304, 'abc')).toBe('HTTP/1.1 304 Not Modified\r\n\r\n');
    expect(one(GET, 200, '')).toBe('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    const end = server();
    feed(end, head);
    end.engine.sendHead(1, { status: 200, headers: [], length: 7 }, false);
    end.engine.finish(1);
    expect(took(end)).toBe('HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n');
    expect(end.link.isDestroyed).toBe(false);
  });

  it('no value can add a field or a message', () => {
    const end = server();
    feed(end, GET);
    answer(end, 1, 'x', 200, ['X', 'a\r\nY: 1', 'bad name', '1', '', '2', 'Content-Length', '99', 'Transfer-Encoding', 'chunked', 'Z', 'é', 'U', '中']);
    expect(took(end)).toBe(`HTTP/1.1 200 OK\r\nX: a  Y: 1\r\nZ: \xe9\r\nU: ${Buffer.from('中').toString('latin1')}\r\nContent-Length: 1\r\n\r\nx`);
  });

  it('bodies of unknown length are chunked, for HTTP/1.0 until the end; trailers come behind them', () => {
    const stream = (request: string): string => {
      const end = server();
      feed(end, request);
      end.engine.sendHead(1, { status: 200, headers: [], length: undefined }, false);
      end.engine.flushHead!(1);
      for (const part of ['ab', '', 'c']) {
        end.engine.beginMessage(1, 0).string(part);
        end.engine.endMessage(1, false);
      }
      end.engine.sendTail(1, ['X-Sum', '1', 'Host', 'b']);
      return took(end);
    };
    expect(stream(GET)).toBe('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\nX-Sum: 1\r\n\r\n');
    expect(stream('GET / HTTP/1.0\r\n\r\n')).toBe('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabc');
  });

  it('a body that is not as long as its head said: longer is an error, shorter cuts the connection', () => {
    const end = server();
    feed(end, GET);
    end.engine.sendHead(1, { status: 200, headers: [], length: 3 }, false);
    end.engine.beginMessage(1, 0).string('abcd');
    expect(() => end.engine.endMessage(1, true)).toThrow(expect.objectContaining({ code: 'HTTP1_BODY_MISMATCH' }));
    expect(end.link.writing).toBe(false);
    expect(took(end)).toBe('');
    end.engine.beginMessage(1, 0).string('ab');
    end.engine.endMessage(1, true);
    expect((end.link.cause as Http1Error).code).toBe('HTTP1_BODY_MISMATCH');
  });

  it('an answer that breaks off is cut, never finished', () => {
    const end = server();
    feed(end, GET);
    end.engine.sendHead(1, { status: 200, headers: [], length: undefined }, false);
    end.engine.beginMessage(1, 0).string('ab');
    end.engine.endMessage(1, false);
    end.engine.reset(1, 500, 'source failed');
    expect(took(end)).not.toContain('\r\n0\r\n');
    expect(end.link.isDestroyed).toBe(true);
  });

  it('a request that breaks in its body: its reader is told, and it is answered 400 unless an answer has begun', () => {
    const bad = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz';
    const end = server();
    feed(end, bad);
    expect(end.on.of('reset')).toHaveLength(1);
    expect(statuses(took(end))).toEqual([400]);
    const begun = server();
    begun.on.react = (e) => {
      if (e.kind !== 'head') return;
      begun.engine.sendHead(e.id, { status: 200, headers: [], length: undefined }, false);
      begun.engine.flushHead!(e.id);
    };
    feed(begun, bad);
    expect(begun.on.of('reset')).toHaveLength(1);
    expect(statuses(took(begun))).toEqual([200]);
    expect(begun.link.isDestroyed).toBe(true);
  });

  it('a slow request is answered 408; one that waits for its answer is not', () => {
    const clock = new FakeClock();
    const end = server({ readTimeoutMs: 100 }, { clock });
    const tick = (): number => end.engine.tick(clock.now());
    feed(end, 'GET / HT');
    expect(tick()).toBe(clock.now() + 100);
    clock.advance(60);
    feed(end, 'TP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nab');
    clock.advance(39);
    expect(tick()).toBe(clock.now() + 1);
    clock.advance(1);
    tick();
    expect(statuses(took(end))).toEqual([408]);
    expect((end.link.cause as Http1Error).code).toBe('HTTP1_PEER_SLOW');
    const busy = server({ readTimeoutMs: 100 }, { clock });
    feed(busy, GET);
    clock.advance(1000);
    busy.engine.tick(clock.now());
    expect(busy.link.isDestroyed).toBe(false);
  });

  it('what is not credited holds back the body', () => {
    const end = server({ windowBytes: 10 });
    end.on.credit = undefined;
    feed(end, `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 30\r\n\r\n${'x'.repeat(10)}`);
    feed(end, 'y'.repeat(20));
    expect(end.link.unreadBytes).toBe(20);
    end.engine.credit(1, 10);
    expect(end.link.unreadBytes).toBe(0);
    expect(end.on.of('message').at(-1)!.end).toBe(true);
  });

  it('101 hands the connection over, with what came behind the request', () => {
    const end = server();
    feed(end, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: x\r\n\r\nnot HTTP');
    end.engine.sendHead(1, { status: 101, headers: ['Connection', 'Upgrade', 'Upgrade', 'x'], length: undefined }, true);
    expect(took(end)).toBe('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
    expect(end.link.unreadBytes).toBe(8);
    expect(end.engine.active).toBe(0);
    end.engine.receiveEnd();
    expect(end.link.ended || end.link.isDestroyed).toBe(false);
  });

  it('a request to upgrade that is answered otherwise leaves HTTP', () => {
    const { out } = talk(`GET /x HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n${GET}`, { pipelineDepth: 4 });
    expect(statuses(out)).toEqual([200, 200]);
  });

  it('a handed-over connection is left alone behind its answer', () => {
    const end = server();
    feed(end, `${GET}raw`);
    (end.engine as Http1Engine).handOver(1);
    answer(end, 1, 'x');
    expect(end.link.unreadBytes).toBe(3);
    expect(end.link.ended).toBe(false);
  });
});

describe('the sniffer', () => {
  it.each([
    ['GET / HTTP/1.1', 'yes'],
    ['G', 'more'],
    ['GET ', 'more'],
    ['POST', 'more'],
    ['FOO http://x', 'yes'],
    ['PROPFIND /', 'yes'],
    ['\r\nGET /', 'yes'],
    ['PRI * HTTP/2.0', 'no'],
    ['PRI *', 'more'],
    ['PRI /', 'yes'],
    ['GET  /', 'no'],
    ['\x00\x00\x00\x10', 'no'],
    ['\x16\x03\x01', 'no'],
    ['M'.repeat(21), 'no'],
  ] as const)('%j: %s', (text, says) => {
    const b = Buffer.from(`..${text}`, 'latin1');
    expect(http1Sniffer.match(b, 2, b.length)).toBe(says);
  });

  it('what it recognises the engine serves', () => {
    const end = echo();
    feed(end, GET);
    expect(statuses(took(end))).toEqual([200]);
  });
});
