// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { createLogger } from '@cloudwego/gopkg/logger';
import type { RequestContext } from '@cloudwego/hertz';
import { basicAuth, ErrorType, Hertz, recovery, streamBody } from '@cloudwego/hertz';
import type { PerformedResponse, PerformOptions } from '@cloudwego/hertz/testing';
import { performRequest } from '@cloudwego/hertz/testing';
import { describe, expect, it } from 'vitest';

const logger = createLogger({ write: () => undefined });
const make = (o: ConstructorParameters<typeof Hertz>[0] = {}): Hertz => new Hertz({ logger, ...o });
const get = (h: Hertz, target: string, o?: PerformOptions): Promise<PerformedResponse> => performRequest(h, 'GET', target, o);
const ok = (c: RequestContext): void => {
  c.string(200, `${c.fullPath} ${Object.entries(c.params).map(([k, v]) => `${k}=${v}`).join(',')}`.trim());
};

describe('routes', () => {
  it('methods, groups, params, and what has no route', async () => {
    const h = make();
    h.get('/hello/:name', (c) => {
      const name: string = c.params.name;
      c.json(200, { hello: name });
    });
    h.group('/v1').group('users/').post(':id', ok).any('/x', ok);
    expect((await get(h, '/hello/a%20b?c=d')).text()).toBe('{"hello":"a b"}');
    expect((await performRequest(h, 'POST', '/v1/users/7')).text()).toBe('/v1/users/:id id=7');
    expect((await performRequest(h, 'TRACE', '/v1/users/x')).status).toBe(200);
    const none = await get(h, '/none');
    expect([none.status, none.text()]).toEqual([404, 'Not Found']);
    expect((await performRequest(h, 'FOO', '/hello/a')).status).toBe(404);
    expect(h.routes()[0]).toMatchObject({ method: 'GET', path: '/hello/:name' });
  });

  it('basePath comes before every route', async () => {
    const h = make({ basePath: 'api' });
    h.get('/x', ok);
    expect((await get(h, '/api/x')).status).toBe(200);
  });

  it('redirects: 301 for GET, 307 for the rest, query and prefix kept', async () => {
    const h = make({ redirectFixedPath: true });
    h.use((c) => { c.setHeader('X-Middleware', 'ran'); });
    h.get('/a', ok);
    h.post('/b/', ok);
    const a = await get(h, '/a/?q=1');
    expect([a.status, a.header('location'), a.header('x-middleware')]).toEqual([301, '/a?q=1', undefined]);
    const b = await performRequest(h, 'POST', '/b', { headers: { 'X-Forwarded-Prefix': '/api/../p//' } });
    expect([b.status, b.header('location')]).toEqual([307, '/p/b/']);
    const evil = await get(h, '/a/', { headers: { 'X-Forwarded-Prefix': '//evil.example' } });
    expect(evil.header('location')).toBe('/evil.example/a');
    expect((await get(h, '/A')).header('location')).toBe('/a');
    const off = make({ redirectTrailingSlash: false });
    off.get('/a', ok);
    expect((await get(off, '/a/')).status).toBe(404);
  });

  it('405 names the methods that a path has', async () => {
    const h = make({ handleMethodNotAllowed: true });
    h.get('/a', ok).put('/a', ok);
    const r = await performRequest(h, 'POST', '/a');
    expect([r.status, r.text(), r.header('allow')]).toEqual([405, 'Method Not Allowed', 'GET, PUT']);
    h.noMethod((c) => { c.string(405, 'mine'); });
    expect((await performRequest(h, 'POST', '/a')).text()).toBe('mine');
  });

  it('raw paths keep their escapes, params are decoded as queries are', async () => {
    const h = make({ useRawPath: true });
    h.get('/a/:x', ok);
    expect((await get(h, '/a/b%2Fc+d')).text()).toBe('/a/:x x=b/c d');
    const undecoded = make({ useRawPath: true, unescapePathValues: false });
    undecoded.get('/a/:x', ok);
    expect((await get(undecoded, '/a/b%2Fc')).text()).toBe('/a/:x x=b%2Fc');
  });

  it.each([
    [(h: Hertz) => h.handle('get', '/a', ok), 'http method get is not valid'],
    [(h: Hertz) => h.get('/a'), 'at least one handler'],
    [(h: Hertz) => h.get('/a', ...Array.from({ length: 63 }, () => ok)), 'too many handlers'],
    [(h: Hertz) => h.get('/a', ok).get('/a', ok), 'already registered'],
  ])('%s is refused', (f, message) => {
    expect(() => f(make())).toThrow(expect.objectContaining({ code: 'HERTZ_ROUTE_INVALID', message: expect.stringContaining(message) as string }));
  });

  it('a request without Host is 400, behind middlewares', async () => {
    const h = make();
    let ran = 0;
    h.use(() => { ran++; });
    const x = await performRequest(h, 'GET', '/', { headers: { Host: '' } });
    expect(x.status).toBe(404);
    ran = 0;
    const { text, status } = await new Promise<{ text: string; status: number }>((resolve) => {
      h.serve({ version: '1.1', method: 'GET', target: '/', header: () => undefined, rawHeaders: [], body: () => new Uint8Array(0), respond: (s: number, _h: readonly string[], b: string) => { resolve({ status: s, text: b }); } } as never);
    });
    expect([status, text, ran]).toEqual([400, 'missing required Host header', 1]);
  });
});

