// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { isUtf8 } from 'node:buffer';
import type { SyntaxCode } from '../errors.js';
import { SonicSyntaxError } from '../errors.js';
import type { ResolvedParse } from '../options.js';
import { MAX_DIGITS, RawNumber } from '../raw.js';
import { utf8 } from '../text.js';
import type { Source } from '../types.js';

type Members = Record<string, unknown>;

/** What is open: an array that grows, or an object with the key whose value is being read. */
interface Frame {
  readonly array: unknown[] | undefined;
  readonly object: Members | undefined;
  key: string;
  /** The value of this key is dropped: forbidden, or not the first of its name. */
  drop: boolean;
}

/**
 * The parser that loses nothing: integers of any size, duplicate and prototype-reaching keys seen, raw numbers. One pass over UTF-16 units, no recursion.
 * Errors: {@link SonicSyntaxError}; `source` is what offsets count in.
 */
export function parseExact(text: string, source: Source, o: ResolvedParse): unknown {
  return new ExactParser(text, source, o).parse();
}

const KEYS = 256;

class ExactParser {
  private readonly text: string;
  private readonly source: Source;
  private readonly o: ResolvedParse;
  private pos = 0;
  private readonly end: number;
  private readonly frames: Frame[] = [];
  /** Keys seen lately: one comparison instead of a new string that has to be looked up. */
  private readonly keys: (string | undefined)[] = new Array<string | undefined>(KEYS).fill(undefined);

  constructor(text: string, source: Source, o: ResolvedParse) {
    this.text = text;
    this.source = source;
    this.o = o;
    this.end = text.length;
  }

  parse(): unknown {
    const { frames, end } = this;
    for (;;) {
      let v: unknown;
      const c = this.next();
      if (c === 0x22) {
        v = this.string();
      } else if (c === 0x7b || c === 0x5b) {
        if (frames.length >= this.o.maxDepth) throw this.fault('SONIC_DEPTH_EXCEEDED', this.pos);
        this.pos++;
        const close = this.next();
        if (close === c + 2) {
          this.pos++;
          v = c === 0x7b ? {} : [];
        } else {
          if (c === 0x7b) {
            const f: Frame = { array: undefined, object: {}, key: '', drop: false };
            frames.push(f);
            this.key(f);
          } else {
            frames.push({ array: [], object: undefined, key: '', drop: false });
          }
          continue;
        }
      } else if (c === 0x2d || (c >= 0x30 && c <= 0x39)) {
        v = this.number();
      } else {
        v = this.word(c);
      }
      // Behind a value: keep it, close what is closed.
      for (;;) {
        const f = frames[frames.length - 1];
        if (f === undefined) {
          this.blanks();
          if (this.pos < end) throw this.fault('SONIC_CHAR_INVALID', this.pos);
          return v;
        }
        if (f.array !== undefined) f.array.push(v);
        else if (!f.drop) this.assign(f, v);
        const d = this.next();
        if (d === 0x2c) {
          this.pos++;
          if (f.object !== undefined) this.key(f);
          break;
        }
        if (d !== (f.array === undefined ? 0x7d : 0x5d)) throw this.fault('SONIC_CHAR_INVALID', this.pos);
        this.pos++;
        frames.pop();
        v = f.array ?? f.object;
      }
    }
  }

  private assign(f: Frame, v: unknown): void {
    const { key } = f;
    const o = f.object!;
    if (key === '__proto__') Object.defineProperty(o, key, { value: v, writable: true, enumerable: true, configurable: true });
    else if (key === 'constructor' && this.o.proto !== 'ignore' && typeof v === 'object' && v !== null && Object.hasOwn(v, 'prototype')) this.forbidden(key);
    else o[key] = v;
  }

  /** A key that reaches a prototype: left out, or an error. */
  private forbidden(key: string): boolean {
    if (this.o.proto === 'error') throw this.fault('SONIC_KEY_FORBIDDEN', this.pos, `the key "${key}" reaches a prototype (proto: 'error')`);
    return true;
  }

