// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { show, SonicOptionError, SonicTypeError, typeName } from '../errors.js';
import { quote } from '../stringify/quote.js';
import { stringify } from '../sonic.js';
import { isBytes } from '../text.js';
import { inherits, MISFIT, range } from './common.js';
import { listWriter, objectWriter } from './generate.js';
import type { FieldSchema, IntegerSchema, ObjectSchema, Schema } from './schema.js';

/** Writes one value. */
export type Write = (v: unknown) => string;

/** How a compiled writer is made. */
export interface WriterOptions {
  /** Makes functions from source. */
  readonly codegen: boolean;
  /** Tells what does not fit and where, by a SonicTypeError; else {@link MISFIT} is thrown. */
  readonly explain: boolean;
  /** Levels that recursive schemas may go. */
  readonly maxDepth: number;
  /** Null, or nothing, where a list, a set or a map is due is an empty one. */
  readonly emptyForNull: boolean;
}

/** What an empty value of a schema is as text, if it is a list, a set or a map. */
function emptyText(s: Schema): '[]' | '{}' | undefined {
  if (s.kind === 'array' || s.kind === 'set') return '[]';
  if (s.kind === 'map') return '{}';
  return s.kind === 'nullable' ? emptyText(s.of) : s.kind === 'ref' ? emptyText(s.get()) : undefined;
}

/** Compiles writers; one function per object schema, so that recursive schemas end. */
export class WriterCompiler {
  private readonly o: WriterOptions;
  private readonly objects = new Map<ObjectSchema, Write>();
  /** Way to the value being written, where that is to be told. */
  private readonly path: (string | number)[] | undefined;
  private depth = 0;
  /** Objects whose writers are being made, and whether one of them contains itself: only then are levels counted. */
  private readonly making = new Set<ObjectSchema>();
  private recursive = false;

  constructor(o: WriterOptions) {
    this.o = o;
    this.path = o.explain ? [] : undefined;
  }

  /** The writer of a whole value: starts at depth 0, within another value's too. */
  whole(s: Schema): Write {
    const write = this.compile(s);
    if (!this.recursive && this.path === undefined) return write;
    return (v) => {
      const outer = this.depth;
      this.depth = 0;
      if (this.path !== undefined) this.path.length = 0;
      try {
        return write(v);
      } finally {
        this.depth = outer;
      }
    };
  }

  private compile(s: Schema): Write {
    const write = this.byKind(s);
    // What is behind a ref says it itself, once there is something behind it.
    const empty = this.o.emptyForNull && s.kind !== 'nullable' && s.kind !== 'ref' ? emptyText(s) : undefined;
    return empty === undefined ? write : (v) => (v === null || v === undefined ? empty : write(v));
  }

  private byKind(s: Schema): Write {
    switch (s.kind) {
      case 'any':
        return (v) => this.any(v);
      case 'null':
        return (v) => {
          if (v !== null) throw this.wrong(v, 'null');
          return 'null';
        };
      case 'boolean':
        return (v) => {
          if (typeof v !== 'boolean') throw this.wrong(v, 'a boolean');
          return v ? 'true' : 'false';
        };
      case 'string':
        return (v) => {
          if (typeof v !== 'string') throw this.wrong(v, 'a string');
          return quote(v);
        };
      case 'number':
        return (v) => {
          if (typeof v !== 'number') throw this.wrong(v, 'a number');
          return v - v === 0 ? '' + v : 'null';
        };
      case 'integer':
        return this.integer(s);
      case 'bytes':
        return (v) => {
          if (!isBytes(v)) throw this.wrong(v, 'bytes');
          return '"' + Buffer.from(v.buffer, v.byteOffset, v.byteLength).toString(s.encoding) + '"';
        };
      case 'literal': {
        const known = new Map<unknown, string>(s.values.map((v) => [v, JSON.stringify(v)]));
        const wanted = 'one of ' + [...known.values()].join(', ');
        return (v) => {
          const t = known.get(v);
          if (t === undefined) throw this.wrong(v, wanted);
          return t;
        };
      }
      case 'array':
        return this.array(s.items);
      case 'set': {
        const list = this.list(this.compile(s.items));
        return (v) => {
          if (!(v instanceof Set)) throw this.wrong(v, 'a Set');
          return list([...(v as Set<unknown>)]);
        };
      }
      case 'map':
        return this.map(this.compile(s.values), s.value);
      case 'object':
        return this.object(s);
      case 'nullable': {
        const inner = this.compile(s.of);
        if (!this.o.emptyForNull) return (v) => (v === null ? 'null' : inner(v));
        return (v) => (v === null && emptyText(s.of) === undefined ? 'null' : inner(v));
      }
      case 'union':
        return this.union(s.of.map((x) => this.compile(x)));
      case 'ref': {
        this.recursive = true;
        let made: Write | undefined;
        return (v) => this.deeper((made ??= this.compile(s.get())), v);
      }
      default:
        throw new SonicOptionError(`schema: got the kind ${show((s as { readonly kind?: unknown }).kind)}, which there is not`);
    }
  }

  private wrong(v: unknown, wanted: string): unknown {
    if (this.path === undefined) return MISFIT;
    return new SonicTypeError(v === undefined ? 'SONIC_FIELD_REQUIRED' : 'SONIC_TYPE_MISMATCH', `got ${typeName(v)}, wanted ${wanted}`, [...this.path]);
  }

