// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { MetaInfo } from '../metainfo/index.js';
import type { ContextKey } from './key.js';

/**
 * What travels with a call: deadline, cancellation, metainfo and values. Immutable for users; request contexts implement it with lazy getters.
 */
export interface Context {
  /** Point in time on the Clock.now() scale; `Infinity` = none. */
  readonly deadline: number;
  /** Made on first read; `reason` is the typed error. */
  readonly signal: AbortSignal;
  /** Parsed on first read. */
  readonly metainfo: MetaInfo;
  value<T>(key: ContextKey<T>): T | undefined;
  /** A derived context; `this`: a derived RpcContext stays an RpcContext. */
  with<T>(key: ContextKey<T>, value: T): this;
  /** min(parent, at); no timer until somebody waits. */
  withDeadline(at: number): this;
  withMetainfo(m: MetaInfo): this;
}

export type { ContextKey } from './key.js';
export { contextKey } from './key.js';
export { background, BaseContext } from './base-context.js';
export type { CancelListener } from './cancel-scope.js';
export { currentContext, runWithContext } from './ambient.js';
export { CanceledError, DeadlineError } from './errors.js';
export { withCancel, withSignal } from './derive.js';
