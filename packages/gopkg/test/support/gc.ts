// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'vitest';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

/** Collects garbage until `ref` is empty. Made in a function of its own by the caller, so that no frame holds it. */
export async function collected(ref: WeakRef<object>): Promise<void> {
  for (let i = 0; i < 50 && ref.deref() !== undefined; i++) {
    // A WeakRef that was read keeps its target until the end of the job.
    await new Promise((r) => setImmediate(r));
    gc();
  }
  expect(ref.deref()).toBeUndefined();
}

/** Collects garbage a few times: what can go goes. */
export async function collect(): Promise<void> {
  for (let i = 0; i < 5; i++) {
    await new Promise((r) => setImmediate(r));
    gc();
  }
}
