// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Our client of the bench, in a process of its own. Prints the line that every peer's bench-client prints: CPU is this process's own, percentiles are in
// microseconds.
//
//   node client.mjs -addr HOST:PORT -transport KIND -callers N -seconds S -warmup W

import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { createClient } from '@cloudwego/kitex';

import { Bench } from '../.build/generated/bench/index.js';
import { text } from './frame.mjs';

const { values } = parseArgs({
  args: process.argv.slice(2).map((word) => (/^-[a-z]/.test(word) ? `-${word}` : word)),
  options: {
    addr: { type: 'string' },
    transport: { type: 'string', default: 'ttheader' },
    callers: { type: 'string', default: '50' },
    seconds: { type: 'string', default: '2' },
    warmup: { type: 'string', default: '1' },
  },
});

const ownCpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

// The pool's limits are those of the Go peer.
const client = createClient(Bench, {
  destService: 'bench',
  hostPorts: [values.addr],
  transport: values.transport,
  connectTimeoutMs: 1000,
  pool: { kind: 'long', maxIdlePerAddress: 100, maxIdleGlobal: 1000, maxIdleTimeoutMs: 60_000 },
});

/** Calls by microseconds; the last bucket is for slower ones. */
const counts = new Uint32Array(20_000);
let calls = 0;
let measuring = false;
let stopping = false;

async function call() {
  for (let last = performance.now(); !stopping; ) {
    const answer = await client.echo(text);
    if (answer.length !== text.length) throw new Error('the answer is not what was sent');
    const now = performance.now();
    if (measuring) {
      calls++;
      counts[Math.min(((now - last) * 1000) | 0, counts.length - 1)]++;
    }
    last = now;
  }
}

function percentile(p) {
  let seen = 0;
  return counts.findIndex((n) => (seen += n) > Math.floor(calls * p));
}

const callers = Promise.all(Array.from({ length: Number(values.callers) }, call));
await Promise.race([sleep(Number(values.warmup) * 1000), callers]);
const from = performance.now();
const cpu = ownCpu();
measuring = true;
await Promise.race([sleep(Number(values.seconds) * 1000), callers]);
measuring = false;
const line = { calls, seconds: (performance.now() - from) / 1000, cpuSeconds: ownCpu() - cpu };
stopping = true;
await callers;
await client.close();
console.log(JSON.stringify({ ...line, p50: percentile(0.5), p99: percentile(0.99) }));
