// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { DefaultValue, LinkedStruct, LinkedType } from '../../descriptor/index.js';
import type { ResolvedValueOptions } from './options.js';

/** Sets a property, whatever its name: keys come from the wire. */
export function put(o: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(o, key, { value, enumerable: true, configurable: true, writable: true });
  else o[key] = value;
}

export function i64Out(v: bigint, o: ResolvedValueOptions): unknown {
  if (o.i64 === 'bigint') return v;
  return o.i64 === 'number' ? Number(v) : v.toString();
}

export function binaryOut(v: Uint8Array, o: ResolvedValueOptions): unknown {
  if (o.binary === 'bytes') return v;
  return Buffer.from(v.buffer, v.byteOffset, v.length).toString(o.binary === 'base64' ? 'base64' : 'utf8');
}

/** Names of an enum by number; the first of several stays. */
export function enumNames(values: Readonly<Record<string, number>>): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const [name, n] of Object.entries(values)) if (!names.has(n)) names.set(n, name);
  return names;
}

/** What stands for nothing: 0, '', an empty container, a struct without fields. */
export function zeroOut(t: LinkedType, o: ResolvedValueOptions): unknown {
  switch (t.kind) {
    case 'bool':
      return false;
    case 'i8':
    case 'i16':
    case 'i32':
    case 'double':
      return 0;
    case 'enum':
      return o.enums === 'name' ? (enumNames(t.values!).get(0) ?? 0) : 0;
    case 'i64':
      return i64Out(0n, o);
    case 'string':
      return '';
    case 'binary':
      return binaryOut(new Uint8Array(0), o);
    case 'list':
      return [];
    case 'set':
      return o.sets === 'set' ? new Set() : [];
    case 'map':
      return o.maps === 'map' ? new Map() : {};
    case 'struct':
      return o.structs === 'map' ? new Map() : {};
  }
}

/** A default of the IDL as a fresh value of the look that was asked for. */
export function defaultOut(v: DefaultValue, t: LinkedType, o: ResolvedValueOptions): unknown {
  switch (t.kind) {
    case 'i64':
      return i64Out(v as bigint, o);
    case 'binary':
      return binaryOut(Uint8Array.from(v as Uint8Array), o);
    case 'enum':
      return o.enums === 'name' ? (enumNames(t.values!).get(v as number) ?? v) : v;
    case 'list':
      return (v as readonly DefaultValue[]).map((x) => defaultOut(x, t.element!, o));
    case 'set': {
      const items = [...(v as ReadonlySet<DefaultValue>)].map((x) => defaultOut(x, t.element!, o));
      return o.sets === 'set' ? new Set(items) : items;
    }
    case 'map': {
      const entries = [...(v as ReadonlyMap<DefaultValue, DefaultValue>)].map(([k, x]) => [defaultOut(k, t.key!, o), defaultOut(x, t.element!, o)] as const);
      return o.maps === 'map' ? new Map(entries) : Object.fromEntries(entries.map(([k, x]) => [keyText(k), x]));
    }
    case 'struct':
      return structDefault(v as Readonly<Record<string, DefaultValue>>, t.struct!, o);
    default:
      return v;
  }
}

function structDefault(v: Readonly<Record<string, DefaultValue>>, s: LinkedStruct, o: ResolvedValueOptions): unknown {
  const entries: (readonly [string, unknown])[] = [];
  for (const f of s.fields) {
    const given = Object.hasOwn(v, f.name) ? v[f.name] : f.defaultValue;
    if (given !== undefined) entries.push([o.keys === 'alias' ? f.alias : f.name, defaultOut(given, f.type, o)]);
  }
  return o.structs === 'map' ? new Map(entries) : Object.fromEntries(entries);
}

/** The key of an object for the key of a map. */
export function keyText(k: unknown): string {
  if (typeof k === 'string') return k;
  if (k instanceof Uint8Array) return Buffer.from(k.buffer, k.byteOffset, k.length).toString('base64');
  return String(k as number | bigint | boolean);
}