describe('the chain', () => {
  it('runs in order, before and after, whether handlers wait or not', async () => {
    for (const wait of [false, true]) {
      const h = make();
      const seen: string[] = [];
      const step = (name: string) => async (c: RequestContext): Promise<void> => {
        seen.push(name);
        if (wait) await Promise.resolve();
        await c.next();
        seen.push(`${name}'`);
      };
      h.use(step('a'), (c) => { seen.push('b'); void c; }, (c) => {
        seen.push('c');
        void c.next();
      });
      h.get('/', step('d'), async (c) => {
        await Promise.resolve();
        seen.push('e');
        c.string(200, 'x');
      });
      expect((await get(h, '/')).text()).toBe('x');
      expect(seen).toEqual(['a', 'b', 'c', 'd', 'e', "d'", "a'"]);
    }
  });

  it('a middleware that does not call next lets the chain go on; abort stops it', async () => {
    const h = make();
    h.get('/on', () => undefined, ok);
    h.get('/stop', (c) => { c.abortWithMessage(403, 'no'); }, ok);
    h.get('/late', async (c) => {
      await Promise.resolve();
      c.abortWithStatus(401);
    }, ok);
    expect((await get(h, '/on')).status).toBe(200);
    const stopped = await get(h, '/stop');
    expect([stopped.status, stopped.text()]).toEqual([403, 'no']);
    const late = await get(h, '/late');
    expect([late.status, late.text()]).toEqual([401, '']);
  });

  it('a group\'s middlewares run for routes registered later, the engine\'s for unknown paths too', async () => {
    const h = make();
    const seen: string[] = [];
    h.get('/before', ok);
    h.use(() => { seen.push('engine'); });
    h.group('/g', () => { seen.push('group'); }).get('/x', ok);
    await get(h, '/before');
    expect(seen).toEqual([]);
    await get(h, '/g/x');
    expect(seen.splice(0)).toEqual(['engine', 'group']);
    await get(h, '/none');
    expect(seen).toEqual(['engine']);
  });

  it('errors: thrown, rejected, recovered, kept', async () => {
    const h = make();
    h.get('/throw', () => { throw new Error('x'); });
    h.get('/reject', () => Promise.reject(new Error('x')));
    h.get('/recovered', recovery((c, e) => { c.string(503, (e as Error).message); }), () => { throw new Error('x'); });
    h.get('/caught', async (c) => {
      try {
        await c.next();
      } catch (e) {
        c.string(200, `caught ${(e as Error).message}`);
        c.abort();
      }
    }, async () => {
      await Promise.resolve();
      throw new Error('later');
    });
    h.get('/kept', (c) => {
      c.error(new Error('one'), ErrorType.Public, { a: 1 });
      c.error('two');
      c.string(200, `${c.errors.length} ${c.errors.byType(ErrorType.Public).length} ${c.errors.last()!.error as string}\n${c.errors.toString()}`);
    });
    for (const path of ['/throw', '/reject']) {
      const r = await get(h, path);
      expect([r.status, r.text()]).toEqual([500, 'Internal Server Error']);
    }
    expect((await get(h, '/recovered')).text()).toBe('x');
    expect((await get(h, '/caught')).text()).toBe('caught later');
    expect((await get(h, '/kept')).text()).toBe('2 1 two\nError #01: one\nError #02: two\n');
    const own = make({ panicHandler: (c, e) => { c.string(500, `mine: ${(e as Error).message}`); } });
    own.get('/', () => { throw new Error('x'); });
    expect((await get(own, '/')).text()).toBe('mine: x');
  });
});

