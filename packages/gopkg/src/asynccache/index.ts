// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export { AsyncCache } from './async-cache.js';
export type { AsyncCacheOptions } from './async-cache.js';
export { CacheClosedError } from './errors.js';
