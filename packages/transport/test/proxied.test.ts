// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Connection } from '@cloudwego/gopkg/io';
import { formatAddress } from '@cloudwego/gopkg/io';
import { createLogger } from '@cloudwego/gopkg/logger';
import { createNetwork, proxyHeaderOf } from '@cloudwego/netpoll';
import { selfSigned } from '@cloudwego/netpoll/testing';
import type { Sniffer } from '@cloudwego/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import type { Port, PortApp, PortOptions } from '@cloudwego/transport';
import { createPort } from '@cloudwego/transport';
import { PlainApp } from './fixtures/plain-app.js';

const hello: Sniffer = { protocol: 'hello', match: (buf, start, end) => (end - start < 5 ? 'more' : buf.toString('latin1', start, start + 5) === 'hello' ? 'yes' : 'no') };

/** Answers with the addresses that it sees. */
class Mirror extends PlainApp {
  readonly versions: (number | undefined)[] = [];

  constructor() {
    super('mirror', [hello]);
  }

  protected serve(c: Connection): (text: string) => void {
    this.versions.push(proxyHeaderOf(c)?.version);
    return () => {
      c.beginWrite(64).string(`${formatAddress(c.remote)} ${formatAddress(c.local)}`);
      c.endWrite();
      c.end();
    };
  }
}

const v1 = Buffer.from('PROXY TCP4 203.0.113.7 198.51.100.9 40000 443\r\n');
/** PROXY, TCP over IPv4, 12 bytes of addresses, of the same connection. */
const v2 = Buffer.from('0d0a0d0a000d0a515549540a2111000ccb007107c63364099c4001bb', 'hex');
const told = '203.0.113.7:40000 198.51.100.9:443';

const logger = createLogger({ write: () => undefined });
const ports: Port[] = [];
afterEach(async () => {
  for (const p of ports.splice(0)) await p.close({ drainMs: 0 });
});

async function listen(app: PortApp, o: Partial<PortOptions>): Promise<number> {
  const port = createPort({ address: '127.0.0.1:0', proxyProtocol: true, logger, ...o }).add(app);
  ports.push(port);
  const { address } = await port.listen();
  return (address as { port: number }).port;
}

/** Everything that comes until the end; a reset ends it too. */
async function all(s: Socket): Promise<string> {
  let text = '';
  s.on('data', (d) => (text += String(d))).on('error', () => undefined);
  await once(s, 'close');
  return text;
}

describe.each(['stream', 'auto'] as const)('a port behind a proxy, engine %s', (engine) => {
  const network = createNetwork({ engine });

  it.each([
    ['1', v1, 1],
    ['2', v2, 2],
  ])('shows its app the addresses of a header of version %s, in front of what the sniffers are asked', async (_name, header, version) => {
    const app = new Mirror();
    const port = await listen(app, { network });
    const s = connect(port, '127.0.0.1');
    s.write(Buffer.concat([header, Buffer.from('hello')]));
    expect(await all(s)).toBe(told);
    expect(app.versions).toEqual([version]);
  });

  it.each([
    ['1', v1],
    ['2', v2],
  ])('reads a header of version %s in front of TLS', async (_name, header) => {
    const { key, cert } = selfSigned(['localhost']);
    const port = await listen(new Mirror(), { network, tls: { key, cert } });
    const raw = connect(port, '127.0.0.1');
    raw.write(header);
    const s = connectTls({ socket: raw, ca: cert, servername: 'localhost' });
    s.write('hello');
    expect(await all(s)).toBe(told);
  });

  it.each([
    ['none', Buffer.from('hello, who is there')],
    ['one that is broken', Buffer.from('PROXY TCP4 203.0.113.7 198.51.100.9 40000 99999\r\nhello')],
    ['one of version 2 that is broken', Buffer.concat([Buffer.from(v2).fill(0x31, 12, 13), Buffer.from('hello')])],
  ])('closes a connection with %s, and no app hears of it', async (_name, bytes) => {
    const app = new Mirror();
    const port = await listen(app, { network });
    const s = connect(port, '127.0.0.1');
    s.write(bytes);
    expect(await all(s)).toBe('');
    expect(app.versions).toEqual([]);
  });

  it('takes those who are no proxy as they are', async () => {
    const port = await listen(new Mirror(), { network, proxyProtocol: { trusted: ['192.0.2.0/24'] } });
    const s = connect(port, '127.0.0.1');
    await once(s, 'connect');
    const own = `127.0.0.1:${s.localPort}`;
    s.write('hello');
    expect(await all(s)).toBe(`${own} 127.0.0.1:${port}`);
  });
});

it('a port refuses settings of PROXY headers that are none, and a listener of its own beside them', async () => {
  const listener: NonNullable<PortOptions['listener']> = () => Promise.reject(new Error('not to be called'));
  expect(() => createPort({ listener, proxyProtocol: true })).toThrow(expect.objectContaining({ code: 'GOPKG_OPTION_INVALID', message: expect.stringContaining('port.proxyProtocol') }));
  expect(() => createPort({ address: ':0', proxyProtocol: 'v1' as never })).toThrow(/port\.proxyProtocol/);
  await expect(listen(new Mirror(), { proxyProtocol: { trusted: ['300.0.0.1'] } })).rejects.toThrow(/proxyProtocol\.trusted/);
});
