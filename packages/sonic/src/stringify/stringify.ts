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
  const text = plain(o) && surelyPlain(v, o.maxDepth) ? native(v, o) : new Encoder(o).run(v);
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

function surelyPlain(v: unknown, room: number): boolean {
  try {
    return isPlain(v, room);
  } catch {
    // A getter that throws, or too little stack for so deep a value: the encoder says which.
    return false;
  }
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

/** A container that is being written. */
interface Frame {
  readonly container: object;
  /** Keys of an object or Map; undefined = a list. */
  readonly keys: readonly string[] | undefined;
  /** Values of a list or Map; undefined = they are read from the object one by one. */
  readonly values: readonly unknown[] | undefined;
  readonly count: number;
  /** Next child. */
  at: number;
  /** Nothing was written yet. */
  empty: boolean;
}

/** The encoder for everything. Without recursion: what is open lies in a list. */
class Encoder {
  private readonly o: ResolvedStringify;
  private readonly compare: ((a: string, b: string) => number) | undefined;
  private readonly frames: Frame[] = [];
  private readonly open = new Set<object>();
  private readonly indented: boolean;
  private line: string;
  private out = '';

  constructor(o: ResolvedStringify) {
    this.o = o;
    this.compare = typeof o.sortKeys === 'function' ? o.sortKeys : o.sortKeys || o.canonical ? utf16 : undefined;
    this.indented = o.indent !== '';
    this.line = '\n' + o.prefix;
  }

  run(v: unknown): string | undefined {
    const root = this.text(v, '');
    if (typeof root !== 'object') return root;
    this.enter(root);
    const { frames } = this;
    for (;;) {
      const f = frames[frames.length - 1];
      if (f === undefined) return this.out;
      if (f.at === f.count) {
        this.leave(f);
        continue;
      }
      const i = f.at++;
      const key = f.keys === undefined ? undefined : f.keys[i]!;
      const x = this.text(f.values === undefined ? (f.container as Record<string, unknown>)[key!] : f.values[i], key ?? i);
      if (x === undefined && key !== undefined) continue;
      if (!f.empty) this.out += ',';
      f.empty = false;
      if (this.indented) this.out += this.line;
      if (key !== undefined) this.out += this.string(key) + (this.indented ? ': ' : ':');
      if (typeof x === 'object') this.enter(x);
      else this.out += x ?? 'null';
    }
  }

  private enter(v: object): void {
    if (this.open.has(v)) throw this.error('SONIC_VALUE_CIRCULAR', 'the value contains itself');
    if (this.frames.length >= this.o.maxDepth) throw this.error('SONIC_VALUE_DEPTH', `nested deeper than ${this.o.maxDepth} (maxDepth)`);
    let keys: string[] | undefined;
    let values: readonly unknown[] | undefined;
    if (Array.isArray(v)) {
      values = v;
    } else if (v instanceof Set) {
      values = [...(v as Set<unknown>)];
    } else if (v instanceof Map) {
      const members = mapEntries(v, this);
      if (this.compare !== undefined) members.sort((a, b) => this.compare!(a[0], b[0]));
      keys = members.map((m) => m[0]);
      values = members.map((m) => m[1]);
    } else {
      keys = Object.keys(v);
      if (this.compare !== undefined) keys.sort(this.compare);
    }
    this.open.add(v);
    this.frames.push({ container: v, keys, values, count: keys?.length ?? values!.length, at: 0, empty: true });
    this.out += keys === undefined ? '[' : '{';
    if (this.indented) this.line += this.o.indent;
  }

  private leave(f: Frame): void {
    this.frames.pop();
    this.open.delete(f.container);
    if (this.indented) {
      this.line = this.line.slice(0, -this.o.indent.length);
      if (!f.empty) this.out += this.line;
    }
    this.out += f.keys === undefined ? ']' : '}';
  }

  /** The value's text; undefined = it has none; an object = a container, to be entered. */
  private text(v: unknown, key: string | number): string | object | undefined {
    switch (typeof v) {
      case 'string':
        return this.string(v);
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
      const w: unknown = (toJSON as (k: string) => unknown).call(v, String(key));
      return (typeof w === 'object' && w !== null) || typeof w === 'bigint' ? this.structure(w) : this.text(w, key);
    }
    return this.structure(v);
  }

  /** What has a form of ours, whatever its toJSON says. */
  private own(v: object): string | object | undefined {
    if (v instanceof Raw) return this.o.canonical ? this.text(parseWith(v.json, exact), '') : v.json;
    if (v instanceof RawNumber) return this.o.canonical ? this.text(parseWith(v.text, exact), '') : v.text;
    if (isBytes(v)) return '"' + Buffer.from(v.buffer, v.byteOffset, v.byteLength).toString('base64') + '"';
    return undefined;
  }

  /** What is left when toJSON had its say. */
  private structure(v: object | bigint | ((...a: never[]) => unknown)): string | object | undefined {
    if (typeof v === 'bigint') return this.integer(v);
    if (typeof v === 'function') return undefined;
    const own = this.own(v);
    if (own !== undefined) return own;
    if (v instanceof Number) return this.number(Number(v));
    if (v instanceof String) return this.string(String(v));
    if (v instanceof Boolean) return String(Boolean.prototype.valueOf.call(v));
    if (v instanceof BigInt) return this.integer(BigInt.prototype.valueOf.call(v));
    if (isRawJson?.(v) === true) return (v as { readonly rawJSON: string }).rawJSON;
    return v;
  }

  private string(v: string): string {
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

  error(code: 'SONIC_VALUE_RANGE' | 'SONIC_VALUE_CIRCULAR' | 'SONIC_VALUE_DEPTH' | 'SONIC_TYPE_UNSUPPORTED', message: string): SonicTypeError {
    const path = this.frames.map((f) => (f.keys === undefined ? f.at - 1 : f.keys[f.at - 1]!));
    return new SonicTypeError(code, message, path);
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
