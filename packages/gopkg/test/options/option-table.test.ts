// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { OptionError } from '@cloudwego/gopkg/errors';
import type { OptionSpec } from '@cloudwego/gopkg/options';
import { any, bool, func, instance, int, list, nested, num, oneOf, optionTable, record, text } from '@cloudwego/gopkg/options';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

interface Sink {
  write(v: string): void;
  close(): void;
}
const sink: Sink = { write: () => undefined, close: () => undefined };

/** What a table with one option says to a value. */
function check<T>(spec: OptionSpec<T>, v: unknown): unknown {
  return optionTable<{ readonly x?: unknown }>({ x: spec as OptionSpec<unknown> as never }).resolve({ x: v }, 'o').x;
}

function message(f: () => unknown): string {
  try {
    f();
  } catch (e) {
    expect(e).toBeInstanceOf(OptionError);
    expect((e as OptionError).code).toBe('GOPKG_OPTION_INVALID');
    return `${(e as OptionError).option}|${(e as OptionError).message}`;
  }
  throw new Error('nothing was refused');
}

describe('every kind of spec', () => {
  const ok: readonly (readonly [string, OptionSpec<never>, readonly unknown[], readonly unknown[], string])[] = (
    [
      ['int', int({ unit: 'ms', min: 0, max: 10 }), [0, 10, 5], [-1, 11, 1.5, NaN, Infinity, '5', null, 5n, {}, true], 'an integer from 0 to 10 (ms)'],
      ['int from', int({ min: 1 }), [1, Number.MAX_SAFE_INTEGER], [0, 2 ** 53], 'an integer >= 1'],
      ['int up to', int({ max: 1 }), [1, -5], [2], 'an integer <= 1'],
      ['int at all', int(), [0, -1], [0.5, '0'], 'an integer'],
      ['num', num({ min: 0, max: 1 }), [0, 0.5, 1], [-0.1, 1.1, NaN, '0', null], 'a number from 0 to 1'],
      ['num at all', num(), [-1e300, 0], [Infinity, -Infinity, NaN], 'a number'],
      ['num with Infinity', num({ max: Infinity }), [Infinity], [-Infinity, NaN], 'a number <= Infinity'],
      ['bool', bool(), [true, false], [0, 1, 'true', null, {}], 'true or false'],
      ['text', text(), ['a'], ['', 1, null, ['a']], 'a non-empty string'],
      ['empty text', text({ empty: true }), ['', 'a'], [1], 'a string'],
      ['patterned text', text({ pattern: /^a+$/g, what: 'a row of a' }), ['a', 'aa', 'a'], ['b', ''], 'a row of a'],
      ['oneOf', oneOf(['x', 'y']), ['x', 'y'], ['z', '', 0, null], 'one of "x", "y"'],
      ['func', func(), [() => 1, class {}], [{}, 'f', null], 'a function'],
      ['instance', instance<Sink>('a Sink', ['write', 'close']), [sink, Object.assign(() => 1, sink)], [{ write: () => 1 }, null, 1, 'x'], 'a Sink (an object with write, close)'],
      ['list', list(int({ min: 0 })), [[], [1, 2]], [[-1], ['a'], {}, 'ab', [1, null]], 'an array of which each item is an integer >= 0'],
      ['record', record(text()), [{}, { a: 'b' }], [{ a: 1 }, [], 'x', null], 'an object of which each value is a non-empty string'],
      ['any', any({ what: 'something even', test: (v) => typeof v === 'number' && v % 2 === 0 }), [2], [1, 'x'], 'something even'],
      ['any at all', any(), [null, 0, {}], [], 'any value'],
    ] as const
  ).map((x) => x as never);

  it.each(ok)('%s', (_name, spec, good, bad, wanted) => {
    expect(spec.wanted).toBe(wanted);
    for (const v of good) expect(check(spec, v)).toEqual(v);
    for (const v of bad) expect(message(() => check(spec, v))).toMatch(/^o\.x/);
    // Absent and undefined are the same.
    expect(check(spec, undefined)).toBeUndefined();
  });

  it('says what came and what is wanted', () => {
    expect(message(() => check(int({ unit: 'ms', min: 0 }), '5'))).toBe('o.x|o.x: got "5", wanted an integer >= 0 (ms)');
    expect(message(() => check(int(), 'x'.repeat(100)))).toContain(`got "${'x'.repeat(57)}..."`);
    expect(message(() => check(int(), 5n))).toContain('got 5n,');
    expect(message(() => check(int(), [1]))).toContain('got an array');
    expect(message(() => check(int(), { secret: 1 }))).toContain('got an object');
    expect(message(() => check(int(), () => 1))).toContain('got a function');
    expect(message(() => check(int(), null))).toContain('got null');
    expect(message(() => check(list(int()), [1, 'a']))).toBe('o.x[1]|o.x[1]: got "a", wanted an integer');
    expect(message(() => check(record(int()), { k: 'a' }))).toBe('o.x.k|o.x.k: got "a", wanted an integer');
    expect(message(() => check(instance<Sink>('a Sink', ['write', 'close']), { write: () => 1 }))).toContain('(missing close)');
  });
});

