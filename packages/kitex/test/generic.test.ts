// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { connect as connectSocket } from 'node:net';
import { FakeClock } from '@cloudwego/gopkg/clock/testing';
import { ByteWriter } from '@cloudwego/gopkg/io';
import { linkThrift } from '@cloudwego/pilota/descriptor';
import { ThriftNode, ValueCodec } from '@cloudwego/pilota/dynamic';
import { thriftFromText } from '@cloudwego/pilota-build';
import { BizStatusError, createClient, createServer } from '@cloudwego/kitex';
import type { ClientOptions, ResponseStream, ServerOptions } from '@cloudwego/kitex';
import { binaryGeneric, binaryGenericV1, createGenericClient, GenericException, jsonGeneric, mapGeneric, readThriftMessage, registerGeneric, registerUnknownServiceOrMethodHandler, writeThriftMessage } from '@cloudwego/kitex/generic';
import type { Generic, GenericClient, GenericHandlers, UnknownHandlers } from '@cloudwego/kitex/generic';
import { describe, expect, it } from 'vitest';
import { Echo, plain } from './fixtures/echo.js';
import { connect, framed, silentLogger, using } from './fixtures/harness.js';
import { cancelOrphan, ORPHAN_MS } from '../src/server/orphan.js';

const IDL = `
struct Item { 1: string name, 2: i64 id, 3: optional list<string> tags, 4: binary raw }
exception Missing { 1: string what }
exception Worn { 1: string message, 2: i32 since }
service Other { void Nothing() }
service Base { bool Has(1: i64 id) }
service Shop extends Base {
  Item Find(1: Item like) throws (1: Missing missing, 2: Worn worn)
  string Name(1: string name)
  i32 Add(1: i32 a, 2: i32 b)
  void Ping()
  oneway void Tell(1: string what)
  oneway void Inform(1: string what)
  Item Chat(1: Item like) (streaming.mode = "bidirectional")
  Item List(1: Item like) (streaming.mode = "server")
  Item Sum(1: Item like) (streaming.mode = "client")
}
`;

const idl = thriftFromText(IDL);
const linked = linkThrift(idl.current());
const codec = new ValueCodec();

function bytesOf(v: unknown, part: 'args' | 'result', method: string): Uint8Array {
  const w = new ByteWriter();
  codec.write(w, linked.services.get('Shop')!.functions.get(method)![part], v);
  return w.toBytes();
}

const told: unknown[] = [];
const mapHandlers: GenericHandlers = {
  genericCall(method, request, ctx) {
    switch (method) {
      case 'Find': {
        const like = request as { name: string; id: bigint };
        if (like.name === 'missing') throw new GenericException('missing', { what: 'it' });
        if (like.name === 'worn') throw new GenericException('worn', { message: 'old', since: 3 });
        if (like.name === 'biz') throw new BizStatusError(42, 'no');
        if (like.name === 'who') return { name: `${ctx.rpcInfo.invocation.serviceName}.${ctx.method.name}`, id: 0n };
        return { ...like, id: like.id + 1n, tags: ['t'] };
      }
      case 'Name':
        return `<${request as string}>`;
      case 'Add':
        return (request as { a: number; b: number }).a + (request as { a: number; b: number }).b;
      case 'Has':
        return request === 7n;
      case 'Tell':
      case 'Inform':
        told.push(request);
        return undefined;
      default:
        return undefined;
    }
  },
  async *bidiStreaming(_method, requests) {
    for await (const m of requests as AsyncIterable<{ name: string }>) yield { ...m, name: `${m.name}!` };
  },
  *serverStreaming(_method, request) {
    for (let i = 0; i < 3; i++) yield { name: `${(request as { name: string }).name}${i}` };
  },
  async clientStreaming(_method, requests) {
    let name = '';
    for await (const m of requests as AsyncIterable<{ name: string }>) name += m.name;
    return { name };
  },
};

