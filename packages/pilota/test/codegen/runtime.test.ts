// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteReader } from '@cloudwego/gopkg/io';
import {
  ApplicationException,
  ApplicationExceptionType,
  entries,
  exceptionText,
  items,
  keepUnknown,
  leastBytes,
  MAX_DEPTH,
  missingField,
  missingResult,
  readCount,
  readI64AsNumber,
  readList,
  readMap,
  skip,
  ThriftException,
  ThriftProtocolError,
  tooDeep,
  TType,
  unionError,
  unionUnknown,
  writeBinary,
  writeBool,
  writeDouble,
  writeI16,
  writeI32,
  writeI64,
  writeI8,
  writeString,
  writeUnknown,
} from '@cloudwego/pilota/codegen/v1';
import { back, bytes, codeOf, hex, TYPED, wrote } from '../support.js';

const reader = (s: string): ByteReader => ByteReader.from(hex(s));

describe('writers', () => {
  it('write what fits', () => {
    expect(wrote((w) => { writeBool(w, true, 'x'); writeBool(w, false, 'x'); })).toBe('0100');
    expect(wrote((w) => { writeI8(w, -128, 'x'); writeI8(w, 127, 'x'); })).toBe('807f');
    expect(wrote((w) => { writeI16(w, -32768, 'x'); writeI16(w, 32767, 'x'); })).toBe('80007fff');
    expect(wrote((w) => { writeI32(w, -2147483648, 'x'); writeI32(w, 2147483647, 'x'); writeI32(w, -0, 'x'); })).toBe('800000007fffffff00000000');
    expect(wrote((w) => { writeDouble(w, -0, 'x'); writeDouble(w, NaN, 'x'); writeDouble(w, Infinity, 'x'); })).toBe('80000000000000007ff80000000000007ff0000000000000');
    expect(wrote((w) => { writeString(w, 'é', 'x'); writeString(w, '', 'x'); writeString(w, '\ud800', 'x'); })).toBe('00000002c3a90000000000000003efbfbd');
    expect(wrote((w) => { writeBinary(w, Uint8Array.of(0, 255), 'x'); writeBinary(w, Buffer.from('a'), 'x'); })).toBe('0000000200ff0000000161');
  });

  it('write an i64 from a bigint, a safe integer or decimal text', () => {
    const i64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    fc.assert(
      fc.property(i64, (v) => {
        const want = BigInt.asUintN(64, v).toString(16).padStart(16, '0');
        expect(wrote((w) => { writeI64(w, v, 'x'); })).toBe(want);
        expect(wrote((w) => { writeI64(w, String(v), 'x'); })).toBe(want);
      }),
    );
    fc.assert(
      fc.property(fc.maxSafeInteger(), (v) => {
        expect(wrote((w) => { writeI64(w, v, 'x'); })).toBe(wrote((w) => { writeI64(w, BigInt(v), 'x'); }));
        expect(readI64AsNumber(reader(wrote((w) => { writeI64(w, v, 'x'); })), 'x')).toBe(v === 0 ? 0 : v);
      }),
    );
    for (const v of [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, -1, -4294967296, 4294967295]) expect(reader(wrote((w) => { writeI64(w, v, 'x'); })).i64()).toBe(BigInt(v));
    expect(wrote((w) => { writeI64(w, '+5', 'x'); })).toBe('0000000000000005');
  });

  const bad = (f: (w: never, v: never, where: string) => void, v: unknown): string => {
    try {
      wrote((w) => { f(w as never, v as never, 'S.f'); });
    } catch (e) {
      expect(e).toBeInstanceOf(ThriftProtocolError);
      expect(e).toMatchObject({ code: 'PILOTA_THRIFT_VALUE_RANGE' });
      return (e as Error).message;
    }
    return 'no error';
  };

  it.each([
    [writeBool, 1, 'S.f: got 1, wanted a boolean'],
    [writeBool, undefined, 'S.f: got undefined, wanted a boolean'],
    [writeI8, 128, 'S.f: got 128, wanted an integer from -128 to 127'],
    [writeI8, -129, 'wanted an integer from -128 to 127'],
    [writeI8, '5', 'got "5"'],
    [writeI16, 32768, 'wanted an integer from -32768 to 32767'],
    [writeI16, 0.5, 'got 0.5'],
    [writeI32, 2147483648, 'wanted an integer from -2147483648 to 2147483647'],
    [writeI32, NaN, 'got NaN'],
    [writeI32, 5n, 'got 5n'],
    [writeI64, 2n ** 63n, 'got 9223372036854775808n, wanted a bigint of 64 bits'],
    [writeI64, -(2n ** 63n) - 1n, 'wanted a bigint of 64 bits'],
    [writeI64, 2 ** 53, 'wanted a safe integer or a bigint'],
    [writeI64, 1.5, 'wanted a safe integer or a bigint'],
    [writeI64, '9223372036854775808', 'wanted a bigint of 64 bits'],
    [writeI64, '1e3', 'wanted a bigint or a safe integer'],
    [writeI64, '', 'wanted a bigint or a safe integer'],
    [writeI64, null, 'got null'],
    [writeDouble, '1', 'wanted a number'],
    [writeDouble, 1n, 'wanted a number'],
    [writeString, 5, 'wanted a string'],
    [writeString, Buffer.from('a'), 'got an object of Buffer, wanted a string'],
    [writeBinary, 'a', 'wanted a Uint8Array'],
    [writeBinary, [1], 'got an array, wanted a Uint8Array'],
    [writeBinary, new ArrayBuffer(1), 'wanted a Uint8Array'],
  ] as [(w: never, v: never, where: string) => void, unknown, string][])('%o refuses %o', (f, v, text) => {
    expect(bad(f, v)).toContain(text);
  });

  it('refuse objects of no class, and keep messages short', () => {
    expect(bad(writeI32 as never, Object.create(null))).toContain('an object of no class');
    expect(bad(writeI32 as never, 'x'.repeat(1000)).length).toBeLessThan(150);
  });
});

