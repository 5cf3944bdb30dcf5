// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { afterAll, describe, expect, it } from 'vitest';
import { ByteReader, ByteWriter } from '@cloudwego/gopkg/io';
import { ThriftException, ThriftProtocolError, unknownFields } from '@cloudwego/pilota/codegen/v1';
import { cleanUp, load } from './load.js';

afterAll(() => {
  cleanUp();
});

const hex = (s: string): Buffer => Buffer.from(s.replaceAll(/[^0-9a-f]/g, ''), 'hex');

interface Codec {
  encode(w: ByteWriter, v: unknown): void;
  decode(r: ByteReader): unknown;
}

function bytes(c: Codec, v: unknown): Buffer {
  const w = new ByteWriter();
  c.encode(w, v);
  return Buffer.from(w.toBytes());
}

const back = (c: Codec, b: Uint8Array): unknown => c.decode(ByteReader.from(b));

function codeOf(f: () => unknown): string {
  try {
    f();
  } catch (e) {
    return (e as { code?: string }).code ?? (e as Error).message;
  }
  return 'no error';
}

const VECTOR_IDL = `
namespace js vector
enum E { A = 3 }
struct Inner { 1: bool b }
struct All {
  1: bool a, 2: i8 b, 3: i16 c, 4: i32 d, 5: i64 e, 6: double f, 7: string g, 8: binary h,
  9: list<i32> i, 10: set<string> j, 11: map<string, i64> k, 12: E l, -1: Inner m
}`;
// Captured from Kitex v0.16.3: every type in one struct.
const VECTOR = hex(`
02 00 01 01 03 00 02 ff 06 00 03 ff fe 08 00 04 00 00 01 02 0a 00 05 00 20 00 00 00 00 00 01
04 00 06 3f f8 00 00 00 00 00 00 0b 00 07 00 00 00 02 c3 a9 0b 00 08 00 00 00 02 00 ff
0f 00 09 08 00 00 00 02 00 00 00 01 00 00 00 02 0e 00 0a 0b 00 00 00 01 00 00 00 01 61
0d 00 0b 0b 0a 00 00 00 01 00 00 00 01 6b 00 00 00 00 00 00 00 09 08 00 0c 00 00 00 03
0c ff ff 02 00 01 00 00 00`);
const VALUE = {
  a: true,
  b: -1,
  c: -2,
  d: 258,
  e: 9007199254740993n,
  f: 1.5,
  g: 'é',
  h: Uint8Array.of(0, 255),
  i: [1, 2],
  j: new Set(['a']),
  k: new Map([['k', 9n]]),
  l: 3,
  m: { b: false },
};

describe('every type', () => {
  it('has the bytes of Kitex', async () => {
    const { All } = await load(VECTOR_IDL, 'vector/index.ts');
    expect(VECTOR.length).toBe(127);
    expect(bytes(All, VALUE).toString('hex')).toBe(VECTOR.toString('hex'));
    expect(back(All, VECTOR)).toEqual(VALUE);
  });

  it('truncated anywhere is a typed error, and nothing else', async () => {
    const { All } = await load(VECTOR_IDL, 'vector/index.ts');
    for (let n = 0; n < VECTOR.length; n++) {
      const code = codeOf(() => back(All, VECTOR.subarray(0, n)));
      expect(code).toMatch(/^(GOPKG_IO_|PILOTA_THRIFT_)/);
    }
  });

  it('with any one byte changed is a value or a typed error', async () => {
    const { All } = await load(VECTOR_IDL, 'vector/index.ts');
    for (let i = 0; i < VECTOR.length; i++) {
      for (const x of [0x00, 0x01, 0x0f, 0x7f, 0x80, 0xff]) {
        const b = Buffer.from(VECTOR);
        b[i] = x;
        expect(codeOf(() => back(All, b))).toMatch(/^(no error|GOPKG_IO_|PILOTA_THRIFT_)/);
      }
    }
  });

  it('takes iterables, plain objects and numbers where they are safe', async () => {
    const { All } = await load(VECTOR_IDL, 'vector/index.ts');
    function* gen(): Generator<number> {
      yield 1;
      yield 2;
    }
    const loose = { ...VALUE, e: 9007199254740991, i: gen(), j: ['a'], k: { k: 9 } };
    expect(back(All, bytes(All, loose))).toEqual({ ...VALUE, e: 9007199254740991n });
    expect(back(All, bytes(All, { ...VALUE, e: -4294967297 }))).toEqual({ ...VALUE, e: -4294967297n });
  });

  it('refuses values that do not fit, by name', async () => {
    const { All } = await load(VECTOR_IDL, 'vector/index.ts');
    const message = (v: object): string => {
      try {
        bytes(All, { ...VALUE, ...v });
      } catch (e) {
        expect(e).toBeInstanceOf(ThriftProtocolError);
        return (e as Error).message;
      }
      return 'no error';
    };
    expect(message({ b: 128 })).toBe('All.b: got 128, wanted an integer from -128 to 127');
    expect(message({ c: 40000 })).toContain('All.c: got 40000');
    expect(message({ d: 1.5 })).toContain('All.d: got 1.5');
    expect(message({ e: 2n ** 63n })).toContain('wanted a bigint of 64 bits');
    expect(message({ e: 2 ** 53 })).toContain('wanted a safe integer or a bigint');
    expect(message({ f: '1' })).toContain('All.f: got "1", wanted a number');
    expect(message({ g: 1 })).toContain('All.g: got 1, wanted a string');
    expect(message({ h: [1] })).toContain('wanted a Uint8Array');
    expect(message({ i: 'ab' })).toContain('All.i: got "ab", wanted an array');
    expect(message({ k: 7 })).toContain('All.k: got 7, wanted a Map or an object');
    expect(message({ a: 1 })).toContain('All.a: got 1, wanted a boolean');
  });
});

