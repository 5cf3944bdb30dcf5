// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { BindingOptions, BindOptions, ThriftTarget } from '@cloudwego/hertz';
import { BindingError, Hertz } from '@cloudwego/hertz';
import type { PerformOptions } from '@cloudwego/hertz/testing';
import { performRequest } from '@cloudwego/hertz/testing';
import { createLogger } from '@cloudwego/gopkg/logger';
import { defineStruct, defineUnion, f, t } from '@cloudwego/pilota/define';
import { describe, expect, it } from 'vitest';

const logger = createLogger({ write: () => undefined });

/** What a handler of POST /:id gets, or the issues as `source code path`. */
async function bind<T>(type: ThriftTarget<T>, target: string, o: PerformOptions & { readonly binding?: BindingOptions; readonly bind?: BindOptions; readonly path?: string } = {}): Promise<T | readonly string[]> {
  let got: T | readonly string[] = [];
  const h = new Hertz({ logger, binding: o.binding });
  h.any(o.path ?? '/:id', async (c) => {
    try {
      got = await c.bind(type, o.bind);
    } catch (e) {
      if (!(e instanceof BindingError)) throw e;
      got = e.issues.map((i) => `${i.source ?? 'rule'} ${i.code} ${i.path}`);
    }
  });
  const r = await performRequest(h, 'POST', target, o);
  if (r.status !== 200) throw new Error(r.text());
  return got;
}
const json = (v: unknown): PerformOptions => ({ headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(v) });
const form = (body: string): PerformOptions => ({ headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body });

describe('sources', () => {
  const All = defineStruct('All', {
    v: f(1, t.string)
      .optional()
      .annotate('api.path', 'v')
      .annotate('api.form', 'v')
      .annotate('api.query', 'v')
      .annotate('api.cookie', 'v')
      .annotate('api.header', 'X-V')
      .annotate('api.body', 'v'),
  });
  const JSON_V = { 'Content-Type': 'application/json' };

  it('are asked in the order path, form, query, cookie, header, JSON', async () => {
    const more = { headers: { ...JSON_V, Cookie: 'v=cookie', 'x-v': 'header' }, body: '{"v":"json"}' };
    expect(await bind(All, '/path?v=query', { ...more, path: '/:v' })).toEqual({ v: 'path' });
    expect(await bind(All, '/x?v=query', { ...form('v=form'), path: '/:id' })).toEqual({ v: 'form' });
    expect(await bind(All, '/x?v=query', more)).toEqual({ v: 'query' });
    expect(await bind(All, '/x', more)).toEqual({ v: 'cookie' });
    expect(await bind(All, '/x', { headers: { ...JSON_V, 'x-v': 'header' }, body: '{"v":"json"}' })).toEqual({ v: 'header' });
    expect(await bind(All, '/x', json({ v: 'json' }))).toEqual({ v: 'json' });
    expect(await bind(All, '/x')).toEqual({ v: undefined });
  });

  it('can be chosen', async () => {
    expect(await bind(All, '/x?v=query', { headers: { 'X-V': 'header' }, bind: { sources: ['header'] } })).toEqual({ v: 'header' });
    expect(await bind(All, '/x?v=query', { bind: { sources: ['json'] } })).toEqual({ v: undefined });
  });

  it('a field without annotations is looked for in form, query and JSON; what JSON has is overwritten', async () => {
    const Plain = defineStruct('Plain', { a: f(1, t.string), n: f(2, t.i32).optional() });
    expect(await bind(Plain, '/x?a=query', json({ a: 'json', n: 7 }))).toEqual({ a: 'query', n: 7 });
    expect(await bind(Plain, '/x?a=query', form('a=form&n=1'))).toEqual({ a: 'form', n: 1 });
    expect(await bind(Plain, '/x?a=query', { binding: { disableDefaultTag: true } })).toEqual({ a: '', n: undefined });
    expect(await bind(Plain, '/x?a=query', { ...json({ a: 'json' }), binding: { disableDefaultTag: true } })).toEqual({ a: 'json', n: undefined });
  });

  it('JSON is read by its type alone, and fields have their names there', async () => {
    const Named = defineStruct('Named', { a: f(1, t.string).annotate('api.body', 'A'), b: f(2, t.string).annotate('go.tag', 'json:"bee,omitempty" default:"dflt"'), hidden: f(3, t.string).annotate('api.none', '') });
    expect(await bind(Named, '/x', json({ A: '1', bee: '2', hidden: 'no', a: 'no' }))).toEqual({ a: '1', b: '2', hidden: '' });
    expect(await bind(Named, '/x', { body: '{"A":"1"}' })).toEqual({ a: '', b: 'dflt', hidden: '' });
    expect(await bind(Named, '/x', { headers: { 'Content-Type': 'application/problem+json; charset=utf-8' }, body: '{"A":"1"}' })).toMatchObject({ a: '1' });
    expect(await bind(Named, '/x?hidden=1')).toMatchObject({ hidden: '' });
    expect(await bind(Named, '/x', { headers: JSON_V, body: '{"A":' })).toEqual(['json syntax ']);
    expect(await bind(Named, '/x', json([1]))).toEqual(['json type ']);
  });

  it('raw_body is the whole body', async () => {
    const Raw = defineStruct('Raw', { b: f(1, t.binary).annotate('api.raw_body', ''), s: f(2, t.string).annotate('api.raw_body', '') });
    expect(await bind(Raw, '/x', { body: 'text' })).toEqual({ b: new Uint8Array(Buffer.from('text')), s: 'text' });
  });

  it('a form falls back to the query, lists excepted', async () => {
    const Form = defineStruct('Form', { a: f(1, t.string).annotate('api.form', 'a'), l: f(2, t.list(t.string)).annotate('api.form', 'l') });
    expect(await bind(Form, '/x?a=1&l=2')).toEqual({ a: '1', l: [] });
    expect(await bind(Form, '/x', form('a=+%41&l=1&l=2'))).toEqual({ a: ' A', l: ['1', '2'] });
  });

  it('structs whose fields say where they are are bound field by field; others are JSON', async () => {
    const Page = defineStruct('Page', { no: f(1, t.i32).annotate('api.query', 'page'), size: f(2, t.i32).default(20) });
    const Item = defineStruct('Item', { name: f(1, t.string).required() });
    const Req = defineStruct('Req', { page: f(1, Page), item: f(2, Item).optional(), q: f(3, Item).optional().annotate('api.query', 'q') });
    expect(await bind(Req, '/x?page=3&name=no&q={"name":"n"}', json({ page: { no: 1, size: 5 }, item: { name: 'i' } }))).toEqual({ page: { no: 3, size: 5 }, item: { name: 'i' }, q: { name: 'n' } });
    expect(await bind(Req, '/x?q={"x":1}', json({ item: {} }))).toEqual(['json required item.name', 'query required q.name']);
  });
});

