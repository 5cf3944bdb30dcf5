// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/** What a pool and its threads say to each other. */
export interface TaskMessage {
  readonly id: number;
  readonly task: string;
  readonly data: unknown;
}

export type ResultMessage = { readonly id: number; readonly ok: true; readonly value: unknown } | { readonly id: number; readonly ok: false; readonly error: unknown };

/**
 * The program of a thread: loads the module and runs its functions. It is text, because a file beside this one would have another name in a bundle and
 * could not be loaded from source.
 */
export const THREAD_PROGRAM: string = `
const { parentPort, workerData } = require('node:worker_threads');
const loaded = import(workerData.module);
loaded.catch(() => undefined);
parentPort.on('message', async ({ id, task, data }) => {
  try {
    const f = (await loaded)[task];
    if (typeof f !== 'function') throw new TypeError('the module of the pool exports no function "' + task + '"');
    parentPort.postMessage({ id, ok: true, value: await f(data) });
  } catch (thrown) {
    // A DOMException, such as that of data that cannot be cloned, arrives empty on Node 20.
    const error = thrown instanceof DOMException ? new Error(thrown.message) : thrown;
    try {
      parentPort.postMessage({ id, ok: false, error });
    } catch (e) {
      // What was thrown, or the result, cannot be cloned.
      parentPort.postMessage({ id, ok: false, error: new Error(error instanceof Error ? error.message : String(error)) });
    }
  }
});
`;
