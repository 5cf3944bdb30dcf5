// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export { callMetrics, DEFAULT_BUCKETS_US, resolveMetrics } from './call-metrics.js';
export type { CallMetrics, CallMetricsOptions, MetricsOptions } from './call-metrics.js';
export { serveMetrics } from './endpoint.js';
export type { MetricsEndpoint, MetricsEndpointOptions } from './endpoint.js';
