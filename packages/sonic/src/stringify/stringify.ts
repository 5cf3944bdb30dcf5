// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { SonicTypeError, show } from '../errors.js';
import type { ResolvedStringify } from '../options.js';
import { Raw, RawNumber } from '../raw.js';
import { isBytes } from '../text.js';
import { escapeHTML, hasLoneSurrogate, quote } from './quote.js';

/**
 * Value to text; undefined for what JSON.stringify leaves out (undefined, functions, symbols).
 * Rules: Map is an object (keys as text), Set an array, bytes base64, bigint a number, Raw and RawNumber their text; everything else as JSON.stringify has it,
 * toJSON included. A Map or plain object keeps its order unless sorted.
 */
export function stringifyWith(v: unknown, o: ResolvedStringify): string | undefined {
  const text = plain(o) && isPlain(v, o.maxDepth) ? JSON.stringify(v, undefined, o.indent) : new Encoder(o).run(v);
  return text !== undefined && o.escapeHTML ? escapeHTML(text) : text;
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
    case 'object':
      break;
    default:
      return true;
  }
  if (v === null) return true;
  if (room === 0) return false;
  if (Array.isArray(v)) {
    for (let i = 0; i < v.length; i++) if (!isPlain(v[i], room - 1)) return false;
    return true;
  }
  const proto: unknown = Object.getPrototypeOf(v);
  if ((proto !== Object.prototype && proto !== null) || typeof (v as { toJSON?: unknown }).toJSON === 'function') return false;
  for (const k in v) {
    const x = (v as Record<string, unknown>)[k];
    if (typeof x === 'object' ? !isPlain(x, room - 1) : typeof x === 'bigint') return false;
  }
  return true;
}

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
    if (typeof v === 'object' && v !== null) {
      if (v instanceof Raw) return v.json;
      if (v instanceof RawNumber) return v.text;
      if (isBytes(v)) return '"' + Buffer.from(v.buffer, v.byteOffset, v.byteLength).toString('base64') + '"';
    }
    // As JSON.stringify has it, for objects and bigints alone.
    if ((typeof v === 'object' && v !== null) || typeof v === 'bigint') {
      const { toJSON } = v as { toJSON?: unknown };
      if (typeof toJSON === 'function') {
        v = (toJSON as (k: string) => unknown).call(v, key);
        if (v instanceof Raw) return v.json;
        if (isBytes(v)) return this.value(v, key);
      }
    }
    switch (typeof v) {
      case 'string':
        if (this.o.canonical && hasLoneSurrogate(v)) throw this.error('SONIC_VALUE_RANGE', `got ${show(v)} with a lone surrogate, which canonical JSON cannot hold`);
        return quote(v);
      case 'number':
        return this.number(v);
      case 'boolean':
        return v ? 'true' : 'false';
      case 'bigint':
        return this.o.bigint === 'string' ? `"${v}"` : v.toString();
      case 'object':
        return v === null ? 'null' : this.object(v);
      default:
        return undefined;
    }
  }

  private number(v: number): string {
    if (Number.isFinite(v)) return v === 0 ? '0' : String(v);
    if (this.o.nonFinite === 'error' || this.o.canonical) throw this.error('SONIC_VALUE_RANGE', `got ${v}, which JSON cannot hold (nonFinite)`);
    return 'null';
  }

  private object(v: object): string | undefined {
    if (v instanceof Number) return this.number(Number(v));
    if (v instanceof String) return quote(String(v));
    if (v instanceof Boolean) return String(v.valueOf());
    if (this.open.has(v)) throw this.error('SONIC_VALUE_CIRCULAR', 'the value contains itself');
    if (this.open.size >= this.o.maxDepth) throw this.error('SONIC_VALUE_DEPTH', `nested deeper than ${this.o.maxDepth} (maxDepth)`);
    this.open.add(v);
    const outer = this.line;
    if (this.o.indent !== '') this.line += this.o.indent;
    let out: string;
    if (Array.isArray(v) || v instanceof Set) out = this.list(v, outer);
    else if (v instanceof Map) out = this.members(mapEntries(v, this), outer);
    else out = this.members(Object.entries(v), outer);
    this.line = outer;
    this.open.delete(v);
    return out;
  }

  private list(v: Iterable<unknown>, outer: string): string {
    const indented = this.o.indent !== '';
    let out = '';
    let i = 0;
    for (const x of v) {
      this.path.push(i);
      if (i++ > 0) out += ',';
      if (indented) out += this.line;
      out += this.value(x, String(i - 1)) ?? 'null';
      this.path.pop();
    }
    return i === 0 ? '[]' : `[${out}${indented ? outer : ''}]`;
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
      this.path.pop();
      if (text === undefined) continue;
      if (out !== '') out += ',';
      out += indented ? `${this.line}${quote(k)}: ${text}` : quote(k) + ':' + text;
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
  for (const [k, v] of m) {
    const t = typeof k;
    if (t !== 'string' && t !== 'number' && t !== 'bigint' && t !== 'boolean') throw e.error('SONIC_TYPE_UNSUPPORTED', `a Map key: got ${show(k)}, wanted a string, number, bigint or boolean`);
    out.push([String(k), v]);
  }
  return out;
}
