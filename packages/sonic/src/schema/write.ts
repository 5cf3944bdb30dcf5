// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { show, SonicTypeError } from '../errors.js';
import { quote } from '../stringify/quote.js';
import { stringify } from '../sonic.js';
import type { FieldSchema, IntegerSchema, ObjectSchema, Schema } from './schema.js';

/** Writes one value; `where` is where it stands, for messages. */
export type Write = (v: unknown, where: string) => string;

export function wrong(where: string, v: unknown, wanted: string): SonicTypeError {
  return new SonicTypeError(v === undefined ? 'SONIC_FIELD_REQUIRED' : 'SONIC_TYPE_MISMATCH', `${where}: got ${show(v)}, wanted ${wanted}`);
}

/** Range of an integer schema. */
export function range(s: IntegerSchema): { readonly min: bigint; readonly max: bigint } {
  if (s.bits === 53) return { min: s.unsigned ? 0n : -(2n ** 53n) + 1n, max: 2n ** 53n - 1n };
  const bits = BigInt(s.bits);
  return s.unsigned ? { min: 0n, max: 2n ** bits - 1n } : { min: -(2n ** (bits - 1n)), max: 2n ** (bits - 1n) - 1n };
}

const text: Write = (v, where) => {
  if (typeof v !== 'string') throw wrong(where, v, 'a string');
  return quote(v);
};

const float: Write = (v, where) => {
  if (typeof v !== 'number') throw wrong(where, v, 'a number');
  return Number.isFinite(v) ? '' + v : 'null';
};

const bool: Write = (v, where) => {
  if (typeof v !== 'boolean') throw wrong(where, v, 'a boolean');
  return v ? 'true' : 'false';
};

function integer(s: IntegerSchema): Write {
  const { min, max } = range(s);
  const low = Number(min);
  const high = Number(max);
  const wanted = `an integer from ${min} to ${max}`;
  const around = s.text === 'string' ? '"' : '';
  return (v, where) => {
    if (typeof v === 'number' ? !Number.isSafeInteger(v) || v < low || v > high : typeof v !== 'bigint' || v < min || v > max) throw wrong(where, v, wanted);
    return around + (v as number) + around;
  };
}

/** How a compiled writer is made. */
export interface WriterOptions {
  /** Makes functions from source; undefined where the process forbids it. */
  readonly codegen: boolean;
}

/** Compiles writers; one function per object schema, so that recursive schemas end. */
export class WriterCompiler {
  private readonly o: WriterOptions;
  private readonly objects = new Map<ObjectSchema, Write>();

  constructor(o: WriterOptions) {
    this.o = o;
  }

  compile(s: Schema): Write {
    switch (s.kind) {
      case 'any':
        return (v) => stringify(v);
      case 'null':
        return (v, where) => {
          if (v !== null) throw wrong(where, v, 'null');
          return 'null';
        };
      case 'boolean':
        return bool;
      case 'string':
        return text;
      case 'number':
        return float;
      case 'integer':
        return integer(s);
      case 'bytes':
        return (v, where) => {
          if (!(v instanceof Uint8Array)) throw wrong(where, v, 'bytes');
          return '"' + Buffer.from(v.buffer, v.byteOffset, v.byteLength).toString(s.encoding) + '"';
        };
      case 'literal': {
        const known = new Map<unknown, string>(s.values.map((v) => [v, JSON.stringify(v)]));
        const wanted = [...known.values()].join(', ');
        return (v, where) => {
          const t = known.get(v);
          if (t === undefined) throw wrong(where, v, 'one of ' + wanted);
          return t;
        };
      }
      case 'array':
        return this.list(this.compile(s.items), 'an array', Array.isArray);
      case 'set': {
        const list = this.list(this.compile(s.items), 'a Set', () => true);
        return (v, where) => {
          if (!(v instanceof Set)) throw wrong(where, v, 'a Set');
          return list([...(v as Set<unknown>)], where);
        };
      }
      case 'map':
        return this.map(this.compile(s.values), s.value);
      case 'object':
        return this.object(s);
      case 'nullable': {
        const inner = this.compile(s.of);
        return (v, where) => (v === null ? 'null' : inner(v, where));
      }
      case 'union': {
        const variants = s.of.map((x) => this.compile(x));
        return (v, where) => {
          for (const w of variants) {
            try {
              return w(v, where);
            } catch (e) {
              if (!(e instanceof SonicTypeError)) throw e;
            }
          }
          throw wrong(where, v, `one of ${variants.length} variants`);
        };
      }
      case 'ref': {
        let made: Write | undefined;
        return (v, where) => (made ??= this.compile(s.get()))(v, where);
      }
    }
  }

