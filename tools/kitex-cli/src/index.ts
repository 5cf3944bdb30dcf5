// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export { generate } from './generate.js';
export type { GenerateResult, KitexOptions, WrittenFile } from './generate.js';
export { main } from './main.js';
export { UsageError } from './arguments.js';
