// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile, fromJsonSchema, MismatchError, SonicOptionError, SonicSyntaxError, SonicTypeError } from '@cloudwego/sonic';
import type { Codec, Infer, Schema } from '@cloudwego/sonic';
import { asDoubles, plainParse } from './support/reference.js';
import { any, array, bigint, boolean, bytes, integer, literal, map, nothing, nullable, number, object, optional, record, ref, set, string, union } from '@cloudwego/sonic/schema';

/** The codec under every strategy; they have to do the same. */
function every<T>(schema: Schema<T>, o: { maxDepth?: number } = {}): readonly Codec<T>[] {
  return (['auto', 'codegen', 'closure'] as const).map((strategy) => compile(schema, { ...o, strategy }));
}

/** What came of it: text or value, or the error's code, message and path. */
function tried(f: () => unknown): unknown {
  try {
    return f();
  } catch (e) {
    if (e instanceof MismatchError) return [e.code, e.message, e.path, e.index, e.count, e.mismatches.map((m) => m.message)];
    if (e instanceof SonicTypeError) return [e.code, e.message, e.path];
    throw e;
  }
}

/** The first of what {@link tried} gives. */
function begins(f: () => unknown, want: readonly unknown[]): void {
  expect((tried(f) as unknown[]).slice(0, want.length)).toEqual(want);
}

function same(results: readonly unknown[]): unknown {
  for (const r of results) expect(r).toEqual(results[0]);
  return results[0];
}

interface Tree {
  v: number;
  kids?: Tree[] | undefined;
}
const tree: Schema<Tree> = object({ v: number(), kids: optional(array(ref((): Schema<Tree> => tree))) });

const everything = object({
  s: string(),
  n: number(),
  i: integer(),
  u8: integer({ bits: 8, unsigned: true }),
  big: bigint(),
  id: bigint({ unsigned: true, text: 'string' }),
  ok: boolean(),
  none: nothing(),
  data: bytes(),
  url: bytes({ encoding: 'base64url' }),
  kind: literal('a', 1, true, null),
  list: array(number()),
  names: array(string()),
  flags: array(boolean()),
  tags: set(string()),
  byId: map('bigint', string()),
  counts: record(integer({ bits: 32 })),
  maybe: nullable(object({ x: number() })),
  either: union(string(), object({ t: literal('p'), x: number() }), array(bigint())),
  tree,
  free: any(),
  more: optional(string()),
});

const sample = {
  s: 'é"\n', n: -0.5, i: -(2 ** 53 - 1), u8: 255, big: -(2n ** 63n), id: 2n ** 64n - 1n, ok: true, none: null, data: new Uint8Array([1, 2, 255]), url: new Uint8Array([251, 255]), kind: 'a' as const,
  list: [1, 2.5], names: ['x', '"'], flags: [true, false], tags: new Set(['q']), byId: new Map([[5n, 'five'], [1n, 'one']]), counts: { a: 1 }, maybe: { x: 1 }, either: { t: 'p' as const, x: 2 },
  tree: { v: 1, kids: [{ v: 2, kids: [] }, { v: 3 }] }, free: { any: [1n, new Map([['k', 1]])] },
};
const sampleText =
  '{"s":"é\\"\\n","n":-0.5,"i":-9007199254740991,"u8":255,"big":-9223372036854775808,"id":"18446744073709551615","ok":true,"none":null,"data":"AQL/","url":"-_8","kind":"a","list":[1,2.5],"names":["x","\\""],"flags":[true,false],"tags":["q"],"byId":{"5":"five","1":"one"},"counts":{"a":1},"maybe":{"x":1},"either":{"t":"p","x":2},"tree":{"v":1,"kids":[{"v":2,"kids":[]},{"v":3}]},"free":{"any":[1,{"k":1}]}}';

