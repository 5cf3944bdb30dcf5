// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { FromChild, ToChild } from './messages.js';

/** One kind of process. */
export interface ProcessSpec {
  readonly name: string;
  /** The program: a module below this package. */
  readonly entry: URL;
  /** @defaultValue 1 */
  readonly instances?: number;
  /** Kinds that are ready before this one starts, and end after it. */
  readonly after?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export type ChildState = 'starting' | 'ready' | 'stopping' | 'stopped' | 'waiting';

/** How one process ended. */
export interface Ending {
  readonly instance: string;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** It did not end by itself in time. */
  readonly forced: boolean;
}

export type SupervisorEvent =
  | { readonly kind: 'ready'; readonly instance: string; readonly again: boolean }
  | { readonly kind: 'exit'; readonly instance: string; readonly code: number | null; readonly signal: NodeJS.Signals | null; readonly wanted: boolean; readonly lines: readonly string[] }
  | { readonly kind: 'message'; readonly instance: string; readonly message: FromChild };

/** Options of {@link Supervisor.start}. */
export interface SupervisorOptions {
  readonly dir: string;
  readonly onEvent: (e: SupervisorEvent) => void;
  /** Arguments of node itself. @defaultValue those of this process */
  readonly execArgv?: readonly string[];
  /** From the end of a process to its next start. Unit ms. @defaultValue 800 */
  readonly restartMs?: number;
  /** From being told to stop to being killed. Unit ms. @defaultValue 10000 */
  readonly stopTimeoutMs?: number;
  /** Until the first answer. Unit ms. @defaultValue 30000 */
  readonly readyTimeoutMs?: number;
}

const MAX_FAST_ENDS = 5;

/**
 * Starts processes in the order of who needs whom, each ready by its own word; starts them again when they end by themselves; stops them in the reverse order.
 * Children are in groups of their own: Ctrl-C reaches this process alone. They end by themselves when this process is gone, because their channel closes.
 */
export class Supervisor implements AsyncDisposable {
  readonly children: readonly Child[];
  private readonly specs: readonly ProcessSpec[];
  private stopped: Promise<readonly Ending[]> | undefined;

  private constructor(specs: readonly ProcessSpec[], o: SupervisorOptions) {
    this.specs = specs;
    this.children = specs.flatMap((s) => Array.from({ length: s.instances ?? 1 }, (_, i) => new Child(s, (s.instances ?? 1) === 1 ? s.name : `${s.name}-${i + 1}`, o)));
  }

  /**
   * Starts everything; resolves when all are ready.
   * Errors: the last words of a process that ended before it was ready, everything else being stopped by then.
   */
  static async start(specs: readonly ProcessSpec[], o: SupervisorOptions): Promise<Supervisor> {
    const s = new Supervisor(specs, o);
    // Whatever ends this process, they must not stay.
    process.once('exit', s.killAll);
    try {
      for (const group of s.groups()) await Promise.all(group.map((c) => c.start()));
      return s;
    } catch (e) {
      await s.stop();
      throw e;
    }
  }

  /** Groups in the order of starting. */
  private groups(): readonly (readonly Child[])[] {
    const out: Child[][] = [];
    const placed = new Set<string>();
    while (placed.size < this.specs.length) {
      const next = this.specs.filter((s) => !placed.has(s.name) && (s.after ?? []).every((a) => placed.has(a)));
      if (next.length === 0) throw new Error('supervisor: processes wait for one another');
      out.push(this.children.filter((c) => next.includes(c.spec)));
      for (const n of next) placed.add(n.name);
    }
    return out;
  }

  find(instance: string): Child {
    const c = this.children.find((x) => x.instance === instance);
    if (c === undefined) throw new Error(`no such process: ${instance}`);
    return c;
  }

  /** Stops everything, last started first; a second call waits for the first. */
  stop(): Promise<readonly Ending[]> {
    return (this.stopped ??= this.stopAll());
  }

  private async stopAll(): Promise<readonly Ending[]> {
    const out: Ending[] = [];
    for (const c of this.children) c.restarts = false;
    for (const group of [...this.groups()].reverse()) out.push(...(await Promise.all(group.map((c) => c.stop()))).filter((e) => e !== undefined));
    process.off('exit', this.killAll);
    return out;
  }

  /** Synchronous, for the end of this process. */
  readonly killAll = (): void => {
    for (const c of this.children) {
      c.restarts = false;
      c.kill('SIGKILL');
    }
  };

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

/** One process and its successors. */
export class Child {
  readonly spec: ProcessSpec;
  readonly instance: string;
  state: ChildState = 'stopped';
  /** Whether it is started again when it ends. */
  restarts: boolean = true;
  restarted: number = 0;
  address: string = '';
  private readonly o: SupervisorOptions;
  private process: ChildProcess | undefined;
  private timer: NodeJS.Timeout | undefined;
  private lines: string[] = [];
  private fastEnds: number = 0;
  private wanted: boolean = false;
  private ended: Promise<unknown> = Promise.resolve();

