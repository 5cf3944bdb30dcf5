// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { allFunctions, describeType, underlyingType } from '../../src/index.js';
import type { Program, ResolvedConstant, ResolvedService, ResolvedStruct, ResolvedValue } from '../../src/index.js';
import { codesOf, errorsOf, loadFiles, loadText } from './support.js';

function structOf(program: Program, name: string): ResolvedStruct {
  const found = program.root.names.get(name);
  if (found?.kind !== 'struct') throw new TypeError(`no struct ${name}`);
  return found;
}

function serviceOf(program: Program, name: string): ResolvedService {
  const found = program.root.names.get(name);
  if (found?.kind !== 'service') throw new TypeError(`no service ${name}`);
  return found;
}

describe('types', () => {
  test('names lead to their declarations, in any order, across files and through prefixes with dots', () => {
    const program = loadFiles({
      'main.thrift': 'include "a.b.thrift"\nstruct S { 1: T t 2: a.b.X x 3: list<a.b.E> e 4: S self 5: map<T, a.b.Alias> m }\ntypedef list<i64> T',
      'a.b.thrift': 'struct X {} enum E { A } typedef X Alias',
    });
    const [t, x, e, self, m] = structOf(program, 'S').fields.map((f) => f.type);
    expect(t).toMatchObject({ kind: 'typedef', decl: { name: 'T', type: { kind: 'list', element: { kind: 'i64' } } } });
    expect(x).toMatchObject({ kind: 'struct', decl: { name: 'X', file: { name: 'a.b' } } });
    expect(e).toMatchObject({ kind: 'list', element: { kind: 'enum', decl: { name: 'E' } } });
    expect(self?.kind === 'struct' && self.decl === structOf(program, 'S')).toBe(true);
    if (m?.kind !== 'map') return expect.unreachable();
    expect(underlyingType(m.value)).toMatchObject({ kind: 'struct', decl: { name: 'X' } });
    expect(describeType(m)).toBe('map<T, Alias>');
  });

  test('ids and enum numbers that were left out are filled in', () => {
    const program = loadText('struct S { i32 a 5: i32 b i32 c } enum E { A, B = 0x10, C, D = -2, F }');
    expect(structOf(program, 'S').fields.map((f) => f.id)).toEqual([1, 5, 6]);
    const e = program.root.names.get('E');
    expect(e?.kind === 'enum' && e.values.map((v) => v.value)).toEqual([0, 16, 17, -2, -1]);
  });

  test('fields of unions and exceptions of functions are optional, and arguments are not', () => {
    const program = loadText('exception X {} union U { 1: required i32 a 2: i32 b } service S { void f(1: optional i32 a, 2: required i32 b) throws (1: required X x) }');
    expect(structOf(program, 'U').fields.map((f) => f.requiredness)).toEqual(['optional', 'optional']);
    const [f] = serviceOf(program, 'S').functions;
    expect(f?.args.map((a) => a.requiredness)).toEqual(['default', 'required']);
    expect(f?.throws.map((a) => a.requiredness)).toEqual(['optional']);
    expect(program.warnings.map((w) => w.code)).toEqual(['THRIFT_UNION_REQUIRED', 'THRIFT_ARGUMENT_OPTIONAL', 'THRIFT_THROWS_REQUIRED']);
  });

  test('if several includes have one prefix, the first that declares the name is meant', () => {
    const program = loadFiles({
      'main.thrift': 'include "x/a.thrift"\ninclude "y/a.thrift"\nstruct S { 1: a.Both b 2: a.Y y }',
      'x/a.thrift': 'struct Both {}',
      'y/a.thrift': 'struct Both {} struct Y {}',
    });
    const files = structOf(program, 'S').fields.map((f) => f.type.kind === 'struct' && f.type.decl.file.path.replaceAll('\\', '/'));
    expect(files).toEqual(['x/a.thrift', 'y/a.thrift']);
  });
});

