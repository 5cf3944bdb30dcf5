// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export { listenConnState, UnexpectedDataError } from './connstate.js';
export type { ConnState, ConnStateListener, ConnStateOptions } from './connstate.js';
