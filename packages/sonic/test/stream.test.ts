// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { PassThrough, Readable, Writable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeStream, encodeStream, Sonic, SonicOptionError, SonicSyntaxError, SonicTypeError } from '@cloudwego/sonic';
import type { StreamOptions } from '@cloudwego/sonic';

/** What a stream gives, and the error that ended it. */
async function all(input: Parameters<typeof decodeStream>[0], o?: StreamOptions): Promise<{ values: string[]; offsets: number[]; error: unknown }> {
  const values: string[] = [];
  const offsets: number[] = [];
  const d = decodeStream(input, o);
  try {
    for await (const v of d) {
      values.push(v.raw);
      offsets.push(d.offset);
    }
  } catch (error) {
    return { values, offsets, error };
  }
  return { values, offsets, error: undefined };
}

/** `b` in pieces of every size, as bytes. */
function* splits(b: Buffer): Iterable<Uint8Array[]> {
  for (let size = 1; size <= Math.min(b.length, 17); size++) {
    const chunks: Uint8Array[] = [];
    for (let i = 0; i < b.length; i += size) chunks.push(b.subarray(i, i + size));
    yield chunks;
  }
  for (let at = 0; at <= b.length; at++) yield [b.subarray(0, at), new Uint8Array(0), b.subarray(at)];
}

async function everywhere(text: string, o: StreamOptions, want: readonly string[]): Promise<void> {
  const offsets = (await all(text, o)).offsets;
  for (const chunks of splits(Buffer.from(text))) expect(await all(chunks, o)).toEqual({ values: want, offsets, error: undefined });
  // Strings may end within a character too.
  for (let at = 0; at <= text.length; at++) expect((await all([text.slice(0, at), text.slice(at)], o)).values).toEqual(want);
}

describe('values', () => {
  it('come one after another, with or without blanks, split anywhere', async () => {
    await everywhere(' {"a":"}\\"{"}[1,[2]]"é😀\\\\"  -1.5e3\ntrue null"x"0\r\n', {}, ['{"a":"}\\"{"}', '[1,[2]]', '"é😀\\\\"', '-1.5e3', 'true', 'null', '"x"', '0']);
    await everywhere('', {}, []);
    await everywhere(' \n ', {}, []);
    await everywhere('12', {}, ['12']);
  });

  it('say where they end', async () => {
    expect((await all([' 1', '2 [', '] "é"'])).offsets).toEqual([3, 6, 11]);
  });

  it('of any kind are the same in one piece and in many', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.json({ maxDepth: 3, stringUnit: 'grapheme' }), { maxLength: 5 }), fc.array(fc.nat(40), { maxLength: 8 }), async (texts, cuts) => {
        const b = Buffer.from(texts.join('\n'));
        const at = [0, ...cuts.map((c) => Math.min(c, b.length)).sort((x, y) => x - y), b.length];
        const chunks = at.slice(1).map((to, i) => b.subarray(at[i]!, to));
        expect((await all(chunks)).values).toEqual(texts);
      }),
    );
  });

  it.each([
    ['[1,2', 'SONIC_TEXT_END', []],
    ['1 "abc', 'SONIC_TEXT_END', ['1']],
    ['1,2', 'SONIC_CHAR_INVALID', ['1']],
    ['{} ]', 'SONIC_CHAR_INVALID', ['{}']],
    ['{"a":1]', 'SONIC_CHAR_INVALID', []],
    ['truefalse', 'SONIC_CHAR_INVALID', []],
    ['\u0001', 'SONIC_CHAR_INVALID', []],
    ['\ufeff{}', 'SONIC_CHAR_INVALID', []],
    ['01', 'SONIC_NUMBER_INVALID', []],
    ['"\\x"', 'SONIC_ESCAPE_INVALID', []],
    ['1 [1e]', 'SONIC_NUMBER_INVALID', ['1']],
  ])('%j ends with %s, wherever it is cut', async (text, code, values) => {
    for (const chunks of splits(Buffer.from(text))) {
      const r = await all(chunks);
      expect(r.values).toEqual(values);
      expect(r.error).toBeInstanceOf(SonicSyntaxError);
      expect((r.error as SonicSyntaxError).code).toBe(code);
      expect((r.error as SonicSyntaxError).message).toContain('of the stream');
    }
  });

  it('end at the first error', async () => {
    const d = decodeStream('1 x 2');
    expect((await d.next()).value.raw).toBe('1');
    await expect(d.next()).rejects.toThrow('at offset 2 of the stream');
    expect(await d.next()).toEqual({ done: true, value: undefined });
  });

  it('have to be UTF-8', async () => {
    for (const chunks of splits(Buffer.from([0x22, 0xc3, 0x28, 0x22]))) expect(((await all(chunks)).error as SonicSyntaxError).code).toBe('SONIC_UTF8_INVALID');
  });
});

