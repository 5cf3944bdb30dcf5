// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { RuleError } from './errors.js';
import { goRegExp, lengthOf, plain, runesOf, sameValue, sprintf } from './functions.js';

/*
 * The expression language of Go's tagexpr, which `vd` tags and `api.vd` annotations are written in. Parsed into closures; nothing is evaluated as source.
 * Source: spec/hertz.md 8.3; bytedance/go-tagexpr README.md, cloudwego/hertz internal/tagexpr.
 */

/** A function that expressions may call; arguments are values. */
export type RuleFunction = (...args: readonly unknown[]) => unknown;
export type RuleFunctions = Readonly<Record<string, RuleFunction>>;

/** What an expression sees. */
export interface VdScope {
  /** The value itself, `$`. */
  readonly self: unknown;
  /** The struct around it, whose fields `(Name)$` means. */
  readonly parent: unknown;
}

/** Finds a field of a struct by the name that the expression has for it: `undefined` = no such field. */
export type FieldLookup = (parent: unknown, name: string) => unknown;

/** A parsed tag. */
export interface VdRule {
  /** `-`: the field is not looked at; `?`: not when it is absent. */
  readonly omit: 'never' | 'always' | 'absent';
  /** Whether the value keeps the rule. */
  check(scope: VdScope): boolean;
  /** What to say when it does not; undefined where the tag does not say. */
  message(scope: VdScope): string | undefined;
  /** Values of the other named expressions of the tag. */
  named(name: string, scope: VdScope): unknown;
}

const MAX_LENGTH = 8192;
const MAX_NESTING = 64;

interface Frame extends VdScope {
  readonly key?: unknown;
  readonly item?: unknown;
  readonly count?: number;
}
type Node = (f: Frame) => unknown;

/** What counts as true: Go's FakeBool. A list, as `range` gives it, is true when all of it is. */
function truthy(v: unknown): boolean {
  if (Array.isArray(v)) return v.every(truthy);
  if (v === undefined || v === null || v === false || v === '' || v === 0 || v === 0n) return false;
  return !(typeof v === 'number' && Number.isNaN(v));
}

function fieldOf(parent: unknown, name: string): unknown {
  return typeof parent === 'object' && parent !== null && Object.hasOwn(parent, name) ? (parent as Record<string, unknown>)[name] : undefined;
}

/**
 * Compiles a `vd` tag: one expression, or several named ones behind `;`, of which `msg` makes the message.
 * Errors: {@link RuleError} for a text that is no such thing, and for functions that are neither built in nor given.
 */
export function compileVd(text: string, functions: RuleFunctions = {}, lookup: FieldLookup = fieldOf): VdRule {
  if (text.length > MAX_LENGTH) throw new RuleError(`vd: got ${text.length} characters, wanted at most ${MAX_LENGTH}`);
  const trimmed = text.trim();
  if (trimmed === '-' || trimmed === '?') return { omit: trimmed === '-' ? 'always' : 'absent', check: () => true, message: () => undefined, named: () => undefined };
  const parts = new Map<string, Node>();
  const parser = new Parser(text, functions, lookup);
  do {
    const name = parser.name() ?? '@';
    if (parts.has(name)) throw new RuleError(`vd "${text}": ${name === '@' ? 'a second expression without a name' : `"${name}" twice`}`);
    parts.set(name, parser.expression());
  } while (parser.separator());
  const check = parts.get('@');
  const message = parts.get('msg');
  return {
    omit: 'never',
    check: (s) => check === undefined || truthy(check(s)),
    message: (s) => (message === undefined ? undefined : plain(message(s))),
    named: (name, s) => parts.get(name)?.(s),
  };
}

const LEVELS: readonly (readonly string[])[] = [['||'], ['&&'], ['==', '!='], ['<=', '>=', '<', '>'], ['+', '-'], ['*', '/', '%']];

function binary(op: string, a: Node, b: Node): Node {
  switch (op) {
    case '||':
      return (f) => truthy(a(f)) || truthy(b(f));
    case '&&':
      return (f) => truthy(a(f)) && truthy(b(f));
    case '==':
      return (f) => sameValue(a(f), b(f));
    case '!=':
      return (f) => !sameValue(a(f), b(f));
    case '+':
      return (f) => {
        const [x, y] = [a(f), b(f)];
        return typeof x === 'string' && typeof y === 'string' ? x + y : numeric(x, y, (p, q) => p + q);
      };
    case '-':
      return (f) => numeric(a(f), b(f), (x, y) => x - y);
    case '*':
      return (f) => numeric(a(f), b(f), (x, y) => x * y);
    case '/':
      return (f) => numeric(a(f), b(f), (x, y) => (y === 0 ? NaN : x / y));
    case '%':
      return (f) => numeric(a(f), b(f), (x, y) => (Math.trunc(y) === 0 ? NaN : Math.trunc(x) % Math.trunc(y)));
    default:
      return (f) => compare(op, a(f), b(f));
  }
}

