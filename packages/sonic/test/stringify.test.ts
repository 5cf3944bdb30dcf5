// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encode, Raw, RawNumber, Sonic, SonicSyntaxError, SonicTypeError, stringify } from '@cloudwego/sonic';
import type { StringifyOptions } from '@cloudwego/sonic';

/** Under options that lead to JSON.stringify where it can be, and to our own encoder. */
const both: readonly StringifyOptions[] = [{}, { nonFinite: 'error' }];
const text = (v: unknown, o: StringifyOptions = {}): string => new Sonic(o).stringify(v);

describe('stringify', () => {
  it.each<[string, unknown, string]>([
    ['a Map', new Map<unknown, unknown>([['a', 1], [2, 'x'], [3n, null], [true, undefined], ['', () => 1]]), '{"a":1,"2":"x","3":null,"":0}'.replace(',"":0', '')],
    ['an empty Map', new Map(), '{}'],
    ['a Set', new Set([1, 'a', undefined, new Set()]), '[1,"a",null,[]]'],
    ['bytes', [new Uint8Array([1, 2, 3]), Buffer.from('hé'), new Uint8Array(0), new Uint8Array([0, 1, 2, 3]).subarray(1, 3)], '["AQID","aMOp","","AQI="]'],
    ['bigint', [0n, -5n, 2n ** 64n, Object(7n)], '[0,-5,18446744073709551616,7]'],
    ['boxed primitives', [Object(1), Object('a"'), Object(true), Object(false), Object(Symbol('x'))], '[1,"a\\"",true,false,{}]'],
    ['a Date', { d: new Date(86400000), bad: new Date(NaN) }, '{"d":"1970-01-02T00:00:00.000Z","bad":null}'],
    ['what is left out', { a: undefined, b: () => 1, c: Symbol('c'), d: 1, [Symbol('e')]: 2 }, '{"d":1}'],
    ['what is null in a list', [undefined, () => 1, Symbol('x'), null], '[null,null,null,null]'],
    ['a sparse array', [, 1, , 2n], '[null,1,null,2]'], // eslint-disable-line no-sparse-arrays
    ['getters', { get a() { return 1n; }, b: Object.create(null, { c: { enumerable: true, get: () => new Set([1]) } }) as unknown }, '{"a":1,"b":{"c":[1]}}'],
    ['what is inherited or hidden', Object.create({ up: 1 }, { own: { value: 2n, enumerable: true }, hidden: { value: 3 } }), '{"own":2}'],
    ['a class', new (class A { x = 1n; static y = 2; z(): void { /* not enumerable */ } })(), '{"x":1}'],
    ['keys that are integers', { b: 1n, 2: 2, 1: 3, a: 4 }, '{"1":3,"2":2,"b":1,"a":4}'],
    ['numbers', [-0, 0.1, 1e21, 1e-7, 123456789012345680000, Number.MIN_VALUE, 1n], '[0,0.1,1e+21,1e-7,123456789012345680000,5e-324,1]'],
    ['strings', ['\u0000\u001f"\\/\b\f\n\r\t\u007f', '\ud800', 'a\udc00b', '😀', '\u2028', 1n], '["\\u0000\\u001f\\"\\\\/\\b\\f\\n\\r\\t\u007f","\\ud800","a\\udc00b","😀","\u2028",1]'],
    ['Raw and RawNumber', { r: new Raw(' [1, 2]'), n: new RawNumber('1.10'), b: new Raw(Buffer.from('"é"')), t: new Raw('anything', { trusted: true }) }, '{"r": [1, 2],"n":1.10,"b":"é","t":anything}'],
  ])('writes %s', (_, v, want) => {
    expect(stringify(v)).toBe(want);
    expect(Buffer.from(encode(v)).toString('utf8')).toBe(want);
  });

  it('asks toJSON as JSON.stringify does, of everything that has one, with the key', () => {
    const keys: unknown[] = [];
    const asks = (v: unknown): object => ({
      toJSON(this: unknown, k: unknown) {
        keys.push(k);
        return v;
      },
    });
    const fn = Object.assign(() => 1, { toJSON: () => 'fn' });
    const list = Object.assign([1, 2], { toJSON: () => 'list' });
    for (const o of both) {
      keys.length = 0;
      expect(text({ a: asks(1), b: [asks('x'), asks(undefined)], m: new Map([['k', asks(2n)]]), f: fn, l: list, u: asks(undefined) }, o)).toBe('{"a":1,"b":["x",null],"m":{"k":2},"f":"fn","l":"list"}');
      expect(keys).toEqual(['a', '0', '1', 'k', 'u']);
      // Once is enough: what toJSON gives is not asked again, but for what is inside.
      expect(text(asks(asks(5)), o)).toBe('{}');
      expect(text(asks({ x: asks(5) }), o)).toBe('{"x":5}');
      for (const [v, want] of [[new Raw('1 '), '1 '], [new RawNumber('1.0'), '1.0'], [Buffer.from('a'), '"YQ=="'], [new Map([['a', 1]]), '{"a":1}'], [3n, '3']] as const) expect(text([asks(v)], o)).toBe(`[${want}]`);
    }
    const proto = BigInt.prototype as { toJSON?: () => string };
    proto.toJSON = function (this: bigint) {
      return `${this}n`;
    };
    try {
      expect(stringify([1n])).toBe('["1n"]');
    } finally {
      delete proto.toJSON;
    }
  });

  it('writes a value that is something else the second time', () => {
    let n = 0;
    expect(stringify({ get x() { return n++ === 0 ? 1 : 2n; } })).toBe('{"x":2}');
  });

  it('writes what JSON.rawJSON made, where the language has it', () => {
    const { rawJSON } = JSON as { rawJSON?: (t: string) => unknown };
    const v = rawJSON === undefined ? 1 : rawJSON('1.000');
    for (const o of both) expect(text([v, 1n], o)).toBe(rawJSON === undefined ? '[1,1]' : '[1.000,1]');
  });

  it('refuses what has no form, and says where', () => {
    for (const o of both) {
      for (const v of [undefined, () => 1, Symbol('x')]) expect(() => text(v, o)).toThrow(SonicTypeError);
      const cycle: Record<string, unknown> = { a: [{}] };
      (cycle['a'] as unknown[])[0] = { b: cycle };
      expect(() => text(cycle, o)).toThrow('$.a[0].b: the value contains itself');
      const map = new Map<string, unknown>();
      map.set('self', map);
      expect(() => text([map], o)).toThrow(expect.objectContaining({ code: 'SONIC_VALUE_CIRCULAR', path: [0, 'self'] }));
      // Twice beside each other is no cycle.
      const shared = { x: 1n };
      expect(text([shared, shared], o)).toBe('[{"x":1},{"x":1}]');
    }
    expect(() => stringify({ 'a b': new Map([[{}, 1]]) })).toThrow('$["a b"]: a Map key: got an object');
    expect(() => stringify(new Map<unknown, number>([[1, 1], ['1', 2]]))).toThrow('two keys have the text "1"');
    expect(() => stringify({ toJSON: () => { throw new RangeError('mine'); } })).toThrow(new RangeError('mine'));
  });

  it('goes as deep as maxDepth and no deeper', () => {
    const deep = (n: number, leaf: unknown): unknown => {
      let v = leaf;
      for (let i = 0; i < n; i++) v = i % 2 === 0 ? [v] : { a: v };
      return v;
    };
    for (const leaf of [1, 1n]) {
      expect(stringify(deep(4096, leaf)).length).toBeGreaterThan(4096);
      expect(() => stringify(deep(4097, leaf))).toThrow(expect.objectContaining({ code: 'SONIC_VALUE_DEPTH' }));
      expect(() => stringify(deep(200_000, leaf))).toThrow(expect.objectContaining({ code: 'SONIC_VALUE_DEPTH' }));
      expect(text(deep(3, leaf), { maxDepth: 3 })).toBe(`[{"a":[1]}]`);
      expect(() => text(deep(4, leaf), { maxDepth: 3 })).toThrow('nested deeper than 3 (maxDepth)');
    }
  });
});