describe('lines', () => {
  it('end with LF or CR LF; those that are blank are passed over', async () => {
    await everywhere('{"a":1}\r\n\r\n \t\n[1, 2] \n"x\\n"\n\n3', { mode: 'ndjson' }, ['{"a":1}', '[1, 2]', '"x\\n"', '3']);
    await everywhere('\n', { mode: 'ndjson' }, []);
    await everywhere('1\n', { mode: 'ndjson' }, ['1']);
    expect((await all('1\r\n 22 \n', { mode: 'ndjson' })).offsets).toEqual([1, 6]);
  });

  it('hold one value each', async () => {
    for (const text of ['1 2\n', '{"a":\n1}\n', '[1,2']) {
      for (const chunks of splits(Buffer.from(text))) expect((await all(chunks, { mode: 'ndjson' })).error).toBeInstanceOf(SonicSyntaxError);
    }
  });
});

describe('elements', () => {
  const text = '{"s":"o","n":-1,"skip":[{"items":[9]},"]"],"o":{"e":{},"it\\u0065ms":[ 1 ,{"a":"]"},"x\\"😀",[2,[3]] , null]},"tail":1}';
  it('are those of the one array at a path', async () => {
    await everywhere(text, { mode: 'elements', path: ['o', 'items'] }, ['1', '{"a":"]"}', '"x\\"😀"', '[2,[3]]', 'null']);
    await everywhere(text, { mode: 'elements', path: ['skip', 0, 'items'] }, ['9']);
    await everywhere(text, { mode: 'elements', path: ['o', 'items', 3, 1] }, ['3']);
    await everywhere(' [ ] ', { mode: 'elements' }, []);
    await everywhere('[1 , 2]', { mode: 'elements' }, ['1', '2']);
  });

  it('are none where there is no such array', async () => {
    for (const path of [['o', 'nope'], ['s'], ['n'], ['o', 'e', 'x'], ['o', 'items', 9], ['o', 'items', 1, 'b'], ['skip', 0, 'items', 0], [0], ['o', 'e']]) {
      await everywhere(text, { mode: 'elements', path }, []);
    }
    await everywhere('[]', { mode: 'elements', path: [1] }, []);
    await everywhere('{}', { mode: 'elements', path: ['a'] }, []);
  });

  it.each([
    ['[1,]', []],
    ['[1 2]', []],
    ['[1,2', []],
    ['[,1]', []],
    ['{"a":1,}', ['b']],
    ['{"a":1]', ['b']],
    ['[1}', [3]],
    ['{"a" 1}', ['b']],
    ['{"b":,1}', ['b']],
    ['{"a":,"b":[1]}', ['b']],
    ['{a:1}', ['b']],
    ['{"\\x":1}', ['b']],
    ['', []],
    ['{', ['b']],
    ['{"b"', ['b']],
    ['{"b":', ['b']],
    ['[', [0]],
  ])('%j on the way to %j is no JSON', async (bad, path) => {
    for (const chunks of splits(Buffer.from(bad))) expect((await all(chunks, { mode: 'elements', path })).error).toBeInstanceOf(SonicSyntaxError);
  });

  it('let the input go when the array ends', async () => {
    let closed = false;
    async function* input(): AsyncGenerator<string> {
      try {
        yield '[1,2]';
        yield 'never looked at';
      } finally {
        closed = true;
      }
    }
    expect((await all(input(), { mode: 'elements' })).values).toEqual(['1', '2']);
    expect(closed).toBe(true);
  });

  it('pass a long key that comes in small pieces once', async () => {
    const key = 'k'.repeat(300_000);
    const text = `{"${key}":[1],"b":[2]}`;
    const chunks: string[] = [];
    for (let i = 0; i < text.length; i += 8) chunks.push(text.slice(i, i + 8));
    expect((await all(chunks, { mode: 'elements', path: ['b'] })).values).toEqual(['2']);
  });
});

