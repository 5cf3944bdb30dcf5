// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { join } from 'node:path';

import { root } from '../lib/paths.mjs';
import { finish, start, startServer } from '../lib/pinned.mjs';

const CALLERS = 50;

/** What every wire is measured with; the first of the others is what ours is compared with. */
const wires = [
  { wire: 'ttheader', title: 'TTHeader', others: ['go', 'rust'], targets: [{ row: 'typescript', other: 'go', wanted: 1.5 }, { row: 'typescript', other: 'go', wanted: 1, of: 'p99' }] },
  { wire: 'framed', title: 'Framed', others: ['apache', 'go'], targets: [] },
];

function contenders(peers, { others }) {
  const list = [{ key: 'typescript', ours: true, title: 'TypeScript Kitex', command: [process.execPath, join(root, 'kitex/client.mjs')] }];
  for (const key of others) {
    const peer = peers[key];
    list.push({ key, title: peer.title, missing: peer.missing, command: peer.command && [...peer.command, 'bench-client'] });
  }
  return list;
}

/** One sample: a client process of its own against a running server. */
async function sample(c, server, wire, warmup, seconds) {
  const words = ['-addr', `${server.host}:${server.port}`, '-transport', wire, '-callers', CALLERS, '-seconds', seconds, '-warmup', warmup];
  const p = start(1, [...c.command, ...words.map(String)]);
  const text = await server.during(finish(`the client ${c.title}`, p, (warmup + seconds) * 1000 + 20_000));
  const { calls, seconds: took, cpuSeconds, p50, p99 } = JSON.parse(text);
  if (calls === 0) throw new Error(`the client ${c.title} made no call`);
  return { throughput: calls / took, cpuMicros: (cpuSeconds * 1e6) / calls, p50, p99 };
}

/** The client: 50 callers, the client alone on core 1 against a fresh Go Kitex server on core 0, both fresh in each round. */
export async function clientSuite({ peers, rounds, seconds, warmup, log }) {
  const tables = [];
  for (const entry of wires) {
    const list = contenders(peers, entry).map((c) => (peers.go.missing === undefined ? c : { ...c, missing: c.missing ?? `needs the Go server: ${peers.go.missing}` }));
    const samples = new Map(list.map((c) => [c.key, []]));
    for (let round = 1; round <= rounds; round++) {
      for (const c of list) {
        if (c.missing !== undefined) continue;
        const server = await startServer('Go Kitex', 0, [...peers.go.command, 'bench-server']);
        try {
          const s = await sample(c, server, entry.wire, warmup, seconds);
          samples.get(c.key).push(s);
          log(`client ${entry.wire} round ${round} ${c.key}: ${Math.round(s.throughput)}/s, ${s.cpuMicros.toFixed(2)} us CPU, p99 ${s.p99} us`);
        } finally {
          await server.stop();
        }
      }
    }
    tables.push({
      key: entry.wire,
      title: `${entry.title}, ${CALLERS} callers on the long pool`,
      unit: 'call',
      against: entry.others,
      targets: entry.targets,
      rows: list.map((c) => ({ key: c.key, title: c.title, ours: c.ours === true, missing: c.missing, samples: samples.get(c.key) })),
    });
  }
  return {
    key: 'kitex-client',
    title: 'Kitex client',
    about: [
      'An echo of a string of 1 KiB, called by 50 callers with one call in flight each. The client has core 1 for itself; the server is Go Kitex on core 0 for every client, and its pace limits calls per second, so CPU per call is the figure that tells.',
      'CPU is the client process\'s own time for each call. Apache Thrift has no pool: each of its callers has a connection of its own.',
    ],
    tables,
  };
}
