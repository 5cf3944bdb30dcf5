// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { CloudWeGoError } from '@cloudwego/gopkg/errors';

/** Stable codes of {@link ProtobufError}. */
export type ProtobufCode =
  | 'PILOTA_PROTOBUF_BYTES_INVALID'
  | 'PILOTA_PROTOBUF_DEPTH_EXCEEDED'
  | 'PILOTA_PROTOBUF_FIELD_REQUIRED'
  | 'PILOTA_PROTOBUF_JSON_INVALID'
  | 'PILOTA_PROTOBUF_TYPE_UNKNOWN'
  | 'PILOTA_PROTOBUF_UTF8_INVALID'
  | 'PILOTA_PROTOBUF_VALUE_RANGE';

/** Bytes or JSON are not the message that they should be, or a value does not fit its field. */
export class ProtobufError extends CloudWeGoError {
  static override readonly type: string = 'pilota/ProtobufError';
  readonly code: ProtobufCode;

  constructor(code: ProtobufCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** Bytes end in the middle of a value, or go on behind it. */
export function malformed(where: string): ProtobufError {
  return new ProtobufError('PILOTA_PROTOBUF_BYTES_INVALID', `${where}: a value does not end where its message does`);
}

/** A required field of proto2 is not there. */
export function missingField(message: string, field: string): ProtobufError {
  return new ProtobufError('PILOTA_PROTOBUF_FIELD_REQUIRED', `required field ${message}.${field} is not set`);
}

/** Messages lie deeper in one another than the limit. */
export function tooDeep(message: string): ProtobufError {
  return new ProtobufError('PILOTA_PROTOBUF_DEPTH_EXCEEDED', `nesting of ${message}: wanted at most 64 levels`);
}

/** A oneof has several of its fields set. */
export function oneofError(oneof: string): ProtobufError {
  return new ProtobufError('PILOTA_PROTOBUF_VALUE_RANGE', `oneof ${oneof}: several fields are set, wanted at most one`);
}

/** A value does not fit its type. */
export function wrong(where: string, value: unknown, wanted: string): ProtobufError {
  return new ProtobufError('PILOTA_PROTOBUF_VALUE_RANGE', `${where}: got ${show(value)}, wanted ${wanted}`);
}

/** A value in a message, cut where it is long. */
export function show(v: unknown): string {
  if (typeof v === 'string') return v.length > 40 ? `"${v.slice(0, 40)}…"` : `"${v}"`;
  if (typeof v === 'object' && v !== null) return Array.isArray(v) ? 'an array' : `an object of ${v.constructor?.name ?? 'no class'}`;
  return typeof v === 'bigint' ? `${v}n` : String(v);
}