describe('what the reader does', () => {
  const idl = `
namespace js reader
struct Item { 1: i32 n }
struct S { 1: i32 a, 2: string b, 3: list<i64> c, 4: required string d, 5: optional i32 e, 6: optional i32 f = 9, 7: Item item, 8: bool g = true }`;

  it('skips unknown fields and fields of another type; the last of two wins', async () => {
    const { S } = await load(idl, 'reader/index.ts');
    const b = hex('0b 0001 00000001 78  08 0063 00000001  0c 0064 0c 0001 00 00  08 0001 00000005  08 0001 00000007  0b 0004 00000000 00');
    expect(back(S, b)).toEqual({ a: 7, b: '', c: [], d: '', e: undefined, f: 9, item: { n: 0 }, g: true });
  });

  it('refuses a struct without a required field', async () => {
    const { S } = await load(idl, 'reader/index.ts');
    expect(() => back(S, hex('00'))).toThrow('required field S.d is not set');
    expect(() => bytes(S, {})).toThrow('required field S.d is not set');
  });

  it('never believes a count', async () => {
    const { S } = await load(idl, 'reader/index.ts');
    expect(codeOf(() => back(S, hex('0f 0003 0a 7fffffff 00')))).toBe('PILOTA_THRIFT_SIZE_INVALID');
    expect(codeOf(() => back(S, hex('0f 0003 0a ffffffff 00')))).toBe('PILOTA_THRIFT_SIZE_INVALID');
    expect(codeOf(() => back(S, hex('0f 0003 0b 00000001 00000000 00')))).toMatch(/PILOTA_THRIFT_(TYPE|SIZE)_INVALID/);
    expect(back(S, hex('0f 0003 02 00000000 0b 0004 00000000 00'))).toMatchObject({ c: [] });
    expect(codeOf(() => back(S, hex('0d 0063 0b 0b 7fffffff 00')))).toBe('PILOTA_THRIFT_SIZE_INVALID');
  });

  it('reads only 1 as true', async () => {
    const { S } = await load(idl, 'reader/index.ts');
    expect(back(S, hex('02 0008 02 0b 0004 00000000 00'))).toMatchObject({ g: false });
  });
});

describe('defaults', () => {
  const idl = `
namespace js defaults
enum Color { RED = 1, BLUE = 2 }
struct Deep { 1: string name = "n", 2: list<i32> list = [1, 2] }
struct D {
  1: i32 a = 7, 2: optional string b = "hi", 3: Color c = Color.BLUE, 4: map<string, i64> d = {"x": 5}, 5: set<i32> e = [3], 6: double f = 1e3,
  7: Deep g, 8: optional Deep h, 9: Deep i = {"name": "given"}, 10: binary j = "ab", 11: bool k = 1, 12: Color l, 13: optional i64 m = 3
}`;

  it('fill what did not arrive', async () => {
    const { D } = await load(idl, 'defaults/index.ts');
    expect(back(D, hex('00'))).toEqual({
      a: 7,
      b: 'hi',
      c: 2,
      d: new Map([['x', 5n]]),
      e: new Set([3]),
      f: 1000,
      g: { name: 'n', list: [1, 2] },
      h: undefined,
      i: { name: 'given', list: [1, 2] },
      j: Uint8Array.of(97, 98),
      k: true,
      l: 0,
      m: 3n,
    });
  });

  it('are written for what was left out, and optional values equal to theirs are not', async () => {
    const { D } = await load(idl, 'defaults/index.ts');
    const all = bytes(D, {});
    expect(back(D, all)).toEqual(back(D, hex('00')));
    expect(bytes(D, { b: 'hi', m: 3 })).toEqual(all);
    expect(bytes(D, { b: 'ho' }).length).toBeGreaterThan(all.length);
    expect(back(D, bytes(D, { m: 4 }))).toMatchObject({ m: 4n });
  });

  it('are not shared between values', async () => {
    const { D } = await load(idl, 'defaults/index.ts');
    const one = back(D, hex('00')) as { g: { list: number[] } };
    one.g.list.push(99);
    expect(back(D, hex('00'))).toMatchObject({ g: { list: [1, 2] } });
  });
});

