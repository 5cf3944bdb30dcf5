// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Both ends in one go: starts the server on a free port, runs the client against it, stops the server.

import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const suffix = import.meta.url.slice(import.meta.url.lastIndexOf('.'));

/** Starts a program of this folder and shows its lines under its name. */
function run(name: string, address: string, onLine?: (line: string) => void): ChildProcessByStdio<null, Readable, null> {
  const file = fileURLToPath(new URL(name + suffix, import.meta.url));
  const child = spawn(process.execPath, [...process.execArgv, file], { env: { ...process.env, ADDRESS: address }, stdio: ['ignore', 'pipe', 'inherit'] });
  createInterface({ input: child.stdout }).on('line', (line) => {
    console.log(`${name}: ${line}`);
    onLine?.(line);
  });
  return child;
}

let listening: (address: string) => void = () => undefined;
const address = new Promise<string>((resolve) => {
  listening = resolve;
});
const server = run('server', '127.0.0.1:0', (line) => {
  const at = /listens on (\S+)/.exec(line)?.[1];
  if (at !== undefined) listening(at);
});
const stopped = once(server, 'close');

const at = await Promise.race([address, stopped.then(() => undefined)]);
if (at === undefined) {
  process.exitCode = 1;
} else {
  const [status] = (await once(run('client', at), 'close')) as [number | null];
  server.kill('SIGTERM');
  await stopped;
  process.exitCode = status === 0 ? 0 : 1;
}