describe('inputs', () => {
  it('are Node streams, Web streams, generators, arrays, a string, bytes', async () => {
    const text = '[1]\n"x"';
    for (const input of [Readable.from([text]), new Blob([text]).stream(), text, Buffer.from(text), [text], new Set([text])]) {
      expect((await all(input as Iterable<string>)).values).toEqual(['[1]', '"x"']);
    }
    expect((await all([1 as unknown as string])).error).toBeInstanceOf(SonicTypeError);
    for (const input of [1, null, undefined, {}]) expect(() => decodeStream(input as unknown as string)).toThrow(SonicOptionError);
  });

  it('are let go when the loop is left, and when it fails', async () => {
    for (const leave of ['break', 'error'] as const) {
      let closed = 0;
      async function* input(): AsyncGenerator<string> {
        try {
          yield '1 2 ';
          yield leave === 'error' ? 'x ' : '3 ';
          yield '4';
        } finally {
          closed++;
        }
      }
      const run = (async () => {
        for await (const v of decodeStream(input())) if (leave === 'break' && v.raw === '2') break;
      })();
      if (leave === 'error') await expect(run).rejects.toThrow(SonicSyntaxError);
      else await run;
      expect(closed).toBe(1);
    }
    let closed = 0;
    {
      await using d = decodeStream(
        (function* () {
          try {
            yield '1 ';
          } finally {
            closed++;
          }
        })(),
      );
      await d.next();
    }
    expect(closed).toBe(1);
  });

  it('that fail pass their error on', async () => {
    async function* input(): AsyncGenerator<string> {
      yield '1 ';
      throw new RangeError('gone');
    }
    expect(await all(input())).toMatchObject({ values: ['1'], error: new RangeError('gone') });
  });

  it('that do not answer are left by a signal, and values that wait with them', async () => {
    const c = new AbortController();
    async function* silent(): AsyncGenerator<string> {
      yield '1 ';
      await new Promise(() => undefined);
    }
    const d = decodeStream(silent(), { signal: c.signal });
    expect((await d.next()).value.raw).toBe('1');
    const waiting = d.next();
    c.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');

    const early = new AbortController();
    const e = decodeStream('1 2 3 ', { signal: early.signal });
    await e.next();
    early.abort(new Error('stop'));
    await expect(e.next()).rejects.toThrow('stop');
    expect((await all('1', { signal: AbortSignal.abort(new Error('before')) })).error).toEqual(new Error('before'));
  });

  it('keep what they gave when more comes', async () => {
    const kept: { raw: string }[] = [];
    for await (const v of decodeStream(Array.from({ length: 200 }, (_, i) => `{"i":${i},"s":"${'x'.repeat(i)}`.concat('"}')).join('\n').match(/[^]{1,7}/g)!)) kept.push(v);
    expect(kept.map((v) => (JSON.parse(v.raw) as { i: number }).i)).toEqual(Array.from({ length: 200 }, (_, i) => i));
  });
});

describe('limits', () => {
  it('of a value end the stream: bytes and depth', async () => {
    expect(((await all(['"', 'x'.repeat(20), '"'], { maxValueBytes: 10 })).error as SonicSyntaxError).code).toBe('SONIC_SIZE_EXCEEDED');
    expect((await all('"12345678" [1,2,3,4,5] 1', { maxValueBytes: 10 })).values).toEqual(['"12345678"']);
    expect(((await all(`1\n${' '.repeat(30)}`.match(/[^]/g)!, { mode: 'ndjson', maxValueBytes: 10 })).error as SonicSyntaxError).code).toBe('SONIC_SIZE_EXCEEDED');
    expect(((await all(['{"', 'k'.repeat(20), '":[]}'], { mode: 'elements', path: ['a'], maxValueBytes: 10 })).error as SonicSyntaxError).code).toBe('SONIC_SIZE_EXCEEDED');
    // What is passed over is not kept.
    expect((await all(['{"s":"', ...Array.from({ length: 50 }, () => 'xxxxxxxx'), '","a":[1]}'], { mode: 'elements', path: ['a'], maxValueBytes: 10 })).values).toEqual(['1']);
    expect(((await all('[[[]]]', { maxDepth: 2 })).error as SonicSyntaxError).code).toBe('SONIC_DEPTH_EXCEEDED');
    expect((await all('[[]]', { maxDepth: 2 })).values).toEqual(['[[]]']);
    expect((await all('['.repeat(4096) + ']'.repeat(4096))).values.length).toBe(1);
    expect(((await all('['.repeat(4097) + ']'.repeat(4097))).error as SonicSyntaxError).code).toBe('SONIC_DEPTH_EXCEEDED');
  });
});

