// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { StructShape, ThriftException, unknownFields, scalars, field } from '@cloudwego/pilota/codegen/v1';
import { binaryCodec, clone, cut, equals, fromJson, inspect, toJson, toView } from '@cloudwego/pilota/thrift';
import { All, Bad, HasUnion, Keys, Modes, Needs, Tree, U } from '../golden/golden.js';
import * as first from '../golden/release-1/golden.js';
import { back, bytes, codeOf, hex } from '../support.js';

const all = back(All, bytes(All, { a: true, b: -1, c: -2, d: 258, e: 2n ** 53n + 1n, f: 1.5, g: 'é"\n', h: Uint8Array.of(0, 255), i: [1, 2], j: ['a'], k: { k: 9n }, l: 3, m: { b: true } }));

describe('clone', () => {
  it('shares nothing', () => {
    const copy = clone(All, all);
    expect(copy).toEqual(all);
    for (const k of ['h', 'i', 'j', 'k', 'm'] as const) expect(copy[k]).not.toBe(all[k]);
    copy.h[0] = 9;
    copy.i.push(3);
    expect(all.h[0]).toBe(0);
    expect(all.i).toEqual([1, 2]);
  });

  it('keeps classes of exceptions and fields that nobody knows, and leaves strangers behind', () => {
    const bad = new Bad({ message: 'no', id: 7, blob: Uint8Array.of(1) });
    const copy = clone(Bad, bad);
    expect(copy).toBeInstanceOf(Bad);
    expect(copy).toBeInstanceOf(ThriftException);
    expect([copy.message, copy.id, copy.blob]).toEqual(['no', 7n, Uint8Array.of(1)]);
    const tree = back(Tree, hex('0b 00 01 00 00 00 01 61 08 00 63 00 00 00 05 00'));
    const other = clone(Tree, { ...tree, more: 1 } as typeof tree);
    expect(other[unknownFields]).toEqual(tree[unknownFields]);
    expect(other[unknownFields]![0]).not.toBe(tree[unknownFields]![0]);
    expect('more' in other).toBe(false);
  });

  it('of a cycle is an error', () => {
    const t = { name: 'a', children: [] as unknown[] };
    t.children.push(t);
    expect(codeOf(() => clone(Tree, t as never))).toBe('PILOTA_THRIFT_DEPTH_EXCEEDED');
    expect(codeOf(() => toJson(Tree, t as never))).toBe('PILOTA_THRIFT_DEPTH_EXCEEDED');
    expect(inspect(Tree, t as never)).toContain('…');
  });
});

describe('equals', () => {
  it('says what has the same meaning on the wire', () => {
    expect(equals(All, all, clone(All, all))).toBe(true);
    expect(equals(All, {}, back(All, bytes(All, {})))).toBe(true);
    expect(equals(Modes, { big: 1 } as never, { big: 1n, number: 0, text: '0' })).toBe(true);
    expect(equals(Needs, { id: 'a', inner: { b: false } }, { id: 'a', inner: { b: false }, n: 5 })).toBe(true);
    expect(equals(Keys, { lists: [[1], [2]] }, { lists: new Set([[2], [1]]) })).toBe(true);
    expect(equals(Keys, { byBytes: new Map([[Uint8Array.of(1), 2]]) }, { byBytes: new Map([[Uint8Array.of(1), 2]]) })).toBe(true);
    expect(equals(All, { f: NaN }, { f: NaN })).toBe(true);
  });

  it.each([
    ['a scalar', { d: 1 }],
    ['the sign of zero', { f: -0 }],
    ['bytes', { h: Uint8Array.of(1) }],
    ['a list', { i: [0] }],
    ['a set', { j: ['x'] }],
    ['a map', { k: { x: 0n } }],
    ['a struct inside', { m: { b: true } }],
  ])('tells %s apart', (_, other) => {
    expect(equals(All, {}, other)).toBe(false);
    expect(equals(All, other, {})).toBe(false);
  });

  it('tells apart what is in several of a set but not in as many, and unions by what is set', () => {
    expect(equals(Keys, { lists: [[1], [1]] }, { lists: [[1], [2]] })).toBe(false);
    expect(equals(U, { text: '' }, { number: 0n })).toBe(false);
    expect(equals(U, { text: '' }, { text: '' })).toBe(true);
  });
});

