// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export { etcdRegistry } from './registry.js';
export { etcdResolver } from './resolver.js';
export type { EtcdRegistryOptions, EtcdResolverOptions } from './options.js';
