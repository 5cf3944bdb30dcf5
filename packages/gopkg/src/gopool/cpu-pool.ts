// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { availableParallelism } from 'node:os';
import type { Transferable } from 'node:worker_threads';
import { Worker } from 'node:worker_threads';
import { hash } from '../xxhash3/index.js';
import { any, int, list, num, optionTable, text } from '../options/index.js';
import { PoolClosedError, PoolFullError, ThreadLostError } from './errors.js';
import type { Ordered } from './order.js';
import { checkedPriority, comesBefore, TaskOrder } from './order.js';
import type { ResultMessage, TaskMessage } from './thread.js';
import { THREAD_PROGRAM } from './thread.js';

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
}

const table = optionTable<CpuPoolOptions>({
  name: text({ default: 'cpu' }),
  threads: int({ min: 1, max: 1024 }),
  queueLimit: num({ min: 0, max: Infinity, default: 1000 }),
  workerData: any(),
  execArgv: list(text()),
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
  readonly message: TaskMessage;
  readonly transfer: readonly Transferable[];
  resolve(v: unknown): void;
  reject(e: unknown): void;
}

/** One thread, and what only it may do. */
class Thread {
  readonly own = new TaskOrder<Task>();
  worker: Worker | undefined = undefined;
  current: Task | undefined = undefined;
}

/**
 * Runs functions of a module in threads, with keys, priorities and a bounded queue. Idle threads do not keep the process alive.
 * `Differs:` takes the place of piscina, which the originals' users would reach for, because no pool on npm keeps a key on its thread.
 */
export class CpuPool implements AsyncDisposable {
  private readonly o: CpuPoolOptions & { readonly name: string; readonly queueLimit: number };
  private readonly module: string;
  private readonly threads: readonly Thread[];
  private readonly common = new TaskOrder<Task>();
  private sequence = 0;
  private waiting = 0;
  private closed = false;
  private idlers: (() => void)[] = [];

  /** `module`: an ES or CommonJS module whose exported functions take one cloneable value and return one, or a promise of one. */
  constructor(module: URL | string, options: CpuPoolOptions = {}) {
    this.o = table.resolve(options, 'cpupool') as typeof this.o;
    this.module = String(module);
    this.threads = Array.from({ length: this.o.threads ?? availableParallelism() }, () => new Thread());
  }

  /** Tasks that run. */
  get running(): number {
    return this.threads.filter((t) => t.current !== undefined).length;
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
    const home = o.key === undefined ? undefined : this.threads[Number(hash(o.key) % BigInt(this.threads.length))]!;
    const free = home === undefined ? this.threads.some((t) => t.current === undefined) : home.current === undefined;
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
        message: { id: this.sequence, task, data },
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
      else for (const thread of this.threads) if (thread.current === undefined && this.next(thread)) break;
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
    for (const order of [this.common, ...this.threads.map((t) => t.own)]) for (let t = order.shift(); t !== undefined; t = order.shift()) t.reject(reason);
    this.waiting = 0;
    for (const t of this.threads) t.current?.reject(reason);
    await this.end();
    this.settled();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  private async end(): Promise<void> {
    await Promise.all(
      this.threads.map(async (t) => {
        const { worker } = t;
        t.worker = undefined;
        t.current = undefined;
        await worker?.terminate();
      }),
    );
  }

  /** Gives a thread without work its next task; false when there is none. */
  private next(thread: Thread): boolean {
    if (thread.current !== undefined) return false;
    const [own, common] = [thread.own.peek(), this.common.peek()];
    const order = own === undefined || (common !== undefined && comesBefore(common, own) < 0) ? this.common : thread.own;
    const t = order.shift();
    if (t === undefined) return false;
    this.waiting--;
    thread.current = t;
    try {
      const worker = (thread.worker ??= this.start(thread));
      worker.ref();
      worker.postMessage(t.message, t.transfer);
    } catch (e) {
      // The data cannot be cloned.
      thread.worker?.unref();
      thread.current = undefined;
      t.reject(e);
      this.next(thread);
      this.settled();
    }
    return true;
  }

  private start(thread: Thread): Worker {
    const worker = new Worker(THREAD_PROGRAM, { eval: true, workerData: { module: this.module, data: this.o.workerData }, ...(this.o.execArgv === undefined ? {} : { execArgv: [...this.o.execArgv] }) });
    let why: unknown;
    worker.on('message', (m: ResultMessage) => {
      const t = thread.current;
      if (thread.worker !== worker || t?.message.id !== m.id) return;
      if (m.ok) t.resolve(m.value);
      else t.reject(m.error);
      this.done(thread);
    });
    worker.on('error', (e) => (why = e));
    worker.on('exit', () => {
      if (thread.worker !== worker) return;
      thread.worker = undefined;
      thread.current?.reject(new ThreadLostError(this.o.name, why === undefined ? {} : { cause: why }));
      this.done(thread);
    });
    return worker;
  }

  private done(thread: Thread): void {
    thread.current = undefined;
    if (!this.next(thread)) thread.worker?.unref();
    this.settled();
  }

  private settled(): void {
    if (this.waiting > 0 || this.running > 0) return;
    const { idlers } = this;
    this.idlers = [];
    for (const r of idlers) r();
  }
}
