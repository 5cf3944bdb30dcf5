// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { getEventListeners } from 'node:events';
import { background } from '@cloudwego/gopkg/context';
import { loopClock } from '@cloudwego/gopkg/clock';
import { createLogger } from '@cloudwego/gopkg/logger';
import { createClient, createServer } from '@cloudwego/kitex';
import { Echo, plain, Refused } from '../fixtures/echo.ts';

// 10,000 calls of every kind, in rounds; says what is left of them. Needs --expose-gc.
const logger = createLogger({ write: () => undefined });
const server = createServer({ address: '127.0.0.1:0', logger }).register(Echo, {
  ...plain,
  async echo(req, ctx) {
    await undefined;
    if (req.text === 'declared') throw new Refused('no');
    if (req.text === 'error') throw new Error('no');
    if (req.text === 'signal') void ctx.signal;
    return req;
  },
});
const { address } = await server.start();
const client = createClient(Echo, { destService: 'echo', hostPorts: [address], rpcTimeoutMs: 60_000, connectTimeoutMs: 5000, logger });
const abort = new AbortController();
const ctx = background.withDeadline(performance.now() + 600_000);
const options = [undefined, { ctx }, { signal: abort.signal }, { ctx, signal: abort.signal, metainfo: { persistent: { k: 'v' } } }];
const texts = ['x', 'declared', 'error', 'signal'];

async function round(calls) {
  const refs = [];
  for (let i = 0; i < calls; i += 50) {
    await Promise.all(
      Array.from({ length: 50 }, (_, j) => {
        const req = { text: texts[(i + j) % 4] };
        if (j === 0) refs.push(new WeakRef(req));
        return client.echo(req, options[(i + j) >> 2 & 3]).catch(() => undefined);
      }),
    );
  }
  return refs;
}

async function collected() {
  for (let i = 0; i < 5; i++) {
    await new Promise((resolve) => setImmediate(resolve));
    globalThis.gc();
  }
  return process.memoryUsage().heapUsed;
}

await round(10_000);
const before = await collected();
const refs = await round(10_000);
const after = await collected();
console.log(
  JSON.stringify({
    grownKiB: Math.round((after - before) / 1024),
    requestsAlive: refs.filter((r) => r.deref() !== undefined).length,
    abortListeners: getEventListeners(abort.signal, 'abort').length,
    timers: loopClock().wheel.size,
    pool: client.dump(),
  }),
);
await client.close();
await server.stop();