  constructor(spec: ProcessSpec, instance: string, o: SupervisorOptions) {
    this.spec = spec;
    this.instance = instance;
    this.o = o;
  }

  get pid(): number {
    return this.process?.pid ?? 0;
  }

  /** Resolves when it is ready. Errors: what it said before it ended. */
  async start(): Promise<void> {
    this.state = 'starting';
    this.wanted = false;
    this.lines = [];
    const began = performance.now();
    const child = fork(fileURLToPath(this.spec.entry), {
      execArgv: [...(this.o.execArgv ?? process.execArgv)],
      env: { ...process.env, ...this.spec.env, SHOP_DIR: this.o.dir, SHOP_INSTANCE: this.instance, SHOP_ADDRESS: this.address },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
      serialization: 'advanced',
    });
    this.process = child;
    for (const s of [child.stdout!, child.stderr!]) {
      s.setEncoding('utf8').on('data', (text: string) => {
        this.lines = [...this.lines, ...text.split('\n').filter((l) => l !== '')].slice(-40);
      });
    }
    let ready: () => void = () => undefined;
    const isReady = new Promise<boolean>((resolve) => {
      ready = () => {
        resolve(true);
      };
    });
    child.on('message', (m: FromChild) => {
      if (m.kind === 'ready') {
        this.state = 'ready';
        this.address = m.address;
        ready();
        this.o.onEvent({ kind: 'ready', instance: this.instance, again: this.restarted > 0 });
      } else {
        this.o.onEvent({ kind: 'message', instance: this.instance, message: m });
      }
    });
    // A channel that breaks is told by the exit.
    child.on('error', () => undefined);
    this.ended = once(child, 'close').then(([code, signal]) => {
      this.exited(code as number | null, signal as NodeJS.Signals | null, performance.now() - began);
    });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => {
        resolve(false);
      }, this.o.readyTimeoutMs ?? 30_000);
    });
    const ok = await Promise.race([isReady, this.ended.then(() => false), late]);
    clearTimeout(timer);
    if (!ok) {
      this.restarts = false;
      this.kill('SIGKILL');
      await this.ended;
      throw new Error(`${this.instance} did not become ready:\n${this.lines.join('\n')}`);
    }
  }

  private exited(code: number | null, signal: NodeJS.Signals | null, livedMs: number): void {
    this.process = undefined;
    this.last = { instance: this.instance, code, signal, forced: false };
    this.state = 'stopped';
    this.o.onEvent({ kind: 'exit', instance: this.instance, code, signal, wanted: this.wanted, lines: this.lines.slice(-8) });
    this.fastEnds = livedMs < 2000 ? this.fastEnds + 1 : 0;
    if (!this.restarts || this.wanted || this.fastEnds > MAX_FAST_ENDS) return;
    this.state = 'waiting';
    this.timer = setTimeout(
      () => {
        this.restarted++;
        // What goes wrong here is told by its exit.
        this.start().catch(() => undefined);
      },
      (this.o.restartMs ?? 800) * 2 ** this.fastEnds,
    );
  }

  private last: Ending | undefined;

  send(m: ToChild): void {
    if (this.process?.connected === true) this.process.send(m, undefined, undefined, () => undefined);
  }

  kill(signal: NodeJS.Signals): void {
    this.process?.kill(signal);
  }

  /** Stops it in order, and starts it again, also when it was given up. */
  async restart(): Promise<void> {
    await this.stop();
    this.restarts = true;
    this.fastEnds = 0;
    this.restarted++;
    await this.start();
  }

  /** Tells it to stop and waits; kills it when it takes too long. Undefined when it was not running. */
  async stop(): Promise<Ending | undefined> {
    clearTimeout(this.timer);
    const child = this.process;
    if (child === undefined) {
      this.state = 'stopped';
      return undefined;
    }
    this.wanted = true;
    this.state = 'stopping';
    if (child.connected) child.send({ kind: 'stop' } satisfies ToChild, undefined, undefined, () => undefined);
    else child.kill('SIGTERM');
    let forced = false;
    const timer = setTimeout(() => {
      forced = true;
      child.kill('SIGKILL');
    }, this.o.stopTimeoutMs ?? 10_000);
    await this.ended;
    clearTimeout(timer);
    return { ...this.last!, forced };
  }
}