describe('values', () => {
  const Many = defineStruct('Many', {
    b: f(1, t.bool).optional(),
    i8: f(2, t.i8).optional(),
    i32: f(3, t.i32).optional(),
    i64: f(4, t.i64).optional(),
    d: f(5, t.double).optional(),
    list: f(6, t.list(t.i32)).optional(),
    set: f(7, t.set(t.string)).optional(),
    map: f(8, t.map(t.string, t.i32)).optional(),
    bin: f(9, t.binary).optional(),
  });

  it.each([
    ['b=T', { b: true }],
    ['b=False', { b: false }],
    ['i8=-128', { i8: -128 }],
    ['i32=%2B7', { i32: 7 }],
    ['i64=9223372036854775807', { i64: 9223372036854775807n }],
    ['d=-1.5e3', { d: -1500 }],
    ['list=1&list=2', { list: [1, 2] }],
    ['list=[1,2,3]', { list: [1, 2, 3] }],
    ['set=a&set=a&set=b', { set: new Set(['a', 'b']) }],
    ['map={"a":1}', { map: new Map([['a', 1]]) }],
    ['map[a]=1&map[b]=2', { map: new Map([['a', 1], ['b', 2]]) }],
    ['bin=abc', { bin: new Uint8Array(Buffer.from('abc')) }],
  ])('%s', async (query, expected) => {
    expect(await bind(Many, `/x?${query}`)).toMatchObject(expected);
  });

  it.each([
    ['b=yes', ['query type b']],
    ['i8=128', ['query range i8']],
    ['i32=1.5', ['query type i32']],
    ['i32=', ['query type i32']],
    ['i64=9223372036854775808', ['query range i64']],
    ['d=NaN', ['query type d']],
    ['list=1&list=x', ['query type list[1]']],
    ['list=[1,"x"]', ['query type list[1]']],
    ['map[a]=x', ['query type map[a]']],
    ['map=x', ['query type map']],
    ['b=2&i8=x&d=', ['query type b', 'query type i8', 'query type d']],
  ])('%s: %j', async (query, issues) => {
    expect(await bind(Many, `/x?${query}`)).toEqual(issues);
  });

  it('JSON keeps i64 whole, as number or text', async () => {
    expect(await bind(Many, '/x', { headers: { 'Content-Type': 'application/json' }, body: '{"i64":9007199254740993,"bin":"YWI=","map":{"a":1}}' })).toMatchObject({ i64: 9007199254740993n, bin: new Uint8Array([97, 98]), map: new Map([['a', 1]]) });
    expect(await bind(Many, '/x', json({ i64: '5', list: [1] }))).toMatchObject({ i64: 5n, list: [1] });
    expect(await bind(Many, '/x', json({ i64: 1.5, b: 'true', list: 3, i8: 300 }))).toEqual(['json type b', 'json range i8', 'json type i64', 'json type list']);
  });

  it('an empty text is zero in loose mode, and what the IDL gives where it gives something', async () => {
    expect(await bind(Many, '/x?i32=&b=&i64=', { binding: { looseZeroMode: true } })).toMatchObject({ i32: 0, b: false, i64: 0n });
    const D = defineStruct('D', { n: f(1, t.i32).default(7), l: f(2, t.list(t.string)).annotate('go.tag', `default:"['a','b']"`) });
    expect(await bind(D, '/x?n=')).toEqual({ n: 7, l: ['a', 'b'] });
  });

  it('unknown fields of JSON are faults where that is asked for', async () => {
    const Inner = defineStruct('Inner', { a: f(1, t.string) });
    const S = defineStruct('S', { in: f(1, Inner).optional() });
    expect(await bind(S, '/x', { ...json({ in: { a: '', z: 1 }, y: 2 }), binding: { disallowUnknownFields: true } })).toEqual(['json unknown y', 'json unknown in.z']);
    expect(await bind(S, '/x', json({ y: 2 }))).toEqual({ in: undefined });
  });

  it('unions have exactly one field', async () => {
    const U = defineUnion('U', { a: f(1, t.string), b: f(2, t.i32) });
    const S = defineStruct('S', { u: f(1, U).optional() });
    expect(await bind(S, '/x', json({ u: { b: 1 } }))).toEqual({ u: { b: 1 } });
    expect(await bind(S, '/x', json({ u: { a: '', b: 1 } }))).toEqual(['json type u']);
  });

  it('JSON that is too deep is a fault, not a stack', async () => {
    const Node: ReturnType<typeof defineStruct> = defineStruct('Node', { next: f(1, t.map(t.string, t.list(t.string))).optional() });
    expect(await bind(Node, '/x', { headers: { 'Content-Type': 'application/json' }, body: `${'{"next":'.repeat(5000)}1${'}'.repeat(5000)}` })).toEqual(['json syntax ']);
  });
});

