// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { parse } from '@cloudwego/sonic';
import { DynamicError } from '../errors.js';

/** Bytes of a string that are more than themselves: the quote, the backslash, control characters. */
const SPECIAL: Uint8Array = Uint8Array.from({ length: 256 }, (_, c) => (c === 0x22 || c === 0x5c || c < 0x20 ? 1 : 0));
const POW10: readonly number[] = Array.from({ length: 23 }, (_, i) => 10 ** i);

interface Sliceable {
  utf8Slice(start: number, end: number): string;
  latin1Slice(start: number, end: number): string;
}

/**
 * Walks over JSON as bytes. `p` is where it stands. Reads beyond the end give undefined, which no rule takes.
 * Errors: {@link DynamicError} PILOTA_DYNAMIC_JSON_INVALID with the offset of the byte.
 */
export class JsonScanner {
  b: Buffer;
  p: number;
  maxDepth: number;
  depth: number;

  constructor(maxDepth: number) {
    this.b = Buffer.alloc(0);
    this.p = 0;
    this.maxDepth = maxDepth;
    this.depth = 0;
  }

  fail(wanted: string, at: number = this.p): never {
    const c = this.b[at];
    const got = c === undefined ? 'the end' : c > 0x20 && c < 0x7f ? `"${String.fromCharCode(c)}"` : `0x${c.toString(16).padStart(2, '0')}`;
    throw new DynamicError('PILOTA_DYNAMIC_JSON_INVALID', `JSON at byte ${at}: got ${got}, wanted ${wanted}`);
  }

  /** Passes over whitespace and gives the byte after it, without taking it. */
  ws(): number {
    const { b } = this;
    let c = b[this.p]!;
    if (c > 0x20) return c;
    while (c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09) c = b[++this.p]!;
    return c;
  }

  /** `null`, `true`, `false`: what begins with a letter. */
  word(text: string): void {
    for (let i = 0; i < text.length; i++) if (this.b[this.p + i] !== text.charCodeAt(i)) this.fail(text, this.p + i);
    this.p += text.length;
  }

  /** Where the string ends whose first byte after the quote is at `start`: its closing quote. Negative = the same, but something in it is escaped. */
  stringEnd(start: number): number {
    const { b } = this;
    let i = start;
    while (SPECIAL[b[i]!] === 0) i++;
    if (b[i] === 0x22) return i;
    for (;;) {
      const c = b[i];
      if (c === 0x22) return -i;
      if (c === 0x5c) i += 2;
      else if (c === undefined || c < 0x20) this.fail('a character of a string', i);
      else i++;
    }
  }

  /** The text of a string; stands behind it afterwards. */
  string(): string {
    const start = this.p + 1;
    const e = this.stringEnd(start);
    const end = e < 0 ? -e : e;
    this.p = end + 1;
    const b = this.b as unknown as Sliceable;
    return e < 0 ? this.unescape(start - 1, end + 1) : b.utf8Slice(start, end);
  }

  unescape(start: number, end: number): string {
    const text = (this.b as unknown as Sliceable).utf8Slice(start, end);
    try {
      return parse<string>(text);
    } catch {
      this.fail('a string without a wrong escape', start);
    }
  }

  /** The text of a number; stands behind it afterwards. Errors: what is no number of JSON. */
  numberText(): string {
    const start = this.p;
    const { b } = this;
    let i = start;
    for (let c = b[i]!; (c >= 0x30 && c <= 0x39) || c === 0x2d || c === 0x2b || c === 0x2e || c === 0x65 || c === 0x45; c = b[i]!) i++;
    const text = (b as unknown as Sliceable).latin1Slice(start, i);
    if (!/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text)) this.fail('a number', start);
    this.p = i;
    return text;
  }

  /**
   * An integer of up to fifteen digits, which most are; NaN = it is something else, and nothing was taken. (Fifteen, so that what is added up is exact.)
   */
  shortInt(): number {
    const { b } = this;
    let i = this.p;
    const negative = b[i] === 0x2d;
    if (negative) i++;
    const first = i;
    let n = 0;
    let d = b[i]! - 0x30;
    while (d >= 0 && d <= 9) {
      n = n * 10 + d;
      d = b[++i]! - 0x30;
    }
    const digits = i - first;
    // 0x2e - 0x30, 0x65 - 0x30, 0x45 - 0x30: a point or an exponent follows.
    if (digits === 0 || digits > 15 || d === -2 || d === 0x35 || d === 0x15 || (digits > 1 && b[first] === 0x30)) return NaN;
    this.p = i;
    return negative ? -n : n;
  }

  /** A double. Up to fifteen digits with a point among them are exact as a quotient (Clinger); the rest is for the engine. */
  double(): number {
    const { b } = this;
    let i = this.p;
    const negative = b[i] === 0x2d;
    if (negative) i++;
    const first = i;
    let n = 0;
    let d = b[i]! - 0x30;
    while (d >= 0 && d <= 9) {
      n = n * 10 + d;
      d = b[++i]! - 0x30;
    }
    let digits = i - first;
    const whole = digits;
    let scale = 0;
    if (d === -2) {
      d = b[++i]! - 0x30;
      while (d >= 0 && d <= 9) {
        n = n * 10 + d;
        scale++;
        d = b[++i]! - 0x30;
      }
      digits += scale;
      if (scale === 0) return Number(this.numberText());
    }
    if (whole === 0 || digits > 15 || d === 0x35 || d === 0x15 || (whole > 1 && b[first] === 0x30)) return Number(this.numberText());
    this.p = i;
    const v = scale === 0 ? n : n / POW10[scale]!;
    return negative ? -v : v;
  }

  /** Passes over any value. */
  skip(): void {
    const c = this.ws();
    if (c === 0x22) {
      const start = this.p;
      const e = this.stringEnd(start + 1);
      this.p = (e < 0 ? -e : e) + 1;
      if (e < 0) this.unescape(start, this.p);
    } else if (c === 0x7b) this.skipAll(0x7d, true);
    else if (c === 0x5b) this.skipAll(0x5d, false);
    else if (c === 0x74) this.word('true');
    else if (c === 0x66) this.word('false');
    else if (c === 0x6e) this.word('null');
    else if (c === 0x2d || (c >= 0x30 && c <= 0x39)) this.numberText();
    else this.fail('a value');
  }

  private skipAll(close: number, keys: boolean): void {
    this.enter();
    this.p++;
    if (this.ws() === close) this.p++;
    else {
      for (;;) {
        if (keys) {
          if (this.ws() !== 0x22) this.fail('a key');
          this.skip();
          if (this.ws() !== 0x3a) this.fail('":"');
          this.p++;
        }
        this.skip();
        const c = this.ws();
        this.p++;
        if (c === close) break;
        if (c !== 0x2c) this.fail(`"," or "${String.fromCharCode(close)}"`, this.p - 1);
      }
    }
    this.depth--;
  }

  /** Whether the object that is the whole text has a key. */
  hasKey(key: string): boolean {
    if (this.ws() !== 0x7b) return false;
    this.p++;
    while (this.ws() === 0x22) {
      if (this.string() === key) return true;
      if (this.ws() !== 0x3a) this.fail('":"');
      this.p++;
      this.skip();
      if (this.ws() !== 0x2c) break;
      this.p++;
    }
    return false;
  }

  enter(): void {
    if (++this.depth > this.maxDepth) throw new DynamicError('PILOTA_DYNAMIC_DEPTH_EXCEEDED', `JSON at byte ${this.p}: nested deeper than ${this.maxDepth} levels`);
  }
}
