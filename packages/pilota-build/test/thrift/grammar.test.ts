// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { parseThrift } from '../../src/index.js';
import type { ConstNode, Document, EnumNode, FieldNode, ServiceNode, StructNode } from '../../src/index.js';
import { errorsOf } from './support.js';

const ACCEPTED: readonly (readonly [what: string, text: string])[] = [
  ['an empty file', ''],
  ['a byte order mark', '\uFEFFstruct A {}'],
  ['comments only', '// a\n# b\n/* c */ /**/'],
  ['headers', 'include "a.thrift"\ncpp_include \'<map>\'\nnamespace * all\nnamespace py.twisted a.b (x = "y")'],
  ['separators after anything', 'include "a.thrift";\nnamespace go a;\ntypedef i32 A;\nstruct B {};\nconst i32 C = 1,'],
  ['every base type', 'struct A { 1: bool a 2: byte b 3: i8 c 4: i16 d 5: i32 e 6: i64 f 7: double g 8: string h 9: binary i }'],
  ['containers', 'typedef map<string, list<set<a.B>>> M'],
  ['cpp_type', 'typedef map cpp_type "m" <i32, set cpp_type "s" <list<i32> cpp_type "l">> M'],
  ['annotations on types', 'struct A { 1: list<i32 (a = "b")> (c = "d") x (e = "f"; g = "h") } (i = "j", i = "k")'],
  ['annotations on everything', 'enum E { A = 1 (a = "b"), B (c = "d") } (e = "f") service S { void f() (g = "h") } (i = "j") typedef i32 T (k = "l") const i32 C = 1; (m = "n")'],
  ['annotations without anything in them', 'namespace go a () typedef i32 () T () enum E { A () } () struct S { 1: i32 () a () } () service V { void f() () } () const i32 C = 1; ()'],
  ['a vertical tab between words', 'struct\vA\v{\v1:\vi32\va\v}'],
  ['comments of three kinds between any words', 'struct/* a */A// b\n{# c\n1/**/:/**/i32/**/a/**/=/**/1/**/,}/**/(/**/a/**/=/**/"b"/**/)'],
  ['words that begin like keywords', 'struct A { 1: requirement r 2: optional_ o 3: i32x x 4: stringy s 5: lists l } service B { voidy a() onewayish b() }'],
  ['names that JavaScript reserves', 'struct class { 1: i32 default 2: i32 new 3: i32 constructor 4: i32 __proto__ } enum enumeration { function, delete } service await { void import(1: i32 arguments) }'],
  ['names with dots where things are named', 'namespace go a.b.c typedef x.y.Z T const a.E C = a.b.E.V service S extends x.y.B { a.b.T f(1: c.d.U u) throws (1: e.f.X x) }'],
  ['keywords as names', 'struct struct { 1: string string 2: i32 list 3: map map 4: list<set> set 5: service service 6: i32 required_ } enum enum { enum service }'],
  ['missing ids, mixed separators', 'struct A { i32 a; required i32 b, 5: optional i32 c\n i32 d }'],
  ['negative, hexadecimal and padded ids', 'struct A { -1: i32 a 0x10: i32 b 007: i32 c }'],
  ['constants', 'const map<string, list<double>> C = {"a": [1, -1.5, .5, +2e3 1.5E-3; 0x1F, 0o17], \'b\': [], x.Y: {}}'],
  ['a literal over two lines', 'const string C = "a\nb"'],
  ['both quotes inside one another', `const string C = "it's" const string D = 'say "x"' const string E = "say \\"x\\"" const string F = "\\\\"`],
  ['services', 'service A extends b.C { oneway void f(1: i32 a, 2: i32 b) void g(), list<i32> h() throws (1: X x; 2: Y y); }'],
  ['no space where none is needed', 'struct A{1:required list<i32>a=[1,2]2:i32 b}'],
  ['Windows and old Mac line ends', '// a\r\nstruct A {\r\n}\r// b\rstruct B {}\r'],
];

test.each(ACCEPTED)('accepts %s', (_what, text) => {
  expect(errorsOf(() => parseThrift(text))).toBe('');
});

