// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { closes, closing, digit, opens } from './probe.js';

/*
 * Long integers by way of JSON.parse: they are made strings with a mark before, and where the parsed value has such a string the bigint is put in its place.
 * Whether digits stand inside a string is mostly plain from what is before them; else the quotes are counted.
 *
 *   {"id": 505874924095815681, "n": 1}  ─▶  {"id": "␡505874924095815681", "n": 1}  ─▶  { id: 505874924095815681n, n: 1 }
 *
 * The mark is DEL, which no text has in its strings that is patched, be it spelled out or as an escape; so whatever begins with it was marked here.
 */

const MARK = '\u007f';
const MARK_CODE = 0x7f;

/** Longer ones are left to the exact parser, which has a limit for them. Unit characters. */
const LONGEST = 1000;

/**
 * Marks the long integers of `text`; undefined where that cannot be done: what looks like a mark, digits without end, digits for a key. `ascii`: its bytes, where
 * each of its units is one; they are nearer at hand.
 */
export function markIntegers(text: string, ascii: Uint8Array | undefined): string | undefined {
  if (text.includes(MARK) || text.includes('\\u007')) return undefined;
  const n = text.length;
  let out = '';
  let done = 0;
  const strings = new Strings(text);
  for (let i = 15; i < n; i += 16) {
    if (!digit(ascii === undefined ? text.charCodeAt(i) : ascii[i]!)) continue;
    // Of 16 digits around i, 8 are on one side.
    if (!digit(text.charCodeAt(i - 8)) && !digit(text.charCodeAt(i + 8))) continue;
    let from = i;
    while (from > 0 && digit(text.charCodeAt(from - 1))) from--;
    let to = i + 1;
    while (to < n && digit(text.charCodeAt(to))) to++;
    const digits = to - from;
    if (digits <= 15) continue;
    i += (to - i - 1) & ~15;
    const first = text.charCodeAt(from);
    if (from > 0 && text.charCodeAt(from - 1) === 0x2d) from--;
    const behind = text.charCodeAt(to);
    // Part of a string, or of a float, whose digits need no saving.
    if (!opens(text.charCodeAt(from - 1)) || !closes(behind) || behind === 0x2e || behind === 0x65 || behind === 0x45) continue;
    if (!isMemberValue(text, from) && strings.around(from)) continue;
    // A string may stand where a number may, but for keys.
    if (first === 0x30 || digits > LONGEST || text.charCodeAt(forth(text, to)) === 0x3a) return undefined;
    const token = text.slice(from, to);
    if (digits === 16 && Number.isSafeInteger(Number(token))) continue;
    out += text.slice(done, from) + '"' + MARK + token + '"';
    done = to;
  }
  return out + text.slice(done);
}

/**
 * Whether what begins at `p` surely is the value of a member: a colon before it, and before that a quote that surely closes a key. A quote without a backslash
 * before it either opens or closes a string; one that opens has a bracket, comma or colon before it.
 */
function isMemberValue(text: string, p: number): boolean {
  p = back(text, p - 1);
  if (text.charCodeAt(p) !== 0x3a) return false;
  p = back(text, p - 1);
  if (text.charCodeAt(p) !== 0x22 || text.charCodeAt(p - 1) === 0x5c) return false;
  const c = text.charCodeAt(back(text, p - 1));
  return c !== 0x7b && c !== 0x5b && c !== 0x2c && c !== 0x3a && c > 0x20 && c !== 0x22;
}

function back(text: string, p: number): number {
  while (p >= 0 && text.charCodeAt(p) <= 0x20) p--;
  return p;
}

function forth(text: string, p: number): number {
  while (text.charCodeAt(p) <= 0x20) p++;
  return p;
}

/** Tells whether an offset is inside a string by counting quotes from the last offset that was asked for. */
class Strings {
  private readonly text: string;
  /** Outside a string. */
  private known = 0;

  constructor(text: string) {
    this.text = text;
  }

  around(p: number): boolean {
    const { text } = this;
    for (;;) {
      const open = text.indexOf('"', this.known);
      if (open < 0 || open > p) return false;
      const close = closing(text, open);
      if (close < 0 || close > p) return true;
      this.known = close + 1;
    }
  }
}

/** The integer of a marked string, or `v` itself. */
export function unmark(v: unknown): unknown {
  return typeof v === 'string' && v.charCodeAt(0) === MARK_CODE ? BigInt(v.slice(1)) : v;
}

/** Puts the integers of marked strings into a parsed array or object, in place. Recursive: a RangeError is the stack's end. */
export function putIntegers(v: object): void {
  if (Array.isArray(v)) {
    for (let i = 0; i < v.length; i++) {
      const x = v[i] as unknown;
      if (typeof x === 'string') {
        if (x.charCodeAt(0) === MARK_CODE) v[i] = BigInt(x.slice(1));
      } else if (typeof x === 'object' && x !== null) {
        putIntegers(x);
      }
    }
    return;
  }
  const o = v as Record<string, unknown>;
  for (const k in o) {
    const x = o[k];
    if (typeof x === 'string') {
      if (x.charCodeAt(0) === MARK_CODE) o[k] = BigInt(x.slice(1));
    } else if (typeof x === 'object' && x !== null) {
      putIntegers(x);
    }
  }
}