describe('values', () => {
  const DECLS = `
    enum Color { RED, GREEN = 5 }
    typedef Color Paint
    struct P { 1: i32 x 2: optional string label 3: list<P> more }
    union U { 1: i32 a 2: string b }
    const i32 N = 7
    const i64 BIG = 300
    const string TEXT = "text"
    const set<i32> SET = [1, 2]
    const Color C = Color.GREEN
  `;
  const valueOf = (type: string, text: string): ResolvedValue => {
    const found = loadText(`${DECLS}\nconst ${type} V = ${text}`).root.names.get('V');
    return (found as ResolvedConstant).value;
  };

  test.each<[type: string, text: string, wanted: unknown]>([
    ['bool', 'true', { kind: 'bool', value: true }],
    ['bool', '1', { kind: 'bool', value: true }],
    ['bool', '-1', { kind: 'bool', value: false }],
    ['i8', '-128', { kind: 'i8', value: -128n }],
    ['i16', '0x7fff', { kind: 'i16', value: 32767n }],
    ['i32', 'true', { kind: 'i32', value: 1n }],
    ['i64', 'N', { kind: 'i64', value: 7n, constant: { name: 'N' } }],
    ['i32', 'Color.GREEN', { kind: 'i32', value: 5n, constant: undefined }],
    ['i32', 'C', { kind: 'i32', value: 5n, constant: { name: 'C' } }],
    ['double', '2', { kind: 'double', value: 2 }],
    ['double', '-1.5e3', { kind: 'double', value: -1500 }],
    ['double', 'N', { kind: 'double', value: 7 }],
    ['string', '"a\\n\\x41\\u00e9\\101\\\\"', { kind: 'string', value: 'a\nAéA\\' }],
    ['string', 'TEXT', { kind: 'string', value: 'text' }],
    ['binary', '"\\xff\\x00"', { kind: 'binary', bytes: Uint8Array.of(255, 0) }],
    ['binary', 'TEXT', { kind: 'binary', bytes: Uint8Array.of(116, 101, 120, 116) }],
    ['Color', 'Color.RED', { kind: 'enum', value: 0, member: { name: 'RED' } }],
    ['Color', 'Paint.RED', { kind: 'enum', value: 0, member: { name: 'RED' } }],
    ['Paint', 'Color.RED', { kind: 'enum', value: 0 }],
    ['Color', '5', { kind: 'enum', value: 5, member: { name: 'GREEN' } }],
    ['Color', '9', { kind: 'enum', value: 9, member: undefined }],
    ['list<i32>', '[1, N; 3]', { kind: 'list', items: [{ value: 1n }, { value: 7n }, { value: 3n }] }],
    ['list<i32>', '{}', { kind: 'list', items: [] }],
    ['list<i32>', 'SET', { kind: 'list', items: [{ value: 1n }, { value: 2n }] }],
    ['map<string, list<Color>>', '{"a": [Color.RED], "b": []}', { kind: 'map', entries: [{ key: { value: 'a' }, value: { items: [{ value: 0 }] } }, { key: { value: 'b' } }] }],
    ['map<i32, i32>', '[]', { kind: 'map', entries: [] }],
    ['map<P, i32>', '{{"x": 1}: 2}', { kind: 'map', entries: [{ key: { kind: 'struct' } }] }],
    ['P', '{"x": 1, "more": [{"label": "b"}]}', { kind: 'struct', fields: [{ field: { name: 'x' }, value: { value: 1n } }, { field: { name: 'more' }, value: { items: [{ fields: [{ value: { value: 'b' } }] }] } }] }],
    ['U', '{"b": TEXT}', { kind: 'struct', fields: [{ field: { id: 2 } }] }],
  ])('%s = %s', (type, text, wanted) => {
    expect(valueOf(type, text)).toMatchObject(wanted as object);
  });

  test('constants of other files, and one used before it is declared', () => {
    const program = loadFiles({
      'main.thrift': 'include "a.b.thrift"\nconst list<i32> V = [LATER, a.b.N, a.b.E.X]\nconst i32 LATER = a.b.N\nstruct S { 1: a.b.E e = a.b.E.X }',
      'a.b.thrift': 'const i32 N = 3 enum E { X = 4 }',
    });
    const v = program.root.names.get('V') as ResolvedConstant;
    expect(v.value).toMatchObject({ items: [{ value: 3n, constant: { name: 'LATER' } }, { value: 3n, constant: { name: 'N', file: { name: 'a.b' } } }, { value: 4n }] });
    expect(structOf(program, 'S').fields[0]?.defaultValue).toMatchObject({ kind: 'enum', member: { name: 'X' } });
  });

  test('arguments may have defaults', () => {
    const service = serviceOf(loadText('service S { void f(1: i32 a = 5) }'), 'S');
    expect(service.functions[0]?.args[0]?.defaultValue).toMatchObject({ kind: 'i32', value: 5n });
  });

  test.each<[text: string, code: string, message: string]>([
    ['const double V = 9007199254740993', 'THRIFT_CONST_INEXACT', 'constant "V" cannot be held exactly by a double, 9007199254740993 becomes 9007199254740992'],
    ['const i32 V = 010', 'THRIFT_NUMBER_OCTAL', 'number with a leading zero is octal, "010" means 8, write 0o10 to say so'],
    ['const string V = "\\xff"', 'THRIFT_LITERAL_UTF8', 'constant "V" is not UTF-8, wanted type binary for such bytes'],
    ['const string V = "\\q"', 'THRIFT_ESCAPE_UNKNOWN', 'constant "V" has the unknown escape \\q, kept as it is'],
    ['enum E { A } const E V = 2', 'THRIFT_ENUM_UNKNOWN', 'constant "V" is no value of the enum "E", got 2'],
    ['struct S { 0: i32 a }', 'THRIFT_FIELD_ID_NEGATIVE', 'field id of "a" in struct "S" is not positive, got 0'],
    ['typedef map<list<i32>, i32> M', 'THRIFT_KEY_CONTAINER', 'map key is list<i32>, which Go cannot use as a key'],
  ])('%s is accepted with a warning', (text, code, message) => {
    expect(loadText(text).warnings.map((w) => [w.code, w.message])).toEqual([[code, message]]);
  });

  const MISMATCHES: readonly (readonly [type: string, text: string])[] = [
    ['bool', '"true"'],
    ['bool', 'N'],
    ['i32', '1.5'],
    ['i32', '"1"'],
    ['i32', 'TEXT'],
    ['double', '"1"'],
    ['string', '1'],
    ['string', 'true'],
    ['string', 'N'],
    ['Color', '"RED"'],
    ['Color', 'N'],
    ['string', 'Color.RED'],
    ['list<i32>', '1'],
    ['list<i32>', '{1: 2}'],
    ['list<i64>', 'SET'],
    ['map<i32, i32>', '[1]'],
    ['P', '[1]'],
    ['P', '{1: 2}'],
    ['list<list<i32>>', '[[1], 2]'],
  ];
  test.each(MISMATCHES)('%s = %s is a mismatch', (type, text) => {
    expect(codesOf(`${DECLS}\nconst ${type} V = ${text}`)).toEqual(['THRIFT_CONST_TYPE']);
    expect(codesOf(`${DECLS}\nstruct Z { 1: ${type} v = ${text} }`)).toEqual(['THRIFT_CONST_TYPE']);
  });

  test.each([
    ['i8', '128'],
    ['i8', '-129'],
    ['byte', '255'],
    ['i16', '32768'],
    ['i32', '2147483648'],
    ['i8', 'BIG'],
    ['Color', '2147483648'],
  ])('%s = %s is out of range', (type, text) => {
    expect(codesOf(`${DECLS}\nconst ${type} V = ${text}`)).toEqual(['THRIFT_CONST_RANGE']);
  });
});

