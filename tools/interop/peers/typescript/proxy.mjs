// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// A proxy that knows no IDL: whatever comes is sent on as the bytes that came, and so is the answer.

import { createServer } from '@cloudwego/kitex';
import { binaryGeneric, createGenericClient, registerUnknownServiceOrMethodHandler } from '@cloudwego/kitex/generic';
import { logger } from './server.mjs';
import { untilTold } from './told.mjs';

export async function runProxy(options) {
  const server = createServer({ serviceName: options.name, address: options.addr ?? '127.0.0.1:0', logger, exitSignals: [], exitWaitTimeMs: 1000 });
  // One client for each service and wire behind the proxy: both travel on as they came.
  const behind = new Map();
  const to = (service, transport) => {
    const key = `${transport} ${service}`;
    let client = behind.get(key);
    if (client === undefined) behind.set(key, (client = createGenericClient(binaryGeneric(service), { destService: 'behind', hostPorts: [options.to], transport, logger })));
    return client;
  };
  registerUnknownServiceOrMethodHandler(server, {
    async defaultHandler(service, method, request, ctx) {
      const client = to(service, ctx.rpcInfo.config.transport);
      if (ctx.method.kind !== 'oneway') return client.genericCall(method, request, { ctx });
      await client.genericOneway(method, request, { ctx });
      return new Uint8Array(0);
    },
  });
  const { address } = await server.start();
  console.log(`LISTEN ${address}`);
  await untilTold(options);
  await server.stop();
  for (const c of behind.values()) await c.close();
}
