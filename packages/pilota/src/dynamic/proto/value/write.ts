// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ByteWriter } from '@cloudwego/gopkg/io';
import type { LinkedMessage, LinkedProtoField } from '../../../descriptor/index.js';
import { entries, items } from '../../../protobuf/collections.js';
import { missingField, oneofError } from '../../../protobuf/errors.js';
import { writeUnknown } from '../../../protobuf/unknown.js';
import { close, closePacked, open, openPacked, widths, writeVarint } from '../../../protobuf/write.js';
import type { Widths } from '../../../protobuf/write.js';
import { DynamicError, mismatch } from '../../errors.js';
import type { PathStep } from '../../errors.js';
import type { ResolvedProtoValueOptions } from './options.js';
import { tooDeepIn } from './read.js';
import { isZero, scalarWriter } from './scalars.js';

/** Writes the fields of a message. */
export type WriteMessage = (w: ByteWriter, v: object, depth: number) => void;
/** Writes a value with its tag. */
type WriteValue = (w: ByteWriter, v: unknown, depth: number) => void;

/** Makes and keeps the writers of messages for one set of options. */
export class ProtoWriters {
  private readonly o: ResolvedProtoValueOptions;
  private readonly made = new WeakMap<LinkedMessage, WriteMessage>();
  private readonly fields = new WeakMap<LinkedProtoField, WriteValue>();

  constructor(o: ResolvedProtoValueOptions) {
    this.o = o;
  }

  message(m: LinkedMessage): WriteMessage {
    let write = this.made.get(m);
    if (write === undefined) this.made.set(m, (write = this.make(m)));
    return write;
  }

  /** All of a field: one value, or the items of a list, or the entries of a map. */
  field(f: LinkedProtoField): WriteValue {
    let write = this.fields.get(f);
    if (write === undefined) this.fields.set(f, (write = this.makeField(f)));
    return write;
  }

  private make(m: LinkedMessage): WriteMessage {
    const { o } = this;
    let parts: readonly ((w: ByteWriter, v: Record<string, unknown>, depth: number) => void)[] | undefined;
    return (w, v, depth) => {
      if (depth <= 0) throw tooDeepIn(m.name, o.maxDepth);
      if (typeof v !== 'object' || v === null || Array.isArray(v) || v instanceof Uint8Array) throw mismatch(v, `an object of the fields of ${m.name}`);
      parts ??= this.parts(m);
      for (const part of parts) part(w, v as Record<string, unknown>, depth);
      writeUnknown(w, v);
    };
  }

  /** By number, as protoc writes; a oneof stands where its first field does. */
  private parts(m: LinkedMessage): readonly ((w: ByteWriter, v: Record<string, unknown>, depth: number) => void)[] {
    const single = m.fields.filter((f) => f.oneof === undefined).map((f) => {
      const write = this.field(f);
      return {
        number: f.number,
        write: (w: ByteWriter, v: Record<string, unknown>, depth: number): void => {
          const x = own(v, f.key);
          if (x === undefined || x === null) {
            if (f.presence === 'required') throw missingField(m.name, f.name);
          } else if (f.presence !== 'implicit' || !isZero(x)) at(f.name, write, w, x, depth);
        },
      };
    });
    const oneofs = m.oneofs.map((o) => {
      const writers = o.fields.map((f) => [f, this.field(f)] as const);
      return {
        number: Math.min(...o.fields.map((f) => f.number)),
        write: (w: ByteWriter, v: Record<string, unknown>, depth: number): void => {
          const holder = own(v, o.key);
          if (holder === undefined || holder === null) return;
          if (typeof holder !== 'object') throw DynamicError.at(mismatch(holder, `an object with the field of the oneof ${o.name} that is set`), o.name);
          let set = 0;
          for (const [f, write] of writers) {
            const x = own(holder as Record<string, unknown>, f.key);
            if (x === undefined || x === null) continue;
            set++;
            at(f.name, write, w, x, depth);
          }
          if (set > 1) throw oneofError(`${m.name}.${o.name}`);
        },
      };
    });
    return [...single, ...oneofs].toSorted((a, b) => a.number - b.number).map((p) => p.write);
  }

  private makeField(f: LinkedProtoField): WriteValue {
    if (f.presence === 'map') return this.map(f);
    if (f.presence !== 'repeated') return this.one(f, f.name);
    const kept = widths(1);
    if (f.packed) {
      const write = numbered(f);
      const tag = f.number * 8 + 2;
      return (w, v) => {
        const from = openPacked(w, tag, kept, 0);
        let i = 0;
        for (const x of list(v)) {
          at(i, write, w, x, f.name);
          i++;
        }
        closePacked(w, from, tag, kept, 0);
      };
    }
    const write = this.one(f, f.name);
    return (w, v, depth) => {
      let i = 0;
      for (const x of list(v)) {
        at(i, write, w, x, depth);
        i++;
      }
    };
  }