describe('containers that may be sent', () => {
  it('are anything that can be gone through, but no text', () => {
    const list = (v: unknown): unknown[] => [...items(v as Iterable<unknown>, 'S.f')];
    expect(list([1, 2])).toEqual([1, 2]);
    expect(list(new Set([1, 2]))).toEqual([1, 2]);
    expect(list(new Map([[1, 2]]).keys())).toEqual([1]);
    expect(list((function* () { yield 1; })())).toEqual([1]);
    expect(list(Uint8Array.of(5))).toEqual([5]);
    for (const v of ['ab', 5, null, undefined, {}, () => []]) expect(codeOf(() => list(v)), String(v)).toBe('PILOTA_THRIFT_VALUE_RANGE');
  });

  it('are a Map, entries, or an object whose keys are text', () => {
    const map = (v: unknown): unknown[] => [...entries(v as Map<unknown, unknown>, 'S.f')];
    expect(map(new Map([[1, 2]]))).toEqual([[1, 2]]);
    expect(map({ a: 1, b: 2 })).toEqual([['a', 1], ['b', 2]]);
    expect(map([['a', 1]])).toEqual([['a', 1]]);
    expect(map(Object.create(null))).toEqual([]);
    for (const v of ['ab', 5, null, undefined]) expect(codeOf(() => map(v)), String(v)).toBe('PILOTA_THRIFT_VALUE_RANGE');
  });
});

describe('readers', () => {
  it('believe a count only as far as the bytes that are left', () => {
    expect(readCount(reader('00000002 0102'), 1)).toBe(2);
    expect(codeOf(() => readCount(reader('00000003 0102'), 1))).toBe('PILOTA_THRIFT_SIZE_INVALID');
    expect(codeOf(() => readCount(reader('ffffffff 0102'), 1))).toBe('PILOTA_THRIFT_SIZE_INVALID');
    expect(() => readCount(reader('7fffffff 00000000'), 4)).toThrow('container size: got 2147483647, wanted 0 to 1 (what the bytes left can hold)');
    expect(readList(reader('08 00000001 00000005'), TType.I32, 'x')).toBe(1);
    expect(readMap(reader('0b 0a 00000001 000000016b 0000000000000009'), TType.STRING, TType.I64, 'x')).toBe(1);
    expect(codeOf(() => readMap(reader('0b 0a 00000002 000000016b 0000000000000009'), TType.STRING, TType.I64, 'x'))).toBe('PILOTA_THRIFT_SIZE_INVALID');
  });

  it('refuse items of another type, unless there are none', () => {
    expect(readList(reader('02 00000000'), TType.I32, 'x')).toBe(0);
    expect(readMap(reader('00 00 00000000'), TType.STRING, TType.I64, 'x')).toBe(0);
    expect(() => readList(reader('0a 00000001 0000000000000005'), TType.I32, 'S.f')).toThrow('items of S.f: got type 10, wanted 8');
    expect(() => readMap(reader('0b 08 00000001 00000001 61 00000001 00000000'), TType.STRING, TType.I64, 'S.f')).toThrow('items of S.f: got type 8, wanted 10');
    expect(() => readMap(reader('08 0a 00000001 00000001 0000000000000000 00'), TType.STRING, TType.I64, 'S.f')).toThrow('items of S.f: got type 8, wanted 11');
  });

  it('give an i64 as a number only where a number can hold it', () => {
    expect(readI64AsNumber(reader('001fffffffffffff'), 'x')).toBe(Number.MAX_SAFE_INTEGER);
    expect(() => readI64AsNumber(reader('0020000000000000'), 'S.f')).toThrow('S.f: got 9007199254740992, which a number cannot hold; generate this field as bigint');
  });
});

