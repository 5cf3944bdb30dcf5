// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { SonicTypeError } from '../errors.js';
import type { ParseOptions } from '../options.js';
import { resolveParse } from '../options.js';
import { parseInside } from '../parse/parse.js';
import { exactInteger } from '../raw.js';
import { guarded, skipColon } from '../scan/skip.js';
import { utf8 } from '../text.js';
import type { JsonType, Path } from '../types.js';
import { Document, keyEnd, nextItem, nextMember, readKey, seek, stringAt, typeAt } from './document.js';

const INTEGER = /^-?\d+$/;

/**
 * A value that was found and not yet made: a window of the source. Immutable, so any number of readers may share it.
 * Owns:   nothing; it keeps the source's bytes alive and shows whatever they are changed to. With `copy` it has bytes of its own.
 * Source: bytedance/sonic ast.Node (as found by a Searcher), sonic-rs LazyValue.
 */
export class LazyValue {
  readonly type: JsonType;
  /** Where the value begins in the source. Unit bytes of its UTF-8 form. */
  readonly start: number;
  /** Where it ends. */
  readonly end: number;
  private readonly doc: Document;

  /** Made by `get` and its sisters. */
  constructor(doc: Document, start: number, end: number) {
    this.doc = doc;
    this.start = start;
    this.end = end;
    this.type = typeAt(doc.bytes, start, end);
  }

  /** The value's text. */
  get raw(): string {
    return utf8(this.doc.bytes, this.start, this.end);
  }

  /** The value's bytes, a view of the source. */
  get bytes(): Uint8Array {
    return this.doc.bytes.subarray(this.start, this.end);
  }

  /** A value inside this one; undefined = absent. Errors: SonicSyntaxError for a text that is no JSON on the way. */
  get(...path: Path): LazyValue | undefined {
    return find(this.doc, this.start, path);
  }

  /** Errors: {@link SonicTypeError} (SONIC_TYPE_MISMATCH) unless it is a string. */
  asString(): string {
    this.want('string');
    const { doc, start, end } = this;
    return guarded(doc.source, doc.bytes, () => stringAt(doc.bytes, start, end));
  }

  /** The nearest double. Errors: {@link SonicTypeError} unless it is a number. */
  asNumber(): number {
    this.want('number');
    return Number(this.raw);
  }

  /** Exact. Errors: {@link SonicTypeError} unless it is a number without fraction and exponent. */
  asBigInt(): bigint {
    this.want('number');
    return exactInteger(this.raw, 'asBigInt');
  }

  /** Errors: {@link SonicTypeError} unless it is true or false. */
  asBoolean(): boolean {
    this.want('boolean');
    return this.doc.bytes[this.start] === 0x74;
  }

  /**
   * The value as another type, as leniently as the original: numbers, numeric strings, booleans and null turn into one another; null is 0, false or ''.
   * Errors: {@link SonicTypeError} for arrays, objects and strings that are no number. Source: ast.Node.Int64, Float64, Bool, String.
   */
  cast(to: 'string'): string;
  cast(to: 'number'): number;
  cast(to: 'bigint'): bigint;
  cast(to: 'boolean'): boolean;
  cast(to: 'string' | 'number' | 'bigint' | 'boolean'): string | number | bigint | boolean {
    if (this.type === 'array' || this.type === 'object') throw this.mismatch(`a value that can be cast to ${to}`);
    const text = this.type === 'string' ? this.asString() : this.type === 'null' ? '' : this.raw;
    if (to === 'string') return text;
    if (text === '' && this.type === 'null') return to === 'number' ? 0 : to === 'bigint' ? 0n : false;
    if (this.type === 'boolean') {
      const v = text === 'true';
      return to === 'boolean' ? v : to === 'number' ? Number(v) : BigInt(v);
    }
    if (to === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
    if (!/^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text)) throw this.mismatch(`a numeric string (got "${text.slice(0, 40)}")`);
    const n = Number(text);
    if (to === 'number') return n;
    if (to === 'boolean') return n !== 0;
    if (INTEGER.test(text)) return exactInteger(text, 'cast');
    if (!Number.isFinite(n)) throw this.mismatch(`a number that an integer can hold (got ${text.slice(0, 40)})`);
    return BigInt(Math.trunc(n));
  }

