// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { ByteReader, ByteWriter } from '@cloudwego/gopkg/io';
import { DynamicError, ValueCodec } from '@cloudwego/pilota/dynamic';
import type { StructCodec } from '@cloudwego/pilota/codegen/v1';
import { afterAll, describe, expect, it } from 'vitest';
import { loadThriftText } from '../../src/index.js';
import type { ResolvedStruct } from '../../src/index.js';
import { cleanUp, load } from '../generate/load.js';
import { random, RandomValues } from '../random.js';
import { failure, IDL, linked, read, written } from './support.js';

afterAll(cleanUp);

const ROUNDS = Number(process.env['PILOTA_DYNAMIC_VALUES'] ?? 40);
const names = ['All', 'Defaults', 'Pick', 'Leaf', 'Oops'];
const codec = new ValueCodec();

describe('beside generated code', () => {
  it('writes the same bytes and reads the same values', async () => {
    const generated = (await load({ 'dyn.thrift': IDL }, 'dyn/index.ts')) as Record<string, StructCodec<unknown>>;
    const program = loadThriftText(IDL, 'dyn.thrift');
    const values = new RandomValues(7);
    for (const name of names) {
      const s = program.root.names.get(name) as ResolvedStruct;
      const struct = linked.struct(name);
      for (let i = 0; i < ROUNDS; i++) {
        const v = values.struct(s);
        if (v === undefined) continue;
        const w = new ByteWriter(64);
        // What is in a list must be an instance there, and a plain object here.
        generated[name]!.encode(w, v);
        const sent = Buffer.from(w.toBytes());
        expect(written(codec, struct, v), name).toEqual(sent);
        const got = read(codec, struct, sent);
        expect(written(codec, struct, got), name).toEqual(sent);
        expect(got, name).toEqual(v);
      }
    }
  });
});

describe('how values look', () => {
  const leaf = { n: 1 };
  const all = { must: 'x', large: 2n ** 53n + 1n, raw: Buffer.from('hi'), color: 7, numbers: new Set([3]), byId: new Map([[5n, ['a']]]), byName: new Map([['k', leaf]]), leaf };
  const of = (o: ConstructorParameters<typeof ValueCodec>[0]): Record<string, unknown> => read(new ValueCodec(o), linked.struct('All'), written(codec, linked.struct('All'), all)) as Record<string, unknown>;

  it('as options say', () => {
    const plain = of({});
    expect([plain['large'], plain['color'], plain['numbers'], plain['byId']]).toEqual([2n ** 53n + 1n, 7, new Set([3]), new Map([[5n, ['a']]])]);
    expect(Buffer.from(plain['raw'] as Uint8Array).toString()).toBe('hi');
    const json = of({ i64: 'string', binary: 'base64', maps: 'object', sets: 'array', enums: 'name' });
    expect(json).toMatchObject({ large: '9007199254740993', raw: 'aGk=', color: 'BLUE', numbers: [3], byId: { 5: ['a'] }, byName: { k: leaf } });
    expect(of({ binary: 'text' })['raw']).toBe('hi');
    expect((of({ structs: 'map' }) as unknown as Map<string, unknown>).get('leaf')).toEqual(new Map([['n', 1]]));
    expect(failure(() => of({ i64: 'number' }))).toBe('PILOTA_DYNAMIC_VALUE_RANGE: $.large: got 9007199254740993n, which a number cannot hold (option i64)');
    expect(failure(() => new ValueCodec({ i64: 'long' as 'string' }))).toMatch(/^GOPKG_OPTION_INVALID: values\.i64/);
  });

  it('is written whichever way it looks', () => {
    const struct = linked.struct('All');
    const wanted = written(codec, struct, all);
    for (const o of [{}, { i64: 'string', binary: 'base64', maps: 'object', sets: 'array', enums: 'name' }, { structs: 'map', binary: 'text' }] as const) {
      const c = new ValueCodec(o);
      expect(written(c, struct, read(c, struct, wanted))).toEqual(wanted);
    }
    const keys = { must: '', byId: { '-9223372036854775808': [] }, byColor: { RED: 1, 9: 2 }, byBool: { true: 1, false: 2 }, bins: { 3: 'text' } };
    expect(read(codec, struct, written(codec, struct, keys))).toMatchObject({
      byId: new Map([[-(2n ** 63n), []]]),
      byColor: new Map([[1, 1], [9, 2]]),
      byBool: new Map([[true, 1], [false, 2]]),
      bins: new Map([[3, new Uint8Array(Buffer.from('text'))]]),
    });
  });

  it('fields go by go.tag or by name, whatever they are called', () => {
    const struct = linked.struct('Tagged');
    const v = JSON.parse('{"renamed":"a","__proto__":"b"}') as Record<string, unknown>;
    const got = read(codec, struct, written(codec, struct, v)) as object;
    expect(Object.entries(got)).toEqual([['renamed', 'a'], ['__proto__', 'b'], ['toString', '']]);
    expect(Object.keys(read(new ValueCodec({ keys: 'name' }), struct, written(codec, struct, v)) as object)).toEqual(['plain', '__proto__', 'toString']);
  });
});

