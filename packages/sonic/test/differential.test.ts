// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { any } from '@cloudwego/sonic/schema';
import { arrayIter, compile, get, getMany, LazyValue, Node, objectIter, parse, RawNumber, Sonic, stringify, valid, visit } from '@cloudwego/sonic';
import type { Path } from '@cloudwego/sonic';
import { documents, needs, original, present } from './support/originals.js';
import { asDoubles, outcome, plainParse, random } from './support/reference.js';

const relaxed = new Sonic({ proto: 'ignore' });
const exact = new Sonic({ proto: 'ignore', duplicates: 'first' });
const raw = new Sonic({ proto: 'ignore', numbers: 'raw' });
const doubles = new Sonic({ proto: 'ignore', integers: 'number' });
const anything = compile(any());

/** RawNumbers as what `plainParse` has for them. */
function unraw(v: unknown): unknown {
  if (v instanceof RawNumber) return plainParse(v.text);
  if (Array.isArray(v)) return v.map(unraw);
  if (typeof v !== 'object' || v === null) return v;
  const out = {};
  for (const [k, x] of Object.entries(v)) Object.defineProperty(out, k, { value: unraw(x), writable: true, enumerable: true, configurable: true });
  return out;
}

/** A value again from the calls of a visitor. */
function visited(s: string | Uint8Array): unknown {
  const open: { value: unknown[] | Record<string, unknown>; key: string }[] = [];
  let root: unknown;
  const put = (v: unknown): void => {
    const top = open[open.length - 1];
    if (top === undefined) root = v;
    else if (Array.isArray(top.value)) top.value.push(v);
    else Object.defineProperty(top.value, top.key, { value: v, writable: true, enumerable: true, configurable: true });
  };
  const begin = (value: unknown[] | Record<string, unknown>): undefined => {
    put(value);
    open.push({ value, key: '' });
    return undefined;
  };
  visit(s, {
    null: () => put(null),
    boolean: put,
    string: put,
    number: (_, text) => put(plainParse(text)),
    beginArray: () => begin([]),
    beginObject: () => begin({}),
    key: (k) => {
      open[open.length - 1]!.key = k;
    },
    endArray: () => void open.pop(),
    endObject: () => void open.pop(),
  });
  return root;
}

/** Compares every reader with the plain one on one text, from a string and from bytes. */
function check(text: string): void {
  const want = outcome(() => plainParse(text));
  const native = outcome(() => JSON.parse(text) as unknown);
  // The reference is right where it can be checked.
  expect(native === 'refused').toBe(want === 'refused');
  const sources: (string | Uint8Array)[] = (text as unknown as { isWellFormed(): boolean }).isWellFormed() ? [text, Buffer.from(text, 'utf8')] : [text];
  for (const s of sources) {
    expect(outcome(() => relaxed.parse(s))).toEqual(want);
    expect(outcome(() => unraw(raw.parse(s)))).toEqual(want);
    expect(valid(s)).toBe(want !== 'refused');
    expect(outcome(() => visited(s))).toEqual(want);
    expect(outcome(() => get(s, [], { validate: 'all' })!.toJS({ proto: 'ignore' }))).toEqual(want);
    expect(outcome(() => Node.parse(s).toJS({ proto: 'ignore' }))).toEqual(want);
    if (want === 'refused') {
      expect(() => anything.decode(s)).toThrow();
      expect(() => exact.parse(s)).toThrow();
    } else if (!text.includes('__proto__') && !text.includes('\\u')) {
      expect(doubles.parse(s)).toEqual(asDoubles(want.value));
    }
  }
}

