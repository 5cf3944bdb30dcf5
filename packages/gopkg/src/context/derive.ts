// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { BaseContext } from './base-context.js';
import { CanceledError } from './errors.js';
import type { Context } from './index.js';

/** A context that `cancel` ends, with `reason` or a {@link CanceledError}. */
export function withCancel<C extends Context>(ctx: C): { readonly ctx: C; cancel(reason?: unknown): void } {
  const { ctx: derived, cancel } = (ctx as unknown as BaseContext).withCancel();
  return {
    ctx: derived as unknown as C,
    cancel: (reason) => {
      cancel(reason ?? new CanceledError());
    },
  };
}

/** A context that ends when `signal` aborts. Dispose it when the work is done: the listener goes with it. */
export function withSignal<C extends Context>(ctx: C, signal: AbortSignal): { readonly ctx: C } & Disposable {
  const { ctx: derived, cancel } = withCancel(ctx);
  const onAbort = (): void => {
    cancel(signal.reason);
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  return {
    ctx: derived,
    [Symbol.dispose]: () => {
      signal.removeEventListener('abort', onAbort);
    },
  };
}
