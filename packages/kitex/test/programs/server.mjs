// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { setTimeout as sleep } from 'node:timers/promises';
import { createLogger } from '@cloudwego/gopkg/logger';
import { createServer } from '@cloudwego/kitex';
import { Echo, plain } from '../fixtures/echo.ts';

// Runs until a signal comes; says what happens on the way.
const server = createServer({
  address: '127.0.0.1:0',
  ...(process.argv.length > 2 ? { exitSignals: process.argv.slice(2) } : {}),
  logger: createLogger({ write: () => undefined }),
  shutdownHooks: [() => console.log('stopping')],
}).register(Echo, {
  ...plain,
  async echo(req) {
    if (req.text === 'slow') {
      console.log('serving');
      await sleep(200);
    }
    return req;
  },
});
// Signals count from here on, before the address is told.
const ran = server.run();
const { address } = await server.start();
console.log(`LISTEN ${address}`);
await ran;
console.log('stopped');
