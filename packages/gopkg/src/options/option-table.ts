// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { OptionError } from '../errors/index.js';

/** One option: how it is checked, what it is when absent, its unit for the documentation. */
export interface OptionSpec<T> {
  readonly default: T | undefined;
  readonly unit: string | undefined;
  readonly required: boolean;
  /** One phrase that says what is allowed, such as `an integer >= 0 (ms)`. */
  readonly wanted: string;
  /** Returns the value to use, or throws {@link OptionError}. */
  check(value: unknown, path: string): T;
}

/** Name, default, unit and rule of every option of one interface; resolves an options object once, at construction. */
export interface OptionTable<O extends object> {
  readonly specs: { readonly [K in keyof O]-?: OptionSpec<unknown> };
  /**
   * Checks `options`, fills defaults, freezes.
   * Errors: {@link OptionError} (GOPKG_OPTION_INVALID) names the option as `path.key`, what came and what is allowed; an unknown key names the nearest one.
   */
  resolve(options: O | undefined, path: string): ResolvedOptions<O>;
}

/** Options after `resolve`: every key present, `undefined` only where there is no default. */
export type ResolvedOptions<O> = { readonly [K in keyof O]-?: O[K] };

/** Makes a table from its specs. */
export function optionTable<O extends object>(specs: { readonly [K in keyof O]-?: OptionSpec<NonNullable<O[K]>> }): OptionTable<O> {
  const keys = Object.keys(specs);
  return {
    specs,
    resolve(options, path) {
      const given = (options ?? {}) as Record<string, unknown>;
      if (typeof given !== 'object' || Array.isArray(given)) throw new OptionError(path, `${path}: got ${show(options)}, wanted an object of options`);
      for (const k of Object.keys(given)) {
        if (!Object.hasOwn(specs, k)) {
          const near = nearest(k, keys);
          throw new OptionError(`${path}.${k}`, `${path}: unknown option "${k}"${near === undefined ? '' : `, did you mean "${near}"`}; known: ${keys.join(', ')}`);
        }
      }
      const out: Record<string, unknown> = {};
      for (const k of keys) {
        const spec = (specs as Record<string, OptionSpec<unknown>>)[k]!;
        const v = given[k];
        if (v === undefined) {
          if (spec.required) throw new OptionError(`${path}.${k}`, `${path}.${k} is required: ${spec.wanted}`);
          out[k] = spec.default;
        } else {
          out[k] = spec.check(v, `${path}.${k}`);
        }
      }
      return Object.freeze(out) as ResolvedOptions<O>;
    },
  };
}

interface Common<T> {
  readonly default?: T;
  readonly unit?: string;
  readonly required?: boolean;
}

function spec<T>(o: Common<T>, wanted: string, check: (v: unknown, fail: (why?: string) => never) => T): OptionSpec<T> {
  const text = o.unit === undefined ? wanted : `${wanted} (${o.unit})`;
  return {
    default: o.default,
    unit: o.unit,
    required: o.required ?? false,
    wanted: text,
    check: (v, path) =>
      check(v, (why) => {
        throw new OptionError(path, `${path}: got ${show(v)}${why === undefined ? '' : ` (${why})`}, wanted ${text}`);
      }),
  };
}

function range(min: number | undefined, max: number | undefined): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  if (min !== undefined) return ` >= ${min}`;
  return max === undefined ? '' : ` <= ${max}`;
}

/** An integer within [min, max]. */
export function int(o: Common<number> & { readonly min?: number; readonly max?: number } = {}): OptionSpec<number> {
  return spec(o, 'an integer' + range(o.min, o.max), (v, fail) =>
    typeof v === 'number' && Number.isSafeInteger(v) && v >= (o.min ?? -Infinity) && v <= (o.max ?? Infinity) ? v : fail(),
  );
}

/** A number within [min, max]; NaN is refused, `Infinity` only where `max` allows it. */
export function num(o: Common<number> & { readonly min?: number; readonly max?: number } = {}): OptionSpec<number> {
  return spec(o, 'a number' + range(o.min, o.max), (v, fail) =>
    typeof v === 'number' && !Number.isNaN(v) && v >= (o.min ?? -Number.MAX_VALUE) && v <= (o.max ?? Number.MAX_VALUE) ? v : fail(),
  );
}

export function bool(o: Common<boolean> = {}): OptionSpec<boolean> {
  return spec(o, 'true or false', (v, fail) => (typeof v === 'boolean' ? v : fail()));
}