describe('what is absent', () => {
  const s = linked.struct('Defaults');
  const empty = (o?: ConstructorParameters<typeof ValueCodec>[0]): unknown => read(new ValueCodec({ fill: 'none' }), s, written(new ValueCodec(o), s, {}));

  it('is written as a zero, as a default, or not at all', () => {
    expect(empty()).toEqual({ a: 0, b: '', e: [], f: new Map(), g: {}, h: new Set(), i: 0, j: {}, k: 0, l: new Uint8Array(0) });
    const defaults = { a: 5, b: 'b', e: [1, 2], f: new Map([['k', 9n]]), g: { n: 3 }, h: new Set([1]), i: 7, j: {}, k: 0, l: new Uint8Array(Buffer.from('hi')) };
    expect(empty({ absentRequired: 'default', absentDefault: 'default' })).toEqual(defaults);
    expect(empty({ absentRequired: 'default', absentDefault: 'omit', absentOptional: 'default' })).toEqual({ b: 'b', c: 7n, j: {} });
    expect(failure(() => empty({ absentRequired: 'error' }))).toBe('PILOTA_DYNAMIC_FIELD_REQUIRED: $: required field (2/b) of Defaults is not set');
  });

  it('is filled in after reading', () => {
    const bytes = written(codec, linked.struct('Leaf'), {}).subarray(0, 0);
    expect(bytes).toHaveLength(0);
    const least = Buffer.concat([Buffer.from([11, 0, 2, 0, 0, 0, 0, 12, 0, 10, 0, 0])]);
    expect(read(new ValueCodec({ fill: 'none' }), s, least)).toEqual({ b: '', j: {} });
    expect(read(codec, s, least)).toMatchObject({ a: 5, c: 7n, g: { n: 3 }, i: 7 });
    expect(Object.keys(read(codec, s, least) as object)).not.toContain('k');
    expect(read(new ValueCodec({ fill: 'non-optional' }), s, least)).toMatchObject({ a: 5, k: 0 });
    expect(read(new ValueCodec({ fill: 'all' }), s, least)).toMatchObject({ a: 5, c: 7n, d: '', k: 0 });
    expect(failure(() => read(codec, s, Buffer.from([0])))).toBe('PILOTA_DYNAMIC_FIELD_REQUIRED: $: required field (2/b) of Defaults is missing');
    // Defaults are fresh each time.
    (read(codec, s, least) as { e: number[] }).e.push(3);
    expect((read(codec, s, least) as { e: number[] }).e).toEqual([1, 2]);
  });
});

