// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { SonicOptionError, SonicTypeError } from './errors.js';
import type { SonicSyntaxError } from './errors.js';
import type { ResolvedParse, ResolvedStringify, SonicConfig } from './options.js';
import { resolveConfig } from './options.js';
import { checkSize, parseWith } from './parse/parse.js';
import { validateBytes } from './scan/skip.js';
import { stringifyWith } from './stringify/stringify.js';
import { encodeText, isBytes } from './text.js';
import type { Source } from './types.js';

/**
 * JSON under one set of options, which are checked once.
 * Presets: `Sonic.default` is what the functions of this package use; `Sonic.std` writes as Go's encoding/json does (HTML characters as escapes, keys sorted by
 * their UTF-8 bytes, NaN an error) and reads as the default does; `Sonic.fastest` reads as JSON.parse does: integers are doubles, prototype-reaching keys pass, bad
 * UTF-8 becomes U+FFFD.
 * Source: bytedance/sonic sonic.go Config, ConfigDefault, ConfigStd, ConfigFastest.
 */
export class Sonic {
  private static made: { readonly default: Sonic; readonly std: Sonic; readonly fastest: Sonic } | undefined = undefined;
  private readonly parsing: ResolvedParse;
  private readonly writing: ResolvedStringify;

  /** Errors: SonicOptionError names the option, what came and what is allowed. */
  constructor(config?: SonicConfig) {
    const r = resolveConfig(config);
    this.parsing = r.parse;
    this.writing = r.stringify;
  }

  private static presets(): { readonly default: Sonic; readonly std: Sonic; readonly fastest: Sonic } {
    return (Sonic.made ??= {
      default: new Sonic(),
      std: new Sonic({ escapeHTML: true, sortKeys: byUtf8, nonFinite: 'error' }),
      fastest: new Sonic({ integers: 'number', proto: 'ignore', utf8: 'replace' }),
    });
  }

  /** Loses nothing: every option at its default. */
  static get default(): Sonic {
    return Sonic.presets().default;
  }

  /** Writes as Go's encoding/json does. */
  static get std(): Sonic {
    return Sonic.presets().std;
  }

  /** Does what JSON.parse does and no more. */
  static get fastest(): Sonic {
    return Sonic.presets().fastest;
  }

  /** Text or bytes to a value. Errors: {@link SonicSyntaxError} with place and code. */
  parse<T = unknown>(source: Source): T {
    return parseWith(source, this.parsing) as T;
  }

  /** Value to text. Errors: {@link SonicTypeError} for a cycle, too deep a value, and what has no JSON form (undefined, a function, a symbol). */
  stringify(v: unknown): string {
    const text = stringifyWith(v, this.writing);
    if (text === undefined) throw new SonicTypeError('SONIC_TYPE_UNSUPPORTED', `got ${typeof v}, which has no JSON form`);
    return text;
  }

  /** Value to UTF-8 bytes, owned by the caller. */
  encode(v: unknown): Uint8Array {
    return Buffer.from(this.stringify(v), 'utf8');
  }

  /** Writes the UTF-8 bytes at the start of `into`. `fits` is false, and `written` 0, where there is too little room. */
  encodeInto(v: unknown, into: Uint8Array): { readonly fits: boolean; readonly written: number } {
    const text = this.stringify(v);
    if (Buffer.byteLength(text, 'utf8') > into.length) return { fits: false, written: 0 };
    return { fits: true, written: Buffer.from(into.buffer, into.byteOffset, into.byteLength).write(text, 'utf8') };
  }

  /** Whether `source` is one JSON value and nothing else. */
  valid(source: Source): boolean {
    return this.validate(source) === undefined;
  }

  /** The error that `parse` would give for the grammar, UTF-8 and size of `source`, without making the value; undefined = none. */
  validate(source: Source): SonicSyntaxError | undefined {
    if (typeof source !== 'string' && !isBytes(source)) throw new SonicOptionError('validate: wanted a string or bytes');
    try {
      checkSize(source, this.parsing);
    } catch (e) {
      return e as SonicSyntaxError;
    }
    return validateBytes(typeof source === 'string' ? encodeText(source) : source, source, this.parsing.maxDepth);
  }
}

/** Order of the UTF-8 bytes, which is that of the code points. Surrogates, which stand for what is above U+FFFF, come behind U+E000 to U+FFFF. */
function byUtf8(a: string, b: string): number {
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** Text or bytes to a value, losing nothing: see {@link Sonic.parse}. */
export function parse<T = unknown>(source: Source): T {
  return Sonic.default.parse<T>(source);
}

/** Value to text: see {@link Sonic.stringify}. */
export function stringify(v: unknown): string {
  return Sonic.default.stringify(v);
}

/** Value to UTF-8 bytes. */
export function encode(v: unknown): Uint8Array {
  return Sonic.default.encode(v);
}

/** Whether `source` is one JSON value and nothing else. */
export function valid(source: Source): boolean {
  return Sonic.default.valid(source);
}
