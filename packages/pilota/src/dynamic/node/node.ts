// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { ByteReader, ByteWriter } from '@cloudwego/gopkg/io';
import { MAX_DEPTH, skip } from '../../codegen/v1/skip.js';
import { TType } from '../../codegen/v1/ttype.js';
import { LinkedStruct } from '../../descriptor/index.js';
import type { LinkedType } from '../../descriptor/index.js';
import { DynamicError } from '../errors.js';
import type { PathStep } from '../errors.js';
import { ValueCodec } from '../value/codec.js';
import { cutStruct } from './cut.js';
import { applyEdits } from './edit.js';
import type { Edit, Replacement } from './edit.js';
import { each, isContainer, stepDown } from './scan.js';
import type { Place } from './scan.js';
import { untyped } from './untyped.js';

type At = Pick<Place, 'start' | 'end' | 'ttype' | 'type'>;

const plainCodec = new ValueCodec();

/**
 * A value of the binary protocol, as bytes: parts are found by skipping what is before them, edits copy what is around them, and nothing is decoded but what is
 * asked for. With a descriptor fields have names and values can be given as they are; without one fields go by id and values are nodes.
 * Owns:   nothing; it looks at the bytes that it was given, and what it gives looks at them too. `set` and its like give nodes of bytes of their own.
 * Errors: {@link DynamicError} with the path of the place.
 * Source: cloudwego/dynamicgo thrift/generic Value, Node. Differs: nodes do not change, `set` gives another.
 */
export class ThriftNode {
  /** Of the wire: 12 struct, 13 map, 14 set, 15 list … */
  readonly ttype: number;
  readonly type: LinkedType | undefined;
  private readonly buf: Buffer;
  private readonly start: number;
  private readonly end: number;

  private constructor(buf: Buffer, at: At) {
    this.buf = buf;
    this.start = at.start;
    this.end = at.end;
    this.ttype = at.ttype;
    this.type = at.type;
  }

  /**
   * A node of bytes that begin with a value of `type`: a struct or type of a descriptor, or a type id of the wire. What follows the value is left out.
   * Errors: DynamicError PILOTA_DYNAMIC_BYTES_INVALID where the bytes are no such value.
   */
  static of(bytes: Uint8Array, type: LinkedStruct | LinkedType | number): ThriftNode {
    const buf = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const linked = typeof type === 'number' ? undefined : typeOf(type);
    const ttype = typeof type === 'number' ? type : linked!.ttype;
    const r = new ByteReader(buf);
    return guard([], () => {
      skip(r, ttype, MAX_DEPTH);
      return new ThriftNode(buf, { start: 0, end: r.pos, ttype, type: linked });
    });
  }

  /** A node of a plain value. `codec` says what the value looks like. */
  static from(value: unknown, type: LinkedStruct | LinkedType, codec: ValueCodec = plainCodec): ThriftNode {
    const w = new ByteWriter(256);
    codec.write(w, type, value);
    const buf = Buffer.from(w.toBytes());
    const linked = typeOf(type);
    return new ThriftNode(buf, { start: 0, end: buf.length, ttype: linked.ttype, type: linked });
  }

  /** Its bytes, borrowed. */
  get bytes(): Uint8Array {
    return this.buf.subarray(this.start, this.end);
  }

  /** Fields that are there, items, entries; 0 for what has no parts. */
  get length(): number {
    if (this.ttype === TType.MAP) return this.buf.readInt32BE(this.start + 2);
    if (this.ttype !== TType.STRUCT) return isContainer(this.ttype) ? this.buf.readInt32BE(this.start + 1) : 0;
    let n = 0;
    each(this.buf, this.at, () => {
      n++;
      return false;
    });
    return n;
  }

  /** What is at the end of a path: names or ids of fields, indexes, keys of maps. Undefined = nothing is there. */
  get(...path: readonly PathStep[]): ThriftNode | undefined {
    return guard(path, () => {
      let at: At | undefined = this.at;
      for (let i = 0; i < path.length && at !== undefined; i++) {
        try {
          at = stepDown(this.buf, at, path[i]!);
        } catch (e) {
          if (!(e instanceof DynamicError)) throw e;
          throw new DynamicError(e.code, e.detail, path.slice(0, i));
        }
      }
      return at === undefined ? undefined : new ThriftNode(this.buf, at);
    });
  }

