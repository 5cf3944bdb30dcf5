// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { afterAll, describe, expect, it } from 'vitest';
import { ByteReader, ByteWriter } from '@cloudwego/gopkg/io';
import { generateThrift, IdlError } from '@cloudwego/pilota-build';
import type { GenerateOptions } from '@cloudwego/pilota-build';
import { cleanUp, load, program, texts, typeCheck, write } from './load.js';

/* What design.md section 5 says of values and method names, point by point. */

afterAll(() => {
  cleanUp();
});

interface Codec {
  encode(w: ByteWriter, v: unknown): void;
  decode(r: ByteReader): unknown;
}

function through(c: Codec, v: unknown): unknown {
  const w = new ByteWriter();
  c.encode(w, v);
  return c.decode(ByteReader.from(w.toBytes()));
}

const RESERVED = ['close', 'destroy', 'then', 'catch', 'finally', 'constructor', 'toString', 'toJSON', 'valueOf'];

function refused(idl: string, message: string): void {
  expect(() => texts(idl)).toThrow(IdlError);
  expect(() => texts(idl)).toThrow(message);
}

describe('method names', () => {
  it('that clients and promises have already get an underscore, however they are written, and keep their wire name', async () => {
    for (const upper of [false, true]) {
      const names = RESERVED.map((n) => (upper ? n.charAt(0).toUpperCase() + n.slice(1) : n));
      const { S } = await load(`namespace js r\nservice S { ${names.map((n) => `void ${n}()`).join(' ')} void other() }`, 'r/index.ts');
      expect(S.methods.map((m: { name: string }) => m.name)).toEqual([...names, 'other']);
      expect(S.methods.map((m: { key: string }) => m.key)).toEqual([...RESERVED.map((n) => `${n}_`), 'other']);
    }
  });

  it('that would meet are refused, each at its place', () => {
    refused('service S { void Echo() void echo() }', 'methods "Echo" and "echo" both become "echo" in TypeScript');
    refused('service S { void close() void close_() }', 'test.thrift:1:31: error: methods "close" and "close_" of the service "S" both become "close_" in TypeScript');
    refused('service T { void Close_() } service S extends T { void close() }', 'methods "Close_" and "close" of the service "S" both become "close_"');
    refused('service T { void echo() } service S extends T { void Echo() }', 'both become "echo"');
  });

  it('lead from service to service through any number of files', async () => {
    const files = {
      'a.thrift': 'include "b.thrift"\nnamespace js ext.a\nservice A extends b.B { void a() }',
      'b.thrift': 'include "sub/c.thrift"\nnamespace js ext.b\nservice B extends c.C { void b() }',
      'sub/c.thrift': 'namespace js ext.c\nstruct R { 1: i32 n }\nservice C { R c(1: R r) }',
    };
    const { A } = await load(files, 'ext/a/index.ts');
    expect(A.methods.map((m: { key: string }) => m.key)).toEqual(['c', 'b', 'a']);
    expect(through(A.methods[0].args, { n: 5 })).toEqual({ n: 5 });
  });

  it('that are redefined are the new ones, in types too', async () => {
    const files = {
      'a.thrift': 'include "b.thrift"\nnamespace js re.a\nservice A extends b.B { string f(1: i32 x, 2: b.R r) }',
      'b.thrift': 'namespace js re.b\nstruct R { 1: i32 n }\nservice B { i32 f(1: i32 a) R g(1: R r) }',
    };
    const { A } = await load(files, 're/a/index.ts');
    expect(A.methods.map((m: { key: string; arity: number }) => [m.key, m.arity])).toEqual([['f', 2], ['g', 1]]);
    const generated = generateThrift(program(files));
    const use = "import type { AClient } from './re/a/index.js';\nexport const f = (c: AClient): Promise<string> => c.f(1, { n: 2 });\nexport const g = async (c: AClient): Promise<number> => (await c.g({})).n;\n";
    expect(typeCheck(write([...generated, { path: 'use.ts', text: use }]), ['use.ts']).errors).toEqual([]);
  }, 60_000);

  it('of streams say how they stream, and carry bare messages', async () => {
    const modes = ['unary', 'client', 'server', 'bidirectional'];
    const { S } = await load(`namespace js st\nstruct M { 1: i32 n }\nservice S { ${modes.map((m) => `M ${m}(1: M m) (streaming.mode = "${m}")`).join(' ')} }`, 'st/index.ts');
    expect(S.methods.map((m: { kind: string }) => m.kind)).toEqual(['unary', 'client', 'server', 'bidi']);
    for (const m of S.methods) {
      expect(m.annotations).toEqual({ 'streaming.mode': m.name });
      for (const codec of [m.request, m.response]) {
        const w = new ByteWriter();
        codec.encode(w, { n: 7 });
        expect(Buffer.from(w.toBytes()).toString('hex')).toBe('0800010000000700');
        expect(through(codec, { n: 7 })).toEqual({ n: 7 });
      }
    }
  });
});

