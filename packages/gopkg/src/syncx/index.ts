// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export type { Acquire, Held } from './waiters.js';
export { LockClosedError } from './errors.js';
export { Semaphore } from './semaphore.js';
export { Mutex } from './mutex.js';
export { RWMutex } from './rw-mutex.js';
