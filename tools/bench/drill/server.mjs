// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// One instance of the drill.
//
//   node server.mjs '{ "workMs": 20, "slots": 0, "governed": true }'
//
// `slots`: requests that are worked on at once, the others wait; 0 = all. SIGUSR2: from now on work takes half a second.

import { createServer } from '@cloudwego/kitex';

import { Work } from './service.mjs';

const { workMs, slots, governed } = JSON.parse(process.argv[2]);
let ms = workMs;
process.on('SIGUSR2', () => (ms = 500));

let busy = 0;
const waiting = [];
const sleep = (t) => new Promise((resolve) => setTimeout(resolve, t));

async function work() {
  if (slots > 0 && busy >= slots) await new Promise((resolve) => waiting.push(resolve));
  busy++;
  await sleep(ms);
  busy--;
  waiting.shift()?.();
}

const server = createServer({
  serviceName: 'work',
  address: '127.0.0.1:0',
  exitWaitTimeMs: 100,
  // What is being worked on, and half as much that waits: whoever comes behind them could not be served in time.
  ...(governed ? { reportLoad: true, crc32c: true, ...(slots > 0 ? { limit: { maxConcurrency: Math.ceil(slots * 1.5) } } : {}) } : {}),
}).register(Work, {
  async do(s) {
    await work();
    return s;
  },
});
const { address } = await server.start();
console.log(`LISTEN ${address}`);
process.once('SIGTERM', () => void server.stop());