describe('a request', () => {
  it('gives its query, fields, cookies, form and JSON', async () => {
    const h = make();
    h.post('/', (c) => {
      c.json(200, [c.query('a'), c.query('none'), c.queryArgs.getAll('a'), c.header('X-One'), c.cookie('k'), c.postForm('f'), c.formValue('f'), c.host, c.path]);
    });
    h.post('/json', (c) => { c.json(200, c.bodyJSON()); });
    const r = await performRequest(h, 'POST', '/?a=1+2&a=%33&f=q', { headers: { Host: 'H:80', 'X-One': '1', Cookie: 'k=v', 'Content-Type': 'application/x-www-form-urlencoded' }, body: 'f=b%26c' });
    expect(r.text()).toBe('["1 2",null,["1 2","3"],"1","v","b\\u0026c","q","h:80","/"]');
    expect((await performRequest(h, 'POST', '/json', { body: '{"n":12345678901234567890}' })).text()).toBe('{"n":12345678901234567890}');
    const bad = await performRequest(h, 'POST', '/json', { body: '{' });
    expect(bad.status).toBe(400);
    expect(bad.text()).toContain('the body is no JSON');
  });

  it('above its limit is 413', async () => {
    const h = make({ maxRequestBodyBytes: 3 });
    h.use(recovery());
    h.post('/', ok);
    const r = await performRequest(h, 'POST', '/', { body: 'four' });
    expect([r.status, r.text(), r.header('connection')]).toEqual([413, 'Request Entity Too Large', 'close']);
    h.post('/stream', streamBody(), async (c) => {
      let n = 0;
      for await (const b of c.bodyStream()) n += b.length;
      c.string(200, String(n));
    });
    expect((await performRequest(h, 'POST', '/stream', { body: 'four' })).text()).toBe('4');
  });
});

describe('a response', () => {
  it('has name, date and type; fields in their order, cookies last', async () => {
    const h = make();
    h.get('/', (c) => {
      c.setCookie('a', '1');
      c.setCookie('a', '2', { httpOnly: true });
      c.addHeader('x-b', '1');
      c.addHeader('X-B', '2');
      c.setHeader('x-c', '3');
      c.setHeader('X-C', '4');
      c.setHeader('gone', '1');
      c.setHeader('Gone', '');
      c.string(201, 'x');
    });
    const r = await get(h, '/');
    expect(r.rawHeaders.slice(0, 3)).toEqual(['Server', 'hertz', 'Date']);
    expect(r.rawHeaders[3]).toBe(new Date(r.rawHeaders[3]!).toUTCString());
    expect(r.rawHeaders.slice(4)).toEqual(['Content-Type', 'text/plain; charset=utf-8', 'X-B', '1', 'X-B', '2', 'X-C', '4', 'Set-Cookie', 'a=2; path=/; HttpOnly']);
    const bare = make({ serverName: '', disableDefaultDate: true, disableHeaderNamesNormalizing: true });
    bare.get('/', (c) => { c.setHeader('x-lower', '1'); });
    expect((await get(bare, '/')).rawHeaders).toEqual(['x-lower', '1']);
  });

  it('JSON escapes what HTML would read, unless it is pure', async () => {
    const h = make();
    h.get('/json', (c) => { c.json(200, { a: '<&>', n: 10n, m: new Map([['k', 1]]) }); });
    h.get('/pure', (c) => { c.pureJSON(200, { a: '<&>' }); });
    expect((await get(h, '/json')).text()).toBe('{"a":"\\u003c\\u0026\\u003e","n":10,"m":{"k":1}}');
    expect((await get(h, '/pure')).text()).toBe('{"a":"<&>"}\n');
  });

  it('is streamed, and a source that fails is seen', async () => {
    const h = make();
    h.get('/', (c) => c.stream((async function* () {
      yield 'a';
      await Promise.resolve();
      yield Buffer.from('b');
    })()));
    h.get('/fails', (c) => c.stream((async function* () {
      yield 'a';
      await Promise.resolve();
      throw new Error('source');
    })()));
    expect((await get(h, '/')).text()).toBe('ab');
    await expect(get(h, '/fails')).rejects.toThrow('source');
  });

  it('redirects with the statuses of redirects only', async () => {
    const h = make();
    h.get('/:code', (c) => { c.redirect(Number(c.params.code), '/to'); });
    expect((await get(h, '/308')).status).toBe(308);
    expect((await get(h, '/200')).status).toBe(302);
  });
});

describe('basicAuth', () => {
  it('lets known accounts in', async () => {
    const h = make();
    h.get('/', basicAuth({ u: 'p:w' }, { realm: 'a "b"' }), (c) => { c.string(200, c.get<string>('user')!); });
    const as = (text: string): Promise<PerformedResponse> => get(h, '/', { headers: { Authorization: `Basic ${Buffer.from(text).toString('base64')}` } });
    expect((await as('u:p:w')).text()).toBe('u');
    for (const text of ['u:x', 'x:', 'u', ':', '']) {
      const r = await as(text);
      expect([r.status, r.header('www-authenticate')]).toEqual([401, 'Basic realm="a \\"b\\""']);
    }
  });
});
