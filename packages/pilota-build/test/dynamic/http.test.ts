// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { ByteReader, ByteWriter } from '@cloudwego/gopkg/io';
import { linkThrift } from '@cloudwego/pilota/descriptor';
import { createHttpRequest, HttpRoutes, HttpTranscoder, ValueCodec, withParams } from '@cloudwego/pilota/dynamic';
import type { HttpOptions, HttpRequestInit } from '@cloudwego/pilota/dynamic';
import { describe, expect, it } from 'vitest';
import { thriftFromText } from '../../src/index.js';
import { random } from '../random.js';

/** The stable code of what `f` throws. */
function codeOf(f: () => unknown): string {
  try {
    f();
  } catch (e) {
    return (e as { code?: string }).code ?? String(e);
  }
  return 'no error';
}

const linked = linkThrift(
  thriftFromText(`
enum Color { RED = 1, BLUE = 2 }
struct Place { 1: string city, 2: i64 zip (api.js_conv = "") }
struct Meta { 1: string agent (api.header = "User-Agent"), 2: optional i32 page (api.query = "page"), 3: string plain, 4: i32 size = 7 (api.query = "size") }
struct Find {
  1: i64 id (api.path = "id"),
  2: optional list<i32> pages (api.query = "pages"),
  3: optional string token (api.header = "X-Token", api.cookie = "token"),
  4: bool loud (api.query = "loud"),
  5: required string name (api.body = "Name"),
  6: Color color (api.query = "color"),
  7: optional Place place,
  8: optional double price (api.query = "price"),
  9: optional binary whole (api.raw_body = ""),
  10: optional string secret (api.none = ""),
  11: optional map<string, i32> scores (api.query = "scores"),
  12: i16 rest = 5,
  13: optional string field (api.form = "field"),
  14: optional string uri (api.raw_uri = ""),
  15: optional Meta meta (api.no_body_struct = ""),
  16: optional string first (api.body = "one", api.query = "two"),
}
struct Found {
  1: i32 code (api.http_code = ""),
  2: string kind (api.header = "X-Kind"),
  3: list<i64> ids (api.header = "X-Ids"),
  4: string session (api.cookie = "session"),
  5: string said (api.body = "Said"),
  6: string asked (api.query = "asked"),
  7: i64 big (api.js_conv = ""),
  8: string secret (api.none = ""),
  9: optional Place place,
}
struct File { 1: string type (api.header = "Content-Type"), 2: binary bytes (api.raw_body = "") }
service S {
  Found Static(1: Find f) (api.get = "/things/all", api.post = "/things/all")
  Found One(1: Find f) (api.get = "/things/:id")
  Found Part(1: Find f) (api.get = "/things/:id/parts/:part", api.patch = "/p_:id")
  File Files(1: Find f) (api.get = "/things/:id/files/*path")
  Found Deep(1: Find f) (api.get = "/things/all/parts/last")
}
`).current(),
);
const find = linked.struct('Find');
const found = linked.struct('Found');
const codec = new ValueCodec();

function ask(init: Partial<HttpRequestInit>, o: HttpOptions = {}): Record<string, unknown> {
  const w = new ByteWriter();
  new HttpTranscoder(o).writeRequest(w, find, createHttpRequest({ method: 'POST', url: '/', ...init }));
  return codec.read(ByteReader.from(w.toBytes()), find) as Record<string, unknown>;
}

function answer(v: unknown, o: HttpOptions = {}, type = found): { status: number; headers: readonly (readonly [string, string])[]; body: string } {
  const w = new ByteWriter();
  codec.write(w, type, v);
  const reply = new HttpTranscoder(o).readReply(ByteReader.from(w.toBytes()), type);
  return { status: reply.status, headers: reply.headers, body: reply.body.toString() };
}

