// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { excerpt, isBytes, locate } from './text.js';
import type { Path, Source } from './types.js';

/** Stable codes of {@link SonicSyntaxError}, with the number and text that the original has for each. */
export const SyntaxCode = {
  SONIC_TEXT_END: 'eof',
  SONIC_CHAR_INVALID: 'invalid char',
  SONIC_ESCAPE_INVALID: 'invalid escape char',
  SONIC_UNICODE_INVALID: 'invalid unicode escape',
  SONIC_NUMBER_INVALID: 'invalid number format',
  SONIC_NUMBER_INFINITE: 'float number is infinity',
  SONIC_DEPTH_EXCEEDED: 'recursion exceeded max depth',
  SONIC_UTF8_INVALID: 'invalid UTF8',
  SONIC_KEY_DUPLICATE: 'duplicate key',
  SONIC_KEY_FORBIDDEN: 'key that reaches a prototype',
  SONIC_SIZE_EXCEEDED: 'text exceeded max bytes',
} as const;
export type SyntaxCode = keyof typeof SyntaxCode;

/** Decided by the literal `type`, so that it holds across two installed copies. */
function hasType(type: string, value: unknown): boolean {
  for (let p: unknown = value; typeof p === 'object' && p !== null; p = Object.getPrototypeOf(p)) {
    if ((p as { constructor?: { type?: unknown } }).constructor?.type === type) return true;
  }
  return false;
}

/**
 * A text is not the JSON that it should be.
 * Units:  `index`, `column` (from 1) and `line` (from 1) count bytes where the source is bytes, UTF-16 units where it is a string.
 * Source: bytedance/sonic internal/decoder/errors/errors.go SyntaxError.
 */
export class SonicSyntaxError extends SyntaxError {
  static readonly type: string = 'sonic/SonicSyntaxError';
  static override [Symbol.hasInstance](this: { readonly type: string }, value: unknown): boolean {
    return hasType(this.type, value);
  }
  readonly originalName: string = 'decoder.SyntaxError';
  readonly code: SyntaxCode;
  readonly index: number;
  readonly line: number;
  readonly column: number;
  private readonly shown: string;

  constructor(code: SyntaxCode, source: Source, index: number, detail?: string) {
    const at = locate(source, index);
    super(`syntax error at index ${index} (line ${at.line}, column ${at.column}): ${detail ?? SyntaxCode[code]}`);
    this.name = 'SonicSyntaxError';
    this.code = code;
    this.index = index;
    this.line = at.line;
    this.column = at.column;
    this.shown = excerpt(source, index);
  }

  /** The message, and below it 16 characters before and after the place with a caret under it. */
  describe(): string {
    return `${this.message}\n\n\t${this.shown.replace('\n', '\n\t')}\n`;
  }
}

/** Stable codes of {@link SonicTypeError}. */
export type TypeCode = 'SONIC_TYPE_MISMATCH' | 'SONIC_TYPE_UNSUPPORTED' | 'SONIC_VALUE_CIRCULAR' | 'SONIC_VALUE_DEPTH' | 'SONIC_VALUE_RANGE' | 'SONIC_FIELD_UNKNOWN' | 'SONIC_FIELD_REQUIRED';

/** A value is of another type than the one asked for, or none that JSON has. `path` leads to it. Source: MismatchTypeError, UnsupportedTypeError. */
export class SonicTypeError extends TypeError {
  static readonly type: string = 'sonic/SonicTypeError';
  static override [Symbol.hasInstance](this: { readonly type: string }, value: unknown): boolean {
    return hasType(this.type, value);
  }
  readonly originalName: string | undefined;
  readonly code: TypeCode;
  readonly path: Path;
  /** Offset in the source; -1 where there is none. Unit bytes. */
  readonly index: number;

  constructor(code: TypeCode, message: string, path: Path = [], index = -1, options?: { readonly cause?: unknown }) {
    super(path.length === 0 ? message : `${showPath(path)}: ${message}`, options);
    this.name = 'SonicTypeError';
    this.code = code;
    this.path = path;
    this.index = index;
    this.originalName = code === 'SONIC_TYPE_MISMATCH' ? 'decoder.MismatchTypeError' : undefined;
  }
}

/** An option or argument was refused; the message says what came and what is allowed. */
export class SonicOptionError extends Error {
  static readonly type: string = 'sonic/SonicOptionError';
  static override [Symbol.hasInstance](this: { readonly type: string }, value: unknown): boolean {
    return hasType(this.type, value);
  }
  readonly code = 'SONIC_OPTION_INVALID';

  constructor(message: string) {
    super(message);
    this.name = 'SonicOptionError';
  }
}

/** A path as JavaScript would write it: `$.users[3]["first name"]`. */
export function showPath(path: Path): string {
  let out = '$';
  for (const p of path) out += typeof p === 'number' ? `[${p}]` : /^[A-Za-z_$][\w$]*$/.test(p) ? `.${p}` : `[${JSON.stringify(p)}]`;
  return out;
}

/** A short text for a message. */
export function show(v: unknown): string {
  if (typeof v === 'string') return v.length > 40 ? `"${v.slice(0, 40)}…"` : `"${v}"`;
  if (typeof v === 'bigint') return `${v}n`;
  if (typeof v === 'function') return 'a function';
  if (isBytes(v)) return 'bytes';
  if (Array.isArray(v)) return 'an array';
  return typeof v === 'object' && v !== null ? 'an object' : String(v);
}