describe('texts of any kind', () => {
  it('are what they are, however they are read', () => {
    fc.assert(fc.property(fc.json({ maxDepth: 5, stringUnit: 'binary' }), check), { numRuns: 80 });
  });

  const number = fc.oneof(
    fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(String),
    fc.bigInt({ min: 2n ** 53n - 3n, max: 2n ** 53n + 3n }).map(String),
    fc.integer({ min: 13, max: 20 }).chain((n) => fc.stringMatching(new RegExp(`^-?[1-9][0-9]{${n}}$`))),
    fc.double().map(String).filter((t) => !/[NI]/.test(t)),
    fc.stringMatching(/^-?[0-9]{1,19}(?:\.[0-9]{1,19})?(?:[eE][-+]?[0-9]{1,2})?$/),
    fc.constantFrom('0', '-0', '-', '00000000000000001', '-01234567890123456', '1e16', '12345678901234567890e0', '12345678901234567890.0', '.5', '5.'),
  );
  const piece = fc.oneof(
    { weight: 4, arbitrary: number },
    { weight: 2, arbitrary: number.map((n) => `"${n}"`) },
    { weight: 1, arbitrary: number.map((n) => `"\\" ${n} , ${n}"`) },
    { weight: 1, arbitrary: number.map((n) => `": ${n} ,"`) },
    { weight: 1, arbitrary: number.map((n) => `"\\\\"`.concat(n)) },
    { weight: 1, arbitrary: fc.constantFrom('"\u007f0"', '"\\u007f0"', '"\\u007F1"', '"$sonic#0"', '""', '"a\\\\"', 'null', '"__proto__"') },
  );
  const members = fc.array(fc.tuple(piece, piece), { maxLength: 5 }).map((m) => `{${m.map(([k, v]) => `${k.startsWith('"') ? k : `"${k}"`}:${v}`).join(' , ')}}`);
  const list = fc.array(fc.oneof(piece, members), { maxLength: 6 }).map((l) => `[${l.join(', ')}]`);
  const broken = fc.array(fc.oneof(piece, fc.constantFrom('{', '}', '[', ']', ',', ':', ' ', '"', '\\', '\n')), { maxLength: 14 }).map((l) => l.join(''));
  const keyed = fc.tuple(piece, piece).map(([k, v]) => `{${k} :${v}}`);

  it('keep long integers, wherever digits stand', () => {
    fc.assert(fc.property(fc.oneof(members, list, keyed, broken), check), { numRuns: 500 });
  });
});

describe('levels', () => {
  const tricky = fc.oneof(fc.constantFrom('[', ']', '{', '}', '],[', '}, {', ',', '"', '\\"', '\\\\', '\\', 'a', ' ', ':'), fc.string({ maxLength: 3 }));
  const text = fc.array(tricky, { maxLength: 6 }).map((a) => JSON.stringify(a.join('')));
  const { value } = fc.letrec<{ value: string }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 9, depthSize: 'max', withCrossShrink: true },
      text,
      fc.constantFrom('1', 'null', '[]', '{}', '[ ]'),
      fc.array(tie('value'), { maxLength: 4 }).map((a) => `[${a.join(' , ')}]`),
      fc.array(tie('value'), { maxLength: 4 }).map((a) => `[${a.join(',')}]`),
      fc.array(fc.tuple(text, tie('value')), { maxLength: 3 }).map((a) => `{${a.map(([k, v]) => `${k}:${v}`).join(',')}}`),
    ),
  }));

  it('are counted the same however it is done, with brackets, quotes and backslashes in strings', () => {
    let deep = 0;
    fc.assert(
      fc.property(value, fc.integer({ min: 1, max: 8 }), (json, maxDepth) => {
        const o = { maxDepth, duplicates: 'last', proto: 'ignore' } as const;
        const refused = outcome(() => new Sonic({ ...o, numbers: 'raw' }).parse(json)) === 'refused';
        for (const source of [json, Buffer.from(json)]) expect(outcome(() => new Sonic(o).parse(source)) === 'refused').toBe(refused);
        expect(new Sonic(o).valid(json)).toBe(!refused);
        if (refused) deep++;
      }),
      { numRuns: 1500 },
    );
    expect(deep).toBeGreaterThan(50);
  });
});

