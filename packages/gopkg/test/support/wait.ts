// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Waits until `done` holds; the test's own timeout ends it otherwise. */
export async function until(done: () => boolean): Promise<void> {
  while (!done()) await new Promise((r) => setTimeout(r, 2));
}

/** Collects errors that are thrown outside of any caller while `run` runs and for the two turns after it. */
export async function uncaughtDuring(run: () => unknown): Promise<unknown[]> {
  const seen: unknown[] = [];
  const before = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', (e) => seen.push(e));
  try {
    await run();
    for (let i = 0; i < 2; i++) await new Promise((r) => setImmediate(r));
  } finally {
    process.removeAllListeners('uncaughtException');
    for (const l of before) process.on('uncaughtException', l);
  }
  return seen;
}

/** Runs TypeScript in a Node process of its own, in the folder of the package; gives its status and output. */
export async function runScript(code: string, flags: readonly string[] = []): Promise<{ readonly status: number | null; readonly out: string; readonly err: string }> {
  const child = spawn(process.execPath, [...flags, '--conditions=@cloudwego/source', '--import', 'tsx', '--input-type=module', '-e', code], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (d: string) => (out += d));
  child.stderr.setEncoding('utf8').on('data', (d: string) => (err += d));
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, out, err };
}
