// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { CloudWeGoError } from '@cloudwego/gopkg/errors';

/** Stable codes of {@link ThriftProtocolError}. */
export type ThriftProtocolCode =
  | 'PILOTA_THRIFT_DEPTH_EXCEEDED'
  | 'PILOTA_THRIFT_SIZE_INVALID'
  | 'PILOTA_THRIFT_TYPE_INVALID'
  | 'PILOTA_THRIFT_FIELD_REQUIRED'
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