const REFUSED: readonly (readonly [what: string, text: string, printed: string])[] = [
  ['an unknown type', 'struct Point {}\nstruct A { 1: Piont p }', 'main.thrift:2:15: error: unknown type "Piont", did you mean "Point" [THRIFT_TYPE_UNKNOWN]\nstruct A { 1: Piont p }\n              ^^^^^'],
  ['a base type of another language', 'typedef list<int> A', 'main.thrift:1:14: error: unknown type "int", did you mean "i32" [THRIFT_TYPE_UNKNOWN]\ntypedef list<int> A\n             ^^^'],
  ['uuid', 'typedef uuid A', 'main.thrift:1:9: error: unknown type "uuid", wanted string or binary, as thriftgo has no uuid [THRIFT_TYPE_UNKNOWN]\ntypedef uuid A\n        ^^^^'],
  ['a prefix without an include', 'struct A { 1: base.Info i }', 'main.thrift:1:15: error: unknown type "base.Info", no file is included as "base" [THRIFT_TYPE_UNKNOWN]\nstruct A { 1: base.Info i }\n              ^^^^^^^^^'],
  ['a service as a type', 'service S {}\ntypedef S T', 'main.thrift:2:9: error: "S" is a service, wanted a type [THRIFT_TYPE_WRONG]\ntypedef S T\n        ^'],
  ['a bare enum value', 'enum Color { RED }\nconst Color C = RED', 'main.thrift:2:17: error: unknown value "RED", did you mean "Color.RED" [THRIFT_VALUE_UNKNOWN]\nconst Color C = RED\n                ^^^'],
  ['a type as a value', 'enum Color { RED }\nconst Color C = Color', 'main.thrift:2:17: error: "Color" is an enum, wanted a value [THRIFT_VALUE_UNKNOWN]\nconst Color C = Color\n                ^^^^^'],
  ['an unknown field in a constant', 'struct P { 1: i32 width }\nconst P C = {"widht": 1}', 'main.thrift:2:14: error: struct "P" has no field "widht", did you mean "width" [THRIFT_FIELD_UNKNOWN]\nconst P C = {"widht": 1}\n             ^^^^^^^'],
  ['a constant that needs itself', 'const i32 A = B\nconst i32 B = A', 'main.thrift:1:11: error: constant "A" needs its own value [THRIFT_CONST_CYCLE]\nconst i32 A = B\n          ^'],
  ['a typedef cycle', 'typedef B A\ntypedef C B\ntypedef A C', 'main.thrift:3:9: error: typedef leads back to itself: A -> B -> C -> A [THRIFT_TYPEDEF_CYCLE]\ntypedef A C\n        ^'],
  ['a typedef cycle through a list', 'typedef list<A> A', 'main.thrift:1:9: error: typedef leads back to itself: A -> A [THRIFT_TYPEDEF_CYCLE]\ntypedef list<A> A\n        ^^^^^^^'],
  ['a name twice', 'struct A {}\n\nenum A {}', 'main.thrift:3:6: error: name "A" is defined twice, first in line 1 [THRIFT_NAME_DUPLICATE]\nenum A {}\n     ^'],
  ['an id twice', 'struct A { 1: i32 a i32 b 2: i32 c }', 'main.thrift:1:27: error: struct "A" has the field id 2 twice, for "b" and "c" [THRIFT_FIELD_ID_DUPLICATE]\nstruct A { 1: i32 a i32 b 2: i32 c }\n                          ^'],
  ['a field name twice', 'exception A { 1: i32 a 2: i32 a }', 'main.thrift:1:31: error: exception "A" has the field "a" twice [THRIFT_FIELD_DUPLICATE]\nexception A { 1: i32 a 2: i32 a }\n                              ^'],
  ['an id beyond i16', 'struct A { 32768: i32 a }', 'main.thrift:1:12: error: field id does not fit i16, got 32768 [THRIFT_FIELD_ID_RANGE]\nstruct A { 32768: i32 a }\n           ^^^^^'],
  ['an enum value beyond i32', 'enum A { X = 2147483647, Y }', 'main.thrift:1:26: error: enum value "Y" does not fit i32, got 2147483648 [THRIFT_ENUM_RANGE]\nenum A { X = 2147483647, Y }\n                         ^'],
  ['an enum name twice', 'enum A { X, X }', 'main.thrift:1:13: error: enum "A" has the value "X" twice [THRIFT_ENUM_DUPLICATE]\nenum A { X, X }\n            ^'],
  ['an enum number twice', 'enum A { X = 1, Y = 1 }', 'main.thrift:1:21: error: enum "A" gives "Y" the number 1, which "X" has [THRIFT_ENUM_DUPLICATE]\nenum A { X = 1, Y = 1 }\n                    ^'],
  ['two defaults in a union', 'union A { 1: i32 a = 1 2: i32 b = 2 }', 'main.thrift:1:35: error: union "A" has a second default for "b", "a" has one already [THRIFT_UNION_DEFAULT]\nunion A { 1: i32 a = 1 2: i32 b = 2 }\n                                  ^'],
  ['a union constant with two fields', 'union A { 1: i32 a 2: i32 b }\nconst A C = {"a": 1, "b": 2}', 'main.thrift:2:13: error: constant "C" sets 2 fields of the union "A", wanted exactly one [THRIFT_UNION_VALUE]\nconst A C = {"a": 1, "b": 2}\n            ^^^^^^^^^^^^^^^^'],
  ['a map key twice', 'const map<i32, i32> C = {1: 1, 0x1: 2}', 'main.thrift:1:32: error: constant "C" has a key twice, got 1 [THRIFT_KEY_DUPLICATE]\nconst map<i32, i32> C = {1: 1, 0x1: 2}\n                               ^^^'],
  ['throws without an exception', 'struct X {}\nservice S { void f() throws (1: X x) }', 'main.thrift:2:33: error: function "S.f" throws X, wanted an exception [THRIFT_THROWS_TYPE]\nservice S { void f() throws (1: X x) }\n                                ^'],
  ['the id of the result', 'exception X {}\nservice S { void f() throws (0: X x) }', 'main.thrift:2:30: error: exception "x" of "S.f" has the field id 0, which is reserved for the result [THRIFT_FIELD_ID_RESERVED]\nservice S { void f() throws (0: X x) }\n                             ^'],
  ['an argument name twice', 'service S { void f(1: i32 a, 2: i32 a) }', 'main.thrift:1:37: error: argument list of "S.f" has the field "a" twice [THRIFT_FIELD_DUPLICATE]\nservice S { void f(1: i32 a, 2: i32 a) }\n                                    ^'],
  ['oneway with a result', 'service S { oneway i32 f() }', 'main.thrift:1:20: error: oneway function "S.f" returns a value, wanted void [THRIFT_ONEWAY_RESULT]\nservice S { oneway i32 f() }\n                   ^^^'],
  ['oneway with exceptions', 'exception X {}\nservice S { oneway void f() throws (1: X x) }', 'main.thrift:2:37: error: oneway function "S.f" throws "x", wanted no exceptions [THRIFT_ONEWAY_THROWS]\nservice S { oneway void f() throws (1: X x) }\n                                    ^^^^^^'],
  ['a method twice', 'service S { void f() void f() }', 'main.thrift:1:27: error: service "S" has the method "f" twice [THRIFT_METHOD_DUPLICATE]\nservice S { void f() void f() }\n                          ^'],
  ['two methods with one lowered name', 'service S { void Echo() void echo() }', 'main.thrift:1:30: error: methods "Echo" and "echo" both become "echo" in TypeScript [THRIFT_METHOD_CLASH]\nservice S { void Echo() void echo() }\n                             ^^^^'],
  ['the same with a parent', 'service B { void Echo() }\nservice S extends B { void echo() }', 'main.thrift:2:28: error: methods "Echo" of the service "B" and "echo" both become "echo" in TypeScript [THRIFT_METHOD_CLASH]\nservice S extends B { void echo() }\n                           ^^^^'],
  ['an unknown parent', 'service Base {}\nservice S extends Bsae {}', 'main.thrift:2:19: error: unknown service "Bsae", did you mean "Base" [THRIFT_SERVICE_UNKNOWN]\nservice S extends Bsae {}\n                  ^^^^'],
  ['a parent that is no service', 'exception X {}\nservice S extends X {}', 'main.thrift:2:19: error: "X" is an exception, wanted a service [THRIFT_SERVICE_UNKNOWN]\nservice S extends X {}\n                  ^'],
  ['services that extend each other', 'service A extends B {}\nservice B extends A {}', 'main.thrift:2:19: error: services extend each other: A -> B -> A [THRIFT_SERVICE_CYCLE]\nservice B extends A {}\n                  ^'],
  ['an unknown streaming mode', 'struct R {}\nservice S { R f(1: R r) (streaming.mode = "both") }', 'main.thrift:2:26: error: streaming.mode of "f" is unknown, got "both", wanted unary, client, server or bidirectional [THRIFT_STREAMING_MODE]\nservice S { R f(1: R r) (streaming.mode = "both") }\n                         ^^^^^^^^^^^^^^^^^^^^^^^'],
  ['streaming with two arguments', 'struct R {}\nservice S { R f(1: R a, 2: R b) (streaming.mode = "server") }', 'main.thrift:2:15: error: streaming function "S.f" has 2 arguments, wanted exactly one [THRIFT_STREAMING_ARGUMENTS]\nservice S { R f(1: R a, 2: R b) (streaming.mode = "server") }\n              ^'],
  ['streaming of a base type', 'struct R {}\nservice S { R f(1: i32 a) (streaming.mode = "server") }', 'main.thrift:2:20: error: streaming function "S.f" sends i32, wanted a struct [THRIFT_STREAMING_TYPE]\nservice S { R f(1: i32 a) (streaming.mode = "server") }\n                   ^^^'],
];

