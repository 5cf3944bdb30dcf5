// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { isUtf8 } from 'node:buffer';
import type { SyntaxCode } from '../errors.js';
import { SonicSyntaxError } from '../errors.js';
import { unitsOf } from '../text.js';
import type { Source } from '../types.js';

/*
 * The scanner over bytes: finds where values end without making any. Offsets in, offsets out; a text that is no JSON throws a Fault, which whoever knows
 * the source turns into a SonicSyntaxError. Everything is iterative; what is open lies on a stack of one byte a level.
 */

/** Where and why scanning stopped; internal, becomes a {@link SonicSyntaxError}. */
export class Fault {
  readonly code: SyntaxCode;
  readonly index: number;
  readonly reason: string | undefined;

  constructor(code: SyntaxCode, index: number, reason?: string) {
    this.code = code;
    this.index = index;
    this.reason = reason;
  }
}

/** Runs `f` and gives faults the source that they are about. */
export function guarded<T>(source: Source, bytes: Uint8Array, f: () => T): T {
  try {
    return f();
  } catch (e) {
    throw e instanceof Fault ? syntaxError(e, source, bytes) : e;
  }
}

/** The public error of a fault. Offsets of a string source count UTF-16 units. */
export function syntaxError(f: Fault, source: Source, bytes: Uint8Array): SonicSyntaxError {
  return new SonicSyntaxError(f.code, source, typeof source === 'string' ? unitsOf(source, bytes, f.index) : f.index, f.reason);
}

const PLAIN = 0;
const QUOTE = 1;
const BACKSLASH = 2;
const CONTROL = 3;
/** What a byte means inside a string. */
const inString = new Uint8Array(256);
inString.fill(CONTROL, 0, 32);
inString[0x22] = QUOTE;
inString[0x5c] = BACKSLASH;

/** First byte at or after `p` that is no blank. */
export function blanks(b: Uint8Array, p: number, end: number): number {
  while (p < end) {
    const c = b[p]!;
    if (c > 0x20 || (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09)) break;
    p++;
  }
  return p;
}

/** `p`: first byte inside the quotes. The offset behind the closing quote. Checks control characters and escapes. */
export function skipString(b: Uint8Array, p: number, end: number): number {
  for (;;) {
    while (p < end && inString[b[p]!] === PLAIN) p++;
    if (p >= end) throw new Fault('SONIC_TEXT_END', end);
    const kind = inString[b[p]!];
    if (kind === QUOTE) return p + 1;
    if (kind === CONTROL) throw new Fault('SONIC_CHAR_INVALID', p);
    p = skipEscape(b, p + 1, end);
  }
}

/** `p`: behind the backslash. */
function skipEscape(b: Uint8Array, p: number, end: number): number {
  if (p >= end) throw new Fault('SONIC_TEXT_END', end);
  switch (b[p]) {
    case 0x22:
    case 0x5c:
    case 0x2f:
    case 0x62:
    case 0x66:
    case 0x6e:
    case 0x72:
    case 0x74:
      return p + 1;
    case 0x75:
      for (let i = 1; i <= 4; i++) {
        if (p + i >= end) throw new Fault('SONIC_TEXT_END', end);
        if (!hex(b[p + i]!)) throw new Fault('SONIC_UNICODE_INVALID', p + i);
      }
      return p + 5;
    default:
      throw new Fault('SONIC_ESCAPE_INVALID', p);
  }
}

function hex(c: number): boolean {
  return (c >= 0x30 && c <= 0x39) || ((c | 0x20) >= 0x61 && (c | 0x20) <= 0x66);
}

function digits(b: Uint8Array, p: number, end: number): number {
  const start = p;
  while (p < end && b[p]! >= 0x30 && b[p]! <= 0x39) p++;
  if (p === start) throw p >= end ? new Fault('SONIC_TEXT_END', end) : new Fault('SONIC_NUMBER_INVALID', p);
  return p;
}

/** `p`: a minus or a digit. */
export function skipNumber(b: Uint8Array, p: number, end: number): number {
  if (b[p] === 0x2d) p++;
  if (b[p] === 0x30) p++;
  else p = digits(b, p, end);
  let c = b[p];
  if (p < end && c === 0x2e) {
    p = digits(b, p + 1, end);
    c = b[p];
  }
  if (p < end && (c === 0x65 || c === 0x45)) {
    p++;
    if (p < end && (b[p] === 0x2b || b[p] === 0x2d)) p++;
    p = digits(b, p, end);
  }
  // 01 and -01: a digit may not follow a leading zero
  if (p < end && b[p]! >= 0x30 && b[p]! <= 0x39) throw new Fault('SONIC_NUMBER_INVALID', p);
  return p;
}

const words: Readonly<Record<number, string>> = { 0x74: 'true', 0x66: 'false', 0x6e: 'null' };

function skipWord(b: Uint8Array, p: number, end: number): number {
  const w = words[b[p]!];
  if (w === undefined) throw new Fault('SONIC_CHAR_INVALID', p);
  for (let i = 1; i < w.length; i++) {
    if (p + i >= end) throw new Fault('SONIC_TEXT_END', end);
    if (b[p + i] !== w.charCodeAt(i)) throw new Fault('SONIC_CHAR_INVALID', p + i);
  }
  return p + w.length;
}

