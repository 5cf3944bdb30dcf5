// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export { currentSession, runWithoutSession, runWithSession, SessionCtx, SessionMap } from './session.js';
export type { Session, SessionKey, SessionOptions } from './session.js';
export { recoverContext } from './backup.js';
export type { BackupHandler } from './backup.js';
