// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { join } from 'node:path';

import { root } from '../lib/paths.mjs';
import { finish, start } from '../lib/pinned.mjs';

const reads = [
  { key: '1', title: 'one message in each read' },
  { key: '32', title: '32 messages in each read' },
];

const variants = [
  { key: 'engine', title: 'through `createRpcEngine`', ours: true },
  { key: 'straight', title: 'straight code' },
];

/** Unit ns per message. Source: the project's target for the shape of the engine. */
const MOST = 600;

/** What the engine's shape costs: an echo through the engine against the same work as one function, in memory, both on core 1 in fresh processes. */
export async function engineSuite({ rounds, seconds, warmup, log }) {
  const samples = new Map();
  for (const read of reads) for (const v of variants) samples.set(`${read.key} ${v.key}`, []);
  for (let round = 1; round <= rounds; round++) {
    for (const read of reads) {
      for (const v of variants) {
        const p = start(1, [process.execPath, join(root, 'kitex/engine.mjs'), v.key, read.key, String(seconds), String(warmup)]);
        const { nanos } = JSON.parse(await finish(`engine ${v.key}`, p, (seconds + warmup) * 1000 + 15_000));
        samples.get(`${read.key} ${v.key}`).push({ cpuMicros: nanos / 1000 });
        log(`engine ${read.key} round ${round} ${v.key}: ${nanos.toFixed(0)} ns CPU`);
      }
    }
  }
  return {
    key: 'kitex-engine',
    title: 'What the engine\'s shape costs',
    about: [
      'An echo of a string of 1 KiB over TTHeader, in memory, without a socket or a framework: through the protocol engine with its events and commands, and by one function of straight code that checks the same, routes by the same bytes and writes the same answer. Payload codec, byte reader and byte writer are the same on both sides. CPU time of the process, garbage collection included.',
    ],
    tables: reads.map((read) => ({
      key: read.key,
      title: read.title,
      unit: 'message',
      against: [],
      targets: [],
      difference: { row: 'engine', other: 'straight', most: MOST / 1000 },
      rows: variants.map((v) => ({ key: v.key, title: v.title, ours: v.ours === true, missing: undefined, samples: samples.get(`${read.key} ${v.key}`) })),
    })),
  };
}
