// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { CloudWeGoError } from '@cloudwego/gopkg/errors';

/** A cookie that cannot be written. */
export class CookieError extends CloudWeGoError {
  static override readonly type: string = 'protocol/CookieError';
  readonly code = 'PROTOCOL_COOKIE_INVALID';
}
