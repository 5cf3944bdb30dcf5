// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export { Queue } from './queue.js';
export type { QueueOptions } from './queue.js';
