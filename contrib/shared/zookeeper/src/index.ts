// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export { createZooKeeperClient } from './client.js';
export type { ZooKeeperClient, ZooKeeperNode } from './client.js';
export type { ZooKeeperOptions } from './options.js';
export type { ZooKeeperSession } from './session.js';
export type { ZooKeeperWatcher } from './watch.js';
export { ZooKeeperError } from './errors.js';
export type { ZooKeeperCode } from './errors.js';