  private one(f: LinkedProtoField, where: string): WriteValue {
    const { message, tag } = f;
    if (message === undefined) {
      const write = numbered(f);
      return (w, v) => {
        writeVarint(w, tag);
        write(w, v, where);
      };
    }
    let write: WriteMessage | undefined;
    const kept: Widths = widths(1);
    return (w, v, depth) => {
      write ??= this.message(message);
      writeVarint(w, tag);
      if (f.delimited) {
        write(w, v as object, depth - 1);
        writeVarint(w, tag + 1);
        return;
      }
      const from = open(w, kept, 0);
      write(w, v as object, depth - 1);
      close(w, from, kept, 0);
    };
  }

  private map(f: LinkedProtoField): WriteValue {
    const [key, value] = [this.one(f.mapKey!, f.name), this.one(f.mapValue!, f.name)];
    const kept = widths(1);
    // Keys of an object are text.
    const numeric = f.mapKey!.kind !== 'string';
    return (w, v, depth) => {
      for (const [k, x] of map(v)) {
        try {
          writeVarint(w, f.tag);
          const from = open(w, kept, 0);
          key(w, numeric && typeof k === 'string' ? parsed(k) : k, depth);
          value(w, x, depth);
          close(w, from, kept, 0);
        } catch (e) {
          throw inside(e, typeof k === 'object' ? 'key' : (k as PathStep));
        }
      }
    };
  }
}

/** Writes a value that is no message; an enum takes names too. */
function numbered(f: LinkedProtoField): (w: ByteWriter, v: unknown, where: string) => void {
  const write = scalarWriter(f) as (w: ByteWriter, v: unknown, where: string) => void;
  const names = f.enum?.values;
  if (names === undefined) return write;
  return (w, v, where) => {
    write(w, typeof v === 'string' && Object.hasOwn(names, v) ? names[v] : v, where);
  };
}

/** A property that is the object's own: one called `toString` is not set because every object inherits one. */
function own(v: Record<string, unknown>, key: string): unknown {
  const x = v[key];
  return x !== undefined && key in Object.prototype && !Object.hasOwn(v, key) ? undefined : x;
}

function list(v: unknown): Iterable<unknown> {
  try {
    return items(v as Iterable<unknown>, 'list');
  } catch {
    throw mismatch(v, 'an array, a Set or another iterable object');
  }
}

function map(v: unknown): Iterable<readonly [unknown, unknown]> {
  if (typeof v !== 'object' || v === null || Array.isArray(v) || v instanceof Uint8Array) throw mismatch(v, 'a Map or an object');
  return entries(v as ReadonlyMap<unknown, unknown>, 'map');
}

function parsed(key: string): unknown {
  if (key === 'true' || key === 'false') return key === 'true';
  if (!/^-?\d{1,20}$/.test(key)) return key;
  const n = Number(key);
  return Number.isSafeInteger(n) ? n : BigInt(key);
}

function at<D>(step: PathStep, write: (w: ByteWriter, v: unknown, d: D) => void, w: ByteWriter, v: unknown, d: D): void {
  try {
    write(w, v, d);
  } catch (e) {
    throw inside(e, step);
  }
}

/** Errors of writers become those of this package, with the place. */
export function inside(e: unknown, step: PathStep): DynamicError {
  if (e instanceof DynamicError) return DynamicError.at(e, step);
  return DynamicError.at(fromProtobuf(e), step);
}

const CODES: Readonly<Record<string, DynamicError['code']>> = {
  PILOTA_PROTOBUF_DEPTH_EXCEEDED: 'PILOTA_DYNAMIC_DEPTH_EXCEEDED',
  PILOTA_PROTOBUF_FIELD_REQUIRED: 'PILOTA_DYNAMIC_FIELD_REQUIRED',
  PILOTA_PROTOBUF_VALUE_RANGE: 'PILOTA_DYNAMIC_VALUE_RANGE',
  PILOTA_PROTOBUF_JSON_INVALID: 'PILOTA_DYNAMIC_TYPE_MISMATCH',
};

/** What the codecs of Protobuf throw, as an error of this package without a place. */
export function fromProtobuf(e: unknown): DynamicError {
  if (e instanceof DynamicError) return e;
  const code = CODES[(e as { readonly code?: string } | undefined)?.code ?? ''] ?? 'PILOTA_DYNAMIC_BYTES_INVALID';
  return new DynamicError(code, e instanceof Error ? e.message : String(e), [], { cause: e });
}