test.each(REFUSED)('refuses %s and points at it', (_what, text, printed) => {
  expect(errorsOf(() => loadText(text))).toBe(printed);
});

describe('across files', () => {
  test('an ambiguous value is refused', () => {
    const files = { 'main.thrift': 'include "a.thrift"\nenum a { X }\nconst i32 V = a.X', 'a.thrift': 'const i32 X = 1' };
    expect(errorsOf(() => loadFiles(files))).toContain('main.thrift:3:15: error: value "a.X" is ambiguous, it can mean 2 things [THRIFT_VALUE_AMBIGUOUS]');
  });

  test('names of an include are suggested with their prefix', () => {
    const files = { 'main.thrift': 'include "base.thrift"\nstruct A { 1: base.Inof i 2: bsae.Info j }', 'base.thrift': 'struct Info {}' };
    const printed = errorsOf(() => loadFiles(files));
    expect(printed).toContain('unknown type "base.Inof", did you mean "base.Info"');
    expect(printed).toContain('unknown type "bsae.Info", no file is included as "bsae", did you mean "base"');
  });

  test('names of an include of an include are not seen', () => {
    const files = { 'main.thrift': 'include "a.thrift"\nstruct A { 1: b.B b }', 'a.thrift': 'include "b.thrift"\nstruct X { 1: b.B b }', 'b.thrift': 'struct B {}' };
    expect(errorsOf(() => loadFiles(files))).toContain('unknown type "b.B"');
  });

  test('errors of several files are reported in one run', () => {
    const files = { 'main.thrift': 'include "a.thrift"\nstruct A { 1: X x }', 'a.thrift': 'struct A { 1: Y y }' };
    expect(errorsOf(() => loadFiles(files)).match(/^\S+: error/gm)).toEqual(['a.thrift:1:15: error', 'main.thrift:2:15: error']);
  });
});

