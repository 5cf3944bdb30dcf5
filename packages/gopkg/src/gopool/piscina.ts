// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ResourceLimits, Transferable } from 'node:worker_threads';
import { PeerMissingError, toError } from '../errors/index.js';
import { ThreadLostError } from './errors.js';
import type { PoolThread, ThreadFactory, ThreadSpec } from './thread.js';

/** Options of piscina that mean something for one thread; they are passed on as they are. */
export interface PiscinaThreadOptions {
  readonly resourceLimits?: ResourceLimits | undefined;
  readonly env?: NodeJS.ProcessEnv | undefined;
  readonly argv?: readonly string[] | undefined;
  readonly atomics?: 'sync' | 'async' | 'disabled' | undefined;
  /** Time after which an idle thread ends. Unit ms. @defaultValue Infinity: it stays, so that a key finds what its tasks left behind */
  readonly idleTimeout?: number | undefined;
  readonly niceIncrement?: number | undefined;
  readonly trackUnmanagedFds?: boolean | undefined;
}

/** What is used of piscina. */
interface Piscina {
  run(data: unknown, o: { readonly name: string; readonly transferList: readonly Transferable[] }): Promise<unknown>;
  destroy(): Promise<void>;
  on(event: 'error', f: (e: unknown) => void): unknown;
}
type PiscinaClass = new (o: Record<string, unknown>) => Piscina;

/**
 * Threads of piscina, an optional peer, for `new CpuPool(module, { thread: await piscinaThreads() })`: its limits of memory, niceness and statistics of workers,
 * under keys, priorities and a queue that it has not. A module reads what `workerData` gave as `Piscina.workerData`.
 * Errors: {@link PeerMissingError} (GOPKG_PEER_MISSING).
 */
export async function piscinaThreads(options: PiscinaThreadOptions = {}): Promise<ThreadFactory> {
  let make: PiscinaClass;
  try {
    make = ((await import('piscina')) as unknown as { readonly Piscina: PiscinaClass }).Piscina;
  } catch (e) {
    throw new PeerMissingError('piscina', 'piscinaThreads', { cause: toError(e) });
  }
  return (spec) => new PiscinaThread(make, spec, options);
}

class PiscinaThread implements PoolThread {
  private readonly make: () => Piscina;
  private readonly name: string;
  private pool: Piscina | undefined = undefined;

  constructor(piscina: PiscinaClass, spec: ThreadSpec, options: PiscinaThreadOptions) {
    this.name = spec.name;
    this.make = () => {
      const { module: filename, workerData, execArgv } = spec;
      const p = new piscina({ idleTimeout: Infinity, ...options, filename, workerData, ...(execArgv === undefined ? {} : { execArgv: [...execArgv] }), minThreads: 0, maxThreads: 1 });
      // A task that is lost rejects; the event says the same once more.
      p.on('error', () => undefined);
      return p;
    };
  }

  async run(task: string, data: unknown, transfer: readonly Transferable[]): Promise<unknown> {
    this.pool ??= this.make();
    try {
      return await this.pool.run(data, { name: task, transferList: transfer });
    } catch (e) {
      if (e instanceof Error && e.message.startsWith('worker exited with code')) throw new ThreadLostError(this.name, { cause: e });
      if (isEmpty(e)) throw new Error('what the task gave or threw could not be cloned', { cause: e });
      throw e;
    }
  }

  async terminate(): Promise<void> {
    const { pool } = this;
    this.pool = undefined;
    await pool?.destroy();
  }
}

/** What is left of a DOMException, which would say that something cannot be cloned, on its way between threads: nothing, or on Node 22 and newer an error without words. */
function isEmpty(e: unknown): boolean {
  if (typeof e !== 'object' || e === null || Object.keys(e).length > 0) return false;
  return e instanceof Error ? e.name === 'Error' && e.message === '' : true;
}
