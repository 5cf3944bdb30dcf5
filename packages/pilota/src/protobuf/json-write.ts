// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { ByteReader } from '@cloudwego/gopkg/io';
import { Raw, Sonic } from '@cloudwego/sonic';
import { typeOf } from './any.js';
import { extensionValues, wellKnownJson } from './json-known.js';
import type { ToJsonOptions } from './json-options.js';
import { ProtobufError, tooDeep, wrong } from './errors.js';
import { MAX_DEPTH } from './unknown.js';
import { zeroOf } from './zero.js';
import type { EnumShape, FieldShape, MessageCodec, MessageShape, ScalarShape, TypeShape } from './shape.js';

const writers = new Map<number, Sonic>();

function writerFor(indent: number): Sonic {
  let s = writers.get(indent);
  if (s === undefined) writers.set(indent, (s = new Sonic({ indent: ' '.repeat(indent) })));
  return s;
}

/**
 * A message as JSON, in the canonical mapping of Protobuf: integers of 64 bits as text, bytes as base64, enums by name, fields in lowerCamelCase, fields
 * without presence left out where they are zero.
 * Errors: ProtobufError with PILOTA_PROTOBUF_VALUE_RANGE, and PILOTA_PROTOBUF_TYPE_UNKNOWN for an Any whose type is not among `types`.
 * Source: protobuf.dev/programming-guides/json; golang protobuf encoding/protojson.
 */
export function toJson<In, Out>(codec: MessageCodec<In, Out>, v: In | Out, o: ToJsonOptions = {}): string {
  return writerFor(o.indent ?? 0).stringify(new JsonWriter(o).message(codec.message, v as object, MAX_DEPTH));
}

/** Makes plain values for a JSON writer. */
export class JsonWriter {
  readonly o: ToJsonOptions;

  constructor(o: ToJsonOptions) {
    this.o = o;
  }

  message(m: MessageShape, v: object, depth: number): unknown {
    if (depth <= 0) throw tooDeep(m.name);
    const known = wellKnownJson(m.name);
    if (known !== undefined) return known.write(this, m, v as never, depth);
    return this.fields(m, v, depth);
  }

  fields(m: MessageShape, v: object, depth: number): Record<string, unknown> {
    const out: Record<string, unknown> = {};
    for (const f of m.fields) {
      const holder = (f.oneof === undefined ? v : (v as Record<string, unknown>)[f.oneof]) as Record<string, unknown> | null | undefined;
      const x = holder?.[f.key] ?? undefined;
      const json = this.field(f, x, depth);
      if (json !== undefined) define(out, this.o.useProtoNames === true ? f.name : f.json, json);
    }
    for (const [x, value] of extensionValues(m, v, this.o.extensions)) {
      const json = this.field(x.field, value, depth);
      if (json !== undefined) define(out, x.field.json, json);
    }
    return out;
  }

  private field(f: FieldShape, v: unknown, depth: number): unknown {
    const emit = this.o.emitDefaults === true;
    if (f.presence === 'map') {
      const entries = v === undefined ? [] : v instanceof Map ? [...(v as Map<unknown, unknown>)] : Symbol.iterator in (v as object) ? [...(v as Iterable<[unknown, unknown]>)] : Object.entries(v as object);
      if (entries.length === 0 && !emit) return undefined;
      const out: Record<string, unknown> = {};
      for (const [k, x] of entries) define(out, String(k), this.value(f.type, x, depth, f));
      return out;
    }
    if (f.presence === 'repeated') {
      const list = v === undefined ? [] : [...(v as Iterable<unknown>)];
      if (list.length === 0 && !emit) return undefined;
      return list.map((x) => this.value(f.type, x, depth, f));
    }
    if (f.presence === 'implicit') {
      if (v === undefined || isZero(f.type, v)) return emit ? this.value(f.type, v ?? zeroOf(f.type), depth, f) : undefined;
    } else if (v === undefined) return undefined;
    return this.value(f.type, v, depth, f);
  }

  value(t: TypeShape, v: unknown, depth: number, f: { readonly name: string }): unknown {
    if (t.kind === 'message') return this.message(t, v as object, depth - 1);
    if (t.kind === 'enum') return this.enumeration(t, v as number);
    return scalar(t, v, f.name);
  }

  private enumeration(t: EnumShape, v: number): unknown {
    if (t.name === 'google.protobuf.NullValue') return null;
    if (this.o.enumNumbers === true) return v;
    for (const name in t.values) if (t.values[name] === v) return name;
    return v;
  }

  /** An Any: its message with `@type` before the fields. */
  any(v: { readonly typeUrl?: string; readonly value?: Uint8Array }, depth: number): unknown {
    const url = v.typeUrl ?? '';
    if (url === '') {
      if ((v.value?.length ?? 0) > 0) throw new ProtobufError('PILOTA_PROTOBUF_TYPE_UNKNOWN', 'google.protobuf.Any: a value without a type');
      return {};
    }
    const codec = typeOf(url, this.o.types);
    const inner = codec.decode(ByteReader.from(v.value ?? new Uint8Array(0))) as object;
    const json = this.message(codec.message, inner, depth - 1);
    if (wellKnownJson(codec.message.name) !== undefined) return { '@type': url, value: json };
    return { '@type': url, ...(json as object) };
  }
}

/** Sets a property, whatever it is called. */
export function define(o: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__') Object.defineProperty(o, name, { value, enumerable: true, configurable: true, writable: true });
  else o[name] = value;
}

function isZero(t: TypeShape, v: unknown): boolean {
  if (v instanceof Uint8Array) return v.length === 0;
  if (t.kind === 'scalar' && t.name.endsWith('64')) return v === 0n || v === 0 || v === '0';
  return v === '' || v === false || Object.is(v, 0);
}

function scalar(t: ScalarShape, v: unknown, where: string): unknown {
  switch (t.name) {
    case 'double':
    case 'float': {
      if (typeof v !== 'number') throw wrong(where, v, 'a number');
      const n = t.name === 'float' ? Math.fround(v) : v;
      if (!Number.isFinite(n)) return Number.isNaN(n) ? 'NaN' : n > 0 ? 'Infinity' : '-Infinity';
      return t.name === 'float' ? new Raw(shortest(n)) : Object.is(n, -0) ? new Raw('-0') : n;
    }
    case 'bytes':
      if (!(v instanceof Uint8Array)) throw wrong(where, v, 'a Uint8Array');
      return Buffer.from(v.buffer, v.byteOffset, v.length).toString('base64');
    case 'string':
      if (typeof v !== 'string') throw wrong(where, v, 'a string');
      return v;
    default:
      return t.name.endsWith('64') ? String(v) : v;
  }
}

/** The shortest digits that are the same float of 32 bits; of two that are as near the even one, as Go writes it. */
function shortest(n: number): string {
  if (Object.is(n, -0)) return '-0';
  for (let p = 6; p < 10; p++) {
    const text = n.toExponential(p - 1);
    if (Math.fround(Number(text)) === n) return String(Number(even(n, text, p)));
  }
  return String(n);
}

/** JavaScript rounds what lies in the middle away from zero. */
function even(n: number, text: string, precision: number): string {
  const end = text.indexOf('e') - 1;
  const last = Number(text[end]);
  if (last % 2 === 0) return text;
  const rest = n.toExponential(60).replace(/^-?(\d)\.(\d+)e.*$/, '$1$2').slice(precision);
  if (!/^50*$/.test(rest)) return text;
  const lower = `${text.slice(0, end)}${last - 1}${text.slice(end + 1)}`;
  return Math.fround(Number(lower)) === n ? lower : text;
}
