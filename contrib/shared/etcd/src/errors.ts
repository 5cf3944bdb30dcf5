// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { CloudWeGoError } from '@cloudwego/gopkg/errors';

/** What an {@link EtcdError} may be about. */
export type EtcdCode =
  /** No endpoint answers. */
  | 'ETCD_SERVER_UNAVAILABLE'
  /** An answer did not come within `requestTimeoutMs`. */
  | 'ETCD_REQUEST_TIMEOUT'
  /** The server answered with an error; `status` is its gRPC status. */
  | 'ETCD_REQUEST_REFUSED'
  /** The server sent what makes no sense. */
  | 'ETCD_RESPONSE_INVALID'
  /** The client was closed, or its lease. */
  | 'ETCD_CLIENT_CLOSED';

/** What went wrong between this client and etcd. */
export class EtcdError extends CloudWeGoError {
  static override readonly type: string = 'shared-etcd/EtcdError';
  readonly code: EtcdCode;
  /** gRPC status of the answer; undefined where there was none. */
  readonly status: number | undefined;

  constructor(code: EtcdCode, message: string, o: { readonly status?: number; readonly cause?: unknown } = {}) {
    super(message, 'cause' in o ? { cause: o.cause } : undefined);
    this.code = code;
    this.status = o.status;
  }
}
