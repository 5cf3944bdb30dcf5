// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export { prometheus } from './prometheus.js';
export type { PrometheusOptions } from './prometheus.js';
export { serveMetrics } from '@cloudwego/shared-prometheus';
export type { MetricsEndpoint, MetricsEndpointOptions } from '@cloudwego/shared-prometheus';
