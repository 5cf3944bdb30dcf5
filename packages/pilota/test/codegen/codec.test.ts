// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ThriftException, unknownFields } from '@cloudwego/pilota/codegen/v1';
import { All, Bad, HasUnion, Inner, Keys, Modes, Needs, S, Tree, U, Worse } from '../golden/golden.js';
import type { AllInput, KeysInput, Tree as TreeValue } from '../golden/golden.js';
import { back, bytes, codeOf, hex, TYPED } from '../support.js';

/*
 * Generated code on this run time: golden/golden.ts is what the generator makes of golden/golden.thrift (which pilota-build's tests check). All bytes that are
 * read are overwritten with 0xDD before a value is looked at.
 */

// Captured from Kitex v0.16.3: every type in one struct.
const VECTOR = hex(`
02 00 01 01 03 00 02 ff 06 00 03 ff fe 08 00 04 00 00 01 02 0a 00 05 00 20 00 00 00 00 00 01
04 00 06 3f f8 00 00 00 00 00 00 0b 00 07 00 00 00 02 c3 a9 0b 00 08 00 00 00 02 00 ff
0f 00 09 08 00 00 00 02 00 00 00 01 00 00 00 02 0e 00 0a 0b 00 00 00 01 00 00 00 01 61
0d 00 0b 0b 0a 00 00 00 01 00 00 00 01 6b 00 00 00 00 00 00 00 09 08 00 0c 00 00 00 03
0c ff ff 02 00 01 00 00 00`);
const VALUE: AllInput = { a: true, b: -1, c: -2, d: 258, e: 2n ** 53n + 1n, f: 1.5, g: 'é', h: Uint8Array.of(0, 255), i: [1, 2], j: new Set(['a']), k: new Map([['k', 9n]]), l: 3, m: { b: false } };

describe('every type in one struct', () => {
  it('has the bytes of Kitex, both ways', () => {
    expect(VECTOR).toHaveLength(127);
    expect(bytes(All, VALUE)).toEqual(VECTOR);
    expect(back(All, VECTOR)).toEqual(VALUE);
  });

  it('cut short anywhere is a typed error', () => {
    for (let n = 0; n < VECTOR.length; n++) expect(codeOf(() => back(All, VECTOR.subarray(0, n))), `${n} bytes`).toMatch(TYPED);
  });

  it('with a byte changed is a value that can be sent again, or a typed error', () => {
    for (let i = 0; i < VECTOR.length; i++) {
      for (let bit = 0; bit < 8; bit++) {
        const b = Buffer.from(VECTOR);
        b[i]! ^= 1 << bit;
        let v: ReturnType<typeof All.decode>;
        try {
          v = back(All, b);
        } catch (e) {
          expect((e as { code?: string }).code, `byte ${i}, bit ${bit}: ${(e as Error).message}`).toMatch(TYPED);
          continue;
        }
        // NaN and keys that became alike apart, it arrives as it is.
        expect(back(All, bytes(All, v)), `byte ${i}, bit ${bit}`).toEqual(v);
      }
    }
  });

  it('of any values arrives as it was sent', () => {
    const i64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    const text = fc.string({ unit: 'grapheme', maxLength: 50 });
    const value = fc.record({
      a: fc.boolean(),
      b: fc.integer({ min: -128, max: 127 }),
      c: fc.integer({ min: -32768, max: 32767 }),
      d: fc.integer(),
      e: i64,
      f: fc.double(),
      g: text,
      h: fc.uint8Array({ maxLength: 5000 }).map((b) => Uint8Array.from(b)),
      i: fc.array(fc.integer()),
      j: fc.array(text).map((a) => new Set(a)),
      k: fc.array(fc.tuple(text, i64)).map((a) => new Map(a)),
      l: fc.integer() as fc.Arbitrary<3 | 7>,
      m: fc.record({ b: fc.boolean() }),
    });
    fc.assert(fc.property(value, (v) => {
      expect(back(All, bytes(All, v))).toEqual(v);
    }), { numRuns: 300 });
  });
});

