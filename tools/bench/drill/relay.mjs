// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/**
 * A relay in front of an instance. `mode` may change at any time: `pass`; `corrupt` flips a bit of every piece that comes back; `drop` lets nothing through and
 * closes nothing, as a network that is cut.
 */
export async function relay(target) {
  const [host, port] = target.split(':');
  const sockets = new Set();
  const self = { mode: 'pass', address: '', close };
  const server = createServer({ noDelay: true }, (client) => {
    const instance = connect({ host, port: Number(port), noDelay: true });
    for (const s of [client, instance]) {
      sockets.add(s);
      s.on('error', () => undefined);
      s.on('close', () => sockets.delete(s));
    }
    client.on('data', (d) => self.mode !== 'drop' && instance.write(d));
    instance.on('data', (d) => {
      if (self.mode === 'drop') return;
      if (self.mode === 'corrupt') d[Math.floor(Math.random() * d.length)] ^= 1 << Math.floor(Math.random() * 8);
      client.write(d);
    });
    client.on('close', () => instance.destroy());
    instance.on('close', () => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  self.address = `127.0.0.1:${server.address().port}`;
  function close() {
    server.close();
    for (const s of sockets) s.destroy();
  }
  return self;
}
