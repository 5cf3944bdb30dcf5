// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { CloudWeGoError } from '@cloudwego/gopkg/errors';

/** Stable codes of {@link GrpcError}. */
export type GrpcErrorCode = 'GRPC_MESSAGE_INVALID' | 'GRPC_MESSAGE_TOO_LARGE' | 'GRPC_COMPRESSION_UNKNOWN' | 'GRPC_COMPRESSION_FAILED' | 'GRPC_STATE_INVALID';

/** A gRPC message is not one, or the engine was used wrongly. `status` is the gRPC status that tells the peer. */
export class GrpcError extends CloudWeGoError {
  static override readonly type: string = 'protocol/GrpcError';
  readonly code: GrpcErrorCode;
  readonly status: number;

  constructor(code: GrpcErrorCode, status: number, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
    this.status = status;
  }
}