describe('JSON', () => {
  it('is sonic’s: digits of any length, base64, maps as objects where keys are texts', () => {
    expect(toJson(All, all)).toBe('{"a":true,"b":-1,"c":-2,"d":258,"e":9007199254740993,"f":1.5,"g":"é\\"\\n","h":"AP8=","i":[1,2],"j":["a"],"k":{"k":9},"l":3,"m":{"b":true}}');
    expect(fromJson(All, toJson(All, all))).toEqual(all);
    expect(toJson(Keys, { byStruct: new Map([[{ b: true }, [Uint8Array.of(1)]]]), byDouble: new Map([[0.5, 'x']]), byBytes: new Map([[Uint8Array.of(255), 1]]) })).toBe(
      '{"byStruct":[[{"b":true},["AQ=="]]],"byDouble":{"0.5":"x"},"byBytes":{"/w==":1}}',
    );
    expect(toJson(Needs, { id: 'a', inner: { b: true } }, { nulls: true, indent: 1 })).toBe('{\n "id": "a",\n "inner": {\n  "b": true\n },\n "n": null\n}');
  });

  it('has enums by name and i64 as text on request, and reads both', () => {
    const text = toJson(All, all, { enums: 'name', i64: 'string' });
    expect(text).toContain('"l":"A"');
    expect(text).toContain('"e":"9007199254740993"');
    expect(fromJson(All, text)).toEqual(all);
    expect(toView(All, { l: 99 as never }, { enums: 'name' })).toEqual({ l: 99 });
  });

  it('fills defaults, passes over strangers, and makes exceptions', () => {
    expect(fromJson(Needs, '{"id":"a","inner":{"b":false,"x":1},"z":null}')).toEqual({ id: 'a', inner: { b: false }, n: 5 });
    expect(fromJson(Bad, '{"message":"no"}')).toBeInstanceOf(Bad);
    expect(fromJson(Modes, '{"big":"12","number":5,"text":6,"map":{"1":2}}')).toMatchObject({ big: 12n, number: 5, text: '6', map: new Map([[1, 2]]) });
  });

  it.each([
    ['{"inner":{"b":true}}', Needs, 'PILOTA_THRIFT_FIELD_REQUIRED'],
    ['{"b":128}', All, 'PILOTA_THRIFT_VALUE_RANGE'],
    ['{"e":9223372036854775808}', All, 'PILOTA_THRIFT_VALUE_RANGE'],
    ['{"number":9007199254740993}', Modes, 'PILOTA_THRIFT_VALUE_RANGE'],
    ['{"h":"*"}', All, 'PILOTA_THRIFT_VALUE_RANGE'],
    ['{"g":5}', All, 'PILOTA_THRIFT_VALUE_RANGE'],
    ['{"l":"C"}', All, 'PILOTA_THRIFT_VALUE_RANGE'],
    ['{"i":{}}', All, 'PILOTA_THRIFT_VALUE_RANGE'],
    ['[]', All, 'PILOTA_THRIFT_VALUE_RANGE'],
    ['{"text":"a","number":1}', U, 'PILOTA_THRIFT_UNION_INVALID'],
    [`${'{"many":['.repeat(70)}${']}'.repeat(70)}`, U, 'PILOTA_THRIFT_DEPTH_EXCEEDED'],
    ['{"a":', All, 'SONIC_TEXT_END'],
  ])('%s is refused', (text, codec, code) => {
    expect(codeOf(() => fromJson(codec as typeof All, text))).toBe(code);
  });
});

describe('inspect', () => {
  it('shows structs with their names, enums with theirs, and no bytes', () => {
    expect(inspect(All, all)).toBe('All({a: true, b: -1, c: -2, d: 258, e: 9007199254740993, f: 1.5, g: "é\\"\\x0a", h: <2 bytes>, i: [1, 2], j: ["a"], k: {"k": 9}, l: A, m: Inner({b: true})})');
    expect(inspect(HasUnion, { must: { text: 'x' } })).toBe('HasUnion({must: U({text: "x"})})');
  });

  it('is bounded, and bears values of other types', () => {
    const many = inspect(All, { g: 'x'.repeat(5000), i: Array.from({ length: 5000 }, (_, i) => i) }, { maxItems: 3 });
    expect(many).toBe('All({g: "xxx"…(5000), i: [0, 1, 2, …(5000)]})');
    expect(inspect(All, { i: 5, k: 'x', m: 7, h: [] } as never)).toBe('All({h: , i: 5, k: x, m: 7})');
  });
});

describe('cut', () => {
  const part = new StructShape('Part', 'struct', () => [field(3, 'three', 'default', scalars.i16), field(5, 'five', 'required', { kind: 'i64', as: 'string' }), field(-1, 'm', 'optional', new StructShape('None', 'struct', () => [])), field(99, 'extra', 'optional', scalars.bool)]);

  it('fills the fields of another type by their ids', () => {
    expect(cut(All, binaryCodec(part), all)).toEqual({ three: -2, five: '9007199254740993', m: {}, extra: undefined });
    expect(cut(All, All, all)).toEqual(all);
  });

  it('refuses another type under an id, and what is required and not there', () => {
    const wrong = new StructShape('Wrong', 'struct', () => [field(3, 'c', 'default', scalars.string)]);
    expect(codeOf(() => cut(All, binaryCodec(wrong), all))).toBe('PILOTA_THRIFT_TYPE_INVALID');
    const more = new StructShape('More', 'struct', () => [field(77, 'c', 'required', scalars.string)]);
    expect(codeOf(() => cut(All, binaryCodec(more), all))).toBe('PILOTA_THRIFT_FIELD_REQUIRED');
  });
});

it('code of the first release has no shapes, which is said', () => {
  expect(codeOf(() => clone(first.Tree, { name: 'a' }))).toBe('PILOTA_THRIFT_SHAPE_MISSING');
});
