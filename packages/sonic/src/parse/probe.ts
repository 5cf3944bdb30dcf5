// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/*
 * What has to be known before JSON.parse may be trusted with a text. Each probe answers "surely not" or "perhaps"; a false alarm costs time only.
 */

/** Digits of which every integer is exact in a double: 10^15 - 1 < 2^53. */
const SAFE_DIGITS = 15;

/**
 * Whether a text may hold an integer of more than 15 digits. A run of 16 digits covers an index that is 15 modulo 16, so one character in 16 is looked at. A
 * run is no integer token where what stands around it is no end of a token.
 */
export function mayHoldLongInteger(text: string): boolean {
  const n = text.length;
  let fraction = -1;
  for (let i = SAFE_DIGITS; i < n; i += 16) {
    if (!digit(text.charCodeAt(i))) continue;
    // Of 16 digits around i, 8 are on one side.
    if (!digit(text.charCodeAt(i - 8)) && !digit(text.charCodeAt(i + 8))) continue;
    let from = i;
    while (from > 0 && from !== fraction && digit(text.charCodeAt(from - 1))) from--;
    // A fraction needs no saving, and is not looked at from its end again and again.
    if (from === fraction || (from > 0 && text.charCodeAt(from - 1) === 0x2e)) {
      fraction = i;
      continue;
    }
    let to = i + 1;
    while (to < n && digit(text.charCodeAt(to))) to++;
    if (to - from <= SAFE_DIGITS) continue;
    if (from > 0 && text.charCodeAt(from - 1) === 0x2d) from--;
    if ((from === 0 || opens(text.charCodeAt(from - 1))) && (to === n || closes(text.charCodeAt(to)))) return true;
    i += (to - i - 1) & ~15;
  }
  return false;
}

/** The same over bytes, which are nearer at hand than the units of a string. */
export function mayHoldLongIntegerBytes(b: Uint8Array): boolean {
  const n = b.length;
  let fraction = -1;
  for (let i = SAFE_DIGITS; i < n; i += 16) {
    if (!digit(b[i]!)) continue;
    if (!digit(b[i - 8]!) && !(i + 8 < n && digit(b[i + 8]!))) continue;
    let from = i;
    while (from > 0 && from !== fraction && digit(b[from - 1]!)) from--;
    if (from === fraction || (from > 0 && b[from - 1] === 0x2e)) {
      fraction = i;
      continue;
    }
    let to = i + 1;
    while (to < n && digit(b[to]!)) to++;
    if (to - from <= SAFE_DIGITS) continue;
    if (from > 0 && b[from - 1] === 0x2d) from--;
    if ((from === 0 || opens(b[from - 1]!)) && (to === n || closes(b[to]!))) return true;
    i += (to - i - 1) & ~15;
  }
  return false;
}

/** Whether `c` is a decimal digit. */
export function digit(c: number): boolean {
  return (c ^ 0x30) < 10;
}

/** What may stand before a number: a blank, a comma, a colon, a bracket; NaN = nothing at all. */
export function opens(c: number): boolean {
  return !(c > 0x20) || c === 0x2c || c === 0x3a || c === 0x5b;
}

/** What may stand behind the digits of one. */
export function closes(c: number): boolean {
  return !(c > 0x20) || c === 0x2c || c === 0x5d || c === 0x7d || c === 0x2e || c === 0x65 || c === 0x45;
}

/** The letters of the keys in question, as escapes. */
const escapes: readonly string[] = ['5f', '5F', '63', '65', '6e', '6E', '6f', '6F', '70', '72', '73', '74', '75', '79'].map((h) => '\\u00' + h);

/** Whether `text` may hold a key that reaches a prototype, spelled out or in escapes. */
export function mayReachPrototype(text: string): boolean {
  if (text.includes('proto') && (text.includes('__proto__') || text.includes('constructor'))) return true;
  return text.includes('\\u00') && escapes.some((e) => text.includes(e));
}

let wrong: boolean | undefined;

/**
 * Whether JSON.parse of this engine may take a key with an escape for another one: when an object before it had a key with a backslash in the same place, and the
 * escaped one begins alike in the text. V8 12.8 and newer do: `{"a":0,"\\":0}` first, and the second key of `{"a":0,"\n":0}` is a backslash.
 * Source: nodejs/node issue 63785.
 */
export function keysGoWrong(): boolean {
  if (wrong === undefined) {
    JSON.parse('{"@cloudwego/sonic":0,"\\\\":0}');
    wrong = !Object.hasOwn(JSON.parse('{"@cloudwego/sonic":0,"\\n":0}') as object, '\n');
  }
  return wrong;
}

/** Whether a key of `text` has an escape. */
export function escapesKey(text: string): boolean {
  for (let p = text.indexOf('\\'); p >= 0; p = text.indexOf('\\', p)) {
    p = closing(text, p) + 1;
    if (p === 0) return false;
    while (text.charCodeAt(p) <= 0x20) p++;
    if (text.charCodeAt(p) === 0x3a) return true;
  }
  return false;
}

