// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ByteReader, ByteWriter } from '@cloudwego/gopkg/io';
import { DescriptorError, linkProto, protoFromGenerated, protoFromSet } from '@cloudwego/pilota/descriptor';
import { ProtoValueCodec } from '@cloudwego/pilota/dynamic';
import { fromJson, toJson } from '@cloudwego/pilota/protobuf';
import type { ProtoFileDescriptor } from '@cloudwego/pilota/protobuf';
import { fileDescriptorSet, generateProto, loadProtoText } from '@cloudwego/pilota-build';
import { afterAll, describe, expect, it } from 'vitest';
import { cleanUp, write } from '../generate/load.js';
import { random } from '../random.js';

const TEXT = `
syntax = "proto3"; package shop;
import "google/protobuf/descriptor.proto";
import "google/protobuf/timestamp.proto";
extend google.protobuf.MethodOptions { optional string get = 50201; repeated int32 codes = 50202; }
extend google.protobuf.FieldOptions { optional string query = 50101; }
enum Color { RED = 0; BLUE = 7; }
message Item {
  message Part { string name = 1; }
  string sku = 1 [(query) = "s"]; optional int64 count = 2; repeated Part parts = 3; map<string, Color> colors = 4; google.protobuf.Timestamp at = 5;
  oneof price { double exact = 6; string rough = 7; }
  repeated sint32 numbers = 8; repeated sint32 loose = 9 [packed = false];
}
service First { rpc Get(Item) returns (Item) { option (get) = "/items/:sku"; option (codes) = 1; option (codes) = 2; } }
service Shop { rpc Watch(stream Item) returns (stream Item.Part); }
`;
const program = loadProtoText(TEXT, 'shop.proto');
const set = fileDescriptorSet(program);
const linked = linkProto(protoFromSet(set, { root: 'shop.proto' }));

afterAll(cleanUp);

describe('a FileDescriptorSet', () => {
  it('gives messages, fields, services and their options', () => {
    const item = linked.message('Item');
    expect([item.name, item.fields.map((f) => `${f.number} ${f.key} ${f.kind} ${f.presence} ${f.packed}`)]).toEqual(['shop.Item', [
      '1 sku string implicit false', '2 count int64 explicit false', '3 parts message repeated false', '4 colors message map false', '5 at message explicit false',
      '6 exact double explicit false', '7 rough string explicit false', '8 numbers sint32 repeated true', '9 loose sint32 repeated false',
    ]]);
    expect(item.oneofs.map((o) => [o.key, o.fields.map((f) => f.name)])).toEqual([['price', ['exact', 'rough']]]);
    expect(item.byName('parts')!.message).toBe(linked.find('shop.Item.Part'));
    expect(linked.annotations(item.byNumber(1)!)).toEqual({ 'shop.query': ['s'] });
    expect(linked.services.map((s) => [s.package, s.name])).toEqual([['shop', 'First'], ['shop', 'Shop']]);
    expect(linked.services[0]!.methods.get('Get')!.annotations).toEqual({ 'shop.get': ['/items/:sku'], 'shop.codes': ['1', '2'] });
    const watch = linked.services[1]!.methods.get('Watch')!;
    expect([watch.clientStreaming, watch.serverStreaming, watch.response.name]).toEqual([true, true, 'shop.Item.Part']);
    expect(linked.enum('Color').names.get(7)).toBe('BLUE');
    expect(linked.extension('shop.get')).toMatchObject({ number: 50201, extendee: 'google.protobuf.MethodOptions', jsonName: '[shop.get]' });
  });

  it('is data: another thread links the same', () => {
    const copy = structuredClone(protoFromSet(set, { root: 'shop.proto' }));
    expect(linkProto(copy).messages).toEqual(linked.messages);
    expect(linkProto(copy)).toBe(linkProto(copy));
  });

  it('comes with generated code', async () => {
    const module = (await import(pathToFileURL(join(write(generateProto(program)), 'shop/shop.ts')).href)) as { readonly Shop: { descriptor(): ProtoFileDescriptor } };
    const own = linkProto(protoFromGenerated(module.Shop.descriptor()));
    expect([own.messages, own.services.map((s) => s.name), own.annotations(own.message('Item').byNumber(1)!)]).toEqual([linked.messages, ['First', 'Shop'], { 'shop.query': ['s'] }]);
  });

  it('has limits, and is refused with a reason', () => {
    const of = (f: () => unknown): string => {
      try {
        f();
      } catch (e) {
        expect(e).toBeInstanceOf(DescriptorError);
        return (e as Error).message;
      }
      return 'no error';
    };
    expect(of(() => protoFromSet(set, { maxBytes: 10 }))).toContain('wanted at most 10 (option maxBytes)');
    expect(of(() => protoFromSet(set, { maxFiles: 2 }))).toContain('more than 2');
    expect(of(() => protoFromSet(set, { maxDeclarations: 20 }))).toContain('more than 20');
    expect(of(() => protoFromSet(set, { root: 'nope.proto' }))).toContain('no file "nope.proto"');
    expect(of(() => protoFromSet(new Uint8Array(0)))).toBe('set: got no file');
    // The root file alone: what it imports is not there.
    const alone = new ByteWriter();
    const file = Buffer.from(fileDescriptorSet({ ...program, files: [program.root] }));
    alone.bytes(file);
    expect(of(() => protoFromSet(alone.toBytes()))).toContain('imports "google/protobuf/descriptor.proto", which is not there');
    expect(of(() => linkProto({ family: 'protobuf', set }).message('shop.Nope'))).toBe('message: got "shop.Nope", which the descriptor does not have');
  });

  it('that is damaged ends in a typed error', () => {
    const next = random(5);
    for (let i = 0; i < 300; i++) {
      const bad = Buffer.from(set);
      for (let n = 1 + Math.floor(next() * 4); n > 0; n--) bad[Math.floor(next() * bad.length)] = Math.floor(next() * 256);
      const cut = bad.subarray(0, next() < 0.3 ? Math.floor(next() * bad.length) : bad.length);
      try {
        protoFromSet(cut);
      } catch (e) {
        expect(e).toBeInstanceOf(DescriptorError);
      }
    }
  });
});

