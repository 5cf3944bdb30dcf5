// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { CloudWeGoError } from '@cloudwego/gopkg/errors';

/** Discovery knows no instance of the target, or none that may be picked. */
export class NoInstanceError extends CloudWeGoError {
  static override readonly type: string = 'governance/NoInstanceError';
  readonly code = 'GOVERNANCE_INSTANCE_NONE';
  override readonly originalName: string | undefined = 'kerrors.ErrNoMoreInstance';
}

/** The resolver failed and no earlier answer is there; `cause` is what it threw. */
export class ResolveError extends CloudWeGoError {
  static override readonly type: string = 'governance/ResolveError';
  readonly code = 'GOVERNANCE_RESOLVE_FAILED';
  override readonly originalName: string | undefined = 'kerrors.ErrServiceDiscovery';
}

/** A Dispatch was used after it was closed. */
export class DispatchClosedError extends CloudWeGoError {
  static override readonly type: string = 'governance/DispatchClosedError';
  readonly code = 'GOVERNANCE_DISPATCH_CLOSED';
}

/** A resolver says that no instance is left where there were some; the list that was there is kept for `emptyHoldMs`. Told to `onStale`, fails no call. */
export class EmptyListError extends CloudWeGoError {
  static override readonly type: string = 'governance/EmptyListError';
  readonly code = 'GOVERNANCE_LIST_EMPTY';
}

/** A retry would have started after `maxDurationMs`. */
export class RetryDurationError extends CloudWeGoError {
  static override readonly type: string = 'governance/RetryDurationError';
  readonly code = 'GOVERNANCE_RETRY_EXPIRED';
  override readonly originalName: string | undefined = 'kerrors.ErrRetry';
}

/** Another request of the same call was quicker; this one was given up. Reaches the cancelled request, not the caller. */
export class RetryLostError extends CloudWeGoError {
  static override readonly type: string = 'governance/RetryLostError';
  readonly code = 'GOVERNANCE_RETRY_LOST';

  constructor() {
    super('another request of the call ended first');
  }
}