describe('a codec', () => {
  it('writes and reads every kind, the same under every strategy', () => {
    for (const c of every(everything)) {
      expect(c.stringify(sample)).toBe(sampleText);
      expect(Buffer.from(c.encode(sample)).toString()).toBe(sampleText);
      for (const source of [sampleText, Buffer.from(sampleText), ` ${sampleText}\n`]) expect(c.decode(source)).toEqual({ ...sample, free: { any: [1, { k: 1 }] } });
      // In the order of the text.
      expect([...c.decode(sampleText).byId.keys()]).toEqual([5n, 1n]);
    }
  });

  it('writes null where a list, a set or a map is due as an empty one, if it is told to', () => {
    const lists = object({ a: array(integer()), s: nullable(set(string())), m: map('string', integer()), r: nullable(ref(() => record(integer()))), o: optional(array(array(string()))), n: nullable(integer()) });
    const nothing = { a: null, s: null, m: undefined, r: null, n: null } as unknown as Infer<typeof lists>;
    for (const strategy of ['codegen', 'closure'] as const) {
      const c = compile(lists, { strategy, emptyForNull: true });
      expect(c.stringify(nothing)).toBe('{"a":[],"s":[],"m":{},"r":{},"n":null}');
      expect(c.stringify({ ...nothing, a: [1], o: [null, ['x']] as string[][] })).toBe('{"a":[1],"s":[],"m":{},"r":{},"o":[[],["x"]],"n":null}');
      expect(() => compile(lists, { strategy }).stringify(nothing)).toThrow('$.a: got null, wanted an array');
      // What is no list stays wrong, and is still told where.
      expect(() => c.stringify({ ...nothing, a: 1 as never })).toThrow('$.a: got 1, wanted an array');
    }
  });

  it('tells the strategy it took', () => {
    expect(every(number()).map((c) => c.strategy)).toEqual(['codegen', 'codegen', 'closure']);
  });

  it('works where functions may not be made from source', () => {
    const program = `import { compile } from '@cloudwego/sonic'; import { object, number } from '@cloudwego/sonic/schema';
      const c = compile(object({ a: number() })); console.log(c.strategy, c.stringify({ a: 1 }), c.decode('{"a":2}').a);
      try { compile(number(), { strategy: 'codegen' }) } catch (e) { console.log(e.message) }`;
    const r = spawnSync(process.execPath, ['--disallow-code-generation-from-strings', '--import', 'tsx', '--conditions=@cloudwego/source', '--input-type=module', '-e', program], { cwd: fileURLToPath(new URL('..', import.meta.url)), encoding: 'utf8' });
    expect(r.stdout.trim() + r.stderr).toBe("closure {\"a\":1} 2\ncompile.strategy: 'codegen' is not allowed in this process, wanted 'closure' or 'auto'");
  });

  it('says what does not fit and where, without the text of strings', () => {
    const wrong: [unknown, string][] = [
      [{ ...sample, s: 1 }, '$.s: got 1, wanted a string'],
      [{ ...sample, s: undefined }, '$.s: got undefined, wanted a string'],
      [{ ...sample, n: 'secret' }, '$.n: got a string, wanted a number'],
      [{ ...sample, n: 1n }, '$.n: got 1n, wanted a number'],
      [{ ...sample, i: 1.5 }, '$.i: got 1.5, wanted an integer from -9007199254740991 to 9007199254740991'],
      [{ ...sample, i: 2 ** 53 }, '$.i: got 9007199254740992'],
      [{ ...sample, i: Symbol('x') }, '$.i: got Symbol(x)'],
      [{ ...sample, u8: 256 }, '$.u8: got 256, wanted an integer from 0 to 255'],
      [{ ...sample, big: 2n ** 63n }, '$.big: got 9223372036854775808n'],
      [{ ...sample, id: -1n }, '$.id: got -1n, wanted an integer from 0 to 18446744073709551615'],
      [{ ...sample, ok: 0 }, '$.ok: got 0, wanted a boolean'],
      [{ ...sample, none: 0 }, '$.none: got 0, wanted null'],
      [{ ...sample, data: [1] }, '$.data: got an array, wanted bytes'],
      [{ ...sample, kind: 'b' }, '$.kind: got a string, wanted one of "a", 1, true, null'],
      [{ ...sample, list: [1, 'x'] }, '$.list[1]: got a string, wanted a number'],
      [{ ...sample, list: { length: 0 } }, '$.list: got an object, wanted an array'],
      [{ ...sample, names: new Array(20).fill('x').concat([1]) }, '$.names[20]: got 1, wanted a string'],
      [{ ...sample, tags: ['q'] }, '$.tags: got an array, wanted a Set'],
      [{ ...sample, tags: new Set(['a', 2]) }, '$.tags[1]: got 2, wanted a string'],
      [{ ...sample, byId: { 1: 'x' } }, '$.byId: got an object, wanted a Map'],
      [{ ...sample, byId: new Map([[1n, 2]]) }, '$.byId["1"]: got 2, wanted a string'],
      [{ ...sample, counts: { a: 2 ** 31 } }, '$.counts.a: got 2147483648, wanted an integer from -2147483648 to 2147483647'],
      [{ ...sample, maybe: { x: 'y' } }, '$.maybe.x: got a string, wanted a number'],
      [{ ...sample, either: { t: 'p', x: 'y' } }, '$.either: got an object, wanted what one of 3 variants is'],
      [{ ...sample, tree: { v: 1, kids: [{ v: 1 }, { v: 'x' }] } }, '$.tree.kids[1].v: got a string, wanted a number'],
      [{ ...sample, free: { a: [() => 1, new Map([[{}, 1]])] } }, '$.free.a[1]: a Map key: got an object'],
      [{ ...sample, free: undefined }, '$.free: got undefined'],
      [null, 'got null, wanted an object'],
    ];
    for (const [v, message] of wrong) {
      const r = same(every(everything).map((c) => tried(() => c.stringify(v as typeof sample)))) as [string, string];
      expect(r[1]).toContain(message);
      expect(r[0]).toBe(message.includes('got undefined') ? 'SONIC_FIELD_REQUIRED' : r[0]);
      // And goes on working.
      for (const c of every(everything).slice(0, 1)) expect(c.stringify(sample)).toBe(sampleText);
    }
  });

  it('refuses values that contain themselves, or go deeper than maxDepth', () => {
    const deep = (n: number): Tree => {
      let t: Tree = { v: 0 };
      for (let i = 1; i < n; i++) t = { v: i, kids: [t] };
      return t;
    };
    const cycle: Tree = { v: 1 };
    cycle.kids = [cycle];
    for (const c of every(tree)) {
      expect(c.stringify(deep(500)).length).toBeGreaterThan(500);
      begins(() => c.stringify(cycle), ['SONIC_VALUE_DEPTH']);
      begins(() => c.stringify(deep(100_000)), ['SONIC_VALUE_DEPTH']);
      expect(c.stringify(deep(2))).toBe('{"v":1,"kids":[{"v":0}]}');
      // Objects and arrays alternate: 256 of each are 512 levels.
      const text = (n: number): string => '{"v":1,"kids":['.repeat(n) + ']}'.repeat(n);
      expect(c.decode(text(256))).toMatchObject({ v: 1 });
      expect(() => c.decode(text(257))).toThrow(expect.objectContaining({ code: 'SONIC_DEPTH_EXCEEDED' }));
    }
    for (const c of every(tree, { maxDepth: 4 })) {
      expect(c.stringify(deep(4))).toContain('"v":3');
      begins(() => c.stringify(deep(9)), ['SONIC_VALUE_DEPTH']);
      expect(() => c.decode('{"v":1,"kids":[{"v":1,"kids":[{"v":1}]}]}')).toThrow(expect.objectContaining({ code: 'SONIC_DEPTH_EXCEEDED' }));
    }
    // As deep as may be asked for, on the stack that there is.
    for (const c of every(tree, { maxDepth: 1024 })) expect(c.stringify(c.decode('{"v":1,"kids":['.repeat(512) + ']}'.repeat(512))).length).toBeGreaterThan(1000);
  });

  it('of an object that has itself as a field, without ref', () => {
    const node = { kind: 'object', unknown: 'skip', fields: [{ name: 'v', key: 'v', schema: { kind: 'number' }, optional: false }] as object[] };
    node.fields.push({ name: 'next', key: 'n', schema: node, optional: true });
    for (const c of every(node as unknown as Schema)) {
      expect(c.stringify({ v: 1, next: { v: 2 } })).toBe('{"v":1,"n":{"v":2}}');
      expect(c.decode('{"n":{"v":2},"v":1}')).toEqual({ v: 1, next: { v: 2 } });
      const loop: Record<string, unknown> = { v: 1 };
      loop['next'] = loop;
      begins(() => c.stringify(loop), ['SONIC_VALUE_DEPTH']);
    }
  });

  it('writes what JSON.stringify writes, where that can', () => {
    const shape = object({ a: string(), b: optional(number()), c: array(object({ d: boolean(), e: nullable(string()) })), f: record(array(number())), 'key "1"\u2028': integer(), toString: optional(string()) });
    const value = fc.record(
      {
        a: fc.string({ unit: 'binary' }),
        b: fc.double({ noNaN: true, noDefaultInfinity: true }),
        c: fc.array(fc.record({ d: fc.boolean(), e: fc.option(fc.string()) })),
        f: fc.dictionary(fc.string(), fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { maxLength: 30 })),
        'key "1"\u2028': fc.maxSafeInteger(),
      },
      { requiredKeys: ['a', 'c', 'f', 'key "1"\u2028'] },
    );
    fc.assert(
      fc.property(value, (v) => {
        const ordered = { a: v.a, ...(v.b === undefined ? {} : { b: v.b }), c: v.c, f: v.f, 'key "1"\u2028': v['key "1"\u2028'] };
        const want = JSON.stringify(ordered);
        for (const c of every(shape)) {
          expect(c.stringify(ordered as never)).toBe(want);
          if (want.includes('__proto__')) continue;
          expect(c.decode(want)).toEqual(asDoubles(plainParse(want)));
        }
      }),
    );
  });

  it('writes long lists as short ones, whatever is in them', () => {
    const item = object({ id: integer({ bits: 32 }), n: number(), s: string(), b: boolean() });
    const good = (i: number): { id: number; n: number; s: string; b: boolean } => ({ id: i, n: i === 7 ? NaN : -0, s: `"${i}\ud800`, b: i % 2 === 0 });
    const odd: unknown[] = [
      good(1),
      { b: true, s: 'other order', n: 1, id: 2 },
      { ...good(3), extra: 'dropped' },
      Object.create({ s: 'inherited' }, { id: { value: 1, enumerable: true }, n: { value: 2 }, b: { value: true, enumerable: true } }),
      { ...good(4), toJSON: () => 'not asked' },
      new (class {
        id = 5;
        n = 1;
        s = 'class';
        b = false;
        get more(): number {
          return 1;
        }
      })(),
    ];
    for (const length of [1, 15, 16, 127, 128, 300]) {
      for (const o of odd) {
        const list = Array.from({ length }, (_, i) => (i === length - 1 ? o : good(i))) as ReturnType<typeof good>[];
        expect(same(every(array(item)).map((c) => c.stringify(list)))).toBe(`[${list.map((x) => every(item)[2]!.stringify(x)).join(',')}]`);
      }
      for (const bad of [null, {}, { ...good(1), id: 1.5 }, { ...good(1), id: 2 ** 31 }, { ...good(1), s: 1 }]) {
        const list = Array.from({ length }, (_, i) => (i === length - 1 ? bad : good(i))) as ReturnType<typeof good>[];
        const e = same(every(array(item)).map((c) => tried(() => c.stringify(list)))) as [string, string, unknown[]];
        expect(e[2][0]).toBe(length - 1);
      }
      const numbers = Array.from({ length }, (_, i) => i * 1.5);
      expect(same(every(array(number())).map((c) => c.stringify([...numbers, NaN])))).toBe(JSON.stringify([...numbers, NaN]));
      expect(same(every(array(number())).map((c) => c.stringify(Object.assign([...numbers], { toJSON: () => 'not asked' }))))).toBe(JSON.stringify(numbers));
      expect(same(every(array(integer())).map((c) => tried(() => c.stringify([...new Array<number>(length).fill(1), 0.5]))))).toMatchObject({ 2: [length] });
      // eslint-disable-next-line no-sparse-arrays
      expect(same(every(array(string())).map((c) => tried(() => c.stringify([...new Array<string>(length).fill('x'), , ] as string[]))))).toMatchObject({ 0: 'SONIC_FIELD_REQUIRED', 2: [length] });
    }
  });

  it('writes lists of flat objects and of integers as JSON.stringify writes them, whatever they hold', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.string({ unit: fc.constantFrom('a', '"', '\\', '\n', '\u0000', '\u007f', '\u00ff', '\u0100', '項', '\ud800', '\udfff', '😀', '\u2028'), maxLength: 90 }),
      fc.constantFrom('x'.repeat(200), 'é'.repeat(200), '"'.repeat(3000), '項'.repeat(3000)),
    );
    const int = fc.oneof(fc.integer(), fc.constantFrom(-0, 9, 10, 99, 100, 999_999_999, 1e9, 2 ** 31 - 1, -(2 ** 31), 2 ** 31, 2 ** 53 - 1, 1 - 2 ** 53), fc.maxSafeInteger());
    const double = fc.oneof(fc.double(), int);
    const item = object({ o: optional(string()), i: integer(), n: number(), 'k"é': optional(boolean()), s: string(), u: integer({ bits: 8, unsigned: true }), x: optional(number()) });
    const value = fc.record({ o: text, i: int, n: double, 'k"é': fc.boolean(), s: text, u: fc.nat(255), x: double }, { requiredKeys: ['i', 'n', 's', 'u'], noNullPrototype: true });
    const inOrder = (v: Readonly<Record<string, unknown>>): object => Object.fromEntries(['o', 'i', 'n', 'k"é', 's', 'u', 'x'].filter((k) => k in v).map((k) => [k, v[k]]));
    const [objects, optionals, integers] = [compile(array(item)), compile(array(object({ a: optional(string()), b: optional(integer()) }))), compile(array(integer()))];
    fc.assert(
      fc.property(fc.array(value, { minLength: 8, maxLength: 40 }), fc.array(int, { minLength: 8, maxLength: 60 }), (list, ints) => {
        expect(objects.stringify(list)).toBe(JSON.stringify(list.map(inOrder)));
        expect(integers.stringify(ints)).toBe(JSON.stringify(ints));
        const some = list.map((v, k) => (k % 3 === 0 ? {} : k % 3 === 1 ? { b: 1 } : { a: v.s, b: 2 }));
        expect(optionals.stringify(some)).toBe(JSON.stringify(some));
      }),
      { numRuns: 200 },
    );
  });

  it('writes a list within a list that is being written, and goes on after one that throws', () => {
    const c = compile(array(object({ a: string(), b: integer() })));
    const plain = Array.from({ length: 20 }, (_, i) => ({ a: `${i}`, b: i }));
    const nested = plain.map((v, i) => ({ get a(): string { return i === 10 ? c.stringify(plain) : v.a; }, b: v.b }));
    expect(c.stringify(nested)).toBe(JSON.stringify(nested));
    const broken = plain.map((v, i) => ({ get a(): string { if (i === 19) throw new Error('no'); return v.a; }, b: v.b }));
    expect(() => c.stringify(broken)).toThrow('no');
    expect(c.stringify(plain)).toBe(JSON.stringify(plain));
    // Unknown keys that are kept, in a list of any length.
    const kept = compile(array(object({ a: string() }, { unknown: 'keep' })));
    expect(kept.stringify(plain)).toBe(JSON.stringify(plain));
  });

  it('keeps names of its schema out of the code that it makes', () => {
    const names = ['"]; throw 1; //', '${1}', '\u2028', "');", '\\', '\n', 'constructor', 'toString', 'hasOwnProperty'];
    const schema = object(Object.fromEntries(names.map((n) => [n, optional(number())])));
    const v = Object.fromEntries(names.map((n, i) => [n, i])) as Record<string, number>;
    for (const c of every(schema)) {
      expect(c.stringify(v)).toBe(JSON.stringify(v));
      expect(c.decode(JSON.stringify(v))).toEqual(v);
      // What every object inherits is no field of it.
      expect(c.stringify({})).toBe('{}');
      expect(c.decode('{}')).toEqual({});
    }
    for (const strategy of ['codegen', 'closure'] as const) {
      expect(() => compile({ kind: 'object', unknown: 'skip', fields: [{ name: '__proto__', key: 'p', schema: { kind: 'any' }, optional: true }] }, { strategy })).toThrow('cannot be named __proto__');
    }
  });
});

