// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import type { Connection, ListenOptions } from '@cloudwego/gopkg/io';
import { formatAddress } from '@cloudwego/gopkg/io';
import { proxyHeaderOf } from '../../accept/gate.js';
import { selfSigned } from '../certificates.js';
import { eventually, quiet, rejection, send } from './bench.js';
import type { Rule } from './rule.js';
import { rule } from './rule.js';

const LINE = 'PROXY TCP4 203.0.113.7 198.51.100.9 40000 443\r\n';
const proxied: ListenOptions = { proxyProtocol: true };

/** `ListenOptions.proxyProtocol`. */
export const proxiedRules: readonly Rule[] = [
  rule('a PROXY header gives the connection its addresses, and what is behind it is the first to be read', async (b) => {
    const accepted: Connection[] = [];
    const listener = await b.listen((c) => accepted.push(c), proxied);
    const client = await b.dial(listener.address);
    send(client, `${LINE}hello`);
    await eventually(() => accepted.length === 1, 'it is accepted');
    const server = accepted[0]!;
    assert.equal(formatAddress(server.remote), '203.0.113.7:40000');
    assert.equal(formatAddress(server.local), '198.51.100.9:443');
    assert.deepEqual(proxyHeaderOf(server), { version: 1, source: server.remote, destination: server.local, values: [] });
    const s = b.record(server, 'server');
    await eventually(() => s.text() === 'hello', 'the bytes behind it');
    const c = b.record(client, 'client');
    send(server, 'welcome');
    client.end();
    await eventually(() => c.text() === 'welcome' && s.ends === 1, 'the connection is as any other');
  }),

  rule('a PROXY header may come byte by byte, and is waited for', async (b) => {
    const accepted: Connection[] = [];
    const listener = await b.listen((c) => accepted.push(c), proxied);
    const client = await b.dial(listener.address);
    for (const x of LINE.slice(0, -1)) {
      send(client, x);
      client.flush();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await quiet();
    assert.equal(accepted.length, 0, 'it is not whole');
    send(client, '\n');
    await eventually(() => accepted.length === 1, 'it is accepted');
    const s = b.record(accepted[0]!);
    client.end();
    await eventually(() => s.ends === 1, 'the end is shown');
    assert.equal(s.length, 0);
  }),

  rule('a proxy that speaks for itself changes no address', async (b) => {
    const accepted: Connection[] = [];
    const listener = await b.listen((c) => accepted.push(c), proxied);
    const client = await b.dial(listener.address);
    send(client, 'PROXY UNKNOWN\r\n');
    await eventually(() => accepted.length === 1, 'it is accepted');
    if (client.local.kind === 'tcp') assert.equal(formatAddress(accepted[0]!.remote), formatAddress(client.local));
    assert.equal(proxyHeaderOf(accepted[0]!), undefined);
  }),

  rule('a connection without a PROXY header, with a broken one or with half of one is closed and never given', async (b) => {
    const listener = await b.listen(() => assert.fail('nobody is accepted'), proxied);
    for (const text of ['GET / HTTP/1.1\r\n', 'PROXY TCP4 300.0.0.1 1.1.1.1 1 1\r\n', 'PROXY TCP4 1.1']) {
      const client = await b.dial(listener.address);
      const c = b.record(client);
      send(client, text);
      if (text.endsWith('\n')) client.flush();
      else client.end();
      await eventually(() => c.ends + c.closes.length > 0, `"${text.trim()}" is refused`);
      client.destroy();
    }
  }),

  rule('a PROXY header that does not come is not waited for longer than headerTimeoutMs', async (b) => {
    const listener = await b.listen(() => assert.fail('nobody is accepted'), { proxyProtocol: { headerTimeoutMs: 30 } });
    const c = b.record(await b.dial(listener.address));
    await eventually(() => c.ends + c.closes.length > 0, 'it is closed');
  }),

  rule('connections of those who are no trusted proxy are taken as they are', async (b) => {
    const accepted: Connection[] = [];
    const listener = await b.listen((c) => accepted.push(c), { proxyProtocol: { trusted: ['192.0.2.0/24', '::1'] } });
    const { client, server } = await b.join(listener, accepted);
    send(client, LINE);
    const s = b.record(server);
    await eventually(() => s.text() === LINE, 'it is no header');
    assert.equal(formatAddress(server.remote), formatAddress(client.local));
    const other = await b.listen((c) => accepted.push(c), { proxyProtocol: { trusted: ['127.0.0.0/8'] } });
    send(await b.dial(other.address), LINE);
    await eventually(() => accepted.length === 1, 'a trusted one is accepted');
    assert.equal(formatAddress(accepted[0]!.remote), '203.0.113.7:40000');
  }, 'tcp'),

  rule('a paused listener gives no proxied connection, and one that is closed none at all', async (b) => {
    const accepted: Connection[] = [];
    const listener = await b.listen((c) => accepted.push(c), proxied);
    const first = await b.dial(listener.address);
    send(first, LINE.slice(0, 10));
    first.flush();
    await quiet();
    listener.pause();
    send(first, LINE.slice(10));
    first.flush();
    const late = b.record(await b.dial(listener.address), 'late');
    await quiet();
    assert.equal(accepted.length, 0);
    listener.resume();
    await eventually(() => accepted.length === 1, 'it is accepted');
    await listener.close();
    await eventually(() => late.ends + late.closes.length > 0, 'who sent no header is dropped');
    assert.equal(accepted.length, 1);
  }),

  rule(
    'TLS behind a PROXY header, begun as soon as the connection is given',
    async (b) => {
      const { key, cert } = selfSigned(['localhost']);
      const inner: Connection[] = [];
      const listener = await b.listen((c) => inner.push(b.keep(c.startTls({ key, cert, isServer: true }))), proxied);
      const client = await b.dial(listener.address);
      send(client, LINE);
      const over = b.keep(client.startTls({ ca: cert, servername: 'localhost' }));
      send(over, 'secret');
      await eventually(() => inner.length === 1, 'it is accepted');
      const s = b.record(inner[0]!);
      await eventually(() => s.text() === 'secret', 'the handshake is done');
      assert.equal(formatAddress(inner[0]!.remote), '203.0.113.7:40000');
      assert.equal(formatAddress(inner[0]!.local), '198.51.100.9:443');
      assert.equal(proxyHeaderOf(inner[0]!)?.version, 1);
    },
    'tls',
  ),

  rule('options of a listener that cannot be are refused by name', async (b) => {
    const bad: readonly (readonly [ListenOptions, RegExp])[] = [
      [{ backlog: 0 }, /listen\.backlog/],
      [{ idleMs: -1 }, /listen\.idleMs/],
      [{ fd: -1 }, /listen\.fd/],
      [{ backlogs: 1 } as ListenOptions, /did you mean "backlog"/],
      [{ proxyProtocol: { headerTimeoutMs: -1 } }, /listen\.proxyProtocol\.headerTimeoutMs/],
      [{ proxyProtocol: { maxHeaderBytes: 231 } }, /listen\.proxyProtocol\.maxHeaderBytes/],
      [{ proxyProtocol: { trusted: ['10.0.0.0/33'] } }, /listen\.proxyProtocol\.trusted/],
      [{ proxyProtocol: { trusted: ['example.org'] } }, /listen\.proxyProtocol\.trusted/],
    ];
    for (const [o, message] of bad) {
      const e = await rejection(b.listen(() => undefined, o));
      assert.equal(e.code, 'GOPKG_OPTION_INVALID');
      assert.match(e.message, message);
    }
  }),
];
