// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long a server may take to listen, and to stop after it was told to. Unit ms. */
const START_LIMIT = 15_000;
const STOP_LIMIT = 5_000;

const taskset = spawnSync('taskset', ['-V']).status === 0;

/** Why processes are not pinned to cores of their own, or undefined. */
export const unpinned = !taskset ? 'taskset is not installed' : availableParallelism() < 2 ? 'there is one core only' : undefined;

const tick = Number(spawnSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }).stdout) || 100;

/** Every process that was started here and has not ended. */
const running = new Set();

/** Ends what still runs; for the harness's own end. */
export function killAll() {
  for (const child of running) child.kill('SIGKILL');
}

/** CPU time of a process and of its threads. Unit s. Source: proc(5), fields utime and stime of /proc/PID/stat. */
export function cpuSeconds(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / tick;
}

/** Starts a process, on one core where that is possible. Its standard input stays open: peers stop when it ends. */
export function start(core, command) {
  const words = unpinned === undefined ? ['taskset', '-c', String(core), ...command] : command;
  const child = spawn(words[0], words.slice(1), { stdio: ['pipe', 'pipe', 'pipe'] });
  running.add(child);
  const process_ = { child, pid: child.pid, stderr: '', stdout: '', stopping: false };
  child.stdin.on('error', () => undefined);
  child.stdout.setEncoding('utf8').on('data', (d) => (process_.stdout += d));
  child.stderr.setEncoding('utf8').on('data', (d) => (process_.stderr = (process_.stderr + d).slice(-8000)));
  process_.ended = new Promise((resolve) => {
    child.once('error', (e) => {
      running.delete(child);
      resolve(e.message);
    });
    child.once('close', (code, signal) => {
      running.delete(child);
      resolve(code === 0 ? undefined : `exit ${code ?? signal}`);
    });
  });
  return process_;
}

/** Runs a process to its end and gives its output. Throws with what it wrote when it fails. `limit` in ms. */
export async function finish(name, p, limit) {
  const timer = setTimeout(() => p.child.kill('SIGKILL'), limit);
  const why = await p.ended;
  clearTimeout(timer);
  if (why !== undefined) throw new Error(`${name}: ${why}\n${p.stderr}`);
  return p.stdout;
}

/** Starts a server and waits for its line `LISTEN HOST:PORT`. `during(promise)` gives what the promise gives, or fails with the server; `said()` is the end of what it wrote to standard error. */
export async function startServer(name, core, command) {
  const p = start(core, command);
  const crashed = p.ended.then((why) => {
    if (p.stopping) return new Promise(() => undefined);
    throw new Error(`the server ${name} ended by itself: ${why ?? 'exit 0'}\n${p.stderr}`);
  });
  crashed.catch(() => undefined);
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the server ${name} did not listen within ${START_LIMIT} ms\n${p.stderr}`)), START_LIMIT);
  });
  try {
    for (;;) {
      const m = /^LISTEN (\S+):(\d+)$/m.exec(p.stdout);
      if (m !== null) return { name, pid: p.pid, host: m[1], port: Number(m[2]), said: () => p.stderr, during: (work) => during(p, work, crashed), stop: () => stop(p) };
      await Promise.race([once(p.child.stdout, 'data'), crashed, late]);
    }
  } catch (e) {
    await stop(p);
    throw e;
  } finally {
    clearTimeout(timer);
  }
}

/** What somebody gives who works on the server. Where both fail, the crash is the cause, and what the server wrote is told either way. */
async function during(p, work, crashed) {
  try {
    return await Promise.race([work, crashed]);
  } catch (e) {
    await Promise.race([crashed, sleep(500)]);
    e.message += p.stderr === '' || e.message.includes(p.stderr) ? '' : `\nthe server wrote: ${p.stderr}`;
    throw e;
  }
}

async function stop(p) {
  p.stopping = true;
  p.child.kill('SIGTERM');
  const timer = setTimeout(() => p.child.kill('SIGKILL'), STOP_LIMIT);
  await p.ended;
  clearTimeout(timer);
}
