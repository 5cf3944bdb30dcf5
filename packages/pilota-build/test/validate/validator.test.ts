// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StructCodec } from '@cloudwego/pilota/codegen/v1';
import { RuleError, ValidationError, validator } from '@cloudwego/pilota/validate';
import { generateThrift, IdlError, loadThriftText } from '@cloudwego/pilota-build';
import { cleanUp, load } from '../generate/load.js';

const IDL = `
namespace js v
enum Color { RED = 1, BLUE = 2 }
struct Sub { 1: i32 n (vt.gt = "0") }
struct Numbers {
  1: i8 lt (vt.lt = "5") 2: i64 le (vt.le = "9007199254740993") 3: double gt (vt.gt = "0.5") 4: i32 ge (vt.ge = "$limit") 5: i32 limit
  6: i16 one (vt.in = "1", vt.in = "2") 7: i32 none (vt.not_in = "0") 8: bool yes (vt.const = "true") 9: i32 exact (vt.const = "7")
  10: i64 text (ts.i64 = "string", vt.gt = "10")
}
struct Texts {
  1: string fixed (vt.const = "a") 2: string pattern (vt.pattern = "^[a-z]+$") 3: string begin (vt.prefix = "ab", vt.suffix = "yz") 4: string with (vt.contains = "x", vt.not_contains = "q")
  5: string size (vt.min_size = "2", vt.max_size = "4") 6: string runes (vt.min_rune_size = "2", vt.max_rune_size = "@len($fixed)") 7: binary bytes (vt.max_size = "2", vt.prefix = "A")
  8: string made (vt.const = "@sprintf(\\"%s-%d\\", $fixed, 5)") 9: optional string maybe (vt.min_size = "1") 10: optional string must (vt.not_nil = "true")
}
struct Rest {
  1: Color color (vt.defined_only = "true", vt.const = "Color.RED") 2: list<string> list (vt.max_size = "2", vt.elem.min_size = "1") 3: map<string, i32> map (vt.min_size = "1", vt.key.prefix = "k", vt.value.lt = "10")
  4: list<Sub> subs 5: Sub left (vt.skip = "true") 6: map<string, list<i32>> deep (vt.value.elem.ge = "0") 7: optional Sub maybe 8: map<string, Sub> named
}
struct Both { 1: i32 a 2: i32 b } (vt.assert = "@equal(@mod($a, 2), 0)", vt.assert = "@equal(@add($a, $b), 10)")
struct Vd {
  1: string name (api.vd = "len($)>0 && len($)<5; msg:sprintf('bad name: %v', $)") 2: i32 low (api.vd = "$<(HighValue)$") 3: i32 high_value 4: optional i32 opt (api.vd = "$==nil || $>3")
  5: optional string skipped (api.vd = "?") 6: Sub sub (api.vd = "-") 7: list<Sub> subs 8: i32 plain (api.vd = "$==0")
}
struct Tree { 1: i32 n (vt.ge = "0") 2: optional list<Tree> below }
struct Own { 1: i32 n (vt.lt = "@limit(\\"big\\")") 2: string s (api.vd = "known($)") }
`;

let m: Readonly<Record<string, StructCodec<unknown>>>;
beforeAll(async () => {
  m = (await load(IDL, 'v/index.ts', { validatorFunctions: ['limit', 'known'] })) as typeof m;
});
afterAll(cleanUp);

const faults = (name: string, v: object): readonly string[] => validator<unknown, unknown>(m[name]!)(v).map((f) => `${f.path} ${f.rule}`);

describe('vt rules', () => {
  it('of numbers', () => {
    const good = { lt: 4, le: 9007199254740993n, gt: 0.6, ge: 3, limit: 3, one: 2, none: 1, yes: true, exact: 7, text: '11' };
    expect(faults('Numbers', good)).toEqual([]);
    expect(faults('Numbers', { lt: 5, le: 9007199254740994n, gt: 0.5, ge: 2, limit: 3, one: 3, none: 0, yes: false, exact: 8, text: '9' })).toEqual([
      'lt vt.lt', 'le vt.le', 'gt vt.gt', 'ge vt.ge', 'one vt.in', 'none vt.not_in', 'yes vt.const', 'exact vt.const', 'text vt.gt',
    ]);
    // NaN keeps no limit.
    expect(faults('Numbers', { ...good, gt: NaN })).toEqual(['gt vt.gt']);
  });

  it('of texts and bytes', () => {
    const good = { fixed: 'a', pattern: 'abc', begin: 'abyz', with: 'ax', size: 'für', runes: 'ü', bytes: Buffer.from('AB'), made: 'a-5', must: '' };
    expect(faults('Texts', { ...good, runes: 'a' })).toEqual(['runes vt.min_rune_size']);
    expect(faults('Texts', { fixed: 'b', pattern: 'A', begin: 'x', with: 'q', size: 'fürs', runes: 'üü', bytes: Buffer.from('BCD'), made: '', maybe: '' })).toEqual([
      'fixed vt.const', 'pattern vt.pattern', 'begin vt.prefix', 'begin vt.suffix', 'with vt.contains', 'with vt.not_contains', 'size vt.max_size', 'runes vt.max_rune_size', 'bytes vt.max_size', 'bytes vt.prefix',
      'made vt.const', 'maybe vt.min_size', 'must vt.not_nil',
    ]);
  });

  it('of enums, containers and structs, with the path of each fault', () => {
    const sub = { n: 1 };
    expect(faults('Rest', { color: 1, list: ['a'], map: { k1: 9 }, subs: [sub], left: { n: 0 }, deep: { a: [0] }, named: new Map([['x', sub]]) })).toEqual([]);
    expect(faults('Rest', { color: 9, list: ['a', '', 'c'], map: { k: 10, x: 1 }, subs: [sub, { n: 0 }], left: { n: 0 }, deep: { a: [1, -1] }, maybe: { n: -1 }, named: { 'a"b': { n: 0 } } })).toEqual([
      'color vt.defined_only', 'color vt.const', 'list vt.max_size', 'list[1] vt.elem.min_size', 'map["k"] vt.value.lt', 'map["x"].key vt.key.prefix', 'subs[1].n vt.gt', 'deep["a"][1] vt.value.elem.ge', 'maybe.n vt.gt',
      'named["a\\"b"].n vt.gt',
    ]);
    expect(faults('Rest', { color: 1, list: [], map: {}, subs: [], deep: {}, named: {} })).toEqual(['map vt.min_size']);
  });

  it('of a struct itself', () => {
    expect(faults('Both', { a: 4, b: 6 })).toEqual([]);
    expect(faults('Both', { a: 3, b: 6 })).toEqual([' vt.assert', ' vt.assert']);
  });
});

