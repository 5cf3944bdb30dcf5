// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Echo of whatever comes, on node:net as its users write it.

import { createServer } from 'node:net';

const server = createServer({ noDelay: true }, (s) => {
  s.on('data', (chunk) => {
    if (!s.write(chunk)) s.pause();
  });
  s.on('drain', () => s.resume());
  s.on('error', () => s.destroy());
});
server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, () => console.log(`LISTEN 127.0.0.1:${server.address().port}`));
// For idle.mjs, which starts this with --expose-gc.
process.on('SIGUSR2', () => {
  globalThis.gc();
  globalThis.gc();
  console.log(`RSS ${process.memoryUsage.rss()}`);
});
process.once('SIGTERM', () => process.exit(0));
