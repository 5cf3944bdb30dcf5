// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { CloudWeGoError } from '../errors/index.js';

/** A cache was used after it was closed, or closed while a value was being fetched. */
export class CacheClosedError extends CloudWeGoError {
  static override readonly type: string = 'gopkg/CacheClosedError';
  readonly code = 'GOPKG_CACHE_CLOSED';

  constructor() {
    super('cache is closed');
  }
}
