// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Shows that a prebuilt addon of netpoll works on the Node that runs this: in two threads at once it listens, dials itself and is told of both.
//
//   node tools/workspace/prebuild-check.mjs packages/netpoll/prebuilds/linux-x64/netpoll.glibc.node
//   qemu-aarch64 -L /usr/aarch64-linux-gnu NODE-OF-ARM64 tools/workspace/prebuild-check.mjs packages/netpoll/prebuilds/linux-arm64/netpoll.glibc.node

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMainThread, Worker, workerData } from 'node:worker_threads';

/** Kinds of records. Source: packages/netpoll/src/poll/native.ts. */
const ACCEPTED = 5;
const CONNECTED = 6;
const SLOTS = 1 << 20;

const path = isMainThread ? process.argv[2] : workerData;
const native = createRequire(import.meta.url)(resolve(path));
assert.equal(native.driver, 'epoll');
const bytes = (n) => new ArrayBuffer(n);
const memory = { header: bytes(64), in: bytes(65_536), out: bytes(65_536), slabs: [bytes(1 << 20), bytes(1 << 20)], output: bytes(1 << 20), pending: bytes(1 << 21), stats: bytes(96) };
const header = new Int32Array(memory.header);
const records = new Int32Array(memory.in);
const seen = new Set();
const open = [];

const loop = native.createLoop(memory, [], () => {
  for (let i = 0; i < header[0]; i++) {
    const kind = records[4 * i + 1] & 0xff;
    seen.add(kind);
    if (kind === ACCEPTED) open.push([records[4 * i], records[4 * i + 1] >>> 8]);
  }
  if (seen.has(ACCEPTED) && seen.has(CONNECTED)) for (const [slot, generation] of open.splice(0)) assert.equal(loop.close(slot, generation, false), 0);
});
const handle = (id) => {
  assert.ok(id >= 0, `minus errno ${id}`);
  open.push([id % SLOTS, Math.floor(id / SLOTS)]);
  return open.at(-1);
};
const [slot, generation] = handle(loop.listen(false, '127.0.0.1', 0, 16, 0));
const port = Number(loop.address(slot, generation, false).split(' ')[2]);
handle(loop.dial(false, '127.0.0.1', port));
if (isMainThread) {
  new Worker(fileURLToPath(import.meta.url), { workerData: path }).once('exit', (code) => {
    process.exitCode ||= code;
  });
}
// It ends when its sockets are closed.
process.once('exit', () => {
  assert.deepEqual([...seen].sort(), [ACCEPTED, CONNECTED]);
  if (isMainThread) console.log(`${path}: works on ${process.platform}-${process.arch}, Node ${process.versions.node}`);
});
