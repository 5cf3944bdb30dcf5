// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { createServer as createHttpServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { thriftFromText } from '@cloudwego/pilota-build';
import { BizStatusError, createServer } from '@cloudwego/kitex';
import { createGenericClient, GenericException, httpCall, httpGeneric, HttpRouteError, mapGeneric, registerGeneric } from '@cloudwego/kitex/generic';
import type { GenericClient } from '@cloudwego/kitex/generic';
import { describe, expect, it } from 'vitest';
import { silentLogger, using } from './fixtures/harness.js';

const IDL = `
struct Item { 1: i64 id (api.path = "id"), 2: string name (api.query = "name"), 3: optional list<string> tags, 4: optional string trace (api.header = "X-Trace") }
struct Made { 1: i32 status (api.http_code = ""), 2: string where (api.header = "Location"), 3: Item item }
exception Missing { 1: i32 status (api.http_code = ""), 2: string what }
service Shop {
  Made Put(1: Item item) throws (1: Missing missing) (api.put = "/items/:id", api.post = "/items")
  string Name(1: i64 id (api.path = "id")) (api.get = "/items/:id/name")
  i32 Add(1: i32 a (api.query = "a"), 2: i32 b (api.query = "b")) (api.get = "/add")
  void Ping() (api.get = "/ping")
  oneway void Tell(1: Item item) (api.post = "/tell/:id")
  Item List(1: Item like) (api.get = "/list", streaming.mode = "server")
  Item NoRoute(1: Item item)
}
`;
const idl = thriftFromText(IDL);
const told: unknown[] = [];

async function gateway(): Promise<GenericClient> {
  const server = using(createServer({ serviceName: 'shop', address: '127.0.0.1:0', logger: silentLogger }));
  registerGeneric(server, mapGeneric(idl), {
    genericCall(method, request) {
      const item = request as { id: bigint; name: string; a: number; b: number };
      if (method === 'Put' && item.name === 'missing') throw new GenericException('missing', { status: 404, what: 'it' });
      if (method === 'Put' && item.name === 'biz') throw new BizStatusError(42, 'no');
      if (method === 'Put') return { status: 201, where: `/items/${item.id}`, item };
      if (method === 'Name') return `name ${request as bigint}`;
      if (method === 'Add') return item.a + item.b;
      if (method === 'Tell') told.push(item.id);
      return method === 'NoRoute' ? item : undefined;
    },
  });
  const { address } = await server.start();
  return using(createGenericClient(httpGeneric(idl), { destService: 'shop', hostPorts: [address], logger: silentLogger }));
}

const failure = (p: Promise<unknown>): Promise<unknown> => p.then(() => 'no error', (e: unknown) => e);

describe('an HTTP request', () => {
  it('calls the method of its route, and the answer has what the annotations say', async () => {
    const c = await gateway();
    const reply = await httpCall(c, { method: 'PUT', url: '/items/9007199254740993?name=tea', headers: { 'X-Trace': 't' }, body: '{"tags":["a"]}' });
    expect({ ...reply, body: reply.body.toString() }).toEqual({
      status: 201,
      headers: [['content-type', 'application/json; charset=utf-8'], ['location', '/items/9007199254740993']],
      body: '{"item":{"id":9007199254740993,"name":"tea","tags":["a"],"trace":"t"}}',
    });
    expect((await httpCall(c, { method: 'post', url: 'http://shop/items', body: '{"id":5,"name":"n"}' })).headers).toContainEqual(['location', '/items/5']);
    expect((await httpCall(c, { method: 'GET', url: '/items/7/name' })).body.toString()).toBe('"name 7"');
    expect((await httpCall(c, { method: 'GET', url: '/add?a=1&b=2' })).body.toString()).toBe('3');
    expect(await httpCall(c, { method: 'GET', url: '/ping' })).toEqual({ status: 200, headers: [], body: Buffer.alloc(0) });
    expect(await httpCall(c, { method: 'POST', url: '/tell/8' })).toMatchObject({ status: 200 });
    await expect.poll(() => told, { timeout: 20_000 }).toEqual([8n]);
    // By name, whatever the route.
    expect(await c.genericCall('NoRoute', { method: 'GET', url: '/x?name=n' })).toMatchObject({ status: 200 });
  });

  it('has an answer for a declared exception, and errors for the rest', async () => {
    const c = await gateway();
    const missing = await httpCall(c, { method: 'PUT', url: '/items/1?name=missing' });
    expect(missing).toMatchObject({ status: 404, exception: 'missing' });
    expect(missing.body.toString()).toBe('{"what":"it"}');
    expect(await failure(httpCall(c, { method: 'PUT', url: '/items/1?name=biz' }))).toMatchObject({ statusCode: 42 });
    expect(await failure(httpCall(c, { method: 'DELETE', url: '/items/1' }))).toMatchObject({ code: 'KITEX_GENERIC_ROUTE_MISSING', method: 'DELETE', path: '/items/1' });
    expect(await failure(httpCall(c, { method: 'GET', url: `/${'x'.repeat(500)}` }))).toBeInstanceOf(HttpRouteError);
    expect(String(await failure(httpCall(c, { method: 'PUT', url: '/items/tea' })))).toContain('$.id: got "tea", wanted an integer');
    expect(String(await failure(httpCall(c, { method: 'GET', url: '/list' })))).toContain('the method "List" is server');
    expect(await failure(c.genericCall('', 'text'))).toMatchObject({ code: 'GOPKG_OPTION_INVALID' });
  });

  it('follows an IDL that changes its routes', async () => {
    const live = thriftFromText('service S { string A() (api.get = "/a") }');
    const generic = httpGeneric(live);
    expect(generic.route!('', { method: 'GET', url: '/a' }).name).toBe('A');
    live.update('service S { string A() (api.get = "/b") }');
    expect(generic.route!('', { method: 'GET', url: '/b' }).name).toBe('A');
    expect(() => generic.route!('', { method: 'GET', url: '/a' })).toThrow(HttpRouteError);
  });

  it('is for clients', () => {
    expect(() => {
      registerGeneric(createServer(), httpGeneric(idl), { genericCall: () => '' });
    }).toThrow('which is for clients');
  });
});

it('a gateway is what Node serves HTTP with and a client', async () => {
  const c = await gateway();
  const http = createHttpServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (d: Buffer) => parts.push(d));
    request.on('end', () => {
      httpCall(c, { method: request.method!, url: request.url!, headers: request.headers, body: Buffer.concat(parts) }).then(
        (r) => {
          for (const [name, value] of r.headers) response.appendHeader(name, value);
          response.writeHead(r.status).end(r.body);
        },
        (e: unknown) => response.writeHead(e instanceof HttpRouteError ? 404 : 500).end(),
      );
    });
  }).listen(0, '127.0.0.1');
  await once(http, 'listening');
  try {
    const at = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    const put = await fetch(`${at}/items/3`, { method: 'PUT', body: '{"name":"from fetch"}', headers: { 'content-type': 'application/json' } });
    expect([put.status, put.headers.get('location'), await put.json()]).toEqual([201, '/items/3', { item: { id: 3, name: 'from fetch' } }]);
    expect((await fetch(`${at}/nothing`)).status).toBe(404);
  } finally {
    http.closeAllConnections();
    http.close();
  }
});
