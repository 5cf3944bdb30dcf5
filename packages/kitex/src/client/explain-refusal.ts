// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { addExtra, isTimeoutError } from '../errors.js';
import type { ClientCall } from './call.js';

/** The reason why nothing was retried goes into an error that would have been. Source: AppendErrMsgIfNeeded. */
export function explainRefusal(call: ClientCall, error: unknown): void {
  const refused = call.gov?.refused;
  if (refused === undefined) return;
  const { policy, reason } = refused;
  if ((policy.onTimeout && isTimeoutError(error)) || policy.onError?.(error, { ctx: call.ctx, attempt: 0 }) === true) addExtra(error, reason);
}
