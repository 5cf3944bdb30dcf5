// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { get, parse, RawNumber, Sonic, SonicOptionError, stringify, valid } from '@cloudwego/sonic';
import type { SearchOptions, SonicConfig } from '@cloudwego/sonic';

const from = (o: SonicConfig, text: string | Uint8Array): unknown => new Sonic(o).parse(text);

describe('options of parse', () => {
  it("integers: 'bigint-if-unsafe' by default", () => {
    const text = '[1,9007199254740991,9007199254740992,-9007199254740992,1e20,-0]';
    expect(parse(text)).toEqual([1, 9007199254740991, 9007199254740992n, -9007199254740992n, 1e20, -0]);
    expect(from({ integers: 'bigint-if-unsafe' }, text)).toEqual(parse(text));
    expect(from({ integers: 'number' }, text)).toEqual([1, 9007199254740991, 9007199254740992, -9007199254740992, 1e20, -0]);
    expect(from({ integers: 'bigint' }, text)).toEqual([1n, 9007199254740991n, 9007199254740992n, -9007199254740992n, 1e20, 0n]);
  });

  it("numbers: 'native' by default", () => {
    expect(parse('[1.10,1e400]')).toEqual([1.1, Infinity]);
    expect(from({ numbers: 'raw' }, '[1.10,1e400,{"a":-0}]')).toEqual([new RawNumber('1.10'), new RawNumber('1e400'), { a: new RawNumber('-0') }]);
    // And back without a loss.
    expect(stringify(from({ numbers: 'raw' }, '[1.10,1e400,-0]'))).toBe('[1.10,1e400,-0]');
  });

  describe("proto: 'error' by default", () => {
    const spellings = ['__proto__', '\\u005f_proto__', '__pr\\u006ft\\u006F__', '\\u005F\\u005f\\u0070\\u0072\\u006f\\u0074\\u006f\\u005f\\u005f', '_\\u005fproto_\\u005F'];
    const constructors: [string, string][] = [
      ['constructor', 'prototype'],
      ['c\\u006fnstructor', 'prototype'],
      ['constructor', '\\u0070rototype'],
      ['\\u0063\\u006f\\u006e\\u0073\\u0074\\u0072\\u0075\\u0063\\u0074\\u006f\\u0072', '\\u0070\\u0072\\u006f\\u0074\\u006f\\u0074\\u0079\\u0070\\u0065'],
    ];
    const texts = [...spellings.map((k) => `{"a":1,"${k}":{"x":1}}`), ...constructors.map(([c, p]) => `{"a":1,"${c}":{"y":2,"${p}":{"x":1}}}`)];
    it.each(texts)('%s', (text) => {
      for (const nested of [text, `[${text}]`, `{"b":${text}}`, `{"n":12345678901234567890,"b":${text}}`]) {
        for (const source of [nested, Buffer.from(nested)]) {
          expect(() => parse(source)).toThrow(expect.objectContaining({ code: 'SONIC_KEY_FORBIDDEN' }));
          expect(stringify(from({ proto: 'remove' }, source))).toBe(nested.replace(text, '{"a":1}'));
          const kept = from({ proto: 'ignore' }, source);
          expect(stringify(kept)).toBe(stringify(from({ proto: 'ignore', numbers: 'raw' }, source)));
          expect(JSON.parse(JSON.stringify(kept, (_, v: unknown) => (typeof v === 'bigint' ? Number(v) : v)))).toEqual(JSON.parse(nested));
        }
      }
      expect(Object.getPrototypeOf(from({ proto: 'ignore' }, text))).toBe(Object.prototype);
      expect(({} as { x?: unknown }).x).toBeUndefined();
    });

    it('lets what reaches nothing pass', () => {
      for (const text of ['{"constructor":1}', '{"constructor":{"name":"x"}}', '{"prototype":{}}', '{"constructor":[{"prototype":1}]}', '["__proto__","constructor","prototype"]', '{"x__proto__":1}', '{"proto":"__proto__"}']) {
        expect(parse(text)).toEqual(JSON.parse(text));
      }
    });
  });

  it("duplicates: 'last' by default", () => {
    const text = '{"a":1,"b":{"x":1,"x":2},"\\u0061":3}';
    expect(parse(text)).toEqual({ a: 3, b: { x: 2 } });
    expect(from({ duplicates: 'last' }, text)).toEqual({ a: 3, b: { x: 2 } });
    expect(from({ duplicates: 'first' }, text)).toEqual({ a: 1, b: { x: 1 } });
    expect(() => from({ duplicates: 'error' }, text)).toThrow(expect.objectContaining({ code: 'SONIC_KEY_DUPLICATE', index: 18, path: ['b'] }));
    expect(from({ duplicates: 'error' }, '{"a":{"a":1},"b":{"a":1},"toString":1}')).toEqual({ a: { a: 1 }, b: { a: 1 }, toString: 1 });
  });

  it("utf8: 'strict' by default", () => {
    const bad = Buffer.from([0x5b, 0x22, 0x61, 0xff, 0x22, 0x5d]);
    expect(() => parse(bad)).toThrow(expect.objectContaining({ code: 'SONIC_UTF8_INVALID', index: 3 }));
    expect(from({ utf8: 'strict' }, Buffer.from('"é"'))).toBe('é');
    expect(from({ utf8: 'replace' }, bad)).toEqual(['a\ufffd']);
    // Offsets are those of the bytes, whatever stands for them.
    const both = Buffer.concat([Buffer.from('{"'), Buffer.from([0xff, 0xfe, 0xc3]), Buffer.from('":1,"x":[01]}')]);
    for (const duplicates of ['last', 'error'] as const) expect(() => from({ utf8: 'replace', duplicates }, both)).toThrow(expect.objectContaining({ index: both.indexOf('01') + 1 }));
  });

  it('maxDepth: 4096 by default', () => {
    const deep = (n: number, inner = ''): string => '['.repeat(n) + inner + ']'.repeat(n);
    for (const inner of ['', '1', '12345678901234567890', '"\\u005f"', '{"a":1}']) {
      const extra = inner.startsWith('{') ? 1 : 0;
      expect(() => parse(deep(4096 - extra, inner))).not.toThrow();
      expect(() => parse(deep(4097 - extra, inner))).toThrow(expect.objectContaining({ code: 'SONIC_DEPTH_EXCEEDED', index: 4096 }));
      expect(valid(deep(4096 - extra, inner))).toBe(true);
      expect(valid(deep(4097 - extra, inner))).toBe(false);
    }
    for (const o of [{ maxDepth: 2 }, { maxDepth: 2, duplicates: 'error' } as const]) {
      expect(from(o, '[{"a":1}]')).toEqual([{ a: 1 }]);
      expect(() => from(o, '[{"a":[]}]')).toThrow(expect.objectContaining({ code: 'SONIC_DEPTH_EXCEEDED', index: 6, path: [0, 'a'] }));
    }
    // Brackets in strings are no levels.
    expect(parse(`"${'['.repeat(10_000)}"`)).toBe('['.repeat(10_000));
  });

  it('maxBytes: 64 MiB by default', () => {
    expect(from({ maxBytes: 3 }, '123')).toBe(123);
    for (const text of ['1234', Buffer.from('1234')]) {
      expect(() => from({ maxBytes: 3 }, text)).toThrow(expect.objectContaining({ code: 'SONIC_SIZE_EXCEEDED', index: 3 }));
      expect(new Sonic({ maxBytes: 3 }).valid(text)).toBe(false);
    }
    const big = Buffer.alloc(64 * 1024 * 1024 + 1, 0x20);
    big[0] = 0x31;
    expect(() => parse(big)).toThrow('the text has 67108865 bytes, wanted at most 67108864 (maxBytes)');
    expect(parse(big.subarray(1 - 1, big.length - 1))).toBe(1);
  });
});

