// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export { etcdResolver } from './resolver.js';
export type { EtcdResolverOptions } from './resolver.js';
