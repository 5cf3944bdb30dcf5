// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { SonicTypeError } from '../errors.js';
import { keyBytes, keyEnd, matchKey, nextItem, nextMember, stringAt, typeAt } from '../lazy/document.js';
import { blanks, Fault, skipColon, skipNumber, skipString, skipValue } from '../scan/skip.js';
import { ascii } from '../text.js';
import { parse } from '../sonic.js';
import type { IntegerSchema, MapSchema, ObjectSchema, Schema } from './schema.js';
import { range } from './write.js';

/** The text that is being read: how far, and what did not match on the way. */
export class Reading {
  readonly b: Uint8Array;
  readonly end: number;
  readonly maxDepth: number;
  /** Behind the value read last. */
  p: number = 0;
  depth: number = 0;
  readonly path: (string | number)[] = [];
  readonly mismatches: SonicTypeError[] = [];

  constructor(b: Uint8Array, maxDepth: number) {
    this.b = b;
    this.end = b.length;
    this.maxDepth = maxDepth;
  }

  /** Notes a value of another type and passes over it. */
  mismatch(wanted: string, at: number): undefined {
    this.mismatches.push(new SonicTypeError('SONIC_TYPE_MISMATCH', `mismatched type: got ${typeAt(this.b, at, this.end)}, wanted ${wanted}`, [...this.path], at));
    this.p = skipValue(this.b, at, this.end, this.maxDepth);
    return undefined;
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
          r.p = skipValue(r.b, at, r.end, r.maxDepth);
          return parse(r.b.subarray(at, r.p));
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
          return /^[\w+/-]*={0,2}$/.test(text) ? new Uint8Array(Buffer.from(text, s.encoding)) : r.mismatch('a string of base64', start);
        };
      case 'literal':
        return (r, at) => {
          const t = typeAt(r.b, at, r.end);
          if (t === 'array' || t === 'object') return r.mismatch('one of the values allowed', at);
          r.p = skipValue(r.b, at, r.end, 1);
          const v = parse<string | number | boolean | null>(r.b.subarray(at, r.p));
          return s.values.includes(v) ? v : r.mismatch('one of ' + s.values.map((x) => JSON.stringify(x)).join(', '), at);
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
    }
  }

  /** The first variant without a mismatch. */
  private union(variants: readonly Read[]): Read {
    return (r, at) => {
      const before = r.mismatches.length;
      const depth = r.depth;
      for (const read of variants) {
        const v = read(r, at);
        if (r.mismatches.length === before) return v;
        r.mismatches.length = before;
        r.depth = depth;
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
    const key = { string: (k: string): unknown => k, number: Number, bigint: BigInt, boolean: (k: string): unknown => k === 'true' }[s.keys];
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
        const v = value(r, p);
        p = r.p;
        out.set(key(name), v);
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
          values[i] = fields[i]!.read(r, value);
        } else {
          r.path[depth] = name;
          r.p = skipValue(b, value, end, r.maxDepth);
          if (s.unknown === 'error') r.mismatches.push(new SonicTypeError('SONIC_FIELD_UNKNOWN', `unknown key, known: ${s.fields.map((f) => f.key).join(', ')}`, [...r.path], value));
          else if (s.unknown === 'keep' && name !== '__proto__') (more ??= []).push([name, parse(b.subarray(value, r.p))]);
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
        if (v === undefined) {
          v = f.default;
          if (v === undefined) {
            if (!f.optional && !r.mismatches.some((m) => m.path.length === depth + 1 && m.path[depth] === f.key)) {
              r.mismatches.push(new SonicTypeError('SONIC_FIELD_REQUIRED', `the key "${f.key}" is missing`, [...r.path, f.key], at));
            }
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
  for (const [k, v] of m) if (k !== '__proto__') out[k] = v;
  return out;
}

function integer(s: IntegerSchema): Read {
  const { min, max } = range(s);
  const wanted = `an integer from ${min} to ${max}`;
  const big = s.value === 'bigint';
  return (r, at) => {
    const quoted = r.b[at] === 0x22;
    if (!quoted && typeAt(r.b, at, r.end) !== 'number') return r.mismatch(wanted, at);
    r.p = quoted ? skipString(r.b, at + 1, r.end) : skipNumber(r.b, at, r.end);
    const text = ascii(r.b, quoted ? at + 1 : at, quoted ? r.p - 1 : r.p);
    if (text.length > 20 || !/^-?\d+$/.test(text)) return r.mismatch(wanted, at);
    if (text.length < 16) {
      const n = Number(text);
      if (n < min || n > max) return r.mismatch(wanted, at);
      return big ? BigInt(n) : n;
    }
    const v = BigInt(text);
    if (v < min || v > max) return r.mismatch(wanted, at);
    return big ? v : Number(v);
  };
}