describe('a request', () => {
  it('is put together from the places that the annotations name', () => {
    const got = ask({
      url: '/things/7?pages=1,2,3&loud=true&color=BLUE&price=1.5&scores=%7B%22a%22%3A1%7D&two=2',
      headers: { 'X-Token': 'from header', cookie: 'token=from cookie; other=1', 'User-Agent': 'me' },
      params: { id: '9007199254740993' },
      body: '{"Name":"tea","place":{"city":"Ax","zip":"9007199254740993"},"id":1,"secret":"x","rest":6}',
    });
    expect(got).toMatchObject({
      id: 9007199254740993n, pages: [1, 2, 3], token: 'from header', loud: true, name: 'tea', color: 2, place: { city: 'Ax', zip: 9007199254740993n }, price: 1.5, rest: 6, first: '2',
      uri: '/things/7?pages=1,2,3&loud=true&color=BLUE&price=1.5&scores=%7B%22a%22%3A1%7D&two=2',
    });
    expect(got['scores']).toEqual(new Map([['a', 1]]));
    expect(got).not.toHaveProperty('secret');
    expect(Buffer.from(got['whole'] as Uint8Array).toString()).toContain('"Name":"tea"');
    // Of structs without a body: only what has a place; zero where nothing is.
    expect(got['meta']).toEqual({ agent: 'me', page: 0, size: 7 });
  });

  it('takes the next place where the first has nothing, and JSON before a query where the annotation stands before', () => {
    expect(ask({ headers: { cookie: 'token="c"' }, body: '{"Name":"x"}' })['token']).toBe('c');
    expect(ask({ url: '/?two=2', body: '{"Name":"x","one":"1"}' })['first']).toBe('1');
    expect(ask({ headers: [['x-token', 'a'], ['X-Token', 'b']], body: '{"Name":"x"}' })['token']).toBe('a, b');
  });

  it('falls back to the body, or does not', () => {
    expect(ask({ body: '{"Name":"x","id":5,"token":"t"}' })).toMatchObject({ id: 5n, token: 't' });
    expect(ask({ body: '{"Name":"x","id":5,"token":"t"}' }, { readFallback: false })).toMatchObject({ id: 0n });
    expect(ask({ body: '{"Name":"x","token":"t"}' }, { readFallback: false })).not.toHaveProperty('token');
  });

  it('fills what is absent as the options say', () => {
    expect(ask({ body: '{}' })).toMatchObject({ id: 0n, name: '', rest: 0, loud: false });
    expect(ask({ body: '{"Name":""}' }, { json: { absentDefault: 'default' } })).toMatchObject({ rest: 5 });
    expect(codeOf(() => ask({ body: '{}' }, { json: { absentRequired: 'error' } }))).toBe('PILOTA_DYNAMIC_FIELD_REQUIRED');
    expect(codeOf(() => ask({ url: '/?x=1' }, { json: { absentRequired: 'error' }, readFallback: false }))).toBe('PILOTA_DYNAMIC_FIELD_REQUIRED');
  });

  it('is searched for absent fields without a body, and with one where that is wanted', () => {
    expect(ask({ url: '/?rest=8&Name=q' })).toMatchObject({ rest: 8, name: 'q' });
    expect(ask({ url: '/?rest=8', body: '{"Name":"x"}' })).toMatchObject({ rest: 0 });
    expect(ask({ url: '/?rest=8', body: '{"Name":"x"}' }, { searchAbsent: true })).toMatchObject({ rest: 8, name: 'x' });
    expect(ask({ headers: { rest: '9' }, body: '{"Name":"x"}' }, { searchAbsent: true })).toMatchObject({ rest: 9 });
  });

  it('may be a form', () => {
    expect(ask({ headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }, body: 'field=a+b&Name=n&rest=3' })).toMatchObject({ field: 'a b', name: 'n', rest: 3 });
  });

  it('has a body that is no JSON where it says so', () => {
    expect(ask({ headers: { 'content-type': 'image/png' }, body: Buffer.from([0xff, 0xfe]) })).toMatchObject({ whole: new Uint8Array([0xff, 0xfe]), name: '' });
    expect(codeOf(() => ask({ headers: { 'content-type': 'application/problem+json' }, body: '{nope' }))).toBe('PILOTA_DYNAMIC_JSON_INVALID');
  });

  it.each([
    ['/?loud=maybe', 'PILOTA_DYNAMIC_TYPE_MISMATCH', '$.loud: got "maybe", wanted true or false'],
    ['/?pages=1,x', 'PILOTA_DYNAMIC_TYPE_MISMATCH', '$.pages[1]: got "x", wanted an integer'],
    ['/?pages=1,2147483648', 'PILOTA_DYNAMIC_VALUE_RANGE', '$.pages[1]: got 2147483648'],
    ['/?pages=[1,[]]', 'PILOTA_DYNAMIC_TYPE_MISMATCH', '$.pages[1]'],
    ['/?color=PINK', 'PILOTA_DYNAMIC_TYPE_MISMATCH', '$.color'],
    ['/?price=0x10', 'PILOTA_DYNAMIC_TYPE_MISMATCH', '$.price'],
    ['/?scores=no', 'PILOTA_DYNAMIC_JSON_INVALID', '$.scores'],
    ['/%zz', 'PILOTA_DYNAMIC_HTTP_INVALID', 'cannot be decoded'],
  ])('%s fails with the place', (url, code, text) => {
    let e: unknown;
    try {
      ask({ url, body: '{"Name":"x"}' });
    } catch (thrown) {
      e = thrown;
    }
    expect(e).toMatchObject({ code });
    expect(String(e)).toContain(text);
  });
});

