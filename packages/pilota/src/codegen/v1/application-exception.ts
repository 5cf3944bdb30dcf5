// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { CloudWeGoError } from '@cloudwego/gopkg/errors';
import type { ByteReader, ByteWriter } from '@cloudwego/gopkg/io';
import { skip } from './skip.js';
import { TType } from './ttype.js';

/** What kind of failure an {@link ApplicationException} reports. Source: apache/thrift TApplicationException, cloudwego/kitex pkg/remote/err.go. */
export const ApplicationExceptionType = {
  UNKNOWN: 0,
  UNKNOWN_METHOD: 1,
  INVALID_MESSAGE_TYPE: 2,
  WRONG_METHOD_NAME: 3,
  BAD_SEQUENCE_ID: 4,
  MISSING_RESULT: 5,
  INTERNAL_ERROR: 6,
  PROTOCOL_ERROR: 7,
  INVALID_TRANSFORM: 8,
  INVALID_PROTOCOL: 9,
  UNSUPPORTED_CLIENT_TYPE: 10,
} as const;

/** What a reader is told where the message is empty. Source: cloudwego/gopkg protocol/thrift/exception.go. */
const DEFAULT_TEXT: Readonly<Record<number, string>> = {
  0: 'unknown application exception',
  1: 'unknown method',
  2: 'invalid message type',
  3: 'wrong method name',
  4: 'bad sequence ID',
  5: 'missing result',
  6: 'unknown internal error',
  7: 'unknown protocol error',
  8: 'Invalid transform',
  9: 'Invalid protocol',
  10: 'Unsupported client type',
};

/**
 * The body of an EXCEPTION message: what a peer answers that could not serve the call.
 * Shape: struct { 1: string message, 2: i32 type }.
 */
export class ApplicationException extends CloudWeGoError {
  static override readonly type: string = 'pilota/ApplicationException';
  readonly code = 'PILOTA_THRIFT_APPLICATION';
  override readonly originalName: string | undefined = 'TApplicationException';
  readonly typeId: number;

  constructor(typeId: number, message: string) {
    super(message);
    this.typeId = typeId;
  }

  static encode(w: ByteWriter, v: { readonly message: string; readonly typeId: number }): void {
    w.u8(TType.STRING);
    w.i16(1);
    w.string32(v.message);
    w.u8(TType.I32);
    w.i16(2);
    w.i32(v.typeId);
    w.u8(TType.STOP);
  }

  /** Reads one; an empty message becomes the usual text of its type. */
  static decode(r: ByteReader): ApplicationException {
    let message = '';
    let typeId = 0;
    for (;;) {
      const t = r.u8();
      if (t === TType.STOP) return new ApplicationException(typeId, message === '' ? (DEFAULT_TEXT[typeId] ?? `unknown exception type [${typeId}]`) : message);
      const id = r.i16();
      if (id === 1 && t === TType.STRING) message = r.string32();
      else if (id === 2 && t === TType.I32) typeId = r.i32();
      else skip(r, t);
    }
  }
}

/** A reply without a result. */
export function missingResult(method: string): ApplicationException {
  return new ApplicationException(ApplicationExceptionType.MISSING_RESULT, `${method}: the reply has no result`);
}
