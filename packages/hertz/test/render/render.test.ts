// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { createLogger } from '@cloudwego/gopkg/logger';
import { ByteReader } from '@cloudwego/gopkg/io';
import type { HertzOptions, RequestContext } from '@cloudwego/hertz';
import { Hertz, problems } from '@cloudwego/hertz';
import type { PerformedResponse, PerformOptions } from '@cloudwego/hertz/testing';
import { performRequest } from '@cloudwego/hertz/testing';
import { defineStruct, f, t } from '@cloudwego/pilota/define';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { preferred } from '../../src/render/accept.js';

const logger = createLogger({ write: () => undefined });
async function answer(handler: (c: RequestContext) => void | Promise<void>, o: PerformOptions & { readonly engine?: HertzOptions } = {}): Promise<PerformedResponse> {
  const h = new Hertz({ logger, ...o.engine });
  h.get('/', handler);
  return performRequest(h, 'GET', '/', o);
}

describe('forms of a value', () => {
  it.each<[string, (c: RequestContext) => void, string, string]>([
    ['json', (c) => { c.json(200, { a: '<&>', n: 2n ** 60n, m: new Map([['k', new Set([1])]]) }); }, 'application/json; charset=utf-8', '{"a":"\\u003c\\u0026\\u003e","n":1152921504606846976,"m":{"k":[1]}}'],
    ['pureJSON', (c) => { c.pureJSON(200, { a: '<&>' }); }, 'application/json; charset=utf-8', '{"a":"<&>"}\n'],
    ['indentedJSON', (c) => { c.indentedJSON(200, { a: [1] }); }, 'application/json; charset=utf-8', '{\n    "a": [\n        1\n    ]\n}'],
    ['xml', (c) => { c.xml(200, { '@id': 7, name: 'a<b', tag: ['x', 'y'], none: undefined, sub: { '#text': '"q"' } }, 'user'); }, 'application/xml; charset=utf-8', '<user id="7"><name>a&lt;b</name><tag>x</tag><tag>y</tag><sub>&#34;q&#34;</sub></user>'],
    ['string', (c) => { c.string(200, 'ü'); }, 'text/plain; charset=utf-8', 'ü'],
    ['html', (c) => { c.html(200, '<p>'); }, 'text/html; charset=utf-8', '<p>'],
    ['data', (c) => { c.data(200, 'image/png', new Uint8Array([65])); }, 'image/png', 'A'],
    ['render', (c) => { c.render(200, { contentType: 'text/csv', render: () => 'a,b' }); }, 'text/csv', 'a,b'],
    ['problem', (c) => { c.problem(404, { detail: 'no such user', balance: 30 }); }, 'application/problem+json', '{"type":"about:blank","title":"Not Found","status":404,"detail":"no such user","balance":30}'],
  ])('%s', async (_name, handler, type, body) => {
    const r = await answer(handler);
    expect([r.header('content-type'), r.text()]).toEqual([type, body]);
  });

  it('protobuf is the message, encoded', async () => {
    const P = defineStruct('P', { a: f(1, t.string) });
    const r = await answer((c) => { c.protobuf(200, P, { a: 'x' }); });
    expect(r.header('content-type')).toBe('application/x-protobuf');
    expect(P.decode(ByteReader.from(r.body))).toEqual({ a: 'x' });
  });

  it('XML takes no names that are none, no cycles, and no characters that it does not have', async () => {
    const cycle: Record<string, unknown> = {};
    cycle['a'] = cycle;
    for (const bad of [{ 'a b': 1 }, { '@a"': 1 }, { '1a': 1 }, cycle]) expect((await answer((c) => { c.xml(200, bad); })).status).toBe(500);
    expect((await answer((c) => { c.xml(200, 'a\u0000\ud800\n'); })).text()).toBe('<response>a\ufffd\ufffd&#xA;</response>');
  });

  it('templates are those of the engine', async () => {
    const templates = { render: (name: string, data: object) => Promise.resolve(`${name} ${JSON.stringify(data)}`) };
    const r = await answer((c) => c.view(201, 'page.html', { a: 1 }), { engine: { templates } });
    expect([r.status, r.header('content-type'), r.text()]).toEqual([201, 'text/html; charset=utf-8', 'page.html {"a":1}']);
    expect((await answer((c) => c.view(200, 'x'))).status).toBe(500);
    expect((await answer((c) => c.view(200, 'x'), { engine: { templates: { render: () => { throw new Error('no template'); } } } })).status).toBe(500);
    expect(() => new Hertz({ templates: {} as never })).toThrow(/templates/);
  });
});