describe('fields that Error has already', () => {
  it('get an underscore; message is the message if it is a string', async () => {
    const { X, Y, DEFAULT } = await load(
      `namespace js err
exception X { 1: string name, 2: i32 stack, 3: string cause, 4: i64 constructor, 5: string message, 6: i32 code }
exception Y { 1: i32 message, 2: optional string why }
const Y DEFAULT = {"message": 3}`,
      'err/index.ts',
    );
    const x = new X({ name_: 'n', stack_: 1, cause_: 'c', constructor_: 4, message: 'm', code: 6 });
    const got = through(X, x);
    expect(got).toBeInstanceOf(Error);
    expect(got).toMatchObject({ name: 'X', name_: 'n', stack_: 1, cause_: 'c', constructor_: 4n, message: 'm', code: 6 });
    const y = through(Y, { message_: 5 });
    expect(y).toMatchObject({ name: 'Y', message_: 5, why: undefined, message: 'Y: message_=5' });
    expect(DEFAULT).toBeInstanceOf(Y);
    expect(DEFAULT).toMatchObject({ message_: 3 });
  });

  it('that would then meet another are refused', () => {
    refused('exception X { 1: string name, 2: string name_ }', 'test.thrift:1:38: error: fields "name" and "name_" of "X" both become "name_" in TypeScript [THRIFT_FIELD_CLASH]'.replace(':38:', ':41:'));
    refused('exception X { 1: i32 message, 2: string message_ }', 'fields "message" and "message_" of "X" both become "message_"');
    refused('struct S { 1: i32 __proto__, 2: i32 __proto___ }', 'both become "__proto___"');
  });
});

describe('i64', () => {
  const idl = `
namespace js modes
typedef i64 Plain
typedef i64 Num (ts.i64 = "number")
typedef list<i64> Nums (ts.i64 = "number")
typedef Nums Again
union U { 1: i64 n (ts.i64 = "number"), 2: map<i64, set<i64>> m (ts.i64 = "string") }
struct S {
  1: i64 a, 2: Plain b, 3: Num c, 4: list<i64> d (ts.i64 = "string"), 5: map<string, list<i64 (ts.i64 = "number")>> e, 6: Nums f, 7: Again g,
  8: Nums h (ts.i64 = "string"), 9: list<Num> i, 10: list<Plain> j (ts.i64 = "number"), 11: set<i64> k = [1, 2] (ts.i64 = "number"), 12: U u
}
exception X { 1: list<i64> ids (ts.i64 = "number"), 2: i64 id (ts.i64 = "string") }
const Nums C = [1]
const i64 D = 5 (ts.i64 = "number")
const list<i64> E = [6]
service V { list<i64> get(1: list<i64> ids (ts.i64 = "number")) throws (1: X x) }`;

  it('looks as the nearest annotation says, inside containers too, else as the option says', async () => {
    const m = await load(idl, 'modes/index.ts');
    const v = { a: 1n, b: 2n, c: 3, d: ['4'], e: new Map([['x', [5]]]), f: [6], g: [7], h: ['8'], i: [9], j: [10], k: new Set([11]), u: { m: new Map([['12', new Set(['13'])]]) } };
    expect(through(m.S, v)).toEqual(v);
    expect((through(m.S, {}) as { k: unknown }).k).toEqual(new Set([1, 2]));
    expect(through(m.U, { n: 5n })).toEqual({ n: 5 });
    expect(through(m.X, { ids: [1], id: '2' })).toMatchObject({ ids: [1], id: '2' });
    expect([m.C, m.D, m.E]).toEqual([[1], 5, [6n]]);
    expect(through(m.V.methods[0].args, [1])).toEqual([1]);
  });

  it.each<GenerateOptions>([{}, { i64: 'number' }, { i64: 'string' }, { i64: 'string', keepUnknownFields: true }])('type-checks with %j', (o) => {
    const files = generateThrift(program(idl), o);
    expect(typeCheck(write(files), files.map((f) => f.path)).errors).toEqual([]);
  }, 60_000);

  it('is not guessed: an annotation that nobody understands is an error', () => {
    refused('struct A { 1: i64 x (ts.i64 = "nmber") }', 'test.thrift:1:22: error: ts.i64 is unknown, got "nmber", wanted bigint, number or string [THRIFT_I64_MODE]');
    for (const at of ['typedef i64 T (ts.i64 = "x")', 'typedef map<i64, list<i64 (ts.i64 = "x")>> T', 'service S { void f(1: i64 a (ts.i64 = "x")) }', 'service S { i64 (ts.i64 = "x") f() }', 'const i64 C = 1 (ts.i64 = "x")']) refused(at, 'THRIFT_I64_MODE');
  });
});

