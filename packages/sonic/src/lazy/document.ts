// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { isUtf8 } from 'node:buffer';
import { show, SonicOptionError } from '../errors.js';
import { blanks, Fault, firstInvalid, skipColon, skipString, skipTrusted, skipValue } from '../scan/skip.js';
import { encodeText, isBytes, utf8 } from '../text.js';
import type { JsonType, Path, Source } from '../types.js';

/** How a search looks at what it passes over. */
export interface SearchOptions {
  /**
   * `'passed'` checks the grammar of everything up to the end of what is found, `'all'` of the whole text, `'none'` matches brackets alone and is for texts
   * that are known to be JSON. @defaultValue 'passed'
   */
  readonly validate?: 'passed' | 'all' | 'none' | undefined;
  /** What is found owns its bytes instead of keeping the whole source alive. @defaultValue false */
  readonly copy?: boolean | undefined;
  /** Which of two equal keys counts. `'last'` has to look at all of an object. @defaultValue 'first' */
  readonly duplicates?: 'first' | 'last' | undefined;
  /** Levels of arrays and objects, from where the search begins. @defaultValue 4096 */
  readonly maxDepth?: number | undefined;
}

const KEYS: Readonly<Record<keyof SearchOptions, string>> = {
  validate: "one of 'passed', 'all', 'none'",
  copy: 'true or false',
  duplicates: "one of 'first', 'last'",
  maxDepth: 'an integer >= 1',
};

/**
 * A text that is searched: its bytes and how to step over values. One per call; its views share it.
 * Errors: SonicOptionError for a source that is neither string nor bytes, and for a bad option.
 */
export class Document {
  readonly source: Source;
  readonly bytes: Uint8Array;
  readonly end: number;
  readonly copy: boolean;
  readonly last: boolean;
  readonly maxDepth: number;
  /** Whether what is passed over is known to be JSON. */
  trusted: boolean;
  /** All of it is to be checked before anything is given. */
  private unchecked: boolean;

  constructor(source: Source, o: SearchOptions = {}) {
    if (typeof source !== 'string' && !isBytes(source)) throw new SonicOptionError(`source: got ${show(source)}, wanted a string or bytes`);
    for (const k of Object.keys(o)) if (!Object.hasOwn(KEYS, k)) throw new SonicOptionError(`search: unknown option "${k}", known: ${Object.keys(KEYS).join(', ')}`);
    const { validate = 'passed', copy = false, duplicates = 'first', maxDepth = 4096 } = o;
    const bad = (k: keyof SearchOptions): never => {
      throw new SonicOptionError(`search.${k}: got ${show(o[k])}, wanted ${KEYS[k]}`);
    };
    if (!['passed', 'all', 'none'].includes(validate)) bad('validate');
    if (typeof copy !== 'boolean') bad('copy');
    if (duplicates !== 'first' && duplicates !== 'last') bad('duplicates');
    if (!Number.isSafeInteger(maxDepth) || maxDepth < 1) bad('maxDepth');
    this.source = source;
    this.bytes = typeof source === 'string' ? encodeText(source) : source;
    this.end = this.bytes.length;
    this.copy = copy;
    this.last = duplicates === 'last';
    this.unchecked = validate === 'all';
    this.trusted = validate === 'none';
    this.maxDepth = maxDepth;
  }

  /** Behind the value at `p`, which lies `depth` levels below where the search began. */
  skip(p: number, end: number, depth: number): number {
    return this.trusted ? skipTrusted(this.bytes, p, end) : skipValue(this.bytes, p, end, this.maxDepth - depth);
  }

  /** UTF-8 is part of the grammar; it is checked natively, over what was passed. */
  checkUtf8(from: number, to: number): void {
    if (this.trusted || typeof this.source === 'string') return;
    const passed = this.bytes.subarray(from, to);
    if (!isUtf8(passed)) throw new Fault('SONIC_UTF8_INVALID', from + firstInvalid(passed));
  }

