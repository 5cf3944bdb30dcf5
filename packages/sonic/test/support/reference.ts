// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/** Numbers from 0 to 1 that are the same in every run. Source: mulberry32, public domain. */
export function random(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A value, or that the text is none. */
export type Outcome = { readonly value: unknown } | 'refused';

export function outcome(f: () => unknown): Outcome {
  try {
    return { value: f() };
  } catch {
    return 'refused';
  }
}

/**
 * JSON as plainly as it can be read, from the grammar of RFC 8259 and nothing else: slow, recursive, integers exact. What the package is compared with where
 * JSON.parse loses something.
 */
export function plainParse(text: string): unknown {
  let p = 0;
  const fail = (): never => {
    throw new Error(`at ${p}`);
  };
  const blank = (): void => {
    while (' \t\r\n'.includes(text[p] ?? 'x')) p++;
  };
  const word = <T>(w: string, v: T): T => {
    if (!text.startsWith(w, p)) fail();
    p += w.length;
    return v;
  };
  const string = (): string => {
    const m = /"(?:[^"\\\u0000-\u001f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*"/y;
    m.lastIndex = p;
    const t = m.exec(text)?.[0] ?? fail();
    p += t.length;
    return JSON.parse(t) as string;
  };
  const number = (): unknown => {
    const m = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
    m.lastIndex = p;
    const t = m.exec(text)?.[0] ?? fail();
    p += t.length;
    const n = Number(t);
    return /^-?[0-9]+$/.test(t) && !Number.isSafeInteger(n) ? BigInt(t) : n;
  };
  const value = (): unknown => {
    blank();
    const c = text[p];
    let v: unknown;
    if (c === '{') {
      const o: Record<string, unknown> = {};
      p++;
      blank();
      if (text[p] === '}') {
        p++;
      } else {
        for (;;) {
          blank();
          const k = string();
          blank();
          if (text[p++] !== ':') fail();
          Object.defineProperty(o, k, { value: value(), writable: true, enumerable: true, configurable: true });
          const d = text[p++];
          if (d === '}') break;
          if (d !== ',') fail();
        }
      }
      v = o;
    } else if (c === '[') {
      const a: unknown[] = [];
      p++;
      blank();
      if (text[p] === ']') {
        p++;
      } else {
        for (;;) {
          a.push(value());
          const d = text[p++];
          if (d === ']') break;
          if (d !== ',') fail();
        }
      }
      v = a;
    } else if (c === '"') v = string();
    else if (c === 't') v = word('true', true);
    else if (c === 'f') v = word('false', false);
    else if (c === 'n') v = word('null', null);
    else v = number();
    blank();
    return v;
  };
  const v = value();
  if (p < text.length) fail();
  return v;
}

/** The same value with doubles for bigints. */
export function asDoubles(v: unknown): unknown {
  if (typeof v === 'bigint') return Number(v);
  if (Array.isArray(v)) return v.map(asDoubles);
  return typeof v === 'object' && v !== null ? Object.fromEntries(Object.entries(v).map(([k, x]) => [k, asDoubles(x)])) : v;
}
