// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { OptionError, toError } from '../errors/index.js';
import { defaultLogger } from '../logger/index.js';
import { func, num, optionTable, text } from '../options/index.js';
import { PoolClosedError, PoolFullError } from './errors.js';
import type { Ordered } from './order.js';
import { checkedPriority, TaskOrder } from './order.js';

export interface TaskPoolOptions {
  /** For messages. @defaultValue 'tasks' */
  readonly name?: string | undefined;
  /** Tasks that run at a time. @defaultValue Infinity, as the default pool of the original in effect */
  readonly concurrency?: number | undefined;
  /** Tasks that may wait; more are refused. @defaultValue Infinity */
  readonly queueLimit?: number | undefined;
  /** Gets what a task that was started with `go` throws. @defaultValue a line in the log */
  readonly onError?: ((error: unknown) => void) | undefined;
}

const table = optionTable<TaskPoolOptions>({
  name: text({ default: 'tasks' }),
  concurrency: num({ min: 1, max: Infinity, default: Infinity }),
  queueLimit: num({ min: 0, max: Infinity, default: Infinity }),
  onError: func(),
});

export interface TaskOptions {
  /** Takes a task that still waits out of the queue; one that runs gets the signal. */
  readonly signal?: AbortSignal | undefined;
  /** The greater one first; among equals the one that came first. @defaultValue 0 */
  readonly priority?: number | undefined;
}

interface Task extends Ordered {
  start(): void;
  reject(e: unknown): void;
}

/**
 * Runs asynchronous tasks, so many at a time, in the order of their priority.
 * Source: bytedance/gopkg util/gopool, cloudwego/gopkg concurrency/gopool.
 * Differs: there are no workers whose number scales, because a task that waits costs nothing but its memory.
 */
export class TaskPool implements AsyncDisposable {
  private readonly o: Required<Pick<TaskPoolOptions, 'name' | 'concurrency' | 'queueLimit'>> & TaskPoolOptions;
  private readonly waiting = new TaskOrder<Task>();
  private active = 0;
  private sequence = 0;
  private limit: number;
  private closed = false;
  private idlers: (() => void)[] = [];

  constructor(options: TaskPoolOptions = {}) {
    this.o = table.resolve(options, 'gopool') as typeof this.o;
    this.limit = this.o.concurrency as number;
  }

  get name(): string {
    return this.o.name as string;
  }

  /** Tasks that run. Source: WorkerCount. */
  get running(): number {
    return this.active;
  }

  /** Tasks that wait. */
  get queued(): number {
    return this.waiting.size;
  }

  get concurrency(): number {
    return this.limit;
  }

  /** Changes how many run at a time. Source: SetCap. */
  set concurrency(n: number) {
    if (!(n >= 1)) throw new OptionError('gopool.concurrency', `gopool.concurrency: got ${n}, wanted a number >= 1`);
    this.limit = n;
    this.next();
  }

  /** Starts `f` and forgets it; what it throws goes to `onError`. Errors: as `run`, when it cannot be queued. Source: Go, CtxGo. */
  go(f: (signal: AbortSignal | undefined) => unknown, o: TaskOptions = {}): void {
    this.enqueue(f, o, () => undefined, (e) => {
      if (o.signal?.aborted !== true || e !== o.signal.reason) this.failed(e);
    });
  }

  /**
   * Runs `f` and gives what it gives.
   * Errors: {@link PoolFullError} (GOPKG_POOL_FULL), {@link PoolClosedError} (GOPKG_POOL_CLOSED), the reason of `signal`, or what `f` throws.
   */
  async run<T>(f: (signal: AbortSignal | undefined) => T | PromiseLike<T>, o: TaskOptions = {}): Promise<T> {
    o.signal?.throwIfAborted();
    return new Promise<T>((resolve, reject) => {
      this.enqueue(f, o, resolve as (v: unknown) => void, reject);
    });
  }

  /** Settles when nothing runs and nothing waits. */
  async idle(): Promise<void> {
    if (this.active === 0 && this.waiting.size === 0) return;
    await new Promise<void>((r) => this.idlers.push(r));
  }

  /** Accepts nothing more and waits for what was accepted. */
  async close(): Promise<void> {
    this.closed = true;
    await this.idle();
  }

  /** Accepts nothing more and refuses what waits; what runs goes on. */
  destroy(reason: unknown = new PoolClosedError(this.name)): void {
    this.closed = true;
    for (let t = this.waiting.shift(); t !== undefined; t = this.waiting.shift()) t.reject(reason);
    this.settled();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  private enqueue(f: (signal: AbortSignal | undefined) => unknown, o: TaskOptions, resolve: (v: unknown) => void, reject: (e: unknown) => void): void {
    const { signal } = o;
    const priority = checkedPriority(o.priority ?? 0);
    if (this.closed) throw new PoolClosedError(this.name);
    if (signal?.aborted === true) {
      reject(signal.reason);
      return;
    }
    const onAbort = (): void => {
      if (this.waiting.remove(t)) {
        reject(signal!.reason);
        this.settled();
      }
    };
    const t: Task = {
      priority,
      sequence: this.sequence++,
      start: () => {
        signal?.removeEventListener('abort', onAbort);
        this.active++;
        void this.work(f, signal).then(resolve, reject);
      },
      reject: (e) => {
        signal?.removeEventListener('abort', onAbort);
        reject(e);
      },
    };
    if (this.active < this.limit) {
      t.start();
      return;
    }
    if (this.waiting.size >= (this.o.queueLimit as number)) throw new PoolFullError(this.name, this.o.queueLimit as number);
    this.waiting.add(t);
    signal?.addEventListener('abort', onAbort, { once: true });
  }

  private async work(f: (signal: AbortSignal | undefined) => unknown, signal: AbortSignal | undefined): Promise<unknown> {
    try {
      return await f(signal);
    } finally {
      this.active--;
      this.next();
      this.settled();
    }
  }

  private next(): void {
    while (this.active < this.limit) {
      const t = this.waiting.shift();
      if (t === undefined) return;
      t.start();
    }
  }

  private settled(): void {
    if (this.active > 0 || this.waiting.size > 0) return;
    const { idlers } = this;
    this.idlers = [];
    for (const r of idlers) r();
  }

  private failed(e: unknown): void {
    if (this.o.onError !== undefined) this.o.onError(e);
    else defaultLogger().error(`GOPOOL: panic in pool: ${this.name}`, { error: toError(e) });
  }
}

interface Registry {
  readonly version: 1;
  readonly pools: Map<string, TaskPool>;
}

function registry(): Map<string, TaskPool> {
  const g = globalThis as unknown as Record<symbol, Registry | undefined>;
  return (g[Symbol.for('cloudwego.gopool/1')] ??= { version: 1, pools: new Map() }).pools;
}

/** Makes a pool known by its name to the whole process. Errors: OptionError when the name is taken. Source: RegisterPool. */
export function registerPool(pool: TaskPool): void {
  if (registry().has(pool.name)) throw new OptionError('gopool.name', `gopool.name: a pool "${pool.name}" is registered already`);
  registry().set(pool.name, pool);
}

/** A registered pool. Source: GetPool. */
export function getPool(name: string): TaskPool | undefined {
  return registry().get(name);
}

/** Forgets a registered pool; true when there was one. */
export function unregisterPool(name: string): boolean {
  return registry().delete(name);
}
