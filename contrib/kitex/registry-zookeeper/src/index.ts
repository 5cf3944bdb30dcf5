// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export { zooKeeperRegistry } from './registry.js';
export { zooKeeperResolver } from './resolver.js';
export type { ZooKeeperRegistryOptions, ZooKeeperResolverOptions } from './options.js';
