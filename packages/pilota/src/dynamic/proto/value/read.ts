// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ByteReader } from '@cloudwego/gopkg/io';
import { unknownFields } from '../../../codegen/v1/unknown.js';
import type { LinkedMessage, LinkedProtoField } from '../../../descriptor/index.js';
import { malformed, missingField } from '../../../protobuf/errors.js';
import { readEnd, readTag } from '../../../protobuf/read.js';
import { keep, keepUnknown, keepVarint, skip } from '../../../protobuf/unknown.js';
import { DynamicError } from '../../errors.js';
import { put } from '../../value/plain.js';
import type { ResolvedProtoValueOptions } from './options.js';
import { packedWire, scalarReader, zeroOfField } from './scalars.js';

/** A message that is being read. */
interface Reading {
  readonly out: Record<PropertyKey, unknown>;
  unknown: Uint8Array[] | undefined;
}

/** Reads what follows a tag into the message. */
type Arm = (r: ByteReader, end: number, depth: number, m: Reading) => void;

/** Reads one value; `base`: what arrived before, of a message. */
type One = (r: ByteReader, end: number, depth: number, base: unknown) => unknown;

/** One message: `end` is where it ends, or `stop` the tag that ends it. */
export type ReadMessage = (r: ByteReader, end: number, depth: number, base: unknown, stop: number) => object;

/** What a reader needs to know of a message. */
export type MessageParts = Pick<LinkedMessage, 'name' | 'fields'>;

interface Field {
  readonly field: LinkedProtoField;
  readonly fresh: () => unknown;
}

/** Makes and keeps the readers of messages for one set of options. */
export class ProtoReaders {
  private readonly o: ResolvedProtoValueOptions;
  private readonly made = new WeakMap<MessageParts, ReadMessage>();

  constructor(o: ResolvedProtoValueOptions) {
    this.o = o;
  }

  message(m: MessageParts): ReadMessage {
    let read = this.made.get(m);
    if (read === undefined) this.made.set(m, (read = this.make(m)));
    return read;
  }

  private make(m: MessageParts): ReadMessage {
    const { o } = this;
    let arms: ReadonlyMap<number, Arm> | undefined;
    let members: readonly Field[] = [];
    let required: readonly LinkedProtoField[] = [];
    const keeps = o.unknown === 'keep';
    const prepare = (): ReadonlyMap<number, Arm> => {
      members = membersOf(m, o);
      required = m.fields.filter((f) => f.presence === 'required');
      return new Map(m.fields.flatMap((f) => this.arms(m, f)));
    };
    return (r, to, depth, base, stopAt) => {
      if (depth <= 0) throw tooDeepIn(m.name, o.maxDepth);
      arms ??= prepare();
      let end = to;
      let stop = stopAt;
      const reading: Reading = { out: {}, unknown: undefined };
      for (const f of members) put(reading.out, keyOf(f.field), base === undefined ? f.fresh() : (base as Record<string, unknown>)[keyOf(f.field)]);
      if (base !== undefined) reading.unknown = (base as Record<symbol, Uint8Array[] | undefined>)[unknownFields];
      while (r.pos < end) {
        const t = readTag(r);
        const arm = arms.get(t);
        if (arm !== undefined) arm(r, end, depth, reading);
        else if (t === stop) {
          stop = 0;
          end = r.pos;
        } else if (keeps) reading.unknown = keepUnknown(reading.unknown, r, t, end, depth);
        else skip(r, t, end, depth);
      }
      if (r.pos !== end || stop !== 0) throw malformed(m.name);
      for (const f of required) if (reading.out[f.key] === undefined) throw missingField(m.name, f.name);
      if (reading.unknown !== undefined && keeps) reading.out[unknownFields] = reading.unknown;
      return reading.out;
    };
  }