  /** Checks the whole text, where that was asked for and was not done yet. */
  begin(): void {
    if (!this.unchecked) return;
    this.check();
    this.unchecked = false;
    this.trusted = true;
  }

  /** Checks that the text is one value and nothing else. Where the value begins and ends. */
  check(): { readonly start: number; readonly end: number } {
    const start = blanks(this.bytes, 0, this.end);
    const end = skipValue(this.bytes, start, this.end, this.maxDepth);
    const tail = blanks(this.bytes, end, this.end);
    if (tail < this.end) throw new Fault('SONIC_CHAR_INVALID', tail);
    this.checkUtf8(0, this.end);
    return { start, end };
  }
}

const TYPES: readonly (JsonType | undefined)[] = (() => {
  const t = new Array<JsonType | undefined>(128).fill(undefined);
  t[0x6e] = 'null';
  t[0x74] = t[0x66] = 'boolean';
  t[0x22] = 'string';
  t[0x5b] = 'array';
  t[0x7b] = 'object';
  t[0x2d] = 'number';
  for (let c = 0x30; c <= 0x39; c++) t[c] = 'number';
  return t;
})();

/** Type of the value at `p`; a {@link Fault} where none begins. */
export function typeAt(b: Uint8Array, p: number, end: number): JsonType {
  if (p >= end) throw new Fault('SONIC_TEXT_END', end);
  const t = TYPES[b[p]!];
  if (t === undefined) throw new Fault('SONIC_CHAR_INVALID', p);
  return t;
}

/** A key as bytes, to be compared with those of a text. */
export interface KeyBytes {
  readonly text: string;
  /** As it stands between quotes, where it needs no escape. */
  readonly bytes: Uint8Array | undefined;
}

const encoded = new Map<string, KeyBytes>();

