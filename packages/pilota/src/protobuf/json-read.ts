// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { ByteReader, ByteWriter } from '@cloudwego/gopkg/io';
import { Sonic } from '@cloudwego/sonic';
import { typeOf } from './any.js';
import { ProtobufError, tooDeep } from './errors.js';
import { setExtension } from './extension.js';
import { jsonError } from './json-errors.js';
import { extensionOf, isObject, takesNull, wellKnownJson } from './json-known.js';
import type { AnyExtension, FromJsonOptions } from './json-options.js';
import type { EnumShape, FieldShape, MessageCodec, MessageShape, ScalarShape, TypeShape } from './shape.js';
import { MAX_DEPTH } from './unknown.js';
import { zeroOf } from './zero.js';

const sonic = new Sonic({ duplicates: 'error' });

/**
 * The message that JSON text stands for: what {@link toJson} writes, and names of the IDL, numbers for enums and 64-bit integers, texts for numbers, null for
 * absent. Fields that are not there get what a reader of bytes gives them.
 * Errors: sonic's SonicSyntaxError; ProtobufError with PILOTA_PROTOBUF_JSON_INVALID, PILOTA_PROTOBUF_TYPE_UNKNOWN.
 */
export function fromJson<In, Out>(codec: MessageCodec<In, Out>, text: string | Uint8Array, o: FromJsonOptions = {}): Out {
  return new JsonReader(o).message(codec.message, sonic.parse(text), MAX_DEPTH, codec.message.name) as Out;
}

/** Makes messages of plain values. */
export class JsonReader {
  readonly o: FromJsonOptions;

  constructor(o: FromJsonOptions) {
    this.o = o;
  }

  message(m: MessageShape, json: unknown, depth: number, where: string): object {
    if (depth <= 0) throw tooDeep(m.name);
    const known = wellKnownJson(m.name);
    return (known === undefined ? this.fields(m, json, depth, where) : known.read(this, m, json, depth, where)) as object;
  }

  private fields(m: MessageShape, json: unknown, depth: number, where: string): object {
    if (!isObject(json)) throw jsonError(where, json, 'an object');
    const out: Record<string, unknown> = {};
    const seen = new Set<FieldShape>();
    const extensions: [AnyExtension, unknown][] = [];
    const oneofs = new Map<string, string>();
    for (const f of m.fields) {
      if (f.oneof !== undefined) out[f.oneof] = undefined;
      else out[f.key] = f.presence === 'repeated' ? [] : f.presence === 'map' ? new Map() : f.presence === 'implicit' ? zeroOf(f.type) : undefined;
    }
    for (const [name, x] of Object.entries(json)) {
      const f = m.byName(name);
      if (f === undefined) {
        const extension = name.startsWith('[') ? extensionOf(m, name, this.o.extensions) : undefined;
        if (extension !== undefined) extensions.push([extension, this.field(extension.field, x, depth, `${where}.${name}`)]);
        else if (this.o.discardUnknown !== true) throw new ProtobufError('PILOTA_PROTOBUF_JSON_INVALID', `${where}: unknown field "${name}"`);
        continue;
      }
      if (seen.has(f)) throw new ProtobufError('PILOTA_PROTOBUF_JSON_INVALID', `${where}: field "${name}" is there twice`);
      seen.add(f);
      const place = `${m.name}.${f.name}`;
      const v = this.field(f, x, depth, place);
      if (v === undefined) continue;
      if (f.oneof === undefined) out[f.key] = v;
      else {
        const other = oneofs.get(f.oneof);
        if (other !== undefined) throw new ProtobufError('PILOTA_PROTOBUF_JSON_INVALID', `${where}: "${other}" and "${name}" are of one oneof`);
        oneofs.set(f.oneof, name);
        out[f.oneof] = { [f.key]: v };
      }
    }
    for (const f of m.fields) if (f.presence === 'required' && out[f.key] === undefined) throw new ProtobufError('PILOTA_PROTOBUF_FIELD_REQUIRED', `required field ${m.name}.${f.name} is not set`);
    for (const [x, v] of extensions) if (v !== undefined) setExtension(out, x, v as never);
    return out;
  }

  /** undefined: not set. */
  private field(f: FieldShape, json: unknown, depth: number, where: string): unknown {
    if (json === null && (f.presence === 'repeated' || f.presence === 'map' || !takesNull(f.type.kind === 'scalar' ? '' : f.type.name))) return undefined;
    if (f.presence === 'map') {
      if (!isObject(json)) throw jsonError(where, json, 'an object');
      const out = new Map<unknown, unknown>();
      for (const [k, x] of Object.entries(json)) {
        const v = this.item(f.type, x, depth, where);
        if (v !== undefined) out.set(this.key(f.map!, k, where), v);
      }
      return out;
    }
    if (f.presence === 'repeated') {
      if (!Array.isArray(json)) throw jsonError(where, json, 'an array');
      return json.map((x: unknown) => this.item(f.type, x, depth, where)).filter((x) => x !== undefined);
    }
    return this.value(f.type, json, depth, where);
  }

  private item(t: TypeShape, json: unknown, depth: number, where: string): unknown {
    if (json === null && !takesNull(t.kind === 'scalar' ? '' : t.name)) throw jsonError(where, json, 'no null in a list or map');
    return this.value(t, json, depth, where);
  }

