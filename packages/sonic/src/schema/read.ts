// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { TypeCode } from '../errors.js';
import { show, SonicOptionError, SonicTypeError } from '../errors.js';
import { keyBytes, keyEnd, matchKey, nextItem, nextMember, stringAt, typeAt } from '../lazy/document.js';
import { blanks, Fault, skipColon, skipNumber, skipString, skipValue } from '../scan/skip.js';
import { ascii } from '../text.js';
import type { ResolvedParse } from '../options.js';
import { parseInside } from '../parse/parse.js';
import type { IntegerSchema, MapSchema, ObjectSchema, Schema } from './schema.js';
import { range } from './common.js';

/** Errors that are kept; the rest is counted, so that a text made to have millions costs no memory. */
const MISMATCHES = 100;

/** The text that is being read: how far, and what did not match on the way. */
export class Reading {
  readonly b: Uint8Array;
  readonly end: number;
  readonly maxDepth: number;
  /** Behind the value read last. */
  p: number = 0;
  depth: number = 0;
  readonly path: (string | number)[] = [];
  /** The first of what did not match, and how many there were. */
  readonly mismatches: SonicTypeError[] = [];
  count: number = 0;
  readonly parse: ResolvedParse;

  constructor(b: Uint8Array, parse: ResolvedParse) {
    this.b = b;
    this.end = b.length;
    this.maxDepth = parse.maxDepth;
    this.parse = parse;
  }

  /** Notes a value of another type and passes over it. */
  mismatch(wanted: string, at: number): undefined {
    const got = typeAt(this.b, at, this.end);
    this.note('SONIC_TYPE_MISMATCH', at, () => `mismatched type: got ${got}, wanted ${wanted}`);
    this.p = skipValue(this.b, at, this.end, this.maxDepth - this.depth);
    return undefined;
  }

  /** `path`: way to what is wrong, if it is not the value being read. */
  note(code: TypeCode, at: number, reason: () => string, path: readonly (string | number)[] = this.path): void {
    if (this.count++ < MISMATCHES) this.mismatches.push(new SonicTypeError(code, reason(), [...path], at));
  }

  enter(at: number): void {
    if (this.depth++ >= this.maxDepth) throw new Fault('SONIC_DEPTH_EXCEEDED', at);
  }
}

/** Reads one value that begins at `at` (no blank before it) and leaves `r.p` behind it. */
export type Read = (r: Reading, at: number) => unknown;

/** Compiles readers. */
export class ReaderCompiler {
  private readonly objects = new Map<ObjectSchema, Read>();

  compile(s: Schema): Read {
    switch (s.kind) {
      case 'any':
        return (r, at) => {
          r.p = skipValue(r.b, at, r.end, r.maxDepth - r.depth);
          return parseInside(r.b, at, r.p, r.parse);
        };
      case 'null':
        return (r, at) => (typeAt(r.b, at, r.end) === 'null' ? word(r, at, null) : r.mismatch('null', at));
      case 'boolean':
        return (r, at) => (typeAt(r.b, at, r.end) === 'boolean' ? word(r, at, r.b[at] === 0x74) : r.mismatch('a boolean', at));
      case 'string':
        return (r, at) => {
          if (r.b[at] !== 0x22) return r.mismatch('a string', at);
          r.p = skipString(r.b, at + 1, r.end);
          return stringAt(r.b, at, r.p);
        };
      case 'number':
        return (r, at) => {
          if (typeAt(r.b, at, r.end) !== 'number') return r.mismatch('a number', at);
          r.p = skipNumber(r.b, at, r.end);
          return Number(ascii(r.b, at, r.p));
        };
      case 'integer':
        return integer(s);
      case 'bytes':
        return (r, at) => {
          if (r.b[at] !== 0x22) return r.mismatch('a string of base64', at);
          const start = at;
          r.p = skipString(r.b, at + 1, r.end);
          const text = stringAt(r.b, start, r.p);
          return base64(text) ? new Uint8Array(Buffer.from(text, s.encoding)) : r.mismatch('a string of base64', start);
        };
      case 'literal':
        return (r, at) => {
          const t = typeAt(r.b, at, r.end);
          if (t === 'array' || t === 'object') return r.mismatch('one of the values allowed', at);
          r.p = skipValue(r.b, at, r.end, 1);
          const v = parseInside(r.b, at, r.p, r.parse);
          return s.values.includes(v as string | number | boolean | null) ? v : r.mismatch('one of ' + s.values.map((x) => JSON.stringify(x)).join(', '), at);
        };
      case 'array':
        return this.list(this.compile(s.items));
      case 'set': {
        const list = this.list(this.compile(s.items));
        return (r, at) => {
          const v = list(r, at);
          return v === undefined ? undefined : new Set(v as unknown[]);
        };
      }
      case 'map':
        return this.map(s, this.compile(s.values));
      case 'object':
        return this.object(s);
      case 'nullable': {
        const inner = this.compile(s.of);
        return (r, at) => (r.b[at] === 0x6e ? word(r, at, null) : inner(r, at));
      }
      case 'union':
        return this.union(s.of.map((x) => this.compile(x)));
      case 'ref': {
        let made: Read | undefined;
        return (r, at) => (made ??= this.compile(s.get()))(r, at);
      }
      default:
        throw new SonicOptionError(`schema: got the kind ${show((s as { readonly kind?: unknown }).kind)}, which there is not`);
    }
  }