/** A string, non-empty unless `empty` is true. */
export function text(o: Common<string> & { readonly empty?: boolean; readonly pattern?: RegExp; readonly what?: string } = {}): OptionSpec<string> {
  return spec(o, o.what ?? (o.empty === true ? 'a string' : 'a non-empty string'), (v, fail) =>
    typeof v === 'string' && (v !== '' || o.empty === true) && (o.pattern === undefined || v.search(o.pattern) >= 0) ? v : fail(),
  );
}

export function oneOf<const T extends string>(values: readonly T[], o: Common<T> = {}): OptionSpec<T> {
  return spec(o, 'one of ' + values.map((v) => `"${v}"`).join(', '), (v, fail) => (values.includes(v as T) ? (v as T) : fail()));
}

export function func<F>(o: Common<F> = {}): OptionSpec<F> {
  return spec(o, 'a function', (v, fail) => (typeof v === 'function' ? (v as F) : fail()));
}

/** An object that has all of `methods` as functions. */
export function instance<T>(what: string, methods: readonly (keyof T & string)[], o: Common<T> = {}): OptionSpec<T> {
  return spec(o, `${what} (an object with ${methods.join(', ')})`, (v, fail) => {
    if (typeof v !== 'object' && typeof v !== 'function') return fail();
    const missing = v === null ? methods : methods.filter((m) => typeof (v as Record<string, unknown>)[m] !== 'function');
    return missing.length === 0 && v !== null ? (v as T) : fail('missing ' + missing.join(', '));
  });
}

/** An array whose items satisfy `item`; copied and frozen. */
export function list<T>(item: OptionSpec<T>, o: Common<readonly T[]> = {}): OptionSpec<readonly T[]> {
  const base = spec(o, `an array of which each item is ${item.wanted}`, (v, fail) => (Array.isArray(v) ? (v as readonly T[]) : fail()));
  return { ...base, default: o.default, check: (v, path) => Object.freeze(base.check(v, path).map((x, i) => item.check(x as unknown, `${path}[${i}]`))) };
}

/** A plain object whose values satisfy `item`; copied and frozen. */
export function record<T>(item: OptionSpec<T>, o: Common<Readonly<Record<string, T>>> = {}): OptionSpec<Readonly<Record<string, T>>> {
  const base = spec(o, `an object of which each value is ${item.wanted}`, (v, fail) =>
    typeof v === 'object' && v !== null && !Array.isArray(v) ? (v as Record<string, unknown>) : fail(),
  );
  return {
    ...base,
    default: o.default,
    check: (v, path) => Object.freeze(Object.fromEntries(Object.entries(base.check(v, path)).map(([k, x]) => [k, item.check(x, `${path}.${k}`)]))),
  };
}

/** A group of options with a table of its own. Absent = that table's defaults when `default` is true, else undefined. */
export function nested<O extends object>(table: OptionTable<O>, o: { readonly default?: boolean; readonly required?: boolean } = {}): OptionSpec<O> {
  const base = spec<O>(
    { ...(o.required === undefined ? {} : { required: o.required }), ...(o.default === true ? { default: table.resolve(undefined, 'defaults') as O } : {}) },
    'an object of options',
    (v, fail) => (typeof v === 'object' && v !== null ? (v as O) : fail()),
  );
  return { ...base, check: (v, path) => table.resolve(base.check(v, path), path) as O };
}

/** Anything, checked by `test` if given. */
export function any<T>(o: Common<T> & { readonly test?: (v: unknown) => boolean; readonly what?: string } = {}): OptionSpec<T> {
  return spec(o, o.what ?? 'any value', (v, fail) => (o.test === undefined || o.test(v) ? (v as T) : fail()));
}

function show(v: unknown): string {
  if (typeof v === 'string') return JSON.stringify(v.length > 60 ? v.slice(0, 57) + '...' : v);
  if (typeof v === 'function') return 'a function';
  if (Array.isArray(v)) return 'an array';
  if (typeof v === 'object' && v !== null) return 'an object';
  if (typeof v === 'bigint') return `${v}n`;
  return String(v);
}

function nearest(k: string, keys: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestScore = Math.max(2, Math.floor(k.length / 3)) + 1;
  for (const c of keys) {
    const d = distance(k.toLowerCase(), c.toLowerCase(), bestScore);
    if (d < bestScore) {
      best = c;
      bestScore = d;
    }
  }
  return best;
}

function distance(a: string, b: string, cap: number): number {
  if (Math.abs(a.length - b.length) >= cap) return cap;
  let prev = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      row.push(Math.min(prev[j]! + 1, row[j - 1]! + 1, prev[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    prev = row;
  }
  return prev[b.length]!;
}
