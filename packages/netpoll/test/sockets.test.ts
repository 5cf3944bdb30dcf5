// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import dns from 'node:dns';
import type { LookupAddress } from 'node:dns';
import { readFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Connection, Listener, Network } from '@cloudwego/gopkg/io';
import { createNetwork } from '@cloudwego/netpoll';
import type { PollConnection, PollNetwork } from '@cloudwego/netpoll';
import { eventually, Recorder, send, silentTcpAddress } from '@cloudwego/netpoll/testing';
import { child, descriptors } from './fixtures/children.js';
import { describeEngines, noNative } from './fixtures/native.js';

const linux = process.platform === 'linux';

/** Has every name resolved to these addresses while the test runs. */
function resolveTo(...addresses: readonly string[]): void {
  const { lookup } = dns;
  const found: LookupAddress[] = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  dns.lookup = ((_host: string, _o: unknown, done: (e: null, all: readonly LookupAddress[]) => void) => {
    process.nextTick(done, null, found);
  }) as unknown as typeof dns.lookup;
  syncBuiltinESMExports();
  onTestFinished(() => {
    dns.lookup = lookup;
    syncBuiltinESMExports();
  });
}

async function listen(network: Network, host: string, port = 0): Promise<{ listener: Listener; accepted: Connection[]; port: number }> {
  const accepted: Connection[] = [];
  const listener = await network.listen({ kind: 'tcp', host, port }, (c) => {
    c.attach(new Recorder('server'));
    accepted.push(c);
  });
  onTestFinished(async () => {
    await listener.close();
    for (const c of accepted) c.destroy();
  });
  return { listener, accepted, port: (listener.address as { port: number }).port };
}

describeEngines('a name with several addresses', (engine) => {
  const network = linux && (engine === 'stream' || noNative === undefined) ? createNetwork({ engine }) : (undefined as unknown as Network);
  const dial = async (port: number): Promise<Connection> => {
    const c = await network.dial({ kind: 'tcp', host: 'several.test', port }, { connectTimeoutMs: 30_000 });
    onTestFinished(() => {
      c.destroy();
    });
    return c;
  };

  it('is reached by the next one when one refuses', async () => {
    const { accepted, port } = await listen(network, '127.0.0.1');
    resolveTo('127.0.0.2', '::1', '127.0.0.1');
    const c = await dial(port);
    await eventually(() => accepted.length === 1, 'the one that listens is reached');
    expect(c.remote).toEqual({ kind: 'tcp', host: 'several.test', port });
  });

  it('is reached by the next one while one is silent, and nothing of the attempt is left', async () => {
    await using silent = await silentTcpAddress();
    const { port } = silent.address as { port: number };
    const { accepted } = await listen(network, '127.0.0.7', port);
    resolveTo('127.0.0.1', '127.0.0.7');
    const before = descriptors();
    const c = await dial(port);
    await eventually(() => accepted.length === 1, 'the one that listens is reached');
    c.destroy();
    accepted[0]!.destroy();
    await eventually(() => descriptors() <= before, 'the silent attempt is closed');
  });

  it('is refused when every one refuses', async () => {
    const { listener, port } = await listen(network, '127.0.0.1');
    await listener.close();
    resolveTo('127.0.0.2', '127.0.0.3');
    await expect(dial(port)).rejects.toMatchObject({ code: 'NETPOLL_DIAL_REFUSED', cause: expect.anything() as object });
  });
}, linux ? undefined : 'all of 127.0.0.0/8 is this machine on Linux only');

/** State of the keep-alive timer of the socket whose local port is `port`: seconds until it fires, or undefined. */
function keepAliveSeconds(port: number): number | undefined {
  const row = readFileSync('/proc/net/tcp', 'latin1')
    .split('\n')
    .map((l) => l.trim().split(/\s+/))
    .find((f) => f[1]?.endsWith(`:${port.toString(16).toUpperCase().padStart(4, '0')}`) === true && f[3] === '01');
  const [kind, when] = row![5]!.split(':') as [string, string];
  return kind === '02' ? parseInt(when, 16) / 100 : undefined;
}

