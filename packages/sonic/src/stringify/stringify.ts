// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { SonicTypeError, show } from '../errors.js';
import type { ResolvedStringify } from '../options.js';
import { resolveParse } from '../options.js';
import { parseWith } from '../parse/parse.js';
import { Raw, RawNumber } from '../raw.js';
import { isBytes } from '../text.js';
import { escapeHTML, hasLoneSurrogate, quote } from './quote.js';

/**
 * Value to text; undefined for what JSON.stringify leaves out (undefined, functions, symbols).
 * Rules: Map is an object (keys as text), Set an array, bytes base64, bigint a number, Raw and RawNumber their text; everything else as JSON.stringify has it,
 * toJSON included. A Map or plain object keeps its order unless sorted.
 */
export function stringifyWith(v: unknown, o: ResolvedStringify): string | undefined {
  const text = plain(o) && isPlain(v, o.maxDepth) ? native(v, o) : new Encoder(o).run(v);
  return text !== undefined && o.escapeHTML ? escapeHTML(text) : text;
}

function native(v: unknown, o: ResolvedStringify): string | undefined {
  try {
    return JSON.stringify(v, undefined, o.indent);
  } catch {
    // A getter or toJSON gave something else the second time.
    return new Encoder(o).run(v);
  }
}

/** Options under which JSON.stringify gives what we want. */
function plain(o: ResolvedStringify): boolean {
  return o.sortKeys === false && !o.canonical && o.prefix === '' && o.nonFinite === 'null' && o.indent.length <= 10;
}

/** Whether `v` consists of nothing but what JSON.stringify knows. Whatever is doubtful is not. */
function isPlain(v: unknown, room: number): boolean {
  switch (typeof v) {
    case 'bigint':
      return false;
    case 'function':
      return typeof (v as { toJSON?: unknown }).toJSON !== 'function';
    case 'object':
      break;
    default:
      return true;
  }
  if (v === null) return true;
  if (room === 0) return false;
  if (Array.isArray(v)) {
    for (let i = 0; i < v.length; i++) {
      const x = v[i] as unknown;
      if ((typeof x === 'object' ? x !== null : typeof x === 'bigint' || typeof x === 'function') && !isPlain(x, room - 1)) return false;
    }
    return typeof (v as { toJSON?: unknown }).toJSON !== 'function';
  }
  const proto: unknown = Object.getPrototypeOf(v);
  if ((proto !== Object.prototype && proto !== null) || typeof (v as { toJSON?: unknown }).toJSON === 'function') return false;
  for (const k in v) {
    const x = (v as Record<string, unknown>)[k];
    if ((typeof x === 'object' ? x !== null : typeof x === 'bigint' || typeof x === 'function') && !isPlain(x, room - 1)) return false;
  }
  return true;
}

/** Numbers that JSON.rawJSON made, where the language has it. */
const isRawJson = (JSON as { isRawJSON?: (v: unknown) => boolean }).isRawJSON;

/** How a text is read that is to be written canonically. */
const exact = resolveParse({ proto: 'ignore', duplicates: 'error' });

/** The encoder for everything. Depth is bounded, so a cycle ends in an error. */
class Encoder {
  private readonly o: ResolvedStringify;
  private readonly compare: ((a: string, b: string) => number) | undefined;
  private readonly open = new Set<object>();
  private readonly path: (string | number)[] = [];
  private line: string;

  constructor(o: ResolvedStringify) {
    this.o = o;
    this.compare = typeof o.sortKeys === 'function' ? o.sortKeys : o.sortKeys || o.canonical ? utf16 : undefined;
    this.line = '\n' + o.prefix;
  }

  run(v: unknown): string | undefined {
    return this.value(v, '');
  }

  private value(v: unknown, key: string): string | undefined {
    switch (typeof v) {
      case 'string':
        return this.text(v);
      case 'number':
        return this.number(v);
      case 'boolean':
        return v ? 'true' : 'false';
      case 'object': {
        if (v === null) return 'null';
        const own = this.own(v);
        if (own !== undefined) return own;
        break;
      }
      case 'bigint':
      case 'function':
        break;
      default:
        return undefined;
    }
    // Raw, RawNumber and bytes are ours to write; for the rest toJSON decides first.
    const { toJSON } = v as { toJSON?: unknown };
    if (typeof toJSON === 'function') {
      const w: unknown = (toJSON as (k: string) => unknown).call(v, key);
      return (typeof w === 'object' && w !== null) || typeof w === 'bigint' ? this.structure(w) : this.value(w, key);
    }
    return this.structure(v);
  }

  /** What has a form of ours, whatever its toJSON says. */
  private own(v: object): string | undefined {
    if (v instanceof Raw) return this.o.canonical ? this.value(parseWith(v.json, exact), '') : v.json;
    if (v instanceof RawNumber) return this.o.canonical ? this.value(parseWith(v.text, exact), '') : v.text;
    if (isBytes(v)) return '"' + Buffer.from(v.buffer, v.byteOffset, v.byteLength).toString('base64') + '"';
    return undefined;
  }

