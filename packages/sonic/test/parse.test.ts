// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeStream, get, getMany, Node, parse, RawNumber, Sonic, SonicSyntaxError, stringify, visit } from '@cloudwego/sonic';

const bytes = (s: string): Uint8Array => Buffer.from(s, 'utf8');

describe('parse', () => {
  it('gives what JSON.parse gives, wherever that is right', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => {
        const want: unknown = JSON.parse(text);
        for (const s of [Sonic.default, new Sonic({ duplicates: 'error', proto: 'ignore' })]) {
          // Where JSON.parse may be wrong, or we refuse.
          if (/__proto__|constructor|\d{16}/.test(text)) continue;
          expect(s.parse(text)).toEqual(want);
          expect(s.parse(bytes(text))).toEqual(want);
        }
      }),
    );
  });

  it('keeps integers that a double cannot hold', () => {
    const text = '{"id": 505874924095815681, "s": "x, 505874924095815681 ", "neg":-9007199254740993,"safe":9007199254740991,"list":[18446744073709551615 ,1], "f": 1234567890123456789.5}';
    const want = { id: 505874924095815681n, s: 'x, 505874924095815681 ', neg: -9007199254740993n, safe: 9007199254740991, list: [18446744073709551615n, 1], f: 1234567890123456789.5 };
    expect(parse(text)).toEqual(want);
    expect(parse(bytes(text))).toEqual(want);
    expect(new Sonic({ duplicates: 'error' }).parse(text)).toEqual(want);
    expect(parse('12345678901234567890')).toBe(12345678901234567890n);
    expect(new Sonic({ numbers: 'raw' }).parse('[1.10]')).toEqual([new RawNumber('1.10')]);
    expect(new Sonic({ integers: 'bigint' }).parse('[1,-2,0.5]')).toEqual([1n, -2n, 0.5]);
  });

  it('says where and why', () => {
    const e = new Sonic().validate('{"a":1,\n"b":tru}')!;
    expect([e.code, e.index, e.line, e.column]).toEqual(['SONIC_CHAR_INVALID', 15, 2, 8]);
    expect(() => parse('{"__proto__":1}')).toThrow(SonicSyntaxError);
    expect(() => parse('[' .repeat(5000) + ']'.repeat(5000))).toThrow('recursion exceeded max depth');
  });
});

describe('parts', () => {
  const doc = bytes('{"a":{"b":[1,{"c":"x\\u0041"},null]},"\\u0064":true,"big":505874924095815681}');
  it('are found without the rest', () => {
    expect(get(doc, ['a', 'b', 1, 'c'])?.asString()).toBe('xA');
    expect(get(doc, ['d'])?.asBoolean()).toBe(true);
    expect(get(doc, ['nope'])).toBeUndefined();
    expect(getMany(doc, [['big'], ['a', 'b', 0], ['x']]).map((v) => v?.raw)).toEqual(['505874924095815681', '1', undefined]);
  });

  it('are edited without the rest', () => {
    const n = Node.parse(doc);
    n.get('a', 'b')!.setAt(0, 7n);
    n.unset('d');
    n.set('new', { x: [1] });
    expect(n.toString()).toBe('{"a":{"b":[7,{"c":"x\\u0041"},null]},"big":505874924095815681,"new":{"x":[1]}}');
  });

  it('are visited in order', () => {
    const seen: string[] = [];
    visit(doc, { key: (k) => seen.push(k), number: (_, t) => seen.push(t), endArray: () => seen.push(']') });
    expect(seen).toEqual(['a', 'b', '1', 'c', ']', 'd', 'big', '505874924095815681']);
  });
});

describe('stringify', () => {
  it('writes what JSON has no type for', () => {
    const v = { m: new Map([[1, 2n]]), s: new Set(['a']), b: new Uint8Array([1, 2]), big: 2n ** 64n, d: new Date(0), u: undefined, nan: NaN };
    expect(stringify(v)).toBe('{"m":{"1":2},"s":["a"],"b":"AQI=","big":18446744073709551616,"d":"1970-01-01T00:00:00.000Z","nan":null}');
  });
});

describe('streams', () => {
  it('are cut anywhere', async () => {
    const text = '{"skip":[{"items":[9]}],"o":{"items":[1, {"a":"]"},"x\\"",[2,[3]] ]},"tail":1}';
    for (let size = 1; size < 12; size++) {
      const chunks: Uint8Array[] = [];
      for (let i = 0; i < text.length; i += size) chunks.push(bytes(text.slice(i, i + size)));
      const out: string[] = [];
      for await (const v of decodeStream(chunks, { mode: 'elements', path: ['o', 'items'] })) out.push(v.raw);
      expect(out).toEqual(['1', '{"a":"]"}', '"x\\""', '[2,[3]]']);
    }
  });
});
