// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { CloudWeGoError } from '@cloudwego/gopkg/errors';

/** Stable codes of {@link ThriftProtocolError}. */
export type ThriftProtocolCode =
  | 'PILOTA_THRIFT_DEPTH_EXCEEDED'
  | 'PILOTA_THRIFT_SIZE_INVALID'
  | 'PILOTA_THRIFT_TYPE_INVALID'
  | 'PILOTA_THRIFT_FIELD_REQUIRED'
  | 'PILOTA_THRIFT_SHAPE_MISSING'
  | 'PILOTA_THRIFT_UNION_INVALID'
  | 'PILOTA_THRIFT_VALUE_RANGE';

/** Bytes are not the Thrift that they should be, or a value does not fit its type. */
export class ThriftProtocolError extends CloudWeGoError {
  static override readonly type: string = 'pilota/ThriftProtocolError';
  override readonly originalName: string | undefined = 'thrift.ProtocolException';
  readonly code: ThriftProtocolCode;

  constructor(code: ThriftProtocolCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** A required field is not there. Text as in Go: "required field X is not set". */
export function missingField(struct: string, field: string): ThriftProtocolError {
  return new ThriftProtocolError('PILOTA_THRIFT_FIELD_REQUIRED', `required field ${struct}.${field} is not set`);
}

/** A union has none or several of its fields set. */
export function unionError(union: string, set: number): ThriftProtocolError {
  return new ThriftProtocolError('PILOTA_THRIFT_UNION_INVALID', `union ${union}: got ${set} fields set, wanted exactly one`);
}

/** A union arrived without any field that this edition of the IDL knows. */
export function unionUnknown(union: string): ThriftProtocolError {
  return new ThriftProtocolError('PILOTA_THRIFT_UNION_INVALID', `union ${union}: no known field is set`);
}

/** A recursive value goes deeper than the limit. */
export function tooDeep(struct: string): ThriftProtocolError {
  return new ThriftProtocolError('PILOTA_THRIFT_DEPTH_EXCEEDED', `nesting of ${struct}: wanted at most 64 levels`);
}