  private any(v: unknown): string {
    try {
      return stringify(v);
    } catch (e) {
      if (!(e instanceof SonicTypeError)) throw e;
      throw this.path === undefined ? MISFIT : new SonicTypeError(v === undefined ? 'SONIC_FIELD_REQUIRED' : e.code, e.reason, [...this.path, ...e.path]);
    }
  }

  /** Schemas that contain themselves follow values as deep as they go, and a value may contain itself. */
  private deeper(write: Write, v: unknown): string {
    if (++this.depth > this.o.maxDepth) {
      throw this.path === undefined ? MISFIT : new SonicTypeError('SONIC_VALUE_DEPTH', `nested deeper than ${this.o.maxDepth} (maxDepth), or the value contains itself`, this.path.slice(0, 32));
    }
    const out = write(v);
    this.depth--;
    return out;
  }

  private integer(s: IntegerSchema): Write {
    const { min, max } = range(s);
    const low = Number(min);
    const high = Number(max);
    const wanted = `an integer from ${min} to ${max}`;
    const around = s.text === 'string' ? '"' : '';
    return (v) => {
      if (typeof v === 'number' ? !Number.isSafeInteger(v) || v < low || v > high : typeof v !== 'bigint' || v < min || v > max) throw this.wrong(v, wanted);
      return around + (v as number) + around;
    };
  }

  private array(items: Schema): Write {
    const item = this.compile(items);
    if (this.o.codegen) return listWriter(items, item);
    const list = this.list(item);
    return (v) => {
      if (!Array.isArray(v)) throw this.wrong(v, 'an array');
      return list(v);
    };
  }

  private list(item: Write): (a: readonly unknown[]) => string {
    const { path } = this;
    if (path !== undefined) {
      return (a) => {
        const parts: string[] = [];
        path.push(0);
        for (let i = 0; i < a.length; i++) {
          path[path.length - 1] = i;
          parts.push(item(a[i]));
        }
        path.pop();
        return `[${parts.join(',')}]`;
      };
    }
    return (a) => {
      const n = a.length;
      if (n === 0) return '[]';
      let out = '[' + item(a[0]);
      for (let i = 1; i < n; i++) out += ',' + item(a[i]);
      return out + ']';
    };
  }

  private map(value: Write, kind: 'map' | 'record'): Write {
    const { path } = this;
    return (v) => {
      if (typeof v !== 'object' || v === null || (kind === 'map' && !(v instanceof Map))) throw this.wrong(v, kind === 'map' ? 'a Map' : 'an object');
      let out = '';
      for (const [k, x] of v instanceof Map ? (v as Map<string, unknown>) : Object.entries(v)) {
        if (x === undefined) continue;
        path?.push(String(k));
        out += (out === '' ? '{' : ',') + quote(String(k)) + ':' + value(x);
        path?.pop();
      }
      return out === '' ? '{}' : out + '}';
    };
  }

  /** The first variant that fits. */
  private union(variants: readonly Write[]): Write {
    return (v) => {
      const { depth } = this;
      const steps = this.path?.length;
      for (const w of variants) {
        try {
          return w(v);
        } catch (e) {
          if (e !== MISFIT && !(e instanceof SonicTypeError)) throw e;
          this.depth = depth;
          if (this.path !== undefined) this.path.length = steps!;
        }
      }
      throw this.wrong(v, `what one of ${variants.length} variants is`);
    };
  }

  private object(s: ObjectSchema): Write {
    const known = this.objects.get(s);
    if (known !== undefined) {
      this.recursive ||= this.making.has(s);
      return known;
    }
    this.making.add(s);
    // Schemas may be recursive without a ref: the name is there before what it names.
    this.objects.set(s, (v) => this.deeper(made, v));
    for (const f of s.fields) if (f.name === '__proto__') throw new SonicOptionError('schema: a field cannot be named __proto__');
    const fields = s.fields.map((f) => ({ ...f, write: this.compile(f.schema) }));
    const made = this.o.codegen && s.unknown !== 'keep' ? objectWriter(fields) : this.interpreted(fields, s.unknown === 'keep');
    this.making.delete(s);
    this.objects.set(s, made);
    return made;
  }

  private interpreted(fields: readonly CompiledField[], keep: boolean): Write {
    const { path } = this;
    const heads = fields.map((f) => JSON.stringify(f.key) + ':');
    const names = new Set(fields.map((f) => f.name));
    return (v) => {
      if (typeof v !== 'object' || v === null) throw this.wrong(v, 'an object');
      const o = v as Record<string, unknown>;
      let out = '';
      for (let i = 0; i < fields.length; i++) {
        const f = fields[i]!;
        const x = inherits(f.name) && !Object.hasOwn(o, f.name) ? undefined : o[f.name];
        if (x === undefined && f.optional) continue;
        path?.push(f.name);
        out += (out === '' ? '{' : ',') + heads[i]! + f.write(x);
        path?.pop();
      }
      if (keep) {
        for (const [k, x] of Object.entries(o)) {
          if (names.has(k) || x === undefined) continue;
          path?.push(k);
          out += (out === '' ? '{' : ',') + quote(k) + ':' + this.any(x);
          path?.pop();
        }
      }
      return out === '' ? '{}' : out + '}';
    };
  }
}

/** A field with the function that writes it. */
export type CompiledField = FieldSchema & { readonly write: Write };