describe('api.vd', () => {
  it('says what the tag says, knows other fields by their Go names, and is looked for below', () => {
    const v = validator<unknown, unknown>(m['Vd']!);
    expect(v({ name: 'ok', low: 1, high_value: 2, sub: { n: 0 }, subs: [] })).toEqual([]);
    expect(v({ name: '', low: 2, high_value: 2, opt: 3, sub: { n: 0 }, subs: [{ n: 0 }], plain: 1 })).toEqual([
      { path: 'name', rule: 'api.vd', message: 'bad name: ' },
      { path: 'low', rule: 'api.vd', message: 'invalid parameter' },
      { path: 'opt', rule: 'api.vd', message: 'invalid parameter' },
      { path: 'subs[0].n', rule: 'vt.gt', message: 'wanted more than 0, got 0' },
      { path: 'plain', rule: 'api.vd', message: 'invalid parameter' },
    ]);
  });
});

describe('a validator', () => {
  it('throws all faults in one typed error, or stops at the first', () => {
    const e = ((): unknown => {
      try {
        validator<unknown, unknown>(m['Tree']!).assert({ n: -1, below: [{ n: 0 }, { n: -2 }] });
        return undefined;
      } catch (x) {
        return x;
      }
    })();
    expect(e).toBeInstanceOf(ValidationError);
    expect((e as ValidationError).code).toBe('PILOTA_VALUE_INVALID');
    expect((e as ValidationError).faults.map((f) => f.path)).toEqual(['n', 'below[1].n']);
    expect((e as Error).message).toBe('Tree: n: wanted at least 0, got -1; below[1].n: wanted at least 0, got -2');
    expect(validator<unknown, unknown>(m['Tree']!, { maxFaults: 1 })({ n: -1, below: [{ n: -1 }] })).toHaveLength(1);
    expect(() => { validator<unknown, unknown>(m['Tree']!).assert({ n: 0 }); }).not.toThrow();
  });

  it('ends on a cycle', () => {
    const t: { n: number; below: unknown[] } = { n: 0, below: [] };
    t.below.push(t);
    expect(() => validator<unknown, unknown>(m['Tree']!)(t)).toThrow('64 levels');
  });

  it('calls functions of the application, which it must have', () => {
    const v = validator<unknown, unknown>(m['Own']!, { functions: { limit: (name) => (name === 'big' ? 100 : 0), known: (s) => s === 'x' } });
    expect(v({ n: 99, s: 'x' })).toEqual([]);
    expect(v({ n: 100, s: 'y' }).map((f) => f.path)).toEqual(['n', 's']);
    expect(() => validator<unknown, unknown>(m['Own']!)).toThrow(RuleError);
  });
});

describe('rules that are wrong are found when code is generated', () => {
  it.each([
    ['an unknown rule', '1: i32 a (vt.maximum = "5")', 'S.a: vt.maximum: a i32 has vt.const'],
    ['a rule of another type', '1: bool a (vt.lt = "5")', 'S.a: vt.lt: a bool has vt.const'],
    ['a limit that is no number', '1: i32 a (vt.lt = "x")', 'S.a: vt.lt: got "x", wanted an integer'],
    ['a field that is not there', '1: i32 a (vt.lt = "$b")', 'S.a: vt.lt: "$b": S has no such field'],
    ['an unknown function', '1: i32 a (vt.lt = "@nope()")', 'S.a: vt.lt: got the function @nope'],
    ['a regular expression', '1: string a (vt.pattern = "(")', 'S.a: vt.pattern: regular expression ('],
    ['a part that has no rule', '1: list<i32> a (vt.elem = "5")', 'S.a: vt.elem: a rule follows vt.elem'],
    ['an expression', '1: i32 a (api.vd = "$>")', 'S.a: api.vd: vd "$>", at 2: got the end, wanted a value'],
  ])('%s', (_, field, message) => {
    expect(() => generateThrift(loadThriftText(`struct S { ${field} }`))).toThrow(IdlError);
    expect(() => generateThrift(loadThriftText(`struct S { ${field} }`))).toThrow(message);
  });
});
