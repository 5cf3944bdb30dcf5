// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// A proxy that knows no IDL: whatever comes is sent on as the bytes that came, and so is the answer.

import { createServer, RemoteOrNetworkError, TransError } from '@cloudwego/kitex';
import { binaryGeneric, createGenericClient, registerUnknownServiceOrMethodHandler } from '@cloudwego/kitex/generic';
import { logger } from './server.mjs';
import { untilTold } from '../told.mjs';

export async function runProxy(options) {
  const server = createServer({ serviceName: options.name, address: options.addr ?? '127.0.0.1:0', logger, exitSignals: [], exitWaitTimeMs: 1000 });
  // One client for each service, wire and caller: all of them travel on as they came.
  const behind = new Map();
  const to = (service, transport, caller) => {
    const key = `${transport} ${service} ${caller}`;
    let client = behind.get(key);
    if (client === undefined) behind.set(key, (client = createGenericClient(binaryGeneric(service), { destService: 'behind', hostPorts: [options.to], transport, connectTimeoutMs: 5000, logger, ...(caller === '' ? {} : { clientInfo: { serviceName: caller } }) })));
    return client;
  };
  registerUnknownServiceOrMethodHandler(server, {
    async defaultHandler(service, method, request, ctx) {
      const client = to(service, ctx.rpcInfo.config.transport, ctx.rpcInfo.from.serviceName);
      // A hop makes transient values stale: a proxy that nobody is to notice sends them on as they came.
      const header = ctx.rpcInfo.config.transport.startsWith('ttheader');
      const passedOn = {
        metainfo: { transient: Object.fromEntries([...ctx.metainfo.transient, ...ctx.metainfo.stale]) },
        onBackward: (values) => values.forEach((v, k) => ctx.metainfo.sendBackward(k, v)),
      };
      const options = { ctx, ...(header ? passedOn : {}) };
      try {
        if (ctx.method.kind !== 'oneway') return await client.genericCall(method, request, options);
        await client.genericOneway(method, request, options);
        return new Uint8Array(0);
      } catch (e) {
        // What the server behind answered with keeps its number.
        throw e instanceof RemoteOrNetworkError && e.extra === 'remote' ? new TransError(e.typeId, e.message) : e;
      }
    },
  });
  const { address } = await server.start();
  console.log(`LISTEN ${address}`);
  await untilTold(options);
  await server.stop();
  for (const c of behind.values()) await c.close();
}
