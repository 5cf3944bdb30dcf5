// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Context } from '@cloudwego/gopkg/context';
import { isKitexError, fromBizStatusError, RemoteOrNetworkError } from '@cloudwego/kitex';

/**
 * Repeats a call that may be repeated: each carries its key, so that a second one does nothing that the first one did. A failure of the business is an answer; a
 * deadline that passed leaves no time; all else may be a process that has just died, and another instance answers.
 * Kitex retries by itself once its `retry` option is there; until then this is the rule of the shop, in one place.
 */
export async function again<T>(call: () => Promise<T>, ctx: Context | undefined, retries: number = 2): Promise<T> {
  for (let n = 0; ; n++) {
    try {
      return await call();
    } catch (e) {
      if (n >= retries || !mayRepeat(e) || ctx?.signal.aborted === true) throw e;
      await pause(10 * 2 ** n * (0.5 + Math.random()), ctx?.signal);
    }
  }
}

/** True when the call did not reach its end: refused or broken connections, nobody there. Not what the other end answered, and no timeout. */
export function mayRepeat(e: unknown): boolean {
  if (!isKitexError(e) || fromBizStatusError(e) !== undefined) return false;
  if (e instanceof RemoteOrNetworkError) return e.typeId === undefined;
  return e.kind === 'getConnection' || e.kind === 'noMoreInstance';
}

/** Waits, or less when `signal` aborts. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve();
      return;
    }
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end, { once: true });
  });
}