describe('what is sent', () => {
  it('may leave out what has a default, and be any iterable, a Map or an object', () => {
    const zero = back(All, bytes(All, {}));
    expect(zero).toEqual({ a: false, b: 0, c: 0, d: 0, e: 0n, f: 0, g: '', h: new Uint8Array(0), i: [], j: new Set(), k: new Map(), l: 0, m: { b: false } });
    expect(back(All, hex('00'))).toEqual(zero);
    const loose: AllInput = { ...VALUE, e: 7, i: new Set([1, 2]), j: (function* () { yield 'a'; })(), k: { k: 9 } };
    expect(back(All, bytes(All, loose))).toEqual({ ...VALUE, e: 7n });
    expect(back(All, bytes(All, { k: new Map([['x', 1]]).entries() as never }))).toMatchObject({ k: new Map([['x', 1n]]) });
  });

  it('lacks nothing that is required', () => {
    expect(() => bytes(Needs, {} as never)).toThrow('required field Needs.id is not set');
    expect(() => bytes(Needs, { id: 'x' } as never)).toThrow('required field Needs.inner is not set');
    expect(() => back(Needs, hex('0b0001 00000000 00'))).toThrow('required field Needs.inner is not set');
    expect(codeOf(() => back(Needs, hex('080001 00000005 0c0002 00 00')))).toBe('PILOTA_THRIFT_FIELD_REQUIRED');
  });

  it('does not carry an optional value that equals its default, and the default is there all the same', () => {
    const needs = { id: '', inner: {} };
    expect(bytes(Needs, { ...needs, n: 5 })).toEqual(bytes(Needs, needs));
    expect(bytes(Needs, { ...needs, n: 6 })).not.toEqual(bytes(Needs, needs));
    expect(back(Needs, bytes(Needs, needs))).toEqual({ id: '', inner: { b: false }, n: 5 });
  });
});

describe('i64', () => {
  it('is a bigint, a number or text, each place as it says', () => {
    const v = { big: 2n ** 62n, number: 9007199254740991, text: '-9223372036854775808', list: [1n], map: new Map([[1, 2]]), ids: [3], texts: ['4'] };
    expect(back(Modes, bytes(Modes, v))).toEqual(v);
    expect(back(Modes, bytes(Modes, { big: 1, number: 2n, text: 3 }))).toEqual({ big: 1n, number: 2, text: '3', list: undefined, map: undefined, ids: undefined, texts: undefined });
    expect(back(Modes, hex('00'))).toEqual({ big: 0n, number: 0, text: '0', list: undefined, map: undefined, ids: undefined, texts: undefined });
    expect(codeOf(() => back(Modes, hex('0a0002 0020000000000000 00')))).toBe('PILOTA_THRIFT_VALUE_RANGE');
    expect(back(Modes, hex('0a0003 8000000000000000 00')).text).toBe('-9223372036854775808');
  });
});

describe('bytes', () => {
  it('belong to the value: small and large ones outlive the buffer they came in', () => {
    for (const size of [0, 1, 31, 32, 4096, 4097, 100_000]) {
      const h = Uint8Array.from({ length: size }, (_, i) => i);
      const one = back(All, bytes(All, { h }));
      const two = back(All, bytes(All, { h: h.map((x) => x ^ 0xff) }));
      expect(one.h).toEqual(h);
      expect(two.h).toEqual(h.map((x) => x ^ 0xff));
      // Two values never share bytes.
      one.h.fill(0);
      expect(two.h).toEqual(h.map((x) => x ^ 0xff));
    }
  });
});

describe('keys of any type', () => {
  it('are a Map', () => {
    const v: KeysInput = {
      byStruct: new Map([[{ b: true }, [Uint8Array.of(1), new Uint8Array(0)]], [{ b: false }, []]]),
      byDouble: new Map([[0.5, 'half'], [-Infinity, 'least']]),
      byBytes: new Map([[Uint8Array.of(1, 2), 3]]),
      lists: [[1, 2], [], [3]],
      enums: new Map([[3, new Set<3 | 7>([3, 7])]]),
    };
    const got = back(Keys, bytes(Keys, v));
    expect([...got.byStruct]).toEqual([...(v.byStruct as Map<unknown, unknown>)]);
    expect(got.byDouble).toEqual(v.byDouble);
    expect([...got.byBytes]).toEqual([[Uint8Array.of(1, 2), 3]]);
    expect([...got.lists]).toEqual([[1, 2], [], [3]]);
    expect(got.enums).toEqual(v.enums);
  });
});

