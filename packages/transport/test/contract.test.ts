// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Address, Network } from '@cloudwego/gopkg/io';
import { createLogger } from '@cloudwego/gopkg/logger';
import { createNetwork } from '@cloudwego/netpoll';
import { createHostileNetwork, createMemoryNetwork } from '@cloudwego/netpoll/testing';
import { afterAll, beforeAll, describe, it, onTestFinished } from 'vitest';
import { createLongPool, createMuxPool, createPort, createShortPool } from '@cloudwego/transport';
import type { ContractCase } from '@cloudwego/transport/testing';
import { connPoolContract, portAppContract, portContract, runWithVitest } from '@cloudwego/transport/testing';
import { RpcApp } from './fixtures/rpc-app.js';

const vitest = { describe, it, onTestFinished };
const logger = createLogger({ write: () => undefined });
/** A rule of which an implementation is exempt by what it declares is none of its tests. */
const applicable = (cases: readonly ContractCase[]): readonly ContractCase[] => cases.filter((c) => c.skip === undefined);

runWithVitest(vitest, 'createLongPool', applicable(connPoolContract({ create: createLongPool, keeps: true })));
runWithVitest(vitest, 'createMuxPool', applicable(connPoolContract({ create: (o) => createMuxPool({ ...o, connectionsPerAddress: 3 }), keeps: true, shares: true })));
runWithVitest(vitest, 'createShortPool', applicable(connPoolContract({ create: ({ dial }) => createShortPool({ dial }), keeps: false })));

let dir = '';
let made = 0;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'port-'));
});
afterAll(() => {
  rmSync(dir, { recursive: true, force: true });
});

const memory = (): Address => ({ kind: 'memory', name: `m${made++}` });
const networks: readonly [string, () => Network, () => Address][] = [
  ['memory', () => createMemoryNetwork(), memory],
  ...[1, 2, 3].map((seed): [string, () => Network, () => Address] => [`the hostile loop, seed ${seed}`, () => createHostileNetwork({ seed }), memory]),
  ['TCP', () => createNetwork({ engine: 'stream' }), () => ({ kind: 'tcp', host: '127.0.0.1', port: 0 })],
  ['unix sockets', () => createNetwork({ engine: 'stream' }), () => ({ kind: 'unix', path: join(dir, `s${made++}`) })],
];

for (const [name, network, address] of networks) {
  runWithVitest(vitest, `createPort on ${name}`, applicable(portContract({ create: (o) => createPort({ ...o, logger, headerTimeoutMs: 0 }), network, address, late: name.includes('hostile') })));
  runWithVitest(vitest, `an app of the RPC engine on ${name}`, portAppContract({ create: (n) => new RpcApp(n), network, address }));
}
