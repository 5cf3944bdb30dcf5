// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { join } from 'node:path';

import { load } from '../lib/load.mjs';
import { output, root } from '../lib/paths.mjs';
import { startServer } from '../lib/pinned.mjs';
import { echoFrame } from './frame.mjs';

const shapes = [
  { key: '50x1', connections: 50, depth: 1, title: '50 connections, 1 request in flight on each' },
  { key: '8x32', connections: 8, depth: 32, title: '8 connections, 32 requests in flight on each' },
];

/** What every wire is measured with; the first of the others is what ours is compared with. */
const wires = [
  { wire: 'ttheader', title: 'TTHeader', others: ['go', 'rust'] },
  { wire: 'framed', title: 'Framed', others: ['apache', 'go'] },
];

/** Ratios of CPU time per message that are wanted. Source: the project's targets for the Kitex server. */
const targets = {
  '50x1': { value: { go: 1.8, rust: 1.3, apache: 3 }, async: { go: 1.5, rust: 1.15, apache: 3 } },
  '8x32': { value: { go: 8, rust: 6, apache: 3 }, async: { go: 8, rust: 6, apache: 3 } },
};

function contenders(peers, { others }) {
  const ours = (kind, label) => ({
    key: kind,
    ours: true,
    title: `TypeScript Kitex, ${label}`,
    command: [process.execPath, join(root, 'kitex/server.mjs'), kind],
  });
  const list = [ours('async', '`async` handler'), ours('value', 'handler by value')];
  for (const key of others) {
    const peer = peers[key];
    list.push({ key, title: peer.title, missing: peer.missing, command: peer.command && [...peer.command, 'bench-server'] });
  }
  return list;
}

/** The server: 1 KiB echo, the server alone on core 0 and the load on core 1, a fresh server process in each round. */
export async function serverSuite({ peers, rounds, seconds, warmup, log }) {
  const { Bench } = await import(join(output, 'generated/bench/index.js'));
  const tables = [];
  for (const entry of wires) {
    const frame = echoFrame(Bench, entry.wire);
    const list = contenders(peers, entry);
    const samples = new Map();
    for (const shape of shapes) for (const c of list) samples.set(`${shape.key} ${c.key}`, []);
    for (let round = 1; round <= rounds; round++) {
      for (const c of list) {
        if (c.missing !== undefined) continue;
        const server = await startServer(c.title, 0, c.command);
        try {
          for (const shape of shapes) {
            const s = await load(server, frame, shape, warmup, seconds);
            samples.get(`${shape.key} ${c.key}`).push(s);
            log(`server ${entry.wire} ${shape.key} round ${round} ${c.key}: ${Math.round(s.throughput)}/s, ${s.cpuMicros.toFixed(2)} us CPU, p99 ${s.p99} us`);
          }
        } finally {
          await server.stop();
        }
      }
    }
    for (const shape of shapes) {
      tables.push({
        key: `${entry.wire}-${shape.key}`,
        title: `${entry.title}, ${shape.title}`,
        unit: 'message',
        against: entry.others,
        targets: ['async', 'value'].flatMap((kind) => targetsOf(shape.key, kind, entry.others)),
        rows: list.map((c) => ({ key: c.key, title: c.title, ours: c.ours === true, missing: c.missing, samples: samples.get(`${shape.key} ${c.key}`) })),
      });
    }
  }
  return {
    key: 'kitex-server',
    title: 'Kitex server',
    about: [
      'An echo of a string of 1 KiB. The server has core 0 for itself and is loaded by a generator in C on core 1, which repeats one request and sets no pace.',
      'CPU is the server process\'s own time, user and system, for each message: the steadier figure, and the one that ratios are made of.',
      'The `async` handler is the headline. Our server runs with default options: on the `poll` engine where its addon is built.',
    ],
    tables,
  };
}

function targetsOf(shape, kind, others) {
  // Framed is for Apache Thrift peers: Go is there for comparison only.
  const wanted = others.includes('apache') ? ['apache'] : others;
  const list = wanted.map((other) => ({ row: kind, other, wanted: targets[shape][kind][other] }));
  // Latency is nowhere to be worse than the peer's.
  if (kind === 'async') for (const other of wanted) list.push({ row: kind, other, wanted: 1, of: 'p99' });
  return list;
}
