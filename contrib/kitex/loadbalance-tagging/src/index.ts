// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export { tagging } from './tagging.js';
export type { TaggingOptions } from './tagging.js';