  value(t: TypeShape, json: unknown, depth: number, where: string): unknown {
    if (t.kind === 'message') return this.message(t, json, depth - 1, where);
    return t.kind === 'enum' ? this.enumeration(t, json, where) : scalar(t, json, where);
  }

  private enumeration(t: EnumShape, json: unknown, where: string): number | undefined {
    if (t.name === 'google.protobuf.NullValue' && json === null) return 0;
    if (typeof json === 'string') {
      if (Object.hasOwn(t.values, json)) return t.values[json];
      if (this.o.discardUnknown === true) return undefined;
      throw jsonError(where, json, `a name of ${t.name}`);
    }
    const n = typeof json === 'number' ? json : NaN;
    if ((n | 0) !== n) throw jsonError(where, json, `a name or number of ${t.name}`);
    if (t.closed && !Object.values(t.values).includes(n)) {
      if (this.o.discardUnknown === true) return undefined;
      throw jsonError(where, json, `a number of ${t.name}`);
    }
    return n;
  }

  private key(t: ScalarShape, k: string, where: string): unknown {
    if (t.name === 'bool') {
      if (k !== 'true' && k !== 'false') throw jsonError(where, k, 'true or false');
      return k === 'true';
    }
    return scalar(t, k, where);
  }

  /** An Any: its message with `@type` among the fields. */
  any(json: unknown, depth: number, where: string): unknown {
    if (!isObject(json)) throw jsonError(where, json, 'an object');
    const names = Object.keys(json);
    if (names.length === 0) return { typeUrl: '', value: new Uint8Array(0) };
    const url = json['@type'];
    if (typeof url !== 'string' || url === '') throw jsonError(where, url, 'the type of an Any in "@type"');
    const codec = typeOf(url, this.o.types);
    const rest = Object.fromEntries(Object.entries(json).filter(([k]) => k !== '@type'));
    const special = wellKnownJson(codec.message.name) !== undefined;
    if (special && (!Object.hasOwn(rest, 'value') || Object.keys(rest).length > 1)) throw jsonError(where, json, 'the value in "value", and nothing else');
    const v = this.message(codec.message, special ? rest['value'] : rest, depth - 1, where);
    const w = new ByteWriter(256);
    codec.encode(w, v as never);
    return { typeUrl: url, value: ByteReader.from(w.toBytes()).bytes(w.length) };
  }
}

const BITS: Readonly<Record<string, readonly [bigint, bigint]>> = {
  i32: [-(2n ** 31n), 2n ** 31n - 1n],
  u32: [0n, 2n ** 32n - 1n],
  i64: [-(2n ** 63n), 2n ** 63n - 1n],
  u64: [0n, 2n ** 64n - 1n],
};

function scalar(t: ScalarShape, json: unknown, where: string): unknown {
  switch (t.name) {
    case 'bool':
      if (typeof json !== 'boolean') throw jsonError(where, json, 'true or false');
      return json;
    case 'string':
      if (typeof json !== 'string' || !(json as unknown as { isWellFormed(): boolean }).isWellFormed()) throw jsonError(where, json, 'a string');
      return json;
    case 'bytes':
      return bytes(json, where);
    case 'double':
    case 'float':
      return float(t.name, json, where);
    default:
      return integer(t, json, where);
  }
}

function bytes(json: unknown, where: string): Uint8Array {
  if (typeof json !== 'string' || !/^(?:[A-Za-z0-9+/]*|[A-Za-z0-9_-]*)={0,2}$/.test(json)) throw jsonError(where, json, 'base64');
  return Uint8Array.from(Buffer.from(json, 'base64'));
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

function float(name: 'double' | 'float', json: unknown, where: string): number {
  let n: number;
  if (typeof json === 'number' || typeof json === 'bigint') n = Number(json);
  else if (json === 'NaN' || json === 'Infinity' || json === '-Infinity') return Number(json);
  else if (typeof json === 'string' && NUMBER.test(json)) n = Number(json);
  else throw jsonError(where, json, 'a number');
  const out = name === 'float' ? Math.fround(n) : n;
  if (!Number.isFinite(out)) throw jsonError(where, json, `a number that ${name} can hold`);
  return out;
}

function integer(t: ScalarShape, json: unknown, where: string): unknown {
  const unsigned = t.name.startsWith('u') || t.name.startsWith('f');
  const long = t.name.endsWith('64');
  const [least, most] = BITS[`${unsigned ? 'u' : 'i'}${long ? '64' : '32'}`]!;
  let n: bigint | undefined;
  if (typeof json === 'bigint') n = json;
  else if (typeof json === 'number' && Number.isInteger(json)) n = BigInt(json);
  else if (typeof json === 'string' && /^-?(?:0|[1-9]\d*)$/.test(json)) n = json.length < 32 ? BigInt(json) : undefined;
  else if (typeof json === 'string' && NUMBER.test(json) && Number.isInteger(Number(json)) && Math.abs(Number(json)) < 2 ** 64) n = BigInt(Number(json));
  if (n === undefined || n < least || n > most) throw jsonError(where, json, `an integer from ${least} to ${most}`);
  if (!long) return Number(n);
  if (t.as === 'bigint') return n;
  if (t.as === 'string') return n.toString();
  const number = Number(n);
  if (!Number.isSafeInteger(number)) throw jsonError(where, json, 'a safe integer');
  return number;
}
