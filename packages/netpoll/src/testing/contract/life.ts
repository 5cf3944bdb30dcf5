// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import type { Connection } from '@cloudwego/gopkg/io';
import { formatAddress } from '@cloudwego/gopkg/io';
import { eventually, pattern, quiet, send, sleep, suiteLimits } from './bench.js';
import type { Rule } from './rule.js';
import { rule } from './rule.js';

const codeOf = (e: Error | undefined): string | undefined => (e as { code?: string } | undefined)?.code;

/** How connections end: `end`, `close`, `destroy`, `idleMs`, ids, `detach`. */
export const life: readonly Rule[] = [
  rule('end half-closes from the dialed side, and the accepted one answers still', async (b) => {
    const { client, server } = await b.pair();
    const c = b.record(client, 'client');
    const s = b.record(server, 'server');
    send(client, 'question');
    client.end();
    client.end();
    await eventually(() => s.ends === 1, 'the server sees the end');
    assert.equal(s.text(), 'question');
    await quiet();
    assert.equal(c.ends + c.closes.length + s.closes.length, 0, 'the other half is open');
    send(server, 'answer');
    server.end();
    await eventually(() => c.closes.length === 1 && s.closes.length === 1, 'both are closed');
    assert.equal(c.text(), 'answer');
    assert.deepEqual([c.ends, c.closes, s.closes], [1, [undefined], [undefined]]);
  }),

  rule('end half-closes from the accepted side, and the dialed one answers still', async (b) => {
    const { client, server } = await b.pair();
    const c = b.record(client, 'client');
    const s = b.record(server, 'server');
    send(server, 'greeting');
    server.end();
    await eventually(() => c.ends === 1, 'the client sees the end');
    assert.equal(c.text(), 'greeting');
    await quiet();
    assert.equal(s.ends + c.closes.length + s.closes.length, 0, 'the other half is open');
    send(client, pattern(500_000));
    client.end();
    await eventually(() => c.closes.length === 1 && s.closes.length === 1, 'both are closed');
    assert.equal(s.length, 500_000);
    assert.deepEqual([s.ends, c.closes, s.closes], [1, [undefined], [undefined]]);
  }),

  rule('end sends all that was queued first, to a peer that reads late', async (b) => {
    const { client, server } = await b.pair();
    const s = b.record(server);
    server.pause();
    const all = b.bulk();
    send(client, all);
    client.end();
    await quiet();
    server.resume();
    await eventually(() => s.ends === 1, 'the end arrives');
    assert.ok(s.bytes().equals(all));
  }),

  rule('both ends at once', async (b) => {
    const { client, server } = await b.pair();
    const c = b.record(client, 'client');
    const s = b.record(server, 'server');
    send(client, 'c');
    send(server, 's');
    client.end();
    server.end();
    await eventually(() => c.closes.length === 1 && s.closes.length === 1, 'both are closed');
    assert.deepEqual([c.text(), c.ends, c.closes], ['s', 1, [undefined]]);
    assert.deepEqual([s.text(), s.ends, s.closes], ['c', 1, [undefined]]);
  }),

  rule('the end is shown before closed, also to a consumer that was paused when it came', async (b) => {
    const { client, server } = await b.pair();
    const c = b.record(client, 'client');
    b.record(server, 'server');
    client.pause();
    client.end();
    send(server, 'last words');
    server.end();
    await quiet();
    assert.deepEqual([c.length, c.ends, c.closes.length], [0, 0, 0]);
    client.resume();
    await eventually(() => c.closes.length === 1, 'it is closed');
    assert.deepEqual([c.text(), c.ends, c.closes], ['last words', 1, [undefined]]);
  }),

  rule('close sends what was queued, then closes in order', async (b) => {
    const { client, server } = await b.pair();
    const c = b.record(client, 'client');
    const s = b.record(server, 'server');
    s.onEnd = () => {
      server.end();
    };
    const all = b.bulk();
    send(client, all);
    const first = client.close();
    const second = client.close();
    assert.equal(c.closes.length, 0);
    await Promise.all([first, second, client[Symbol.asyncDispose]()]);
    await eventually(() => c.closes.length === 1 && s.closes.length === 1, 'both are closed');
    assert.ok(s.bytes().equals(all));
    assert.deepEqual([c.closes, s.ends, s.closes], [[undefined], 1, [undefined]]);
    await client.close();
  }),

  rule('close waits for a peer that reads slowly', async (b) => {
    const { client, server } = await b.pair();
    const s = b.recorder('server');
    const all = b.bulk();
    s.take = (_buf, start, end) => {
      server.pause();
      setTimeout(() => {
        server.resume();
      }, 2);
      return end - start;
    };
    server.attach(s);
    const c = b.record(client, 'client');
    send(client, all);
    await client.close();
    await eventually(() => s.ends === 1, 'the peer sees the end');
    assert.ok(s.bytes().equals(all), 'the peer has everything');
    assert.deepEqual(c.closes, [undefined]);
  }),

  rule('close does not wait for ever for a peer that does not close', async (b) => {
    const { client, server } = await b.pair();
    const c = b.record(client, 'client');
    const s = b.record(server, 'server');
    send(client, 'x');
    await client.close();
    await eventually(() => c.closes.length === 1, 'it is closed');
    assert.deepEqual(c.closes, [undefined]);
    await eventually(() => s.text() === 'x', 'what was queued arrives');
  }),

  rule('a connection without a consumer can be closed and destroyed', async (b) => {
    const one = await b.pair();
    const s = b.record(one.server);
    send(one.client, 'x');
    send(one.server, 'unread');
    await one.client.close();
    await eventually(() => s.text() === 'x', 'what was queued arrives');
    const two = await b.pair();
    two.client.destroy();
    await two.client.close();
    const p = b.record(two.server);
    await eventually(() => p.ends + p.closes.length > 0, 'the peer notices');
  }),

  rule('after close nothing more is received', async (b) => {
    const { client, server } = await b.pair();
    const c = b.record(client, 'client');
    b.record(server, 'server');
    const closed = client.close();
    for (let i = 0; i < 20; i++) {
      send(server, pattern(1000));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await closed;
    await eventually(() => c.closes.length === 1, 'it is closed');
    assert.deepEqual([c.calls, c.ends], [0, 0]);
  }),

  rule('destroy drops everything at once; closed has the cause, once, later', async (b) => {
    const { client, server } = await b.pair();
    const c = b.record(client, 'client');
    const s = b.record(server, 'server');
    server.pause();
    const all = b.bulk();
    send(client, all);
    await quiet();
    const cause = new Error('enough');
    c.causing = true;
    client.destroy(cause);
    client.destroy(new Error('a second one'));
    client.end();
    client.flush();
    assert.equal(client.pendingBytes, 0);
    assert.equal(c.closes.length, 0);
    c.causing = false;
    await eventually(() => c.closes.length === 1, 'closed comes');
    assert.equal(c.closes[0], cause);
    await client.close();
    server.resume();
    await eventually(() => s.ends + s.closes.length > 0, 'the peer notices');
    assert.ok(s.length < all.length, 'what was pending is gone');
  }),

  rule('destroy inside every callback', async (b) => {
    for (const where of ['receiveEnd', 'writable'] as const) {
      const { client, server } = await b.pair();
      const cause = new Error(`in ${where}`);
      const s = b.recorder(where);
      const act = (): void => {
        s.causing = true;
        server.destroy(cause);
        s.causing = false;
      };
      if (where === 'receiveEnd') s.onEnd = act;
      else s.onWritable = act;
      server.attach(s);
      const c = b.record(client);
      if (where === 'receiveEnd') client.end();
      else send(server, pattern(suiteLimits.highWaterBytes + 1));
      await eventually(() => s.closes.length === 1, `closed comes after a destroy in ${where}`);
      assert.equal(s.closes[0], cause);
      await eventually(() => c.ends + c.closes.length > 0, 'the peer notices');
    }
  }),

  rule(
    'a reset has its own error, and the connection that was reset takes writes no more',
    async (b) => {
      const { client, server } = await b.pair();
      const c = b.record(client, 'client');
      // Bytes that nobody will read make the kernel answer the close with a reset.
      send(client, pattern(10_000));
      await quiet();
      server.destroy();
      await eventually(() => c.closes.length === 1, 'the reset is seen');
      assert.equal(codeOf(c.closes[0]), 'NETPOLL_CONN_RESET');
      assert.ok(c.closes[0]?.message.includes(formatAddress(client.remote)), 'the error names the peer');
      assert.equal(send(client, 'x'), true);
    },
    'reset',
  ),

  rule('writing to a peer that is gone ends in closed', async (b) => {
    const { client, server } = await b.pair();
    const c = b.record(client, 'client');
    b.record(server, 'server');
    server.destroy();
    await eventually(() => {
      if (c.closes.length === 0) send(client, pattern(10_000));
      return c.closes.length === 1;
    }, 'the writer is told');
  }),

  rule('a silent connection is closed after idleMs, with its own error', async (b) => {
    const { client, server } = await b.pair();
    const c = b.record(client, 'client');
    const s = b.record(server, 'server');
    server.idleMs = 20;
    assert.equal(server.idleMs, 20);
    await eventually(() => s.closes.length === 1, 'it is closed');
    assert.equal(codeOf(s.closes[0]), 'NETPOLL_CONN_IDLE_TIMEOUT');
    await eventually(() => c.ends + c.closes.length > 0, 'the peer notices');
  }),

  rule('idleMs 0 is no limit, and a limit counts from its setting', async (b) => {
    const { client, server } = await b.pair();
    b.record(client, 'client');
    const s = b.record(server, 'server');
    assert.equal(server.idleMs, 0);
    server.idleMs = 60;
    server.idleMs = 0;
    await sleep(120);
    assert.equal(s.closes.length, 0);
    // The entry of a former, longer limit must not be taken for that of the new one.
    server.idleMs = 100_000;
    await quiet();
    assert.equal(s.closes.length, 0);
    server.idleMs = 20;
    await eventually(() => s.closes.length === 1, 'the new limit holds');
  }),

  rule('bytes in either direction put the idle limit off', async (b) => {
    const { client, server } = await b.pair();
    const c = b.record(client, 'client');
    const s = b.record(server, 'server');
    // Longer in all than the limit, and far from it at every step, also on a machine that stalls.
    server.idleMs = 1500;
    client.idleMs = 1500;
    for (let i = 0; i < 34; i++) {
      send(i < 17 ? client : server, 'x');
      await sleep(50);
    }
    await eventually(() => c.length + s.length === 34, 'all bytes arrive');
    assert.deepEqual([c.closes, s.closes], [[], []]);
  }),

  rule('live connections never share an id, nor does one that follows share it with one that was', async (b) => {
    const accepted: Connection[] = [];
    const listener = await b.listen((x) => accepted.push(x));
    const seen = new Set<number>();
    for (let round = 0; round < 5; round++) {
      const live: Connection[] = [];
      for (let i = 0; i < 10; i++) {
        const { client, server } = await b.join(listener, accepted);
        live.push(client, server);
      }
      for (const x of live) {
        assert.ok(Number.isSafeInteger(x.id) && x.id >= 0, `${x.id} is an id`);
        assert.ok(!seen.has(x.id), `${x.id} was seen before`);
        seen.add(x.id);
      }
      for (const x of live) x.destroy();
      await Promise.all(live.map((x) => x.close()));
    }
    assert.equal(seen.size, 100);
  }),

  rule('a connection that does not keep its process alive serves as any other, and hears of its end', async (b) => {
    const { client, server } = await b.pair();
    const c = b.record(client, 'client');
    const s = b.record(server, 'server');
    for (const x of [client, server]) {
      x.unref();
      x.unref();
    }
    send(client, 'there');
    send(server, 'back');
    await eventually(() => s.text() === 'there' && c.text() === 'back', 'bytes arrive');
    client.ref();
    client.ref();
    client.destroy();
    await eventually(() => c.closes.length === 1 && s.ends + s.closes.length > 0, 'both are told');
    client.unref();
    client.ref();
  }),

  rule('the ends know their addresses and their clock', async (b) => {
    const { client, server, listener, network } = await b.pair();
    assert.equal(formatAddress(client.remote), formatAddress(listener.address));
    assert.equal(server.local.kind, listener.address.kind);
    assert.equal(client.clock, network.clock);
    assert.equal(server.clock, network.clock);
    assert.equal(client.tls, undefined);
    if (client.local.kind === 'tcp') assert.equal(formatAddress(client.local), formatAddress(server.remote));
  }),

  rule(
    'detach hands the descriptor and the unread bytes over, and the connection goes on in other hands',
    async (b) => {
      const { client, server } = await b.pair();
      const s = b.recorder('server');
      s.take = () => 1;
      server.attach(s);
      send(client, 'abc');
      await eventually(() => s.calls > 0, 'bytes arrive');
      const d = server.detach();
      assert.ok(d !== undefined);
      assert.equal(Buffer.from(d.unread).toString('latin1'), 'bc');
      assert.throws(() => {
        server.attach(b.recorder());
      }, { code: 'NETPOLL_CONN_CLOSED' });
      server.destroy();
      await server.close();
      const socket = new Socket({ fd: d.fd, readable: true, writable: true });
      const c = b.record(client, 'client');
      socket.on('data', (x) => socket.write(x));
      send(client, 'echo');
      await eventually(() => c.text() === 'echo', 'the new owner answers');
      socket.destroy();
      await eventually(() => c.ends + c.closes.length > 0, 'and closes');
      assert.equal(s.closes.length + s.ends, 0, 'the old consumer hears no more');
    },
    'detach',
  ),

  rule('detach says undefined where there is no descriptor', async (b) => {
    const { client, server } = await b.pair();
    const s = b.record(server);
    assert.equal(client.detach(), undefined);
    send(client, 'x');
    await eventually(() => s.text() === 'x', 'the connection goes on');
  }, '!detach'),
];