/**
 * Whether `text` may nest deeper than `max`: it is long enough, and enough of its brackets open without one that surely closes beside them. Of those that do at
 * most one list and one object are open at a time. `ascii`: the bytes of the text, where each of its units is one; they are nearer at hand.
 */
export function mayNestDeeper(text: string, max: number, ascii: Uint8Array | undefined): boolean {
  if (text.length <= 2 * max || (text.length <= 32 * max && opensFewer(text, max))) return false;
  const lists = unpaired(text, '[', ']', max, ascii);
  return lists > max || lists + unpaired(text, '{', '}', max, ascii) + 2 > max;
}

/** Whether no more than `max` brackets open, be it in strings. */
function opensFewer(text: string, max: number): boolean {
  let count = 0;
  for (const c of '[{') {
    for (let p = text.indexOf(c); p >= 0; p = text.indexOf(c, p + 1)) if (++count > max) return false;
  }
  return true;
}

/**
 * How many brackets open that cannot be paired with one that closes; counts no further than `max` + 1. No closing bracket is in two pairs:
 *
 *   [1,2]         closed before the next one opens, with an even number of quotes between: both are outside of strings, or both in one
 *   [[1],[2]]     behind one that was closed: `],[` is outside of strings, or all of it in one
 */
function unpaired(text: string, open: string, close: string, max: number, ascii: Uint8Array | undefined): number {
  const closes = close.charCodeAt(0);
  let count = 0;
  let end = -1;
  let quote = -1;
  let follows = false;
  for (let p = text.indexOf(open); p >= 0 && count <= max; ) {
    const q = text.indexOf(open, p + 1);
    const nextFollows = q >= 0 && (ascii === undefined ? followsOne(text, q, closes) : followsByte(ascii, q, closes));
    if (!follows) {
      let paired = false;
      if (!nextFollows) {
        if (end < p) end = next(text, close, p);
        if (end !== NEVER && (q < 0 || end < q)) {
          paired = true;
          if (quote < p) quote = next(text, '"', p);
          for (; quote < end; quote = next(text, '"', quote + 1)) if (!escaped(text, quote)) paired = !paired;
        }
      }
      if (!paired) count++;
    }
    follows = nextFollows;
    p = q;
  }
  return count;
}

/** Whether what opens at `p` stands behind a bracket that closes and a comma. */
function followsOne(text: string, p: number, closes: number): boolean {
  do p--;
  while (text.charCodeAt(p) <= 0x20);
  if (text.charCodeAt(p) !== 0x2c) return false;
  do p--;
  while (text.charCodeAt(p) <= 0x20);
  return text.charCodeAt(p) === closes;
}

function followsByte(b: Uint8Array, p: number, closes: number): boolean {
  do p--;
  while (b[p]! <= 0x20);
  if (b[p] !== 0x2c) return false;
  do p--;
  while (b[p]! <= 0x20);
  return b[p] === closes;
}

/**
 * Whether brackets outside of strings nest deeper than `max`; the brackets of a text that is none count up to where JSON.parse would stop. It goes from bracket to
 * bracket and from quote to quote, which `indexOf` finds faster than a loop over units would.
 * To be asked before JSON.parse sees a text that may: it takes some 70 bytes of memory a level before it finds out that a text is none.
 */
export function opensDeeper(text: string, max: number): boolean {
  let list = next(text, '[', 0);
  let object = next(text, '{', 0);
  let listEnd = next(text, ']', 0);
  let objectEnd = next(text, '}', 0);
  let quote = next(text, '"', 0);
  let depth = 0;
  for (;;) {
    const opens = list < object ? list : object;
    const closes = listEnd < objectEnd ? listEnd : objectEnd;
    if (quote < opens && quote < closes) {
      const end = closing(text, quote);
      if (end < 0) return false;
      quote = next(text, '"', end + 1);
      if (list < end) list = next(text, '[', end);
      if (object < end) object = next(text, '{', end);
      if (listEnd < end) listEnd = next(text, ']', end);
      if (objectEnd < end) objectEnd = next(text, '}', end);
    } else if (opens < closes) {
      if (++depth > max) return true;
      if (opens === list) list = next(text, '[', opens + 1);
      else object = next(text, '{', opens + 1);
    } else {
      if (closes === NEVER) return false;
      depth--;
      if (closes === listEnd) listEnd = next(text, ']', closes + 1);
      else objectEnd = next(text, '}', closes + 1);
    }
  }
}

/** Behind any text; a small integer, so that all offsets are. */
const NEVER = 0x3fffffff;

function next(text: string, c: string, from: number): number {
  const p = text.indexOf(c, from);
  return p < 0 ? NEVER : p;
}

/** The quote that closes the string whose quote is at `open`; -1 = none. */
export function closing(text: string, open: number): number {
  let close = open;
  do close = text.indexOf('"', close + 1);
  while (close >= 0 && escaped(text, close));
  return close;
}

/** Whether the quote at `p` has an odd number of backslashes before it. */
function escaped(text: string, p: number): boolean {
  let n = 0;
  while (text.charCodeAt(p - 1 - n) === 0x5c) n++;
  return n % 2 === 1;
}
