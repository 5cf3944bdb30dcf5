// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { CloudWeGoError } from '../errors/index.js';

/** A pool has as many tasks waiting as it may have. */
export class PoolFullError extends CloudWeGoError {
  static override readonly type: string = 'gopkg/PoolFullError';
  readonly code = 'GOPKG_POOL_FULL';

  constructor(name: string, limit: number) {
    super(`pool ${name}: ${limit} tasks are waiting, no more fit`);
  }
}

/** A pool was used after it was closed, or destroyed while a task waited or ran. */
export class PoolClosedError extends CloudWeGoError {
  static override readonly type: string = 'gopkg/PoolClosedError';
  readonly code = 'GOPKG_POOL_CLOSED';

  constructor(name: string) {
    super(`pool ${name} is closed`);
  }
}

/** The thread that ran a task ended before the task did; `cause` is why, when that is known. Another thread has taken its place. */
export class ThreadLostError extends CloudWeGoError {
  static override readonly type: string = 'gopkg/ThreadLostError';
  readonly code = 'GOPKG_POOL_THREAD_LOST';

  constructor(name: string, options?: { readonly cause?: unknown }) {
    super(`pool ${name}: the thread ended before its task did`, options);
  }
}
