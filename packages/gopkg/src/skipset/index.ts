// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export { OrderedSet } from './ordered-set.js';
export { byUtf8, descending, natural } from '../ordered/compare.js';
export type { Compare } from '../ordered/compare.js';
