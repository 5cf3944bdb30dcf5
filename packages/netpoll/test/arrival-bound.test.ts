// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { expect, it, onTestFinished } from 'vitest';
import { createNetwork } from '@cloudwego/netpoll';
import { noNative } from './fixtures/native.js';
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

it.skipIf(noNative !== undefined)(`what a round leaves over has the bound of its arrival, engine poll (${noNative ?? 'here'})`, async () => {
  const network = createNetwork({ engine: 'poll' });
  const bounds: number[] = [];
  let rounds = 0;
  const listener = await network.listen({ kind: 'tcp', host: '127.0.0.1', port: 0 }, (c) => {
    c.attach({
      need: 1,
      receive: (_buf, start, end) => {
        bounds.push(network.arrivedAfter);
        rounds = network.stats().rounds;
        return end - start;
      },
      receiveEnd: () => {
        c.end();
      },
      writable: () => undefined,
      closed: () => undefined,
    });
  });
  const { port } = listener.address as { port: number };
  // More than one round takes.
  const clients = await Promise.all(
    Array.from({ length: 300 }, async () => {
      const s = connect(port, '127.0.0.1');
      await once(s, 'connect');
      return s;
    }),
  );
  onTestFinished(async () => {
    for (const s of clients) s.destroy();
    await listener.close();
  });
  // Every one was accepted and is looked at.
  for (const s of clients) s.write('x');
  await expect.poll(() => bounds.length, { timeout: 20_000 }).toBe(clients.length);
  bounds.length = 0;
  const before = network.stats().rounds;
  for (const s of clients) s.write(Buffer.alloc(1000));
  const sent = performance.now();
  while (performance.now() < sent + 20);
  await expect.poll(() => bounds.length, { timeout: 20_000 }).toBe(clients.length);
  expect(rounds - before).toBeGreaterThan(2);
  expect(Math.max(...bounds)).toBeLessThanOrEqual(sent);
});