  /** Many at once; what they share is found once. */
  getMany(paths: readonly (readonly PathStep[])[]): readonly (ThriftNode | undefined)[] {
    const parents = new Map<PathStep, { readonly rest: (readonly PathStep[])[]; readonly places: number[] }>();
    const out = new Array<ThriftNode | undefined>(paths.length).fill(undefined);
    paths.forEach((path, i) => {
      const [step, ...rest] = path;
      if (step === undefined) {
        out[i] = this;
        return;
      }
      // Bytes are keys by what they hold, not by which array they are.
      const key = step instanceof Uint8Array ? Buffer.from(step).toString('latin1') + '\0bytes' : step;
      const known = parents.get(key);
      if (known === undefined) parents.set(key, { rest: [rest], places: [i] });
      else {
        known.rest.push(rest);
        known.places.push(i);
      }
    });
    for (const { rest, places } of parents.values()) {
      const child = this.get(paths[places[0]!]![0]!);
      if (child === undefined) continue;
      child.getMany(rest).forEach((n, i) => (out[places[i]!] = n));
    }
    return out;
  }

  /** Its parts in order, with the steps that lead to them. */
  children(): readonly (readonly [PathStep, ThriftNode])[] {
    const out: (readonly [PathStep, ThriftNode])[] = [];
    guard([], () => {
      each(this.buf, this.at, (p) => {
        out.push([p.step, new ThriftNode(this.buf, p)]);
        return false;
      });
    });
    return out;
  }

  /**
   * The value with another at the end of a path: a node, or where there is a descriptor a plain value. One that was not there is added at the end of its
   * container, which itself must be there.
   */
  set(path: readonly PathStep[], value: unknown, codec: ValueCodec = plainCodec): ThriftNode {
    return this.edit([{ path, value: replacement(value, codec) }]);
  }

  /** Many at once, in one pass. */
  setMany(edits: readonly (readonly [path: readonly PathStep[], value: unknown])[], codec: ValueCodec = plainCodec): ThriftNode {
    return this.edit(edits.map(([path, value]) => ({ path, value: replacement(value, codec) })));
  }

  /** The value without what is at the end of these paths; what is not there is no error. */
  unset(...paths: readonly (readonly PathStep[])[]): ThriftNode {
    if (paths.some((p) => p.length === 0)) throw new DynamicError('PILOTA_DYNAMIC_PATH_INVALID', 'the root cannot be unset');
    return this.edit(paths.map((path) => ({ path, value: undefined })));
  }

  /** Decodes it. Without a descriptor: structs as Maps by id, strings as text. */
  toJS(codec: ValueCodec = plainCodec): unknown {
    const r = new ByteReader(this.buf, this.start, this.end);
    if (this.type !== undefined) return codec.read(r, this.type);
    return guard([], () => untyped(r, this.ttype, MAX_DEPTH));
  }

  /** The same value as another struct, by ids: fields that it does not have are left out, of nested structs too. Source: dynamicgo Value.MarshalTo. */
  cut(to: LinkedStruct): ThriftNode {
    if (this.ttype !== TType.STRUCT) throw new DynamicError('PILOTA_DYNAMIC_TYPE_MISMATCH', `got a value of type ${this.ttype}, wanted a struct`);
    return guard([], () => {
      const w = new ByteWriter(this.end - this.start);
      cutStruct(w, new ByteReader(this.buf, this.start, this.end), to, MAX_DEPTH);
      const buf = Buffer.from(w.toBytes());
      return new ThriftNode(buf, { start: 0, end: buf.length, ttype: TType.STRUCT, type: typeOf(to) });
    });
  }

  private get at(): At {
    return { start: this.start, end: this.end, ttype: this.ttype, type: this.type };
  }

  private edit(edits: readonly Edit[]): ThriftNode {
    return guard([], () => {
      const buf = applyEdits(this.buf, this.at, edits);
      return new ThriftNode(buf, { start: 0, end: buf.length, ttype: this.ttype, type: this.type });
    });
  }
}

function replacement(value: unknown, codec: ValueCodec): Replacement {
  if (value instanceof ThriftNode) {
    return {
      ttype: value.ttype,
      write: (w) => {
        w.bytes(value.bytes);
      },
    };
  }
  return {
    ttype: undefined,
    write: (w, type) => {
      if (type === undefined) throw new DynamicError('PILOTA_DYNAMIC_PATH_INVALID', 'a plain value needs a descriptor, wanted a node');
      codec.write(w, type, value);
    },
  };
}

const types = new WeakMap<LinkedStruct, LinkedType>();

function typeOf(t: LinkedStruct | LinkedType): LinkedType {
  if (!(t instanceof LinkedStruct)) return t;
  let type = types.get(t);
  if (type === undefined) types.set(t, (type = { kind: 'struct', ttype: TType.STRUCT, element: undefined, key: undefined, struct: t, values: undefined }));
  return type;
}

/** Errors of readers become those of this package. */
function guard<T>(path: readonly PathStep[], f: () => T): T {
  try {
    return f();
  } catch (e) {
    if (e instanceof DynamicError) throw e;
    const at = DynamicError.at(e, 0);
    throw new DynamicError(at.code, at.detail, path, { cause: e });
  }
}