describe('presets', () => {
  it('default loses nothing', () => {
    expect(Sonic.default).toBe(Sonic.default);
    expect(Sonic.default.stringify(Sonic.default.parse('{"b":12345678901234567890,"a":"<"}'))).toBe('{"b":12345678901234567890,"a":"<"}');
  });

  it("std writes as Go's encoding/json", () => {
    const v = { b: '<&>\u2028', '\ufb33': 1, '😀': 2, a: [1n] };
    // Source: Go 1.24, json.Marshal(map[string]any{...}): keys in the order of their bytes.
    expect(Sonic.std.stringify(v)).toBe('{"a":[1],"b":"\\u003c\\u0026\\u003e\\u2028","\ufb33":1,"😀":2}');
    expect(() => Sonic.std.stringify([NaN])).toThrow('nonFinite');
    const order = ['a', 'ab', 'b', 'é', '\ue000', '\uffff', '\u{10000}', '\u{10ffff}'];
    expect(Object.keys(JSON.parse(Sonic.std.stringify(Object.fromEntries([...order].reverse().map((k) => [k, 1])))) as object)).toEqual(order);
    expect(order.toSorted((x, y) => Buffer.compare(Buffer.from(x), Buffer.from(y)))).toEqual(order);
  });

  it('fastest reads as JSON.parse', () => {
    const text = '{"__proto__":{"a":1},"n":12345678901234567890}';
    expect(JSON.stringify(Sonic.fastest.parse(text))).toBe(JSON.stringify(JSON.parse(text)));
    expect(Sonic.fastest.parse(Buffer.from([0x22, 0xff, 0x22]))).toBe('\ufffd');
  });
});