describe('counts and depth', () => {
  it('are never believed', () => {
    for (const body of ['0f0009 08 7fffffff', '0f0009 08 ffffffff', '0e000a 0b 40000000', '0d000b 0b0a 20000000', '0b0007 7fffffff', '0b0008 ffffffff', '0b0008 40000000']) {
      const before = process.memoryUsage().arrayBuffers;
      expect(codeOf(() => back(All, hex(`${body} 00000000 00`))), body).toMatch(TYPED);
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1 << 20);
    }
  });

  it('a tree is at most 64 deep, read and written, and a loop is an error', () => {
    const tree = (n: number): TreeValue => ({ name: 'x', children: n === 1 ? undefined : [tree(n - 1)], named: undefined });
    expect(back(Tree, bytes(Tree, tree(64)))).toEqual(tree(64));
    expect(codeOf(() => bytes(Tree, tree(65)))).toBe('PILOTA_THRIFT_DEPTH_EXCEEDED');
    const deep = Buffer.concat([hex('0f0002 0c 00000001'.repeat(64)), Buffer.alloc(65)]);
    expect(codeOf(() => back(Tree, deep))).toBe('PILOTA_THRIFT_DEPTH_EXCEEDED');
    const loop: { name: string; named?: Record<string, object> } = { name: 'x' };
    loop.named = { me: loop };
    expect(codeOf(() => bytes(Tree, loop as never))).toBe('PILOTA_THRIFT_DEPTH_EXCEEDED');
  });
});

describe('unknown fields', () => {
  const known = '020001 01';
  const unknown = '080009 00000005 0b0063 00000002 6869 0d000a 0b0c 00000001 00000001 6b 080001 00000007 00 03fffe ff';

  it('are sent on byte for byte, behind the known ones', () => {
    const b = hex(`080009 00000005 ${known} ${unknown.slice(16)} 00`);
    const v = back(Inner, b);
    expect(v.b).toBe(true);
    expect(v[unknownFields]).toHaveLength(4);
    expect(bytes(Inner, v)).toEqual(hex(`${known} ${unknown} 00`));
    expect(bytes(Inner, { ...v, b: false })).toEqual(hex(`020001 00 ${unknown} 00`));
    expect(back(Inner, hex(`${known} 00`))[unknownFields]).toBeUndefined();
  });

  it('are not those of a known field that came with another type: it is passed over', () => {
    const v = back(Inner, hex('080001 00000005 00'));
    expect(v).toEqual({ b: false });
    expect(bytes(Inner, v)).toEqual(hex('020001 00 00'));
  });

  it('are kept in structs inside, and in exceptions', () => {
    const v = back(All, hex(`0cffff ${known} ${unknown} 00 00`));
    expect(back(All, bytes(All, v)).m[unknownFields]).toHaveLength(4);
    const e = back(Bad, hex(`0b0001 00000001 78 ${unknown} 00`));
    expect(e[unknownFields]).toHaveLength(4);
    expect(bytes(Bad, e).toString('hex')).toContain(hex(unknown).toString('hex'));
  });
});

describe('unions', () => {
  it('hold exactly one field, both ways', () => {
    for (const v of [{ text: '' }, { number: 5n }, { many: [{ text: 'a' }, { many: [] }] }, { inner: { b: true } }, { numbers: [1, 2] }] as const) expect(back(U, bytes(U, v))).toEqual(v);
    expect(() => bytes(U, {} as never)).toThrow('union U: got 0 fields set, wanted exactly one');
    expect(() => bytes(U, { text: '', number: 1 } as never)).toThrow('union U: got 2 fields set');
    expect(codeOf(() => back(U, hex('00')))).toBe('PILOTA_THRIFT_UNION_INVALID');
    // Of two the last one wins, as Go reads.
    expect(back(U, hex('0b0001 00000001 61 0a0002 0000000000000005 00'))).toEqual({ number: 5n });
  });

  it('of a newer IDL are absent where that is allowed', () => {
    const newer = '080009 00000001 00';
    const must = '0c0003 0b0001 00000000 00';
    expect(back(HasUnion, hex(`0c0001 ${newer} 0c0002 ${newer} ${must} 00`))).toEqual({ maybe: undefined, always: undefined, must: { text: '' } });
    expect(codeOf(() => back(HasUnion, hex(`0c0003 ${newer} 00`)))).toBe('PILOTA_THRIFT_UNION_INVALID');
    expect(codeOf(() => back(HasUnion, hex('00')))).toBe('PILOTA_THRIFT_FIELD_REQUIRED');
  });
});

