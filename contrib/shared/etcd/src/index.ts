// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export { createEtcdClient } from './client.js';
export type { EtcdClient, EtcdClientOptions } from './client.js';
