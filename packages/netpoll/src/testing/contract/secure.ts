// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createSecureContext } from 'node:tls';
import type { Connection, TlsOptions } from '@cloudwego/gopkg/io';
import type { TestCertificate } from '../certificates.js';
import { selfSigned } from '../certificates.js';
import type { Bench, Recorder } from './bench.js';
import { eventually, pattern, quiet, rejection, send } from './bench.js';
import type { Rule } from './rule.js';
import { rule } from './rule.js';

const certificates = new Map<string, TestCertificate>();

/** Made on first use, once per name. */
function certificate(name: string): TestCertificate {
  let c = certificates.get(name);
  if (c === undefined) certificates.set(name, (c = selfSigned([name, 'localhost', '127.0.0.1'])));
  return c;
}

/** A listener whose connections become TLS ones when their first byte is there, as a port with sniffers does it. */
async function listenTls(b: Bench, o: TlsOptions, accept: (c: Connection) => void): ReturnType<Bench['listen']> {
  return b.listen((raw) => {
    const sniffer = b.recorder('sniffer');
    sniffer.take = () => {
      accept(b.keep(raw.startTls({ ...o, isServer: true })));
      return 0;
    };
    raw.attach(sniffer);
  });
}

const trust = (name: string): TlsOptions => ({ ca: certificate(name).cert, servername: name });

