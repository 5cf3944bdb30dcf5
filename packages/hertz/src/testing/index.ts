// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export { performRequest } from './perform-request.js';
export type { PerformedResponse, PerformOptions } from './perform-request.js';