describe('passing over', () => {
  it.each([
    [TType.BOOL, '01'],
    [TType.BYTE, 'ff'],
    [TType.DOUBLE, '3ff8000000000000'],
    [TType.I16, '0102'],
    [TType.I32, '01020304'],
    [TType.I64, '0102030405060708'],
    [TType.STRING, '00000002 6869'],
    [TType.UUID, '00112233445566778899aabbccddeeff'],
    [TType.VOID, ''],
    [TType.STRUCT, '080001 00000005 0c0002 00 00'],
    [TType.MAP, '0b08 00000001 00000001 61 00000005'],
    [TType.MAP, '0000 00000000'],
    [TType.SET, '0b 00000002 00000001 61 00000000'],
    [TType.LIST, '0c 00000002 00 00'],
    [TType.LIST, '00 00000000'],
  ])('type %i, %s, ends where it ends', (type, body) => {
    const r = reader(`${body} 99`);
    skip(r, type);
    expect(r.left).toBe(1);
    for (let n = 0; n < hex(body).length; n++) expect(codeOf(() => { skip(ByteReader.from(hex(body).subarray(0, n)), type); }), `${n} bytes`).toMatch(TYPED);
  });

  it('refuses what is no type', () => {
    for (const t of [0, 5, 7, 9, 17, 255]) expect(codeOf(() => { skip(reader('00000000'), t); })).toBe('PILOTA_THRIFT_TYPE_INVALID');
    for (const t of [1, 5, 17, 255]) expect(codeOf(() => { skip(ByteReader.from(Buffer.concat([Buffer.from([t]), hex('00000001 00')])), TType.LIST); })).toBe('PILOTA_THRIFT_TYPE_INVALID');
    expect(() => leastBytes(1)).toThrow('type: got 1, wanted a Thrift type id from 2 to 16');
  });

  it('goes 64 levels deep and no deeper, in structs, lists and maps', () => {
    const deep = {
      struct: (n: number): [number, Buffer] => [TType.STRUCT, Buffer.concat([hex('0c0001'.repeat(n - 1)), Buffer.alloc(n)])],
      list: (n: number): [number, Buffer] => [TType.LIST, Buffer.concat([hex('0f 00000001'.repeat(n - 1)), hex('08 00000000')])],
      map: (n: number): [number, Buffer] => [TType.MAP, Buffer.concat([hex('020d 00000001 01'.repeat(n - 1)), hex('0202 00000000')])],
    };
    for (const make of Object.values(deep)) {
      const [type, ok] = make(MAX_DEPTH);
      const r = ByteReader.from(ok);
      skip(r, type);
      expect(r.left).toBe(0);
      expect(codeOf(() => { skip(ByteReader.from(make(MAX_DEPTH + 1)[1]), type); })).toBe('PILOTA_THRIFT_DEPTH_EXCEEDED');
      expect(codeOf(() => { skip(ByteReader.from(make(100_000)[1]), type); })).toBe('PILOTA_THRIFT_DEPTH_EXCEEDED');
    }
  });

  it('never loops on a count: every item takes at least a byte', () => {
    for (const body of ['0c 7fffffff', '0d 10000000', '02 7fffffff']) {
      for (const type of [TType.LIST, TType.SET]) expect(codeOf(() => { skip(reader(`${body} 00`), type); }), body).toMatch(TYPED);
    }
    for (const body of ['0c0c 7fffffff', '0202 7fffffff']) expect(codeOf(() => { skip(reader(`${body} 00`), TType.MAP); }), body).toMatch(TYPED);
  });

  it('of any bytes is an end or a typed error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.integer({ min: 0, max: 20 }), (b, type) => {
        expect(codeOf(() => { skip(ByteReader.from(b), type); })).toMatch(/^(no error|GOPKG_IO_[A-Z_]+|PILOTA_THRIFT_[A-Z_]+)$/);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('unknown fields', () => {
  it('are kept as they came, in bytes of their own, and written as they were kept', () => {
    const field = hex('0c 0007 0b0001 00000002 6869 00');
    const lent = Buffer.concat([field, hex('080001')]);
    const r = ByteReader.from(lent);
    r.skip(3);
    const kept = keepUnknown(undefined, r, TType.STRUCT);
    expect(r.pos).toBe(field.length);
    lent.fill(0xdd);
    expect(wrote((w) => { writeUnknown(w, kept); writeUnknown(w, kept); })).toBe(field.toString('hex').repeat(2));
    const more = ByteReader.from(hex('080009 00000001'));
    more.skip(3);
    expect(keepUnknown(kept, more, TType.I32)).toBe(kept);
    expect(kept).toHaveLength(2);
  });

  it('that cannot be passed over are an error', () => {
    const r = reader('080001 00');
    r.skip(3);
    expect(codeOf(() => keepUnknown(undefined, r, TType.I32))).toMatch(TYPED);
  });
});

describe('ApplicationException', () => {
  const body = (s: string): ApplicationException => back(ApplicationException, hex(s));

  it('has the bytes of Kitex, both ways', () => {
    const wire = hex('0b 00 01 00 00 00 04 62 6f 6f 6d 08 00 02 00 00 00 06 00');
    expect(bytes(ApplicationException, new ApplicationException(6, 'boom'))).toEqual(wire);
    const e = back(ApplicationException, wire);
    expect(e).toBeInstanceOf(Error);
    expect(e).toMatchObject({ message: 'boom', typeId: 6, code: 'PILOTA_THRIFT_APPLICATION', name: 'ApplicationException', originalName: 'TApplicationException' });
  });

  it('is read in any order, with fields that nobody knows, and with those of another type', () => {
    expect(body('080002 00000001 0b0001 00000001 61 00')).toMatchObject({ message: 'a', typeId: 1 });
    expect(body('0c0009 0b0001 00000000 00 0b0001 00000001 61 080001 00000005 0b0002 00000000 00')).toMatchObject({ message: 'a', typeId: 0 });
    expect(body('080002 ffffffff 00')).toMatchObject({ typeId: -1 });
  });

  it('without a message has that of its type', () => {
    const text = (type: number): string => back(ApplicationException, bytes(ApplicationException, { typeId: type, message: '' })).message;
    expect(text(ApplicationExceptionType.UNKNOWN_METHOD)).toBe('unknown method');
    expect(text(ApplicationExceptionType.INTERNAL_ERROR)).toBe('unknown internal error');
    expect(text(20)).toBe('unknown exception type [20]');
    expect(body('00')).toMatchObject({ message: 'unknown application exception', typeId: 0 });
  });

  it('cut short is a typed error', () => {
    const wire = bytes(ApplicationException, new ApplicationException(6, 'boom'));
    for (let n = 0; n < wire.length; n++) expect(codeOf(() => back(ApplicationException, wire.subarray(0, n)))).toMatch(TYPED);
  });
});

describe('errors', () => {
  it('have their codes and say what is wrong', () => {
    expect(missingField('S', 'f')).toMatchObject({ code: 'PILOTA_THRIFT_FIELD_REQUIRED', message: 'required field S.f is not set', originalName: 'thrift.ProtocolException' });
    expect(unionError('U', 2)).toMatchObject({ code: 'PILOTA_THRIFT_UNION_INVALID', message: 'union U: got 2 fields set, wanted exactly one' });
    expect(unionUnknown('U')).toMatchObject({ code: 'PILOTA_THRIFT_UNION_INVALID' });
    expect(tooDeep('S')).toMatchObject({ code: 'PILOTA_THRIFT_DEPTH_EXCEEDED' });
    expect(missingResult('S.m')).toMatchObject({ typeId: 5, message: 'S.m: the reply has no result' });
  });

  it('of the IDL have a readable message', () => {
    class X extends ThriftException {}
    expect(new X('X', 'm')).toMatchObject({ name: 'X', message: 'm' });
    expect(exceptionText('X', { a: 1, b: 'two', c: 3n, d: true, e: new Map(), f: undefined })).toBe('X: a=1, b="two", c=3, d=true');
    expect(exceptionText('X', {})).toBe('X');
    expect(exceptionText('X', { long: 'x'.repeat(1000) }).length).toBeLessThan(250);
  });
});
