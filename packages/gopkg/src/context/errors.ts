// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { CloudWeGoError } from '../errors/index.js';

/** A context's deadline passed. */
export class DeadlineError extends CloudWeGoError {
  static override readonly type: string = 'gopkg/DeadlineError';
  readonly code = 'GOPKG_CONTEXT_DEADLINE';
  override readonly originalName: string | undefined = 'context.DeadlineExceeded';
  constructor() {
    super('context deadline exceeded');
  }
}

/** A context was cancelled without a reason of its own. */
export class CanceledError extends CloudWeGoError {
  static override readonly type: string = 'gopkg/CanceledError';
  readonly code = 'GOPKG_CONTEXT_CANCELED';
  override readonly originalName: string | undefined = 'context.Canceled';
  constructor() {
    super('context canceled');
  }
}
