// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ByteReader } from '@cloudwego/gopkg/io';
import { readList, readMap } from '../../codegen/v1/read.js';
import { readString } from '../../codegen/v1/read-string.js';
import { skip } from '../../codegen/v1/skip.js';
import type { LinkedField, LinkedStruct, LinkedType } from '../../descriptor/index.js';
import { DynamicError, mismatch, show } from '../errors.js';
import type { PathStep } from '../errors.js';
import type { ResolvedValueOptions } from './options.js';
import { binaryOut, defaultOut, enumNames, keyText, put, zeroOut } from './plain.js';

/** Reads one value; `depth`: levels that it may still go down. */
export type Read = (r: ByteReader, depth: number) => unknown;

interface FieldReader {
  readonly field: LinkedField;
  readonly key: string;
  readonly ttype: number;
  readonly read: Read;
  /** What is there when the field did not arrive; undefined = nothing is. */
  readonly absent: (() => unknown) | undefined;
}

/** Makes and keeps the readers of structs and types for one set of options. */
export class Readers {
  private readonly o: ResolvedValueOptions;
  private readonly structs = new WeakMap<LinkedStruct, Read>();
  private readonly types = new WeakMap<LinkedType, Read>();

  constructor(o: ResolvedValueOptions) {
    this.o = o;
  }

  struct(s: LinkedStruct): Read {
    let read = this.structs.get(s);
    if (read === undefined) this.structs.set(s, (read = this.makeStruct(s)));
    return read;
  }

  type(t: LinkedType): Read {
    let read = this.types.get(t);
    if (read === undefined) this.types.set(t, (read = this.make(t)));
    return read;
  }

  private make(t: LinkedType): Read {
    const { o } = this;
    switch (t.kind) {
      case 'bool':
        return (r) => r.u8() === 1;
      case 'i8':
        return (r) => r.i8();
      case 'i16':
        return (r) => r.i16();
      case 'i32':
        return (r) => r.i32();
      case 'double':
        return (r) => r.f64();
      case 'string':
        return readString;
      case 'i64':
        return o.i64 === 'bigint' ? (r) => r.i64() : o.i64 === 'string' ? (r) => r.i64().toString() : readNumber;
      case 'binary':
        return o.binary === 'bytes' ? (r) => r.bytes32() : (r) => binaryOut(r.bytes32(), o);
      case 'enum': {
        if (o.enums === 'number') return (r) => r.i32();
        const names = enumNames(t.values!);
        return (r) => {
          const n = r.i32();
          return names.get(n) ?? n;
        };
      }
      case 'struct':
        return this.struct(t.struct!);
      case 'map':
        return this.makeMap(t);
      default:
        return this.makeList(t);
    }
  }

  private makeList(t: LinkedType): Read {
    const { ttype } = t.element!;
    const asSet = t.kind === 'set' && this.o.sets === 'set';
    let read: Read | undefined;
    return (r, depth) => {
      if (depth <= 0) throw tooDeep(this.o);
      const item = (read ??= this.type(t.element!));
      const n = readList(r, ttype, t.kind);
      const out: unknown[] = [];
      let i = 0;
      try {
        for (; i < n; i++) out.push(item(r, depth - 1));
      } catch (e) {
        throw DynamicError.at(e, i);
      }
      return asSet ? new Set(out) : out;
    };
  }

  private makeMap(t: LinkedType): Read {
    const [k, v] = [t.key!.ttype, t.element!.ttype];
    const asMap = this.o.maps === 'map';
    let readKey: Read | undefined;
    let readValue: Read | undefined;
    return (r, depth) => {
      if (depth <= 0) throw tooDeep(this.o);
      readKey ??= this.type(t.key!);
      readValue ??= this.type(t.element!);
      const n = readMap(r, k, v, 'map');
      const map = new Map<unknown, unknown>();
      const object: Record<string, unknown> = {};
      for (let i = 0; i < n; i++) {
        let key: unknown;
        try {
          key = readKey(r, depth - 1);
          if (!asMap && typeof key === 'object' && !(key instanceof Uint8Array)) throw mismatch(key, 'a key that can be the key of an object (option maps: "map")');
          const value = readValue(r, depth - 1);
          if (asMap) map.set(key, value);
          else put(object, keyText(key), value);
        } catch (e) {
          throw DynamicError.at(e, stepOf(key, i));
        }
      }
      return asMap ? map : object;
    };
  }

  private makeStruct(s: LinkedStruct): Read {
    const { o } = this;
    const asMap = o.structs === 'map';
    let byId: Map<number, FieldReader> | undefined;
    let fields: FieldReader[] = [];
    const prepare = (): Map<number, FieldReader> => {
      fields = s.fields.map((f) => this.field(f));
      return new Map(fields.map((f) => [f.field.id, f]));
    };
    const checked = s.fields.some((f) => f.requiredness === 'required') || o.fill !== 'none';
    return (r, depth) => {
      if (depth <= 0) throw tooDeep(o);
      byId ??= prepare();
      const object: Record<string, unknown> = {};
      const map = asMap ? new Map<string, unknown>() : undefined;
      for (;;) {
        const ttype = r.u8();
        if (ttype === 0) break;
        const id = r.i16();
        const f = byId.get(id);
        if (f?.ttype !== ttype) {
          if (f === undefined && o.unknown === 'error') throw new DynamicError('PILOTA_DYNAMIC_FIELD_UNKNOWN', `${s.name} has no field ${id}`);
          skip(r, ttype, depth);
          continue;
        }
        try {
          const v = f.read(r, depth - 1);
          if (map !== undefined) map.set(f.key, v);
          else put(object, f.key, v);
        } catch (e) {
          throw DynamicError.at(e, f.field.name);
        }
      }
      if (checked) {
        for (const f of fields) {
          if (map === undefined ? Object.hasOwn(object, f.key) : map.has(f.key)) continue;
          if (f.absent !== undefined) {
            if (map !== undefined) map.set(f.key, f.absent());
            else put(object, f.key, f.absent());
          } else if (f.field.requiredness === 'required') {
            throw new DynamicError('PILOTA_DYNAMIC_FIELD_REQUIRED', `required field (${f.field.id}/${f.field.name}) of ${s.name} is missing`);
          }
        }
      }
      return map ?? object;
    };
  }

  private field(f: LinkedField): FieldReader {
    const { o } = this;
    const { defaultValue, type } = f;
    let absent: (() => unknown) | undefined;
    if (f.requiredness === 'required') absent = undefined;
    else if (o.fill !== 'none' && defaultValue !== undefined) absent = () => defaultOut(defaultValue, type, o);
    else if (o.fill === 'all' || (o.fill === 'non-optional' && f.requiredness !== 'optional')) absent = () => zeroOut(type, o);
    return { field: f, key: o.keys === 'alias' ? f.alias : f.name, ttype: type.ttype, read: this.type(type), absent };
  }
}

function stepOf(key: unknown, index: number): PathStep {
  if (typeof key === 'string' || typeof key === 'number' || typeof key === 'bigint' || typeof key === 'boolean' || key instanceof Uint8Array) return key;
  return index;
}

function readNumber(r: ByteReader): number {
  const v = r.i64();
  const n = Number(v);
  if (!Number.isSafeInteger(n)) throw new DynamicError('PILOTA_DYNAMIC_VALUE_RANGE', `got ${show(v)}, which a number cannot hold (option i64)`);
  return n;
}

export function tooDeep(o: { readonly maxDepth: number }): DynamicError {
  return new DynamicError('PILOTA_DYNAMIC_DEPTH_EXCEEDED', `nested deeper than ${o.maxDepth} levels`);
}