describe('keys with escapes', () => {
  // Source: nodejs/node issue 63785.
  it('are themselves, whatever keys came before: JSON.parse of V8 12.8 and newer takes them for those', () => {
    for (const [before, after] of [
      ['{"k1":null,"\\\\":null}', '{"k1":null,"\\u0061":null}'],
      ['{"k2":1,"\\\\":1}', '{"k2":1,"\\n" :1}'],
      ['{"k3":1,"\\\\u":1}', '{"k3":1,"\\u0061b":1}'],
      ['{"k4":1,"x\\\\":1}', '{"k4":1,"x\\n"\n:1}'],
      ['[{"k5":"\\t","\\\\":1}]', '[{"k5":"\\t","\\n":1},{"k5":"\\\\","\\t":1}]'],
      ['{"k6":1,"é\\\\":1}', '{"k6":1,"é\\n":1}'],
      ['{"k7":12345678901234567890,"\\\\":1}', '{"k7":12345678901234567890,"\\n":1}'],
    ] as const) {
      for (const text of [before, after, before, after]) {
        for (const s of [text, Buffer.from(text)]) {
          expect(parse(s)).toEqual(plainParse(text));
          expect(anything.decode(s)).toEqual(plainParse(text));
          expect(get(s, [])!.toJS()).toEqual(plainParse(text));
          expect(Node.parse(s).toJS()).toEqual(plainParse(text));
        }
      }
    }
  });
});

describe.skipIf(!present)(`documents with bytes changed ${present ? '' : needs}`, () => {
  const alphabet = Buffer.from('{}[]",:\\u0123456789eE+-.tfn \n\t\u007f_');
  it.each(documents)('%s: all readers agree', (name) => {
    const next = random(name.length * 7919);
    const whole = original(name);
    const pick = (n: number): number => Math.floor(next() * n);
    for (let round = 0; round < 20; round++) {
      // A window that is a value of its own half of the time, so that much of it is accepted.
      const values = [...visitedWindows(whole, pick)];
      const b = Buffer.from(values[pick(values.length)] ?? whole.subarray(0, 2000));
      for (let i = pick(4); i > 0 && b.length > 0; i--) {
        const at = pick(b.length);
        const kind = pick(3);
        if (kind === 0) b[at] = alphabet[pick(alphabet.length)]!;
        else if (kind === 1) b.copyWithin(at, at + 1);
        else b[at] = pick(256);
      }
      const text = b.toString('utf8');
      check(text);
      // The bytes themselves, where they are no UTF-8 any more.
      if (!Buffer.from(text, 'utf8').equals(b)) expect(valid(b)).toBe(false);
    }
  });

  function* visitedWindows(whole: Buffer, pick: (n: number) => number): Iterable<Uint8Array> {
    let v: LazyValue | undefined = get(whole, []);
    for (let depth = 0; v !== undefined && depth < 12; depth++) {
      if (v.bytes.length < 20_000) yield v.bytes;
      if (v.type !== 'array' && v.type !== 'object') return;
      let children: LazyValue[] = [];
      for (const [, c] of v) {
        children.push(c);
        if (children.length > 60) break;
      }
      children = children.filter((c) => c.type === 'array' || c.type === 'object' || pick(4) === 0);
      v = children[pick(children.length)];
    }
  }
});

