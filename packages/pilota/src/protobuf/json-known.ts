// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { unknownFields } from '../codegen/v1/unknown.js';
import type { KeepsUnknown } from './unknown.js';
import { getExtension, hasExtension } from './extension.js';
import { jsonError } from './json-errors.js';
import type { AnyExtension } from './json-options.js';
import type { JsonReader } from './json-read.js';
import type { JsonWriter } from './json-write.js';
import { jsonName } from './names.js';
import type { MessageShape } from './shape.js';
import { zeroOf } from './zero.js';
import { durationText, parseDuration, parseTimestamp, timestampText } from './time.js';
import type { Seconds } from './time.js';

/** How a well-known type looks as JSON, where it is no object of its fields. */
interface Known<T = never> {
  write(w: JsonWriter, m: MessageShape, v: T, depth: number): unknown;
  read(r: JsonReader, m: MessageShape, json: unknown, depth: number, where: string): unknown;
}

const wrapper: Known<Record<string, unknown>> = {
  write: (w, m, v, depth) => w.value(m.fields[0]!.type, v['value'] ?? zeroOf(m.fields[0]!.type), depth, m.fields[0]!),
  read: (r, m, json, depth, where) => ({ value: r.value(m.fields[0]!.type, json, depth, where) }),
};

const struct: Known<{ fields: unknown }> = {
  write(w, m, v, depth) {
    const out: Record<string, unknown> = {};
    const item = m.fields[0]!.type as MessageShape;
    const entries = v.fields instanceof Map ? (v.fields as Map<string, never>) : Object.entries((v.fields ?? {}) as Record<string, never>);
    for (const [k, x] of entries) Object.defineProperty(out, k, { value: w.message(item, x, depth - 1), enumerable: true, configurable: true, writable: true });
    return out;
  },
  read(r, m, json, depth, where) {
    if (!isObject(json)) throw jsonError(where, json, 'an object');
    const item = m.fields[0]!.type as MessageShape;
    return { fields: new Map(Object.entries(json).map(([k, x]) => [k, r.message(item, x, depth - 1, where)])) };
  },
};

const list: Known<{ values: Iterable<unknown> }> = {
  write: (w, m, v, depth) => Array.from(v.values ?? [], (x) => w.message(m.fields[0]!.type as MessageShape, x as object, depth - 1)),
  read(r, m, json, depth, where) {
    if (!Array.isArray(json)) throw jsonError(where, json, 'an array');
    const item = m.fields[0]!.type as MessageShape;
    return { values: json.map((x: unknown) => r.message(item, x, depth - 1, where)) };
  },
};

const value: Known<{ kind?: Record<string, unknown> }> = {
  write(w, m, v, depth) {
    const k = v.kind ?? {};
    if (k['numberValue'] !== undefined) {
      if (!Number.isFinite(k['numberValue'])) throw jsonError('google.protobuf.Value', k['numberValue'], 'a finite number');
      return k['numberValue'];
    }
    for (const key of ['structValue', 'listValue']) if (k[key] !== undefined) return w.message(kindOf(m, key), k[key] as object, depth - 1);
    if (k['stringValue'] !== undefined) return k['stringValue'];
    if (k['boolValue'] !== undefined) return k['boolValue'];
    if (k['nullValue'] !== undefined) return null;
    throw jsonError('google.protobuf.Value', undefined, 'one of its kinds');
  },
  read(r, m, json, depth, where) {
    if (json === null) return { kind: { nullValue: 0 } };
    if (typeof json === 'boolean') return { kind: { boolValue: json } };
    if (typeof json === 'string') return { kind: { stringValue: json } };
    if (typeof json === 'number' || typeof json === 'bigint') return { kind: { numberValue: Number(json) } };
    if (Array.isArray(json)) return { kind: { listValue: r.message(kindOf(m, 'listValue'), json, depth - 1, where) } };
    return { kind: { structValue: r.message(kindOf(m, 'structValue'), json, depth - 1, where) } };
  },
};

function kindOf(m: MessageShape, key: string): MessageShape {
  return m.fields.find((f) => f.key === key)!.type as MessageShape;
}

const mask: Known<{ paths: Iterable<string> }> = {
  write(_, _m, v) {
    return Array.from(v.paths ?? [], (p) => {
      const json = jsonPath(p);
      if (snakePath(json) !== p) throw jsonError('google.protobuf.FieldMask', p, 'a path whose names lowerCamelCase can tell apart');
      return json;
    }).join(',');
  },
  read(_, _m, json, _d, where) {
    if (typeof json !== 'string') throw jsonError(where, json, 'paths with commas');
    if (json === '') return { paths: [] };
    return {
      paths: json.split(',').map((p) => {
        if (p.includes('_')) throw jsonError(where, p, 'a path in lowerCamelCase');
        return snakePath(p);
      }),
    };
  },
};

function jsonPath(p: string): string {
  return p.split('.').map(jsonName).join('.');
}

function snakePath(p: string): string {
  return p.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);
}

const timestamp: Known<Seconds> = { write: (_, _m, v) => timestampText(v), read: (_, _m, json, _d, where) => parseTimestamp(json, where) };
const duration: Known<Seconds> = { write: (_, _m, v) => durationText(v), read: (_, _m, json, _d, where) => parseDuration(json, where) };
const any: Known<{ typeUrl: string; value: Uint8Array }> = { write: (w, _m, v, depth) => w.any(v, depth), read: (r, _m, json, depth, where) => r.any(json, depth, where) };

const KNOWN: ReadonlyMap<string, Known> = new Map<string, Known>([
  ['google.protobuf.Any', any],
  ['google.protobuf.Timestamp', timestamp],
  ['google.protobuf.Duration', duration],
  ['google.protobuf.FieldMask', mask],
  ['google.protobuf.Struct', struct],
  ['google.protobuf.Value', value],
  ['google.protobuf.ListValue', list],
]);
const WRAPPERS: ReadonlySet<string> = new Set('Double Float Int64 UInt64 Int32 UInt32 Bool String Bytes'.split(' ').map((n) => `google.protobuf.${n}Value`));

/** The JSON of a well-known type, if it has one of its own. */
export function wellKnownJson(name: string): Known | undefined {
  if (!name.startsWith('google.protobuf.')) return undefined;
  return WRAPPERS.has(name) ? wrapper : KNOWN.get(name);
}

/** Whether null in JSON is a value of a type. */
export function takesNull(name: string): boolean {
  return name === 'google.protobuf.Value' || name === 'google.protobuf.NullValue';
}

export function isObject(v: unknown): v is Record<string, unknown> {
  return typeof v === 'object' && v !== null && !Array.isArray(v);
}

/** Extensions that a message has, of those that are known. */
export function* extensionValues(m: MessageShape, v: object, known: readonly AnyExtension[] | undefined): Generator<[AnyExtension, unknown]> {
  if (known === undefined || (v as KeepsUnknown)[unknownFields] === undefined) return;
  for (const x of known) if (x.extendee === m && hasExtension(v as KeepsUnknown, x)) yield [x, getExtension(v as KeepsUnknown, x)];
}

/** The extension of a message that JSON calls `[name]`. */
export function extensionOf(m: MessageShape, json: string, known: readonly AnyExtension[] | undefined): AnyExtension | undefined {
  return known?.find((x) => x.extendee === m && x.field.json === json);
}