const REFUSED: readonly (readonly [what: string, text: string, printed: string])[] = [
  [
    'a misspelt keyword',
    'namespace go a\nstrct A {}',
    'a.thrift:2:1: error: unexpected "strct", wanted a definition (const, typedef, enum, struct, union, exception or service), did you mean "struct" [THRIFT_SYNTAX]\nstrct A {}\n^^^^^',
  ],
  [
    'a missing colon',
    'struct A {\n\t1 i32 a\n}',
    'a.thrift:2:4: error: unexpected "i32", wanted ":" after the field id 1 [THRIFT_SYNTAX]\n\t1 i32 a\n\t  ^^^',
  ],
  [
    'a missing field name',
    'struct A {\n  1: string\n  2: i32 b\n}',
    'a.thrift:3:3: error: unexpected number 2, wanted a name for the field [THRIFT_SYNTAX]\n  2: i32 b\n  ^',
  ],
  [
    'a missing type',
    'struct A { 1: = 5 }',
    'a.thrift:1:15: error: unexpected "=", wanted a field, such as "1: string name" [THRIFT_SYNTAX]\nstruct A { 1: = 5 }\n              ^',
  ],
  [
    'a forgotten brace before a definition',
    'struct A {\n  1: i32 a\n\nstruct B {}',
    'a.thrift:4:1: error: unexpected "struct", wanted "}" to close the struct "A", opened in line 1 [THRIFT_SYNTAX]\nstruct B {}\n^^^^^^',
  ],
  [
    'a forgotten brace at the end',
    'enum A {\n  X',
    'a.thrift:2:4: error: unexpected end of file, wanted "}" to close the enum "A", opened in line 1 [THRIFT_SYNTAX]\n  X\n   ^',
  ],
  [
    'a map with one type',
    'typedef map<string> M',
    'a.thrift:1:19: error: unexpected ">", wanted "," between the key type and the value type of the map [THRIFT_SYNTAX]\ntypedef map<string> M\n                  ^',
  ],
  [
    'a missing value',
    'const i32 A =\nstruct B {}',
    'a.thrift:2:8: error: unexpected "B", wanted a definition (const, typedef, enum, struct, union, exception or service) [THRIFT_SYNTAX]\nstruct B {}\n       ^',
  ],
  [
    'two separators',
    'const list<i32> A = [1,, 2]',
    'a.thrift:1:24: error: unexpected ",", wanted a value or "]" to close the list [THRIFT_SYNTAX]\nconst list<i32> A = [1,, 2]\n                       ^',
  ],
  [
    'a header after a definition',
    'struct A {}\ninclude "b.thrift"',
    'a.thrift:2:1: error: "include" stands after the definition of "A", wanted it before the first definition [THRIFT_HEADER_LATE]\ninclude "b.thrift"\n^^^^^^^',
  ],
  [
    'an open literal',
    'const string A = "abc\nconst i32 B = 1',
    'a.thrift:1:18: error: literal is never closed, wanted " [THRIFT_LITERAL_OPEN]\nconst string A = "abc\n                 ^^^^',
  ],
  [
    'an open comment',
    'struct A {} /* abc',
    'a.thrift:1:13: error: comment is never closed, wanted "*/" [THRIFT_COMMENT_OPEN]\nstruct A {} /* abc\n            ^^',
  ],
  [
    'strange characters',
    'struct A { 1: i32 größe }',
    'a.thrift:1:21: error: name has the character "ö" (U+00F6), wanted only A to Z, a to z, 0 to 9, "_" and "." [THRIFT_CHARACTER_UNKNOWN]\nstruct A { 1: i32 größe }\n                    ^',
  ],
  [
    'a hyphen in a name',
    'struct A { 1: i32 my-field }',
    'a.thrift:1:21: error: name has the character "-" (U+002D), wanted only A to Z, a to z, 0 to 9, "_" and "." [THRIFT_CHARACTER_UNKNOWN]\nstruct A { 1: i32 my-field }\n                    ^',
  ],
  [
    'strange signs',
    'struct A { 1: i32 a !? }',
    'a.thrift:1:21: error: unexpected character "!" (U+0021), wanted a name, a number, a literal or one of { } ( ) [ ] < > = , ; : [THRIFT_CHARACTER_UNKNOWN]\nstruct A { 1: i32 a !? }\n                    ^^',
  ],
  [
    'a malformed number',
    'const i32 A = 12ab',
    'a.thrift:1:15: error: number is malformed, got "12ab", wanted digits such as 10, 0x1F, 0o17 or 1.5e3 [THRIFT_NUMBER_INVALID]\nconst i32 A = 12ab\n              ^^^^',
  ],
  [
    'an octal number with a nine',
    'const i32 A = 09',
    'a.thrift:1:15: error: number with a leading zero is octal, got "09", wanted the digits 0 to 7 [THRIFT_NUMBER_INVALID]\nconst i32 A = 09\n              ^^',
  ],
  [
    'an integer beyond i64',
    'const i64 A = 9223372036854775808',
    'a.thrift:1:15: error: integer does not fit i64, got 9223372036854775808 [THRIFT_NUMBER_RANGE]\nconst i64 A = 9223372036854775808\n              ^^^^^^^^^^^^^^^^^^^',
  ],
  [
    'a double beyond double',
    'const double A = 1e999',
    'a.thrift:1:18: error: number does not fit a double, got 1e999 [THRIFT_NUMBER_RANGE]\nconst double A = 1e999\n                 ^^^^^',
  ],
  [
    'a name with a dot',
    'struct A.B {}',
    'a.thrift:1:8: error: name has a dot, got "A.B", wanted a plain name for the struct [THRIFT_NAME_DOTTED]\nstruct A.B {}\n       ^^^',
  ],
  [
    'an annotation without a value',
    'struct A {} (deprecated)',
    'a.thrift:1:24: error: unexpected ")", wanted "=" after the annotation "deprecated" [THRIFT_SYNTAX]\nstruct A {} (deprecated)\n                       ^',
  ],
  [
    'an enum value that is no integer',
    'enum A { X = "1" }',
    'a.thrift:1:14: error: unexpected literal "1", wanted an integer for the enum value "X" [THRIFT_SYNTAX]\nenum A { X = "1" }\n             ^^^',
  ],
  [
    'an annotation list that is not closed',
    'struct A {} (a = "b"',
    'a.thrift:1:21: error: unexpected end of file, wanted an annotation or ")" to close the annotations [THRIFT_SYNTAX]\nstruct A {} (a = "b"\n                    ^',
  ],
  [
    'a word of XML Schema, which only Apache Thrift had',
    'struct A xsd_all { 1: i32 a xsd_optional }',
    'a.thrift:1:10: error: unexpected "xsd_all", wanted "{" to open the struct "A" [THRIFT_SYNTAX]\nstruct A xsd_all { 1: i32 a xsd_optional }\n         ^^^^^^^',
  ],
  [
    'Apache-only syntax',
    'senum A { "x" }',
    'a.thrift:1:1: error: unexpected "senum", wanted a definition (const, typedef, enum, struct, union, exception or service), did you mean "enum" [THRIFT_SYNTAX]\nsenum A { "x" }\n^^^^^',
  ],
];

