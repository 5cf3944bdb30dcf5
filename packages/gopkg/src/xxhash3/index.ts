// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export { hash, hash128, XXH3 } from './xxhash3.js';
export type { Hash128 } from './words.js';
export { loadNative } from './native.js';
export type { NativeStream, NativeXxhash3 } from './native.js';
