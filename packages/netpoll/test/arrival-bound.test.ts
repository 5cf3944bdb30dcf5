// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { expect, it, onTestFinished } from 'vitest';
import { StreamNetwork } from '../src/stream/network.js';

it('what waited behind a busy loop has an early bound, what came while the loop waited a late one', async () => {
  const network = new StreamNetwork({ maxUnreadBytes: 1 << 16, highWaterBytes: 1 << 16 });
  let read: () => void = () => undefined;
  const server = createServer((s: Socket) => {
    s.on('data', () => {
      read();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  onTestFinished(() => {
    client.destroy();
    server.close();
  });
  await new Promise((resolve) => client.once('connect', resolve));
  const boundOf = (): Promise<number> =>
    new Promise((resolve) => {
      read = () => {
        resolve(network.arrivedAfter);
      };
    });

  let bound = boundOf();
  const turn = network.arrivedAfter;
  expect(turn).toBeLessThanOrEqual(performance.now());
  client.write('x');
  const sent = performance.now();
  // The bytes are there long before anybody looks.
  while (performance.now() < sent + 20);
  expect(await bound).toBeLessThanOrEqual(sent);

  await new Promise((resolve) => setTimeout(resolve, 20));
  bound = boundOf();
  void network.arrivedAfter;
  const asked = performance.now();
  setTimeout(() => client.write('y'), 20);
  expect(await bound).toBeGreaterThan(asked);
});