  /** What is left when toJSON had its say. */
  private structure(v: object | bigint | ((...a: never[]) => unknown)): string | undefined {
    if (typeof v === 'bigint') return this.integer(v);
    if (typeof v === 'function') return undefined;
    return this.own(v) ?? this.object(v);
  }

  private text(v: string): string {
    if (this.o.canonical && hasLoneSurrogate(v)) throw this.error('SONIC_VALUE_RANGE', 'got a string with a lone surrogate, which canonical JSON cannot hold');
    return quote(v);
  }

  private integer(v: bigint): string {
    if (this.o.bigint === 'string') return `"${v}"`;
    if (this.o.canonical && (v > Number.MAX_SAFE_INTEGER || v < Number.MIN_SAFE_INTEGER)) {
      throw this.error('SONIC_VALUE_RANGE', "got an integer that no double holds, which canonical JSON cannot write as a number; bigint: 'string' writes it as a string");
    }
    return v.toString();
  }

  private number(v: number): string {
    if (Number.isFinite(v)) return v === 0 ? '0' : String(v);
    if (this.o.nonFinite === 'error' || this.o.canonical) throw this.error('SONIC_VALUE_RANGE', `got ${v}, which JSON cannot hold (nonFinite)`);
    return 'null';
  }

  private object(v: object): string | undefined {
    if (v instanceof Number) return this.number(Number(v));
    if (v instanceof String) return this.text(String(v));
    if (v instanceof Boolean) return String(Boolean.prototype.valueOf.call(v));
    if (v instanceof BigInt) return this.integer(BigInt.prototype.valueOf.call(v));
    if (isRawJson?.(v) === true) return (v as { readonly rawJSON: string }).rawJSON;
    if (this.open.has(v)) throw this.error('SONIC_VALUE_CIRCULAR', 'the value contains itself');
    if (this.open.size >= this.o.maxDepth) throw this.error('SONIC_VALUE_DEPTH', `nested deeper than ${this.o.maxDepth} (maxDepth)`);
    this.open.add(v);
    const outer = this.line;
    if (this.o.indent !== '') this.line += this.o.indent;
    let out: string;
    if (Array.isArray(v)) out = this.list(v, outer);
    else if (v instanceof Set) out = this.list([...(v as Set<unknown>)], outer);
    else if (v instanceof Map) out = this.members(mapEntries(v, this), outer);
    else out = this.members(Object.entries(v), outer);
    this.line = outer;
    this.open.delete(v);
    return out;
  }

  private list(v: readonly unknown[], outer: string): string {
    const n = v.length;
    if (n === 0) return '[]';
    const indented = this.o.indent !== '';
    let out = '[';
    for (let i = 0; i < n; i++) {
      this.path.push(i);
      if (i > 0) out += ',';
      if (indented) out += this.line;
      out += this.value(v[i], String(i)) ?? 'null';
      this.path.pop();
    }
    return indented ? out + outer + ']' : out + ']';
  }

  private members(v: [string, unknown][], outer: string): string {
    if (this.compare !== undefined) {
      const { compare } = this;
      v.sort((a, b) => compare(a[0], b[0]));
    }
    const indented = this.o.indent !== '';
    let out = '';
    for (const [k, x] of v) {
      this.path.push(k);
      const text = this.value(x, k);
      if (text !== undefined) {
        if (out !== '') out += ',';
        out += indented ? `${this.line}${this.text(k)}: ${text}` : this.text(k) + ':' + text;
      }
      this.path.pop();
    }
    return out === '' ? '{}' : `{${out}${indented ? outer : ''}}`;
  }

  error(code: 'SONIC_VALUE_RANGE' | 'SONIC_VALUE_CIRCULAR' | 'SONIC_VALUE_DEPTH' | 'SONIC_TYPE_UNSUPPORTED', message: string): SonicTypeError {
    return new SonicTypeError(code, message, [...this.path]);
  }
}

function utf16(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function mapEntries(m: ReadonlyMap<unknown, unknown>, e: Encoder): [string, unknown][] {
  const out: [string, unknown][] = [];
  let mixed = false;
  for (const [k, v] of m) {
    const t = typeof k;
    mixed ||= t !== 'string';
    if (t !== 'string' && t !== 'number' && t !== 'bigint' && t !== 'boolean') throw e.error('SONIC_TYPE_UNSUPPORTED', `a Map key: got ${show(k)}, wanted a string, number, bigint or boolean`);
    out.push([String(k), v]);
  }
  if (!mixed) return out;
  // 1 and '1' are two keys of a Map and one of an object.
  const texts = new Set<string>();
  for (const [k] of out) {
    if (texts.size === texts.add(k).size) throw e.error('SONIC_TYPE_UNSUPPORTED', `a Map: two keys have the text ${show(k)}`);
  }
  return out;
}
