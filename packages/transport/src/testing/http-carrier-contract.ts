// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import type { ContractCase, ContractTest } from '@cloudwego/netpoll/testing';
import type { Exchange, HttpCarrier } from '../contracts.js';
import { eventually, quiet, rejection, turn } from './support.js';

/** What {@link httpCarrierContract} runs on. */
export interface HttpCarrierSubject {
  /** A carrier on a free port of 127.0.0.1. */
  create(): HttpCarrier;
}

const FOREVER = Number.MAX_SAFE_INTEGER;
const HOST = 'Host: a\r\n';

/** A client that says what it is told, byte by byte if need be, and keeps what it hears. */
class RawClient {
  heard: string = '';
  ended: boolean = false;
  readonly socket: Socket;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (b: Buffer) => {
      this.heard += b.toString('latin1');
    });
    socket.on('end', () => {
      this.ended = true;
    });
    socket.on('close', () => {
      this.ended = true;
    });
    socket.on('error', () => undefined);
  }

  say(text: string): void {
    this.socket.write(Buffer.from(text, 'latin1'));
  }

  /** Waits for `n` answers with a length, whole. */
  async answers(n: number): Promise<string[]> {
    await eventually(() => parsed(this.heard).length >= n, `${n} answers, heard "${this.heard.slice(0, 400)}"`);
    return parsed(this.heard);
  }
}

/** Bodies of the whole answers with a Content-Length in `text`. */
function parsed(text: string): string[] {
  const out: string[] = [];
  for (let p = 0; ; ) {
    const at = text.indexOf('\r\n\r\n', p);
    if (at < 0) return out;
    const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(p, at));
    const end = at + 4 + (length === null ? 0 : Number(length[1]));
    if (end > text.length) return out;
    out.push(text.slice(at + 4, end));
    p = end;
  }
}

/** The bytes of a chunked body in `text`, without its framing. */
function dechunked(text: string): string {
  let out = '';
  for (let p = text.indexOf('\r\n\r\n') + 4; ; ) {
    const eol = text.indexOf('\r\n', p);
    const size = Number.parseInt(text.slice(p, eol), 16);
    if (eol < 0 || !(size > 0)) return out;
    out += text.slice(eol + 2, eol + 2 + size);
    p = eol + 2 + size + 2;
  }
}

const text = (b: Uint8Array): string => Buffer.from(b).toString('latin1');

