// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { linkThrift } from '@cloudwego/pilota/descriptor';
import { DynamicError, JsonTranscoder, ValueCodec } from '@cloudwego/pilota/dynamic';
import type { JsonOptions } from '@cloudwego/pilota/dynamic';
import { describe, expect, it } from 'vitest';
import { loadThriftText, thriftFromText } from '../../src/index.js';
import type { ResolvedStruct } from '../../src/index.js';
import { random, RandomValues } from '../random.js';
import { failure, IDL, linked, read, written } from './support.js';

const { parse, stringify } = JSON;
const ROUNDS = Number(process.env['PILOTA_DYNAMIC_VALUES'] ?? 60);
const all = linked.struct('All');
const plain = new JsonTranscoder({ absentRequired: 'zero', i64: 'string', quotedNumbers: true });
/** Values as JSON has them. */
const values = new ValueCodec({ i64: 'string', binary: 'base64', maps: 'object', sets: 'array', fill: 'none', absentDefault: 'omit', absentOptional: 'omit' });

const other = linkThrift(
  thriftFromText(`
enum E { A = 1, B = -2 }
struct Numbers { 1: i8 a, 2: i16 b, 3: i32 c, 4: i64 d, 5: double e, 6: E f, 7: bool g }
struct Js { 1: i64 id (api.js_conv = ""), 2: list<i64> ids (api.js_conv = ""), 3: map<i64, i64> m (api.js_conv = ""), 4: i32 n }
struct Absent { 1: required i32 a = 4, 2: i32 b = 5, 3: optional i32 c = 6, 4: optional string d, 5: required Js e, 6: list<string> f, 7: map<string, Js> g = { "k": { "n": 1 } } }
struct Nest { 1: optional Nest n, 2: optional list<list<Nest>> l }
struct Keys { 1: map<double, i32> d, 2: map<binary, i32> b, 3: map<E, i32> e, 4: map<bool, i32> f, 5: map<Js, i32> s, 6: string a (api.key = "x y"), 7: i8 q (go.tag = 'json:"é"') }
struct Many { ${Array.from({ length: 40 }, (_, i) => `${i + 1}: required i32 f${i}`).join(', ')} }
`).current(),
);

const json = (struct: string, text: string, o: JsonOptions = {}): string => {
  const t = new JsonTranscoder({ absentRequired: 'zero', ...o });
  return t.toJson(other.struct(struct), t.toThrift(other.struct(struct), text)).toString();
};

