// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/** Throws `e` outside of the present stack, where the process's own handlers see it: one callback's defect must not stop the others. */
export function rethrowLater(e: unknown): void {
  queueMicrotask(() => {
    throw e;
  });
}
