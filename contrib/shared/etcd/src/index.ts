// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export { createEtcdClient, type EtcdClient, type KeyValue, type ListResult } from './client.js';
export type { EtcdOptions } from './options.js';
export type { EtcdLease } from './lease.js';
export type { EtcdEvent, EtcdWatcher } from './watch.js';
export { EtcdError } from './errors.js';
export type { EtcdCode } from './errors.js';