/** The contract of {@link HttpCarrier} and {@link Exchange}, as cases over node:assert and sockets of Node. */
export function httpCarrierContract(subject: HttpCarrierSubject): readonly ContractCase[] {
  const cases: ContractCase[] = [];
  const add = (name: string, onExchange: (x: Exchange) => unknown, run: (dial: () => Promise<RawClient>, carrier: HttpCarrier) => Promise<void>): void => {
    cases.push({ name, run: (t) => served(t, onExchange, run) });
  };
  const served = async (t: ContractTest, onExchange: (x: Exchange) => unknown, run: (dial: () => Promise<RawClient>, carrier: HttpCarrier) => Promise<void>): Promise<void> => {
    const carrier = subject.create();
    const clients: RawClient[] = [];
    t.after(async () => {
      for (const c of clients) c.socket.destroy();
      await carrier.close(0);
    });
    await carrier.serve((x) => {
      void onExchange(x);
    });
    const { address } = carrier;
    assert.ok(address?.kind === 'tcp', 'serve resolved without an address');
    const { port, host } = address;
    await run(async () => {
      const client = new RawClient(connect({ port, host, allowHalfOpen: true }));
      clients.push(client);
      await eventually(() => !client.socket.connecting, 'connect');
      return client;
    }, carrier);
  };

  add('a request arrives as it was sent, and so does its answer', (x) => {
    x.respond(201, ['X-Answer', '1', 'Set-Cookie', 'a=1', 'Set-Cookie', 'b=2'], `${x.method} ${x.target} ${x.header('x-one')} ${x.header('none')} ${x.rawHeaders.slice(2, 6).join(',')} ${x.remote.kind}`);
  }, async (dial) => {
    const c = await dial();
    c.say(`GET /a%20b?c=d HTTP/1.1\r\n${HOST}X-One: 1\r\nx-one: 2\r\n\r\n`);
    assert.deepEqual(await c.answers(1), ['GET /a%20b?c=d 1 undefined X-One,1,x-one,2 tcp']);
    assert.match(c.heard, /^HTTP\/1\.1 201 Created\r\n/);
    assert.match(c.heard, /\r\nX-Answer: 1\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n/);
  });

  add('bodies are read whole, at once where there is none', async (x) => {
    const b = x.body(100);
    const now = b instanceof Uint8Array;
    x.respond(200, [], `${now} ${text(await b)}`);
  }, async (dial) => {
    const c = await dial();
    c.say(`GET / HTTP/1.1\r\n${HOST}\r\n`);
    assert.deepEqual(await c.answers(1), ['true ']);
    c.say(`POST / HTTP/1.1\r\n${HOST}Content-Length: 5\r\n\r\nhe`);
    await quiet();
    c.say('llo');
    assert.equal((await c.answers(2))[1], 'false hello');
    c.say(`POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n`);
    assert.equal((await c.answers(3))[2], 'false hello');
  });

  add('a body above its limit is an error, and the request can be answered', async (x) => {
    const e = await rejection(() => x.body(4), 'body');
    x.respond(413, [], String(e.code));
  }, async (dial) => {
    const c = await dial();
    c.say(`POST / HTTP/1.1\r\n${HOST}Content-Length: 5\r\n\r\nhello`);
    assert.deepEqual(await c.answers(1), ['TRANSPORT_BODY_OVERSIZED']);
    c.say(`POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`);
    assert.equal((await c.answers(2))[1], 'TRANSPORT_BODY_OVERSIZED');
  });

  add('bodies are read piece by piece, with their trailers behind', async (x) => {
    let all = '';
    for await (const piece of x.stream()) all += text(piece);
    x.respond(200, [], `${all} ${x.trailers().join(',')}`);
  }, async (dial) => {
    const c = await dial();
    c.say(`POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n5\r\nhello\r\n`);
    await quiet();
    c.say('1\r\n!\r\n0\r\nX-Sum: 7\r\n\r\n');
    assert.deepEqual(await c.answers(1), ['hello! X-Sum,7']);
  });

  add('a reader that does not keep up holds back its client', async (x) => {
    let n = 0;
    await quiet();
    for await (const piece of x.stream()) n += piece.length;
    x.respond(200, [], String(n));
  }, async (dial) => {
    const c = await dial();
    const size = 3_000_000;
    c.say(`POST / HTTP/1.1\r\n${HOST}Content-Length: ${size}\r\n\r\n`);
    c.say('x'.repeat(size));
    assert.deepEqual(await c.answers(1), [String(size)]);
  });

  add('a body is read once, a request answered once', async (x) => {
    await x.body(10);
    const twice = await rejection(() => x.body(10), 'a second body()');
    x.respond(200, [], String(twice.code));
    assert.throws(() => { x.respond(200, [], 'again'); }, { code: 'TRANSPORT_EXCHANGE_STATE' });
    assert.throws(() => { x.startStream(200, [], undefined); }, { code: 'TRANSPORT_EXCHANGE_STATE' });
  }, async (dial) => {
    const c = await dial();
    c.say(`GET / HTTP/1.1\r\n${HOST}\r\n`);
    assert.deepEqual(await c.answers(1), ['TRANSPORT_EXCHANGE_STATE']);
    await quiet();
    assert.equal(parsed(c.heard).length, 1);
  });

  add('HEAD, 204 and 304 have no body', (x) => {
    x.respond(Number(x.target.slice(1)), [], 'body');
  }, async (dial) => {
    const c = await dial();
    c.say(`HEAD /200 HTTP/1.1\r\n${HOST}\r\nGET /204 HTTP/1.1\r\n${HOST}\r\nGET /304 HTTP/1.1\r\n${HOST}\r\nGET /200 HTTP/1.1\r\n${HOST}\r\n`);
    await eventually(() => c.heard.endsWith('\r\n\r\nbody'), `the last body, heard ${c.heard}`);
    assert.equal(c.heard.match(/body/g)?.length, 1);
    assert.equal(c.heard.match(/HTTP\/1\.1 /g)?.length, 4);
    assert.match(c.heard, /^HTTP\/1\.1 200 OK\r\n(?:[^\r]+\r\n)*Content-Length: 4\r\n/);
  });

  add('pipelined requests are answered in order', async (x) => {
    if (x.target === '/slow') await quiet();
    x.respond(200, [], x.target);
  }, async (dial) => {
    const c = await dial();
    c.say(['/slow', '/b', '/slow', '/d'].map((p) => `GET ${p} HTTP/1.1\r\n${HOST}\r\n`).join(''));
    assert.deepEqual(await c.answers(4), ['/slow', '/b', '/slow', '/d']);
  });

  add('an answer is streamed as it is made, with trailers', async (x) => {
    const sink = x.startStream(200, ['Trailer', 'X-Sum'], undefined);
    await sink.write('one');
    await quiet();
    await sink.write(Buffer.from('two'));
    sink.end(['X-Sum', '1']);
    sink.end();
  }, async (dial) => {
    const c = await dial();
    c.say(`GET / HTTP/1.1\r\n${HOST}\r\n`);
    await eventually(() => c.heard.includes('one'), 'the first piece');
    assert.ok(!c.heard.includes('two'), 'the second piece came with the first');
    await eventually(() => c.heard.endsWith('0\r\nX-Sum: 1\r\n\r\n'), `the trailers, heard ${c.heard}`);
    assert.equal(dechunked(c.heard), 'onetwo');
  });

  add('a streamed answer of known length has that length', async (x) => {
    const sink = x.startStream(200, [], 6);
    await sink.write('one');
    await sink.write('two');
    sink.end();
  }, async (dial) => {
    const c = await dial();
    c.say(`GET / HTTP/1.1\r\n${HOST}\r\n`);
    assert.deepEqual(await c.answers(1), ['onetwo']);
  });

  add('a client that does not keep up holds back its answer', async (x) => {
    const sink = x.startStream(200, [], undefined);
    const block = Buffer.alloc(64 * 1024, 'x');
    let waited = 0;
    for (let i = 0; i < 256; i++) {
      const w = sink.write(block);
      if (w !== undefined) waited++;
      await w;
    }
    await sink.write(`waited ${waited > 0}`);
    sink.end();
  }, async (dial) => {
    const c = await dial();
    c.socket.pause();
    c.say(`GET / HTTP/1.1\r\n${HOST}\r\n`);
    await quiet();
    c.socket.resume();
    await eventually(() => c.heard.endsWith('0\r\n\r\n'), 'the end of the body');
    assert.ok(dechunked(c.heard).endsWith('waited true'));
  });

  add('an answer that breaks off is cut, never finished', async (x) => {
    const sink = x.startStream(200, [], undefined);
    await sink.write('half');
    await turn();
    sink.destroy(new Error('its source failed'));
  }, async (dial) => {
    const c = await dial();
    c.say(`GET / HTTP/1.1\r\n${HOST}\r\n`);
    await eventually(() => c.ended, 'the end of the connection');
    assert.ok(!c.heard.includes('\r\n0\r\n'), 'the body looks whole');
  });

  add('100 Continue is said when the body is asked for', async (x) => {
    if (x.target === '/no') x.respond(417, [], 'no');
    else x.respond(200, [], text(await x.body(10)));
  }, async (dial) => {
    const c = await dial();
    c.say(`POST / HTTP/1.1\r\n${HOST}Expect: 100-continue\r\nContent-Length: 2\r\n\r\n`);
    await eventually(() => c.heard === 'HTTP/1.1 100 Continue\r\n\r\n', '100 Continue');
    c.say('hi');
    assert.deepEqual(await c.answers(2), ['', 'hi']);
    const d = await dial();
    d.say(`POST /no HTTP/1.1\r\n${HOST}Expect: 100-continue\r\nContent-Length: 2\r\n\r\n`);
    assert.deepEqual(await d.answers(1), ['no']);
    assert.match(d.heard, /Connection: close/i);
    await eventually(() => d.ended, 'the end of a connection whose body was not asked for');
  });

  add('early hints come before the answer', (x) => {
    x.inform?.(103, ['Link', '</a.css>; rel=preload']);
    x.respond(200, [], 'x');
  }, async (dial) => {
    const c = await dial();
    c.say(`GET / HTTP/1.1\r\n${HOST}\r\n`);
    assert.equal((await c.answers(2))[1], 'x');
    assert.match(c.heard, /^HTTP\/1\.1 103 Early Hints\r\nLink: <\/a\.css>; rel=preload\r\n\r\nHTTP\/1\.1 200 /);
  });

  add('no value can add a field', (x) => {
    x.respond(200, ['X', 'a\r\nEvil: 1', 'bad name', '1', 'Content-Length', '99'], 'x');
  }, async (dial) => {
    const c = await dial();
    c.say(`GET / HTTP/1.1\r\n${HOST}\r\n`);
    assert.deepEqual(await c.answers(1), ['x']);
    assert.ok(!/\r\nEvil/.test(c.heard) && !c.heard.includes('bad name'));
    assert.equal(c.heard.match(/content-length/gi)?.length, 1);
  });

  add('what is no request is answered 400 and closes', (x) => {
    x.respond(200, [], 'x');
  }, async (dial) => {
    const c = await dial();
    c.say(`GET / HTTP/1.1\r\n${HOST}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`);
    await eventually(() => c.ended, 'the end of the connection');
    assert.match(c.heard, /^HTTP\/1\.1 400 Bad Request\r\n/);
    assert.deepEqual(parsed(c.heard), ['Error when parsing request']);
  });

  {
    const seen: { aborted: boolean; error: unknown } = { aborted: false, error: undefined };
    add('a client that leaves aborts its signal, and fails the reader of its body', async (x) => {
      seen.aborted = false;
      seen.error = undefined;
      x.signal.addEventListener('abort', () => {
        seen.aborted = true;
      });
      seen.error = await rejection(() => x.body(100), 'body');
      x.respond(200, [], 'to nobody');
    }, async (dial) => {
      const c = await dial();
      c.say(`POST / HTTP/1.1\r\n${HOST}Content-Length: 5\r\n\r\nhe`);
      await quiet();
      c.socket.resetAndDestroy();
      await eventually(() => seen.aborted && seen.error !== undefined, 'abort and error');
      assert.equal((seen.error as { code?: string }).code, 'TRANSPORT_REQUEST_BROKEN');
    });
  }

  add('closing lets what is in work finish, and says so', async (x) => {
    await quiet();
    x.respond(200, [], 'late');
  }, async (dial, carrier) => {
    const c = await dial();
    c.say(`GET / HTTP/1.1\r\n${HOST}\r\n`);
    await turn();
    await quiet();
    c.say(`GET / HTTP/1.1\r\n${HOST}\r\n`);
    await c.answers(1);
    await turn();
    const report = await carrier.close(FOREVER);
    assert.deepEqual(await c.answers(2), ['late', 'late']);
    assert.equal(report.forced, 0);
    await eventually(() => c.ended, 'the end of the connection');
  });

  {
    const seen: unknown[] = [];
    add('at the time of its close what is still in work is aborted', (x) => {
      x.signal.addEventListener('abort', () => seen.push(x.signal.reason));
    }, async (dial, carrier) => {
      seen.length = 0;
      const c = await dial();
      c.say(`GET / HTTP/1.1\r\n${HOST}\r\n`);
      await quiet();
      const report = await carrier.close(0);
      assert.equal(report.forced, 1);
      assert.equal(seen.length, 1);
      await eventually(() => c.ended, 'the end of the connection');
    });
  }

  return cases;
}
