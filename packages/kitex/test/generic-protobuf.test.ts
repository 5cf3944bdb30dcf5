// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ByteReader, ByteWriter } from '@cloudwego/gopkg/io';
import { linkProto, protoFromSet, fixedProvider } from '@cloudwego/pilota/descriptor';
import { ProtoValueCodec } from '@cloudwego/pilota/dynamic';
import { protoFromFile, protoFromFolder, protoFromText } from '@cloudwego/pilota-build';
import { createServer } from '@cloudwego/kitex';
import type { ClientOptions } from '@cloudwego/kitex';
import { binaryPbGeneric, createGenericClient, jsonPbGeneric, mapPbGeneric, registerGeneric } from '@cloudwego/kitex/generic';
import type { Generic, GenericClient, GenericHandlers } from '@cloudwego/kitex/generic';
import { describe, expect, it } from 'vitest';
import { silentLogger, using } from './fixtures/harness.js';

const IDL = `
syntax = "proto3"; package shop.v1;
import "google/protobuf/any.proto"; import "google/protobuf/duration.proto";
message Item { string name = 1; int64 id = 2; repeated string tags = 3; google.protobuf.Duration wait = 4; google.protobuf.Any more = 5; }
service Shop { rpc Find(Item) returns (Item); rpc List(Item) returns (stream Item); rpc Sum(stream Item) returns (Item); rpc Chat(stream Item) returns (stream Item); }
service Second { rpc Find(Item) returns (Item); }
`;
const idl = protoFromText(IDL);
const item = linkProto(idl.current()).message('Item');
const codec = new ProtoValueCodec();

interface Item {
  readonly name: string;
  readonly id: bigint;
}
const handlers: GenericHandlers = {
  genericCall: (_m, request) => ({ ...(request as Item), id: (request as Item).id + 1n, tags: ['t'] }),
  *serverStreaming(_m, request) {
    for (let i = 0; i < 3; i++) yield { name: `${(request as Item).name}${i}` };
  },
  async clientStreaming(_m, requests) {
    let name = '';
    for await (const m of requests as AsyncIterable<Item>) name += m.name;
    return { name };
  },
  async *bidiStreaming(_m, requests) {
    for await (const m of requests as AsyncIterable<Item>) yield { name: `${m.name}!` };
  },
};

async function serve(generic: Generic, h: GenericHandlers): Promise<string> {
  const server = using(createServer({ serviceName: 'shop', address: '127.0.0.1:0', logger: silentLogger }));
  registerGeneric(server, generic, h);
  return (await server.start()).address;
}

function client(generic: Generic, address: string, transport: NonNullable<ClientOptions['transport']> = 'grpc'): GenericClient {
  return using(createGenericClient(generic, { destService: 'shop', hostPorts: [address], transport, logger: silentLogger }));
}

async function all(s: AsyncIterable<unknown>): Promise<unknown[]> {
  const out: unknown[] = [];
  for await (const m of s) out.push(m);
  return out;
}

function bytes(v: unknown): Uint8Array {
  const w = new ByteWriter();
  codec.write(w, item, v);
  return w.toBytes();
}
const names = (list: readonly unknown[]): unknown[] => list.map((b) => (codec.read(ByteReader.from(b as Uint8Array), item) as Item).name);

describe.each(['grpc', 'ttheader-framed', 'framed'] as const)('unary calls over %s', (transport) => {
  it('are values, JSON or bytes, whatever the other side takes them for', async () => {
    const address = await serve(mapPbGeneric(idl), handlers);
    expect(await client(mapPbGeneric(idl), address, transport).genericCall('Find', { name: 'x', id: 1 })).toMatchObject({ name: 'x', id: 2n, tags: ['t'] });
    const json = client(jsonPbGeneric(idl), address, transport);
    expect(await json.genericCall('Find', '{"name":"x","id":"9007199254740992","wait":"1.5s","more":{"@type":"type.googleapis.com/shop.v1.Item","name":"in"}}')).toBe(
      '{"name":"x","id":"9007199254740993","tags":["t"],"wait":"1.500s","more":{"@type":"type.googleapis.com/shop.v1.Item","name":"in"}}',
    );
    expect(await json.genericCall('Find', undefined)).toBe('{"id":"1","tags":["t"]}');
    const answer = (await client(binaryPbGeneric('Shop', 'shop.v1'), address, transport).genericCall('Find', bytes({ name: 'b', id: 4n }))) as Uint8Array;
    expect(codec.read(ByteReader.from(answer), item)).toMatchObject({ name: 'b', id: 5n });
  });
});