test.each(REFUSED)('refuses %s and points at it', (_what, text, printed) => {
  expect(errorsOf(() => parseThrift(text, 'a.thrift'))).toBe(printed);
});

describe('recovery', () => {
  test('goes on after each error and reports them from top to bottom', () => {
    const text = 'struct A {\n  1: i32\n  2: list<i32 b\n  3: i32 c\n}\nservice S {\n  void f(1: i32)\n  void g(1 i32 a)\n  void h(\n}\nenum E { 1, B }\ntypedef\nstruct Z { 1 }\n';
    const lines = errorsOf(() => parseThrift(text, 'a.thrift')).split('\n');
    const places = lines.map((l) => /^a\.thrift:(\d+):(\d+): error/.exec(l)?.[1]).filter((l) => l !== undefined);
    expect(places).toEqual(['3', '3', '7', '8', '10', '11', '13']);
  });

  test('stops after a hundred errors', () => {
    const printed = errorsOf(() => parseThrift('struct A { 1 x }\n'.repeat(500)));
    expect(printed.match(/error:/g)).toHaveLength(101);
    expect(printed).toContain('too many errors, got 100, stopped here [THRIFT_ERRORS_TOO_MANY]');
  });
});

describe('limits', () => {
  test('types nest 64 deep and no deeper', () => {
    const nested = (n: number): string => `typedef ${'list<'.repeat(n - 1)}i32${'>'.repeat(n - 1)} A`;
    expect(errorsOf(() => parseThrift(nested(64)))).toBe('');
    expect(errorsOf(() => parseThrift(nested(65)))).toContain('nesting is too deep at "i32", wanted at most 64 levels [THRIFT_NESTING_DEEP]');
    expect(errorsOf(() => parseThrift(nested(100_000)))).toContain('[THRIFT_NESTING_DEEP]');
  });

  test('constants nest 64 deep and no deeper', () => {
    expect(errorsOf(() => parseThrift(`const A B = ${'['.repeat(64)}${']'.repeat(64)}`))).toBe('');
    expect(errorsOf(() => parseThrift(`const A B = ${'{1:'.repeat(100_000)}`))).toContain('[THRIFT_NESTING_DEEP]');
  });

  test('a file above 16 MiB is refused unread', () => {
    expect(errorsOf(() => parseThrift(' '.repeat(16 * 1024 * 1024 + 1)))).toContain('file is too large, got 16777217 characters, wanted at most 16777216 [THRIFT_FILE_SIZE]');
  });

  test('a number of a million digits is refused without being converted', () => {
    expect(errorsOf(() => parseThrift(`const i64 A = ${'9'.repeat(1_000_000)}`))).toContain('[THRIFT_NUMBER_RANGE]');
  });
});