describe('an answer', () => {
  const v = { code: 201, kind: 'k', ids: [1n, 2n], session: 's', said: 'hi', asked: 'q', big: 9007199254740993n, secret: 'x', place: { city: 'Ax', zip: 1n } };

  it('is taken apart', () => {
    expect(answer(v)).toEqual({
      status: 201,
      headers: [['content-type', 'application/json; charset=utf-8'], ['x-kind', 'k'], ['x-ids', '1,2'], ['set-cookie', 'session=s']],
      body: '{"Said":"hi","asked":"q","big":"9007199254740993","place":{"city":"Ax","zip":"1"}}',
    });
    expect(answer(v, { lists: 'json', writeFallback: false })).toMatchObject({ body: '{"Said":"hi","big":"9007199254740993","place":{"city":"Ax","zip":"1"}}', headers: expect.arrayContaining([['x-ids', '[1,2]']]) as unknown });
  });

  it('is a file where one field is all of the body', () => {
    expect(answer({ type: 'text/plain', bytes: Buffer.from('{no json') }, {}, linked.struct('File'))).toEqual({ status: 200, headers: [['content-type', 'text/plain']], body: '{no json' });
  });

  it('has zero for what is absent, but no status of zero', () => {
    const w = new ByteWriter();
    w.u8(0);
    const reply = new HttpTranscoder().readReply(ByteReader.from(w.toBytes()), found);
    expect([reply.status, reply.body.toString(), reply.headers]).toEqual([200, '{"Said":"","asked":"","big":"0"}', [['content-type', 'application/json; charset=utf-8'], ['x-kind', ''], ['x-ids', ''], ['set-cookie', 'session=']]]);
  });

  it('does not put into a header what would be two', () => {
    expect(answer({ ...v, kind: 'a\r\nx-evil: 1' })).toMatchObject({ body: expect.stringContaining('"kind":"a\\r\\nx-evil: 1"') as unknown, headers: expect.not.arrayContaining([['x-kind', expect.anything()]]) as unknown });
    expect(codeOf(() => answer({ ...v, kind: 'a\nb' }, { replyErrors: 'fail' }))).toBe('PILOTA_DYNAMIC_HTTP_INVALID');
    expect(codeOf(() => answer({ ...v, code: 7 }, { replyErrors: 'fail' }))).toBe('PILOTA_DYNAMIC_HTTP_INVALID');
  });
});

