// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { any, array, object, record } from '@cloudwego/sonic/schema';
import { bySchema, compile, decodeStream, get, getMany, Node, objectIter, parse, Sonic, SonicSyntaxError, stringify, visit } from '@cloudwego/sonic';

/*
 * Texts made to hurt. What is bounded is shown by how much is done for them: each test would take minutes or all memory if something grew with the square of
 * the text; the time limit of a test is the guard.
 */

const anything = compile(any());
const lists = compile(array(any()));
const records = compile(record(any()));

const readers: Readonly<Record<string, (s: string | Uint8Array) => unknown>> = {
  parse: (s) => parse(s),
  'the exact parser': (s) => new Sonic({ duplicates: 'error' }).parse(s),
  validate: (s) => {
    const e = Sonic.default.validate(s);
    if (e !== undefined) throw e;
    return undefined;
  },
  get: (s) => get(s, ['x', 1], { validate: 'all' }),
  'get of what was passed': (s) => get(s, []),
  getMany: (s) => getMany(s, [[0], ['x']]),
  bySchema: (s) => bySchema(s, { x: { y: 1 } }),
  Node: (s) => Node.parse(s),
  visit: (s) => {
    visit(s, {});
  },
};

function refused(f: () => unknown): SonicSyntaxError {
  try {
    f();
  } catch (e) {
    expect(e).toBeInstanceOf(SonicSyntaxError);
    return e as SonicSyntaxError;
  }
  throw new Error('not refused');
}

describe('ten million brackets', () => {
  const n = 10_000_000;
  it.each([
    ['arrays', '['.repeat(n), 4096],
    ['objects', '{"a":'.repeat(n / 5), 4096 * 5],
    ['both', '[{"":'.repeat(n / 5), 2048 * 5],
    ['closed arrays', '['.repeat(n / 2) + ']'.repeat(n / 2), 4096],
  ])('of %s are too deep, at the level that is one too many', (_, text, index) => {
    for (const source of [text.startsWith('{') ? text : Buffer.from(text)]) {
      for (const f of Object.values(readers)) {
        const e = refused(() => f(source));
        expect([e.code, e.index]).toEqual(['SONIC_DEPTH_EXCEEDED', index]);
        expect(e.path.length).toBeLessThanOrEqual(4096);
        expect(e.message.length).toBeLessThan(400);
      }
    }
    for (const c of [anything, lists, records]) expect(() => c.decode(text)).toThrow(text.startsWith('[[') || c !== lists ? expect.objectContaining({ code: 'SONIC_DEPTH_EXCEEDED' }) : SonicSyntaxError);
  });

  it('are told from a deep value by a stream before it is whole', async () => {
    async function* input(): AsyncGenerator<Buffer> {
      const chunk = Buffer.alloc(65536, '[');
      for (;;) yield chunk;
    }
    const run = (async () => {
      for await (const _ of decodeStream(input(), { maxValueBytes: 1 << 20 }));
    })();
    await expect(run).rejects.toThrow('maxValueBytes');
  });

  it('take no memory to speak of', () => {
    const text = '['.repeat(30_000_000);
    const before = process.memoryUsage().rss;
    for (let i = 0; i < 3; i++) {
      refused(() => parse(text));
      refused(() => parse(text + ']'));
      refused(() => parse('["]]]]]",'.repeat(3_000_000)));
    }
    // JSON.parse takes 1.3 GB.
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * 1024 * 1024);
  });

  it('in strings, without a bracket that opens, or behind a depth that is allowed, are not', () => {
    expect(parse(`"${'['.repeat(n)}"`)).toHaveLength(n);
    expect(parse(`[${'[],'.repeat(1_000_000)}[]]`)).toHaveLength(1_000_001);
    expect(refused(() => parse(']'.repeat(n))).index).toBe(0);
  });

  it('of a trusted text are matched, however deep, and never read past the end', () => {
    expect(get(Buffer.from('['.repeat(n / 2) + ']'.repeat(n / 2)), [0], { validate: 'none' })!.end).toBe(n - 1);
    for (const t of ['[', '["', '["\\', '{"a', '{"a":', '{"a"', '{"b":1', '[1,[', '[1']) {
      const view = Buffer.concat([Buffer.from(t), Buffer.from('a":1,"a":"] } , 1 ]')]).subarray(0, t.length);
      refused(() => get(view, t.startsWith('{') ? ['a'] : [9], { validate: 'none' }));
    }
  });
});