describe('dynamic values', () => {
  const codec = new ProtoValueCodec();
  const item = codec.of(linked.message('Item'));

  it('look as those of generated code do', () => {
    const w = new ByteWriter();
    item.encode(w, { sku: 'a', count: 5, parts: [{ name: 'p' }], colors: { x: 'BLUE' }, price: { exact: 1.5 }, numbers: [-1, 2], loose: new Set([3]) });
    const value = item.decode(ByteReader.from(w.toBytes()));
    expect(value).toEqual({ sku: 'a', count: 5n, parts: [{ name: 'p' }], colors: new Map([['x', 7]]), at: undefined, price: { exact: 1.5 }, numbers: [-1, 2], loose: [3] });
    expect(toJson(item, value)).toBe('{"sku":"a","count":"5","parts":[{"name":"p"}],"colors":{"x":"BLUE"},"exact":1.5,"numbers":[-1,2],"loose":[3]}');
    expect(fromJson(item, '{"at":"2026-11-25T09:00:00Z","rough":"about"}')).toMatchObject({ at: { seconds: 1795597200n, nanos: 0 }, price: { rough: 'about' } });
  });

  it('that do not fit fail with the place', () => {
    const fails = (v: unknown): string => {
      try {
        item.encode(new ByteWriter(), v);
      } catch (e) {
        return `${(e as { code: string }).code} ${(e as Error).message}`;
      }
      return 'no error';
    };
    expect(fails({ parts: [{}, { name: 7 }] })).toMatch(/^PILOTA_DYNAMIC_VALUE_RANGE \$\.parts\[1\]\.name: /);
    expect(fails({ colors: { a: 'GREEN' } })).toMatch(/^PILOTA_DYNAMIC_VALUE_RANGE \$\.colors\.a: /);
    expect(fails({ price: { exact: 1, rough: 'x' } })).toContain('oneof shop.Item.price: several fields are set');
    expect(fails('text')).toBe('PILOTA_DYNAMIC_TYPE_MISMATCH $: got "text", wanted an object of the fields of shop.Item');
    expect(fails({ parts: 5 })).toContain('PILOTA_DYNAMIC_TYPE_MISMATCH $.parts: got 5');
  });
});