describe('optionTable', () => {
  interface Options {
    readonly connectTimeoutMs?: number | undefined;
    readonly maxIdle?: number | undefined;
    readonly tags?: Readonly<Record<string, string>> | undefined;
    readonly hosts?: readonly string[] | undefined;
    readonly pool?: { readonly size?: number | undefined } | undefined;
    readonly other?: { readonly size?: number | undefined } | undefined;
    readonly name: string;
  }
  const pool = optionTable<{ readonly size?: number | undefined }>({ size: int({ default: 3 }) });
  const table = optionTable<Options>({
    connectTimeoutMs: int({ unit: 'ms', min: 0, default: 1000 }),
    maxIdle: int({ min: 0 }),
    tags: record(text(), { default: {} }),
    hosts: list(text(), { default: [] }),
    pool: nested(pool, { default: true }),
    other: nested(pool),
    name: text({ required: true, what: 'the name of a service' }),
  });

  it('fills defaults, in one place', () => {
    expect(table.resolve({ name: 'a' }, 'o')).toEqual({ connectTimeoutMs: 1000, maxIdle: undefined, tags: {}, hosts: [], pool: { size: 3 }, other: undefined, name: 'a' });
    expect(table.resolve({ name: 'a', connectTimeoutMs: undefined, pool: {}, other: {} }, 'o')).toMatchObject({ connectTimeoutMs: 1000, pool: { size: 3 }, other: { size: 3 } });
  });

  it('keeps units and defaults for the documentation', () => {
    expect(table.specs.connectTimeoutMs).toMatchObject({ unit: 'ms', default: 1000, required: false });
    expect(table.specs.name.required).toBe(true);
  });

  it('is frozen, deeply, and independent of what was given', () => {
    const given = { name: 'a', tags: { k: 'v' }, hosts: ['h'], pool: { size: 1 } };
    const o = table.resolve(given, 'o');
    for (const x of [o, o.tags, o.hosts, o.pool]) expect(Object.isFrozen(x)).toBe(true);
    given.tags.k = 'changed';
    given.hosts.push('more');
    given.pool.size = 9;
    expect(o).toMatchObject({ tags: { k: 'v' }, hosts: ['h'], pool: { size: 1 } });
    expect(() => { (o as { name: string }).name = 'b'; }).toThrow(TypeError);
  });

  it('refuses an unknown key and names the nearest one', () => {
    expect(message(() => table.resolve({ name: 'a', connectTimeout: 1 } as never, 'client'))).toMatch(/^client\.connectTimeout\|client: unknown option "connectTimeout", did you mean "connectTimeoutMs"; known: connectTimeoutMs, maxIdle/);
    expect(message(() => table.resolve({ name: 'a', MAXIDLE: 1 } as never, 'o'))).toContain('did you mean "maxIdle"');
    expect(message(() => table.resolve({ name: 'a', somethingElse: undefined } as never, 'o'))).not.toContain('did you mean');
    expect(message(() => table.resolve({ name: 'a', pool: { sise: 1 } } as never, 'o'))).toMatch(/^o\.pool\.sise\|o\.pool: unknown option "sise", did you mean "size"/);
    expect(message(() => table.resolve(JSON.parse('{"name":"a","__proto__":{}}') as never, 'o'))).toContain('unknown option "__proto__"');
    expect(message(() => table.resolve({ name: 'a', toString: 1 } as never, 'o'))).toContain('unknown option "toString"');
  });

  it('finds the option that was meant behind one slip of the finger', () => {
    const keys = Object.keys(table.specs);
    fc.assert(
      fc.property(fc.constantFrom(...keys), fc.nat(), fc.constantFrom('drop', 'double', 'swap'), (k, n, how) => {
        const i = n % (k.length - 1);
        const typo = how === 'drop' ? k.slice(0, i) + k.slice(i + 1) : how === 'double' ? k.slice(0, i) + k[i]! + k.slice(i) : k.slice(0, i) + k[i + 1]! + k[i]! + k.slice(i + 2);
        if (keys.includes(typo)) return;
        expect(message(() => table.resolve({ name: 'a', [typo]: 1 } as never, 'o'))).toContain(`did you mean "${k}"`);
      }),
    );
  });

  it('asks for what is required', () => {
    expect(message(() => table.resolve(undefined, 'server'))).toBe('server.name|server.name is required: the name of a service');
    expect(message(() => table.resolve({ name: '' }, 'server'))).toContain('server.name: got ""');
  });

  it('refuses what is no object', () => {
    for (const v of [1, 'x', [], true]) expect(message(() => table.resolve(v as never, 'o'))).toMatch(/^o\|o: got .*, wanted an object of options/);
    expect(message(() => table.resolve({ name: 'a', pool: 1 } as never, 'o'))).toBe('o.pool|o.pool: got 1, wanted an object of options');
  });
});