/** `startTls`, `DialOptions.tls`, `Connection.tls`. */
export const secureRules: readonly Rule[] = [
  rule(
    'a dialed TLS connection and an accepted one that was sniffed: bytes, names, ALPN',
    async (b) => {
      const accepted: Connection[] = [];
      const { key, cert } = certificate('one.test');
      const listener = await listenTls(b, { key, cert, alpnProtocols: ['h2', 'x/1'] }, (c) => {
        accepted.push(c);
        b.record(c, 'server').take = (buf, start, end) => {
          send(c, Buffer.from(buf.subarray(start, end)));
          return end - start;
        };
      });
      const client = await b.dial(listener.address, { tls: { ...trust('one.test'), alpnProtocols: ['x/1'] }, connectTimeoutMs: 10_000 });
      const r = b.record(client, 'client');
      const all = pattern(1024 * 1024);
      send(client, all);
      await eventually(() => r.length === all.length, 'the echo is complete');
      assert.ok(r.bytes().equals(all));
      const server = accepted[0]!;
      assert.equal(client.tls?.alpnProtocol, 'x/1');
      assert.equal(client.tls.authorized, true);
      assert.equal(client.tls.peerCertificate()?.subject.CN, 'one.test');
      assert.equal(server.tls?.alpnProtocol, 'x/1');
      assert.equal(server.tls.servername, 'one.test');
      assert.equal(server.tls.version, client.tls.version);
      assert.notEqual(client.id, server.id);
    },
    'tls',
  ),

  rule(
    'a plain connection becomes a TLS one on both sides, in the middle of its life',
    async (b) => {
      const { client, server } = await b.pair();
      const { key, cert } = certificate('two.test');
      const s = b.recorder('plain server');
      const inner: Connection[] = [];
      s.take = (buf, start, end) => {
        if (buf[start] === 0x16) {
          inner.push(b.keep(server.startTls({ key, cert, isServer: true })));
          return 0;
        }
        if (end - start < 8) return 0;
        send(server, 'go ahead');
        return end - start;
      };
      server.attach(s);
      const c = b.record(client, 'plain client');
      send(client, 'STARTTLS');
      await eventually(() => c.text() === 'go ahead', 'the server agrees');
      const secured = b.keep(client.startTls(trust('two.test')));
      const r = b.record(secured, 'client');
      send(secured, 'secret');
      await eventually(() => inner.length === 1, 'the server switches');
      const t = b.record(inner[0]!, 'server');
      await eventually(() => t.text() === 'secret', 'bytes arrive inside');
      send(inner[0]!, 'answer');
      await eventually(() => r.text() === 'answer', 'and go back');
      // The outer connections are spent.
      assert.throws(() => {
        client.attach(b.recorder());
      }, { code: 'NETPOLL_CONN_CLOSED' });
      assert.throws(() => client.startTls({}), { code: 'NETPOLL_CONN_CLOSED' });
      assert.equal(send(client, 'plain text'), true);
      client.end();
      client.destroy();
      await client.close();
      send(secured, ' more');
      await eventually(() => t.text() === 'secret more', 'the inner ones go on');
      assert.equal(c.ends + c.closes.length + s.ends + s.closes.length, 0);
    },
    'tls',
  ),

  rule(
    'a TLS connection ends in order',
    async (b) => {
      const accepted: Connection[] = [];
      const { key, cert } = certificate('one.test');
      const listener = await listenTls(b, { key, cert }, (c) => accepted.push(c));
      const client = await b.dial(listener.address, { tls: trust('one.test'), connectTimeoutMs: 10_000 });
      const c = b.record(client, 'client');
      await eventually(() => accepted.length === 1, 'it is accepted');
      const server = accepted[0]!;
      const s = b.record(server, 'server');
      send(client, pattern(300_000));
      client.end();
      await eventually(() => s.ends === 1, 'the server sees the end');
      assert.equal(s.length, 300_000);
      send(server, 'bye');
      server.end();
      await eventually(() => c.closes.length === 1 && s.closes.length === 1, 'both are closed');
      assert.deepEqual([c.text(), c.ends, c.closes, s.closes], ['bye', 1, [undefined], [undefined]]);
    },
    'tls',
  ),

  rule(
    'close on TLS sends what was queued',
    async (b) => {
      const accepted: Connection[] = [];
      const { key, cert } = certificate('one.test');
      const listener = await listenTls(b, { key, cert }, (c) => accepted.push(c));
      const client = await b.dial(listener.address, { tls: trust('one.test'), connectTimeoutMs: 10_000 });
      await eventually(() => accepted.length === 1, 'it is accepted');
      const s = b.record(accepted[0]!, 'server');
      const all = pattern(2 * 1024 * 1024);
      const c = b.record(client, 'client');
      send(client, all);
      await client.close();
      await eventually(() => s.length === all.length && s.ends === 1 && c.closes.length === 1, 'all arrives, and the end');
      assert.ok(s.bytes().equals(all));
      assert.deepEqual(c.closes, [undefined]);
    },
    'tls',
  ),

  rule(
    'a certificate that nobody vouches for, or for another name, is refused by the dialer',
    async (b) => {
      const { key, cert } = certificate('one.test');
      const servers: Recorder[] = [];
      const listener = await listenTls(b, { key, cert }, (c) => servers.push(b.record(c, 'server')));
      for (const tls of [{ servername: 'one.test' }, { ca: cert, servername: 'other.test' }]) {
        const e = await rejection(b.network.dial(listener.address, { tls, connectTimeoutMs: 10_000 }));
        assert.equal(e.code, 'NETPOLL_DIAL_REFUSED');
        assert.ok(e.cause instanceof Error);
      }
      const lax = await b.dial(listener.address, { tls: { rejectUnauthorized: false }, connectTimeoutMs: 10_000 });
      assert.equal(lax.tls?.authorized, false);
      await eventually(() => servers.filter((r) => r.ends + r.closes.length > 0).length === 2, 'the server sees the two refusals');
    },
    'tls',
  ),

  rule(
    'mutual TLS: the client shows its certificate, or is refused',
    async (b) => {
      const accepted: Connection[] = [];
      const { key, cert } = certificate('one.test');
      const mine = certificate('client.test');
      const listener = await listenTls(b, { key, cert, ca: mine.cert, requestCert: true }, (c) => accepted.push(c));
      const client = await b.dial(listener.address, { tls: { ...trust('one.test'), ...mine, ca: cert }, connectTimeoutMs: 10_000 });
      send(client, 'x');
      await eventually(() => accepted.length === 1, 'it is accepted');
      const s = b.record(accepted[0]!, 'server');
      await eventually(() => s.text() === 'x', 'bytes arrive');
      assert.equal(accepted[0]!.tls?.peerCertificate()?.subject.CN, 'client.test');
      assert.equal(accepted[0]!.tls.authorized, true);
      for (const [name, shown] of [['without certificate', {}], ['with that of a stranger', certificate('stranger.test')]] as const) {
        const c = b.recorder(name);
        try {
          const bare = await b.dial(listener.address, { tls: { ...shown, ...trust('one.test') }, connectTimeoutMs: 10_000 });
          bare.attach(c);
          send(bare, 'let me in');
          await eventually(() => c.ends + c.closes.length > 0, 'the server closes');
        } catch (e) {
          // With TLS 1.2 the dial itself fails.
          if (e instanceof assert.AssertionError) throw e;
          assert.equal((e as { code?: string }).code, 'NETPOLL_DIAL_REFUSED');
        }
        assert.equal(c.length, 0);
      }
      await quiet();
      for (const a of accepted.slice(1)) {
        const refused = b.record(a, 'refused');
        await eventually(() => refused.closes.length > 0, 'the server closes');
        assert.equal(refused.text(), '');
      }
    },
    'tls',
  ),

  rule(
    'a server has several names, and its certificates change while it runs',
    async (b) => {
      const contexts = new Map([undefined, 'one.test', 'two.test'].map((name) => [name, createSecureContext(certificate(name ?? 'nobody.test'))]));
      const options: TlsOptions = { ...certificate('fallback.test'), contextFor: (name) => contexts.get(name) };
      const listener = await listenTls(b, options, (c) => b.record(c));
      const shown = async (name: string, by: string): Promise<string | undefined> => {
        const c = await b.dial(listener.address, { tls: { ca: certificate(by).cert, servername: name, rejectUnauthorized: name === by }, connectTimeoutMs: 10_000 });
        const subject = c.tls?.peerCertificate()?.subject.CN;
        c.destroy();
        return subject as string | undefined;
      };
      assert.equal(await shown('one.test', 'one.test'), 'one.test');
      assert.equal(await shown('two.test', 'two.test'), 'two.test');
      assert.equal(await shown('three.test', 'one.test'), 'nobody.test', 'a name that the server does not know');
      contexts.set('two.test', createSecureContext(certificate('three.test')));
      assert.equal(await shown('two.test', 'one.test'), 'three.test', 'the next connection has the new one');
      contexts.clear();
      assert.equal(await shown('one.test', 'two.test'), 'fallback.test', 'nothing chosen: key and cert of the options');
    },
    'tls',
  ),

  rule(
    'what a server throws while it chooses a certificate ends that connection, and that alone',
    async (b) => {
      const options: TlsOptions = {
        ...certificate('one.test'),
        contextFor: (name) => {
          if (name === undefined || name === 'one.test') return undefined;
          throw new Error('never heard of it');
        },
      };
      const listener = await listenTls(b, options, (c) => b.record(c));
      const e = await rejection(b.dial(listener.address, { tls: { ...trust('one.test'), servername: 'two.test' }, connectTimeoutMs: 10_000 }));
      assert.equal((e as { code?: string }).code, 'NETPOLL_DIAL_REFUSED');
      const c = await b.dial(listener.address, { tls: trust('one.test'), connectTimeoutMs: 10_000 });
      assert.equal(c.tls?.authorized, true);
    },
    'tls',
  ),

  rule(
    'a key that is none is refused before anything is given away or dialed',
    async (b) => {
      const { client, server } = await b.pair();
      const r = b.record(server);
      assert.throws(() => client.startTls({ ca: certificate('one.test').cert, key: 'no key', cert: 'no certificate' }), /PEM|key/i);
      send(client, 'plain all the same');
      await eventually(() => r.text() === 'plain all the same', 'the connection is as it was');
      const listener = await b.listen(() => undefined);
      await rejection(b.dial(listener.address, { tls: { key: 'no key', cert: 'no certificate' } }));
    },
    'tls',
  ),

  rule(
    'a peer that speaks no TLS: the server loses that connection, the dialer its dial',
    async (b) => {
      const { key, cert } = certificate('one.test');
      const { client, server } = await b.pair();
      const inner = b.keep(server.startTls({ key, cert, isServer: true }));
      const s = b.record(inner, 'server');
      const c = b.record(client, 'client');
      send(client, 'GET / HTTP/1.1\r\n\r\n');
      await eventually(() => s.closes.length === 1, 'the server closes');
      assert.ok(s.closes[0] instanceof Error);
      await eventually(() => c.ends + c.closes.length > 0, 'the client notices');
      const plain = await b.listen((x) => {
        b.record(x, 'plain server').take = (_buf, start, end) => {
          send(x, 'what?\r\n');
          return end - start;
        };
      });
      const e = await rejection(b.network.dial(plain.address, { tls: { servername: 'one.test' }, connectTimeoutMs: 10_000 }));
      assert.equal(e.code, 'NETPOLL_DIAL_REFUSED');
    },
    'tls',
  ),

  rule(
    'connectTimeoutMs covers the handshake',
    async (b) => {
      const peers: Connection[] = [];
      const listener = await b.listen((x) => peers.push(x));
      const e = await rejection(b.network.dial(listener.address, { tls: { servername: 'one.test' }, connectTimeoutMs: 50 }));
      assert.equal(e.code, 'NETPOLL_DIAL_TIMEOUT');
      await eventually(() => peers.length === 1, 'the connection itself was made');
      const r = b.record(peers[0]!, 'silent server');
      await eventually(() => r.ends + r.closes.length > 0, 'and is given up');
    },
    'tls',
  ),

  rule(
    'a TLS connection can be destroyed at any time',
    async (b) => {
      const { key, cert } = certificate('one.test');
      for (const when of ['at once', 'in the handshake'] as const) {
        const { client, server } = await b.pair();
        const inner = b.keep(server.startTls({ key, cert, isServer: true }));
        const s = b.record(inner, 'server');
        const outer = b.keep(client.startTls(trust('one.test')));
        const c = b.record(outer, 'client');
        if (when === 'in the handshake') await new Promise((resolve) => setImmediate(resolve));
        const cause = new Error(when);
        outer.destroy(cause);
        await eventually(() => c.closes.length === 1, 'it is closed');
        assert.equal(c.closes[0], cause);
        await eventually(() => s.ends + s.closes.length > 0, 'the server notices');
        await quiet();
      }
    },
    'tls',
  ),
];
