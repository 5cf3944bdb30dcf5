// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import { connect as h2Connect } from 'node:http2';
import { request } from 'node:http';
import { connect as tlsConnect } from 'node:tls';
import { FakeClock } from '@cloudwego/gopkg/clock/testing';
import type { Network } from '@cloudwego/gopkg/io';
import { createLogger } from '@cloudwego/gopkg/logger';
import { createNetwork } from '@cloudwego/netpoll';
import { createMemoryNetwork, selfSigned } from '@cloudwego/netpoll/testing';
import { h2Sniffer, rpcSniffers, ttstreamSniffer } from '@cloudwego/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import type { Port, PortApp, PortOptions } from '@cloudwego/transport';
import { createPort } from '@cloudwego/transport';
import { PlainApp } from './fixtures/plain-app.js';
import { eventually, Peer, settle } from './fixtures/support.js';

const ports: Port[] = [];
afterEach(async () => {
  for (const p of ports.splice(0)) await p.close({ drainMs: 0 });
});

/** Speaks RPC by its sniffers, and is not to be reached in these tests. */
class Unreached extends PlainApp {
  constructor(sniffers: PortApp['sniffers'] = [...rpcSniffers, ttstreamSniffer]) {
    super('rpc', sniffers);
  }

  protected serve(): never {
    throw new Error('nothing here is for this app');
  }
}

async function listening(o: Partial<PortOptions>): Promise<{ port: number; warnings: string[] }> {
  const warnings: string[] = [];
  const logger = createLogger({ write: (r) => void warnings.push(typeof r === 'string' ? r : JSON.stringify(r)) });
  const port = createPort({ address: '127.0.0.1:0', logger, ...o }).add(new Unreached());
  ports.push(port);
  const { address } = await port.listen();
  return { port: address.kind === 'tcp' ? address.port : 0, warnings };
}

interface Answer {
  readonly status: number | undefined;
  readonly text: string;
}

function http(port: number, method: string, body?: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const r = request({ port, host: '127.0.0.1', method, agent: false }, (res) => {
      let text = '';
      res.setEncoding('utf8').on('data', (d: string) => (text += d));
      res.on('end', () => {
        resolve({ status: res.statusCode, text });
      });
    });
    r.on('error', reject);
    r.end(body);
  });
}

describe.each(['stream', 'poll'] as const)('what nobody serves, on the engine %s', (engine) => {
  const network = createNetwork({ engine: engine === 'poll' ? 'auto' : engine });

  it('an HTTP/1 request gets a 400 in words, and the log names it', async () => {
    const { port, warnings } = await listening({ network });
    const got = await http(port, 'GET');
    expect(got).toEqual({ status: 400, text: 'This port does not speak HTTP/1. It speaks: rpc, ttstream.\n' });
    expect(warnings.find((w) => w.includes('an HTTP/1 request'))).toContain('no app of this port speaks');
  });

  it('a TLS client gets an alert, and the log names its hello', async () => {
    const { port, warnings } = await listening({ network });
    const s = tlsConnect({ port, host: '127.0.0.1', rejectUnauthorized: false });
    const [e] = (await once(s, 'error')) as [NodeJS.ErrnoException];
    expect(e.code).toMatch(/ALERT_HANDSHAKE_FAILURE$/);
    expect(warnings.find((w) => w.includes('a TLS hello'))).toContain('no app of this port speaks');
  });

  it('HTTP/2 with prior knowledge is told to go away, and the log names it', async () => {
    const { port, warnings } = await listening({ network });
    const s = h2Connect(`http://127.0.0.1:${port}`);
    s.on('error', () => undefined);
    const [code, last] = (await once(s, 'goaway')) as [number, number];
    expect([code, last]).toEqual([13, 0]);
    s.destroy();
    expect(warnings.find((w) => w.includes('HTTP/2 with prior knowledge'))).toContain('no app of this port speaks');
  });

  it('HTTP without TLS, where it is required, gets a 400 that says so', async () => {
    const { port, warnings } = await listening({ network, tls: selfSigned(['localhost']) });
    expect(await http(port, 'PUT', Buffer.alloc(100_000))).toEqual({ status: 400, text: 'This port speaks TLS only: use https.\n' });
    expect(warnings.find((w) => w.includes('an HTTP/1 request'))).toContain('without TLS');
  });
});

describe('a refused peer', () => {
  async function refused(): Promise<{ clock: FakeClock; network: Network & { readonly openConnections: number }; peer: Peer }> {
    const clock = new FakeClock();
    const network = createMemoryNetwork({ clock });
    const port = createPort({ address: 'memory:p', network, logger: createLogger({ write: () => undefined }) }).add(new Unreached([...rpcSniffers, h2Sniffer]));
    ports.push(port);
    await port.listen();
    const peer = new Peer(await network.dial({ kind: 'memory', name: 'p' }));
    peer.stubborn = true;
    peer.send('GET / HTTP/1.1\r\n');
    await eventually(() => peer.text.startsWith('HTTP/1.1 400'));
    return { clock, network, peer };
  }

  it('that does not leave is cut off after a second, whatever it sends', async () => {
    const { clock, network, peer } = await refused();
    // Its own end, which it keeps, and the port's.
    const both = network.openConnections;
    for (let i = 0; i < 9; i++) {
      peer.send('x'.repeat(10_000));
      clock.advance(100);
      await settle(3);
    }
    expect(network.openConnections).toBe(both);
    clock.advance(200);
    await settle();
    expect(network.openConnections).toBe(both - 1);
  });

  it('does not keep the port from closing', async () => {
    const { clock, network } = await refused();
    const both = network.openConnections;
    let closed = false;
    void ports[0]!.close({ drainMs: 5000 }).then(() => (closed = true));
    await settle();
    clock.advance(150);
    await eventually(() => closed);
    await settle();
    expect(network.openConnections).toBe(both - 1);
  });
});