async function serve(generic: Generic, handlers: GenericHandlers, o: ServerOptions = {}): Promise<string> {
  const server = using(createServer({ serviceName: 'shop', address: '127.0.0.1:0', logger: silentLogger, ...o }));
  registerGeneric(server, generic, handlers);
  return (await server.start()).address;
}

function client(generic: Generic, address: string, o: Partial<ClientOptions> = {}): GenericClient {
  return using(createGenericClient(generic, { destService: 'shop', hostPorts: [address], logger: silentLogger, ...o }));
}

async function failure(p: Promise<unknown>): Promise<unknown> {
  return p.then(
    () => 'no error',
    (e: unknown) => e,
  );
}

const wires = ['ttheader-framed', 'ttheader', 'framed', 'buffered'] as const;

describe.each(wires)('map and JSON over %s', (transport) => {
  it('call by the name of the method', async () => {
    const address = await serve(mapGeneric(idl), mapHandlers);
    const map = client(mapGeneric(idl), address, { transport });
    const json = client(jsonGeneric(idl), address, { transport });
    expect(await map.genericCall('Find', { name: 'x', id: 1n, raw: Buffer.from('hi') })).toEqual({ name: 'x', id: 2n, tags: ['t'], raw: new Uint8Array(Buffer.from('hi')) });
    expect(await json.genericCall('Find', '{"name":"x","id":"9007199254740992","raw":"aGk="}')).toBe('{"name":"x","id":9007199254740993,"tags":["t"],"raw":"aGk="}');
    expect([await map.genericCall('Name', 'a'), await json.genericCall('Name', 'a'), await json.genericCall('Name', '"a\\n"')]).toEqual(['<a>', '<a>', '<a\n>']);
    expect([await map.genericCall('Add', { a: 1, b: 2 }), await json.genericCall('Add', '{"a":1,"b":2}')]).toEqual([3, '3']);
    expect([await map.genericCall('Ping', undefined), await json.genericCall('Ping', '')]).toEqual([undefined, undefined]);
    expect([await map.genericCall('Has', 7), await json.genericCall('Has', '8')]).toEqual([true, 'false']);
    await json.genericCall('Tell', 'news');
    await expect.poll(() => told, { timeout: 20_000 }).toContain('news');
    told.length = 0;
  });

  it('declared exceptions travel, every one of them', async () => {
    const address = await serve(mapGeneric(idl), mapHandlers);
    const json = client(jsonGeneric(idl), address, { transport });
    expect(await failure(client(mapGeneric(idl), address, { transport }).genericCall('Find', { name: 'missing' }))).toMatchObject({ field: 'missing', value: { what: 'it' } });
    const worn = await failure(json.genericCall('Find', '{"name":"worn"}'));
    expect(worn).toBeInstanceOf(GenericException);
    expect(worn).toMatchObject({ field: 'worn', value: '{"message":"old","since":3}' });
    if (transport.startsWith('ttheader')) expect(await failure(json.genericCall('Find', '{"name":"biz"}'))).toMatchObject({ statusCode: 42 });
  });
});