describe('options of stringify', () => {
  it('escapeHTML escapes five characters, and nothing of the structure. Default: false', () => {
    const v = { '<a>': '<&>\u2028\u2029', n: [1n] };
    expect(text(v)).toBe('{"<a>":"<&>\u2028\u2029","n":[1]}');
    expect(text(v, { escapeHTML: true })).toBe('{"\\u003ca\\u003e":"\\u003c\\u0026\\u003e\\u2028\\u2029","n":[1]}');
    expect(text(new Raw('"<"'), { escapeHTML: true })).toBe('"\\u003c"');
  });

  it('sortKeys sorts by UTF-16 units, or as it is told. Default: false', () => {
    const v = { b: 1, a: { d: 1, c: 2 }, '\ufb33': 1, '😀': 2, B: new Map([['z', 1], ['y', 2]]), 10: 1, 9: 2 };
    expect(text({ b: 1, a: 2 })).toBe('{"b":1,"a":2}');
    expect(text(v, { sortKeys: true })).toBe('{"10":1,"9":2,"B":{"y":2,"z":1},"a":{"c":2,"d":1},"b":1,"😀":2,"\ufb33":1}');
    expect(text({ a: 1, b: 2, c: 3 }, { sortKeys: (x, y) => (x < y ? 1 : -1) })).toBe('{"c":3,"b":2,"a":1}');
  });

  it("indent and prefix lay out as JSON.stringify and Go's MarshalIndent do. Default: ''", () => {
    const v = { a: [1, { b: [] }], c: {}, d: '' };
    for (const indent of ['', ' ', '\t', '    ', '          ']) {
      expect(text(v, { indent })).toBe(JSON.stringify(v, undefined, indent));
      expect(text(v, { indent, sortKeys: true })).toBe(JSON.stringify(v, undefined, indent));
    }
    // Not cut at ten.
    expect(text([1], { indent: ' '.repeat(12) })).toBe(`[\n${' '.repeat(12)}1\n]`);
    // Source: Go encoding/json MarshalIndent(v, "\t", "  ").
    expect(text(v, { indent: '  ', prefix: '\t' })).toBe('{\n\t  "a": [\n\t    1,\n\t    {\n\t      "b": []\n\t    }\n\t  ],\n\t  "c": {},\n\t  "d": ""\n\t}');
    expect(text([new Map([['k', 1n]]), new Set()], { indent: ' ' })).toBe('[\n {\n  "k": 1\n },\n []\n]');
  });

  it("nonFinite writes null or refuses. Default: 'null'", () => {
    expect(text([NaN, Infinity, -Infinity, 1n])).toBe('[null,null,null,1]');
    expect(text([NaN])).toBe('[null]');
    for (const v of [NaN, Infinity, -Infinity, Object(NaN)]) expect(() => text({ a: [v] }, { nonFinite: 'error' })).toThrow(expect.objectContaining({ code: 'SONIC_VALUE_RANGE', path: ['a', 0] }));
  });

  it("bigint writes a number or a string. Default: 'number'", () => {
    expect(text([12345678901234567890n])).toBe('[12345678901234567890]');
    expect(text([12345678901234567890n, Object(1n)], { bigint: 'string' })).toBe('["12345678901234567890","1"]');
  });
});

