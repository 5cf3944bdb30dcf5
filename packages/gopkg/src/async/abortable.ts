// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/** Settles as `p` does, or rejects with the reason of `signal` when that comes first: code of others may not look at the signal it was given. */
export async function abortable<T>(p: T | PromiseLike<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => {
      reject(signal.reason as Error);
    };
    const end = (): void => {
      signal.removeEventListener('abort', onAbort);
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    Promise.resolve(p).then(
      (v) => {
        end();
        resolve(v);
      },
      (e: unknown) => {
        end();
        reject(e as Error);
      },
    );
  });
}