  /** What is done at the tags of a field. */
  private arms(m: MessageParts, f: LinkedProtoField): [number, Arm][] {
    const where = `${m.name}.${f.name}`;
    if (f.presence === 'map') return [[f.tag, this.mapArm(m, f)]];
    const { key, oneof } = f;
    const one = this.one(f, where);
    const values = f.enum?.closed === true ? f.enum.names : undefined;
    const set = (x: Reading, v: unknown): void => {
      if (values !== undefined && !values.has(v as number)) x.unknown = keepVarint(x.unknown, f.number * 8, v as number);
      else if (f.presence === 'repeated') (x.out[key] as unknown[]).push(v);
      else if (oneof === undefined) put(x.out, key, v);
      else {
        const holder: Record<string, unknown> = {};
        put(holder, key, v);
        put(x.out, oneof.key, holder);
      }
    };
    const base = (x: Reading): unknown => {
      if (f.message === undefined || f.presence === 'repeated') return undefined;
      return oneof === undefined ? x.out[key] : (x.out[oneof.key] as Record<string, unknown> | undefined)?.[key];
    };
    const out: [number, Arm][] = [[f.tag, (r, end, depth, x) => {
      set(x, one(r, end, depth, base(x)));
    }]];
    if (packedWire(f) >= 0) {
      out.push([f.number * 8 + 2, (r, end, depth, x) => {
        const stop = readEnd(r, end);
        while (r.pos < stop) set(x, one(r, stop, depth, undefined));
        if (r.pos !== stop) throw malformed(where);
      }]);
    }
    return out;
  }

  private one(f: LinkedProtoField, where: string): One {
    const { message } = f;
    if (message === undefined) return scalarReader(f, this.o.i64, where);
    let read: ReadMessage | undefined;
    const stop = f.delimited ? f.number * 8 + 4 : 0;
    return (r, end, depth, base) => {
      read ??= this.message(message);
      return read(r, f.delimited ? end : readEnd(r, end), depth - 1, base, stop);
    };
  }

  private mapArm(m: MessageParts, f: LinkedProtoField): Arm {
    const where = `${m.name}.${f.name}`;
    const [k, v] = [f.mapKey!, f.mapValue!];
    const [readKey, readValue] = [this.one(k, where), this.one(v, where)];
    const closed = v.enum?.closed === true ? v.enum.names : undefined;
    return (r, end, depth, x) => {
      const from = r.pos;
      const stop = readEnd(r, end);
      let key = zeroOfField(k, this.o.i64);
      let value: unknown = v.message === undefined ? zeroOfField(v, this.o.i64) : undefined;
      while (r.pos < stop) {
        const t = readTag(r);
        if (t === k.tag) key = readKey(r, stop, depth, undefined);
        else if (t === v.tag) value = readValue(r, stop, depth, value);
        else skip(r, t, stop, depth);
      }
      if (r.pos !== stop) throw malformed(where);
      if (closed !== undefined && !closed.has(value as number)) {
        x.unknown = keep(x.unknown, r, f.tag, from);
        return;
      }
      if (v.message !== undefined) value ??= this.message(v.message)(r, r.pos, depth - 1, undefined, 0);
      (x.out[f.key] as Map<unknown, unknown>).set(key, value);
    };
  }

  /** A value of a field by itself: what follows its tag. */
  value(f: LinkedProtoField): One {
    return this.one(f, f.name);
  }
}

/** A property of a message: a field, or the oneof that it is in. */
function keyOf(f: LinkedProtoField): string {
  return f.oneof?.key ?? f.key;
}

/** One entry for each property, in the order of the source. */
function membersOf(m: MessageParts, o: ResolvedProtoValueOptions): readonly Field[] {
  const seen = new Set<string>();
  const out: Field[] = [];
  for (const field of m.fields) {
    const key = keyOf(field);
    if (seen.has(key)) continue;
    seen.add(key);
    out.push({ field, fresh: freshOf(field, o) });
  }
  return out;
}

function freshOf(f: LinkedProtoField, o: ResolvedProtoValueOptions): () => unknown {
  switch (f.presence) {
    case 'repeated':
      return () => [];
    case 'map':
      return () => new Map();
    case 'implicit':
      return () => zeroOfField(f, o.i64);
    default:
      return () => undefined;
  }
}

export function tooDeepIn(message: string, maxDepth: number): DynamicError {
  return new DynamicError('PILOTA_DYNAMIC_DEPTH_EXCEEDED', `${message} is nested deeper than ${maxDepth} levels`);
}