function isNumber(v: unknown): v is number | bigint {
  return typeof v === 'number' || typeof v === 'bigint';
}

/** Arithmetic is of doubles, as in Go; what is no number makes none. */
function numeric(a: unknown, b: unknown, op: (x: number, y: number) => number): number {
  return isNumber(a) && isNumber(b) ? op(Number(a), Number(b)) : NaN;
}

/** Of two numbers (exactly, where Go makes doubles of them) or two texts, else false. */
function compare(op: string, a: unknown, b: unknown): boolean {
  let x: number | bigint | Buffer | string;
  let y: number | bigint | Buffer | string;
  if (isNumber(a) && isNumber(b)) [x, y] = [a, b];
  else if (typeof a === 'string' && typeof b === 'string') [x, y] = [Buffer.compare(Buffer.from(a), Buffer.from(b)), 0];
  else return false;
  if (op === '<') return x < y;
  if (op === '<=') return x <= y;
  return op === '>' ? x > y : x >= y;
}

const EMAIL = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+$/;

class Parser {
  private readonly text: string;
  private readonly functions: RuleFunctions;
  private readonly lookup: FieldLookup;
  private pos: number;
  private depth: number;

  constructor(text: string, functions: RuleFunctions, lookup: FieldLookup) {
    this.text = text;
    this.functions = functions;
    this.lookup = lookup;
    this.pos = 0;
    this.depth = 0;
  }

  private error(wanted: string): RuleError {
    const got = this.pos < this.text.length ? `"${this.text.slice(this.pos, this.pos + 12)}"` : 'the end';
    return new RuleError(`vd "${this.text}", at ${this.pos}: got ${got}, wanted ${wanted}`);
  }

  private blank(): void {
    while (/\s/.test(this.text[this.pos] ?? '')) this.pos++;
  }

  private match(re: RegExp): string | undefined {
    this.blank();
    re.lastIndex = this.pos;
    const m = re.exec(this.text);
    if (m === null) return undefined;
    this.pos += m[0].length;
    return m[0];
  }

  private take(word: string): boolean {
    this.blank();
    if (!this.text.startsWith(word, this.pos)) return false;
    this.pos += word.length;
    return true;
  }

  private want(word: string): void {
    if (!this.take(word)) throw this.error(`"${word}"`);
  }

  /** `name:` in front of an expression. */
  name(): string | undefined {
    return this.match(/[A-Za-z0-9_@]+\s*:/y)?.replace(/\s*:$/, '');
  }

  /** Whether another expression follows; a `;` at the end is none. */
  separator(): boolean {
    this.blank();
    if (this.pos === this.text.length) return false;
    this.want(';');
    this.blank();
    return this.pos < this.text.length;
  }

  expression(level = 0): Node {
    if (level === LEVELS.length) return this.unary();
    let left = this.expression(level + 1);
    for (;;) {
      this.blank();
      const op = LEVELS[level]!.find((o) => this.text.startsWith(o, this.pos));
      if (op === undefined) return left;
      this.pos += op.length;
      left = binary(op, left, this.expression(level + 1));
    }
  }

  private unary(): Node {
    if (++this.depth > MAX_NESTING) throw this.error(`at most ${MAX_NESTING} levels`);
    try {
      const sign = this.match(/[!+-]/y);
      if (sign === undefined) return this.operand();
      const v = this.unary();
      if (sign === '!') return (f) => !truthy(v(f));
      return sign === '+' ? v : (f) => { const x = v(f); return typeof x === 'bigint' ? -x : numeric(0, x, (_, y) => -y); };
    } finally {
      this.depth--;
    }
  }