describe('routes', () => {
  const routes = new HttpRoutes(linked.services.get('S')!.functions.values());
  it.each([
    ['GET', '/things/all', 'Static', {}],
    ['POST', '/things/all', 'Static', {}],
    ['GET', '/things/al', 'One', { id: 'al' }],
    ['GET', '/things/allx', 'One', { id: 'allx' }],
    ['GET', '/things/all/parts/last', 'Deep', {}],
    ['GET', '/things/all/parts/first', 'Part', { id: 'all', part: 'first' }],
    ['GET', '/things/1/files/a/b.txt', 'Files', { id: '1', path: 'a/b.txt' }],
    ['GET', '/things/1/files/', 'Files', { id: '1', path: '' }],
    ['PATCH', '/p_5', 'Part', { id: '5' }],
    ['PUT', '/things/all', undefined, {}],
    ['GET', '/things/', undefined, {}],
    ['GET', '/things/1/', undefined, {}],
    ['GET', '/', undefined, {}],
  ])('%s %s', (method, path, name, params) => {
    const match = routes.lookup(method, path);
    expect(match?.function.name).toBe(name);
    // Parameters of the route, not of a way that led nowhere.
    expect(Object.fromEntries(match?.params ?? [])).toEqual(params);
    if (match !== undefined) expect(withParams(createHttpRequest({ method, url: path, params: { more: 'm' } }), match.params).param('more')).toBe('m');
  });

  it.each(['things', '/a/:x/:x', '/a/*all/b', '/a/:'])('refuses %s', (route) => {
    const service = linkThrift(thriftFromText(`service S { void A() (api.get = "${route}") }`).current()).services.get('S')!;
    expect(codeOf(() => new HttpRoutes(service.functions.values()))).toBe('PILOTA_DESCRIPTOR_INVALID');
  });

  it('refuses a route that two methods have', () => {
    const make = (a: string, b: string): unknown => new HttpRoutes(linkThrift(thriftFromText(`service S { void A() (api.get = "${a}") void B() (api.get = "${b}") }`).current()).services.get('S')!.functions.values());
    for (const [a, b] of [['/a', '/a'], ['/:a', '/:b'], ['/*a', '/*b']] as const) expect(codeOf(() => make(a, b))).toBe('PILOTA_DESCRIPTOR_INVALID');
    make('/:a/b', '/:c/d');
  });
});

it('anything at all ends in a value or a typed error', () => {
  const next = random(11);
  const below = (n: number): number => Math.floor(next() * n);
  const pick = <T>(...of: readonly T[]): T => of[below(of.length)]!;
  const junk = (): string => Array.from({ length: below(12) }, () => pick('{', '}', '[', ']', '"', ',', ':', '1', '-', 'e', '\\', 'true', 'null', 'Name', '%', '&', '=', '\u00e9')).join('');
  let values = 0;
  for (let i = 0; i < Number(process.env['PILOTA_HTTP_OPERATIONS'] ?? 2000); i++) {
    const keys = ['pages', 'loud', 'price', 'scores', 'color', 'rest', 'two', 'id'];
    const url = `/?${keys.map((k) => (below(3) === 0 ? `${k}=${junk()}` : '')).join('&')}`;
    const body = below(3) === 0 ? Buffer.from(junk(), 'latin1') : pick('', '{}', '{"Name":"x"}', `{"Name":${junk()}}`, junk());
    const code = codeOf(() => ask({ url, body, headers: { 'content-type': pick('application/json', 'text/plain', 'application/x-www-form-urlencoded') } }, { searchAbsent: below(2) === 0 }));
    expect(code).toMatch(/^(PILOTA_DYNAMIC_[A-Z_]+|no error)$/);
    if (code === 'no error') values++;
  }
  expect(values).toBeGreaterThan(100);
});

it('options are checked', () => {
  expect(() => new HttpTranscoder({ lists: 'xml' as never })).toThrow('http.lists');
  expect(() => new HttpTranscoder({ json: { i64: 'x' as never } })).toThrow('json.i64');
  expect(new HttpTranscoder({ json: { binary: 'base64' } }).options).toMatchObject({ readFallback: true, json: { binary: 'base64', absentRequired: 'zero' } });
});