describe('unions', () => {
  const idl = `
namespace js unions
union U { 1: string text, 2: i64 number, 3: list<U> many }
struct S { 1: optional U a, 2: list<U> b, 3: U c }`;

  it('hold exactly one field', async () => {
    const { U } = await load(idl, 'unions/index.ts');
    for (const v of [{ text: 'x' }, { number: 5n }, { many: [{ text: 'y' }, { many: [] }] }]) expect(back(U, bytes(U, v))).toEqual(v);
    expect(codeOf(() => bytes(U, {}))).toBe('PILOTA_THRIFT_UNION_INVALID');
    expect(codeOf(() => bytes(U, { text: 'x', number: 1 }))).toBe('PILOTA_THRIFT_UNION_INVALID');
  });

  it('with only fields of a newer IDL are absent where that is allowed, and an error where not', async () => {
    const { S, U } = await load(idl, 'unions/index.ts');
    const unknown = '08 0009 00000001 00';
    expect(back(S, hex(`0c 0001 ${unknown} 0c 0003 ${unknown} 00`))).toEqual({ a: undefined, b: [], c: undefined });
    expect(codeOf(() => back(S, hex(`0f 0002 0c 00000001 ${unknown} 00`)))).toBe('PILOTA_THRIFT_UNION_INVALID');
    expect(codeOf(() => back(U, hex(unknown)))).toBe('PILOTA_THRIFT_UNION_INVALID');
  });
});

describe('recursion', () => {
  const idl = 'namespace js tree\nstruct T { 1: string name, 2: optional list<T> children, 3: optional T next }';

  it('goes 64 levels deep and not further, both ways', async () => {
    const { T } = await load(idl, 'tree/index.ts');
    const chain = (n: number): object => (n === 1 ? { name: 'end' } : { name: 'x', next: chain(n - 1) });
    expect(back(T, bytes(T, chain(64)))).toMatchObject({ name: 'x' });
    expect(codeOf(() => bytes(T, chain(65)))).toBe('PILOTA_THRIFT_DEPTH_EXCEEDED');
    const deep = Buffer.concat([Buffer.concat(Array.from({ length: 100 }, () => hex('0c 0003'))), Buffer.alloc(101)]);
    expect(codeOf(() => back(T, deep))).toBe('PILOTA_THRIFT_DEPTH_EXCEEDED');
    const lists = Buffer.concat([Buffer.concat(Array.from({ length: 5000 }, () => hex('0f 0002 0c 00000001'))), Buffer.alloc(5001)]);
    expect(codeOf(() => back(T, lists))).toBe('PILOTA_THRIFT_DEPTH_EXCEEDED');
    const loop: { name: string; next?: object } = { name: 'me' };
    loop.next = loop;
    expect(codeOf(() => bytes(T, loop))).toBe('PILOTA_THRIFT_DEPTH_EXCEEDED');
  });
});

describe('exceptions', () => {
  it('are errors with the fields of the IDL', async () => {
    const { NotFound, Conflict } = await load(
      'namespace js ex\nexception NotFound { 1: string message, 2: i64 id }\nexception Conflict { 1: i32 code, 2: string name, 3: optional string why = "w" }',
      'ex/index.ts',
    );
    const e = new NotFound({ message: 'no such thing', id: 5 });
    expect(e).toBeInstanceOf(Error);
    expect(e).toBeInstanceOf(ThriftException);
    expect([e.name, e.message, e.id]).toEqual(['NotFound', 'no such thing', 5n]);
    expect(back(NotFound, bytes(NotFound, e))).toMatchObject({ message: 'no such thing', id: 5n });
    const c = back(Conflict, bytes(Conflict, { code: 7, name_: 'n' })) as { message: string };
    expect(c).toMatchObject({ code: 7, name_: 'n', name: 'Conflict', why: 'w' });
    expect(c.message).toBe('Conflict: code=7, name_="n", why="w"');
  });
});

describe('options', () => {
  it('keep unknown fields, and send them on', async () => {
    const { S } = await load('namespace js keep\nstruct S { 1: i32 a }', 'keep/index.ts', { keepUnknownFields: true });
    const b = hex('08 0001 00000005 0b 0009 00000001 7a 0c 000a 08 0001 00000001 00 00');
    const v = back(S, b) as Record<symbol, unknown>;
    expect(v[unknownFields]).toHaveLength(2);
    expect(bytes(S, v)).toEqual(b);
    b.fill(0xdd);
    expect(bytes(S, v).toString('hex')).toContain('0b0009000000017a');
  });

  it('make i64 numbers or strings, by flag and by annotation', async () => {
    const idl = 'namespace js n\ntypedef i64 Id\nstruct S { 1: i64 a, 2: i64 b (ts.i64 = "string"), 3: Id c = 5, 4: list<i64> d }';
    const { S } = await load(idl, 'n/index.ts', { i64: 'number' });
    const v = { a: 1, b: '9223372036854775807', c: 5, d: [2] };
    expect(back(S, bytes(S, { a: 1, b: '9223372036854775807', d: [2] }))).toEqual(v);
    expect(codeOf(() => back(S, hex('0a 0001 7fffffffffffffff 00')))).toBe('PILOTA_THRIFT_VALUE_RANGE');
  });
});
