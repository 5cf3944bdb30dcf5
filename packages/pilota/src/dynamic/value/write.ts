// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ByteWriter } from '@cloudwego/gopkg/io';
import { writeI64 } from '../../codegen/v1/write.js';
import type { LinkedField, LinkedStruct, LinkedType } from '../../descriptor/index.js';
import { DynamicError, mismatch } from '../errors.js';
import type { PathStep } from '../errors.js';
import { absence } from './options.js';
import type { ResolvedValueOptions } from './options.js';
import { defaultOut } from './plain.js';
import { tooDeep } from './read.js';

/** Writes one value; `depth`: levels that it may still go down. */
export type Write = (w: ByteWriter, v: unknown, depth: number) => void;

interface FieldWriter {
  readonly field: LinkedField;
  readonly key: string;
  /** Whether every object has a property of this name. */
  readonly inherited: boolean;
  readonly write: Write;
  readonly absence: 'zero' | 'default' | 'omit' | 'error';
  /** The IDL's default, as it may be written. */
  readonly defaultValue: unknown;
}

/** Bytes of what stands for nothing: a struct is written without fields, as Go's generic calls do. */
export function writeZero(w: ByteWriter, t: LinkedType): void {
  switch (t.kind) {
    case 'bool':
    case 'i8':
    case 'struct':
      w.u8(0);
      return;
    case 'i16':
      w.i16(0);
      return;
    case 'double':
    case 'i64':
      w.i32(0);
      w.i32(0);
      return;
    case 'list':
    case 'set':
      w.u8(t.element!.ttype);
      w.i32(0);
      return;
    case 'map':
      w.u8(t.key!.ttype);
      w.u8(t.element!.ttype);
      w.i32(0);
      return;
    default:
      w.i32(0);
  }
}

/** Makes and keeps the writers of structs and types for one set of options. */
export class Writers {
  private readonly o: ResolvedValueOptions;
  private readonly structs = new WeakMap<LinkedStruct, Write>();
  private readonly types = new WeakMap<LinkedType, Write>();
  private readonly keys = new WeakMap<LinkedType, Write>();

  constructor(o: ResolvedValueOptions) {
    this.o = o;
  }

  struct(s: LinkedStruct): Write {
    let write = this.structs.get(s);
    if (write === undefined) this.structs.set(s, (write = this.makeStruct(s)));
    return write;
  }

  type(t: LinkedType): Write {
    let write = this.types.get(t);
    if (write === undefined) this.types.set(t, (write = this.make(t)));
    return write;
  }

  /** Keys of an object stand for keys of a map: numbers and booleans are written as text there. */
  private key(t: LinkedType): Write {
    let write = this.keys.get(t);
    if (write === undefined) this.keys.set(t, (write = keyWriter(t, this.type(t))));
    return write;
  }

  private make(t: LinkedType): Write {
    switch (t.kind) {
      case 'bool':
        return (w, v) => {
          if (typeof v !== 'boolean') throw mismatch(v, 'a boolean');
          w.u8(v ? 1 : 0);
        };
      case 'i8':
        return (w, v) => {
          w.u8(integer(v, -0x80, 0x7f));
        };
      case 'i16':
        return (w, v) => {
          w.i16(integer(v, -0x8000, 0x7fff));
        };
      case 'i32':
        return (w, v) => {
          w.i32(integer(v, -0x80000000, 0x7fffffff));
        };
      case 'enum':
        return (w, v) => {
          const n = typeof v === 'string' && Object.hasOwn(t.values!, v) ? t.values![v] : v;
          if (typeof n === 'string') throw mismatch(v, `a number or one of ${Object.keys(t.values!).slice(0, 20).join(', ')}`);
          w.i32(integer(n, -0x80000000, 0x7fffffff));
        };
      case 'i64':
        return (w, v) => {
          try {
            writeI64(w, v as bigint, 'i64');
          } catch (e) {
            throw new DynamicError(isIntegral(v) ? 'PILOTA_DYNAMIC_VALUE_RANGE' : 'PILOTA_DYNAMIC_TYPE_MISMATCH', (e as Error).message.replace(/^i64: /, ''));
          }
        };
      case 'double':
        return (w, v) => {
          if (typeof v !== 'number') throw mismatch(v, 'a number');
          w.f64(v);
        };
      case 'string':
        return (w, v) => {
          if (typeof v === 'string') w.string32(v);
          else if (v instanceof Uint8Array) w.bytes32(v);
          else throw mismatch(v, 'a string');
        };
      case 'binary':
        return this.binary();
      case 'struct':
        return this.struct(t.struct!);
      case 'map':
        return this.makeMap(t);
      default:
        return this.makeList(t);
    }
  }

