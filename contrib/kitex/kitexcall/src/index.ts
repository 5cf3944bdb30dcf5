// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

export { main } from './main.js';
export type { Terminal } from './main.js';
