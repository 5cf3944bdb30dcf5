// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { CloudWeGoError } from '@cloudwego/gopkg/errors';

/** A body has more bytes than the app takes. Its code is that of the carriers, so that it is answered as there. */
export class FetchBodyError extends CloudWeGoError {
  static override readonly type: string = 'hertz/FetchBodyError';
  readonly code = 'TRANSPORT_BODY_OVERSIZED';
  readonly status: number = 413;
}

/** Nobody reads the response any more. Its code is that of the carriers. */
export class FetchClientGoneError extends CloudWeGoError {
  static override readonly type: string = 'hertz/FetchClientGoneError';
  readonly code = 'TRANSPORT_CLIENT_GONE';
}
