// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// What an idle connection costs a server outside the kernel: its memory with N of them, each of which was used once, less its memory without, over N.
//
//   node netpoll/idle.mjs [N, else 10000]

import { once } from 'node:events';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { root } from '../lib/paths.mjs';
import { start } from '../lib/pinned.mjs';

const N = Number(process.argv[2] ?? 10_000);

async function said(p, pattern, from = 0) {
  for (;;) {
    const m = pattern.exec(p.stdout.slice(from));
    if (m !== null) return m;
    await once(p.child.stdout, 'data');
  }
}

async function memory(p) {
  const from = p.stdout.length;
  p.child.kill('SIGUSR2');
  return Number((await said(p, /RSS (\d+)/, from))[1]);
}

/** Dials in batches, sends one message on each and waits for its echo. */
async function crowd(host, port, n) {
  const all = [];
  while (all.length < n) {
    const batch = Array.from({ length: Math.min(200, n - all.length) }, () => createConnection({ host, port, noDelay: true }));
    all.push(...batch);
    await Promise.all(
      batch.map(async (s) => {
        await once(s, 'connect');
        s.write('x'.repeat(1024));
        await once(s, 'data');
        s.pause();
      }),
    );
  }
  return all;
}

for (const [name, words] of [['poll', ['ours.mjs', 'poll']], ['stream', ['ours.mjs', 'stream']], ['node:net', ['node.mjs']]]) {
  const p = start(0, [process.execPath, '--expose-gc', join(root, 'netpoll', words[0]), ...words.slice(1)]);
  const [, host, port] = await said(p, /^LISTEN (\S+):(\d+)$/m);
  // What the first connections cost once is no cost of a connection.
  for (const s of await crowd(host, port, 200)) s.destroy();
  await sleep(500);
  const before = await memory(p);
  const all = await crowd(host, port, N);
  await sleep(500);
  const after = await memory(p);
  console.log(`${name}: ${((after - before) / N).toFixed(0)} bytes for each of ${N} idle connections (${(before / 1e6).toFixed(1)} MB without, ${(after / 1e6).toFixed(1)} MB with)`);
  for (const s of all) s.destroy();
  p.child.kill('SIGTERM');
  await p.ended;
}
