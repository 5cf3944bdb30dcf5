// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import type { Connection } from '@cloudwego/gopkg/io';
import type { Bench, Recorder } from './bench.js';
import { eventually, pattern, quiet, send, suiteLimits } from './bench.js';
import type { Rule } from './rule.js';
import { rule } from './rule.js';

const outOfOrder = { code: 'NETPOLL_WRITE_STATE' };

/** Two pairs at one listener, with consumers at all four ends. */
async function twoPairs(b: Bench): Promise<{ a: Connection; c: Connection; fromA: Recorder; fromC: Recorder }> {
  const accepted: Connection[] = [];
  const listener = await b.listen((x) => accepted.push(x));
  const one = await b.join(listener, accepted);
  const two = await b.join(listener, accepted);
  b.record(one.client);
  b.record(two.client);
  return { a: one.client, c: two.client, fromA: b.record(one.server, 'first'), fromC: b.record(two.server, 'second') };
}

/** How bytes go out: write sections, high water, references, `flush`. */
export const writing: readonly Rule[] = [
  rule('a section is opened once and ended once', async (b) => {
    const { client, server } = await b.pair();
    const r = b.record(server);
    assert.throws(() => client.endWrite(), outOfOrder);
    client.cancelWrite();
    const w = client.beginWrite(10);
    assert.throws(() => client.beginWrite(10), outOfOrder);
    w.string('abc');
    assert.equal(client.endWrite(), true);
    assert.throws(() => client.endWrite(), outOfOrder);
    client.beginWrite(0);
    assert.equal(client.endWrite(), true, 'an empty section is legal');
    await eventually(() => r.text() === 'abc', 'the section arrives');
  }),

  rule('cancelWrite drops its section and no other', async (b) => {
    const { client, server } = await b.pair();
    const r = b.record(server);
    send(client, 'one ');
    client.beginWrite(100).bytes(pattern(10_000));
    client.cancelWrite();
    send(client, 'two');
    await eventually(() => r.text() === 'one two', 'the others arrive');
  }),

  rule('what a cancelled section held is not counted as pending', async (b) => {
    const { client, server } = await b.pair();
    b.record(server);
    client.beginWrite(0).bytes(pattern(10_000));
    client.cancelWrite();
    assert.equal(client.pendingBytes, 0);
    client.beginWrite(0).string('x');
    assert.equal(client.pendingBytes, 0, 'an open section is not pending yet');
    client.endWrite();
    await eventually(() => client.pendingBytes === 0, 'it is sent');
  }),

  rule('sections of two connections nest', async (b) => {
    const { a, c, fromA, fromC } = await twoPairs(b);
    const w = a.beginWrite(100);
    w.string('outer one, ');
    send(c, 'inner');
    w.string('outer two, ');
    const x = c.beginWrite(10);
    x.bytes(pattern(5000));
    c.cancelWrite();
    w.string('outer three');
    a.endWrite();
    await eventually(() => fromA.length === 33 && fromC.length === 5, 'both arrive');
    assert.equal(fromA.text(), 'outer one, outer two, outer three');
    assert.equal(fromC.text(), 'inner');
  }),

  rule('nested sections end in the order in which they were opened, last first', async (b) => {
    const { a, c, fromA, fromC } = await twoPairs(b);
    a.beginWrite(10).string('outer');
    c.beginWrite(10).string('inner');
    assert.throws(() => a.endWrite(), outOfOrder);
    c.endWrite();
    a.endWrite();
    await eventually(() => fromA.text() === 'outer' && fromC.text() === 'inner', 'both arrive');
  }),

  rule('an outer section that is cancelled takes the inner ones along, and nobody gets their bytes', async (b) => {
    const { a, c, fromA, fromC } = await twoPairs(b);
    a.beginWrite(10).string('lost');
    c.beginWrite(10).string('lost too');
    a.cancelWrite();
    a.beginWrite(10).string('kept');
    assert.throws(() => c.endWrite(), outOfOrder);
    c.cancelWrite();
    send(c, 'nested');
    a.endWrite();
    send(c, ' after');
    await eventually(() => fromA.text() === 'kept' && fromC.text() === 'nested after', 'each has its own');
  }),

  rule('an inner section that was cancelled with its outer one is never met by what another connection writes', async (b) => {
    const { a, c, fromA, fromC } = await twoPairs(b);
    const third = await b.pair();
    const fromThird = b.record(third.server);
    a.beginWrite(10).string('lost');
    const stale = c.beginWrite(10);
    stale.string('lost too');
    a.cancelWrite();
    a.beginWrite(10).string('kept');
    third.client.beginWrite(10).string('its own');
    stale.string('nobody has this');
    assert.throws(() => c.endWrite(), outOfOrder);
    c.cancelWrite();
    third.client.endWrite();
    a.endWrite();
    send(c, 'c');
    await eventually(() => fromA.length >= 4 && fromC.length >= 1 && fromThird.length >= 7, 'all arrive');
    assert.deepEqual([fromA.text(), fromC.text(), fromThird.text()], ['kept', 'c', 'its own']);
  }),

  rule('a section may be ended after its connection was destroyed inside it', async (b) => {
    const { a, c, fromA, fromC } = await twoPairs(b);
    const w = a.beginWrite(100);
    w.string('lost');
    const mark = w.mark();
    w.u32(0);
    a.destroy();
    send(c, 'before ');
    w.patchU32(mark, 7);
    w.string('lost too');
    a.endWrite();
    send(c, 'after');
    await eventually(() => fromC.text() === 'before after', 'the other connection has its bytes');
    await eventually(() => fromA.ends + fromA.closes.length > 0, 'the peer notices');
    assert.equal(fromA.length, 0);
  }),

  rule('many sections of all sizes keep their bytes', async (b) => {
    const { client, server } = await b.pair();
    const r = b.record(server);
    const sent: Buffer[] = [];
    for (let i = 1; i <= 400; i++) {
      const bytes = pattern((i * 373) % 6000, i);
      sent.push(bytes);
      const w = client.beginWrite(i % 2 === 0 ? bytes.length : 0);
      w.u8(i);
      w.bytes(bytes.subarray(0, bytes.length >> 1));
      w.u32(i);
      w.bytes(bytes.subarray(bytes.length >> 1));
      client.endWrite();
      if (i % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    const total = sent.reduce((n, s) => n + s.length + 5, 0);
    await eventually(() => r.length === total, 'all sections arrive');
    const got = r.bytes();
    let at = 0;
    sent.forEach((s, i) => {
      const half = s.length >> 1;
      assert.equal(got[at], (i + 1) & 0xff);
      assert.ok(got.subarray(at + 1, at + 1 + half).equals(s.subarray(0, half)), `first half of section ${i + 1}`);
      assert.equal(got.readUInt32BE(at + 1 + half), i + 1);
      assert.ok(got.subarray(at + 5 + half, at + 5 + s.length).equals(s.subarray(half)), `second half of section ${i + 1}`);
      at += s.length + 5;
    });
  }),

  rule('above high water endWrite answers false, and writable follows when it fell', async (b) => {
    const { client, server } = await b.pair();
    const r = b.record(client, 'writer');
    const pendingThen: number[] = [];
    r.onWritable = () => pendingThen.push(client.pendingBytes);
    const reader = b.record(server, 'reader');
    server.pause();
    assert.equal(send(client, 'x'), true);
    let total = 1;
    let says = true;
    while (says && total < 64 * 1024 * 1024) {
      says = send(client, pattern(64 * 1024, total));
      total += 64 * 1024;
      assert.equal(r.writables, 0, 'writable comes inside no call of endWrite');
      if (total % (1024 * 1024) < 64 * 1024) await new Promise((resolve) => setImmediate(resolve));
    }
    assert.equal(says, false, 'a writer that is not read from reaches high water');
    assert.ok(client.pendingBytes > suiteLimits.highWaterBytes);
    server.resume();
    await eventually(() => reader.length === total, 'all bytes arrive');
    await eventually(() => r.writables > 0, 'writable comes');
    assert.equal(r.writables, 1, 'once for once');
    for (const n of pendingThen) assert.ok(n <= suiteLimits.highWaterBytes, `${n} bytes are below high water`);
    assert.equal(send(client, 'y'), true);
    await eventually(() => reader.length === total + 1, 'writing goes on');
  }),

  rule('writable comes also when one section goes far above high water and the peer reads at once', async (b) => {
    const { client, server } = await b.pair();
    const r = b.record(client, 'writer');
    const reader = b.record(server, 'reader');
    for (let i = 1; i <= 3; i++) {
      r.causing = true;
      assert.equal(send(client, pattern(suiteLimits.highWaterBytes + 1)), false);
      assert.equal(r.writables, i - 1);
      r.causing = false;
      await eventually(() => r.writables === i, 'writable comes');
    }
    await eventually(() => reader.length === 3 * (suiteLimits.highWaterBytes + 1), 'all bytes arrive');
  }),

  rule('a writer that goes on in writable is never left waiting', async (b) => {
    const { client, server } = await b.pair();
    const w = b.recorder('writer');
    const r = b.record(server, 'reader');
    let sent = 0;
    const total = 100 * 64 * 1024;
    const fill = (): void => {
      while (sent < total) {
        const says = send(client, pattern(64 * 1024, sent));
        sent += 64 * 1024;
        if (!says) break;
      }
    };
    w.onWritable = fill;
    client.attach(w);
    fill();
    await eventually(() => r.length === total, 'all bytes arrive');
  }),

  rule('blocks taken by reference may change after the turn, also when the peer does not read', async (b) => {
    const { client, server } = await b.pair();
    const r = b.record(server);
    server.pause();
    const expected: Buffer[] = [];
    for (let i = 0; i < 200; i++) {
      const size = [4096, 5000, 65_536, 200_000][i % 4]!;
      const bytes = pattern(size, i);
      expected.push(Buffer.from(bytes));
      const w = client.beginWrite(0);
      w.bytes(bytes);
      client.endWrite();
      await new Promise((resolve) => setImmediate(resolve));
      bytes.fill(0xee);
    }
    server.resume();
    const all = Buffer.concat(expected);
    await eventually(() => r.length === all.length, 'all bytes arrive');
    assert.ok(r.bytes().equals(all), 'as they were when they were written');
  }),

  rule('megabytes cross in both directions at once, in one section and in many', async (b) => {
    const { client, server } = await b.pair();
    const there = b.record(server, 'there');
    const back = b.record(client, 'back');
    const all = b.bulk().subarray(0, 8 * 1024 * 1024);
    send(client, all);
    for (let at = 0; at < all.length; at += 100_000) send(server, all.subarray(at, at + 100_000));
    await eventually(() => there.length === all.length && back.length === all.length, 'all bytes arrive');
    assert.ok(there.bytes().equals(all));
    assert.ok(back.bytes().equals(all));
    await eventually(() => client.pendingBytes === 0 && server.pendingBytes === 0, 'nothing is pending any more');
  }),

  rule('an echo answers inside receive', async (b) => {
    const { client, server } = await b.pair();
    const echo = b.recorder('echo');
    echo.take = (buf, start, end) => {
      const w = server.beginWrite(end - start);
      w.bytes(buf.subarray(start, end));
      server.endWrite();
      server.flush();
      return end - start;
    };
    server.attach(echo);
    const r = b.record(client);
    const all = pattern(1024 * 1024);
    for (let at = 0; at < all.length; at += 50_000) send(client, all.subarray(at, at + 50_000));
    await eventually(() => r.length === all.length, 'the echo is complete');
    assert.ok(r.bytes().equals(all));
  }),

  rule('what is written in microtasks of the turn leaves too', async (b) => {
    const { client, server } = await b.pair();
    const r = b.record(server);
    send(client, '1');
    void Promise.resolve().then(() => {
      send(client, '2');
      void Promise.resolve().then(() => send(client, '3'));
    });
    await eventually(() => r.text() === '123', 'all three arrive');
  }),

  rule('a hint is a hint, whatever it says', async (b) => {
    const { client, server } = await b.pair();
    const s = b.record(server);
    const other = (await b.pair()).client;
    for (const hint of [-1, 0, 0.5, Number.NaN, Infinity, 1e15]) {
      client.beginWrite(hint).string('a');
      // Nested, it has a buffer of its own.
      other.beginWrite(hint).string('b');
      other.endWrite();
      client.endWrite();
    }
    await eventually(() => s.text() === 'aaaaaa', 'the bytes arrive');
  }),

  rule('flush sends nothing twice and keeps the order', async (b) => {
    const { client, server } = await b.pair();
    const r = b.record(server);
    client.flush();
    send(client, 'a');
    client.flush();
    client.flush();
    send(client, 'b');
    const w = client.beginWrite(10);
    w.string('c');
    client.flush();
    w.string('d');
    client.endWrite();
    client.flush();
    send(client, pattern(300_000));
    client.flush();
    send(client, 'e');
    await eventually(() => r.length === 300_005, 'all arrives');
    await quiet();
    assert.equal(r.text().slice(0, 4), 'abcd');
    assert.equal(r.text().slice(-1), 'e');
    assert.equal(r.length, 300_005);
  }),

  rule('what is written after the end is dropped without harm', async (b) => {
    const { client, server } = await b.pair();
    const r = b.record(server);
    b.record(client);
    send(client, 'before');
    client.end();
    assert.equal(send(client, 'after'), true);
    client.flush();
    await eventually(() => r.ends === 1, 'the peer sees the end');
    assert.equal(r.text(), 'before');
    const mine = b.record(client);
    client.destroy();
    assert.equal(send(client, 'destroyed'), true);
    client.flush();
    assert.equal(client.pendingBytes, 0);
    await eventually(() => mine.closes.length === 1, 'it is closed');
    assert.equal(send(client, 'closed'), true);
    client.flush();
    client.cancelWrite();
    assert.equal(client.pendingBytes, 0);
  }),
];
