// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export { getRequestId, requestId } from './requestid.js';
export type { RequestIdOptions } from './requestid.js';
