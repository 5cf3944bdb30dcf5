// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { CloudWeGoError } from '@cloudwego/gopkg/errors';

/** A body is larger than its reader takes. `status`: what HTTP answers. Source: cloudwego/hertz errors.ErrBodyTooLarge. */
export class BodyTooLargeError extends CloudWeGoError {
  static override readonly type: string = 'transport/BodyTooLargeError';
  readonly code = 'TRANSPORT_BODY_OVERSIZED';
  override readonly originalName: string | undefined = 'ErrBodyTooLarge';
  readonly status: number = 413;
}

/** The request broke off, or its client left: its body never came whole. `cause` says how. */
export class RequestBrokenError extends CloudWeGoError {
  static override readonly type: string = 'transport/RequestBrokenError';
  readonly code = 'TRANSPORT_REQUEST_BROKEN';
}

/** The client left, or its connection was lost: the reason of an exchange's signal. */
export class ClientGoneError extends CloudWeGoError {
  static override readonly type: string = 'transport/ClientGoneError';
  readonly code = 'TRANSPORT_CLIENT_GONE';
}

/** An exchange was used in a way its state does not allow: answered twice, a body read twice. */
export class ExchangeStateError extends CloudWeGoError {
  static override readonly type: string = 'transport/ExchangeStateError';
  readonly code = 'TRANSPORT_EXCHANGE_STATE';
}