describe('canonical', () => {
  const canonical = (v: unknown): string => text(v, { canonical: true });

  it('is what RFC 8785 shows', () => {
    // Source: RFC 8785 sections 3.2.2 and 3.2.3, appendix B.
    const example = JSON.parse('{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}') as unknown;
    expect(canonical(example)).toBe('{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}');
    const sorted = JSON.parse('{"\\u20ac":"Euro Sign","\\r":"Carriage Return","\\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\\ud83d\\ude00":"Emoji: Grinning Face","\\u0080":"Control","\\u00f6":"Latin Small Letter O With Diaeresis"}') as unknown;
    expect(Object.values(JSON.parse(canonical(sorted)) as object)).toContain('One');
    expect([...canonical(sorted).matchAll(/:"([^"]+)"/g)].map((m) => m[1])).toEqual(['Carriage Return', 'One', 'Control', 'Latin Small Letter O With Diaeresis', 'Euro Sign', 'Emoji: Grinning Face', 'Hebrew Letter Dalet With Dagesh']);
  });

  it.each([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['ffefffffffffffff', '-1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['c340000000000000', '-9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['44b52d02c7e14af7', '1.0000000000000001e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['41b3de4355555554', '333333333.33333325'],
    ['41b3de4355555555', '333333333.3333333'],
    ['41b3de4355555556', '333333333.3333334'],
    ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ])('writes the double %s as %s', (bits, want) => {
    expect(canonical(Buffer.from(bits, 'hex').readDoubleBE())).toBe(want);
  });

  it('refuses what it cannot hold', () => {
    for (const v of [NaN, Infinity, { '\ud800': 1 }, ['\udc00'], 2n ** 53n, new Raw('9007199254740993'), new RawNumber('1e999'), Object('\ud800')]) {
      expect(() => canonical(v)).toThrow(expect.objectContaining({ code: 'SONIC_VALUE_RANGE' }));
    }
    expect(canonical(['\\ud800', '😀', 2n ** 53n - 1n, new Map([['b', 1], ['a', 2]])])).toBe('["\\\\ud800","😀",9007199254740991,{"a":2,"b":1}]');
    expect(text(2n ** 64n, { canonical: true, bigint: 'string' })).toBe('"18446744073709551616"');
  });

  it('brings text into the form too', () => {
    expect(canonical([new Raw('{"b":1.0, "a": "\\u0041"}'), new RawNumber('1.50')])).toBe('[{"a":"A","b":1},1.5]');
    expect(() => canonical(new Raw('{"a":1,"a":2}'))).toThrow(SonicSyntaxError);
  });

  it('is the same for equal values', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()), (o) => {
        const reversed = Object.fromEntries(Object.entries(o).reverse());
        expect(canonical(reversed)).toBe(canonical(o));
      }),
    );
  });

  it('stands alone', () => {
    for (const o of [{ indent: ' ' }, { sortKeys: true }, { escapeHTML: true }, { indent: ' ', prefix: ' ' }]) expect(() => new Sonic({ canonical: true, ...o })).toThrow('stringify.canonical: wanted neither');
  });
});