describe('what does not fit', () => {
  it('fails before anything is sent, with the place', async () => {
    const address = await serve(jsonGeneric(idl), { genericCall: (_m, request) => request });
    const json = client(jsonGeneric(idl), address);
    const map = client(mapGeneric(idl), address);
    expect(await failure(json.genericCall('Nope', ''))).toMatchObject({ code: 'GOPKG_OPTION_INVALID' });
    expect(await failure(json.genericCall('Chat', ''))).toMatchObject({ message: 'the method "Chat" is bidi, wanted unary or oneway' });
    expect(String(await failure(json.genericCall('Find', '{"tags":[1]}')))).toContain('$.tags[0]');
    expect(String(await failure(map.genericCall('Find', { id: 'x' })))).toContain('$.id: got "x"');
    expect(await json.genericCall('Find', '{"name":"after"}')).toBe('{"name":"after","id":0,"raw":""}');
  });

  it('a handler that gives something else is an error of the server', async () => {
    const address = await serve(jsonGeneric(idl), { genericCall: () => 'no JSON' });
    const e = await failure(client(jsonGeneric(idl), address).genericCall('Find', '{}'));
    expect(String(e)).toMatch(/encode of the result of method Find failed/);
    const nothing = await serve(jsonGeneric(idl), { bidiStreaming: () => [] });
    expect(String(await failure(client(jsonGeneric(idl), nothing).genericCall('Find', '{}')))).toContain('has no genericCall');
  });

  it('is refused at construction', () => {
    expect(() => mapGeneric(idl, { service: 'Nope' })).toThrow('generic.service: got "Nope", wanted one of "Other", "Base", "Shop"');
    expect(() => mapGeneric(thriftFromText('struct A {}'))).toThrow('an IDL without services');
    expect(() => {
      registerGeneric(createServer(), mapGeneric(idl), {});
    }).toThrow('wanted at least one of');
    expect(mapGeneric(idl, { services: 'first' }).serviceName).toBe('Other');
    expect(mapGeneric(idl, { services: 'combine', service: 'Base' }).serviceName).toBe('Base');
    expect(() => mapGeneric(idl, { services: 'combine' })).toThrow('two services have the method "Has"');
  });
});

describe('streams', () => {
  const all = async (s: ResponseStream<unknown>): Promise<unknown[]> => {
    const out: unknown[] = [];
    for await (const m of s) out.push((m as { name?: string }).name ?? m);
    return out;
  };

  it.each(['grpc', 'ttheader-streaming'] as const)('of three kinds over %s', async (streamTransport) => {
    const address = await serve(mapGeneric(idl), mapHandlers);
    const o = streamTransport === 'grpc' ? { transport: 'grpc' as const } : { streamTransport };
    const map = client(mapGeneric(idl), address, o);
    const json = client(jsonGeneric(idl), address, o);
    expect(await all(map.bidiStreaming('Chat', [{ name: 'a' }, { name: 'b' }]))).toEqual(['a!', 'b!']);
    expect(await all(map.serverStreaming('List', { name: 'n' }))).toEqual(['n0', 'n1', 'n2']);
    expect(await map.clientStreaming('Sum', [{ name: 'a' }, { name: 'b' }])).toMatchObject({ name: 'ab' });
    expect(await all(json.bidiStreaming('Chat', ['{"name":"a"}']))).toEqual(['{"name":"a!","id":0,"raw":""}']);
    if (streamTransport === 'grpc') expect(await map.genericCall('Name', 'x')).toBe('<x>');
  });
});

describe('an IDL that changes', () => {
  it('is followed by clients and servers, without a new connection', async () => {
    const live = thriftFromText('service S { string Old(1: string a) }');
    const address = await serve(mapGeneric(live), { genericCall: (method, request) => `${method} ${request as string}` });
    const c = client(mapGeneric(live), address);
    expect(await c.genericCall('Old', 'x')).toBe('Old x');
    live.update('service S { string New(1: string a) }');
    expect(await c.genericCall('New', 'y')).toBe('New y');
    expect(await failure(c.genericCall('Old', 'x'))).toMatchObject({ message: 'the service S has no method "Old"' });
    const old = client(binaryGeneric('S'), address);
    expect(await failure(old.genericCall('Old', Buffer.from([0])))).toMatchObject({ typeId: 1 });
  });
});