describe('what is kept', () => {
  const parse = (text: string): Document => parseThrift(text, 'a.thrift');
  const first = <T>(text: string): T => parse(text).definitions[0] as T;
  const value = (text: string): ConstNode => first<{ value: ConstNode }>(`const x C = ${text}`).value;

  test('headers', () => {
    const d = parse('include "a.thrift"\ncpp_include "b.h"\nnamespace go a.b (c = "d")\nnamespace * e');
    expect(d.includes).toMatchObject([{ path: 'a.thrift', span: { file: 'a.thrift', start: 0, end: 18 } }]);
    expect(d.cppIncludes).toMatchObject([{ path: 'b.h' }]);
    expect(d.namespaces).toMatchObject([
      { language: 'go', name: 'a.b', annotations: [{ key: 'c', values: ['d'] }] },
      { language: '*', name: 'e', annotations: [] },
    ]);
  });

  test('a key given several times is one annotation with several values', () => {
    expect(first<StructNode>('struct A {} (k = "1", l = "2", k = "3")').annotations).toMatchObject([
      { key: 'k', values: ['1', '3'] },
      { key: 'l', values: ['2'] },
    ]);
  });

  test('fields', () => {
    const { fields } = first<StructNode>('union A { 3: required i32 a = 5 optional byte b x.C c (k = "v") }');
    expect(fields).toMatchObject([
      { id: 3n, requiredness: 'required', name: 'a', type: { kind: 'base', base: 'i32' }, defaultValue: { kind: 'int', value: 5n } },
      { id: undefined, requiredness: 'optional', name: 'b', type: { base: 'i8', written: 'byte' }, defaultValue: undefined },
      { id: undefined, requiredness: 'default', name: 'c', type: { kind: 'ref', name: 'x.C', annotations: [] }, annotations: [{ key: 'k' }] },
    ]);
  });

  test('functions', () => {
    const service = first<ServiceNode>('service A extends b.C { oneway void f(); i32 g(1: i32 a) throws (1: X x) (streaming.mode = "server") }');
    expect(service).toMatchObject({ extends: 'b.C', functions: [{ name: 'f', oneway: true, returnType: undefined, args: [], throws: [] }, { name: 'g', oneway: false, returnType: { base: 'i32' }, args: [{ name: 'a' }], throws: [{ name: 'x' }], annotations: [{ key: 'streaming.mode', values: ['server'] }] }] });
  });

  test.each<[string, Partial<ConstNode>]>([
    ['9223372036854775807', { kind: 'int', value: 9223372036854775807n }],
    ['-9223372036854775808', { kind: 'int', value: -9223372036854775808n }],
    ['+5', { kind: 'int', value: 5n }],
    ['0x7fffffffffffffff', { kind: 'int', value: 9223372036854775807n }],
    ['0o17', { kind: 'int', value: 15n }],
    ['017', { kind: 'int', value: 15n }],
    ['-.5e1', { kind: 'double', value: -5, text: '-.5e1' }],
    ['true', { kind: 'bool', value: true }],
    ['A.B.C', { kind: 'identifier', name: 'A.B.C' }],
    ['"a\\"b\\\'c\\n"', { kind: 'string', value: 'a"b\\\'c\\n', quote: '"' }],
    ["'a\\'b\\\"c'", { kind: 'string', value: 'a\'b\\"c', quote: "'" }],
    ['"\\\\"', { kind: 'string', value: '\\\\' }],
  ])('constant %s', (text, wanted) => {
    expect(value(text)).toMatchObject(wanted);
  });

  test('documentation: the block right before, else the remark behind', () => {
    const text = [
      '// licence',
      '',
      '/**',
      ' * First line.',
      ' *   indented',
      ' */',
      'struct A { // not the documentation of a',
      '  // heading',
      '',
      '  // of a',
      '  # goes on',
      '  1: i32 a // not this',
      '  2: i32 b, // of b',
      '  3: i32 c /* of c */',
      '  /* of d */ 4: i32 d',
      '  5: i32 e',
      '}',
      '// trailing',
    ].join('\n');
    const document = parse(text);
    expect(document.doc).toBe('licence');
    const struct = document.definitions[0] as StructNode;
    expect(struct.doc).toBe('First line.\n  indented');
    expect(struct.fields.map((f: FieldNode) => f.doc)).toEqual(['of a\ngoes on', 'of b', 'of c', 'of d', undefined]);
  });

  test('a comment right before the first definition is its own, not that of the file', () => {
    const document = parse('// of A\nenum A { X // of X\n Y }');
    expect(document.doc).toBeUndefined();
    const decl = document.definitions[0] as EnumNode;
    expect([decl.doc, ...decl.values.map((v) => v.doc)]).toEqual(['of A', 'of X', undefined]);
  });
});