describe('exceptions', () => {
  it('are errors that can be thrown, told apart and sent', () => {
    const e = new Bad({ message: 'no', id: 5 });
    expect(e).toBeInstanceOf(Error);
    expect(e).toBeInstanceOf(ThriftException);
    expect(e).toMatchObject({ name: 'Bad', message: 'no', id: 5n, blob: undefined });
    expect(String(e)).toBe('Bad: no');
    expect(e.stack).toContain('codec.test');
    expect(back(Bad, bytes(Bad, e))).toMatchObject({ message: 'no', id: 5n });
    const w = back(Worse, bytes(Worse, { code: 7, name_: 'n' }));
    expect(w).toMatchObject({ name: 'Worse', code: 7, name_: 'n', message: 'Worse: code=7, name_="n"' });
  });
});

describe('methods', () => {
  const [nothing, text, note] = S.methods;
  const args = (m: { args: { encode(w: never, v: unknown): void } }, v: unknown): Buffer => bytes(m.args as never, v as never);
  const result = (m: { result: { decode(r: never): unknown } }, s: string): unknown => back(m.result as never, hex(s));

  it('know what they are', () => {
    expect(S).toMatchObject({ codegen: 1, name: 'S', package: 'golden', payload: 'thrift' });
    expect(S.methods.map((m) => [m.name, m.kind, m.arity])).toEqual([['nothing', 'unary', 0], ['text', 'unary', 2], ['note', 'oneway', 1]]);
  });

  it('without a result take both ways in which it is written', () => {
    expect(args(nothing!, [])).toEqual(hex('00'));
    expect(bytes(nothing!.result as never, undefined as never)).toEqual(hex('00'));
    expect(result(nothing!, '00')).toBeUndefined();
    expect(result(nothing!, '01 0000 00 00')).toBeUndefined();
  });

  it('carry arguments by their ids, results in field 0, declared exceptions in theirs', () => {
    expect(args(text!, ['x', 5])).toEqual(hex('0b0001 00000001 78 080002 00000005 00'));
    expect(back(text!.args as never, hex('080002 00000005 0b0001 00000001 78 00'))).toEqual(['x', 5]);
    expect(bytes(text!.result as never, 'ok' as never)).toEqual(hex('0b0000 00000002 6f6b 00'));
    expect(result(text!, '0b0000 00000002 6f6b 00')).toBe('ok');
    const caught = (s: string): unknown => {
      try {
        return result(text!, s);
      } catch (e) {
        return e;
      }
    };
    expect(caught('0c0001 0b0001 00000001 78 00 00')).toBeInstanceOf(Bad);
    expect(caught('0c0002 080001 00000007 00 00')).toBeInstanceOf(Worse);
    expect(caught('00')).toMatchObject({ code: 'PILOTA_THRIFT_APPLICATION', typeId: 5 });
    expect(text!.isDeclared(new Bad({ message: 'x' }))).toBe(true);
    expect(text!.isDeclared(new Error('x'))).toBe(false);
    expect(bytes({ encode: (w, v) => { expect(text!.encodeError(w, v)).toBe(true); } }, new Worse({ code: 7 })).toString('hex')).toContain('0c0002');
    expect(bytes({ encode: (w, v) => { expect(text!.encodeError(w, v)).toBe(false); } }, new Error('x'))).toHaveLength(0);
  });

  it('of one argument take it bare', () => {
    expect(args(note!, { b: true })).toEqual(hex('0c0001 020001 01 00 00'));
    expect(back(note!.args as never, hex('0c0001 020001 01 00 00'))).toEqual({ b: true });
  });
});
