// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { createLogger } from '@cloudwego/gopkg/logger';
import { createClient, createServer } from '@cloudwego/kitex';
import { Echo, plain } from '../fixtures/echo.ts';

// A server that was stopped leaves nothing behind, nor does the client of it.
const logger = createLogger({ write: () => undefined });
const server = createServer({ address: '127.0.0.1:0', logger }).register(Echo, plain);
const { address } = await server.start();
const client = createClient(Echo, { destService: 'echo', hostPorts: [address], rpcTimeoutMs: 60_000, logger });
await client.echo({ text: 'x' });
await server.stop();
console.log('done');
