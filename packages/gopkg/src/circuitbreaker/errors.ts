// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { CloudWeGoError } from '../errors/index.js';

/** A breaker refused the work: it is open, or half-open and another probe is under way. */
export class BreakerOpenError extends CloudWeGoError {
  static override readonly type: string = 'gopkg/BreakerOpenError';
  readonly code = 'GOPKG_BREAKER_OPEN';
  readonly key: string;

  constructor(key: string) {
    super(`circuit breaker "${key}" is open`);
    this.key = key;
  }
}