  private key(f: Frame): void {
    if (this.next() !== 0x22) throw this.fault('SONIC_CHAR_INVALID', this.pos);
    const at = this.pos;
    f.key = this.name();
    f.drop = f.key === '__proto__' && this.o.proto !== 'ignore' && this.forbidden(f.key);
    if (this.o.duplicates !== 'last' && Object.hasOwn(f.object!, f.key)) {
      if (this.o.duplicates === 'error') throw this.fault('SONIC_KEY_DUPLICATE', at, `duplicate key "${f.key.slice(0, 100)}"`);
      f.drop = true;
    }
    if (this.next() !== 0x3a) throw this.fault('SONIC_CHAR_INVALID', this.pos);
    this.pos++;
  }

  /** A key: from those seen lately where it is one of them. */
  private name(): string {
    const { text } = this;
    const start = this.pos + 1;
    let h = 0;
    let p = start;
    let c = 0;
    while (p < this.end && (c = text.charCodeAt(p)) !== 0x22 && c !== 0x5c && c >= 0x20) {
      h = (h * 31 + c) | 0;
      p++;
    }
    if (c !== 0x22 || p >= this.end || p - start > 40) return this.string();
    this.pos = p + 1;
    const slot = h & (KEYS - 1);
    const known = this.keys[slot];
    if (known !== undefined && known.length === p - start && text.startsWith(known, start)) return known;
    return (this.keys[slot] = text.slice(start, p));
  }

  private blanks(): void {
    const { text } = this;
    let p = this.pos;
    let c: number;
    while ((c = text.charCodeAt(p)) === 0x20 || c === 0x0a || c === 0x0d || c === 0x09) p++;
    this.pos = p;
  }

  /** The unit that comes next, blanks skipped. */
  private next(): number {
    this.blanks();
    if (this.pos >= this.end) throw this.fault('SONIC_TEXT_END', this.end);
    return this.text.charCodeAt(this.pos);
  }

  private word(c: number): unknown {
    const w = c === 0x74 ? 'true' : c === 0x66 ? 'false' : c === 0x6e ? 'null' : undefined;
    if (w === undefined) throw this.fault('SONIC_CHAR_INVALID', this.pos);
    if (!this.text.startsWith(w, this.pos)) {
      let i = 1;
      while (this.pos + i < this.end && this.text.charCodeAt(this.pos + i) === w.charCodeAt(i)) i++;
      throw this.pos + i >= this.end ? this.fault('SONIC_TEXT_END', this.end) : this.fault('SONIC_CHAR_INVALID', this.pos + i);
    }
    this.pos += w.length;
    return c === 0x6e ? null : c === 0x74;
  }

  private digits(p: number): number {
    const start = p;
    let c: number;
    while ((c = this.text.charCodeAt(p)) >= 0x30 && c <= 0x39) p++;
    if (p === start) throw p >= this.end ? this.fault('SONIC_TEXT_END', this.end) : this.fault('SONIC_NUMBER_INVALID', p);
    return p;
  }