  private binary(): Write {
    const base64 = this.o.binary === 'base64';
    return (w, v) => {
      if (v instanceof Uint8Array) w.bytes32(v);
      else if (typeof v !== 'string') throw mismatch(v, 'bytes or a string');
      else if (!base64) w.string32(v);
      else if (!/^[A-Za-z0-9+/]*={0,2}$/.test(v)) throw mismatch(v, 'base64');
      else w.bytes32(Buffer.from(v, 'base64'));
    };
  }

  private makeList(t: LinkedType): Write {
    const element = t.element!;
    let write: Write | undefined;
    return (w, v, depth) => {
      if (depth <= 0) throw tooDeep(this.o);
      write ??= this.type(element);
      const items = itemsOf(v, t);
      w.u8(element.ttype);
      w.i32(items.length);
      let i = 0;
      try {
        for (; i < items.length; i++) {
          const item = items[i];
          if (item === null || item === undefined) writeZero(w, element);
          else write(w, item, depth - 1);
        }
      } catch (e) {
        throw DynamicError.at(e, i);
      }
    };
  }

  private makeMap(t: LinkedType): Write {
    const [keyType, element] = [t.key!, t.element!];
    return (w, v, depth) => {
      if (depth <= 0) throw tooDeep(this.o);
      const isMap = v instanceof Map;
      if (!isMap && (typeof v !== 'object' || v === null || Array.isArray(v) || v instanceof Set || v instanceof Uint8Array)) throw mismatch(v, 'a Map or an object');
      const entries = isMap ? (v as ReadonlyMap<unknown, unknown>) : (Object.entries(v as object) as readonly (readonly [unknown, unknown])[]);
      const writeKey = isMap ? this.type(keyType) : this.key(keyType);
      const write = this.type(element);
      w.u8(keyType.ttype);
      w.u8(element.ttype);
      w.i32(isMap ? (v as ReadonlyMap<unknown, unknown>).size : (entries as readonly unknown[]).length);
      for (const [k, x] of entries) {
        try {
          writeKey(w, k, depth - 1);
          if (x === null || x === undefined) writeZero(w, element);
          else write(w, x, depth - 1);
        } catch (e) {
          throw DynamicError.at(e, typeof k === 'object' && !(k instanceof Uint8Array) ? 'key' : (k as PathStep));
        }
      }
    };
  }