/** `p`: at a key's quote or a blank before it. The offset of the value behind the colon, blanks skipped. */
export function skipKey(b: Uint8Array, p: number, end: number): number {
  p = blanks(b, p, end);
  if (p >= end) throw new Fault('SONIC_TEXT_END', end);
  if (b[p] !== 0x22) throw new Fault('SONIC_CHAR_INVALID', p);
  return skipColon(b, skipString(b, p + 1, end), end);
}

export function skipColon(b: Uint8Array, p: number, end: number): number {
  p = blanks(b, p, end);
  if (p >= end) throw new Fault('SONIC_TEXT_END', end);
  if (b[p] !== 0x3a) throw new Fault('SONIC_CHAR_INVALID', p);
  return blanks(b, p + 1, end);
}

const OBJECT = 1;
const ARRAY = 2;
let stack = new Uint8Array(256);

/**
 * Steps over one value that begins at `p` (a blank may come before it), checking its grammar. The offset behind it.
 * Errors: {@link Fault}.
 */
export function skipValue(b: Uint8Array, p: number, end: number, maxDepth: number): number {
  let depth = 0;
  for (;;) {
    p = blanks(b, p, end);
    if (p >= end) throw new Fault('SONIC_TEXT_END', end);
    const c = b[p]!;
    if (c === 0x22) {
      p = skipString(b, p + 1, end);
    } else if (c === 0x2d || (c >= 0x30 && c <= 0x39)) {
      p = skipNumber(b, p, end);
    } else if (c === 0x7b || c === 0x5b) {
      if (depth >= maxDepth) throw new Fault('SONIC_DEPTH_EXCEEDED', p);
      const q = blanks(b, p + 1, end);
      if (b[q] === c + 2 && q < end) {
        p = q + 1;
      } else {
        if (depth === stack.length) stack = larger(stack);
        stack[depth++] = c === 0x7b ? OBJECT : ARRAY;
        p = c === 0x7b ? skipKey(b, q, end) : q;
        continue;
      }
    } else {
      p = skipWord(b, p, end);
    }
    // Behind a value: close what is closed, go on behind a comma.
    for (;;) {
      if (depth === 0) return p;
      p = blanks(b, p, end);
      if (p >= end) throw new Fault('SONIC_TEXT_END', end);
      const d = b[p]!;
      const object = stack[depth - 1] === OBJECT;
      if (d === 0x2c) {
        p = object ? skipKey(b, p + 1, end) : p + 1;
        break;
      }
      if (d !== (object ? 0x7d : 0x5d)) throw new Fault('SONIC_CHAR_INVALID', p);
      depth--;
      p++;
    }
  }
}

function larger(s: Uint8Array): Uint8Array<ArrayBuffer> {
  const n = new Uint8Array(s.length * 4);
  n.set(s);
  return n;
}

/**
 * Steps over one value by matching brackets and quotes alone: faster, and true only of a text that is known to be JSON. Never reads outside the bytes.
 * Errors: {@link Fault} when the text ends too soon.
 */
export function skipTrusted(b: Uint8Array, p: number, end: number): number {
  p = blanks(b, p, end);
  if (p >= end) throw new Fault('SONIC_TEXT_END', end);
  let c = b[p]!;
  if (c === 0x22) return trustedString(b, p + 1, end);
  if (c !== 0x7b && c !== 0x5b) {
    while (p < end && (c = b[p]!) !== 0x2c && c !== 0x7d && c !== 0x5d && c > 0x20) p++;
    return p;
  }
  let depth = 0;
  for (; p < end; p++) {
    c = b[p]!;
    if (c === 0x22) {
      p = trustedString(b, p + 1, end) - 1;
    } else if (c === 0x7b || c === 0x5b) {
      depth++;
    } else if (c === 0x7d || c === 0x5d) {
      if (--depth === 0) return p + 1;
    }
  }
  throw new Fault('SONIC_TEXT_END', end);
}

function trustedString(b: Uint8Array, p: number, end: number): number {
  for (; p < end; p++) {
    const c = b[p];
    if (c === 0x22) return p + 1;
    if (c === 0x5c) p++;
  }
  throw new Fault('SONIC_TEXT_END', end);
}

/** Checks that `bytes` are one JSON value and nothing else; the error, or undefined. `source` is what the error shows. */
export function validateBytes(bytes: Uint8Array, source: Source, maxDepth: number): SonicSyntaxError | undefined {
  try {
    const end = bytes.length;
    const p = blanks(bytes, skipValue(bytes, 0, end, maxDepth), end);
    if (p < end) throw new Fault('SONIC_CHAR_INVALID', p);
    if (typeof source !== 'string' && !isUtf8(bytes)) throw new Fault('SONIC_UTF8_INVALID', firstInvalid(bytes));
    return undefined;
  } catch (e) {
    if (e instanceof Fault) return syntaxError(e, source, bytes);
    throw e;
  }
}

/** Offset of the first byte that no UTF-8 sequence explains. */
export function firstInvalid(bytes: Uint8Array): number {
  let low = 0;
  let high = bytes.length;
  // A prefix may end inside a sequence: then three more bytes decide.
  const good = (n: number): boolean => isUtf8(bytes.subarray(0, n)) || isUtf8(bytes.subarray(0, n + 1)) || isUtf8(bytes.subarray(0, n + 2)) || isUtf8(bytes.subarray(0, n + 3));
  while (low < high) {
    const mid = (low + high + 1) >> 1;
    if (good(mid)) low = mid;
    else high = mid - 1;
  }
  return low;
}
