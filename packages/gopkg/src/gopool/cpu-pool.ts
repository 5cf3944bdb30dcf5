// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { availableParallelism } from 'node:os';
import type { Transferable } from 'node:worker_threads';
import { hash } from '../xxhash3/index.js';
import { any, func, int, list, num, optionTable, text } from '../options/index.js';
import { PoolClosedError, PoolFullError } from './errors.js';
import type { Ordered } from './order.js';
import { checkedPriority, comesBefore, TaskOrder } from './order.js';
import type { PoolThread, ThreadFactory } from './thread.js';
import { WorkerThread } from './thread.js';

export interface CpuPoolOptions {
  /** For messages. @defaultValue 'cpu' */
  readonly name?: string | undefined;
  /** Threads; each is started when it is first needed. @defaultValue the number of cores that the process may use */
  readonly threads?: number | undefined;
  /** Tasks that may wait; more are refused. @defaultValue 1000 */
  readonly queueLimit?: number | undefined;
  /** Given to every thread, cloned. */
  readonly workerData?: unknown;
  /** Flags of Node for the threads. @defaultValue those of the process */
  readonly execArgv?: readonly string[] | undefined;
  /** Makes the threads; `await piscinaThreads()` makes them of piscina. @defaultValue workers of node:worker_threads */
  readonly thread?: ThreadFactory | undefined;
}

const table = optionTable<CpuPoolOptions>({
  name: text({ default: 'cpu' }),
  threads: int({ min: 1, max: 1024 }),
  queueLimit: num({ min: 0, max: Infinity, default: 1000 }),
  workerData: any(),
  execArgv: list(text()),
  thread: func(),
});

export interface CpuTaskOptions {
  /** Tasks of one key run on one thread, those of one priority in the order in which they came. Without a key any thread will do. */
  readonly key?: string | undefined;
  /** The greater one first; among equals the one that came first. @defaultValue 0 */
  readonly priority?: number | undefined;
  /** Takes a task that still waits out of the queue. For one that runs the promise rejects, and the thread goes on to its end. */
  readonly signal?: AbortSignal | undefined;
  /** Handed over instead of being copied. */
  readonly transfer?: readonly Transferable[] | undefined;
}

interface Task extends Ordered {
  readonly name: string;
  readonly data: unknown;
  readonly transfer: readonly Transferable[];
  resolve(v: unknown): void;
  reject(e: unknown): void;
}

/** One thread, and what only it may do. */
class Lane {
  readonly own = new TaskOrder<Task>();
  readonly thread: PoolThread;
  current: Task | undefined = undefined;

  constructor(thread: PoolThread) {
    this.thread = thread;
  }
}

/**
 * Runs functions of a module in threads, with keys, priorities and a bounded queue, which no pool of npm has together. Threads start when they are needed, and
 * idle ones do not keep the process alive.
 */
export class CpuPool implements AsyncDisposable {
  private readonly o: CpuPoolOptions & { readonly name: string; readonly queueLimit: number };
  private readonly lanes: readonly Lane[];
  private readonly common = new TaskOrder<Task>();
  private sequence = 0;
  private waiting = 0;
  private closed = false;
  private idlers: (() => void)[] = [];

  /** `module`: an ES or CommonJS module whose exported functions take one cloneable value and return one, or a promise of one. */
  constructor(module: URL | string, options: CpuPoolOptions = {}) {
    this.o = table.resolve(options, 'cpupool') as typeof this.o;
    const { name, threads = availableParallelism(), workerData, execArgv, thread = (spec): PoolThread => new WorkerThread(spec) } = this.o;
    this.lanes = Array.from({ length: threads }, () => new Lane(thread({ name, module: String(module), workerData, execArgv })));
  }

  /** Tasks that run. */
  get running(): number {
    return this.lanes.filter((t) => t.current !== undefined).length;
  }

  /** Tasks that wait. */
  get queued(): number {
    return this.waiting;
  }

  /**
   * Calls the function `task` of the module with `data` in a thread.
   * Errors: {@link PoolFullError} (GOPKG_POOL_FULL), {@link PoolClosedError} (GOPKG_POOL_CLOSED), {@link ThreadLostError} (GOPKG_POOL_THREAD_LOST), the reason
   *         of `signal`, what cannot be cloned (DataCloneError), or what the function throws.
   */
  async run<T = unknown>(task: string, data?: unknown, o: CpuTaskOptions = {}): Promise<T> {
    const { signal } = o;
    const priority = checkedPriority(o.priority ?? 0);
    signal?.throwIfAborted();
    if (this.closed) throw new PoolClosedError(this.o.name);
    const home = o.key === undefined ? undefined : this.lanes[Number(hash(o.key) % BigInt(this.lanes.length))]!;
    const free = home === undefined ? this.lanes.some((t) => t.current === undefined) : home.current === undefined;
    if (!free && this.waiting >= this.o.queueLimit) throw new PoolFullError(this.o.name, this.o.queueLimit);
    return new Promise<T>((resolve, reject) => {
      const order = home?.own ?? this.common;
      const onAbort = (): void => {
        if (order.remove(t)) this.waiting--;
        reject(signal!.reason as Error);
        this.settled();
      };
      const t: Task = {
        priority,
        sequence: this.sequence++,
        name: task,
        data,
        transfer: o.transfer ?? [],
        resolve: (v) => {
          signal?.removeEventListener('abort', onAbort);
          resolve(v as T);
        },
        reject: (e) => {
          signal?.removeEventListener('abort', onAbort);
          reject(e as Error);
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      order.add(t);
      this.waiting++;
      if (home !== undefined) this.next(home);
      else for (const lane of this.lanes) if (lane.current === undefined && this.next(lane)) break;
    });
  }

  /** Accepts nothing more, waits for what was accepted, ends the threads. */
  async close(): Promise<void> {
    this.closed = true;
    if (this.running > 0 || this.waiting > 0) await new Promise<void>((r) => this.idlers.push(r));
    await this.end();
  }

  /** Ends the threads at once; what waits or runs is refused. */
  async destroy(reason: unknown = new PoolClosedError(this.o.name)): Promise<void> {
    this.closed = true;
    for (const order of [this.common, ...this.lanes.map((t) => t.own)]) for (let t = order.shift(); t !== undefined; t = order.shift()) t.reject(reason);
    this.waiting = 0;
    for (const lane of this.lanes) lane.current?.reject(reason);
    await this.end();
    this.settled();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  private async end(): Promise<void> {
    await Promise.all(
      this.lanes.map(async (lane) => {
        lane.current = undefined;
        await lane.thread.terminate();
      }),
    );
  }

  /** Gives a thread without work its next task; false when there is none. */
  private next(lane: Lane): boolean {
    if (lane.current !== undefined) return false;
    const [own, common] = [lane.own.peek(), this.common.peek()];
    const order = own === undefined || (common !== undefined && comesBefore(common, own) < 0) ? this.common : lane.own;
    const t = order.shift();
    if (t === undefined) return false;
    this.waiting--;
    lane.current = t;
    const done = (): void => {
      // Else the pool was destroyed meanwhile.
      if (lane.current !== t) return;
      lane.current = undefined;
      this.next(lane);
      this.settled();
    };
    lane.thread.run(t.name, t.data, t.transfer).then(
      (v) => {
        t.resolve(v);
        done();
      },
      (e: unknown) => {
        t.reject(e);
        done();
      },
    );
    return true;
  }

  private settled(): void {
    if (this.waiting > 0 || this.running > 0) return;
    const { idlers } = this;
    this.idlers = [];
    for (const r of idlers) r();
  }
}