  private makeStruct(s: LinkedStruct): Write {
    const { o } = this;
    let fields: FieldWriter[] | undefined;
    let known: ReadonlySet<string> | undefined;
    return (w, v, depth) => {
      if (depth <= 0) throw tooDeep(o);
      fields ??= s.fields.map((f) => this.field(f));
      if (typeof v !== 'object' || v === null || Array.isArray(v) || v instanceof Uint8Array) throw mismatch(v, `an object of the fields of ${s.name}`);
      const map = v instanceof Map ? (v as ReadonlyMap<unknown, unknown>) : undefined;
      if (o.unknown === 'error') {
        known ??= new Set(fields.map((f) => f.key));
        for (const k of map === undefined ? Object.keys(v) : map.keys()) {
          if (!known.has(k as string)) throw new DynamicError('PILOTA_DYNAMIC_FIELD_UNKNOWN', `${s.name} has no field "${String(k)}"`);
        }
      }
      let set = 0;
      for (const f of fields) {
        let x = map === undefined ? (v as Record<string, unknown>)[f.key] : map.get(f.key);
        // A field named `toString` is not set because every object inherits one.
        if (f.inherited && map === undefined && !Object.hasOwn(v, f.key)) x = undefined;
        if (x === null) x = undefined;
        if (x === undefined) {
          if (s.structKind === 'union') continue;
          x = f.absence === 'default' ? f.defaultValue : undefined;
          if (x === undefined) {
            if (f.absence === 'error') throw new DynamicError('PILOTA_DYNAMIC_FIELD_REQUIRED', `required field (${f.field.id}/${f.field.name}) of ${s.name} is not set`);
            if (f.absence === 'omit' || (f.absence === 'default' && f.field.requiredness === 'optional')) continue;
          }
        }
        set++;
        w.u8(f.field.type.ttype);
        w.i16(f.field.id);
        try {
          if (x === undefined) writeZero(w, f.field.type);
          else f.write(w, x, depth - 1);
        } catch (e) {
          throw DynamicError.at(e, f.field.name);
        }
      }
      if (s.structKind === 'union' && set !== 1) throw new DynamicError('PILOTA_DYNAMIC_UNION_INVALID', `union ${s.name}: got ${set} fields set, wanted exactly one`);
      w.u8(0);
    };
  }

  private field(f: LinkedField): FieldWriter {
    const { o } = this;
    const given = f.defaultValue === undefined ? undefined : defaultOut(f.defaultValue, f.type, { ...o, fill: 'defaults' });
    const key = o.keys === 'alias' ? f.alias : f.name;
    return { field: f, key, inherited: key in Object.prototype, write: this.type(f.type), absence: absence(f, o), defaultValue: given };
  }
}

function isIntegral(v: unknown): boolean {
  return typeof v === 'bigint' || typeof v === 'number' || (typeof v === 'string' && /^[+-]?\d+$/.test(v));
}

/** An integer in range, given as a number or a bigint. */
function integer(v: unknown, min: number, max: number): number {
  const n = typeof v === 'bigint' ? Number(v) : v;
  if (typeof n !== 'number') throw mismatch(v, 'an integer');
  if (!Number.isInteger(n) || n < min || n > max) throw new DynamicError('PILOTA_DYNAMIC_VALUE_RANGE', `got ${String(v)}, wanted an integer from ${min} to ${max}`);
  return n;
}

function itemsOf(v: unknown, t: LinkedType): readonly unknown[] {
  if (Array.isArray(v)) return v;
  if (typeof v !== 'object' || v === null || typeof (v as Partial<Iterable<unknown>>)[Symbol.iterator] !== 'function') throw mismatch(v, `an array or another iterable, for a ${t.kind}`);
  // The bytes of a list<byte> are signed.
  if (v instanceof Uint8Array && t.element!.kind === 'i8') return [...new Int8Array(v.buffer, v.byteOffset, v.length)];
  return [...(v as Iterable<unknown>)];
}

function keyWriter(t: LinkedType, write: Write): Write {
  switch (t.kind) {
    case 'string':
    case 'enum':
      return (w, v, depth) => {
        write(w, t.kind === 'enum' && /^-?\d+$/.test(v as string) ? Number(v) : v, depth);
      };
    case 'i64':
      return write;
    case 'bool':
      return (w, v, depth) => {
        write(w, v === 'true' ? true : v === 'false' ? false : v, depth);
      };
    case 'binary':
      return (w, v) => {
        w.bytes32(Buffer.from(v as string, 'base64'));
      };
    case 'i8':
    case 'i16':
    case 'i32':
    case 'double':
      return (w, v, depth) => {
        const n = (v as string).trim() === '' ? NaN : Number(v);
        if (Number.isNaN(n) && v !== 'NaN') throw mismatch(v, 'a number, as text');
        write(w, n, depth);
      };
    default:
      return (_w, v) => {
        throw mismatch(v, `a Map, whose keys can be a ${t.kind}`);
      };
  }
}
