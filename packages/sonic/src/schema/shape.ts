// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { inherits, MISS, range } from './common.js';
import { listShape, objectShape } from './generate.js';
import type { ShapedField } from './generate.js';
import { base64, integerText } from './read.js';
import type { IntegerSchema, ObjectSchema, Schema } from './schema.js';

/*
 * The fast half of decoding: a value that JSON.parse made is looked through and turned into what the schema says, in place where it can be. Whatever does not
 * fit is left to the reader over bytes, which also knows what to say about it.
 */

/** A parsed value as the schema has it, or {@link MISS}. */
export type Shape = (v: unknown) => unknown;

const same: Shape = (v) => v;

/** Compiles shapes. */
export class ShapeCompiler {
  private readonly objects = new Map<ObjectSchema, Shape>();
  /** Set when a part of the schema turned out to be for the reader alone. */
  hopeless: boolean = false;
  private readonly codegen: boolean;

  constructor(o: { readonly codegen: boolean }) {
    this.codegen = o.codegen;
  }

  compile(s: Schema): Shape {
    switch (s.kind) {
      case 'any':
        return same;
      case 'null':
        return (v) => (v === null ? null : MISS);
      case 'boolean':
        return (v) => (typeof v === 'boolean' ? v : MISS);
      case 'string':
        return (v) => (typeof v === 'string' ? v : MISS);
      case 'number':
        return (v) => (typeof v === 'number' ? v : typeof v === 'bigint' ? Number(v) : MISS);
      case 'integer':
        return integer(s);
      case 'bytes':
        return (v) => (typeof v === 'string' && base64(v) ? new Uint8Array(Buffer.from(v, s.encoding)) : MISS);
      case 'literal': {
        const known = new Set<unknown>(s.values);
        return (v) => (known.has(v) ? v : MISS);
      }
      case 'array':
        return this.list(s.items);
      case 'set': {
        const items = this.list(s.items);
        return (v) => {
          const a = items(v);
          return a === MISS ? MISS : new Set(a as unknown[]);
        };
      }
      case 'map':
        // A Map has the order of the text, and objects have not for keys that are integers.
        return s.value === 'map' || s.keys !== 'string' ? this.never() : record(this.compile(s.values));
      case 'object':
        return this.object(s);
      case 'nullable': {
        const inner = this.compile(s.of);
        return (v) => (v === null ? null : inner(v));
      }
      case 'union':
        // A variant that does not fit may have changed half of the value.
        return s.of.every(leaves) ? firstOf(s.of.map((x) => this.compile(x))) : this.never();
      case 'ref': {
        let made: Shape | undefined;
        return (v) => (made ??= this.compile(s.get()))(v);
      }
    }
  }

  private list(items: Schema): Shape {
    const item = this.compile(items);
    return this.codegen ? listShape(items, item) : list(item);
  }

  private never(): Shape {
    this.hopeless = true;
    return () => MISS;
  }

  private object(s: ObjectSchema): Shape {
    const known = this.objects.get(s);
    if (known !== undefined) return known;
    // Schemas may be recursive without a ref: the name is there before what it names.
    this.objects.set(s, (v) => made(v));
    const fields: readonly ShapedField[] = s.fields.map((f) => ({ ...f, shape: this.compile(f.schema) }));
    const renamed = s.fields.some((f) => f.name !== f.key);
    const made = renamed && s.unknown === 'keep' ? this.never() : (this.codegen ? objectShape : checked)(fields, rebuilder(fields, s.unknown));
    this.objects.set(s, made);
    return made;
  }
}

/** Of a value whose fields fit: defaults are filled in, unknown keys left out, keys renamed. */
function rebuilder(fields: readonly ShapedField[], unknown: ObjectSchema['unknown']): (o: Record<string, unknown>, more: boolean) => unknown {
  return (o, more) => {
    if (more && unknown === 'error') return MISS;
    const out: Record<string, unknown> = {};
    for (const f of fields) {
      const x = own(o, f.key);
      if (x !== undefined) out[f.name] = x;
      else if (f.default !== undefined) out[f.name] = f.default;
    }
    if (more && unknown === 'keep') for (const k of Object.keys(o)) if (!Object.hasOwn(out, k)) out[k] = o[k];
    return out;
  };
}

function own(o: Record<string, unknown>, key: string): unknown {
  return inherits(key) && !Object.hasOwn(o, key) ? undefined : o[key];
}

/** What `objectShape` is, without code of its own. */
function checked(fields: readonly ShapedField[], rebuild: (o: Record<string, unknown>, more: boolean) => unknown): Shape {
  const whole = fields.every((f) => f.name === f.key);
  return (v) => {
    if (typeof v !== 'object' || v === null || Array.isArray(v)) return MISS;
    const o = v as Record<string, unknown>;
    let present = 0;
    for (const f of fields) {
      const x = own(o, f.key);
      if (x === undefined) {
        if (f.default === undefined && !f.optional) return MISS;
        continue;
      }
      present++;
      const y = f.shape(x);
      if (y === MISS) return MISS;
      if (y !== x) o[f.key] = y;
    }
    const keys = Object.keys(o).length;
    return whole && keys === present && present === fields.length ? o : rebuild(o, keys > present);
  };
}

/** Whether the shape of `s` changes nothing in a value. */
function leaves(s: Schema): boolean {
  switch (s.kind) {
    case 'any':
    case 'null':
    case 'boolean':
    case 'string':
    case 'literal':
    case 'number':
    case 'integer':
    case 'bytes':
      return true;
    case 'array':
      return gives(s.items);
    case 'nullable':
      return leaves(s.of);
    default:
      return false;
  }
}

/** Whether the shape of `s` gives what it is given. */
function gives(s: Schema): boolean {
  return s.kind === 'any' || s.kind === 'null' || s.kind === 'boolean' || s.kind === 'string' || s.kind === 'literal' || (s.kind === 'array' && gives(s.items)) || (s.kind === 'nullable' && gives(s.of));
}

function firstOf(variants: readonly Shape[]): Shape {
  return (v) => {
    for (const shape of variants) {
      const y = shape(v);
      if (y !== MISS) return y;
    }
    return MISS;
  };
}

function list(item: Shape): Shape {
  return (v) => {
    if (!Array.isArray(v)) return MISS;
    for (let i = 0; i < v.length; i++) {
      const x = v[i] as unknown;
      const y = item(x);
      if (y === MISS) return MISS;
      if (y !== x) v[i] = y;
    }
    return v as unknown;
  };
}

function record(value: Shape): Shape {
  return (v) => {
    if (typeof v !== 'object' || v === null || Array.isArray(v)) return MISS;
    const o = v as Record<string, unknown>;
    for (const k of Object.keys(o)) {
      const x = o[k];
      const y = value(x);
      if (y === MISS) return MISS;
      if (y !== x) o[k] = y;
    }
    return o;
  };
}

function integer(s: IntegerSchema): Shape {
  const { min, max } = range(s);
  const low = Number(min);
  const high = Number(max);
  const big = s.value === 'bigint';
  return (v) => {
    if (typeof v === 'number') {
      if (!Number.isSafeInteger(v) || v < low || v > high) return MISS;
      return big ? BigInt(v) : v;
    }
    const x = typeof v === 'bigint' ? v : typeof v === 'string' ? integerText(v) : undefined;
    if (x === undefined || x < min || x > max) return MISS;
    return big ? x : Number(x);
  };
}
