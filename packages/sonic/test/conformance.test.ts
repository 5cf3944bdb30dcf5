// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { any } from '@cloudwego/sonic/schema';
import { arrayIter, compile, decodeStream, get, getMany, Node, objectIter, parse, Raw, Sonic, valid, visit } from '@cloudwego/sonic';
import { documents, needs, original, present } from './support/originals.js';
import { plainParse } from './support/reference.js';

const anything = compile(any());

/** Every way of saying whether a text is JSON. */
const readers: Readonly<Record<string, (s: string | Uint8Array) => unknown>> = {
  parse: (s) => parse(s),
  'parse by the exact parser': (s) => new Sonic({ numbers: 'raw' }).parse(s),
  valid: (s) => {
    if (!valid(s)) throw new Error('not valid');
    return undefined;
  },
  "get(validate: 'all')": (s) => get(s, [], { validate: 'all' }),
  "getMany(validate: 'all')": (s) => getMany(s, [['a']], { validate: 'all' }),
  'Node.parse': (s) => Node.parse(s),
  visit: (s) => {
    visit(s, {});
  },
  'compile(any()).decode': (s) => anything.decode(s),
  Raw: (s) => new Raw(s),
};

const accepts = (f: (s: string | Uint8Array) => unknown, s: string | Uint8Array): boolean => {
  try {
    f(s);
    return true;
  } catch {
    return false;
  }
};

/** The suite as the original keeps it: name to text. */
const suite = present ? Object.entries(JSON.parse(original('JSONTestSuite/testdata.json.gz').toString('utf8')) as Record<string, string>) : [];

/** In the original's file these have U+FFFD where the suite's had no UTF-8, which makes them JSON; their bytes are further below. */
const mended = suite.filter(([n, text]) => n.startsWith('n_string_') && text.includes('\ufffd')).map(([n]) => n);
const decided = suite.filter(([n]) => !n.startsWith('i_') && !mended.includes(n));

describe.skipIf(!present)(`JSONTestSuite ${present ? '' : needs}`, () => {
  it('is there', () => {
    expect(suite.filter(([n]) => n.startsWith('y_')).length).toBeGreaterThan(80);
    expect(decided.filter(([n]) => n.startsWith('n_')).length).toBeGreaterThan(100);
    expect(mended.length).toBe(15);
  });

  for (const [name, f] of Object.entries(readers)) {
    it(`is told apart by ${name}, from a string and from bytes`, () => {
      const wrong: string[] = [];
      for (const [n, text] of decided) {
        for (const s of [text, Buffer.from(text, 'utf8')]) if (accepts(f, s) !== n.startsWith('y_')) wrong.push(`${n} ${typeof s}`);
      }
      expect(wrong).toEqual([]);
    });
  }

  it('is told apart by streams, as one value', async () => {
    const wrong: string[] = [];
    for (const [n, text] of decided) {
      let count = 0;
      let failed = false;
      try {
        for await (const _ of decodeStream(text)) count++;
      } catch {
        failed = true;
      }
      if ((!failed && count === 1) !== n.startsWith('y_')) wrong.push(`${n}: ${count} values`);
    }
    expect(wrong).toEqual([]);
  });

  it('leaves a choice in these, and we do as JSON.parse does', () => {
    for (const [n, text] of suite.filter(([x]) => x.startsWith('i_'))) {
      let want: unknown = 'refused';
      try {
        want = JSON.parse(text);
      } catch {
        // As it is.
      }
      expect([n, accepts(parse, text) ? parse(text) : 'refused']).toEqual([n, typeof want === 'object' && JSON.stringify(want).match(/\d{16}/) ? plainParse(text) : want]);
    }
  });
});

describe('bytes that JSONTestSuite has and a string cannot hold', () => {
  // Source: nst/JSONTestSuite test_parsing, the cases that are no UTF-8.
  const bad: Readonly<Record<string, string>> = {
    n_array_a_invalid_utf8: '5b61e55d',
    n_array_invalid_utf8: '5bff5d',
    n_number_invalid_utf8_in_bigger_int: '5b313233e55d',
    n_number_invalid_utf8_in_exponent: '5b316531e55d',
    n_number_invalid_utf8_in_int: '5b30e55d',
    n_object_lone_continuation_byte_in_key: '7b22b9223a2230227d',
    n_string_invalid_utf8_after_escape: '5b225ce5225d',
    n_structure_incomplete_UTF8_BOM: 'efbb7b7d',
    n_structure_single_eacute: 'e9',
    n_structure_UTF8_BOM_no_data: 'efbbbf',
    i_string_iso_latin_1: '5b22e9225d',
    i_string_invalid_utf8: '5b22ff225d',
    i_string_not_in_unicode_range: '5b22f4bfbfbf225d',
    i_string_overlong_sequence_2_bytes: '5b22c0af225d',
    i_string_overlong_sequence_6_bytes_null: '5b22fc8080808080225d',
    i_string_truncated_utf8: '5b22e0ff225d',
    'i_string_UTF-8_invalid_sequence': '5b22e697a5d188fa225d',
    i_structure_UTF8_BOM_empty_object: 'efbbbf7b7d',
    'i_string_UTF-16LE_with_BOM': 'fffe5b002200e90022005d00',
  };

  for (const [name, f] of Object.entries(readers)) {
    it(`are refused by ${name}`, () => {
      for (const [n, hex] of Object.entries(bad)) expect([n, accepts(f, Buffer.from(hex, 'hex'))]).toEqual([n, false]);
    });
  }

  it("are read with U+FFFD under utf8: 'replace', as far as the grammar allows", () => {
    const s = new Sonic({ utf8: 'replace' });
    expect(s.parse(Buffer.from(bad.i_string_invalid_utf8!, 'hex'))).toEqual(['\ufffd']);
    expect(s.parse(Buffer.from(bad.n_object_lone_continuation_byte_in_key!, 'hex'))).toEqual({ '\ufffd': '0' });
    expect(() => s.parse(Buffer.from(bad.n_array_invalid_utf8!, 'hex'))).toThrow('invalid char');
  });
});

describe.skipIf(!present)(`the original's documents ${present ? '' : needs}`, () => {
  it.each(documents)('%s is read as the grammar says, by every way', (name) => {
    const bytes = original(name);
    const text = bytes.toString('utf8');
    const want = plainParse(text);
    const same = (v: unknown): void => {
      expect(isDeepStrictEqual(v, want)).toBe(true);
    };
    same(parse(bytes));
    same(new Sonic({ duplicates: 'error' }).parse(bytes));
    same(anything.decode(bytes));
    same(parse(text));
    // Lazily, member by member.
    const read = (v: ReturnType<typeof get>): unknown => v!.toJS();
    same(Array.isArray(want) ? [...arrayIter(bytes)].map(read) : Object.fromEntries([...objectIter(bytes)].map(([k, v]) => [k, read(v)])));
    expect(Node.parse(bytes).load(true).toString()).toBe(text.trim());
    same(parse(Node.parse(bytes).compact()));
    // And written again.
    same(plainParse(Sonic.default.stringify(parse(bytes))));
  });

  it('has 197 integers in twitter.json that JSON.parse loses', () => {
    const count = (v: unknown): number => (typeof v === 'bigint' ? 1 : typeof v === 'object' && v !== null ? Object.values(v).reduce<number>((n, x) => n + count(x), 0) : 0);
    expect(count(parse(original('twitter.json')))).toBe(197);
  });
});