describe('options that are wrong', () => {
  it.each<[SonicConfig, string]>([
    [{ integers: 'string' } as unknown as SonicConfig, 'config.integers: got "string", wanted one of "bigint-if-unsafe", "number", "bigint"'],
    [{ numbers: 1 } as unknown as SonicConfig, 'config.numbers: got 1, wanted one of "native", "raw"'],
    [{ proto: null } as unknown as SonicConfig, 'config.proto: got null'],
    [{ duplicates: 'all' } as unknown as SonicConfig, 'config.duplicates'],
    [{ utf8: true } as unknown as SonicConfig, 'config.utf8'],
    [{ maxDepth: 0 }, 'config.maxDepth: got 0, wanted an integer >= 1'],
    [{ maxBytes: 1.5 }, 'config.maxBytes: got 1.5, wanted an integer >= 1'],
    [{ escapeHTML: 1 } as unknown as SonicConfig, 'config.escapeHTML: got 1, wanted true or false'],
    [{ sortKeys: 'a' } as unknown as SonicConfig, 'config.sortKeys: got "a", wanted true, false or a function'],
    [{ indent: 'x' }, 'config.indent: got "x", wanted a string of blanks'],
    [{ indent: 2 } as unknown as SonicConfig, 'config.indent: got 2'],
    [{ indent: ' ', prefix: '//' }, 'config.prefix'],
    [{ prefix: ' ' }, 'stringify.prefix: wanted indent beside it'],
    [{ nonFinite: 'throw' } as unknown as SonicConfig, 'config.nonFinite'],
    [{ bigint: 'x' } as unknown as SonicConfig, 'config.bigint'],
    [{ canonical: 'yes' } as unknown as SonicConfig, 'config.canonical'],
    [{ useInt64: true } as unknown as SonicConfig, 'config: unknown option "useInt64", known: integers, '],
    ['x' as unknown as SonicConfig, 'config: got "x", wanted an object of options'],
  ])('%o', (o, message) => {
    expect(() => new Sonic(o)).toThrow(SonicOptionError);
    expect(() => new Sonic(o)).toThrow(message);
  });

  it.each<[SearchOptions, string]>([
    [{ validate: 'some' } as unknown as SearchOptions, "search.validate: got \"some\", wanted one of 'passed', 'all', 'none'"],
    [{ copy: 1 } as unknown as SearchOptions, 'search.copy'],
    [{ duplicates: 'error' } as unknown as SearchOptions, 'search.duplicates'],
    [{ maxDepth: -1 }, 'search.maxDepth'],
    [{ nope: 1 } as unknown as SearchOptions, 'search: unknown option "nope", known: validate, copy, duplicates, maxDepth'],
  ])('%o of a search', (o, message) => {
    expect(() => get('{}', [], o)).toThrow(SonicOptionError);
    expect(() => get('{}', [], o)).toThrow(message);
  });

  it('sources and paths that are none', () => {
    for (const bad of [undefined, null, 1, {}, [], new ArrayBuffer(2)]) {
      expect(() => parse(bad as unknown as string)).toThrow(SonicOptionError);
      expect(() => valid(bad as unknown as string)).toThrow(SonicOptionError);
      expect(() => get(bad as unknown as string, [])).toThrow(SonicOptionError);
    }
    for (const path of [[-1], [0.5], [NaN], 'a']) expect(() => get('[1]', path as unknown as string[])).toThrow(SonicOptionError);
  });
});