  private operand(): Node {
    const number = this.match(/(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y);
    if (number !== undefined) {
      const n = Number(number);
      return () => n;
    }
    const quoted = this.match(/'(?:[^'\\]|\\[^])*'/y);
    if (quoted !== undefined) {
      const s = quoted.slice(1, -1).replaceAll("\\'", "'");
      return () => s;
    }
    const field = this.match(/\([A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*\)\$/y);
    if (field !== undefined) {
      const path = field.slice(1, -2).split('.');
      return this.elements((f) => path.reduce<unknown>((v, name) => (v === undefined || v === null ? undefined : this.lookup(v, name)), f.parent));
    }
    if (this.take('(')) {
      const v = this.expression();
      this.want(')');
      return v;
    }
    if (this.take('$')) return this.elements((f) => f.self);
    if (this.take('##')) return (f) => f.count ?? 0;
    if (this.take('#k')) return (f) => f.key;
    if (this.take('#v')) return this.elements((f) => f.item);
    const word = this.match(/[A-Za-z_][A-Za-z0-9_]*/y);
    if (word === 'true' || word === 'false') return () => word === 'true';
    if (word === 'nil') return () => undefined;
    if (word === undefined) throw this.error('a value');
    if (!this.take('(')) throw this.error(`"(" behind the function ${word}`);
    return this.elements(this.call(word));
  }

  /** `[0]`, `['key']` behind a value. */
  private elements(v: Node): Node {
    if (!this.text.startsWith('[', this.pos)) return v;
    this.pos++;
    const key = this.expression();
    this.want(']');
    return this.elements((f) => element(v(f), key(f)));
  }

  private args(): Node[] {
    const out: Node[] = [];
    if (this.take(')')) return out;
    for (;;) {
      out.push(this.expression());
      if (this.take(')')) return out;
      this.want(',');
    }
  }

  private call(name: string): Node {
    if (name === 'regexp') return this.regexp();
    const given = Object.hasOwn(this.functions, name) ? this.functions[name] : undefined;
    const args = this.args();
    if (given !== undefined) return (f) => given(...args.map((a) => a(f)));
    const need = (least: number, most = least): void => {
      if (args.length < least || args.length > most) throw new RuleError(`vd "${this.text}": ${name} got ${args.length} arguments, wanted ${least}${most === least ? '' : most === Infinity ? ' or more' : ` to ${most}`}`);
    };
    const [first, second] = args as [Node, Node];
    switch (name) {
      case 'len':
        need(1);
        return (f) => lengthOf(first(f));
      case 'mblen':
        need(1);
        return (f) => runesOf(first(f));
      case 'in':
        need(1, Infinity);
        return (f) => {
          const x = first(f);
          return args.slice(1).some((a) => sameValue(x, a(f)));
        };
      case 'sprintf':
        need(1, Infinity);
        return (f) => sprintf(plain(first(f)), args.slice(1).map((a) => a(f)));
      case 'range':
        need(2);
        return (f) => rangeOver(first(f), (key, item, count) => second({ self: f.self, parent: f.parent, key, item, count }));
      case 'email':
        need(1);
        return (f) => {
          const v = first(f);
          return typeof v === 'string' && EMAIL.test(v);
        };
      case 'phone':
        // Go's is always true since Hertz v0.10.4.
        need(1, 2);
        return () => true;
      default:
        throw new RuleError(`vd "${this.text}": got the function ${name}, wanted one of len, mblen, regexp, sprintf, in, range, email, phone, or one of your own`);
    }
  }

  private regexp(): Node {
    const quoted = this.match(/'(?:[^'\\]|\\[^])*'/y);
    if (quoted === undefined) throw this.error('a quoted regular expression');
    const re = goRegExp(quoted.slice(1, -1).replaceAll("\\'", "'"));
    const of = this.take(',') ? this.expression() : (f: Frame): unknown => f.self;
    this.want(')');
    return (f) => {
      const v = of(f);
      return typeof v === 'string' && re.test(v);
    };
  }
}

function element(v: unknown, key: unknown): unknown {
  if (v instanceof Map) {
    if (v.has(key)) return v.get(key);
    // Keys of i64 are bigint, and numbers in expressions are not.
    return typeof key === 'number' && Number.isSafeInteger(key) ? v.get(BigInt(key)) : undefined;
  }
  if (Array.isArray(v)) return typeof key === 'number' ? v[key] : undefined;
  if (v instanceof Set) return typeof key === 'number' ? [...v][key] : undefined;
  return typeof key === 'string' ? fieldOf(v, key) : undefined;
}

function rangeOver(v: unknown, each: (key: unknown, item: unknown, count: number) => unknown): unknown[] {
  if (v instanceof Map) return [...v].map(([k, x]) => each(k, x, v.size));
  const list = Array.isArray(v) ? (v as unknown[]) : v instanceof Set ? [...(v as Set<unknown>)] : undefined;
  if (list !== undefined) return list.map((x, i) => each(i, x, list.length));
  if (typeof v !== 'object' || v === null) return [];
  const entries = Object.entries(v);
  return entries.map(([k, x]) => each(k, x, entries.length));
}
