// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/** Negative, zero or positive, as for Array.sort. Keys for which it is zero are one key. */
export type Compare<K> = (a: K, b: K) => number;

/** Numbers, bigints, strings (by UTF-16 unit), booleans and Dates in their order. Errors: RangeError for NaN, TypeError for keys of other kinds. */
export function natural(a: unknown, b: unknown): number {
  const x = orderable(a);
  const y = orderable(b);
  if (typeof x === 'string' || typeof y === 'string') {
    // A string is behind every number: one order for all that may come.
    if (typeof x !== typeof y) return typeof x === 'string' ? 1 : -1;
  }
  return x < y ? -1 : x > y ? 1 : 0;
}

function orderable(v: unknown): number | bigint | string {
  if (typeof v === 'number') {
    if (Number.isNaN(v)) throw new RangeError('ordered key: NaN has no place in an order');
    return v;
  }
  if (typeof v === 'string' || typeof v === 'bigint') return v;
  if (typeof v === 'boolean') return Number(v);
  if (v instanceof Date) return orderable(v.getTime());
  throw new TypeError(`ordered key: got ${v === null ? 'null' : typeof v}; keys of this kind need a compare function`);
}

/** The order turned round. Source: the Desc types of skipmap and skipset. */
export function descending<K>(compare: Compare<K> = natural): Compare<K> {
  return (a, b) => compare(b, a);
}

/** Strings by the bytes of their UTF-8, as Go, Rust and Redis order them: unlike `<`, what lies beyond U+FFFF comes last. */
export function byUtf8(a: string, b: string): number {
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) {
    let x = a.charCodeAt(i);
    let y = b.charCodeAt(i);
    if (x === y) continue;
    // Surrogates move behind U+E000 to U+FFFF.
    if (x >= 0xd800 && y >= 0xd800) {
      x += x >= 0xe000 ? -0x800 : 0x2000;
      y += y >= 0xe000 ? -0x800 : 0x2000;
    }
    return x - y;
  }
  return a.length - b.length;
}