describe('beside values', () => {
  const s = loadThriftText(IDL, 'dyn.thrift').root.names.get('All') as ResolvedStruct;

  it('the same bytes from the same JSON, and JSON of the same value from the same bytes', () => {
    const make = new RandomValues(11);
    const codec = new ValueCodec({ fill: 'none' });
    let n = 0;
    for (let i = 0; i < ROUNDS; i++) {
      const v = make.struct(s) as Record<string, unknown> | undefined;
      if (v === undefined) continue;
      n++;
      const thrift = written(codec, all, v);
      const asJson = read(values, all, thrift);
      const text = stringify(asJson);
      // Keys that look like indexes come first in an object; that apart, the bytes are the same.
      if (!/"-?\d+":/.test(text)) expect(plain.toThrift(all, text)).toEqual(thrift);
      expect(read(codec, all, plain.toThrift(all, Buffer.from(text)))).toEqual(read(codec, all, thrift));
      expect(parse(plain.toJson(all, thrift).toString())).toEqual(parse(text));
      // With blanks everywhere, and keys in another order.
      const spaced = text.replaceAll(/(?<=[{[,])(?=")|(?<=")(?=:)/g, ' \n\t\r');
      if (!text.includes('\\')) expect(read(codec, all, plain.toThrift(all, spaced))).toEqual(read(codec, all, thrift));
      const turned = stringify(Object.fromEntries(Object.entries(asJson as object).toReversed()));
      expect(read(codec, all, plain.toThrift(all, turned))).toEqual(read(codec, all, thrift));
    }
    expect(n).toBeGreaterThan(ROUNDS / 3);
  });

  it('changed and cut texts and bytes end in an error with a code, or in a result', () => {
    const make = new RandomValues(12);
    const next = random(13);
    const codec = new ValueCodec();
    for (let i = 0; i < ROUNDS * 4; i++) {
      const v = make.struct(s);
      if (v === undefined) continue;
      const thrift = written(codec, all, v);
      const text = plain.toJson(all, thrift);
      for (const b of [text, thrift]) {
        const hurt = Buffer.from(b.subarray(0, Math.ceil(next() * b.length)));
        for (let k = 0; k < 2; k++) hurt[Math.floor(next() * hurt.length)] = Math.floor(next() * 256);
        try {
          if (b === text) plain.toThrift(all, hurt);
          else plain.toJson(all, hurt);
        } catch (e) {
          if (!(e instanceof DynamicError)) throw e;
        }
      }
    }
    // What failed before leaves nothing behind.
    expect(plain.toJson(all, plain.toThrift(all, '{"must":"x"}')).toString()).toBe('{"must":"x"}');
  });
});

describe('JSON that is taken', () => {
  it.each<[string, string, string, JsonOptions]>([
    ['Numbers', '{"a":-128,"b":32767,"c":-2147483648,"d":9223372036854775807,"e":1.5e300,"f":-2,"g":true}', '{"a":-128,"b":32767,"c":-2147483648,"d":9223372036854775807,"e":1.5e+300,"f":-2,"g":true}', {}],
    ['Numbers', '{"a":1.0,"b":1e2,"c":10E-1,"d":-9223372036854775808,"e":-0.1}', '{"a":1,"b":100,"c":1,"d":-9223372036854775808,"e":-0.1}', {}],
    ['Numbers', '{"d":1234567890123456,"e":123456789012345678}', '{"d":1234567890123456,"e":123456789012345680}', {}],
    ['Numbers', '{"e":0.1,"d":-1}', '{"e":0.1,"d":-1}', {}],
    ['Numbers', '{"e":-0,"c":-0}', '{"e":-0,"c":0}', {}],
    ['Numbers', '{"f":"B"}', '{"f":"B"}', { enums: 'name' }],
    ['Numbers', '{"f":"A","d":5}', '{"f":1,"d":"5"}', { i64: 'string', quotedNumbers: true }],
    ['Numbers', '{"a":"7","d":"-8","e":"1.5","b":"","c":"1e1"}', '{"a":7,"d":-8,"e":1.5,"b":0,"c":10}', { quotedNumbers: true }],
    ['Numbers', '{"a":200}', '{"a":200}', { i8: 'unsigned' }],
    ['Js', '{"id":"12345678901234567890123"}', 'error', {}],
    ['Js', '{"id":"1","ids":["2",3],"m":{"4":"5"}}', '{"id":"1","ids":["2","3"],"m":{"4":"5"}}', {}],
    ['Js', '{"id":1}', '{"id":1}', { jsConv: false }],
    ['Js', '{"ids":[null,1,null],"m":{"1":null,"2":2},"n":null}', '{"ids":["1"],"m":{"2":"2"}}', {}],
    ['Js', '{"what":{"a":[1,{"b":"\\u00e9\\""}],"c":null,"d":true},"n":1}', '{"n":1}', {}],
    ['Keys', '{"d":{"1.5":1,"-2":2},"b":{"aGk=":1},"e":{"A":1,"-2":2,"9":3},"f":{"true":1},"x y":"z","é":1}', '{"d":{"1.5":1,"-2":2},"b":{"aGk=":1},"e":{"1":1,"-2":2,"9":3},"f":{"true":1},"x y":"z","é":1}', {}],
    ['Keys', '{"x\\u0020y":"\\ud83d\\ude00\\n","\\u00e9":2}', '{"x y":"😀\\n","é":2}', {}],
    ['Keys', '{"b":{"hi":1}}', '{"b":{"hi":1}}', { binary: 'text' }],
  ])('%s %s gives %s', (struct, text, wanted, o) => {
    if (wanted === 'error') expect(failure(() => json(struct, text, o))).toMatch(/^PILOTA_DYNAMIC_VALUE_RANGE/);
    else expect(json(struct, text, o)).toBe(wanted);
  });

  it('control characters are escaped, and what is no UTF-8 is replaced', () => {
    const t = new JsonTranscoder();
    const thrift = Buffer.from('0b0006' + '00000009' + '22' + '5c' + '01' + '09' + '0a' + '7f' + 'c3a9' + 'ff' + '00', 'hex');
    expect(t.toJson(other.struct('Keys'), thrift).toString()).toBe('{"x y":"\\"\\\\\\u0001\\t\\n\u007fé\ufffd"}');
    const long = 'a'.repeat(100) + '"' + 'b'.repeat(100);
    expect(json('Keys', stringify({ 'x y': long }))).toBe(stringify({ 'x y': long }));
    expect(json('Keys', stringify({ 'x y': '\0'.repeat(5000) }))).toBe(stringify({ 'x y': '\0'.repeat(5000) }));
  });
});

describe('what is absent', () => {
  const least = new JsonTranscoder({ absentRequired: 'error' });
  const given = Buffer.from('08000100000001' + '0c0005' + '00' + '00', 'hex');
  /** What comes of JSON; and of Thrift, which must be the same, where it is that which is required. */
  const at = (o: JsonOptions, text = '{}'): string => {
    const t = new JsonTranscoder({ absentRequired: 'zero', ...o });
    return least.toJson(other.struct('Absent'), t.toThrift(other.struct('Absent'), text)).toString();
  };

  it('is an error, a zero, a default, or stays away, both ways', () => {
    expect(failure(() => at({ absentRequired: 'error' }))).toBe('PILOTA_DYNAMIC_FIELD_REQUIRED: $: required field (1/a) of Absent is missing');
    expect(at({ absentRequired: 'zero' })).toBe('{"a":0,"e":{}}');
    expect(at({ absentRequired: 'default' })).toBe('{"a":4,"e":{}}');
    expect(at({ absentDefault: 'zero' })).toBe('{"a":0,"b":0,"e":{},"f":[],"g":{}}');
    expect(at({ absentDefault: 'default' })).toBe('{"a":0,"b":5,"e":{},"f":[],"g":{"k":{"id":"0","ids":[],"m":{},"n":1}}}');
    expect(at({ absentOptional: 'default' })).toBe('{"a":0,"c":6,"e":{}}');
    expect(at({ absentOptional: 'zero' })).toBe('{"a":0,"c":0,"d":"","e":{}}');
    expect(new JsonTranscoder({ absentDefault: 'default', absentOptional: 'zero' }).toJson(other.struct('Absent'), given).toString()).toBe(
      '{"a":1,"e":{"id":"0","ids":[],"m":{},"n":0},"b":5,"c":0,"d":"","f":[],"g":{"k":{"id":"0","ids":[],"m":{},"n":1}}}',
    );
    expect(failure(() => least.toJson(other.struct('Absent'), Buffer.from([0])))).toBe('PILOTA_DYNAMIC_FIELD_REQUIRED: $: required field (1/a) of Absent is missing');
    // null counts as present.
    expect(failure(() => at({ absentRequired: 'error' }, '{"a":1,"e":null}'))).toBe('PILOTA_DYNAMIC_FIELD_REQUIRED: $: required field (5/e) of Absent is missing');
    const t = new JsonTranscoder({ absentRequired: 'error' });
    expect(t.toThrift(other.struct('Absent'), '{"a":null,"e":null}')).toEqual(Buffer.from([0]));
  });

  it('of more fields than a number has bits', () => {
    const t = new JsonTranscoder();
    const v = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`f${i}`, i]));
    expect(parse(t.toJson(other.struct('Many'), t.toThrift(other.struct('Many'), stringify(v))).toString())).toEqual(v);
    delete v['f39'];
    expect(failure(() => t.toThrift(other.struct('Many'), stringify(v)))).toMatch(/required field \(40\/f39\)/);
    expect(parse(json('Many', stringify(v)))).toEqual({ ...v, f39: 0 });
  });
});