describe('streams over gRPC', () => {
  it('of JSON', async () => {
    const json = client(jsonPbGeneric(idl, { read: { discardUnknown: true } }), await serve(mapPbGeneric(idl), handlers));
    expect(await all(json.serverStreaming('List', '{"name":"n","other":1}'))).toEqual(['{"name":"n0"}', '{"name":"n1"}', '{"name":"n2"}']);
    expect(await json.clientStreaming('Sum', ['{"name":"a"}', '{"name":"b"}'])).toBe('{"name":"ab"}');
    expect(await all(json.bidiStreaming('Chat', ['{"name":"a"}', '{"name":"b"}']))).toEqual(['{"name":"a!"}', '{"name":"b!"}']);
  });

  it('of bytes, on both sides', async () => {
    const address = await serve(mapPbGeneric(idl), handlers);
    const binary = client(binaryPbGeneric('Shop', 'shop.v1'), address);
    expect(names(await all(binary.serverStreaming('List', bytes({ name: 'n' }))))).toEqual(['n0', 'n1', 'n2']);
    expect(names([await binary.clientStreaming('Sum', [bytes({ name: 'a' }), bytes({ name: 'b' })])])).toEqual(['ab']);
    expect(names(await all(binary.bidiStreaming('Chat', [bytes({ name: 'a' })])))).toEqual(['a!']);
    // Without an IDL every method of gRPC is a stream to a server.
    const echo = await serve(binaryPbGeneric('Shop', 'shop.v1'), {
      async *bidiStreaming(_m, requests) {
        for await (const m of requests) yield m;
      },
    });
    expect(await client(jsonPbGeneric(idl), echo).genericCall('Find', '{"name":"same","id":5}')).toBe('{"name":"same","id":"5"}');
    expect(await all(client(jsonPbGeneric(idl), echo).bidiStreaming('Chat', ['{"name":"1"}', '{"name":"2"}']))).toEqual(['{"name":"1"}', '{"name":"2"}']);
  });
});

describe('the IDL', () => {
  it('may come from a file, a folder that is watched, or a binary set, and say which service is meant', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'generic-'));
    try {
      const path = join(folder, 'shop.proto');
      writeFileSync(path, IDL);
      const file = protoFromFile(path);
      const watched = protoFromFolder(folder, { watch: true, pollMs: 20 });
      expect([mapPbGeneric(file), mapPbGeneric(file, { services: 'last' }), mapPbGeneric(watched, { service: 'shop.v1.Second' }), mapPbGeneric(fixedProvider(protoFromSet(idl.current().set)))].map((g) => `${g.packageName}.${g.serviceName} ${g.methods().length}`)).toEqual([
        'shop.v1.Shop 4', 'shop.v1.Second 1', 'shop.v1.Second 1', 'shop.v1.Shop 4',
      ]);
      const generic = jsonPbGeneric(watched, { service: 'Second' });
      const address = await serve(generic, { genericCall: (m) => `{"name":"${m}"}` });
      expect(await client(generic, address).genericCall('Find', '{}')).toBe('{"name":"Find"}');
      writeFileSync(path, IDL.replace('service Second {', 'service Second { rpc Added(Item) returns (Item);'));
      await expect.poll(() => generic.methods().length, { timeout: 20_000 }).toBe(2);
      expect(await client(generic, address).genericCall('Added', '{}')).toBe('{"name":"Added"}');
      await watched.close();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('without what was asked for is refused', async () => {
    expect(() => mapPbGeneric(idl, { service: 'Nope' })).toThrow('generic.service: got "Nope", wanted one of "shop.v1.Shop", "shop.v1.Second"');
    expect(() => mapPbGeneric(protoFromText('syntax = "proto3"; message A {}'))).toThrow('an IDL without services');
    const json = client(jsonPbGeneric(idl), await serve(mapPbGeneric(idl), handlers));
    const failure = (p: Promise<unknown>): Promise<unknown> => p.catch((e: unknown) => e);
    expect(await failure(json.genericCall('Nope', '{}'))).toMatchObject({ code: 'GOPKG_OPTION_INVALID' });
    expect(String(await failure(json.genericCall('Find', '{"id":"x"}')))).toContain('shop.v1.Item.id');
    expect(String(await failure(json.genericCall('Find', 5)))).toContain('wanted JSON');
    expect(await json.genericCall('Find', '{"name":"after"}')).toBe('{"name":"after","id":"1","tags":["t"]}');
  });
});