  /** The value itself, made by `parse` under `o`. */
  toJS<T = unknown>(o?: ParseOptions): T {
    const { doc, start, end } = this;
    return guarded(doc.source, doc.bytes, () => parseInside(doc.bytes, start, end, resolveParse(o))) as T;
  }

  /** Items of an array with their index, members of an object with their key, in the order of the text; duplicates too. */
  [Symbol.iterator](): IterableIterator<[string | number, LazyValue]> {
    return this.type === 'array' ? items(this.doc, this.start) : members(this.doc, this.start);
  }

  toString(): string {
    return this.raw;
  }

  private want(type: JsonType): void {
    if (this.type !== type) throw this.mismatch(`a ${type}`);
  }

  private mismatch(wanted: string): SonicTypeError {
    return new SonicTypeError('SONIC_TYPE_MISMATCH', `mismatched type: got ${this.type} at index ${this.start}, wanted ${wanted}`, [], this.start);
  }
}

/** The value at `path` from offset `p` on. */
export function find(d: Document, p: number, path: Path): LazyValue | undefined {
  return guarded(d.source, d.bytes, () => {
    d.begin();
    const start = seek(d, p, path);
    if (start < 0) return undefined;
    const end = d.skip(start, d.end, path.length);
    d.checkUtf8(p, end);
    return made(d, start, end);
  });
}

/** What was found, with bytes of its own where the search asked for that. */
export function made(d: Document, start: number, end: number): LazyValue {
  if (!d.copy) return new LazyValue(d, start, end);
  const bytes = Uint8Array.prototype.slice.call(d.bytes, start, end);
  return new LazyValue(new Document(bytes, { maxDepth: d.maxDepth, validate: d.trusted ? 'none' : 'passed', duplicates: d.last ? 'last' : 'first' }), 0, bytes.length);
}

function* items(d: Document, p: number): IterableIterator<[number, LazyValue]> {
  const b = d.bytes;
  const { end } = d;
  let at = guarded(d.source, b, () => {
    if (typeAt(b, p, end) !== 'array') throw new SonicTypeError('SONIC_TYPE_MISMATCH', `got ${typeAt(b, p, end)} at index ${p}, wanted an array`, [], p);
    return p + 1;
  });
  for (let i = 0; ; i++) {
    const v = guarded(d.source, b, () => {
      const start = nextItem(b, at, end, i === 0);
      if (start < 0) return undefined;
      at = d.skip(start, end, 1);
      d.checkUtf8(start, at);
      return made(d, start, at);
    });
    if (v === undefined) return;
    yield [i, v];
  }
}

function* members(d: Document, p: number): IterableIterator<[string, LazyValue]> {
  const b = d.bytes;
  const { end } = d;
  let at = guarded(d.source, b, () => {
    if (typeAt(b, p, end) !== 'object') throw new SonicTypeError('SONIC_TYPE_MISMATCH', `got ${typeAt(b, p, end)} at index ${p}, wanted an object`, [], p);
    return p + 1;
  });
  for (let first = true; ; first = false) {
    const pair = guarded(d.source, b, (): [string, LazyValue] | undefined => {
      const key = nextMember(b, at, end, first);
      if (key < 0) return undefined;
      const name = readKey(b, key, end);
      const start = skipColon(b, keyEnd, end);
      at = d.skip(start, end, 1);
      d.checkUtf8(key, at);
      return [name, made(d, start, at)];
    });
    if (pair === undefined) return;
    yield pair;
  }
}

export { items as itemsOf, members as membersOf };