  private list(item: Write, wanted: string, test: (v: unknown) => boolean): Write {
    return (v, where) => {
      if (!test(v)) throw wrong(where, v, wanted);
      const a = v as readonly unknown[];
      const n = a.length;
      if (n === 0) return '[]';
      const at = where + '[]';
      let out = '[' + item(a[0], at);
      for (let i = 1; i < n; i++) out += ',' + item(a[i], at);
      return out + ']';
    };
  }

  private map(value: Write, kind: 'map' | 'record'): Write {
    return (v, where) => {
      if (typeof v !== 'object' || v === null || (kind === 'map' && !(v instanceof Map))) throw wrong(where, v, kind === 'map' ? 'a Map' : 'an object');
      const at = where + '{}';
      let out = '';
      for (const [k, x] of v instanceof Map ? (v as Map<string, unknown>) : Object.entries(v)) {
        if (x === undefined) continue;
        out += (out === '' ? '{' : ',') + quote(String(k)) + ':' + value(x, at);
      }
      return out === '' ? '{}' : out + '}';
    };
  }

  private object(s: ObjectSchema): Write {
    const known = this.objects.get(s);
    if (known !== undefined) return known;
    // Schemas may be recursive without a ref: the name is there before what it names.
    this.objects.set(s, (v, where) => made(v, where));
    const fields = s.fields.map((f) => ({ ...f, write: this.compile(f.schema) }));
    const made = this.o.codegen && s.unknown !== 'keep' ? generated(fields) : interpreted(fields, s.unknown === 'keep');
    this.objects.set(s, made);
    return made;
  }
}

type CompiledField = FieldSchema & { readonly write: Write };

function interpreted(fields: readonly CompiledField[], keep: boolean): Write {
  const heads = fields.map((f) => JSON.stringify(f.key) + ':');
  const names = new Set(fields.map((f) => f.name));
  return (v, where) => {
    if (typeof v !== 'object' || v === null) throw wrong(where, v, 'an object');
    const o = v as Record<string, unknown>;
    let out = '';
    for (let i = 0; i < fields.length; i++) {
      const f = fields[i]!;
      const x = o[f.name];
      if (x === undefined && f.optional) continue;
      out += (out === '' ? '{' : ',') + heads[i]! + f.write(x, f.name);
    }
    if (keep) {
      for (const [k, x] of Object.entries(o)) if (!names.has(k) && x !== undefined) out += (out === '' ? '{' : ',') + quote(k) + ':' + stringify(x);
    }
    return out === '' ? '{}' : out + '}';
  };
}

/** Straight-line code: keys and commas are constants, strings and numbers are written in place. Names enter the source as JSON strings alone. */
function generated(fields: readonly CompiledField[]): Write {
  const lines: string[] = ['if (typeof v !== "object" || v === null) throw wrong(where, v, "an object");', 'let x, o = "";'];
  // Whether a member surely precedes: then its comma is a constant.
  let sure = false;
  fields.forEach((f, i) => {
    const name = literalOf(f.name);
    const key = JSON.stringify(f.key) + ':';
    const comma = sure ? literalOf(',' + key) : i === 0 ? literalOf('{' + key) : `(o === "" ? ${literalOf('{' + key)} : ${literalOf(',' + key)})`;
    lines.push(`x = v[${name}];`);
    const put = `o += ${comma} + ${valueOf(f, i)};`;
    lines.push(f.optional ? `if (x !== undefined) { ${put} }` : put);
    sure ||= !f.optional;
  });
  lines.push(sure ? 'return o + "}";' : 'return o === "" ? "{}" : o + "}";');
  // eslint-disable-next-line no-new-func, @typescript-eslint/no-implied-eval
  return new Function('wrong', 'quote', 'w', `"use strict"; return function (v, where) { ${lines.join('\n')} };`)(
    wrong,
    quote,
    fields.map((f) => f.write),
  ) as Write;
}

function valueOf(f: CompiledField, i: number): string {
  const name = literalOf(f.name);
  switch (f.schema.kind) {
    case 'string':
      return `(typeof x === "string" ? quote(x) : w[${i}](x, ${name}))`;
    case 'number':
      return `(typeof x === "number" && x - x === 0 ? x : w[${i}](x, ${name}))`;
    case 'boolean':
      return `(x === true ? "true" : x === false ? "false" : w[${i}](x, ${name}))`;
    case 'integer':
      return f.schema.text === 'number' && !f.schema.unsigned && f.schema.bits >= 32 ? `((x | 0) === x ? x : w[${i}](x, ${name}))` : `w[${i}](x, ${name})`;
    default:
      return `w[${i}](x, ${name})`;
  }
}

/** A string literal that ends no line. */
function literalOf(s: string): string {
  return JSON.stringify(s).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}