describe('enums', () => {
  it('are objects, and numbers that nobody knows stay what they are', async () => {
    const { E, S, A } = await load('namespace js en\nenum E { A = 1, B = -5, C, default }\nstruct S { 1: E e, 2: map<E, E> m, 3: optional E o = E.B }\nconst i32 A = E.C', 'en/index.ts');
    expect(E).toEqual({ A: 1, B: -5, C: -4, default: -3 });
    expect(through(S, { e: 99, m: new Map([[1, 77]]) })).toEqual({ e: 99, m: new Map([[1, 77]]), o: -5 });
    expect(A).toBe(-4);
  });
});

describe('names from elsewhere', () => {
  it('come by an alias of their own where two files have one name', async () => {
    const files = {
      'a.thrift': 'include "x/b.thrift"\nnamespace js al.a\nstruct A { 1: b.B b = {"n": 2}, 2: map<b.B, b.E> m }\nconst b.E C = b.E.Y\nconst i32 D = b.N',
      'x/b.thrift': 'include "../y/b.thrift"\nnamespace js al.x\nstruct B { 1: i32 n, 2: b.B other }\nenum E { X = 1, Y = 2 }\nconst i32 N = b.M',
      'y/b.thrift': 'namespace js al.y\nstruct B { 1: string s = "deep" }\nconst i32 M = 42',
    };
    const { A, C, D } = await load(files, 'al/a/index.ts');
    expect(through(A, {})).toEqual({ b: { n: 2, other: { s: 'deep' } }, m: new Map() });
    expect([C, D]).toEqual([2, 42]);
    const generated = generateThrift(program(files));
    expect(typeCheck(write(generated), generated.map((f) => f.path)).errors).toEqual([]);
  }, 60_000);

  it('may be typedefs of typedefs of anything', async () => {
    const { S, C } = await load(
      'namespace js td\ntypedef i32 A\ntypedef A B\ntypedef list<B> L\ntypedef map<L, S> M\ntypedef M N\nstruct S { 1: B b = 3, 2: L l = [1, 2], 3: optional N n }\ntypedef S T\nconst T C = {"b": 9}\nconst L D = [4]',
      'td/index.ts',
    );
    expect(C).toEqual({ b: 9, l: [1, 2], n: undefined });
    expect(through(S, { n: new Map([[[1], { b: 1, l: [] }]]) })).toEqual({ b: 3, l: [1, 2], n: new Map([[[1], { b: 1, l: [], n: undefined }]]) });
  });
});

describe('hard names', () => {
  const idl = `
namespace js hard
struct class { 1: i32 default, 2: optional string constructor, 3: i32 __proto__, 4: i32 a, 5: i32 r, 6: i32 w, 7: i32 v, 8: i32 t, 9: list<i32> n1, 10: list<i32> undefined, 11: i32 depth, 12: optional class next }
union function { 1: i32 default, 2: class new, 3: string hasOwnProperty }
exception Error { 1: string message, 2: i32 name }
struct Map { 1: map<string, Map> Map }
struct Uint8Array { 1: binary b }
enum await { yes = 1, constructor = 2 }
service Promise { Map await(1: class arguments, 2: await yield, 3: i32 ctx, 4: i32 options, 5: i32 w, 6: i32 r) throws (1: Error e), function static(1: function function), oneway void import(1: string eval) }
const class C = {"default": 5, "constructor": "x"}
const map<await, function> F = {await.yes: {"new": {"a": 1}}}`;

  it.each<GenerateOptions>([{}, { keepUnknownFields: true, i64: 'number' }])('type-check under the strictest options with %j', (o) => {
    const files = generateThrift(program(idl), o);
    expect(typeCheck(write(files), files.map((f) => f.path)).errors).toEqual([]);
  }, 60_000);

  it('carry their values', async () => {
    const m = await load(idl, 'hard/index.ts');
    const v = { default: 1, constructor_: 'c', __proto___: 3, a: 4, r: 5, w: 6, v: 7, t: 8, n1: [9], undefined: [10], depth: 11 };
    expect(through(m.class_, v)).toEqual({ ...v, next: undefined });
    expect(through(m.function_, { hasOwnProperty_: 'x' })).toEqual({ hasOwnProperty_: 'x' });
    expect(through(m.function_, { default: 3 })).toEqual({ default: 3 });
    expect(through(m.class_, {})).toMatchObject({ constructor_: undefined, __proto___: 0 });
    expect(m.C).toMatchObject({ default: 5, constructor_: 'x' });
    expect(m.Promise.methods.map((x: { name: string; key: string }) => [x.name, x.key])).toEqual([['await', 'await'], ['static', 'static'], ['import', 'import']]);
  });
});
