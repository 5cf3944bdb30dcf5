// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { CloudWeGoError } from '../errors/index.js';

/** A lock was closed while, or before, somebody waited for it. */
export class LockClosedError extends CloudWeGoError {
  static override readonly type: string = 'gopkg/LockClosedError';
  readonly code = 'GOPKG_LOCK_CLOSED';

  constructor(what: string) {
    super(`${what} is closed`);
  }
}