describe('services', () => {
  test('functions of the parents come first, and a redefined one is replaced', () => {
    const program = loadFiles({
      'main.thrift': 'include "base.thrift"\nservice S extends base.B { i32 c() void a(1: i32 x) }',
      'base.thrift': 'service A { void a() void z() } service B extends A { void b() }',
    });
    expect(allFunctions(serviceOf(program, 'S')).map((f) => [f.name, f.args.length])).toEqual([['a', 1], ['z', 0], ['b', 0], ['c', 0]]);
    expect(program.warnings.map((w) => w.message)).toEqual(['method "a" of the service "S" redefines that of "A"']);
  });

  test('streaming modes, and unary with any types', () => {
    const program = loadText(
      'struct R {} service S { R a(1: R r) (streaming.mode = "bidirectional") R b(1: R r) (streaming.mode = "client") R c(1: R r) (streaming.mode = "server") i32 d(1: i32 r) (streaming.mode = "unary") oneway void e() }',
    );
    expect(serviceOf(program, 'S').functions.map((f) => [f.name, f.streaming, f.oneway])).toEqual([
      ['a', 'bidirectional', false],
      ['b', 'client', false],
      ['c', 'server', false],
      ['d', 'unary', false],
      ['e', undefined, true],
    ]);
  });
});