describe('a type of an IDL', () => {
  const Inner = defineStruct('Inner', { id: f(1, t.i64).annotate('api.js_conv', ''), at: f(2, t.map(t.i32, t.string)).optional() });
  const R = defineStruct('R', {
    name: f(1, t.string).annotate('api.body', 'Name'),
    big: f(2, t.i64),
    inner: f(3, Inner).optional(),
    etag: f(4, t.string).optional().annotate('api.header', 'ETag'),
    code: f(5, t.i32).optional().annotate('api.http_code', ''),
    secret: f(6, t.string).annotate('api.none', ''),
    list: f(7, t.list(t.string)),
  });

  it('is JSON under its names, with fields and status taken out', async () => {
    const r = await answer((c) => { c.respond(R, { name: 'n', big: 9007199254740993n, inner: { id: 5, at: new Map([[1, 'x']]) }, etag: '"e"', code: 201, secret: 's', list: undefined }); });
    expect([r.status, r.header('etag'), r.text()]).toEqual([201, '"e"', '{"Name":"n","big":9007199254740993,"inner":{"id":"5","at":{"1":"x"}},"list":[]}']);
    const bare = await answer((c) => { c.respond(R, { name: 'n', big: 1 }, 202); });
    expect([bare.status, bare.text()]).toEqual([202, '{"Name":"n","big":1,"list":[]}']);
  });

  it('a raw body stands for the JSON', async () => {
    const Raw = defineStruct('Raw', { b: f(1, t.binary).annotate('api.raw_body', ''), type: f(2, t.string).annotate('api.header', 'Content-Type') });
    const r = await answer((c) => { c.respond(Raw, { b: new Uint8Array([65]), type: 'image/png' }); });
    expect([r.text(), r.rawHeaders.filter((h) => h.toLowerCase() === 'content-type')]).toEqual(['A', ['Content-Type']]);
  });
});

describe('negotiation', () => {
  it.each([
    [undefined, 'application/json'],
    ['*/*', 'application/json'],
    ['text/html', 'text/html'],
    ['text/*;q=0.5, application/json;q=0.4', 'text/html'],
    ['text/html;q=0, */*', 'application/json'],
    ['text/html;level=1;q=0.9, application/json', 'application/json'],
    ['application/*, text/html', 'application/json'],
    ['image/png', undefined],
    ['application/json;q=0', undefined],
    ['application/json;q=x', undefined],
    ['TEXT/HTML', 'text/html'],
  ])('%s likes %s', (accept, expected) => {
    expect(preferred(accept, ['application/json', 'text/html'])).toBe(expected);
  });

  it('answers in a form that the client takes, or 406', async () => {
    const handler = (c: RequestContext): void | Promise<void> => c.negotiate({ 'application/json': () => { c.json(200, 1); }, 'text/html': async () => { await Promise.resolve(); c.html(200, 'h'); } }) as void;
    const html = await answer(handler, { headers: { Accept: 'text/html' } });
    expect([html.text(), html.header('vary')]).toEqual(['h', 'Accept']);
    expect((await answer(handler, { headers: { Accept: 'image/*' } })).status).toBe(406);
    expect((await answer(handler)).text()).toBe('1');
  });
});

it('problems() tells faults of clients as documents, and leaves others alone', async () => {
  const h = new Hertz({ logger });
  h.use((c) => { c.setHeader('X-Before', '1'); }, problems());
  h.get('/', async (c) => { await c.bind(z.object({ n: z.number() })); });
  h.get('/broken', () => { throw new Error('secret'); });
  h.post('/json', (c) => { c.bodyJSON(); });
  const r = await performRequest(h, 'GET', '/?n=x');
  expect([r.status, r.header('content-type')]).toEqual([400, 'application/problem+json']);
  expect(JSON.parse(r.text())).toMatchObject({ title: 'Bad Request', status: 400, errors: [{ path: 'n', code: 'schema' }] });
  expect([(await performRequest(h, 'GET', '/broken')).status, (await performRequest(h, 'GET', '/broken')).text()]).toEqual([500, 'Internal Server Error']);
  expect((await performRequest(h, 'POST', '/json', { body: '{' })).header('content-type')).toBe('application/problem+json');
});
