// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Shape, StructShape } from '../thrift/shape.js';
import { RuleError } from './errors.js';
import { goRegExp, lengthOf, plain, runesOf, sameValue, sprintf } from './functions.js';
import type { RuleFunctions } from './vd.js';

/*
 * The rules of thrift-gen-validator: annotations `vt.*`. Source: cloudwego/thrift-gen-validator v0.2.6 README.md, parser/parser.go.
 */

/** Gives an argument of a rule from the struct around it. */
export type Argument = (owner: unknown) => unknown;

/** Says what is wrong with a value; undefined = nothing. */
export interface VtCheck {
  readonly rule: string;
  /** `v` is neither undefined nor null but for `vt.not_nil`. */
  run(v: unknown, owner: unknown): string | undefined;
}

/** What applies to a value and to its parts. */
export interface VtRules {
  readonly checks: readonly VtCheck[];
  readonly element: VtRules | undefined;
  readonly key: VtRules | undefined;
  readonly value: VtRules | undefined;
  /** Structs below are not looked into. */
  readonly skip: boolean;
}

const MAX_NESTING = 32;

/** The argument of a rule: `$Field`, `@function(…)`, or the text itself read as `t` has it. Errors: {@link RuleError}. */
export function argument(text: string, t: Shape | undefined, owner: StructShape, functions: RuleFunctions): Argument {
  const trimmed = text.trim();
  if (!trimmed.startsWith('$') && !trimmed.startsWith('@')) {
    const v = literal(text, t);
    return () => v;
  }
  return new ArgumentParser(trimmed, owner, functions).whole();
}

function literal(text: string, t: Shape | undefined): unknown {
  const bad = (wanted: string): RuleError => new RuleError(`got "${text}", wanted ${wanted}`);
  switch (t?.kind) {
    case 'bool':
      if (text !== 'true' && text !== 'false') throw bad('true or false');
      return text === 'true';
    case 'i8':
    case 'i16':
    case 'i32':
    case 'i64':
      if (!/^[+-]?(?:0x[0-9a-fA-F]+|\d+)$/.test(text.trim())) throw bad('an integer');
      return integer(text.trim());
    case 'double':
      if (text.trim() === '' || !Number.isFinite(Number(text))) throw bad('a number');
      return Number(text);
    case 'enum': {
      const name = text.trim().split('.').at(-1)!;
      if (Object.hasOwn(t.values, name)) return t.values[name];
      if (!/^-?\d+$/.test(text.trim())) throw bad(`a value of ${t.name}`);
      return Number(text);
    }
    default:
      return text;
  }
}

function integer(text: string): number | bigint {
  const negative = text.startsWith('-');
  const v = BigInt(text.replace(/^[+-]/, ''));
  const n = negative ? -v : v;
  return Number.isSafeInteger(Number(n)) ? Number(n) : n;
}

class ArgumentParser {
  private readonly text: string;
  private readonly owner: StructShape;
  private readonly functions: RuleFunctions;
  private pos = 0;
  private depth = 0;

  constructor(text: string, owner: StructShape, functions: RuleFunctions) {
    this.text = text;
    this.owner = owner;
    this.functions = functions;
  }

  private match(re: RegExp): string | undefined {
    re.lastIndex = this.pos;
    const m = re.exec(this.text);
    if (m === null) return undefined;
    this.pos += m[0].length;
    return m[0].trim();
  }

  private error(wanted: string): RuleError {
    return new RuleError(`"${this.text}", at ${this.pos}: wanted ${wanted}`);
  }

  whole(): Argument {
    const a = this.value();
    if (this.match(/\s*$/y) === undefined) throw this.error('nothing more');
    return a;
  }

