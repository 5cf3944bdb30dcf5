// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export { connect, connectRequest } from './connect.js';
export type { ConnectMiddleware } from './connect.js';
export type { ConnectRequest } from './connect-request.js';
