// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { formatAddress } from '@cloudwego/gopkg/io';
import { describe, expect, it, onTestFinished, test } from 'vitest';
import type { Instance, Target } from '@cloudwego/governance';
import { resolverContract, runWithVitest } from '@cloudwego/governance/testing';
import { dnsResolver } from '@kitex-contrib/resolver-dns';

const never = new AbortController().signal;
const texts = (list: readonly Instance[]): string[] => list.map((i) => `${formatAddress(i.address)} ${i.weight}`);
const port = (i: Instance): number => (i.address as { port: number }).port;

/** Service records of the test, whose hosts are addresses. */
runWithVitest(
  { describe, it, onTestFinished },
  'dnsResolver',
  resolverContract({
    watches: false,
    create() {
      const services = new Map<string, readonly Instance[]>();
      const lookupSrv = (name: string): Promise<{ name: string; port: number; priority: number; weight: number }[]> =>
        Promise.resolve((services.get(name) ?? []).map((i) => ({ name: (i.address as { host: string }).host, port: port(i), priority: 1, weight: i.weight })));
      const resolver = dnsResolver({ records: 'srv', lookupSrv });
      return {
        resolver,
        same: () => resolver,
        set(service, instances) {
          services.set(service, instances);
          return Promise.resolve();
        },
      };
    },
  }).filter((c) => c.skip === undefined && !/tags/.test(c.name)),
);

describe('targets', () => {
  const asked: string[] = [];
  const resolver = dnsResolver({
    lookupHost: (host) => {
      asked.push(host);
      return Promise.resolve(['10.0.0.1', '10.0.0.2', 'fd00::1', '10.0.0.1']);
    },
  });

  it.each([
    ['stock', 'stock', 443],
    ['stock:80', 'stock', 80],
    [':8080', 'localhost', 8080],
  ])('%s', async (target, host, p) => {
    asked.length = 0;
    expect(texts(await resolver.resolve(target, never))).toEqual([`10.0.0.1:${p} 10`, `10.0.0.2:${p} 10`, `[fd00::1]:${p} 10`]);
    expect(asked).toEqual([host]);
  });

  it.each([
    ['10.1.1.1', '10.1.1.1:443 10'],
    ['10.1.1.1:5', '10.1.1.1:5 10'],
    ['[::1]:5', '[::1]:5 10'],
    ['::1', '[::1]:443 10'],
  ])('%s is an address: nobody is asked', async (target, wanted) => {
    asked.length = 0;
    expect(texts(await resolver.resolve(target, never))).toEqual([wanted]);
    expect(asked).toEqual([]);
  });

  it.each(['', 'stock:', 'stock:x', 'stock:0', 'stock:65536', '[stock]:5', 'a:b:c'])('"%s" is none', async (target) => {
    await expect(resolver.resolve(target, never)).rejects.toMatchObject({ code: 'GOPKG_OPTION_INVALID' });
  });
});

test('the system knows this machine', async () => {
  const list = await dnsResolver().resolve('localhost:80', never);
  expect(texts(list).some((t) => t === '127.0.0.1:80 10' || t === '[::1]:80 10')).toBe(true);
});

test('what DNS answers goes to the caller', async () => {
  await expect(dnsResolver({ lookupHost: () => Promise.reject(Object.assign(new Error('no such host'), { code: 'ENOTFOUND' })) }).resolve('stock', never)).rejects.toMatchObject({ code: 'ENOTFOUND' });
});

test('of several priorities the first counts, and a weight of 0 is little, not nothing', async () => {
  const resolver = dnsResolver({
    records: 'srv',
    lookupSrv: () =>
      Promise.resolve([
        { name: '10.0.0.9', port: 9, priority: 20, weight: 50 },
        { name: 'a.example', port: 1, priority: 10, weight: 0 },
        { name: '10.0.0.3', port: 3, priority: 10, weight: 30 },
      ]),
    lookupHost: () => Promise.resolve(['10.0.0.1', '10.0.0.2']),
  });
  expect(texts(await resolver.resolve('_rpc._tcp.stock', never))).toEqual(['10.0.0.1:1 1', '10.0.0.2:1 1', '10.0.0.3:3 30']);
});

test('service records come from a server of DNS', async () => {
  const server = createSocket('udp4');
  onTestFinished(async () => {
    server.close();
    await once(server, 'close');
  });
  // One answer: the question, then a record of kind SRV whose target is "127.0.0.1." as a name.
  server.on('message', (q, from) => {
    let end = 12;
    while (q[end] !== 0) end += q[end]! + 1;
    const question = q.subarray(12, end + 5);
    const head = Buffer.from([q[0]!, q[1]!, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]);
    const target = Buffer.concat([...['10', '0', '0', '7'].map((l) => Buffer.concat([Buffer.from([l.length]), Buffer.from(l)])), Buffer.from([0])]);
    const data = Buffer.concat([Buffer.from([0, 1, 0, 5, 0x1f, 0x90]), target]);
    server.send(Buffer.concat([head, question, Buffer.from([0xc0, 12, 0, 33, 0, 1, 0, 0, 0, 60, 0, data.length]), data]), from.port, from.address);
  });
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  await using resolver = dnsResolver({ records: 'srv', servers: [`127.0.0.1:${server.address().port}`] });
  expect(texts(await resolver.resolve('_rpc._tcp.stock.example', never))).toEqual(['10.0.0.7:8080 5']);
});

test('resolvers of one kind share what they find; those with functions of their own do not', () => {
  const t: Target = { service: 's', method: 'M', tags: {} };
  expect(dnsResolver().identity).toBe(dnsResolver().identity);
  expect(dnsResolver({ defaultPort: 80 }).identity).not.toBe(dnsResolver().identity);
  const lookupHost = (): Promise<readonly string[]> => Promise.resolve([]);
  expect(dnsResolver({ lookupHost }).identity).not.toBe(dnsResolver({ lookupHost }).identity);
  expect(dnsResolver().key(t)).toBe('s');
});

test('it refuses options that it cannot use', () => {
  expect(() => dnsResolver({ records: 'txt' as never })).toThrow(/records/);
  expect(() => dnsResolver({ defaultPort: 0 })).toThrow(/defaultPort/);
});