  /** The first variant without a mismatch. */
  private union(variants: readonly Read[]): Read {
    return (r, at) => {
      const before = r.count;
      const kept = r.mismatches.length;
      for (const read of variants) {
        const v = read(r, at);
        if (r.count === before) return v;
        r.count = before;
        r.mismatches.length = kept;
      }
      return r.mismatch(`one of ${variants.length} variants`, at);
    };
  }

  private list(item: Read): Read {
    return (r, at) => {
      if (r.b[at] !== 0x5b) return r.mismatch('an array', at);
      r.enter(at);
      const out: unknown[] = [];
      const depth = r.path.length;
      let p = at + 1;
      for (let i = 0; ; i++) {
        p = nextItem(r.b, p, r.end, i === 0);
        if (p < 0) break;
        r.path[depth] = i;
        out.push(item(r, p));
        p = r.p;
      }
      r.path.length = depth;
      r.p = closed(r, out.length === 0 ? at + 1 : r.p);
      r.depth--;
      return out;
    };
  }

  private map(s: MapSchema, value: Read): Read {
    const key = keys[s.keys];
    return (r, at) => {
      if (r.b[at] !== 0x7b) return r.mismatch('an object', at);
      r.enter(at);
      const out = new Map<unknown, unknown>();
      const depth = r.path.length;
      let p = at + 1;
      let first = true;
      for (; ; first = false) {
        p = nextMember(r.b, p, r.end, first);
        if (p < 0) break;
        const stop = skipString(r.b, p + 1, r.end);
        const name = stringAt(r.b, p, stop);
        r.path[depth] = name;
        p = skipColon(r.b, stop, r.end);
        const k = key(name);
        if (k === undefined) r.note('SONIC_TYPE_MISMATCH', p, () => `mismatched type of a key: wanted the text of a ${s.keys}`);
        const v = value(r, p);
        if (s.value === 'record' && reachesPrototype(name, v)) throw new Fault('SONIC_KEY_FORBIDDEN', p, `the key "${name}" reaches a prototype`);
        p = r.p;
        if (k !== undefined) out.set(k, v);
      }
      r.path.length = depth;
      r.p = closed(r, first ? at + 1 : r.p);
      r.depth--;
      return s.value === 'map' ? out : plain(out as Map<string, unknown>);
    };
  }