describe('decoding', () => {
  it('lists what does not match, with path and place, and gives the rest', () => {
    const c = compile(object({ a: number(), b: array(object({ c: string() })), d: optional(boolean()), e: map('number', boolean()), f: bytes() }));
    const text = '{"a":"x","b":[{"c":1},{"c":"ok"},{}],"d":null,"e":{"1":true,"no":false},"f":"A"}';
    for (const source of [text, Buffer.from(text)]) {
      const e = tried(() => c.decode(source)) as unknown[];
      expect(e[1]).toBe('$.a: mismatched type: got string, wanted a number (and 5 more)');
      expect([e[0], e[2], e[3], e[4]]).toEqual(['SONIC_TYPE_MISMATCH', ['a'], 5, 6]);
      expect(e[5]).toEqual([
        '$.a: mismatched type: got string, wanted a number',
        '$.b[0].c: mismatched type: got number, wanted a string',
        '$.b[2].c: the key is missing',
        '$.d: mismatched type: got null, wanted a boolean',
        '$.e.no: mismatched type of a key: wanted the text of a number',
        '$.f: mismatched type: got string, wanted a string of base64',
      ]);
    }
    try {
      c.decode(text);
    } catch (e) {
      expect(e).toBeInstanceOf(MismatchError);
      expect(e).toBeInstanceOf(SonicTypeError);
      expect((e as MismatchError).value).toEqual({ b: [{}, { c: 'ok' }, {}], e: new Map([[1, true]]) });
    }
  });

  it('finds no JSON before anything else', () => {
    const c = compile(object({ a: number() }));
    for (const bad of ['{"a":"x"', '{"a":1}x', '', '{"a":01}', Buffer.from([0x22, 0xff, 0x22])]) expect(() => c.decode(bad)).toThrow(SonicSyntaxError);
    expect(() => c.decode('{"b":[1,],"a":"x"}')).toThrow(expect.objectContaining({ index: 8, path: ['b', 1] }));
    expect(() => compile(number(), { maxBytes: 2 }).decode('123')).toThrow(expect.objectContaining({ code: 'SONIC_SIZE_EXCEEDED' }));
    for (const bad of [1, null, {}]) expect(() => c.decode(bad as unknown as string)).toThrow(SonicOptionError);
  });

  it('treats unknown keys as the schema says', () => {
    const text = '{"x":[1,{"y":12345678901234567890}],"a":1,"__proto__x":1}';
    expect(compile(object({ a: number() })).decode(text)).toEqual({ a: 1 });
    const keep = compile(object({ a: number() }, { unknown: 'keep' }));
    expect(keep.decode(text)).toEqual({ a: 1, x: [1, { y: 12345678901234567890n }], __proto__x: 1 });
    expect(keep.stringify(keep.decode(text))).toBe('{"a":1,"x":[1,{"y":12345678901234567890}],"__proto__x":1}');
    begins(() => compile(object({ a: number(), b: optional(number()) }, { unknown: 'error' })).decode(text), ['SONIC_FIELD_UNKNOWN', '$.x: unknown key, known: a, b (and 1 more)', ['x'], 5]);
    expect(compile(object({ a: number() }, { unknown: 'error' })).decode('{"a":1}')).toEqual({ a: 1 });
  });

  it('reaches no prototype', () => {
    for (const text of ['{"__proto__":{"x":1}}', '{"\\u005f_proto__":{"x":1}}', '{"constructor":{"prototype":{"x":1}}}']) {
      expect(compile(object({ a: optional(number()) })).decode(text)).toEqual({});
      for (const s of [record(any()), record(record(any())), object({}, { unknown: 'keep' }), any(), object({ a: optional(any()) }, { unknown: 'keep' })]) {
        expect(() => compile<unknown>(s).decode(text)).toThrow(expect.objectContaining({ code: 'SONIC_KEY_FORBIDDEN' }));
      }
      const m = compile(map('string', any())).decode('{"__proto__":1}');
      expect([...m]).toEqual([['__proto__', 1]]);
    }
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });

  it('fills in defaults, renames, and leaves the order of keys alone', () => {
    const s: Schema = { kind: 'object', unknown: 'skip', fields: [
      { name: 'userId', key: 'user_id', schema: { kind: 'string' }, optional: false },
      { name: 'level', key: 'lvl', schema: { kind: 'nullable', of: { kind: 'number' } }, optional: false, default: 3 },
    ] };
    for (const c of every(s)) {
      expect(c.decode('{"user_id":"u"}')).toEqual({ userId: 'u', level: 3 });
      expect(c.decode('{"lvl":null,"userId":"no","user_id":"u"}')).toEqual({ userId: 'u', level: null });
      expect(c.stringify({ userId: 'u', level: null })).toBe('{"user_id":"u","lvl":null}');
      begins(() => c.decode('{"userId":"no"}'), ['SONIC_FIELD_REQUIRED', '$.user_id: the key is missing', ['user_id']]);
    }
  });

  it('reads integers however they are written, and no others', () => {
    const c = compile(object({ n: optional(integer({ bits: 16 })), b: optional(bigint()) }));
    for (const [t, v] of [['1', 1], ['-0', -0], ['1.0', 1], ['1e3', 1000], ['"32767"', 32767], ['-32768', -32768]] as const) expect(c.decode(`{"n":${t}}`)).toEqual({ n: v });
    for (const t of ['32768', '1.5', '"1.0"', '""', '"x"', 'true', '1e9', '12345678901234567890', '[]']) expect(() => c.decode(`{"n":${t}}`)).toThrow(MismatchError);
    for (const [t, v] of [['1', 1n], ['-9223372036854775808', -(2n ** 63n)], ['"9223372036854775807"', 2n ** 63n - 1n], ['9007199254740993', 9007199254740993n], ['1e3', 1000n]] as const) expect(c.decode(`{"b":${t}}`)).toEqual({ b: v });
    for (const t of ['9223372036854775808', '0.5', '1e30', '"x"', 'null']) expect(() => c.decode(`{"b":${t}}`)).toThrow(MismatchError);
  });

  it('tries the variants of a union in order, and changes nothing for those that do not fit', () => {
    const c = compile(union(object({ t: literal('a'), x: bigint() }), object({ t: literal('b'), x: number() }), bigint(), string(), array(number())));
    for (const [t, v] of [['{"t":"b","x":1}', { t: 'b', x: 1 }], ['{"x":1,"t":"a"}', { t: 'a', x: 1n }], ['5', 5n], ['"5"', 5n], ['"s"', 's'], ['[1]', [1]]] as const) expect(c.decode(t)).toEqual(v);
    begins(() => c.decode('{"t":"c"}'), ['SONIC_TYPE_MISMATCH', 'mismatched type: got object, wanted one of 5 variants']);
  });

  it('keeps the first hundred of what does not match, however many there are', () => {
    const c = compile(array(object({ a: number() })));
    try {
      c.decode(`[${'{},'.repeat(200_000)}{}]`);
      expect.unreachable();
    } catch (e) {
      expect((e as MismatchError).count).toBe(200_001);
      expect((e as MismatchError).mismatches.length).toBe(100);
    }
  });
});

