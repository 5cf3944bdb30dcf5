// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { excerpt, isBytes, locate, pathAt } from './text.js';
import type { Path, Source } from './types.js';

/** Stable codes of {@link SonicSyntaxError}. */
export type SyntaxCode =
  | 'SONIC_TEXT_END'
  | 'SONIC_CHAR_INVALID'
  | 'SONIC_ESCAPE_INVALID'
  | 'SONIC_UNICODE_INVALID'
  | 'SONIC_NUMBER_INVALID'
  | 'SONIC_DEPTH_EXCEEDED'
  | 'SONIC_UTF8_INVALID'
  | 'SONIC_KEY_DUPLICATE'
  | 'SONIC_KEY_FORBIDDEN'
  | 'SONIC_SIZE_EXCEEDED';

/** What each says; the words are the original's where it has the error. Source: bytedance/sonic internal/native/types/types.go ParsingError. */
export const reasons: Readonly<Record<SyntaxCode, string>> = {
  SONIC_TEXT_END: 'eof',
  SONIC_CHAR_INVALID: 'invalid char',
  SONIC_ESCAPE_INVALID: 'invalid escape char',
  SONIC_UNICODE_INVALID: 'invalid unicode escape',
  SONIC_NUMBER_INVALID: 'invalid number format',
  SONIC_DEPTH_EXCEEDED: 'recursion exceeded max depth',
  SONIC_UTF8_INVALID: 'invalid UTF8',
  SONIC_KEY_DUPLICATE: 'duplicate key',
  SONIC_KEY_FORBIDDEN: 'key that reaches a prototype',
  SONIC_SIZE_EXCEEDED: 'text exceeded max bytes',
};

/** Decided by the literal `type`, so that it holds across two installed copies. */
function hasType(type: string, value: unknown): boolean {
  for (let p: unknown = value; typeof p === 'object' && p !== null; p = Object.getPrototypeOf(p)) {
    if ((p as { constructor?: { type?: unknown } }).constructor?.type === type) return true;
  }
  return false;
}

/**
 * A text is not the JSON that it should be: it breaks the grammar, or a limit or rule that the options set.
 * Units:  `index` (from 0), `line` and `column` (from 1) count bytes where the source is bytes, UTF-16 units where it is a string.
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
  /** The way to the value in which the place lies; keys are cut at 100 characters. */
  readonly path: Path;
  /** The message without the place. */
  readonly reason: string;
  private readonly shown: string;

  constructor(code: SyntaxCode, source: Source, index: number, reason: string = reasons[code]) {
    const at = locate(source, index);
    const path = pathAt(source, index);
    super(`syntax error at index ${index} (line ${at.line}, column ${at.column})${path.length === 0 ? '' : ', in ' + showPath(path)}: ${reason}`);
    this.name = 'SonicSyntaxError';
    this.code = code;
    this.index = index;
    this.path = path;
    this.reason = reason;
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
  /** The message without the path. */
  readonly reason: string;

  constructor(code: TypeCode, reason: string, path: Path = [], index = -1, options?: { readonly cause?: unknown }) {
    super(path.length === 0 ? reason : `${showPath(path)}: ${reason}`, options);
    this.name = 'SonicTypeError';
    this.code = code;
    this.reason = reason;
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

/** Steps of a path that are shown at either end. */
const STEPS = 8;

/** A path as JavaScript would write it: `$.users[3]["first name"]`; the middle of a long one is left out. */
export function showPath(path: Path): string {
  if (path.length > 2 * STEPS) return showPath(path.slice(0, STEPS)) + '…' + showPath(path.slice(-STEPS)).slice(1);
  let out = '$';
  for (const p of path) out += typeof p === 'number' ? `[${p}]` : /^[A-Za-z_$][\w$]*$/.test(p) ? `.${p}` : `[${JSON.stringify(p)}]`;
  return out;
}

/** What a value is, for messages about values of users: never their text. */
export function typeName(v: unknown): string {
  if (typeof v === 'string') return 'a string';
  return v instanceof Map ? 'a Map' : v instanceof Set ? 'a Set' : show(v);
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