  private object(s: ObjectSchema): Read {
    const known = this.objects.get(s);
    if (known !== undefined) return known;
    // Schemas may be recursive without a ref: the name is there before what it names.
    this.objects.set(s, (r, at) => made(r, at));
    const fields = s.fields.map((f) => ({ ...f, bytes: keyBytes(f.key), read: this.compile(f.schema) }));
    const byKey = new Map(fields.map((f, i) => [f.key, i]));
    const n = fields.length;
    const made: Read = (r, at) => {
      if (r.b[at] !== 0x7b) return r.mismatch('an object', at);
      r.enter(at);
      const { b, end } = r;
      const depth = r.path.length;
      const values = new Array<unknown>(n).fill(undefined);
      let more: [string, unknown][] | undefined;
      let p = at + 1;
      let expected = 0;
      let first = true;
      for (; ; first = false) {
        p = nextMember(b, p, end, first);
        if (p < 0) break;
        // Texts mostly have the order of the schema: one comparison of bytes then names the field.
        let i = expected < n && matchKey(b, p, end, fields[expected]!.bytes) ? expected : -1;
        let stop = keyEnd;
        let name = '';
        if (i < 0) {
          stop = skipString(b, p + 1, end);
          name = stringAt(b, p, stop);
          i = byKey.get(name) ?? -1;
        }
        const value = skipColon(b, stop, end);
        if (i >= 0) {
          expected = i + 1;
          r.path[depth] = fields[i]!.key;
          const v = fields[i]!.read(r, value);
          // Undefined is what did not match, and that was noted.
          values[i] = v === undefined ? MISMATCHED : v;
        } else {
          r.path[depth] = name;
          r.p = skipValue(b, value, end, r.maxDepth - r.depth);
          if (s.unknown === 'error') {
            r.note('SONIC_FIELD_UNKNOWN', value, () => `unknown key, known: ${s.fields.map((f) => f.key).join(', ')}`);
          } else if (s.unknown === 'keep') {
            const v = parseInside(b, value, r.p, r.parse);
            if (reachesPrototype(name, v)) throw new Fault('SONIC_KEY_FORBIDDEN', value, `the key "${name}" reaches a prototype`);
            (more ??= []).push([name, v]);
          }
        }
        p = r.p;
      }
      r.path.length = depth;
      r.p = closed(r, first ? at + 1 : r.p);
      r.depth--;
      const out: Record<string, unknown> = {};
      for (let i = 0; i < n; i++) {
        const f = fields[i]!;
        let v = values[i];
        if (v === MISMATCHED) continue;
        if (v === undefined) {
          v = f.default;
          if (v === undefined) {
            if (!f.optional) r.note('SONIC_FIELD_REQUIRED', at, () => 'the key is missing', [...r.path, f.key]);
            continue;
          }
        }
        out[f.name] = v;
      }
      if (more !== undefined) for (const [k, v] of more) out[k] = v;
      return out;
    };
    this.objects.set(s, made);
    return made;
  }
}

/** Behind the bracket that nextItem or nextMember saw. */
function closed(r: Reading, p: number): number {
  return blanks(r.b, p, r.end) + 1;
}

function word(r: Reading, at: number, v: boolean | null): unknown {
  r.p = skipValue(r.b, at, r.end, 1);
  return v;
}

function plain(m: ReadonlyMap<string, unknown>): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [k, v] of m) out[k] = v;
  return out;
}

/** Of a key whose value could not be read. */
const MISMATCHED = Symbol('mismatched');

/** The same rule as that of `parse`. */
function reachesPrototype(key: string, v: unknown): boolean {
  return key === '__proto__' || (key === 'constructor' && typeof v === 'object' && v !== null && Object.hasOwn(v, 'prototype'));
}

/** Keys of maps from their text; undefined = it is none. */
const keys: Readonly<Record<MapSchema['keys'], (k: string) => unknown>> = {
  string: (k) => k,
  number: (k) => (/^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(k) ? Number(k) : undefined),
  bigint: (k) => integerText(k),
  boolean: (k) => (k === 'true' ? true : k === 'false' ? false : undefined),
};

/** Whether `text` is base64 or base64url, padded or not. */
export function base64(text: string): boolean {
  return /^[\w+/-]*={0,2}$/.test(text) && text.replace(/=+$/, '').length % 4 !== 1;
}

/** The integer that `text` is, of as many digits as 64 bits have; else undefined. */
export function integerText(text: string): bigint | undefined {
  return text.length <= 20 && /^-?\d+$/.test(text) ? BigInt(text) : undefined;
}

function integer(s: IntegerSchema): Read {
  const { min, max } = range(s);
  const low = Number(min);
  const high = Number(max);
  const wanted = `an integer from ${min} to ${max}`;
  const big = s.value === 'bigint';
  return (r, at) => {
    const quoted = r.b[at] === 0x22;
    if (!quoted && typeAt(r.b, at, r.end) !== 'number') return r.mismatch(wanted, at);
    r.p = quoted ? skipString(r.b, at + 1, r.end) : skipNumber(r.b, at, r.end);
    const text = ascii(r.b, quoted ? at + 1 : at, quoted ? r.p - 1 : r.p);
    // 1.0 and 1e3 are integers too.
    const n = quoted ? NaN : Number(text);
    if (Number.isSafeInteger(n)) {
      if (n < low || n > high) return r.mismatch(wanted, at);
      return big ? BigInt(n) : n;
    }
    const v = integerText(text);
    if (v === undefined || v < min || v > max) return r.mismatch(wanted, at);
    return big ? v : Number(v);
  };
}

