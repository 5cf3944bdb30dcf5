// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export { Health, HealthService } from './health.js';
export type { HealthClient, HealthHandlers, HealthRequest, HealthResponse } from './health.js';
export { ServingStatus } from './messages.js';
