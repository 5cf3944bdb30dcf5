// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createServer } from '@cloudwego/kitex';
import { Health, HealthService } from '@cloudwego/kitex/health';
import { Reflection, ReflectionService } from '@cloudwego/kitex/reflection';
import type { ReflectionRequest, ReflectionResponse } from '@cloudwego/kitex/reflection';
import { createTestClient } from '@cloudwego/kitex/testing';
import type { ServiceDefinition } from '@cloudwego/pilota/codegen/v1';
import type { ProtoFileDescriptor } from '@cloudwego/pilota/codegen/v1/protobuf';
import { protoFileSymbols } from '@cloudwego/pilota/descriptor';
import { fileDescriptor, loadProto, loadProtoText } from '@cloudwego/pilota-build';
import { grpcCall, grpcSession } from './fixtures/grpc.js';
import { silentLogger, using } from './fixtures/harness.js';
import { Talk, talk } from './fixtures/streams.js';

const texts: Readonly<Record<string, string>> = {
  'shop.proto': `syntax = "proto2"; package shop; import "base.proto";
    message Item { optional base.Id id = 1; enum Kind { SMALL = 0; LARGE = 1; } optional Kind kind = 2; message Part { optional string name = 1; } }
    extend base.Id { optional string label = 100; }
    service Shop { rpc Get(Item) returns (Item); }`,
  'base.proto': 'syntax = "proto2"; package base; message Id { optional string text = 1; extensions 100 to 200; }',
};

/** Descriptors as generated code has them. */
function shopFile(): ProtoFileDescriptor {
  const program = loadProto('shop.proto', { readFile: (p) => texts[p] });
  const made = new Map<string, ProtoFileDescriptor>();
  for (const f of program.files) made.set(f.path, { path: f.path, bytes: fileDescriptor(f), dependencies: f.imports.map((i) => made.get(i.path)!) });
  return made.get('shop.proto')!;
}

const shop: ServiceDefinition<unknown, object> = { codegen: 1, name: 'Shop', package: 'shop', payload: 'protobuf', methods: [], descriptor: shopFile };

async function ask(...requests: NonNullable<ReflectionRequest['messageRequest']>[]): Promise<ReflectionResponse['messageResponse'][]> {
  const server = createServer({ logger: silentLogger }).register(shop, {}).register(Talk, talk).register(HealthService, new Health());
  const client = using(await createTestClient(ReflectionService, server.register(ReflectionService, new Reflection(server))));
  const out: ReflectionResponse['messageResponse'][] = [];
  for await (const r of client.serverReflectionInfo(requests.map((messageRequest) => ({ host: 'h', messageRequest })))) {
    expect(r).toMatchObject({ validHost: 'h', originalRequest: { host: 'h' } });
    out.push(r.messageResponse);
  }
  return out;
}

const paths = (r: ReflectionResponse['messageResponse']): readonly string[] => (r !== undefined && 'fileDescriptorResponse' in r ? r.fileDescriptorResponse.fileDescriptorProto.map((b) => protoFileSymbols(b).path) : [JSON.stringify(r)]);

describe('grpc.reflection', () => {
  it('lists what is registered, Thrift services too', async () => {
    const [r] = await ask({ listServices: '' });
    expect(r).toEqual({ listServicesResponse: { service: ['grpc.health.v1.Health', 'grpc.reflection.v1.ServerReflection', 'shop.Shop', 'test.Talk'].map((name) => ({ name })) } });
  });

  it('gives files by path, by symbol and by extension, with what they need, once on a stream', async () => {
    const symbols = ['shop.Shop', 'shop.Shop.Get', 'shop.Item', 'shop.Item.kind', 'shop.Item.Kind', 'shop.Item.LARGE', 'shop.Item.Part.name', 'shop.label'];
    for (const s of symbols) expect((await ask({ fileContainingSymbol: s })).map(paths), s).toEqual([['shop.proto', 'base.proto']]);
    expect((await ask({ fileByFilename: 'shop.proto' }, { fileByFilename: 'shop.proto' }, { fileContainingSymbol: 'base.Id' })).map(paths)).toEqual([['shop.proto', 'base.proto'], ['shop.proto'], ['base.proto']]);
    expect((await ask({ fileContainingExtension: { containingType: 'base.Id', extensionNumber: 100 } })).map(paths)).toEqual([['shop.proto', 'base.proto']]);
    expect((await ask({ fileContainingSymbol: 'grpc.reflection.v1.ServerReflection' }, { fileContainingSymbol: 'grpc.health.v1.Health' })).map(paths)).toEqual([['grpc/reflection/v1/reflection.proto'], ['grpc/health/v1/health.proto']]);
  });

  it('gives numbers of extensions', async () => {
    expect(await ask({ allExtensionNumbersOfType: 'base.Id' }, { allExtensionNumbersOfType: 'shop.Item' })).toEqual([
      { allExtensionNumbersResponse: { baseTypeName: 'base.Id', extensionNumber: [100] } },
      { allExtensionNumbersResponse: { baseTypeName: 'shop.Item', extensionNumber: [] } },
    ]);
  });

  it('says what is not there, and goes on', async () => {
    const missing = await ask({ fileByFilename: 'no.proto' }, { fileContainingSymbol: 'shop' }, { fileContainingSymbol: 'test.Talk' }, { fileContainingExtension: {} }, { allExtensionNumbersOfType: 'no.Type' });
    expect(missing.map((r) => r !== undefined && 'errorResponse' in r && r.errorResponse.errorCode)).toEqual([5, 5, 5, 5, 5]);
    const server = createServer({ logger: silentLogger });
    const client = using(await createTestClient(ReflectionService, server.register(ReflectionService, new Reflection(server))));
    const answers: unknown[] = [];
    for await (const r of client.serverReflectionInfo([{}])) answers.push(r.messageResponse);
    expect(answers).toMatchObject([{ errorResponse: { errorCode: 3 } }]);
  });

  it('answers older tools under v1alpha', async () => {
    const server = using(createServer({ address: '127.0.0.1:0', logger: silentLogger }));
    server.register(ReflectionService, new Reflection(server));
    const { address } = await server.start();
    const { messages } = await grpcCall(grpcSession(address), '/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo', Buffer.from([0x3a, 0]), { 'content-type': 'application/grpc' });
    expect(Buffer.concat(messages).toString('latin1')).toContain('grpc.reflection.v1.ServerReflection');
  });

  it.each([['reflection', 'grpc/reflection/v1/reflection.proto', ReflectionService], ['health', 'grpc/health/v1/health.proto', HealthService]] as const)('%s: the descriptor is that of the file', (name, path, service) => {
    const { root } = loadProtoText(readFileSync(new URL(`../src/${name}/${name}.proto`, import.meta.url), 'utf8'), `${name}.proto`);
    const file = service.descriptor() as ProtoFileDescriptor;
    expect(file.path).toBe(path);
    expect(Buffer.from(file.bytes).equals(fileDescriptor({ ...root, path }))).toBe(true);
  });
});