describe('numbers', () => {
  it('of a million digits are exact, or say how many digits they have', () => {
    const million = '1'.repeat(1_000_000);
    expect(String(parse(`[${million}]`))).toBe(million);
    expect((parse(Buffer.from(`{"a":-${million}}`)) as { a: bigint }).a < 0n).toBe(true);
    const e = refused(() => parse(`[1,${'9'.repeat(1_100_000)}]`));
    expect([e.code, e.index, e.path]).toEqual(['SONIC_NUMBER_INVALID', 3, [1]]);
    expect(e.message).toContain("an integer of 1100000 characters, wanted at most 1048576; numbers: 'raw' keeps any");
    expect(stringify(new Sonic({ numbers: 'raw' }).parse(`[${'9'.repeat(2_000_000)}]`))).toHaveLength(2_000_002);
    // A float of so many digits is a float.
    expect(parse(`[0.${million},${million}e-999999]`)).toEqual([0.1111111111111111, 1.1111111111111112]);
    for (const bad of [`${million}a`, `0${million}`, `-`, `1.${million}.`, `1e${million}e`, `${million}.`]) {
      for (const [name, f] of Object.entries(readers)) if (name !== 'get of what was passed' && name !== 'getMany') refused(() => f(bad));
    }
  });

  it('by the hundred thousand, long and in strings alike, are looked at once', () => {
    const many = Array.from({ length: 100_000 }, (_, i) => `{"${'7'.repeat(20)}${i}":"${'8'.repeat(20)}","a":${'9'.repeat(17)}${i}}`);
    const v = parse(`[${many.join(',')}]`) as { a: bigint }[];
    expect(v[99_999]!.a).toBe(BigInt('9'.repeat(17) + '99999'));
    // Strings of digits among commas and colons have to be told from numbers.
    const inStrings = Array.from({ length: 100_000 }, () => `" , ${'9'.repeat(20)} ,"`);
    expect(parse(`[${inStrings.join(',')},${'9'.repeat(20)}]`)).toHaveLength(100_001);
    const backslashes = `["${'\\\\'.repeat(2_000_000)}",${'9'.repeat(20)}]`;
    expect((parse(backslashes) as unknown[])[1]).toBe(BigInt('9'.repeat(20)));
  });
});

describe('keys', () => {
  it('that come again by the hundred thousand are seen', () => {
    const text = `{${'"k":1,'.repeat(200_000)}"k":2}`;
    expect(parse(text)).toEqual({ k: 2 });
    expect(new Sonic({ duplicates: 'first' }).parse(text)).toEqual({ k: 1 });
    expect(refused(() => new Sonic({ duplicates: 'error' }).parse(text))).toMatchObject({ code: 'SONIC_KEY_DUPLICATE', index: 7 });
    expect(getMany(text, [['k'], ['none']], { duplicates: 'last' }).map((v) => v?.raw)).toEqual(['2', undefined]);
    expect(compile(object({ k: any() })).decode(text)).toEqual({ k: 2 });
    const n = Node.parse(text);
    expect(n.set('k', 3)).toBe(true);
    expect(n.toString()).toBe('{"k":3}');
    expect(n.unset('k')).toBe(true);
    expect(n.toString()).toBe('{}');
  });

  it('that are all different, and long, are no worse', () => {
    const text = `{${Array.from({ length: 200_000 }, (_, i) => `"${i.toString(36)}":${i}`).join(',')},"${'x'.repeat(1_000_000)}":1}`;
    expect(Object.keys(new Sonic({ duplicates: 'error' }).parse<object>(text))).toHaveLength(200_001);
    expect([...objectIter(text)]).toHaveLength(200_001);
    expect(Node.parse(text).sortKeys().length()).toBe(200_001);
    expect(refused(() => new Sonic({ duplicates: 'error' }).parse(`{"${'y'.repeat(1_000_000)}":1,"${'y'.repeat(1_000_000)}":1}`)).message.length).toBeLessThan(400);
  });
});