describe('hostile programs', () => {
  test('long chains of names come to an end', () => {
    const n = 20_000;
    const range = Array.from({ length: n }, (_, i) => i);
    expect(codesOf(range.map((i) => `typedef T${i + 1} T${i}`).join('\n') + `\ntypedef i32 T${n}`)).toContain('THRIFT_NESTING_DEEP');
    expect(codesOf(range.map((i) => `const i32 C${i} = C${i + 1}`).join('\n') + `\nconst i32 C${n} = 1`)).toContain('THRIFT_NESTING_DEEP');
    expect(codesOf(range.map((i) => `typedef T${(i + 1) % n} T${i}`).join('\n'))).toContain('THRIFT_TYPEDEF_CYCLE');
    expect(codesOf(range.map((i) => `service S${i} extends S${(i + 1) % n} {}`).join('\n'))).toContain('THRIFT_SERVICE_CYCLE');
    const services = (count: number): string => Array.from({ length: count }, (_, i) => `service S${i} ${i === 0 ? '' : `extends S${i - 1}`} {}`).join('\n');
    expect(codesOf(services(64))).toEqual([]);
    expect(codesOf(services(65))).toEqual(['THRIFT_NESTING_DEEP']);
  });

  test('constants that double in size are shared', () => {
    const lines = Array.from({ length: 60 }, (_, i) => `typedef list<T${i}> T${i + 1}\nconst T${i + 1} C${i + 1} = [C${i}, C${i}]`);
    expect(errorsOf(() => loadText(`typedef i32 T0\nconst T0 C0 = 1\n${lines.join('\n')}`))).toBe('');
  });
});