/** The bytes of a key, made once for keys that are asked for again and again. */
export function keyBytes(text: string): KeyBytes {
  let k = encoded.get(text);
  if (k === undefined) {
    // eslint-disable-next-line no-control-regex
    k = { text, bytes: /["\\\u0000-\u001f]|[\ud800-\udfff]/.test(text) && JSON.stringify(text) !== `"${text}"` ? undefined : Buffer.from(text, 'utf8') };
    if (encoded.size >= 512) encoded.clear();
    if (text.length <= 128) encoded.set(text, k);
  }
  return k;
}

/** Behind a key's closing quote, of the key that {@link matchKey} or {@link readKey} looked at last. */
export let keyEnd = 0;

/** Whether the key whose opening quote is at `p` is `k`. Sets {@link keyEnd}. */
export function matchKey(b: Uint8Array, p: number, end: number, k: KeyBytes): boolean {
  const want = k.bytes;
  if (want !== undefined) {
    const n = want.length;
    let i = 0;
    while (i < n && b[p + 1 + i] === want[i]) i++;
    if (i === n && p + 1 + n < end && b[p + 1 + n] === 0x22) {
      keyEnd = p + n + 2;
      return true;
    }
  }
  const stop = skipString(b, p + 1, end);
  keyEnd = stop;
  return hasEscape(b, p + 1, stop - 1) && stringAt(b, p, stop) === k.text;
}

/** Whether the key whose token is `b[p, stop)` is `k`. */
export function isKey(b: Uint8Array, p: number, stop: number, k: KeyBytes): boolean {
  const want = k.bytes;
  const n = stop - p - 2;
  if (want !== undefined && want.length === n) {
    let i = 0;
    while (i < n && b[p + 1 + i] === want[i]) i++;
    if (i === n) return true;
  }
  return hasEscape(b, p + 1, stop - 1) && stringAt(b, p, stop) === k.text;
}

/** The key whose opening quote is at `p`. Sets {@link keyEnd}. */
export function readKey(b: Uint8Array, p: number, end: number): string {
  keyEnd = skipString(b, p + 1, end);
  return stringAt(b, p, keyEnd);
}

function hasEscape(b: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (b[i] === 0x5c) return true;
  return false;
}

/** The string whose token is `b[start, end)`, quotes included. */
export function stringAt(b: Uint8Array, start: number, end: number): string {
  if (!hasEscape(b, start + 1, end - 1)) return utf8(b, start + 1, end - 1);
  try {
    return JSON.parse(utf8(b, start, end)) as string;
  } catch {
    skipString(b, start + 1, end);
    throw new Fault('SONIC_CHAR_INVALID', start);
  }
}

/** The member's key begins here, or -1 at the end of the object. `p`: behind the brace or behind a value. */
export function nextMember(b: Uint8Array, p: number, end: number, first: boolean): number {
  p = blanks(b, p, end);
  if (p >= end) throw new Fault('SONIC_TEXT_END', end);
  if (b[p] === 0x7d) return -1;
  if (!first) {
    if (b[p] !== 0x2c) throw new Fault('SONIC_CHAR_INVALID', p);
    p = blanks(b, p + 1, end);
    if (p >= end) throw new Fault('SONIC_TEXT_END', end);
  }
  if (b[p] !== 0x22) throw new Fault('SONIC_CHAR_INVALID', p);
  return p;
}

/** The item begins here, or -1 at the end of the array. `p`: behind the bracket or behind a value. */
export function nextItem(b: Uint8Array, p: number, end: number, first: boolean): number {
  p = blanks(b, p, end);
  if (p >= end) throw new Fault('SONIC_TEXT_END', end);
  if (b[p] === 0x5d) return -1;
  if (first) return p;
  if (b[p] !== 0x2c) throw new Fault('SONIC_CHAR_INVALID', p);
  p = blanks(b, p + 1, end);
  if (p >= end) throw new Fault('SONIC_TEXT_END', end);
  return p;
}

/**
 * Where the value at `path` begins, from the value at `p` on; -1 = absent (no such key, an index behind the end, or a step into a value of another type).
 */
export function seek(d: Document, p: number, path: Path): number {
  const b = d.bytes;
  const { end } = d;
  p = blanks(b, p, end);
  if (!Array.isArray(path)) throw new SonicOptionError(`path: got ${show(path)}, wanted an array of keys and indexes`);
  for (let i = 0; i < path.length; i++) {
    const step = (path as Path)[i]!;
    p = typeof step === 'number' ? seekIndex(d, b, p, end, step, i + 1) : seekKey(d, b, p, end, keyBytes(step), i + 1);
    if (p < 0) return -1;
  }
  typeAt(b, p, end);
  return p;
}

function seekKey(d: Document, b: Uint8Array, p: number, end: number, k: KeyBytes, depth: number): number {
  if (typeAt(b, p, end) !== 'object') return -1;
  let found = -1;
  let first = true;
  for (p++; ; first = false) {
    p = nextMember(b, p, end, first);
    if (p < 0) return found;
    const hit = matchKey(b, p, end, k);
    p = skipColon(b, keyEnd, end);
    if (hit) {
      if (!d.last) return p;
      found = p;
    }
    p = d.skip(p, end, depth);
  }
}

/** Errors: SonicOptionError for what is no index. */
export function stepIndex(index: number): number {
  if (!Number.isSafeInteger(index) || index < 0) throw new SonicOptionError(`path: got the index ${index}, wanted an integer >= 0`);
  return index;
}

function seekIndex(d: Document, b: Uint8Array, p: number, end: number, index: number, depth: number): number {
  stepIndex(index);
  if (typeAt(b, p, end) !== 'array') return -1;
  let first = true;
  p++;
  for (let i = 0; ; i++, first = false) {
    p = nextItem(b, p, end, first);
    if (p < 0) return -1;
    if (i === index) return p;
    p = d.skip(p, end, depth);
  }
}
