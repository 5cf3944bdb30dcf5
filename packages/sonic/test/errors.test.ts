// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { arrayIter, bySchema, get, Node, parse, Raw, Sonic, SonicOptionError, SonicSyntaxError, SonicTypeError } from '@cloudwego/sonic';

const caught = (text: string | Uint8Array): SonicSyntaxError => {
  const e = Sonic.default.validate(text)!;
  // Every way of parsing says the same.
  for (const s of [Sonic.default, new Sonic({ numbers: 'raw' })]) {
    expect(() => s.parse(text)).toThrow(expect.objectContaining({ code: e.code, index: e.index, message: e.message, path: e.path }));
  }
  return e;
};

describe('a syntax error', () => {
  // Source: bytedance/sonic decoder/decoder_test.go, internal/decoder/errors/errors_test.go, ast/error_test.go: place, reason and the line with the caret.
  it.each<[string, number, string, string]>([
    ['', 0, 'eof', '(empty text)'],
    ['[[[}]]', 3, 'invalid char', '[[[}]]\n\t...^..'],
    ['[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[}]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]', 35, 'invalid char', '[[[[[[[[[[[[[[[[}]]]]]]]]]]]]]]]\n\t................^...............'],
    ['[[[[}]]]]]', 4, 'invalid char', '[[[[}]]]]]\n\t....^.....'],
    ['[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[}', 31, 'invalid char', '[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[}\n\t...............................^'],
    ['{"a":}', 5, 'invalid char', '{"a":}\n\t.....^'],
    ['{"a" 1}', 5, 'invalid char', '{"a" 1}\n\t.....^.'],
    ['{"a":1,}', 7, 'invalid char', '{"a":1,}\n\t.......^'],
    ['[1,]', 3, 'invalid char', '[1,]\n\t...^'],
    ['[1 2]', 3, 'invalid char', '[1 2]\n\t...^.'],
    ['{a:1}', 1, 'invalid char', '{a:1}\n\t.^...'],
    ['nul', 3, 'eof', 'nul\n\t...^'],
    ['nulx', 3, 'invalid char', 'nulx\n\t...^'],
    ['tru]', 3, 'invalid char', 'tru]\n\t...^'],
    ['-', 1, 'eof', '-\n\t.^'],
    ['-a', 1, 'invalid number format', '-a\n\t.^'],
    ['01', 1, 'invalid number format', '01\n\t.^'],
    ['1.', 2, 'eof', '1.\n\t..^'],
    ['1.e1', 2, 'invalid number format', '1.e1\n\t..^.'],
    ['1e+', 3, 'eof', '1e+\n\t...^'],
    ['{} x', 3, 'invalid char', '{} x\n\t...^'],
    ['{"a":\n"\t"}', 7, 'invalid char', '{"a":."."}\n\t.......^..'],
    ['"\\x"', 2, 'invalid escape char', '"\\x"\n\t..^.'],
    ['"\\u00"', 5, 'invalid unicode escape', '"\\u00"\n\t.....^'],
  ])('%j', (text, index, reason, shown) => {
    const e = caught(text);
    expect([e.index, e.reason]).toEqual([index, reason]);
    expect(e.describe()).toBe(`${e.message}\n\n\t${shown}\n`.replace('(empty text)\n', '(empty text)\n'));
    expect(e.message).toContain(`syntax error at index ${index} (line `);
    expect(caught(Buffer.from(text))).toMatchObject({ index, reason, code: e.code });
  });

  it('says line, column and path, in bytes of bytes and in units of a string', () => {
    const text = '{"é":[1,{"b c":2}],\r\n "x": {"y":[[],{"z":"😀", "w": tru}]}}';
    const e = caught(text);
    expect([e.index, e.line, e.column, e.path]).toEqual([55, 2, 35, ['x', 'y', 1, 'w']]);
    expect(e.message).toBe('syntax error at index 55 (line 2, column 35), in $.x.y[1].w: invalid char');
    const b = caught(Buffer.from(text));
    expect([b.index, b.line, b.column, b.path]).toEqual([58, 2, 37, ['x', 'y', 1, 'w']]);
    expect(caught('[{"a b":[0,{"c":[}').message).toContain('in $[0]["a b"][1].c[0]: ');
    // Between two members there is no member.
    expect(caught('{"a":1,"b":{"c":1,]}').path).toEqual(['b']);
    expect(caught('{"a":1,"b":{}],"c":1}').path).toEqual(['b']);
    expect(caught('{"a":"[{\\"", "b":[1 }').path).toEqual(['b', 0]);
  });

  it('keeps the middle of a long path to itself', () => {
    const text = '{"a":'.repeat(40) + 'x';
    expect(caught(text).message).toContain(`in $${'.a'.repeat(8)}…${'.a'.repeat(8)}: `);
    expect(caught(text).path.length).toBe(40);
  });

  it('in a part is about the whole', () => {
    const text = '{"a":[1,{"__proto__":2}],"b":[1,{"c":01}]}';
    for (const s of [text, Buffer.from(text)]) {
      const part = get(s, ['a'])!;
      for (const f of [() => part.toJS(), () => get(s, ['a', 1])!.toJS(), () => bySchema(text.slice(0, 24) + '}', { a: {} }), () => Node.parse(text.slice(0, 24) + '}').get('a')!.toJS()]) {
        expect(f).toThrow(expect.objectContaining({ code: 'SONIC_KEY_FORBIDDEN', index: 20, path: ['a', 1, '__proto__'] }));
      }
      expect(() => get(s, ['b'])).toThrow(expect.objectContaining({ index: 38, path: ['b', 1, 'c'] }));
      expect(() => [...arrayIter(s, ['b'])]).toThrow(expect.objectContaining({ index: 38 }));
    }
  });
});

describe('errors', () => {
  it('are of their class, across two copies of the package too', () => {
    const e = caught('x');
    expect(e).toBeInstanceOf(SonicSyntaxError);
    expect(e).toBeInstanceOf(SyntaxError);
    expect([e.name, e.originalName]).toEqual(['SonicSyntaxError', 'decoder.SyntaxError']);
    class Other extends SyntaxError {
      static readonly type = 'sonic/SonicSyntaxError';
    }
    expect(new Other()).toBeInstanceOf(SonicSyntaxError);
    expect(new SyntaxError('x')).not.toBeInstanceOf(SonicSyntaxError);
    expect(e).not.toBeInstanceOf(SonicTypeError);
    expect(null).not.toBeInstanceOf(SonicOptionError);
  });

  it('of a type say which, and where it stands', () => {
    const doc = get('{"a":[true,"x"]}', [])!;
    expect(() => doc.get('a', 0)!.asString()).toThrow('mismatched type: got boolean at index 6, wanted a string');
    expect(() => doc.get('a')!.asNumber()).toThrow(expect.objectContaining({ code: 'SONIC_TYPE_MISMATCH', index: 5, originalName: 'decoder.MismatchTypeError' }));
    expect(() => new Raw('[')).toThrow(SonicSyntaxError);
    expect(() => parse('[')).toThrow('syntax error at index 1 (line 1, column 2), in $[0]: eof');
  });
});