describe.skipIf(noNative !== undefined)(`sockets of the poll engine (${noNative ?? 'here'})`, () => {
  const network = noNative === undefined ? createNetwork({ engine: 'poll' }) : (undefined as unknown as PollNetwork);

  async function pair(): Promise<{ client: PollConnection; at: Recorder; server: PollConnection; from: Recorder }> {
    const { listener, accepted } = await listen(network, '127.0.0.1');
    const client = (await network.dial(listener.address, { connectTimeoutMs: 20_000 })) as PollConnection;
    onTestFinished(() => {
      client.destroy();
    });
    const at = new Recorder('client');
    client.attach(at);
    await eventually(() => accepted.length === 1, 'it is accepted');
    const server = accepted[0] as PollConnection;
    const from = new Recorder('server');
    server.attach(from);
    return { client, at, server, from };
  }

  it('that linger for 0 s reset their peer', async () => {
    const { client, server, from } = await pair();
    client.setLinger(0);
    client.destroy();
    await eventually(() => from.closes.length === 1, 'the peer is reset');
    expect(from.closes[0]).toMatchObject({ code: 'NETPOLL_CONN_RESET' });
    expect(from.ends).toBe(0);
    server.destroy();
  });

  it('take keep-alive in whole seconds, at least one, and options only while they are open', { skip: !linux }, async () => {
    const { client } = await pair();
    const { port } = client.local as { port: number };
    client.setNoDelay(false);
    client.setNoDelay(true);
    client.setKeepAlive(30_000);
    expect(keepAliveSeconds(port)).toBeGreaterThan(1);
    expect(keepAliveSeconds(port)).toBeLessThanOrEqual(30);
    client.setKeepAlive(1);
    await eventually(() => (keepAliveSeconds(port) ?? 99) <= 1, 'a second is the least');
    client.setKeepAlive(0);
    expect(keepAliveSeconds(port)).toBeUndefined();
    client.destroy();
    for (const f of [() => { client.setNoDelay(true); }, () => { client.setKeepAlive(1); }, () => { client.setLinger(1); }, () => { client.sendDescriptor(0); }]) {
      expect(f).toThrow(expect.objectContaining({ code: 'NETPOLL_CONN_CLOSED' }) as Error);
    }
  });

  it('refuse what is no number of a descriptor, which native code would take for 0', async () => {
    const { client, server } = await pair();
    for (const fd of [-1, 1.5, Number.NaN, 2 ** 31, '5' as unknown as number]) {
      const refused = expect.objectContaining({ code: 'GOPKG_OPTION_INVALID' }) as Error;
      expect(() => network.adopt(fd)).toThrow(refused);
      expect(() => {
        client.sendDescriptor(fd);
      }).toThrow(refused);
    }
    client.destroy();
    server.destroy();
  });

  it('cannot carry a descriptor over TCP', async () => {
    const { client, server } = await pair();
    expect(() => {
      client.sendDescriptor(0);
    }).toThrow(expect.objectContaining({ syscall: 'sendmsg', code: 'ENOTSUP' }) as Error);
    server.destroy();
  });

  it('are counted: rounds, records, bytes, reads, writes, what was accepted, dialed and closed', async () => {
    const before = network.stats();
    const { client, server, from } = await pair();
    let late = 0;
    from.take = (_b, start, end) => {
      if (network.arrivedAfter > network.clock.now()) late++;
      return end - start;
    };
    send(client, Buffer.alloc(10_000));
    await eventually(() => from.length === 10_000, 'the bytes are there');
    const live = network.stats();
    client.destroy();
    await eventually(() => from.ends === 1, 'the end is there');
    server.destroy();
    const after = network.stats();
    const more = (k: keyof typeof after): number => after[k] - before[k];
    expect([more('accepted'), more('dialed'), more('bytesIn'), more('bytesOut'), more('closed')]).toEqual([1, 1, 10_000, 10_000, 2]);
    for (const k of ['rounds', 'records', 'reads', 'writes'] as const) expect(more(k), k).toBeGreaterThan(0);
    expect(live.live - after.live).toBe(2);
    expect(late).toBe(0);
  });

  it('overwrite what they lent as soon as its batch is over, in debug mode', async () => {
    const r = await child('poison', { env: { NETPOLL_DEBUG: '1' } });
    expect(r).toMatchObject({ status: 0, stderr: '', said: { first: 'secret', later: 'dd'.repeat(6), echoed: 'secret' } });
  });
});
