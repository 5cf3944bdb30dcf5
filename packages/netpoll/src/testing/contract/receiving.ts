// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import type { Connection } from '@cloudwego/gopkg/io';
import { eventually, pattern, quiet, send, suiteLimits } from './bench.js';
import type { Rule } from './rule.js';
import { rule } from './rule.js';

/** How bytes come in: `attach`, `need`, `receive`, `pause`, `resume`, `receiveEnd`. */
export const receiving: readonly Rule[] = [
  rule('bytes arrive in order, whatever the sizes of the writes', async (b) => {
    const { client, server } = await b.pair();
    const all = pattern(200_000);
    const r = b.record(server);
    b.record(client);
    let at = 0;
    for (let size = 1; at < all.length; size = (size * 7) % 9973) {
      send(client, all.subarray(at, at + size));
      at += size;
      if (size % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await eventually(() => r.length === all.length, 'all bytes arrive');
    assert.ok(r.bytes().equals(all), 'the bytes are those that were sent');
  }),

  rule('a consumer that takes nothing is shown the same bytes again, with more behind them', async (b) => {
    const { client, server } = await b.pair();
    const r = b.recorder();
    const shown: string[] = [];
    r.take = (buf, start, end) => {
      shown.push(buf.toString('latin1', start, end));
      return 0;
    };
    server.attach(r);
    for (const s of ['ab', 'cd', 'ef']) {
      const before = shown.length;
      send(client, s);
      await eventually(() => shown.length > before && shown.at(-1)!.endsWith(s), `"${s}" is shown`);
    }
    for (const s of shown) assert.ok('abcdef'.startsWith(s), `"${s}" begins at the first byte`);
    r.take = undefined;
    server.resume();
    await eventually(() => r.text() === 'abcdef', 'all is taken in the end');
  }),

  rule('a consumer that takes a part keeps its place', async (b) => {
    const { client, server } = await b.pair();
    const all = pattern(5000);
    const r = b.recorder();
    r.take = (_buf, start, end) => {
      server.resume();
      return Math.min(end - start, 7);
    };
    server.attach(r);
    send(client, all.subarray(0, 3000));
    await eventually(() => r.length === 3000, 'the first part is taken');
    send(client, all.subarray(3000));
    await eventually(() => r.length === 5000, 'the rest is taken');
    assert.ok(r.bytes().equals(all));
  }),

  rule('need is a hint: what stays below it is shown before the end', async (b) => {
    const { client, server } = await b.pair();
    const r = b.recorder();
    r.need = 1000;
    server.attach(r);
    for (let i = 0; i < 10; i++) {
      send(client, 'x');
      await new Promise((resolve) => setImmediate(resolve));
    }
    client.end();
    await eventually(() => r.ends === 1, 'the end is shown');
    assert.equal(r.text(), 'xxxxxxxxxx');
  }),

  rule('need above maxUnreadBytes is reached', async (b) => {
    const { client, server } = await b.pair();
    const all = pattern(8 * suiteLimits.maxUnreadBytes);
    const r = b.recorder();
    r.need = all.length;
    r.take = (_buf, start, end) => (end - start >= all.length ? end - start : 0);
    server.attach(r);
    send(client, all);
    await eventually(() => r.length === all.length, 'the message is shown whole');
    assert.ok(r.bytes().equals(all));
  }),

  rule('bytes that came before the consumer are presented to it', async (b) => {
    const { client, server } = await b.pair();
    send(client, 'early');
    await quiet();
    const r = b.record(server);
    await eventually(() => r.text() === 'early', 'the bytes are presented');
  }),

  rule('attach during receive takes effect when that returns; what was not consumed is presented then', async (b) => {
    const { client, server } = await b.pair();
    const second = b.recorder('second');
    const first = b.recorder('first');
    first.take = (_buf, start, end) => {
      server.attach(second);
      assert.equal(second.calls, 0);
      return Math.min(2, end - start);
    };
    server.attach(first);
    send(client, 'abcdef');
    await eventually(() => first.text() + second.text() === 'abcdef', 'the second consumer has the rest');
    assert.equal(first.calls, 1);
    send(client, 'gh');
    await eventually(() => first.text() + second.text() === 'abcdefgh', 'it has what comes later');
    client.end();
    await eventually(() => second.ends === 1, 'it is told the end');
    server.destroy();
    await eventually(() => second.closes.length === 1, 'and that it is closed');
    assert.equal(first.calls + first.ends + first.closes.length, 1);
  }),

  rule('a consumer attached during the last receive has the rest and then the end, in that order', async (b) => {
    const { client, server } = await b.pair();
    const second = b.recorder('second');
    const first = b.recorder('first');
    let endedAt = -1;
    second.onEnd = () => {
      endedAt = second.length;
    };
    first.take = () => {
      server.attach(second);
      return 1;
    };
    server.pause();
    server.attach(first);
    send(client, 'abcdef');
    client.end();
    await quiet();
    server.resume();
    await eventually(() => second.ends === 1, 'the end is shown');
    assert.equal(first.text() + second.text(), 'abcdef');
    assert.equal(endedAt, 5);
    assert.equal(first.ends, 0);
  }),

  rule('unread bytes are presented to a new consumer', async (b) => {
    const { client, server } = await b.pair();
    const first = b.recorder('first');
    first.take = () => 0;
    server.attach(first);
    send(client, 'abc');
    await eventually(() => first.calls > 0, 'the first consumer is shown the bytes');
    const second = b.record(server, 'second');
    await eventually(() => second.text() === 'abc', 'the second consumer has them');
  }),

  rule('a consumer that comes after the end is told of it, after the bytes', async (b) => {
    const { client, server } = await b.pair();
    const first = b.recorder('first');
    first.take = () => 0;
    server.attach(first);
    send(client, 'abc');
    client.end();
    await eventually(() => first.ends === 1, 'the first consumer is told');
    const second = b.record(server, 'second');
    await eventually(() => second.ends === 1, 'the second consumer is told too');
    assert.equal(second.text(), 'abc');
  }),

  rule('a consumer that comes after the close is told of it once, and not inside attach', async (b) => {
    const { server } = await b.pair();
    const first = b.record(server, 'first');
    const cause = new Error('enough');
    server.destroy(cause);
    await eventually(() => first.closes.length === 1, 'the connection is closed');
    const second = b.recorder('second');
    second.causing = true;
    server.attach(second);
    second.causing = false;
    await eventually(() => second.closes.length === 1, 'the second consumer is told');
    assert.equal(second.closes[0], cause);
  }),

  rule('pause holds bytes and end back, resume presents them in order', async (b) => {
    const { client, server } = await b.pair();
    const r = b.record(server);
    send(client, 'a');
    await eventually(() => r.text() === 'a', 'bytes arrive');
    server.pause();
    server.pause();
    send(client, 'bc');
    client.end();
    await quiet();
    assert.equal(r.text(), 'a');
    assert.equal(r.ends, 0);
    server.resume();
    await eventually(() => r.ends === 1, 'the end is shown');
    assert.equal(r.text(), 'abc');
  }),

  rule('pause inside receive holds back the rest', async (b) => {
    const { client, server } = await b.pair();
    const r = b.recorder();
    r.take = (_buf, start, end) => {
      server.pause();
      return Math.min(end - start, 1);
    };
    server.attach(r);
    send(client, 'abc');
    await eventually(() => r.length === 1, 'the first byte is taken');
    send(client, 'd');
    await quiet();
    assert.equal(r.calls, 1);
    for (let n = 2; n <= 4; n++) {
      await eventually(() => {
        if (r.length < n) server.resume();
        return r.length === n;
      }, 'one byte per resume');
    }
    assert.equal(r.text(), 'abcd');
  }),

  rule('resume is legal unpaused and presents unread bytes again; inside receive it is not recursive', async (b) => {
    const { client, server } = await b.pair();
    const r = b.recorder();
    r.take = () => 0;
    server.attach(r);
    server.resume();
    send(client, 'abc');
    await eventually(() => r.calls > 0, 'the bytes are shown');
    const calls = r.calls;
    server.resume();
    await eventually(() => r.calls > calls, 'they are shown again');
    r.take = () => {
      server.resume();
      server.resume();
      return 1;
    };
    server.resume();
    await eventually(() => r.text() === 'abc', 'each resume shows what is left');
    const done = r.calls;
    server.resume();
    await quiet();
    assert.equal(r.calls, done, 'nothing unread, nothing shown');
  }),

  rule('one connection may wake another inside receive', async (b) => {
    const accepted: Connection[] = [];
    const listener = await b.listen((c) => accepted.push(c));
    const one = await b.join(listener, accepted);
    const two = await b.join(listener, accepted);
    const sleeper = b.record(two.server, 'sleeper');
    two.server.pause();
    send(two.client, 'zzz');
    await quiet();
    const waker = b.recorder('waker');
    waker.take = (_buf, start, end) => {
      two.server.resume();
      return end - start;
    };
    one.server.attach(waker);
    send(one.client, 'up');
    await eventually(() => sleeper.text() === 'zzz' && waker.text() === 'up', 'both have their bytes');
  }),

  rule('a consumer that takes nothing holds its peer back, and everything comes when it takes again', async (b) => {
    const { client, server } = await b.pair();
    const all = b.bulk();
    const r = b.recorder();
    let most = 0;
    r.take = (_buf, start, end) => {
      most = Math.max(most, end - start);
      return 0;
    };
    server.attach(r);
    b.record(client);
    assert.equal(send(client, all), false, 'above high water');
    await eventually(() => most >= suiteLimits.maxUnreadBytes / 2, 'bytes are read ahead');
    await quiet();
    await quiet();
    assert.ok(client.pendingBytes > 0, 'the peer is held back');
    assert.ok(most <= suiteLimits.maxUnreadBytes + 1024 * 1024, `${most} bytes were read ahead of ${suiteLimits.maxUnreadBytes} allowed`);
    r.take = undefined;
    server.resume();
    await eventually(() => r.length === all.length, 'everything comes');
    assert.ok(r.bytes().equals(all));
    await eventually(() => client.pendingBytes === 0, 'nothing is pending any more');
  }),

  rule('a paused connection holds its peer back', async (b) => {
    const { client, server } = await b.pair();
    const all = b.bulk();
    const r = b.record(server);
    server.pause();
    send(client, all);
    await quiet();
    await quiet();
    assert.ok(client.pendingBytes > 0, 'the peer is held back');
    assert.equal(r.calls, 0);
    server.resume();
    await eventually(() => r.length === all.length, 'everything comes');
    assert.ok(r.bytes().equals(all));
  }),

  rule(
    'a reset is seen while bytes wait for the consumer, and while it is paused',
    async (b) => {
      for (const paused of [false, true]) {
        const { client, server } = await b.pair();
        const r = b.recorder();
        r.take = () => 0;
        client.attach(r);
        send(server, 'unread');
        await eventually(() => r.calls > 0, 'the bytes are shown');
        if (paused) client.pause();
        // The peer dies with bytes that it has not read.
        send(client, pattern(1000));
        await quiet();
        server.destroy();
        await eventually(() => r.closes.length === 1, 'the reset is seen');
        assert.equal((r.closes[0] as { code?: string } | undefined)?.code, 'NETPOLL_CONN_RESET');
      }
    },
    'reset',
  ),

  rule('a consumer that answers an impossible count loses its connection, and that alone', async (b) => {
    const accepted: Connection[] = [];
    const listener = await b.listen((c) => accepted.push(c));
    const good = await b.join(listener, accepted);
    const echo = b.record(good.server, 'good');
    for (const wrong of [-1, 0.5, NaN, 4, Infinity]) {
      const bad = await b.join(listener, accepted);
      const r = b.recorder(`consumer that answers ${wrong}`);
      r.take = () => wrong;
      bad.server.attach(r);
      const peer = b.record(bad.client, 'peer');
      send(bad.client, 'abc');
      await eventually(() => r.closes.length === 1, 'the connection is closed');
      assert.equal((r.closes[0] as { code?: string } | undefined)?.code, 'NETPOLL_CONSUMER_INVALID');
      await eventually(() => peer.ends + peer.closes.length > 0, 'the peer notices');
    }
    send(good.client, 'still here');
    await eventually(() => echo.text() === 'still here', 'the other connection goes on');
  }),

  rule('what a consumer throws ends its connection, and that alone', async (b) => {
    const accepted: Connection[] = [];
    const listener = await b.listen((c) => accepted.push(c));
    const good = await b.join(listener, accepted);
    const echo = b.record(good.server, 'good');
    const back = b.record(good.client, 'good client');
    for (const where of ['receive', 'receive with an open section', 'receiveEnd', 'writable'] as const) {
      const bad = await b.join(listener, accepted);
      const boom = new Error(`thrown in ${where}`);
      const r = b.recorder(where);
      if (where === 'receive') {
        r.take = () => {
          throw boom;
        };
      } else if (where === 'receive with an open section') {
        r.take = () => {
          bad.server.beginWrite(10).string('never sent');
          throw boom;
        };
      } else if (where === 'receiveEnd') {
        r.onEnd = () => {
          throw boom;
        };
      } else {
        r.onWritable = () => {
          throw boom;
        };
      }
      bad.server.attach(r);
      const peer = b.record(bad.client, 'peer');
      if (where === 'writable') assert.equal(send(bad.server, pattern(suiteLimits.highWaterBytes + 1)), false);
      else send(bad.client, 'abc');
      if (where === 'receiveEnd') bad.client.end();
      await eventually(() => r.closes.length === 1, `the connection is closed after a throw in ${where}`);
      assert.equal(r.closes[0], boom);
      await eventually(() => peer.ends + peer.closes.length > 0, 'the peer notices');
      if (where !== 'writable') assert.equal(peer.length, 0);
      send(good.client, where);
      send(good.server, where);
    }
    const all = 'receivereceive with an open sectionreceiveEndwritable';
    await eventually(() => echo.text() === all && back.text() === all, 'the other connection goes on');
  }),

  rule('destroy inside receive: nothing but closed comes after', async (b) => {
    const { client, server } = await b.pair();
    const r = b.recorder();
    const cause = new Error('enough');
    r.take = () => {
      server.destroy(cause);
      server.resume();
      server.pause();
      return 1;
    };
    server.attach(r);
    send(client, 'abcdef');
    client.end();
    await eventually(() => r.closes.length === 1, 'closed comes');
    await quiet();
    assert.deepEqual([r.calls, r.ends, r.closes], [1, 0, [cause]]);
  }),

  rule('close inside receive: nothing but closed comes after', async (b) => {
    const { client, server } = await b.pair();
    const r = b.recorder();
    let closed: Promise<void> | undefined;
    r.take = (_buf, start, end) => {
      send(server, 'bye');
      closed = server.close();
      return end - start;
    };
    server.attach(r);
    const peer = b.record(client);
    peer.onEnd = () => {
      client.end();
    };
    send(client, 'abcdef');
    await eventually(() => r.closes.length === 1, 'closed comes');
    await closed;
    await eventually(() => peer.text() === 'bye' && peer.closes.length === 1, 'the peer has the answer and is closed');
    assert.deepEqual([r.calls, r.ends, r.closes], [1, 0, [undefined]]);
  }),

  rule('end inside receive, with an answer before it', async (b) => {
    const { client, server } = await b.pair();
    const r = b.recorder();
    r.take = (_buf, start, end) => {
      send(server, 'answer');
      server.end();
      return end - start;
    };
    server.attach(r);
    const peer = b.record(client);
    send(client, 'q');
    await eventually(() => peer.ends === 1, 'the peer sees the end');
    assert.equal(peer.text(), 'answer');
    r.take = undefined;
    send(client, 'more');
    await eventually(() => r.text() === 'qmore', 'the other direction is open');
    client.end();
    await eventually(() => r.closes.length === 1 && peer.closes.length === 1, 'both are closed');
    assert.deepEqual([r.ends, r.closes, peer.closes], [1, [undefined], [undefined]]);
  }),
];
