// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { CloudWeGoError } from '@cloudwego/gopkg/errors';

/** Stable codes of {@link DynamicError}. */
export type DynamicCode =
  | 'PILOTA_DYNAMIC_TYPE_MISMATCH'
  | 'PILOTA_DYNAMIC_VALUE_RANGE'
  | 'PILOTA_DYNAMIC_FIELD_REQUIRED'
  | 'PILOTA_DYNAMIC_FIELD_UNKNOWN'
  | 'PILOTA_DYNAMIC_VALUE_MISSING'
  | 'PILOTA_DYNAMIC_PATH_INVALID'
  | 'PILOTA_DYNAMIC_UNION_INVALID'
  | 'PILOTA_DYNAMIC_DEPTH_EXCEEDED'
  | 'PILOTA_DYNAMIC_BYTES_INVALID'
  | 'PILOTA_DYNAMIC_JSON_INVALID'
  | 'PILOTA_DYNAMIC_HTTP_INVALID';

/** One step of a path: the name or id of a field, an index, the key of a map. */
export type PathStep = string | number | bigint | boolean | Uint8Array;

/** The name in Go. Source: cloudwego/dynamicgo meta/error.go. */
const ORIGINAL: Readonly<Record<DynamicCode, string>> = {
  PILOTA_DYNAMIC_TYPE_MISMATCH: 'ErrDismatchType',
  PILOTA_DYNAMIC_VALUE_RANGE: 'ErrConvert',
  PILOTA_DYNAMIC_FIELD_REQUIRED: 'ErrMissRequiredField',
  PILOTA_DYNAMIC_FIELD_UNKNOWN: 'ErrUnknownField',
  PILOTA_DYNAMIC_VALUE_MISSING: 'ErrNotFound',
  PILOTA_DYNAMIC_PATH_INVALID: 'ErrInvalidParam',
  PILOTA_DYNAMIC_UNION_INVALID: 'ErrInvalidParam',
  PILOTA_DYNAMIC_DEPTH_EXCEEDED: 'ErrStackOverflow',
  PILOTA_DYNAMIC_BYTES_INVALID: 'ErrRead',
  PILOTA_DYNAMIC_JSON_INVALID: 'ErrRead',
  PILOTA_DYNAMIC_HTTP_INVALID: 'ErrInvalidParam',
};

/** A dynamic value does not fit its descriptor, or its bytes are not what they should be. The message begins with the place: `$.items[3].price: …`. */
export class DynamicError extends CloudWeGoError {
  static override readonly type: string = 'pilota/DynamicError';
  readonly code: DynamicCode;
  override readonly originalName: string | undefined;
  /** From the root to the place. */
  readonly path: readonly PathStep[];
  /** The message without the place. */
  readonly detail: string;

  constructor(code: DynamicCode, detail: string, path: readonly PathStep[] = [], options?: { readonly cause?: unknown }) {
    super(`${pathText(path)}: ${detail}`, options);
    this.code = code;
    this.originalName = ORIGINAL[code];
    this.path = path;
    this.detail = detail;
  }

  /** What was thrown inside of `step`, with the step in front of its path; errors of other kinds become the cause of one. */
  static at(e: unknown, step: PathStep): DynamicError {
    if (e instanceof DynamicError) return new DynamicError(e.code, e.detail, [step, ...e.path], 'cause' in e ? { cause: e.cause } : {});
    const code = (e as { readonly code?: unknown } | undefined)?.code;
    if (code === 'PILOTA_THRIFT_DEPTH_EXCEEDED') return new DynamicError('PILOTA_DYNAMIC_DEPTH_EXCEEDED', messageOf(e), [step], { cause: e });
    return new DynamicError('PILOTA_DYNAMIC_BYTES_INVALID', messageOf(e), [step], { cause: e });
  }
}

function messageOf(e: unknown): string {
  return e instanceof Error ? e.message : String(e);
}

/** `$.items[3]["a b"]`. */
export function pathText(path: readonly PathStep[]): string {
  let text = '$';
  for (const step of path) {
    if (typeof step === 'string') text += /^[A-Za-z_][A-Za-z0-9_]*$/.test(step) ? `.${step}` : `[${quote(step)}]`;
    else if (step instanceof Uint8Array) text += `[0x${Buffer.from(step.subarray(0, 16)).toString('hex')}]`;
    else text += `[${step}]`;
  }
  return text;
}

function quote(s: string): string {
  return `"${s.length > 40 ? `${s.slice(0, 40)}…` : s}"`;
}

/** A value as short text, for messages. */
export function show(v: unknown): string {
  if (typeof v === 'string') return quote(v);
  if (typeof v === 'bigint') return `${v}n`;
  if (Array.isArray(v)) return 'an array';
  if (v instanceof Uint8Array) return 'bytes';
  if (typeof v === 'object' && v !== null) return `an object${v.constructor === undefined || v.constructor === Object ? '' : ` of ${v.constructor.name}`}`;
  return typeof v === 'function' ? 'a function' : String(v);
}

/** A value is of another type than its place. */
export function mismatch(got: unknown, wanted: string): DynamicError {
  return new DynamicError('PILOTA_DYNAMIC_TYPE_MISMATCH', `got ${show(got)}, wanted ${wanted}`);
}
