// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { LaunchError } from './errors.js';
import { answersOn, freePort } from './ports.js';

/** How one sees that a server answers: its port takes connections, it printed a line, or a question of one's own says so. */
export type Ready = 'port' | RegExp | ((s: Launched) => boolean | Promise<boolean>);

/** What to run. */
export interface LaunchOptions {
  /** Program, by path or name. */
  readonly command: string;
  /** Its arguments; a function is given the free port. */
  readonly args?: readonly string[] | ((port: number) => readonly string[]) | undefined;
  readonly cwd?: string | undefined;
  /** Added to this process's environment. A function is given the free port. */
  readonly env?: Readonly<Record<string, string>> | ((port: number) => Readonly<Record<string, string>>) | undefined;
  /** @defaultValue 'port' */
  readonly ready?: Ready | undefined;
  /** How long the server may take to answer. Unit ms. @defaultValue 30000 */
  readonly timeoutMs?: number | undefined;
  /** How long it may take to end when asked. Unit ms. @defaultValue 5000 */
  readonly graceMs?: number | undefined;
}

/** A running server. */
export interface Launched extends AsyncDisposable {
  readonly pid: number;
  readonly port: number;
  /** `127.0.0.1:port`. */
  readonly address: string;
  /** What it printed, both streams, the last megabyte. */
  logs(): string;
  /** Status and signal, once it ended. */
  readonly ended: Promise<{ readonly status: number | null; readonly signal: NodeJS.Signals | null }>;
  /** SIGTERM to the whole process group, SIGKILL after `graceMs`. */
  stop(): Promise<void>;
}

const MAX_LOG = 1024 * 1024;
const running = new Set<number>();
let watching = false;

/** To the group that `pid` leads, so that what a script started goes with it. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(-pid, name);
  } catch {
    // It is gone already.
  }
}

/**
 * Starts a server on a free port and waits until it answers. It is killed when this process ends, whatever happens.
 * Errors: {@link LaunchError} when it cannot be run, ends early or does not answer; nothing is left running then.
 */
export async function launch(o: LaunchOptions): Promise<Launched> {
  if (!watching) {
    watching = true;
    process.once('exit', () => {
      for (const pid of running) signal(pid, 'SIGKILL');
    });
  }
  const port = await freePort();
  const args = typeof o.args === 'function' ? o.args(port) : (o.args ?? []);
  const env = typeof o.env === 'function' ? o.env(port) : o.env;
  const child = spawn(o.command, args, { cwd: o.cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const server = new LaunchedProcess(child, port, o.graceMs ?? 5000);
  try {
    await server.answering(o.ready ?? 'port', o.timeoutMs ?? 30_000, `${o.command} ${args.join(' ')}`);
  } catch (e) {
    await server.stop();
    throw e;
  }
  return server;
}

class LaunchedProcess implements Launched {
  readonly pid: number;
  readonly port: number;
  readonly address: string;
  readonly ended: Promise<{ readonly status: number | null; readonly signal: NodeJS.Signals | null }>;
  private readonly graceMs: number;
  private over: string | undefined = undefined;
  private text: string = '';

  constructor(child: ChildProcess, port: number, graceMs: number) {
    this.pid = child.pid ?? -1;
    this.port = port;
    this.address = `127.0.0.1:${port}`;
    this.graceMs = graceMs;
    if (child.pid !== undefined) running.add(child.pid);
    for (const s of [child.stdout!, child.stderr!]) {
      s.setEncoding('utf8').on('data', (d: string) => {
        this.text = (this.text + d).slice(-MAX_LOG);
      });
    }
    this.ended = new Promise((resolve) => {
      const done = (how: string, status: number | null, sig: NodeJS.Signals | null): void => {
        this.over ??= how;
        running.delete(this.pid);
        resolve({ status, signal: sig });
      };
      child.once('error', (e) => {
        done(e.message, null, null);
      });
      child.once('close', (status, sig) => {
        done(`it ended with ${sig ?? `status ${status}`}`, status, sig);
      });
    });
  }

  logs(): string {
    return this.text;
  }

  async answering(ready: Ready, timeoutMs: number, what: string): Promise<void> {
    const end = performance.now() + timeoutMs;
    for (;;) {
      if (this.over !== undefined) throw this.failure(what, this.over);
      if (await this.isReady(ready)) return;
      if (performance.now() > end) throw this.failure(what, `it did not answer within ${timeoutMs} ms (timeoutMs)`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  private async isReady(ready: Ready): Promise<boolean> {
    if (ready === 'port') return answersOn({ port: this.port });
    if (ready instanceof RegExp) return ready.test(this.text);
    return ready(this);
  }

  private failure(what: string, why: string): LaunchError {
    return new LaunchError(`launch ${what}: ${why}${this.text === '' ? '' : `; it said:\n${this.text.slice(-2000)}`}`);
  }

  async stop(): Promise<void> {
    if (this.over === undefined) {
      signal(this.pid, 'SIGTERM');
      const timer = setTimeout(() => {
        signal(this.pid, 'SIGKILL');
      }, this.graceMs);
      await this.ended;
      clearTimeout(timer);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}
