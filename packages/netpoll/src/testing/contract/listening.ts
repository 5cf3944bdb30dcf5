// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { existsSync, linkSync, writeFileSync } from 'node:fs';
import type { Connection } from '@cloudwego/gopkg/io';
import { formatAddress } from '@cloudwego/gopkg/io';
import { eventually, quiet, rejection, send } from './bench.js';
import type { Rule } from './rule.js';
import { rule } from './rule.js';

/** `Network.listen` and `Listener`. */
export const listening: readonly Rule[] = [
  rule('a listener accepts many, and says where it listens', async (b) => {
    const accepted: Connection[] = [];
    const listener = await b.listen((c) => accepted.push(c));
    if (listener.address.kind === 'tcp') assert.notEqual(listener.address.port, 0);
    const dialed = await Promise.all(Array.from({ length: 100 }, () => b.dial(listener.address, { connectTimeoutMs: 10_000 })));
    await eventually(() => accepted.length === 100, 'all are accepted');
    assert.equal(new Set([...dialed, ...accepted].map((c) => c.id)).size, 200);
  }),

  rule('close stops accepting and leaves accepted connections alone', async (b) => {
    const { client, server, listener } = await b.pair();
    const c = b.record(client, 'client');
    const s = b.record(server, 'server');
    await Promise.all([listener.close(), listener.close()]);
    const e = await rejection(b.network.dial(listener.address));
    assert.equal(e.code, 'NETPOLL_DIAL_REFUSED');
    send(client, 'still');
    send(server, 'here');
    await eventually(() => s.text() === 'still' && c.text() === 'here', 'the connection goes on');
    assert.deepEqual([c.closes, s.closes], [[], []]);
    await listener[Symbol.asyncDispose]();
  }),

  rule('a closed address can be listened on again at once', async (b) => {
    const { listener, client } = await b.pair();
    await listener.close();
    const accepted: Connection[] = [];
    const again = await b.listen((c) => accepted.push(c), {}, listener.address);
    assert.equal(formatAddress(again.address), formatAddress(listener.address));
    await b.join(again, accepted);
    client.destroy();
  }),

  rule('pause holds new connections back, resume takes them', async (b) => {
    const accepted: Connection[] = [];
    const listener = await b.listen((c) => accepted.push(c));
    listener.pause();
    listener.pause();
    const client = await b.dial(listener.address, { connectTimeoutMs: 10_000 });
    send(client, 'hello');
    await quiet();
    assert.equal(accepted.length, 0);
    listener.resume();
    await eventually(() => accepted.length === 1, 'it is accepted');
    const s = b.record(accepted[0]!);
    await eventually(() => s.text() === 'hello', 'what it sent meanwhile is there');
    listener.resume();
    await b.dial(listener.address);
    await eventually(() => accepted.length === 2, 'accepting goes on');
  }),

  rule('a paused listener that is closed drops those who wait', async (b) => {
    const listener = await b.listen(() => assert.fail('nobody is accepted'));
    listener.pause();
    const client = await b.dial(listener.address, { connectTimeoutMs: 10_000 });
    const c = b.record(client);
    await quiet();
    await listener.close();
    await eventually(() => c.ends + c.closes.length > 0, 'the dialer notices');
  }),

  rule('an address in use is refused with the address in the message', async (b) => {
    const { listener } = await b.pair();
    const e = await rejection(b.listen(() => undefined, {}, listener.address));
    assert.equal(e.code, 'NETPOLL_LISTEN_FAILED');
    assert.ok(e.message.includes(formatAddress(listener.address)), e.message);
    assert.equal((e.cause as { code?: string } | undefined)?.code, 'EADDRINUSE');
  }),

  rule('an accept that throws loses that connection, and that alone', async (b) => {
    const accepted: Connection[] = [];
    let n = 0;
    const listener = await b.listen((c) => {
      if (n++ === 0) throw new Error('not this one');
      accepted.push(c);
    });
    const lost = b.record(await b.dial(listener.address), 'lost');
    await eventually(() => lost.ends + lost.closes.length > 0, 'the first is closed');
    const { client, server } = await b.join(listener, accepted);
    const s = b.record(server);
    send(client, 'x');
    await eventually(() => s.text() === 'x', 'the second works');
  }),

  rule('accepted connections have the idle limit of the listener', async (b) => {
    const { server } = await b.pair({ listen: { idleMs: 20 } });
    assert.equal(server.idleMs, 20);
    const s = b.record(server);
    await eventually(() => s.closes.length === 1, 'it is closed');
    assert.equal((s.closes[0] as { code?: string } | undefined)?.code, 'NETPOLL_CONN_IDLE_TIMEOUT');
  }),

  rule('a backlog of one serves all the same', async (b) => {
    const accepted: Connection[] = [];
    const listener = await b.listen((c) => accepted.push(c), { backlog: 1 });
    for (let i = 0; i < 10; i++) await b.join(listener, accepted);
  }),

  rule('reusePort is refused where the platform lacks it', async (b) => {
    const e = await rejection(b.listen(() => undefined, { reusePort: true }));
    assert.equal(e.code, 'GOPKG_OPTION_INVALID');
  }, 'tcp', '!reusePort'),

  rule(
    'two listeners share a port with reusePort',
    async (b) => {
      const accepted: Connection[] = [];
      const one = await b.listen((c) => accepted.push(c), { reusePort: true });
      const two = await b.listen((c) => accepted.push(c), { reusePort: true }, one.address);
      assert.equal(formatAddress(one.address), formatAddress(two.address));
      await one.close();
      await b.join(two, accepted);
    },
    'reusePort',
  ),

  rule(
    'a unix socket file goes with its listener; a stale one is replaced, a live one is not',
    async (b) => {
      const path = b.subject.path!();
      const at = { kind: 'unix', path } as const;
      const accepted: Connection[] = [];
      const first = await b.listen((c) => accepted.push(c), {}, at);
      assert.ok(existsSync(path));
      const e = await rejection(b.listen(() => undefined, {}, at));
      assert.equal(e.code, 'NETPOLL_LISTEN_FAILED');
      await b.join(first, accepted);
      await first.close();
      assert.ok(!existsSync(path));
      assert.equal((await rejection(b.network.dial(at))).code, 'NETPOLL_DIAL_REFUSED');
      const second = await b.listen((c) => accepted.push(c), {}, at);
      const stale = b.subject.path!();
      linkSync(path, stale);
      await second.close();
      assert.ok(existsSync(stale));
      const third = await b.listen((c) => accepted.push(c), {}, { kind: 'unix', path: stale });
      await b.join(third, accepted);
      const other = b.subject.path!();
      writeFileSync(other, 'a file of the user');
      assert.equal((await rejection(b.listen(() => undefined, {}, { kind: 'unix', path: other }))).code, 'NETPOLL_LISTEN_FAILED');
      assert.ok(existsSync(other), 'what is no socket is not removed');
    },
    'files',
  ),

  rule(
    'abstract unix names',
    async (b) => {
      const accepted: Connection[] = [];
      const at = { kind: 'unix', path: `\0cloudwego-contract-${process.pid}-${Math.random().toString(36).slice(2)}` } as const;
      const listener = await b.listen((c) => accepted.push(c), {}, at);
      assert.deepEqual(listener.address, at);
      const { client, server } = await b.join(listener, accepted);
      const s = b.record(server);
      send(client, 'x');
      await eventually(() => s.text() === 'x', 'bytes arrive');
      await listener.close();
      assert.equal((await rejection(b.network.dial(at))).code, 'NETPOLL_DIAL_REFUSED');
    },
    'abstract',
  ),

  rule(
    'IPv6',
    async (b) => {
      const accepted: Connection[] = [];
      const listener = await b.listen((c) => accepted.push(c), {}, { kind: 'tcp', host: '::1', port: 0 });
      assert.match(formatAddress(listener.address), /^\[::1\]:\d+$/);
      const { client, server } = await b.join(listener, accepted);
      const s = b.record(server);
      send(client, 'x');
      await eventually(() => s.text() === 'x', 'bytes arrive');
      assert.equal(formatAddress(client.local), formatAddress(server.remote));
    },
    'ipv6',
  ),

  rule('every interface, by a name and by a number', async (b) => {
    const accepted: Connection[] = [];
    const listener = await b.listen((c) => accepted.push(c), {}, { kind: 'tcp', host: '', port: 0 });
    assert.ok(listener.address.kind === 'tcp' && listener.address.port > 0);
    for (const host of ['', '127.0.0.1', 'localhost']) {
      await b.dial({ kind: 'tcp', host, port: listener.address.port }, { connectTimeoutMs: 10_000 });
      await eventually(() => accepted.length > 0, `"${host}" reaches it`);
      accepted.length = 0;
    }
  }, 'tcp'),
];
