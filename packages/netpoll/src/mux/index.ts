// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export { ShardQueue } from './shard-queue.js';
export type { WriterGetter } from './shard-queue.js';
