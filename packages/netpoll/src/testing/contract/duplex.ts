// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import type { Duplex } from 'node:stream';
import { eventually, pattern, quiet, send } from './bench.js';
import type { Rule } from './rule.js';
import { rule } from './rule.js';

/** All bytes up to the end. The stream goes on: an iterator would destroy it. */
async function read(s: Duplex): Promise<Buffer> {
  const got: Buffer[] = [];
  s.on('data', (chunk: Buffer) => got.push(chunk));
  await finished(s, { writable: false });
  return Buffer.concat(got);
}

/** `toDuplex`. */
export const duplexRules: readonly Rule[] = [
  rule('a Duplex carries bytes and ends both ways', async (b) => {
    const { client, server } = await b.pair();
    const there = client.toDuplex();
    const back = server.toDuplex();
    const all = pattern(3 * 1024 * 1024);
    const got = read(back);
    there.write(all.subarray(0, 10));
    there.end(all.subarray(10));
    assert.ok((await got).equals(all));
    const answer = read(there);
    back.end('thanks');
    assert.equal((await answer).toString(), 'thanks');
    await Promise.all([finished(there), finished(back)]);
  }),

  rule('a Duplex that ends right after a large write loses nothing', async (b) => {
    const { client, server } = await b.pair();
    const there = client.toDuplex();
    const s = b.record(server);
    server.pause();
    server.end();
    there.resume();
    const all = b.bulk();
    there.end(all);
    await quiet();
    server.resume();
    await eventually(() => s.ends === 1, 'the end arrives');
    assert.ok(s.bytes().equals(all));
  }),

  rule('a Duplex has what came before it, and holds the peer back while nobody reads', async (b) => {
    const { client, server } = await b.pair();
    const all = b.bulk();
    send(client, all);
    client.end();
    const s = server.toDuplex();
    await quiet();
    await quiet();
    assert.ok(client.pendingBytes > 0, 'the peer is held back');
    assert.ok(s.readableLength < 2 * 1024 * 1024, `${s.readableLength} bytes are buffered`);
    assert.ok((await read(s)).equals(all));
    s.end();
  }),

  rule('a Duplex makes its writer wait above high water', async (b) => {
    const { client, server } = await b.pair();
    const w = client.toDuplex();
    const s = b.record(server);
    server.pause();
    const all = b.bulk();
    let sent = 0;
    let taken = 0;
    while (sent < all.length) {
      const chunk = all.subarray(sent, sent + 64 * 1024);
      sent += chunk.length;
      w.write(chunk, () => (taken += chunk.length));
    }
    await quiet();
    await quiet();
    assert.ok(taken < sent, 'some writes wait');
    server.resume();
    await eventually(() => s.length === sent && taken === sent, 'all are taken');
    w.destroy();
  }),

  rule('a Duplex that is destroyed destroys the connection, and the other way round', async (b) => {
    const one = await b.pair();
    const s = b.record(one.server);
    const d = one.client.toDuplex();
    d.on('error', () => undefined);
    d.destroy(new Error('enough'));
    await eventually(() => s.ends + s.closes.length > 0, 'the peer notices');
    const two = await b.pair();
    const e = two.client.toDuplex();
    const cause = new Error('from below');
    const failed = once(e, 'error') as Promise<[Error]>;
    two.client.destroy(cause);
    assert.equal((await failed)[0], cause);
    await eventually(() => e.destroyed, 'the stream is destroyed');
  }),

  rule('a Duplex waits for its reader after the connection closed in order', async (b) => {
    const { client, server } = await b.pair();
    b.record(client);
    const d = server.toDuplex();
    send(client, 'all of it');
    client.end();
    d.end();
    await quiet();
    assert.equal((await read(d)).toString(), 'all of it');
  }),
];
