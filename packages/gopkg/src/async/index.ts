// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/** A value that may come back at once. A synchronous throw and a rejection mean the same to every consumer. */
export type Awaitable<T> = T | PromiseLike<T>;

/** True when `v` is a promise or another thenable; the one test used on hot paths (no prototype walk). */
export function isThenable(v: unknown): v is PromiseLike<unknown> {
  return ((typeof v === 'object' && v !== null) || typeof v === 'function') && typeof (v as { then?: unknown }).then === 'function';
}
