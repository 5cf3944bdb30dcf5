// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { wrong } from './errors.js';

/** The items of a repeated field. A string is refused: its characters are hardly what is meant. */
export function items<T>(v: Iterable<T>, where: string): Iterable<T> {
  if (typeof v !== 'object' || v === null || typeof (v as Partial<Iterable<T>>)[Symbol.iterator] !== 'function') throw wrong(where, v, 'an array, a Set or another iterable object');
  return v;
}

/** The entries of a map field: of a Map, or of a plain object where keys are strings. */
export function entries<K, V>(v: ReadonlyMap<K, V> | Readonly<Record<string, V>>, where: string): Iterable<readonly [K, V]> {
  if (v instanceof Map) return v as ReadonlyMap<K, V>;
  if (typeof v !== 'object' || v === null) throw wrong(where, v, 'a Map or an object');
  if (Symbol.iterator in v) return v as unknown as Iterable<readonly [K, V]>;
  return Object.entries(v) as unknown as readonly [K, V][];
}
