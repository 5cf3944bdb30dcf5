// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { createClient } from '@cloudwego/kitex';
import { Echo } from '../fixtures/echo.ts';

// Calls, and then does nothing: says what still keeps the process alive.
const [address, how] = process.argv.slice(2);
const resolver = {
  name: 'polled',
  identity: 'polled',
  key: () => 'k',
  resolve: () => Promise.resolve([{ address: { kind: 'tcp', host: '127.0.0.1', port: Number(address.split(':')[1]) }, weight: 10, tags: {} }]),
  [Symbol.asyncDispose]: () => Promise.resolve(),
};
const client = createClient(Echo, { destService: 'echo', ...(how === 'watched' ? { resolver } : { hostPorts: [address] }), rpcTimeoutMs: how === 'open with a deadline' ? 60_000 : 0 });
await client.echo({ text: 'x' });
if (how === 'timed out') await client.echo({ text: 'x' }, { rpcTimeoutMs: 0.001 }).catch(() => undefined);
if (how === 'closed') await client.close();
if (how === 'destroyed') await client.destroy();
await new Promise((resolve) => setTimeout(resolve, 50));
// What this very turn still has to do keeps nobody alive.
for (let i = 0; i < 2; i++) await new Promise((resolve) => setImmediate(resolve));
console.log(JSON.stringify(process.getActiveResourcesInfo().filter((r) => r !== 'PipeWrap' && r !== 'TTYWrap')));
