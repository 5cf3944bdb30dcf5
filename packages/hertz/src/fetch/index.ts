// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export { HertzApp } from '../app.js';
export type { HertzOptions } from '../options.js';
export { toFetch } from './to-fetch.js';
export type { ToFetchOptions } from './to-fetch.js';
export { fromFetch } from './from-fetch.js';
export type { FetchHandler } from './from-fetch.js';
