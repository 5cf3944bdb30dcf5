// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Our server of the bench, with default options, in a process of its own.
//
//   node server.mjs value|async

import { createServer } from '@cloudwego/kitex';

import { Bench } from '../.build/generated/bench/index.js';

const handlers =
  process.argv[2] === 'async' ? { echo: async (s) => s, echoBinary: async (b) => b } : { echo: (s) => s, echoBinary: (b) => b };
const server = createServer({ serviceName: 'bench', address: '127.0.0.1:0', exitWaitTimeMs: 200 }).register(Bench, handlers);
const { address } = await server.start();
console.log(`LISTEN ${address}`);
process.once('SIGTERM', () => void server.stop());
