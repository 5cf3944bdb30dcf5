// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { compile, decodeStream, encodeStream, get, parse, stringify } from '@cloudwego/sonic';
import { any, array, bigint, integer, string } from '@cloudwego/sonic/schema';
import { outcome } from './support/reference.js';

/*
 * What happens when an option is not given, one row for each that the docstrings name. Rows are found in the sources: an option without one fails here.
 */

function documentedDefaults(): string[] {
  const src = fileURLToPath(new URL('../src/', import.meta.url));
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.ts'));
  return files.flatMap((f) => {
    const text = readFileSync(src + f, 'utf8');
    // The name that follows the end of the comment.
    return [...text.matchAll(/@defaultValue(?:(?!\*\/)[\s\S])*\*\/\s*(?:readonly\s+|export\s+|function\s+)*([A-Za-z]\w*)/g)].map((m) => `${f.replaceAll('\\', '/').replace(/\.ts$/, '')}.${m[1]!}`);
  });
}

const nested = (n: number): string => '['.repeat(n) + ']'.repeat(n);
const deep = (n: number): unknown => (n === 1 ? [] : [deep(n - 1)]);
const MiB64 = 64 * 1024 * 1024;
/** A text of so many bytes: a number and blanks. */
const long = (n: number): Buffer => Buffer.alloc(n, 0x20).fill('1', 0, 1);
const refused = (f: () => unknown): boolean => outcome(f) === 'refused';

async function values(source: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array> | string, o?: Parameters<typeof decodeStream>[1]): Promise<string[]> {
  const out: string[] = [];
  for await (const v of decodeStream(source, o)) out.push(v.raw);
  return out;
}

const rows: Readonly<Record<string, () => unknown>> = {
  'options.integers': () => {
    expect(parse('[9007199254740991,9007199254740992]')).toEqual([9007199254740991, 9007199254740992n]);
  },
  'options.numbers': () => {
    expect(parse('[1.10]')).toEqual([1.1]);
  },
  'options.proto': () => {
    expect(() => parse('{"__proto__":1}')).toThrow(expect.objectContaining({ code: 'SONIC_KEY_FORBIDDEN' }));
  },
  'options.duplicates': () => {
    expect(parse('{"a":1,"a":2}')).toEqual({ a: 2 });
  },
  'options.utf8': () => {
    expect(() => parse(Buffer.from([0x22, 0xff, 0x22]))).toThrow(expect.objectContaining({ code: 'SONIC_UTF8_INVALID' }));
  },
  // Of parse and of stringify.
  'options.maxDepth': () => {
    expect([refused(() => parse(nested(4096))), refused(() => parse(nested(4097)))]).toEqual([false, true]);
    expect([refused(() => stringify(deep(4096))), refused(() => stringify(deep(4097)))]).toEqual([false, true]);
  },
  'options.maxBytes': () => {
    expect([refused(() => parse(long(MiB64))), refused(() => parse(long(MiB64 + 1)))]).toEqual([false, true]);
  },
  'options.escapeHTML': () => {
    expect(stringify('<&>\u2028')).toBe('"<&>\u2028"');
  },
  'options.sortKeys': () => {
    expect(stringify({ b: 1, a: new Map([['d', 1], ['c', 2]]) })).toBe('{"b":1,"a":{"d":1,"c":2}}');
  },
  'options.indent': () => {
    expect(stringify({ a: [1] })).toBe('{"a":[1]}');
  },
  'options.prefix': () => {
    expect(stringify([1])).toBe('[1]');
  },
  'options.nonFinite': () => {
    expect(stringify([NaN, -Infinity])).toBe('[null,null]');
  },
  'options.bigint': () => {
    expect(stringify([2n ** 64n])).toBe('[18446744073709551616]');
  },
  'options.canonical': () => {
    expect(stringify({ b: '\ud800', a: 1e21 })).toBe('{"b":"\\ud800","a":1e+21}');
  },
  'lazy/document.validate': () => {
    // What was passed is looked at, what comes behind is not.
    expect(() => get('{"a":[tru],"b":1}', ['b'])).toThrow('invalid char');
    expect(get('{"a":1,"b":[tru]}', ['a'])?.raw).toBe('1');
  },
  'lazy/document.copy': () => {
    const text = Buffer.from('{"a":1}');
    expect(get(text, ['a'])!.bytes.buffer).toBe(text.buffer);
  },
  'lazy/document.duplicates': () => {
    expect(get('{"a":1,"a":2}', ['a'])?.raw).toBe('1');
  },
  'lazy/document.maxDepth': () => {
    expect([refused(() => get(nested(4096), [])), refused(() => get(nested(4097), []))]).toEqual([false, true]);
  },
  'schema/compile.strategy': () => {
    expect(compile(any()).strategy).toBe('codegen');
  },
  'schema/compile.maxDepth': () => {
    const lists = compile(array(any()));
    expect([refused(() => lists.decode(nested(512))), refused(() => lists.decode(nested(513)))]).toEqual([false, true]);
  },
  'schema/compile.maxBytes': () => {
    const c = compile(integer());
    expect([refused(() => c.decode(long(MiB64))), refused(() => c.decode(long(MiB64 + 1)))]).toEqual([false, true]);
  },
  'schema/compile.emptyForNull': () => {
    expect(refused(() => compile(array(integer())).stringify(null as never))).toBe(true);
  },
  'schema/schema.integer': () => {
    const c = compile(array(integer()));
    expect(c.decode('[-9007199254740991,9007199254740991]')).toEqual([-9007199254740991, 9007199254740991]);
    expect(refused(() => c.decode('[9007199254740992]'))).toBe(true);
    expect(compile(array(bigint())).stringify([-1n])).toBe('[-1]');
  },
  'stream/encoder.newline': async () => {
    const out = new PassThrough();
    await encodeStream(out).encode(1);
    expect(String(out.read())).toBe('1\n');
  },
  'stream/encoder.sonic': async () => {
    const out = new PassThrough();
    await encodeStream(out).encode({ b: '<', a: 1n });
    expect(String(out.read())).toBe('{"b":"<","a":1}\n');
  },
  'stream/decoder.mode': async () => {
    expect(await values('1 [2]"3"\n{}')).toEqual(['1', '[2]', '"3"', '{}']);
  },
  'stream/decoder.path': async () => {
    expect(await values('[1,[2]]', { mode: 'elements' })).toEqual(['1', '[2]']);
  },
  'stream/decoder.maxValueBytes': async () => {
    const text = (n: number): string[] => ['"', ...Array.from({ length: Math.floor((n - 2) / (1 << 20)) }, () => 'x'.repeat(1 << 20)), 'x'.repeat((n - 2) % (1 << 20)), '"'];
    expect((await values(text(MiB64)))[0]!.length).toBe(MiB64);
    await expect(values(text(MiB64 + 1))).rejects.toThrow('maxValueBytes');
  },
  'stream/decoder.maxDepth': async () => {
    expect(await values(nested(4096))).toHaveLength(1);
    await expect(values(nested(4097))).rejects.toThrow('depth');
  },
};

it('every documented default has a row, and no row is for nothing', () => {
  expect(Object.keys(rows).sort()).toEqual([...new Set(documentedDefaults())].sort());
  expect(compile(string()).stringify('a')).toBe('"a"');
});

it.each(Object.keys(rows))('%s', async (name) => {
  await rows[name]!();
});
