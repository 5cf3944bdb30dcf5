// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { RequestContext } from '@cloudwego/hertz';
import { Hertz, named, RouteError } from '@cloudwego/hertz';
import { performRequest } from '@cloudwego/hertz/testing';
import { describe, expect, it } from 'vitest';

const say = (text: string) => (c: RequestContext): void => {
  c.string(200, `${text} ${Object.entries(c.params).map(([k, v]) => `${k}=${v}`).join(',')}`.trim());
};
const at = async (h: Hertz, host: string, target = '/', method = 'GET'): Promise<string> => {
  const r = await performRequest(h, method, target, { headers: { Host: host } });
  return r.status === 200 ? r.text() : String(r.status);
};

describe('routes of hosts', () => {
  const h = new Hertz();
  h.get('/', say('any')).get('/about', say('about'));
  h.host('api.example.com').get('/', say('api')).get('/v/:n', say('v'));
  h.host(':tenant.example.com').get('/', say('tenant')).get('/u/:id', say('user'));
  h.host('*.example.com').get('/', say('wild')).get('/deep', say('deep'));
  h.host('*.eu.example.com').get('/', say('eu'));
  h.host('[::1]').get('/', say('six'));

  it.each([
    ['api.example.com', '/', 'api'],
    ['API.Example.com.:8080', '/', 'api'],
    ['api.example.com', '/v/2', 'v n=2'],
    ['acme.example.com', '/', 'tenant tenant=acme'],
    ['acme.example.com:80', '/u/7', 'user tenant=acme,id=7'],
    ['a.b.example.com', '/', 'wild'],
    ['a.eu.example.com', '/', 'eu'],
    ['example.com', '/', 'any'],
    ['evil-example.com', '/', 'any'],
    ['[::1]:8080', '/', 'six'],
    ['other', '/', 'any'],
  ])('%s%s is answered by %s', async (host, target, expected) => {
    expect(await at(h, host, target)).toBe(expected);
  });

  it('what a host does not have goes on: to the next pattern, then to the routes of no host', async () => {
    expect(await at(h, 'acme.example.com', '/deep')).toBe('deep');
    expect(await at(h, 'api.example.com', '/u/1')).toBe('user tenant=api,id=1');
    expect(await at(h, 'api.example.com', '/about')).toBe('about');
    expect(await at(h, 'api.example.com', '/none')).toBe('404');
  });

  it('redirects and 405 see them', async () => {
    const g = new Hertz({ handleMethodNotAllowed: true });
    g.host('a.test').group('/p', (c) => { c.setHeader('X-Group', 'p'); }).get('/x', say('x'));
    g.put('/p/x', say('put'));
    const r = await performRequest(g, 'GET', '/p/x/', { headers: { Host: 'a.test' } });
    expect([r.status, r.header('location')]).toEqual([301, '/p/x']);
    const no = await performRequest(g, 'POST', '/p/x', { headers: { Host: 'a.test' } });
    expect([no.status, no.header('allow')]).toEqual([405, 'GET, PUT']);
    const other = await performRequest(g, 'POST', '/p/x', { headers: { Host: 'b.test' } });
    expect(other.header('allow')).toBe('PUT');
    expect((await performRequest(g, 'GET', '/p/x', { headers: { Host: 'a.test' } })).header('x-group')).toBe('p');
    expect(g.routes().map((r2) => r2.host)).toEqual(['a.test', undefined]);
  });

  it.each(['', 'a.test:80', 'a.*.test', ':', 'x:y.test', 'a b', 'a/b'])('%j is no host', (pattern) => {
    expect(() => new Hertz().host(pattern).get('/', say(''))).toThrow(RouteError);
  });
});

describe('HEAD and OPTIONS', () => {
  it('are routes of their own unless they are asked for', async () => {
    const h = new Hertz();
    h.get('/a', say('a'));
    expect(await at(h, 'x', '/a', 'HEAD')).toBe('404');
    expect(await at(h, 'x', '/a', 'OPTIONS')).toBe('404');
  });

  it('autoHead answers by GET, autoOptions tells the methods behind the middlewares of the engine', async () => {
    const h = new Hertz({ autoHead: true, autoOptions: true, handleMethodNotAllowed: true });
    h.use((c) => { c.setHeader('X-Engine', 'ran'); });
    h.get('/a', say('a')).post('/a', say('post')).options('/own', say('own'));
    const head = await performRequest(h, 'HEAD', '/a');
    expect([head.status, head.text()]).toEqual([200, '']);
    expect((await performRequest(h, 'HEAD', '/a/')).header('location')).toBe('/a');
    const options = await performRequest(h, 'OPTIONS', '/a');
    expect([options.status, options.text(), options.header('allow'), options.header('x-engine')]).toEqual([204, '', 'GET, POST, HEAD, OPTIONS', 'ran']);
    expect((await performRequest(h, 'OPTIONS', '/own')).text()).toBe('own');
    expect((await performRequest(h, 'OPTIONS', '/none')).status).toBe(404);
    expect((await performRequest(h, 'PUT', '/a')).header('allow')).toBe('GET, POST, HEAD, OPTIONS');
  });
});

describe('patterns', () => {
  it('a param may have text behind it in its segment', async () => {
    const h = new Hertz();
    h.get('/tasks/{id}:cancel', (c) => {
      const id: string = c.params.id;
      c.string(200, `cancel ${id}`);
    });
    h.get('/tasks/:id', say('task')).get('/tasks/{id}:stop/log', say('log')).get('/files/{name}.json', say('json')).get('/plain/{x}', say('plain'));
    expect(await at(h, 'x', '/tasks/7:cancel')).toBe('cancel 7');
    expect(await at(h, 'x', '/tasks/7:cancel:cancel')).toBe('cancel 7:cancel');
    expect(await at(h, 'x', '/tasks/7:other')).toBe('task id=7:other');
    expect(await at(h, 'x', '/tasks/:cancel')).toBe('task id=:cancel');
    expect(await at(h, 'x', '/tasks/7:stop/log')).toBe('log id=7');
    expect(await at(h, 'x', '/files/a.json.json')).toBe('json name=a.json');
    expect(await at(h, 'x', '/files/.json')).toBe('404');
    expect(await at(h, 'x', '/plain/1')).toBe('plain x=1');
    expect(new Hertz({ redirectFixedPath: true }).get('/F/{n}.JSON', say('')).routes()).toHaveLength(1);
    const folded = new Hertz({ redirectFixedPath: true });
    folded.get('/F/{n}.JSON', say(''));
    expect((await performRequest(folded, 'GET', '/f/Ab.json')).header('location')).toBe('/F/Ab.JSON');
  });

  it('a rest may go without a name', async () => {
    const h = new Hertz();
    h.get('/*', say('all')).get('/a/*', say('a'));
    expect(await at(h, 'x', '/a/b')).toBe('a');
    expect(await at(h, 'x', '/b/c')).toBe('all');
  });

  it.each(['/{a', '/{}', '/{a}{b}', '/:a{b}', '/{a}*'])('%s is none', (pattern) => {
    expect(() => new Hertz().get(pattern, say(''))).toThrow(RouteError);
  });

  it('handlers have names', async () => {
    const h = new Hertz();
    h.get('/a', named('listUsers', (c) => { c.string(200, c.handlerName); }));
    expect(await at(h, 'x', '/a')).toBe('listUsers');
    expect(h.routes()[0]!.handlerName).toBe('listUsers');
  });
});