describe('what does not fit', () => {
  const all = linked.struct('All');

  it.each<[unknown, string]>([
    [{ must: 1 }, 'PILOTA_DYNAMIC_TYPE_MISMATCH: $.must: got 1, wanted a string'],
    [{ must: '', leaves: [{ n: 1 }, { n: 'x' }] }, 'PILOTA_DYNAMIC_TYPE_MISMATCH: $.leaves[1].n: got "x", wanted an integer'],
    [{ must: '', tiny: 128 }, 'PILOTA_DYNAMIC_VALUE_RANGE: $.tiny: got 128, wanted an integer from -128 to 127'],
    [{ must: '', large: 2n ** 63n }, 'PILOTA_DYNAMIC_VALUE_RANGE: $.large: got 9223372036854775808n, wanted a bigint of 64 bits'],
    [{ must: '', byName: { 'a b': 3 } }, 'PILOTA_DYNAMIC_TYPE_MISMATCH: $.byName["a b"]: got 3, wanted an object of the fields of Leaf'],
    [{ must: '', byId: { x: [] } }, 'PILOTA_DYNAMIC_TYPE_MISMATCH: $.byId.x: got "x", wanted a bigint or a safe integer'],
    [{ must: '', pick: {} }, 'PILOTA_DYNAMIC_UNION_INVALID: $.pick: union Pick: got 0 fields set, wanted exactly one'],
    [{ must: '', pick: { number: 1, word: '' } }, 'PILOTA_DYNAMIC_UNION_INVALID: $.pick: union Pick: got 2 fields set, wanted exactly one'],
    [{ must: '', leaves: 'abc' }, 'PILOTA_DYNAMIC_TYPE_MISMATCH: $.leaves: got "abc", wanted an array or another iterable, for a list'],
    [[], 'PILOTA_DYNAMIC_TYPE_MISMATCH: $: got an array, wanted an object of the fields of All'],
  ])('%o', (v, wanted) => {
    expect(failure(() => written(codec, all, v))).toBe(wanted);
  });

  it('unknown fields are skipped, or refused', () => {
    const strict = new ValueCodec({ unknown: 'error' });
    expect(read(codec, linked.struct('Leaf'), Buffer.from('08000700000001080001000000020' + '0', 'hex'))).toEqual({ n: 2 });
    expect(failure(() => read(strict, linked.struct('Leaf'), Buffer.from('080007000000010800010000000200', 'hex')))).toBe('PILOTA_DYNAMIC_FIELD_UNKNOWN: $: Leaf has no field 7');
    expect(failure(() => written(strict, linked.struct('Leaf'), { n: 1, m: 2 }))).toBe('PILOTA_DYNAMIC_FIELD_UNKNOWN: $: Leaf has no field "m"');
    // A field of another type than the IDL's is a stranger too.
    expect(read(codec, linked.struct('Leaf'), Buffer.from('0b0001000000017800', 'hex'))).toEqual({});
  });

  it('depth is limited both ways', () => {
    const cycle: Record<string, unknown> = { must: '' };
    cycle['next'] = cycle;
    expect(failure(() => written(codec, all, cycle))).toMatch(/^PILOTA_DYNAMIC_DEPTH_EXCEEDED: \$\.next\.next/);
    const deep = Buffer.concat([...Array.from({ length: 100 }, () => Buffer.from([12, 0, 21])), Buffer.alloc(101)]);
    expect(failure(() => read(codec, all, deep))).toMatch(/^PILOTA_DYNAMIC_DEPTH_EXCEEDED: \$\.next/);
  });

  it('a list that claims a billion items allocates nothing', () => {
    const bytes = Buffer.from('0f000b0c3b9aca0000', 'hex');
    expect(failure(() => read(codec, all, bytes))).toMatch(/^PILOTA_DYNAMIC_BYTES_INVALID: \$\.leaves: container size: got 1000000000/);
  });

  it('changed and cut bytes end in an error with a code, or in a value', () => {
    const next = random(3);
    const s = loadThriftText(IDL, 'dyn.thrift').root.names.get('All') as ResolvedStruct;
    const values = new RandomValues(9);
    for (let i = 0; i < ROUNDS * 10; i++) {
      const v = values.struct(s);
      if (v === undefined) continue;
      const bytes = written(codec, all, v);
      for (let k = 0; k < 3; k++) bytes[Math.floor(next() * bytes.length)] = Math.floor(next() * 256);
      try {
        codec.read(new ByteReader(bytes, 0, Math.ceil(next() * bytes.length)), all);
      } catch (e) {
        if (!(e instanceof DynamicError)) throw e;
      }
    }
  });
});