describe('options and schemas that are wrong', () => {
  it.each<[object, string]>([
    [{ strategy: 'jit' }, 'compile.strategy: got "jit", wanted one of "auto", "codegen", "closure"'],
    [{ maxDepth: 0 }, 'compile.maxDepth: got 0, wanted an integer from 1 to 1024'],
    [{ maxDepth: 1025 }, 'compile.maxDepth: got 1025'],
    [{ maxBytes: -1 }, 'compile.maxBytes: got -1, wanted an integer >= 1'],
    [{ nope: 1 }, 'compile: unknown option "nope", known: strategy, maxDepth, maxBytes, emptyForNull'],
    [{ emptyForNull: 1 }, 'compile.emptyForNull: got 1, wanted true or false'],
  ])('%o', (o, message) => {
    expect(() => compile(number(), o)).toThrow(SonicOptionError);
    expect(() => compile(number(), o)).toThrow(message);
  });

  it('are told at once', () => {
    expect(() => compile({ kind: 'date' } as unknown as Schema)).toThrow('schema: got the kind "date", which there is not');
  });
});

describe('JSON Schema', () => {
  it('becomes a schema', () => {
    const c = compile(
      fromJsonSchema({
        $defs: { node: { type: 'object', properties: { next: { $ref: '#/$defs/node' }, v: { type: 'integer', format: 'int64' } }, required: ['v'], additionalProperties: false } },
        type: 'object',
        required: ['id', 'kind'],
        properties: {
          id: { type: 'integer', format: 'uint64' },
          kind: { enum: ['a', 'b', null] },
          one: { const: 1 },
          data: { type: 'string', contentEncoding: 'base64' },
          old: { type: 'string', nullable: true },
          either: { type: ['string', 'null'] },
          any: { anyOf: [{ type: 'integer', format: 'int32' }, { type: 'array', items: { type: 'boolean' } }, { type: 'null' }] },
          list: { $ref: '#/$defs/node' },
          free: {},
          map: { type: 'object', additionalProperties: { type: 'number' } },
          level: { type: 'integer', default: 7 },
        },
      }),
    );
    const text = '{"id":18446744073709551615,"kind":null,"one":1,"data":"AQI=","old":null,"either":"x","any":[true],"list":{"next":{"v":1},"v":9223372036854775807},"free":[{}],"map":{"a":0.5},"extra":1}';
    expect(c.decode(text)).toEqual({ id: 18446744073709551615n, kind: null, one: 1, data: new Uint8Array([1, 2]), old: null, either: 'x', any: [true], list: { next: { v: 1n }, v: 9223372036854775807n }, free: [{}], map: { a: 0.5 }, level: 7 });
    begins(() => c.decode('{"id":-1,"kind":"c","list":{"v":1,"w":2}}'), ['SONIC_TYPE_MISMATCH', expect.stringContaining('and 2 more'), ['id'], 6]);
  });

  it('has to make sense', () => {
    for (const [s, message] of [
      [{ type: 'date' }, 'type: got "date"'],
      [{ $ref: 'other.json' }, 'wanted a reference into the same document'],
    ] as const) expect(() => compile(fromJsonSchema(s)).stringify(1)).toThrow(message);
    expect(() => compile(fromJsonSchema({ $ref: '#/nope' })).stringify(1)).toThrow('leads nowhere');
  });
});
