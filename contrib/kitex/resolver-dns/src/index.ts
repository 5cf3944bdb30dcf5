// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export { dnsResolver } from './resolver.js';
export type { DnsResolverOptions, SrvRecord } from './resolver.js';
