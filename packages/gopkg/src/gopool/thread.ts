// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Transferable } from 'node:worker_threads';
import { Worker } from 'node:worker_threads';
import { ThreadLostError } from './errors.js';

/** What a thread of a pool is to be. */
export interface ThreadSpec {
  /** Of the pool, for messages. */
  readonly name: string;
  /** Address of the module whose functions are run. */
  readonly module: string;
  readonly workerData: unknown;
  readonly execArgv: readonly string[] | undefined;
}

/** A thread that runs one task at a time. It starts with its first task, and starts again with the next one after it was lost; when idle it keeps no process alive. */
export interface PoolThread {
  /** Errors: {@link ThreadLostError}, what cannot be cloned, or what the function throws. */
  run(task: string, data: unknown, transfer: readonly Transferable[]): Promise<unknown>;
  /** Ends it at once; a task that runs never settles. */
  terminate(): Promise<void>;
}

/** Makes threads for a pool. */
export type ThreadFactory = (spec: ThreadSpec) => PoolThread;

type ResultMessage = { readonly id: number; readonly ok: true; readonly value: unknown } | { readonly id: number; readonly ok: false; readonly error: unknown };

/**
 * The program of a thread: loads the module and runs its functions. It is text, because a file beside this one would have another name in a bundle and
 * could not be loaded from source.
 */
const PROGRAM = `
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

/** A worker of node:worker_threads. */
export class WorkerThread implements PoolThread {
  private readonly spec: ThreadSpec;
  private worker: Worker | undefined = undefined;
  private sequence = 0;
  private current: { readonly id: number; resolve(v: unknown): void; reject(e: unknown): void } | undefined = undefined;

  constructor(spec: ThreadSpec) {
    this.spec = spec;
  }

  async run(task: string, data: unknown, transfer: readonly Transferable[]): Promise<unknown> {
    const worker = (this.worker ??= this.start());
    return new Promise((resolve, reject) => {
      const id = ++this.sequence;
      worker.postMessage({ id, task, data }, transfer);
      worker.ref();
      this.current = { id, resolve, reject };
    });
  }

  async terminate(): Promise<void> {
    const { worker } = this;
    this.worker = undefined;
    this.current = undefined;
    await worker?.terminate();
  }

  private start(): Worker {
    const { name, module, workerData, execArgv } = this.spec;
    const worker = new Worker(PROGRAM, { eval: true, workerData: { module, data: workerData }, ...(execArgv === undefined ? {} : { execArgv: [...execArgv] }) });
    worker.unref();
    let why: unknown;
    worker.on('message', (m: ResultMessage) => {
      const c = this.current;
      if (this.worker !== worker || c?.id !== m.id) return;
      this.settled();
      if (m.ok) c.resolve(m.value);
      else c.reject(m.error);
    });
    worker.on('error', (e) => (why = e));
    worker.on('exit', () => {
      if (this.worker !== worker) return;
      this.worker = undefined;
      const c = this.current;
      this.settled();
      c?.reject(new ThreadLostError(name, why === undefined ? {} : { cause: why }));
    });
    return worker;
  }

  private settled(): void {
    this.current = undefined;
    this.worker?.unref();
  }
}
