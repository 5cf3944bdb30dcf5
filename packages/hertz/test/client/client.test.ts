// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import { createServer as createHttp } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createNet } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { background, DeadlineError } from '@cloudwego/gopkg/context';
import { createLogger } from '@cloudwego/gopkg/logger';
import { fixedResolver } from '@cloudwego/governance';
import type { HertzOptions } from '@cloudwego/hertz';
import { Hertz, streamBody } from '@cloudwego/hertz';
import type { ClientMiddleware, ClientOptions } from '@cloudwego/hertz/client';
import { Client, discoveryInterceptor, HttpClientError, proxyFromEnvironment } from '@cloudwego/hertz/client';
import { CookieJar } from 'tough-cookie';
import { Agent, request } from 'undici';
import { afterEach, describe, expect, it, vi } from 'vitest';

const logger = createLogger({ write: () => undefined });
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const f of cleanups.splice(0).reverse()) await f();
});

async function serve(routes: (h: Hertz) => void, o: HertzOptions = {}): Promise<string> {
  const h = new Hertz({ hostPorts: '127.0.0.1:0', logger, exitWaitTimeMs: 200, ...o });
  routes(h);
  cleanups.push(() => h.stop());
  return `http://${(await h.start()).address}`;
}
async function node(handler: (req: IncomingMessage, res: ServerResponse) => void): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createHttp(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}
async function raw(onSocket: (s: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createNet((s) => {
    sockets.add(s);
    s.on('error', () => undefined);
    onSocket(s);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => {
    for (const s of sockets) s.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
function client(o: ClientOptions = {}): Client {
  const c = new Client(o);
  cleanups.push(() => c.close());
  return c;
}
const codeOf = (p: Promise<unknown>): Promise<string> => p.then(() => 'none', (e: unknown) => (e instanceof HttpClientError ? e.code : String(e)));

describe('requests', () => {
  it('bodies of every kind arrive, with their type', async () => {
    const url = await serve((h) => {
      h.any('/echo', async (c) => {
        const form = c.contentType.startsWith('multipart/') ? await c.multipartForm() : undefined;
        const text = form === undefined ? c.bodyText : `${form.value('a')} ${form.file('f')!.filename} ${await form.file('f')!.text()}`;
        c.json(200, { method: c.method, type: c.contentType, text, length: c.header('content-length'), q: c.query('q'), auth: c.header('authorization'), agent: c.header('user-agent') });
      });
    });
    const c = client();
    const ask = async (body: Parameters<Client['post']>[1]): Promise<unknown> => (await c.post(`${url}/echo`, body)).json();
    expect(await ask('tëxt')).toMatchObject({ method: 'POST', type: 'text/plain; charset=utf-8', text: 'tëxt', length: '5', agent: 'hertz' });
    expect(await ask(new Uint8Array([65]))).toMatchObject({ text: 'A', type: '' });
    expect(await ask(new URLSearchParams({ a: 'b c' }))).toMatchObject({ text: 'a=b+c', type: 'application/x-www-form-urlencoded' });
    expect(await ask(new Blob(['blob'], { type: 'x/y' }))).toMatchObject({ text: 'blob', type: 'x/y', length: '4' });
    expect(await ask((async function* () {
      yield 'one';
      await Promise.resolve();
      yield Buffer.from('two');
    })())).toMatchObject({ text: 'onetwo' });
    const form = new FormData();
    form.set('a', 'ä');
    form.set('f', new File(['file "text"'], 'n"ame.txt', { type: 'text/plain' }));
    expect(await ask(form)).toMatchObject({ text: 'ä n"ame.txt file "text"' });
    expect(await (await c.do(`${url.replace('//', '//me:p%40ss@')}/echo`, { json: { n: 2n ** 60n }, query: { q: 'x&y' } })).json()).toMatchObject({ method: 'POST', type: 'application/json', text: '{"n":1152921504606846976}', q: 'x&y', auth: `Basic ${Buffer.from('me:p@ss').toString('base64')}` });
  });

  it('answers: whole, piece by piece, with trailers, to HEAD', async () => {
    const url = await serve((h) => {
      h.get('/big', (c) => c.stream(Array.from({ length: 50 }, (_, i) => Buffer.alloc(10_000, i))));
      h.get('/set', (c) => {
        c.addHeader('X-A', '1');
        c.addHeader('X-A', '2');
        c.json(201, { id: 9007199254740993n });
      });
      h.head('/set', (c) => {
        c.string(200, 'twelve bytes');
      });
    });
    const c = client();
    const set = await c.get(`${url}/set`);
    expect([set.status, set.ok, set.header('x-a'), set.headers('X-A'), await set.json()]).toEqual([201, true, '1', ['1', '2'], { id: 9007199254740993n }]);
    expect(await codeOf(set.text())).toBe('HERTZ_CLIENT_RESPONSE_STATE');
    const big = await c.get(`${url}/big`);
    expect((await big.bytes()).length).toBe(500_000);
    let n = 0;
    for await (const piece of (await c.get(`${url}/big`)).stream()) n += piece.length;
    expect(n).toBe(500_000);
    const head = await c.do(`${url}/set`, { method: 'HEAD' });
    expect([head.header('content-length'), await head.text()]).toEqual(['12', '']);
    expect(Object.values(c.state())).toEqual([{ open: 1, idle: 1, waiting: 0 }]);
    expect(await codeOf(client({ maxResponseBodyBytes: 1000 }).get(`${url}/big`).then((r) => r.bytes()))).toBe('HERTZ_CLIENT_RESPONSE_OVERSIZED');
  });

  it.each([['ftp://x'], ['nowhere'], ['http://']])('%s is no URL', async (url) => {
    expect(await codeOf(client().get(url))).toBe('HERTZ_CLIENT_REQUEST_INVALID');
  });

  it('fields cannot smuggle', async () => {
    const c = client();
    for (const headers of [{ 'a\r\nb': 'c' }, { a: 'b\r\nc: d' }, { a: 'b\0' }]) expect(await codeOf(c.get('http://127.0.0.1:1', { headers }))).toBe('HERTZ_CLIENT_REQUEST_INVALID');
    expect(await codeOf(c.do('http://127.0.0.1:1', { body: 'a', json: 1 }))).toBe('HERTZ_CLIENT_REQUEST_INVALID');
    expect(() => new Client({ proxy: 'no url' })).toThrow(/proxy/);
  });
});

describe('connections', () => {
  it('are used again, also when the answer was not read but small', async () => {
    const { url, server } = await node((_req, res) => res.end('ok'));
    let made = 0;
    server.on('connection', () => made++);
    const c = client();
    for (let i = 0; i < 5; i++) await c.get(url);
    await vi.waitFor(() => {
      expect(Object.values(c.state())).toEqual([{ open: 1, idle: 1, waiting: 0 }]);
    });
    expect(made).toBe(1);
    c.closeIdleConnections();
    await vi.waitFor(() => {
      expect(c.state()).toEqual({});
    });
  });

  it('have a limit: who comes later fails at once, or waits', async () => {
    const held: ServerResponse[] = [];
    const { url } = await node((_req, res) => void held.push(res));
    const fast = client({ maxConnsPerHost: 1 });
    const first = fast.get(url);
    await vi.waitFor(() => {
      expect(held).toHaveLength(1);
    });
    expect(await codeOf(fast.get(url))).toBe('HERTZ_CLIENT_NO_FREE_CONN');
    held.pop()!.end();
    await first;
    const patient = client({ maxConnsPerHost: 1, maxConnWaitTimeoutMs: 60_000 });
    const all = [patient.get(url), patient.get(url), patient.get(url)];
    for (let i = 0; i < 3; i++) {
      await vi.waitFor(() => {
        expect(held).toHaveLength(1);
      });
      held.pop()!.end(String(i));
    }
    expect(await Promise.all(all.map(async (p) => (await p).text()))).toEqual(['0', '1', '2']);
    const brief = client({ maxConnsPerHost: 1, maxConnWaitTimeoutMs: 20 });
    void brief.get(url).catch(() => undefined);
    expect(await codeOf(brief.get(url))).toBe('HERTZ_CLIENT_NO_FREE_CONN');
  });

  it('one that the server closed when it was idle is not used; one that dies under an idempotent request is replaced once', async () => {
    let requests = 0;
    const url = await raw((s) => {
      let n = 0;
      s.on('data', () => {
        requests++;
        // The second request of a connection finds it dying, as a server's idle limit does it.
        if (++n === 2) s.destroy();
        else s.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      });
    });
    const c = client();
    expect(await (await c.get(url)).text()).toBe('ok');
    expect(await (await c.get(url)).text()).toBe('ok');
    expect(requests).toBe(3);
    expect(await codeOf(c.post(url, 'x'))).toBe('HERTZ_CLIENT_CONN_LOST');
    expect(requests).toBe(4);
    const dying = await raw((s) => s.on('data', () => s.destroy()));
    // A new connection that is lost is no accident of idleness.
    expect(await codeOf(client().get(dying))).toBe('HERTZ_CLIENT_CONN_LOST');
  });

  it('the time that a server announces counts, less a margin', async () => {
    let made = 0;
    const url = await raw((s) => {
      made++;
      s.on('data', () => s.write('HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1, max=5\r\nContent-Length: 0\r\n\r\n'));
    });
    const c = client();
    await c.get(url);
    await c.get(url);
    expect(made).toBe(2);
  });

  it('a body that is cut is an error, never a short body', async () => {
    const url = await raw((s) => s.on('data', () => s.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort')));
    const r = await client().get(url);
    expect(await codeOf(r.text())).toBe('HERTZ_CLIENT_CONN_LOST');
    const chunked = await raw((s) => s.on('data', () => s.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n')));
    const two = await client().get(chunked);
    await expect((async () => {
      for await (const _ of two.stream()) { /* until it fails */ }
    })()).rejects.toThrow(HttpClientError);
  });

  it('close ends what is in work, and what comes later', async () => {
    const url = await raw(() => undefined);
    const c = client();
    const p = codeOf(c.get(url));
    await vi.waitFor(() => {
      expect(Object.values(c.state())[0]?.open).toBe(1);
    });
    await c.close();
    expect(await p).toBe('HERTZ_CLIENT_CLOSED');
    expect(await codeOf(c.get(url))).toBe('HERTZ_CLIENT_CLOSED');
  });
});

describe('time', () => {
  it('requests, answers and dials have limits, and end their connection', async () => {
    const seen: Socket[] = [];
    const url = await raw((s) => void seen.push(s));
    expect(await codeOf(client({ requestTimeoutMs: 30 }).get(url))).toBe('HERTZ_CLIENT_TIMEOUT');
    expect(await codeOf(client({ readTimeoutMs: 30 }).get(url))).toBe('HERTZ_CLIENT_TIMEOUT');
    expect(await codeOf(client().get(url, { requestTimeoutMs: 30 }))).toBe('HERTZ_CLIENT_TIMEOUT');
    expect(await codeOf(client().do(url, { ctx: background.withDeadline(performance.now() - 1) }))).toBe('HERTZ_CLIENT_TIMEOUT');
    await vi.waitFor(() => {
      expect(seen.length).toBeGreaterThanOrEqual(3);
    });
    const slow = await raw((s) => s.on('data', () => s.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc')));
    const r = await client({ readTimeoutMs: 50 }).get(slow);
    expect(await codeOf(r.text())).toBe('HERTZ_CLIENT_TIMEOUT');
    const deaf = await raw((s) => s.pause());
    const endless = (async function* () {
      for (;;) {
        yield Buffer.alloc(65_536);
        await Promise.resolve();
      }
    })();
    expect(await codeOf(client({ writeTimeoutMs: 50 }).post(deaf, endless))).toBe('HERTZ_CLIENT_TIMEOUT');
  });

  it('a signal ends a request with its reason, before and after the head, and while it waits', async () => {
    const url = await raw((s) => s.on('data', () => s.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc')));
    const c = client();
    const before = new AbortController();
    before.abort(new Error('mine'));
    await expect(c.get(url, { signal: before.signal })).rejects.toThrow('mine');
    const after = new AbortController();
    const r = await c.get(url, { signal: after.signal });
    after.abort(new Error('late'));
    await expect(r.text()).rejects.toThrow('late');
    const full = client({ maxConnsPerHost: 1, maxConnWaitTimeoutMs: 60_000 });
    const held = await full.get(url);
    const waiting = new AbortController();
    const p = full.get(url, { signal: waiting.signal });
    waiting.abort(new Error('waiting'));
    await expect(p).rejects.toThrow('waiting');
    held.cancel();
  });

  it('the time that is left goes with the request, and ends its handler', async () => {
    let reason: unknown;
    const url = await serve((h) => {
      h.get('/budget', (c) => {
        c.string(200, c.header('x-request-budget-ms') ?? 'none');
      });
      h.get('/slow', async (c) => {
        await new Promise<void>((resolve) => {
          c.signal.addEventListener('abort', () => {
            resolve();
          });
        });
        reason = c.signal.reason;
        c.string(200, String(c.context.deadline < Infinity));
      });
    });
    const c = client();
    expect(Number(await (await c.get(`${url}/budget`, { requestTimeoutMs: 50_000 })).text())).toBeGreaterThan(10_000);
    expect(await (await c.get(`${url}/budget`)).text()).toBe('none');
    expect(await (await c.get(`${url}/slow`, { headers: { 'X-Request-Budget-Ms': '20' } })).text()).toBe('true');
    expect(reason).toBeInstanceOf(DeadlineError);
  });
});

describe('redirects', () => {
  it('are followed by get and post, and given by do', async () => {
    const other = await node((req, res) => res.end(JSON.stringify([req.method, req.url, req.headers.authorization ?? '', req.headers.cookie ?? ''])));
    const { url } = await node((req, res) => {
      const to = req.url === '/loop' ? '/loop' : req.url === '/other' ? `${other.url}/there` : req.url === '/bad' ? 'javascript:1' : '/end';
      if (req.url === '/end') {
        let body = '';
        req.on('data', (b) => (body += String(b))).on('end', () => res.end(JSON.stringify([req.method, body, req.headers['content-type'] ?? ''])));
      } else {
        res.writeHead(Number(/\d+/.exec(req.url!)?.[0] ?? 302), { Location: to }).end('x');
      }
    });
    const c = client();
    const post = async (path: string): Promise<unknown> => (await c.post(url + path, 'body')).json();
    expect(await post('/303')).toEqual(['GET', '', '']);
    expect(await post('/301')).toEqual(['GET', '', '']);
    expect(await post('/307')).toEqual(['POST', 'body', 'text/plain; charset=utf-8']);
    expect((await c.do(`${url}/302`)).status).toBe(302);
    const r = await c.get(`${url}/other`, { headers: { Authorization: 'secret', Cookie: 'a=b' } });
    expect([r.url, await r.json()]).toEqual([`${other.url}/there`, ['GET', '/there', '', '']]);
    expect(await codeOf(c.get(`${url}/loop`))).toBe('HERTZ_CLIENT_REDIRECT_INVALID');
    expect(await codeOf(c.get(`${url}/bad`))).toBe('HERTZ_CLIENT_REDIRECT_INVALID');
    expect(await codeOf(c.post(`${url}/307`, (async function* () {
      yield 'x';
      await Promise.resolve();
    })()))).toBe('HERTZ_CLIENT_REDIRECT_INVALID');
  });
});

describe('retries', () => {
  it('come for what does no harm, and end', async () => {
    let n = 0;
    const { url } = await node((req, res) => {
      n++;
      if (req.url === '/lost') res.destroy();
      else res.writeHead(n < 3 ? 503 : 200).end();
    });
    const c = client({ retry: { maxAttempts: 3, policy: 'backoff', initDelayMs: 1 } });
    expect((await c.get(url)).status).toBe(200);
    expect(n).toBe(3);
    n = 0;
    expect((await c.post(url, 'x')).status).toBe(503);
    expect(n).toBe(1);
    n = 10;
    expect(await codeOf(client({ retry: { maxAttempts: 3 } }).get(`${url}/lost`))).toBe('HERTZ_CLIENT_CONN_LOST');
    expect(n).toBe(13);
    n = 0;
    const own = client({ retry: { maxAttempts: 2, retryIf: (req, res) => req.method === 'POST' && res?.status === 503 } });
    expect((await own.post(url, 'x')).status).toBe(503);
    expect(n).toBe(2);
    expect(await codeOf(client({ retry: { maxAttempts: 2 } }).post('http://127.0.0.1:1/', 'x'))).toBe('HERTZ_CLIENT_DIAL_FAILED');
  });
});

it('middlewares see requests and answers; cookies are kept by a jar', async () => {
  const url = await serve((h) => {
    h.get('/', (c) => {
      c.setCookie('sid', 'one', { path: '/' });
      c.string(200, `${c.cookie('sid') ?? 'none'} ${c.header('x-order') ?? ''}`);
    });
  });
  const order = (s: string): ClientMiddleware => (next) => (req, ctx) => {
    req.setHeader('X-Order', (req.header('x-order') ?? '') + s);
    return next(req, ctx);
  };
  const c = client({ cookies: new CookieJar(), middlewares: [order('a'), order('b')] }).use(order('c'));
  expect(await (await c.get(url)).text()).toBe('none abc');
  expect(await (await c.get(url)).text()).toBe('one abc');
});

describe('proxies', () => {
  it('get absolute targets for http, and a tunnel for https', async () => {
    const seen: string[] = [];
    const { url, server } = await node((req, res) => {
      seen.push(`${req.method} ${req.url} ${req.headers['proxy-authorization'] ?? ''}`);
      res.end('via');
    });
    server.on('connect', (req, socket: Socket) => {
      seen.push(`CONNECT ${req.url} ${req.headers['proxy-authorization'] ?? ''}`);
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n');
    });
    const auth = `Basic ${Buffer.from('u:p').toString('base64')}`;
    const c = client({ proxy: url.replace('//', '//u:p@') });
    expect(await (await c.get('http://example.test/a?b')).text()).toBe('via');
    expect(await codeOf(c.get('https://example.test/'))).toBe('HERTZ_CLIENT_PROXY_REFUSED');
    expect(seen).toEqual([`GET http://example.test/a?b ${auth}`, `CONNECT example.test:443 ${auth}`]);
    expect(Object.keys(c.state()).join()).not.toContain('u:p');
  });

  it.each([
    ['http://a.test', 'http://p:1'],
    ['https://a.test', 'http://s:2'],
    ['http://localhost', undefined],
    ['http://127.0.0.1', undefined],
    ['http://[::1]', undefined],
    ['http://10.1.2.3', undefined],
    ['http://11.1.2.3', 'http://p:1'],
    ['http://in.corp', undefined],
    ['http://corp', undefined],
    ['http://notcorp', 'http://p:1'],
    ['http://b.dot', undefined],
    ['http://dot', 'http://p:1'],
    ['http://port:8080', undefined],
    ['http://port', 'http://p:1'],
  ])('the environment: %s goes by %s', (url, proxy) => {
    expect(proxyFromEnvironment({ http_proxy: 'p:1', HTTPS_PROXY: 'http://s:2', no_proxy: '10.0.0.0/8, corp .dot,port:8080' })(new URL(url))).toBe(proxy);
    expect(proxyFromEnvironment({ http_proxy: 'p:1', NO_PROXY: '*' })(new URL(url))).toBeUndefined();
    expect(proxyFromEnvironment({ HTTP_PROXY: 'p:1' })(new URL(url))).toBeUndefined();
  });
});

describe('discovery', () => {
  it('a service has instances; one that cannot be reached is passed over', async () => {
    const urls = await Promise.all(['a', 'b'].map((name) => serve((h) => {
      h.get('/who', (c) => {
        c.string(200, `${name} ${c.header('host')}`);
      });
    })));
    const resolver = fixedResolver([...urls.map((u) => u.slice(7)), '127.0.0.1:1']);
    const c = client({ resolver });
    const got = new Set<string>();
    for (let i = 0; i < 9; i++) got.add(await (await c.get('http://stock/who', { sd: true })).text());
    expect([...got].sort()).toEqual(['a stock', 'b stock']);
    expect(await codeOf(client().get('http://stock/who', { sd: true }))).toBe('HERTZ_CLIENT_REQUEST_INVALID');
  });

  it('undici takes it as an interceptor', async () => {
    const url = await serve((h) => {
      h.get('/who', (c) => {
        c.string(200, `${c.header('host')} ${c.header('x-a')}`);
      });
    });
    const intercept = discoveryInterceptor({ resolver: fixedResolver([url.slice(7)]) });
    const agent = new Agent();
    const dispatcher = agent.compose(intercept as never);
    cleanups.push(() => agent.destroy(), () => intercept.close());
    const r = await request('http://stock/who', { dispatcher, headers: { 'X-A': '1' } });
    expect(await r.body.text()).toBe('stock 1');
    expect(await (await request(`${url}/who`, { dispatcher, headers: { 'x-a': '2' } })).body.text()).toBe(`${url.slice(7)} 2`);
    const none = discoveryInterceptor({ resolver: fixedResolver(['unix:/nowhere']) });
    cleanups.push(() => none.close());
    await expect(request('http://stock/who', { dispatcher: agent.compose(none as never) })).rejects.toThrow('no host and port');
  });
});

describe('server-sent events', () => {
  it('come as an iterable, and go on behind a lost connection with the last id', async () => {
    const asked: (string | undefined)[] = [];
    const { url } = await node((req, res) => {
      asked.push(req.headers['last-event-id'] as string | undefined);
      if (asked.length === 3) {
        res.writeHead(204).end();
        return;
      }
      res.writeHead(200, { 'Content-Type': 'text/event-stream' });
      res.write(`retry: 1\nid: ${asked.length}\ndata: n${asked.length}\n\n`, () => (asked.length === 1 ? res.destroy() : res.end()));
    });
    const got: (string | undefined)[] = [];
    for await (const e of client().sse(url)) got.push(e.data);
    expect([got, asked]).toEqual([['n1', 'n2'], [undefined, '1', '2']]);
  });

  it('what is no stream of events ends it, and so does a signal', async () => {
    const { url } = await node((req, res) => {
      if (req.url === '/no') res.end('no');
      else res.writeHead(200, { 'Content-Type': 'text/event-stream' }).write('data: a\n\n');
    });
    const c = client();
    const all = async (path: string, o = {}): Promise<number> => {
      let n = 0;
      for await (const _ of c.sse(url + path, o)) n++;
      return n;
    };
    expect(await codeOf(all('/no'))).toBe('HERTZ_CLIENT_SSE_REFUSED');
    const ending = new AbortController();
    await expect((async () => {
      for await (const _ of c.sse(url, { signal: ending.signal })) ending.abort(new Error('enough'));
    })()).rejects.toThrow('enough');
    // Leaving the loop gives up the connection.
    for await (const _ of c.sse(url)) break;
    await vi.waitFor(() => {
      expect(Object.values(c.state()).every((s) => s.open === s.idle)).toBe(true);
    });
  });
});

it('a request may go on sending while it is answered', async () => {
  const url = await serve((h) => {
    h.post('/', streamBody(), (c) => c.stream((async function* () {
      for await (const b of c.bodyStream()) yield Buffer.from(b).toString().toUpperCase();
    })()));
  });
  let more: (v: string | undefined) => void = () => undefined;
  const pieces = (async function* () {
    yield 'a';
    for (;;) {
      const next = await new Promise<string | undefined>((resolve) => {
        more = resolve;
      });
      if (next === undefined) return;
      yield next;
    }
  })();
  const r = await client().post(url, pieces);
  const got: string[] = [];
  for await (const b of r.stream()) {
    got.push(Buffer.from(b).toString());
    more(got.length === 1 ? 'b' : undefined);
  }
  expect(got.join('')).toBe('AB');
});
