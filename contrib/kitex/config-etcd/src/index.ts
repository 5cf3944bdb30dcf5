// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export { etcdConfigSource } from './etcd-config-source.js';
export type { EtcdConfigSourceOptions } from './etcd-config-source.js';
