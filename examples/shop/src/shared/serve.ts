// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { createServer } from '@cloudwego/kitex';
import type { Server } from '@cloudwego/kitex';
import { createLogger } from '@cloudwego/gopkg/logger';
import { registryOf } from './clients.js';
import type { Env, Running } from './runtime.js';
import type { Telemetry } from './telemetry.js';

/**
 * A Kitex server of the shop on a free port, announced in the folder of leases.
 * `stop` leaves the list first, then lets the calls under way finish, then runs `close`.
 */
export async function serve(service: string, e: Env, telemetry: Telemetry, register: (s: Server) => void, close: () => Promise<void>): Promise<Running> {
  const server = createServer({
    serviceName: service,
    address: '127.0.0.1:0',
    registry: registryOf(e),
    registryInfo: { tags: { instance: e.instance } },
    suites: [telemetry.server],
    logger: createLogger({ level: 'warn' }),
  });
  register(server);
  const { address } = await server.start();
  return {
    address,
    stop: async () => {
      await server.stop();
      await close();
    },
  };
}
