// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export { ZSet } from './zset.js';
export type { AddOptions, CombineOptions, ScoreRange, ZEntry, ZSetOptions } from './zset.js';