describe('an encoder', () => {
  class Slow extends Writable {
    readonly got: string[] = [];
    constructor() {
      super({ highWaterMark: 4 });
    }
    override _write(chunk: Buffer, _: string, done: () => void): void {
      this.got.push(chunk.toString());
      setImmediate(done);
    }
  }

  it('writes a line a value, in step with the output', async () => {
    const out = new Slow();
    const e = encodeStream(out);
    for (const v of [{ a: 1n }, 'x\n', [new Map([[1, 2]])]]) {
      await e.encode(v);
      expect(out.writableNeedDrain).toBe(false);
    }
    await e.close();
    await e.close();
    expect(out.got.join('')).toBe('{"a":1}\n"x\\n"\n[{"1":2}]\n');
    expect(out.writableFinished).toBe(true);
  });

  it('writes to Web streams, without line feeds and under options, if it is told to', async () => {
    const got: Uint8Array[] = [];
    let closed = false;
    const out = new WritableStream<Uint8Array>({ write: (c) => void got.push(c), close: () => void (closed = true) });
    {
      await using e = encodeStream(out, { newline: false, sonic: new Sonic({ sortKeys: true }) });
      await e.encode({ b: 1, a: '<' });
      await e.encode(2);
      await e.close();
    }
    expect(Buffer.concat(got).toString()).toBe('{"a":"<","b":1}2');
    expect(closed).toBe(true);
  });

  it('comes back through a decoder', async () => {
    const pipe = new PassThrough();
    const e = encodeStream(pipe);
    const read = all(pipe, { mode: 'ndjson' });
    for (let i = 0; i < 100; i++) await e.encode({ i, s: 'x'.repeat(i * 50) });
    await e.close();
    expect((await read).values.length).toBe(100);
  });

  it('writes nothing of a value that has no JSON form', async () => {
    const out = new Slow();
    const e = encodeStream(out);
    await expect(e.encode(undefined)).rejects.toThrow(SonicTypeError);
    await e.encode(1);
    await e.close();
    expect(out.got.join('')).toBe('1\n');
  });

  it('fails with the output, and does not wait for one that is destroyed', async () => {
    const broken = new Writable({ highWaterMark: 1, write: (_c, _e, done) => void setImmediate(done, new Error('disk full')) });
    broken.on('error', () => undefined);
    await expect(encodeStream(broken).encode('x')).rejects.toThrow('disk full');
    await expect(encodeStream(broken).encode('x')).rejects.toThrow('disk full');

    const stuck = new Writable({ highWaterMark: 1, write: () => undefined });
    const e = encodeStream(stuck);
    const waiting = e.encode('x');
    setImmediate(() => stuck.destroy());
    await expect(waiting).rejects.toThrow('destroyed');
    await e.close();
  });

  it('checks its options', () => {
    const out = new Slow();
    expect(() => encodeStream(out, { newline: 1 as unknown as boolean })).toThrow('encodeStream.newline: got 1, wanted true or false');
    expect(() => encodeStream(out, { sonic: {} as Sonic })).toThrow('encodeStream.sonic');
    expect(() => encodeStream(out, { nope: 1 } as object)).toThrow('unknown option "nope", known: newline, sonic');
    for (const bad of [null, {}, 'x']) expect(() => encodeStream(bad as unknown as Slow)).toThrow(SonicOptionError);
  });
});
