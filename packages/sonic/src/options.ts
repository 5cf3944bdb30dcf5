// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { show, SonicOptionError } from './errors.js';

/** How text becomes values. */
export interface ParseOptions {
  /**
   * Integers: `'bigint-if-unsafe'` gives a bigint for what is no safe integer (beyond ±(2^53 - 1)), `'number'` always the nearest double, as JSON.parse does,
   * `'bigint'` a bigint for every integer token. @defaultValue 'bigint-if-unsafe'
   */
  readonly integers?: 'number' | 'bigint-if-unsafe' | 'bigint' | undefined;
  /** `'raw'`: every number is a {@link RawNumber}, exact. @defaultValue 'native' */
  readonly numbers?: 'native' | 'raw' | undefined;
  /** Keys that reach a prototype when objects are merged: `__proto__`, and `constructor` with a `prototype` inside. @defaultValue 'error' */
  readonly proto?: 'error' | 'remove' | 'ignore' | undefined;
  /** Which of two equal keys of an object counts. @defaultValue 'last' */
  readonly duplicates?: 'last' | 'first' | 'error' | undefined;
  /** Bytes that are no UTF-8: an error, or U+FFFD. @defaultValue 'strict' */
  readonly utf8?: 'strict' | 'replace' | undefined;
  /** Levels of arrays and objects. Integer >= 1. @defaultValue 4096 */
  readonly maxDepth?: number | undefined;
  /** Length of the text: bytes, or UTF-16 units of a string. Integer >= 1. @defaultValue 67108864 */
  readonly maxBytes?: number | undefined;
}

/** How values become text. */
export interface StringifyOptions {
  /** Writes `<`, `>`, `&`, U+2028 and U+2029 as escapes. @defaultValue false */
  readonly escapeHTML?: boolean | undefined;
  /** Keys of objects and Maps in order of their UTF-16 units, or of a function. @defaultValue false */
  readonly sortKeys?: boolean | ((a: string, b: string) => number) | undefined;
  /** Text of one level of indentation, of spaces and tabs; empty = compact. @defaultValue '' */
  readonly indent?: string | undefined;
  /** Text before every line but the first, of spaces and tabs; only with `indent`. @defaultValue '' */
  readonly prefix?: string | undefined;
  /** NaN and the infinities. @defaultValue 'null' */
  readonly nonFinite?: 'null' | 'error' | undefined;
  /** A bigint: as a number of any size, or as a string. @defaultValue 'number' */
  readonly bigint?: 'number' | 'string' | undefined;
  /**
   * RFC 8785: sorted, compact; refused are non-finite numbers, lone surrogates, and bigints that no double holds (unless `bigint: 'string'`). Not together with
   * `indent`, `prefix`, `sortKeys` or `escapeHTML`. @defaultValue false
   */
  readonly canonical?: boolean | undefined;
  /** Levels of arrays and objects. Integer >= 1. @defaultValue 4096 */
  readonly maxDepth?: number | undefined;
}

/** Options of a {@link Sonic}. */
export interface SonicConfig extends ParseOptions, StringifyOptions {}

export type ResolvedParse = { readonly [K in keyof ParseOptions]-?: NonNullable<ParseOptions[K]> };
export type ResolvedStringify = { readonly [K in keyof StringifyOptions]-?: NonNullable<StringifyOptions[K]> };

type Check = readonly [fallback: unknown, wanted: string, test: (v: unknown) => boolean];

const oneOf = (...values: readonly string[]): Check => [values[0], 'one of ' + values.map((v) => `"${v}"`).join(', '), (v) => values.includes(v as string)];
const positive = (fallback: number): Check => [fallback, 'an integer >= 1', (v) => Number.isSafeInteger(v) && (v as number) >= 1];
const flag: Check = [false, 'true or false', (v) => typeof v === 'boolean'];
const text: Check = ['', 'a string of blanks', (v) => typeof v === 'string' && /^[ \t]*$/.test(v)];

const parseTable: { readonly [K in keyof ParseOptions]-?: Check } = {
  integers: oneOf('bigint-if-unsafe', 'number', 'bigint'),
  numbers: oneOf('native', 'raw'),
  proto: oneOf('error', 'remove', 'ignore'),
  duplicates: oneOf('last', 'first', 'error'),
  utf8: oneOf('strict', 'replace'),
  maxDepth: positive(4096),
  maxBytes: positive(64 * 1024 * 1024),
};

const stringifyTable: { readonly [K in keyof StringifyOptions]-?: Check } = {
  escapeHTML: flag,
  sortKeys: [false, 'true, false or a function', (v) => typeof v === 'boolean' || typeof v === 'function'],
  indent: text,
  prefix: text,
  nonFinite: oneOf('null', 'error'),
  bigint: oneOf('number', 'string'),
  canonical: flag,
  maxDepth: positive(4096),
};

function resolve(table: Readonly<Record<string, Check>>, options: object | undefined, what: string): Record<string, unknown> {
  const given = (options ?? {}) as Record<string, unknown>;
  if (typeof given !== 'object') throw new SonicOptionError(`${what}: got ${show(options)}, wanted an object of options`);
  for (const k of Object.keys(given)) {
    if (!Object.hasOwn(table, k)) throw new SonicOptionError(`${what}: unknown option "${k}", known: ${Object.keys(table).join(', ')}`);
  }
  const out: Record<string, unknown> = {};
  for (const [k, [fallback, wanted, test]] of Object.entries(table)) {
    const v = given[k];
    if (v !== undefined && !test(v)) throw new SonicOptionError(`${what}.${k}: got ${show(v)}, wanted ${wanted}`);
    out[k] = v ?? fallback;
  }
  return Object.freeze(out);
}

export function resolveParse(o: ParseOptions | undefined): ResolvedParse {
  return resolve(parseTable, o, 'parse') as unknown as ResolvedParse;
}

export function resolveStringify(o: StringifyOptions | undefined): ResolvedStringify {
  const r = resolve(stringifyTable, o, 'stringify') as unknown as ResolvedStringify;
  if (r.canonical && (r.indent !== '' || r.prefix !== '' || r.sortKeys !== false || r.escapeHTML)) {
    throw new SonicOptionError('stringify.canonical: wanted neither indent, prefix, sortKeys nor escapeHTML beside it');
  }
  if (r.prefix !== '' && r.indent === '') throw new SonicOptionError('stringify.prefix: wanted indent beside it');
  return r;
}

/** Both halves of a config. */
export function resolveConfig(o: SonicConfig | undefined): { readonly parse: ResolvedParse; readonly stringify: ResolvedStringify } {
  const given = (o ?? {}) as Record<string, unknown>;
  resolve({ ...parseTable, ...stringifyTable }, o, 'config');
  const part = (table: object): Record<string, unknown> => Object.fromEntries(Object.keys(table).map((k) => [k, given[k]]));
  return { parse: resolveParse(part(parseTable)), stringify: resolveStringify(part(stringifyTable)) };
}