describe('strings', () => {
  it.each([
    ['"\\', 'SONIC_TEXT_END', 2],
    ['"\\u', 'SONIC_TEXT_END', 3],
    ['"\\u12', 'SONIC_TEXT_END', 5],
    ['"\\u12"', 'SONIC_UNICODE_INVALID', 5],
    ['"\\u123g"', 'SONIC_UNICODE_INVALID', 6],
    ['"\\ud800\\', 'SONIC_TEXT_END', 8],
    ['"\\ud800\\u', 'SONIC_TEXT_END', 9],
    ['"\\x"', 'SONIC_ESCAPE_INVALID', 2],
    ['"\\U0041"', 'SONIC_ESCAPE_INVALID', 2],
    ['"a\nb"', 'SONIC_CHAR_INVALID', 2],
    ['"a\u0000b"', 'SONIC_CHAR_INVALID', 2],
    ['"abc', 'SONIC_TEXT_END', 4],
    ["'a'", 'SONIC_CHAR_INVALID', 0],
  ])('%j: %s at %i, by every reader', (text, code, index) => {
    for (const f of Object.values(readers)) {
      for (const s of [text, Buffer.from(text)]) {
        const e = refused(() => f(s));
        expect([e.code, e.index]).toEqual([code, index]);
      }
    }
  });

  it('with halves of pairs keep them', () => {
    for (const half of ['\ud800', '\udfff', 'a\udc00\ud800b', '\ud83d\ud83d\ude00']) {
      const raw = `{"${half}":["${half}"]}`;
      const escaped = raw.replace(/[\ud800-\udfff]/g, (c) => '\\u' + c.charCodeAt(0).toString(16));
      const want = { [half]: [half] };
      for (const text of [raw, escaped]) {
        expect(parse(text)).toEqual(want);
        expect(new Sonic({ numbers: 'raw' }).parse(text)).toEqual(want);
        expect(get(text, [half, 0])?.asString()).toBe(half);
        expect(Node.parse(text).get(half, 0)!.toJS()).toBe(half);
        expect(JSON.parse(Node.parse(text).toString())).toEqual(want);
        expect(anything.decode(text)).toEqual(want);
        expect(JSON.parse(stringify(want))).toEqual(want);
        const seen: string[] = [];
        visit(text, { key: (k) => seen.push(k), string: (s) => seen.push(s) });
        expect(seen).toEqual([half, half]);
      }
      // Offsets count the units of the text that was given.
      expect(refused(() => get(`["${half}",x]`, [2])).index).toBe(half.length + 4);
      expect(refused(() => parse(`["${half}",x]`)).index).toBe(half.length + 4);
    }
  });

  it('full of escapes are read once', () => {
    const text = `"${'\\u0041'.repeat(1_000_000)}"`;
    expect(parse(text)).toBe('A'.repeat(1_000_000));
    expect(new Sonic({ numbers: 'raw' }).parse(text)).toBe('A'.repeat(1_000_000));
    expect(get(Buffer.from(text), [])!.asString()).toHaveLength(1_000_000);
  });
});

describe('errors', () => {
  it('of a long text are found and shown at its end', () => {
    const lines = '[\n'.repeat(1000) + '"é",\n'.repeat(500_000) + 'x';
    for (const s of [lines, Buffer.from(lines)]) {
      const e = refused(() => parse(s));
      expect([e.line, e.column, e.path.length, e.index]).toEqual([501_001, 1, 1000, s.length - 1]);
    }
  });

  it('are bounded in what they show', () => {
    const e = refused(() => parse(`{"${'k'.repeat(1_000_000)}":{"a":[${'1,'.repeat(100)}x]}}`));
    expect(e.path).toEqual(['k'.repeat(100) + '…', 'a', 100]);
    expect(e.message.length).toBeLessThan(250);
    expect(e.describe().length).toBeLessThan(350);
  });
});