describe('encodeInto', () => {
  const s = Sonic.default;
  it('writes where there is room, bytes counted as UTF-8', () => {
    const into = new Uint8Array(8).fill(7).subarray(2);
    expect(s.encodeInto('é😀', into.subarray(0, 7))).toEqual({ fits: false, written: 0 });
    expect(into).toEqual(new Uint8Array(6).fill(7));
    expect(s.encodeInto('éa', into)).toEqual({ fits: true, written: 5 });
    expect([...into]).toEqual([0x22, 0xc3, 0xa9, 0x61, 0x22, 7]);
  });
});

describe('Raw', () => {
  it('is checked unless it is trusted', () => {
    for (const bad of ['', '{', '1 2', '[1,]', Buffer.from([0x22, 0xff, 0x22])]) {
      expect(() => new Raw(bad)).toThrow(SonicSyntaxError);
      expect(new Raw(bad, { trusted: true }).toString()).toBe(typeof bad === 'string' ? bad : '"\ufffd"');
    }
    expect(stringify([new Raw('"\ud800"')])).toBe('["\\ud800"]');
  });

  it('numbers are exact', () => {
    const n = new RawNumber('-12345678901234567890');
    expect([n.toString(), n.toNumber(), n.toBigInt(), JSON.stringify(n)]).toEqual(['-12345678901234567890', -12345678901234567000, -12345678901234567890n, '"-12345678901234567890"']);
    for (const bad of ['', '1.', '.5', '01', '+1', '1e', 'NaN', '0x1', '1 ', '--1']) expect(() => new RawNumber(bad)).toThrow(expect.objectContaining({ code: 'SONIC_TYPE_MISMATCH' }));
    for (const whole of ['1.0', '1e3']) expect(() => new RawNumber(whole).toBigInt()).toThrow('wanted an integer');
    expect(() => new RawNumber('1'.repeat(2 ** 20 + 1)).toBigInt()).toThrow(expect.objectContaining({ code: 'SONIC_VALUE_RANGE' }));
  });
});