  private value(): Argument {
    if (++this.depth > MAX_NESTING) throw this.error(`at most ${MAX_NESTING} levels`);
    try {
      const reference = this.match(/\s*\$[A-Za-z_][A-Za-z0-9_]*\s*/y);
      if (reference !== undefined) return this.reference(reference.slice(1));
      const name = this.match(/\s*@[A-Za-z_][A-Za-z0-9_]*\s*\(\s*/y)?.replace(/^@/, '').replace(/\s*\($/, '');
      if (name !== undefined) return this.call(name);
      const text = this.match(/\s*(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*/y);
      if (text !== undefined) {
        const v = text.slice(1, -1).replaceAll(/\\(.)/g, '$1');
        return () => v;
      }
      const number = this.match(/\s*[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\s*/y);
      if (number !== undefined) {
        const v = /[.eE]/.test(number) ? Number(number) : integer(number);
        return () => v;
      }
      const word = this.match(/\s*(?:true|false)\s*/y);
      if (word !== undefined) return () => word === 'true';
      throw this.error('$field, @function(…), a text or a number');
    } finally {
      this.depth--;
    }
  }

  private reference(name: string): Argument {
    const f = this.owner.fields.find((x) => x.name === name);
    if (f === undefined) throw new RuleError(`"$${name}": ${this.owner.name} has no such field`);
    return (owner) => (owner as Record<string, unknown>)[f.key] ?? f.absent?.();
  }

  private call(name: string): Argument {
    const args: Argument[] = [];
    if (this.match(/\)\s*/y) === undefined) {
      do args.push(this.value());
      while (this.match(/,\s*/y) !== undefined);
      if (this.match(/\)\s*/y) === undefined) throw this.error('"," or ")"');
    }
    const given = Object.hasOwn(this.functions, name) ? this.functions[name] : undefined;
    const f = given ?? builtin(name, args.length);
    return (owner) => f(...args.map((a) => a(owner)));
  }
}

function builtin(name: string, count: number): (...args: readonly unknown[]) => unknown {
  const need = (n: number, more = false): void => {
    if (more ? count < n : count !== n) throw new RuleError(`@${name} got ${count} arguments, wanted ${n}${more ? ' or more' : ''}`);
  };
  switch (name) {
    case 'len':
      need(1);
      return lengthOf;
    case 'sprintf':
      need(1, true);
      return (format, ...args) => sprintf(plain(format), args);
    case 'now_unix_nano':
      need(0);
      return () => BigInt(Date.now()) * 1_000_000n;
    case 'equal':
      need(2);
      return (a, b) => sameValue(a, b);
    case 'mod':
      need(2);
      return (a, b) => arithmetic(a, b, (x, y) => (y === 0n ? 0n : x % y), (x, y) => x % y);
    case 'add':
      need(2);
      return (a, b) => (typeof a === 'string' || typeof b === 'string' ? `${plain(a)}${plain(b)}` : arithmetic(a, b, (x, y) => x + y, (x, y) => x + y));
    default:
      throw new RuleError(`got the function @${name}, wanted one of @len, @sprintf, @now_unix_nano, @equal, @mod, @add, or one of your own`);
  }
}

function arithmetic(a: unknown, b: unknown, exact: (x: bigint, y: bigint) => bigint, float: (x: number, y: number) => number): number | bigint {
  const whole = (v: unknown): boolean => typeof v === 'bigint' || Number.isSafeInteger(v);
  if (!whole(a) || !whole(b)) return float(Number(a), Number(b));
  return exact(BigInt(a as bigint), BigInt(b as bigint));
}

// ── rules ────────────────────────────────────────────────────────────────────────────────────────

const NUMBERS = ['const', 'lt', 'le', 'gt', 'ge', 'in', 'not_in'];
const TEXTS = ['const', 'pattern', 'prefix', 'suffix', 'contains', 'not_contains', 'min_size', 'max_size', 'min_rune_size', 'max_rune_size', 'in', 'not_in'];
const RULES: Readonly<Record<Shape['kind'], readonly string[]>> = {
  i8: NUMBERS,
  i16: NUMBERS,
  i32: NUMBERS,
  i64: NUMBERS,
  double: NUMBERS,
  bool: ['const'],
  string: TEXTS,
  binary: TEXTS,
  enum: ['const', 'defined_only', 'in', 'not_in'],
  list: ['min_size', 'max_size', 'elem'],
  set: ['min_size', 'max_size', 'elem'],
  map: ['min_size', 'max_size', 'key', 'value', 'no_sparse'],
  struct: ['skip'],
};

/**
 * Rules of a value, by the words behind `vt.`; `vt.elem.max_size` is `elem`, `max_size`. Undefined where there is none.
 * Errors: {@link RuleError} for a rule that a type does not have, or an argument that does not fit.
 */
export function compileVt(rules: readonly (readonly [readonly string[], readonly string[]])[], t: Shape, owner: StructShape, functions: RuleFunctions, prefix = 'vt'): VtRules | undefined {
  if (rules.length === 0) return undefined;
  const below = (word: string, s: Shape): VtRules | undefined =>
    compileVt(rules.filter(([words]) => words[0] === word && words.length > 1).map(([words, values]) => [words.slice(1), values] as const), s, owner, functions, `${prefix}.${word}`);
  const checks: VtCheck[] = [];
  let skip = false;
  for (const [words, values] of rules) {
    const [word] = words as readonly [string];
    const rule = `${prefix}.${words.join('.')}`;
    if (!RULES[t.kind].includes(word) && word !== 'not_nil') throw new RuleError(`${rule}: a ${t.kind} has ${RULES[t.kind].map((r) => `${prefix}.${r}`).join(', ')}`);
    if (words.length > 1 !== (word === 'elem' || word === 'key' || word === 'value')) throw new RuleError(`${rule}: ${words.length > 1 ? 'nothing follows' : 'a rule follows'} ${prefix}.${word}`);
    if (words.length > 1) continue;
    if (word === 'skip') skip = on(rule, values);
    else checks.push({ rule, run: check(word, rule, values, t, owner, functions) });
  }
  return {
    checks,
    element: t.kind === 'list' || t.kind === 'set' ? below('elem', t.element) : undefined,
    key: t.kind === 'map' ? below('key', t.key) : undefined,
    value: t.kind === 'map' ? below('value', t.value) : undefined,
    skip,
  };
}

function on(rule: string, values: readonly string[]): boolean {
  const v = values.at(-1);
  if (v !== 'true' && v !== 'false') throw new RuleError(`${rule}: got "${v ?? ''}", wanted true or false`);
  return v === 'true';
}

type Run = VtCheck['run'];

function check(word: string, rule: string, values: readonly string[], t: Shape, owner: StructShape, functions: RuleFunctions): Run {
  const args = (type: Shape | undefined): readonly Argument[] => values.map((v) => within(rule, () => argument(v, type, owner, functions)));
  const comparing = (type: Shape | undefined, fails: (v: never, a: never) => boolean, text: string, of: (v: unknown) => unknown = (v) => v): Run => {
    const a = args(type).at(-1)!;
    return (v, o) => {
      const [x, limit] = [of(v), a(o)];
      return fails(x as never, limit as never) ? `wanted ${text} ${shown(limit)}, got ${shown(x)}` : undefined;
    };
  };
  const size: Shape = { kind: 'i64', as: 'bigint' };
  const bytes = (v: unknown): string => (v instanceof Uint8Array ? Buffer.from(v).toString('latin1') : Buffer.from(String(v)).toString('latin1'));
  const text = (fails: (x: string, a: string) => boolean, what: string): Run => {
    const a = args(undefined).at(-1)!;
    return (v, o) => (fails(bytes(v), bytes(a(o))) ? `wanted ${what} ${shown(a(o))}` : undefined);
  };
  switch (word) {
    case 'const':
      if (t.kind === 'string' || t.kind === 'binary') return text((x, a) => x !== a, 'the value');
      return comparing(t, (v: unknown, a: unknown) => !sameValue(numberOf(v, t), a), 'the value');
    case 'lt':
      return comparing(t, (v: number, a: number) => !(numberOf(v, t) < a), 'less than');
    case 'le':
      return comparing(t, (v: number, a: number) => !(numberOf(v, t) <= a), 'at most');
    case 'gt':
      return comparing(t, (v: number, a: number) => !(numberOf(v, t) > a), 'more than');
    case 'ge':
      return comparing(t, (v: number, a: number) => !(numberOf(v, t) >= a), 'at least');
    case 'in':
    case 'not_in': {
      const list = args(t);
      return (v, o) => {
        const all = list.map((a) => a(o));
        const x = t.kind === 'binary' ? Buffer.from(v as Uint8Array).toString() : numberOf(v, t);
        return all.some((a) => sameValue(x, a)) === (word === 'in') ? undefined : `wanted ${word === 'in' ? 'one' : 'none'} of ${all.map(shown).join(', ')}, got ${shown(v)}`;
      };
    }
    case 'min_size':
      return comparing(size, (n: number, a: number) => n < a, 'a size of at least', lengthOf);
    case 'max_size':
      return comparing(size, (n: number, a: number) => n > a, 'a size of at most', lengthOf);
    case 'min_rune_size':
      return comparing(size, (n: number, a: number) => n < a, 'characters, at least', runesOf);
    case 'max_rune_size':
      return comparing(size, (n: number, a: number) => n > a, 'characters, at most', runesOf);
    case 'pattern': {
      const source = values.at(-1)!;
      const re = within(rule, () => goRegExp(source));
      return (v) => (re.test(v instanceof Uint8Array ? Buffer.from(v).toString() : String(v)) ? undefined : `wanted what matches ${source}, got ${shown(v)}`);
    }
    case 'prefix':
      return text((x, a) => !x.startsWith(a), 'a text that begins with');
    case 'suffix':
      return text((x, a) => !x.endsWith(a), 'a text that ends with');
    case 'contains':
      return text((x, a) => !x.includes(a), 'a text with');
    case 'not_contains':
      return text((x, a) => x.includes(a), 'a text without');
    case 'defined_only': {
      if (!on(rule, values) || t.kind !== 'enum') return () => undefined;
      const known = new Set(Object.values(t.values));
      return (v) => (known.has(v as number) ? undefined : `wanted a value of ${t.name}, got ${shown(v)}`);
    }
    case 'no_sparse':
      if (!on(rule, values)) return () => undefined;
      return (v) => ([...(v instanceof Map ? v.values() : Object.values(v as object))].some((x) => x == null) ? 'wanted no empty values' : undefined);
    default:
      // not_nil
      return on(rule, values) ? (v) => (v === undefined || v === null ? 'wanted a value, got none' : undefined) : () => undefined;
  }
}

/** i64 that look as text are compared as what they are. */
function numberOf<T>(v: T, t: Shape): T {
  return t.kind === 'i64' && typeof v === 'string' && /^-?\d+$/.test(v) ? (BigInt(v) as T) : v;
}

function shown(v: unknown): string {
  if (typeof v === 'string') return `"${v.length > 60 ? `${v.slice(0, 60)}…` : v}"`;
  if (v instanceof Uint8Array) return `${v.length} bytes`;
  return typeof v === 'object' && v !== null ? 'an object' : String(v);
}

function within<T>(rule: string, f: () => T): T {
  try {
    return f();
  } catch (e) {
    if (e instanceof RuleError) throw new RuleError(`${rule}: ${e.message}`, { cause: e });
    throw e;
  }
}
