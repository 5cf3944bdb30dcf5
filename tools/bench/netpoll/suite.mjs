// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { load } from '../lib/load.mjs';
import { output, root } from '../lib/paths.mjs';
import { startServer } from '../lib/pinned.mjs';

/** From 500 connections on the generator alone fills its core, so that only CPU time is compared. */
const shapes = [
  { connections: 1, bytes: 64 },
  { connections: 1, bytes: 1024 },
  { connections: 50, bytes: 64 },
  { connections: 50, bytes: 1024 },
  { connections: 50, bytes: 4096 },
  { connections: 50, bytes: 65_536 },
  { connections: 50, bytes: 1_048_576 },
  { connections: 500, bytes: 1024 },
  { connections: 5000, bytes: 1024 },
].map((s) => ({ ...s, depth: 1, key: `${s.connections}x${s.bytes}`, title: `${s.connections} connection${s.connections === 1 ? '' : 's'}, ${sizeText(s.bytes)}` }));

function sizeText(n) {
  return n < 1024 ? `${n} B` : n < 1_048_576 ? `${n / 1024} KiB` : `${n / 1_048_576} MiB`;
}

/** Source: the project's targets for netpoll. Ratios, above 1 in our favour. */
function targetsOf({ connections, bytes }) {
  const list = [];
  if (connections >= 50) list.push({ row: 'poll', other: 'node', wanted: bytes <= 4096 ? 1 / 0.65 : 1 });
  if (connections === 1) list.push({ row: 'poll', other: 'node', wanted: 1 / 1.1, of: 'p50' });
  if (connections === 50 && bytes === 1024) list.push({ row: 'poll', other: 'c', wanted: 0.8, of: 'throughput' });
  return list;
}

/** The ceiling in C, compiled here. */
function ceiling() {
  const program = join(output, 'epoll');
  const r = spawnSync('cc', ['-O2', '-Wall', '-o', program, join(root, 'netpoll/epoll.c')], { encoding: 'utf8' });
  return r.status === 0 ? { command: [program] } : { missing: `epoll.c does not compile: ${r.error?.message ?? r.stderr}` };
}

async function contenders(peers) {
  const { createNetwork } = await import('@cloudwego/netpoll');
  let missing;
  try {
    createNetwork({ engine: 'poll' });
  } catch (e) {
    missing = e.message;
  }
  const ours = (engine) => [process.execPath, join(root, 'netpoll/ours.mjs'), engine];
  return [
    { key: 'poll', ours: true, title: 'netpoll for TypeScript, `poll`', command: ours('poll'), missing },
    { key: 'stream', ours: true, title: 'netpoll for TypeScript, `stream`', command: ours('stream') },
    { key: 'node', title: 'node:net', command: [process.execPath, join(root, 'netpoll/node.mjs')] },
    { key: 'netpoll', title: 'Go netpoll v0.7.2', command: peers.go.command && [...peers.go.command, 'netpoll-server'], missing: peers.go.missing },
    { key: 'c', title: 'epoll in C (the ceiling)', ...ceiling() },
  ];
}

/** One request: a length, then as many bytes. The servers echo bytes and know nothing of messages. */
function frameOf(bytes) {
  const frame = Buffer.alloc(bytes, 'x');
  frame.writeUInt32BE(bytes - 4, 0);
  return frame;
}

/** Echo of bytes, the server alone on core 0 and the load on core 1, a fresh server process for each shape of each round. */
export async function netpollSuite({ peers, rounds, seconds, warmup, log }) {
  const list = await contenders(peers);
  const samples = new Map();
  for (const shape of shapes) for (const c of list) samples.set(`${shape.key} ${c.key}`, []);
  for (let round = 1; round <= rounds; round++) {
    for (const shape of shapes) {
      const frame = frameOf(shape.bytes);
      for (const c of list) {
        if (c.missing !== undefined) continue;
        const server = await startServer(c.title, 0, c.command);
        try {
          const s = await load(server, frame, shape, warmup, seconds);
          samples.get(`${shape.key} ${c.key}`).push(s);
          log(`netpoll ${shape.key} round ${round} ${c.key}: ${Math.round(s.throughput)}/s, ${s.cpuMicros.toFixed(2)} us CPU, p50 ${s.p50} us, p99 ${s.p99} us`);
        } finally {
          await server.stop();
        }
      }
    }
  }
  return {
    key: 'netpoll-echo',
    title: 'Netpoll, echo',
    about: [
      'An echo of bytes, one message in flight on each connection. The server has core 0 for itself and is loaded by a generator in C on core 1.',
      'CPU is the server process\'s own time, user and system, for each message: the steadier figure, and the one that ratios are made of. From 500 connections on it is the only one that counts, since the generator then sets the pace.',
      'node:net is written as its users write it, `socket.write(chunk)` for each `data` event; netpoll for TypeScript is a consumer that copies messages below 4 KiB and passes longer ones on by reference.',
    ],
    tables: shapes.map((shape) => ({
      key: shape.key,
      title: shape.title,
      unit: 'message',
      against: ['node', 'netpoll', 'c'],
      targets: targetsOf(shape),
      rows: list.map((c) => ({ key: c.key, title: c.title, ours: c.ours === true, missing: c.missing, samples: samples.get(`${shape.key} ${c.key}`) })),
    })),
  };
}