describe('bytes', () => {
  it('version 2: the structs of arguments and result', async () => {
    const address = await serve(binaryGeneric('Shop'), {
      genericCall: (method, request) => (method === 'Find' ? bytesOf({ success: { name: 'from bytes', id: BigInt((request as Uint8Array).length) } }, 'result', 'Find') : Buffer.from([0])),
    });
    const json = client(jsonGeneric(idl), address);
    expect(await json.genericCall('Find', '{"name":"x"}')).toMatch(/^\{"name":"from bytes","id":\d\d/);
    expect(await json.genericCall('Ping', '')).toBeUndefined();
    const bytes = client(binaryGeneric('Shop'), address);
    const result = (await bytes.genericCall('Find', bytesOf({ like: { name: 'x' } }, 'args', 'Find'))) as Uint8Array;
    expect(ThriftNode.of(result, linked.services.get('Shop')!.functions.get('Find')!.result).get('success', 'name')!.toJS()).toBe('from bytes');
  });

  it('version 1: whole messages, whatever the service', async () => {
    const seen: unknown[] = [];
    const address = await serve(binaryGenericV1(), {
      genericCall: (method, request) => {
        const m = readThriftMessage(request as Uint8Array);
        seen.push([method, m.name, m.type]);
        return writeThriftMessage({ ...m, type: 2, body: bytesOf({ success: 'v1' }, 'result', 'Name') });
      },
    });
    expect(await client(mapGeneric(idl), address).genericCall('Name', 'x')).toBe('v1');
    const v1 = client(binaryGenericV1(), address);
    const sent = writeThriftMessage({ name: 'Name', type: 1, seqId: 77, body: bytesOf({ name: 'x' }, 'args', 'Name') });
    expect(readThriftMessage((await v1.genericCall('Name', sent)) as Uint8Array)).toMatchObject({ name: 'Name', type: 2, seqId: 77 });
    expect(seen).toEqual([['Name', 'Name', 1], ['Name', 'Name', 1]]);
    expect(await failure(v1.genericCall('Other', sent))).toMatchObject({ message: 'genericCall: got a message of the method "Name", wanted one of "Other"' });
    expect(await failure(v1.genericCall('Name', sent.subarray(0, 9)))).toMatchObject({ code: 'PILOTA_DYNAMIC_BYTES_INVALID' });
  });

  it('version 2 takes calls whose wire names no service', async () => {
    const address = await serve(binaryGeneric('Shop'), { genericCall: (_m, request) => request });
    const args = bytesOf({ name: 'x' }, 'args', 'Name');
    for (const transport of wires) expect(Buffer.from((await client(binaryGeneric('Shop'), address, { transport }).genericCall('Name', args)) as Uint8Array)).toEqual(Buffer.from(args));
  });
});

describe('what no service knows', () => {
  async function proxyTo(target: string, unknown: Partial<UnknownHandlers> = {}, o: Partial<ClientOptions> = {}): Promise<string> {
    const server = using(createServer({ serviceName: 'proxy', address: '127.0.0.1:0', logger: silentLogger })).register(Echo, plain);
    // One client for each service behind the proxy: the name travels with its calls.
    const behind = new Map<string, GenericClient>();
    const to = (service: string): GenericClient => {
      const c = behind.get(service) ?? client(binaryGeneric(service), target, o);
      behind.set(service, c);
      return c;
    };
    registerUnknownServiceOrMethodHandler(server, {
      defaultHandler: async (service, method, request, ctx) => {
        if (ctx.method.kind === 'oneway') {
          await to(service).genericOneway(method, request, { ctx });
          return new Uint8Array(0);
        }
        return (await to(service).genericCall(method, request, { ctx })) as Uint8Array;
      },
      ...unknown,
    });
    return (await server.start()).address;
  }

  it.each(['ttheader-framed', 'framed'] as const)('goes through a proxy as bytes, over %s', async (transport) => {
    const address = await proxyTo(await serve(mapGeneric(idl), mapHandlers));
    const map = client(mapGeneric(idl), address, { transport });
    expect(await map.genericCall('Name', 'x')).toBe('<x>');
    expect(await failure(map.genericCall('Find', { name: 'worn' }))).toMatchObject({ field: 'worn' });
    if (transport === 'ttheader-framed') expect(await failure(map.genericCall('Find', { name: 'biz' }))).toMatchObject({ statusCode: 42 });
    // What the server knows is its own.
    expect(await connect(address, { transport }).echo({ text: 'own' })).toEqual({ text: 'own' });
  });

  it.each([
    ['marked as such', 4],
    ['marked as a call', 1],
  ])('a oneway call %s reaches who is behind the proxy, though its caller leaves at once', async (_title, type) => {
    told.length = 0;
    // Who is behind knows that it is oneway, and never answers.
    const address = await proxyTo(await serve(mapGeneric(idl), mapHandlers), {}, { rpcTimeoutMs: 500 });
    // Leaves without waiting for anything, as callers of oneway methods do. (What names no service goes to the server's own method of that name, where it has one.)
    const colon = address.lastIndexOf(':');
    const socket = connectSocket({ host: address.slice(0, colon), port: Number(address.slice(colon + 1)) });
    socket.end(framed(type, 'Inform', 1, bytesOf({ what: `news ${type}` }, 'args', 'Inform')));
    await expect.poll(() => told, { timeout: 20_000 }).toEqual([`news ${type}`]);
    socket.destroy();
    told.length = 0;
  });

  it('a call whose caller has left ends in the end', () => {
    const clock = new FakeClock();
    let cancelled: unknown;
    cancelOrphan(clock, () => (cancelled = true));
    clock.advance(ORPHAN_MS - 1);
    expect(cancelled).toBeUndefined();
    clock.advance(2);
    expect(cancelled).toBe(true);
  });

  it('names service and method, of known services too', async () => {
    const seen: string[] = [];
    const address = await proxyTo('127.0.0.1:1', {
      defaultHandler: (service, method) => {
        seen.push(`${service}.${method}`);
        return Buffer.from([0]);
      },
    });
    await client(binaryGeneric('Nobody'), address).genericCall('Nothing', Buffer.from([0]));
    await client(binaryGeneric(Echo.name), address).genericCall('NotThere', Buffer.from([0]));
    await client(binaryGeneric('Nobody'), address, { transport: 'framed' }).genericCall('Nothing', Buffer.from([0]));
    expect(seen).toEqual(['Nobody.Nothing', `${Echo.name}.NotThere`, '.Nothing']);
  });

  it('is answered on streams too', async () => {
    const server = using(createServer({ serviceName: 'proxy', address: '127.0.0.1:0', logger: silentLogger })).register(Echo, plain);
    registerUnknownServiceOrMethodHandler(server, {
      async *streamingHandler(service, method, requests) {
        yield Buffer.from(`${service}.${method}`);
        for await (const m of requests) yield m;
      },
    });
    const { address } = await server.start();
    const c = client(binaryGeneric('Nobody'), address, { transport: 'grpc' });
    const got: string[] = [];
    for await (const m of c.bidiStreaming('Talk', [Buffer.from('a'), Buffer.from('b')])) got.push(Buffer.from(m as Uint8Array).toString());
    expect(got).toEqual(['Nobody.Talk', 'a', 'b']);
    // Calls of other wires have no handler here.
    expect(String(await failure(client(binaryGeneric('Nobody'), address).genericCall('X', Buffer.from([0]))))).toContain('unknown service Nobody, method X');
  });

  it('is taken once', () => {
    const server = createServer().register(Echo, plain);
    registerUnknownServiceOrMethodHandler(server, { defaultHandler: (_s, _m, request) => request });
    expect(() => {
      registerUnknownServiceOrMethodHandler(server, { defaultHandler: (_s, _m, request) => request });
    }).toThrow('a service that takes what no other knows is there already');
    expect(() => {
      registerUnknownServiceOrMethodHandler(createServer(), {});
    }).toThrow('wanted defaultHandler');
  });
});

it('a typed client meets a generic server', async () => {
  const handler: GenericHandlers = { genericCall: (_method, request) => request };
  const echo = thriftFromText('struct Message { 1: string text } service Echo { Message Echo(1: Message m) }');
  const name = Echo.methods[0]!.name;
  const address = await serve(jsonGeneric(thriftFromText(`struct Message { 1: string text } service ${Echo.name} { Message ${name}(1: Message m) }`)), handler);
  expect(await using(createClient(Echo, { destService: 'e', hostPorts: [address], logger: silentLogger })).echo({ text: 'typed' })).toEqual({ text: 'typed' });
  expect(echo.current().services).toHaveLength(1);
});