describe('parts of a text', () => {
  const key = fc.constantFrom('a', 'b', '', 'é', 'a"b', '\\', '1', 'toString');
  const tree = fc.letrec<{ v: unknown }>((tie) => ({
    v: fc.oneof({ maxDepth: 4, withCrossShrink: true }, fc.constantFrom(null, true, 1, 'x', '\n', 2n ** 64n), fc.array(tie('v'), { maxLength: 4 }), fc.array(fc.tuple(key, tie('v')), { maxLength: 4 }).map((m) => new Members(m))),
  })).v;
  const path = fc.array(fc.oneof(key, fc.nat(3)), { maxLength: 4 });

  /** Members with duplicates, as they stand in a text. */
  class Members {
    readonly list: readonly (readonly [string, unknown])[];
    constructor(list: readonly (readonly [string, unknown])[]) {
      this.list = list;
    }
  }
  const escaped = (k: string): string => JSON.stringify(k).replaceAll('a', '\\u0061');
  const text = (v: unknown): string =>
    v instanceof Members ? `{ ${v.list.map(([k, x], i) => `${i % 2 === 0 ? JSON.stringify(k) : escaped(k)} :${text(x)}`).join(' ,')}}` : Array.isArray(v) ? `[${v.map(text).join(' , ')} ]` : typeof v === 'bigint' ? String(v) : JSON.stringify(v);
  const values = (v: unknown): unknown => (v instanceof Members ? Object.fromEntries(v.list.map(([k, x]) => [k, values(x)])) : Array.isArray(v) ? v.map(values) : v);
  const at = (v: unknown, p: Path, last: boolean): unknown => {
    for (const step of p) {
      if (typeof step === 'number') v = Array.isArray(v) ? v[step] : undefined;
      else v = v instanceof Members ? (last ? v.list.findLast(([k]) => k === step) : v.list.find(([k]) => k === step))?.[1] : undefined;
      if (v === undefined) return undefined;
    }
    return v;
  };

  it('are found where a plain walk finds them: get, getMany, Node, iterators, under every option', () => {
    fc.assert(
      fc.property(tree, fc.array(path, { minLength: 1, maxLength: 6 }), (v, paths) => {
        const json = ` ${text(v)}\n`;
        for (const source of [json, Buffer.from(json)]) {
          for (const validate of ['passed', 'all', 'none'] as const) {
            for (const duplicates of ['first', 'last'] as const) {
              const o = { validate, duplicates, copy: validate === 'all' };
              const want = paths.map((p) => at(v, p, duplicates === 'last')).map((x) => (x === undefined ? undefined : text(x)));
              expect(paths.map((p) => get(source, p, o)?.raw)).toEqual(want);
              expect(getMany(source, paths, o).map((x) => x?.raw)).toEqual(want);
              // A step at a time.
              const root = get(source, [], o)!;
              expect(paths.map((p) => p.reduce<LazyValue | undefined>((n, step) => n?.get(step), root)?.raw)).toEqual(want);
            }
          }
          const first = paths.map((p) => at(v, p, false));
          expect(paths.map((p) => Node.parse(source).get(...p.map((s) => s))?.toString())).toEqual(first.map((x, i) => (x === undefined ? memberAt(v, paths[i]!) : text(x))));
          for (const p of paths) {
            const x = at(v, p, false);
            if (Array.isArray(x)) expect([...arrayIter(source, p)].map((i) => i.raw)).toEqual(x.map(text));
            if (x instanceof Members) expect([...objectIter(source, p)].map(([k, i]) => [k, i.raw])).toEqual(x.list.map(([k, i]) => [k, text(i)]));
            if (x === undefined) expect([...arrayIter(source, p), ...objectIter(source, p)]).toEqual([]);
          }
          expect(parse(source)).toEqual(values(v));
        }
      }),
      { numRuns: 120 },
    );
  });

  /** A Node counts the members of objects too. */
  function memberAt(v: unknown, p: Path): string | undefined {
    for (const step of p) {
      if (v instanceof Members) v = typeof step === 'number' ? v.list[step]?.[1] : v.list.find(([k]) => k === step)?.[1];
      else v = Array.isArray(v) && typeof step === 'number' ? v[step] : undefined;
      if (v === undefined) return undefined;
    }
    return text(v);
  }
});

describe('values of any kind', () => {
  it('are written as JSON.stringify writes them', () => {
    const value = fc.anything({ withDate: true, withSparseArray: true, withBoxedValues: true, withNullPrototype: true, withObjectString: true, maxDepth: 4 });
    fc.assert(
      fc.property(value, fc.constantFrom('', ' ', '\t', '          '), (v, indent) => {
        const want = outcome(() => JSON.stringify(v, undefined, indent));
        const root = (x: unknown): unknown => (x === undefined ? 'refused' : { value: x });
        const have = outcome(() => new Sonic({ indent }).stringify(v));
        expect(have).toEqual(want === 'refused' ? 'refused' : root(want.value));
        // The encoder for everything, which an indent longer than JSON.stringify's leads to.
        const slow = outcome(() => new Sonic({ indent: '            ' }).stringify(v));
        expect(slow === 'refused' ? slow : { value: (slow.value as string).replace(/^ +/gm, (m) => indent.repeat(m.length / 12)) }).toEqual(
          indent === '' ? expect.anything() : want === 'refused' ? 'refused' : root(want.value),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('come back as they were', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (v) => {
        const text = JSON.stringify(v);
        expect(stringify(v)).toBe(text);
        // A double beyond 2^53 is an integer of such a size in the text.
        expect(relaxed.parse(text)).toEqual(plainParse(text));
      }),
    );
  });
});