  private number(): unknown {
    const { text, o } = this;
    const start = this.pos;
    let p = start;
    if (text.charCodeAt(p) === 0x2d) p++;
    if (text.charCodeAt(p) === 0x30) p++;
    else p = this.digits(p);
    const whole = p;
    let c = text.charCodeAt(p);
    if (c === 0x2e) {
      p = this.digits(p + 1);
      c = text.charCodeAt(p);
    }
    if (c === 0x65 || c === 0x45) {
      p++;
      c = text.charCodeAt(p);
      if (c === 0x2b || c === 0x2d) p++;
      p = this.digits(p);
    }
    if ((c = text.charCodeAt(p)) >= 0x30 && c <= 0x39) throw this.fault('SONIC_NUMBER_INVALID', p);
    this.pos = p;
    if (o.numbers === 'raw') return new RawNumber(text.slice(start, p));
    if (p === whole && p - start < 10) {
      // Short integers: cheaper than a string and a conversion.
      let v = 0;
      const negative = text.charCodeAt(start) === 0x2d;
      for (let i = negative ? start + 1 : start; i < p; i++) v = v * 10 + text.charCodeAt(i) - 0x30;
      if (o.integers === 'bigint') return BigInt(negative ? -v : v);
      return negative ? -v : v;
    }
    const token = text.slice(start, p);
    const v = Number(token);
    if (p !== whole || o.integers === 'number') return v;
    if (o.integers === 'bigint' || !Number.isSafeInteger(v)) {
      if (token.length > MAX_DIGITS) throw this.fault('SONIC_NUMBER_INVALID', start, `an integer of ${token.length} characters, wanted at most ${MAX_DIGITS}; numbers: 'raw' keeps any`);
      return BigInt(token);
    }
    return v;
  }

  /** At an opening quote; the value of the string. */
  private string(): string {
    const { text, end } = this;
    const start = this.pos + 1;
    let p = start;
    let c = 0;
    while (p < end && (c = text.charCodeAt(p)) !== 0x22 && c !== 0x5c && c >= 0x20) p++;
    if (p >= end) throw this.fault('SONIC_TEXT_END', end);
    if (c === 0x22) {
      this.pos = p + 1;
      return text.slice(start, p);
    }
    if (c < 0x20) throw this.fault('SONIC_CHAR_INVALID', p);
    return this.escaped(start, p);
  }

  /** The rest of a string, from its first backslash on. */
  private escaped(start: number, p: number): string {
    const { text, end } = this;
    let out = '';
    let from = start;
    for (;;) {
      let c = 0;
      while (p < end && (c = text.charCodeAt(p)) !== 0x22 && c !== 0x5c && c >= 0x20) p++;
      if (p >= end) throw this.fault('SONIC_TEXT_END', end);
      if (c < 0x20) throw this.fault('SONIC_CHAR_INVALID', p);
      out += text.slice(from, p);
      if (c === 0x22) {
        this.pos = p + 1;
        return out;
      }
      if (p + 1 >= end) throw this.fault('SONIC_TEXT_END', end);
      const e = text.charCodeAt(p + 1);
      if (e === 0x75) {
        let unit = 0;
        for (let i = 2; i < 6; i++) {
          if (p + i >= end) throw this.fault('SONIC_TEXT_END', end);
          const d = hexDigit(text.charCodeAt(p + i));
          if (d < 0) throw this.fault('SONIC_UNICODE_INVALID', p + i);
          unit = unit * 16 + d;
        }
        out += String.fromCharCode(unit);
        p += 6;
      } else {
        const at = '"\\/bfnrt'.indexOf(text[p + 1]!);
        if (at < 0) throw this.fault('SONIC_ESCAPE_INVALID', p + 1);
        out += '"\\/\b\f\n\r\t'[at]!;
        p += 2;
      }
      from = p;
    }
  }

  /** `at` counts UTF-16 units of the text; the error counts in the source's own. */
  private fault(code: SyntaxCode, at: number, detail?: string): SonicSyntaxError {
    return new SonicSyntaxError(code, this.source, typeof this.source === 'string' ? at : byteOffset(this.source, this.text, at), detail);
  }
}

/** The byte of `b` at which unit `at` of its text begins. */
function byteOffset(b: Uint8Array, text: string, at: number): number {
  if (isUtf8(b)) return Buffer.byteLength(text.slice(0, at), 'utf8');
  // Some bytes were replaced, and what stands for them has another length.
  let low = 0;
  let high = b.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (utf8(b, 0, mid).length < at) low = mid + 1;
    else high = mid;
  }
  return low;
}

function hexDigit(c: number): number {
  if (c >= 0x30 && c <= 0x39) return c - 0x30;
  c |= 0x20;
  return c >= 0x61 && c <= 0x66 ? c - 0x57 : -1;
}
