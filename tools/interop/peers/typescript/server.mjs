// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { setTimeout as sleep } from 'node:timers/promises';
import { BizStatusError, createClient, createServer } from '@cloudwego/kitex';
import { createLogger } from '@cloudwego/gopkg/logger';
import { Bench } from '../../.build/typescript/bench/index.js';
import { Evolved } from '../../.build/typescript/evolved/index.js';
import { untilTold } from '../told.mjs';
import { Denied, Interop, NotFound } from '../../.build/typescript/interop/index.js';

export const logger = createLogger({ level: 'fatal' });

function handlers(name, downstreams) {
  let fired = 0n;
  return {
    whoami: () => name,
    echoAll: async (v) => v,
    echo: (s) => s,
    echoBinary: (b) => b,
    ping: () => undefined,
    fire: () => {
      fired++;
    },
    fired: () => fired,
    add: (a, b) => BigInt.asIntN(64, a + b),
    fail: (how) => {
      switch (how) {
        case 1:
          throw new NotFound({ message: 'not found', id: 404 });
        case 2:
          throw new Denied({ reason: 'denied', missing: ['read', 'write'] });
        case 3:
          throw new Error('boom');
        case 4:
          throw new TypeError('told to panic');
        case 5:
          throw new BizStatusError(404, 'nf', { k: 'v' });
        default:
          return 'ok';
      }
    },
    slow: async (ms, ctx) => {
      await sleep(Number(ms), undefined, { signal: ctx.signal });
      return `slept ${ms}`;
    },
    meta: async (downstream, ctx) => {
      const seen = new Map([['server', name]]);
      for (const [k, v] of ctx.metainfo.transient) seen.set(`transient:${k}`, v);
      for (const [k, v] of ctx.metainfo.stale) seen.set(`transient:${k}`, v);
      for (const [k, v] of ctx.metainfo.persistent) seen.set(`persistent:${k}`, v);
      const { from, to, config } = ctx.rpcInfo;
      seen.set('caller', from.serviceName).set('method', to.method);
      if (config.rpcTimeoutMs > 0) seen.set('timeout', String(config.rpcTimeoutMs));
      ctx.metainfo.sendBackward('back', name);
      if (downstream === '') return seen;
      const key = `${config.transport} ${downstream}`;
      let client = downstreams.get(key);
      if (client === undefined) {
        const header = config.transport.startsWith('ttheader');
        client = createClient(Interop, {
          destService: 'interop',
          hostPorts: [downstream],
          transport: config.transport,
          logger,
          ...(header ? { clientInfo: { serviceName: name } } : {}),
        });
        downstreams.set(key, client);
      }
      for (const [k, v] of await client.meta('', { ctx })) seen.set(`next:${k}`, v);
      return seen;
    },
    evolveOld: (v) => ({ ...v, name: `${v.name}/v1`, count: v.count + 1 }),
  };
}

export async function runServer(options, bench) {
  const downstreams = new Map();
  const server = createServer({
    serviceName: options.name,
    address: options.addr ?? '127.0.0.1:0',
    crc32c: options.crc32c,
    // Every answer carries a key that peers in Go and Rust do not know: they have to ignore it.
    reportLoad: true,
    logger,
    exitSignals: [],
    exitWaitTimeMs: 1000,
  });
  if (bench) server.register(Bench, { echo: async (s) => s, echoBinary: async (b) => b });
  else if (options.evolved) server.register(Evolved, { evolveOld: (v) => ({ ...v, name: `${v.name}/v2`, count: v.count + 1n }) });
  else server.register(Interop, handlers(options.name, downstreams));
  const { address } = await server.start();
  console.log(`LISTEN ${address}`);
  await untilTold(options);
  await server.stop();
  for (const c of downstreams.values()) await c.close();
}