describe('rules', () => {
  const R = defineStruct('R', { name: f(1, t.string).required().annotate('api.query', 'name').annotate('api.vd', "len($)>2; msg:'too short'"), n: f(2, t.i32).annotate('api.query', 'n').annotate('api.vd', '$<10') });

  it('required fields, then the expressions of the IDL; all faults are told', async () => {
    expect(await bind(R, '/x?n=3')).toEqual(['query required name']);
    expect(await bind(R, '/x?name=ab&n=30')).toEqual(['rule api.vd name', 'rule api.vd n']);
    expect(await bind(R, '/x?name=abc&n=3')).toEqual({ name: 'abc', n: 3 });
    expect(await bind(R, '/x?name=ab&n=30', { bind: { validate: false } })).toEqual({ name: 'ab', n: 30 });
    expect(await bind(R, '/x?name=ab&n=30', { binding: { maxIssues: 1 } })).toEqual(['rule api.vd name']);
  });

  it('are answered 400 with their messages, by recovery too', async () => {
    for (const h of [new Hertz({ logger }), Hertz.default({ logger })]) {
      h.get('/', async (c) => {
        await c.bind(R);
      });
      const r = await performRequest(h, 'GET', '/?name=ab');
      expect([r.status, r.text()]).toEqual([400, expect.stringContaining('too short')]);
      expect((await performRequest(h, 'GET', '/')).text()).toBe("'name' field is a 'required' parameter, but the request does not have this parameter");
    }
  });

  it('functions and a validator of the engine', async () => {
    const S = defineStruct('S', { a: f(1, t.string).annotate('api.query', 'a').annotate('api.vd', 'even($)') });
    const binding: BindingOptions = {
      functions: { even: (v: unknown) => String(v).length % 2 === 0 },
      validator: (_c, v) => {
        if ((v as { a: string }).a === 'stop') throw new BindingError([{ path: 'a', source: undefined, code: 'own', message: 'stopped' }]);
      },
    };
    expect(await bind(S, '/x?a=ab', { binding })).toEqual({ a: 'ab' });
    expect(await bind(S, '/x?a=abc', { binding })).toEqual(['rule api.vd a']);
    expect(await bind(S, '/x?a=stop', { binding })).toEqual(['rule own a']);
  });
});