describe('what is refused', () => {
  it.each<[string, string, string, JsonOptions]>([
    ['Numbers', '{"a":128}', 'PILOTA_DYNAMIC_VALUE_RANGE: $.a: got 128, wanted an integer from -128 to 127', {}],
    ['Numbers', '{"c":1.5}', 'PILOTA_DYNAMIC_VALUE_RANGE: $.c: got 1.5, wanted an integer from -2147483648 to 2147483647', {}],
    ['Numbers', '{"d":9223372036854775808}', 'PILOTA_DYNAMIC_VALUE_RANGE: $.d: got 9223372036854775808, wanted an integer of 64 bits', {}],
    ['Numbers', '{"a":"1"}', 'PILOTA_DYNAMIC_TYPE_MISMATCH: $.a: got "1", wanted an integer', {}],
    ['Numbers', '{"g":"true"}', 'PILOTA_DYNAMIC_TYPE_MISMATCH: $.g: got "true", wanted true or false', { quotedNumbers: true }],
    ['Numbers', '{"f":"C"}', 'PILOTA_DYNAMIC_TYPE_MISMATCH: $.f: got "C", wanted a number or one of A, B', {}],
    ['Js', '{"ids":[1,{}]}', 'PILOTA_DYNAMIC_TYPE_MISMATCH: $.ids[1]: got an object, wanted an integer', {}],
    ['Js', '{"m":{"1":[]}}', 'PILOTA_DYNAMIC_TYPE_MISMATCH: $.m["1"]: got an array, wanted an integer', {}],
    ['Js', '{"m":{"x":1}}', 'PILOTA_DYNAMIC_JSON_INVALID: $.m.x: JSON at byte 7: got "x", wanted an integer', {}],
    ['Js', '{"zz":1}', 'PILOTA_DYNAMIC_FIELD_UNKNOWN: $: Js has no field "zz"', { unknown: 'error' }],
    ['Keys', '{"s":{"a":1}}', 'PILOTA_DYNAMIC_TYPE_MISMATCH: $.s.a: wanted a map whose keys are text, numbers or booleans', {}],
    ['Keys', '{"b":{"a":1}}', 'PILOTA_DYNAMIC_TYPE_MISMATCH: $.b.a: got "a", wanted base64', {}],
    ['Js', '[]', 'PILOTA_DYNAMIC_TYPE_MISMATCH: $: got an array, wanted an object of the fields of Js', {}],
    ['Js', '', 'PILOTA_DYNAMIC_JSON_INVALID: $: JSON at byte 0: got the end, wanted an object of the fields of Js', {}],
    ['Js', '{"n":1} x', 'PILOTA_DYNAMIC_JSON_INVALID: $: JSON at byte 8: got "x", wanted the end', {}],
    ['Js', '{"n":1,}', 'PILOTA_DYNAMIC_JSON_INVALID: $: JSON at byte 7: got "}", wanted a key', {}],
    ['Js', '{"n":01}', 'PILOTA_DYNAMIC_JSON_INVALID: $.n: JSON at byte 5: got "0", wanted a number', {}],
    ['Js', '{"n":1', 'PILOTA_DYNAMIC_JSON_INVALID: $.n: JSON at byte 6: got the end, wanted "," or "}"', {}],
    ['Js', '{"q":"a\tb"}', 'PILOTA_DYNAMIC_JSON_INVALID: $: JSON at byte 7: got 0x09, wanted a character of a string', {}],
    ['Js', '{"q":"\\x"}', 'PILOTA_DYNAMIC_JSON_INVALID: $: JSON at byte 5: got """, wanted a string without a wrong escape', {}],
    ['Js', '{"q":[1 2]}', 'PILOTA_DYNAMIC_JSON_INVALID: $: JSON at byte 8: got "2", wanted "," or "]"', {}],
    ['Js', '{"q":tru}', 'PILOTA_DYNAMIC_JSON_INVALID: $: JSON at byte 8: got "}", wanted true', {}],
  ])('%s %s', (struct, text, wanted, o) => {
    expect(failure(() => json(struct, text, o))).toBe(wanted);
  });

  it('depth, bytes that are no UTF-8, numbers that JSON does not have', () => {
    const deep = '{"n":'.repeat(70) + '{}' + '}'.repeat(70);
    expect(failure(() => json('Nest', deep))).toMatch(/^PILOTA_DYNAMIC_DEPTH_EXCEEDED: \$\.n\.n/);
    expect(failure(() => json('Js', `{"q":${'['.repeat(1e5)}`))).toMatch(/^PILOTA_DYNAMIC_DEPTH_EXCEEDED/);
    const t = new JsonTranscoder();
    expect(failure(() => t.toThrift(other.struct('Keys'), Buffer.from('7b2278207922' + '3a22ff227d', 'hex')))).toBe('PILOTA_DYNAMIC_JSON_INVALID: $: JSON: the bytes are no UTF-8');
    const nan = Buffer.from('040005' + '7ff8000000000000' + '00', 'hex');
    expect(failure(() => t.toJson(other.struct('Numbers'), nan))).toBe('PILOTA_DYNAMIC_VALUE_RANGE: $.e: got NaN, which JSON does not have (option nonFinite)');
    expect(new JsonTranscoder({ nonFinite: 'null' }).toJson(other.struct('Numbers'), nan).toString()).toBe('{"e":null}');
    expect(failure(() => t.toJson(other.struct('Js'), Buffer.from('0f00020a3b9aca00', 'hex')))).toMatch(/^PILOTA_DYNAMIC_BYTES_INVALID: \$\.ids: container size: got 1000000000/);
    const thriftDeep = Buffer.concat([...Array.from({ length: 100 }, () => Buffer.from([12, 0, 1])), Buffer.alloc(101)]);
    expect(failure(() => t.toJson(other.struct('Nest'), thriftDeep))).toMatch(/^PILOTA_DYNAMIC_DEPTH_EXCEEDED: \$\.n/);
  });
});
