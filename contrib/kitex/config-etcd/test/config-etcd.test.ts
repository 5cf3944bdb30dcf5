// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { createLogger } from '@cloudwego/gopkg/logger';
import type { Logger } from '@cloudwego/gopkg/logger';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, test } from 'vitest';
import { ClientConfig, pathLayout, ServerConfig } from '@cloudwego/governance';
import type { ConfigSource } from '@cloudwego/governance';
import { configSourceContract, runWithVitest } from '@cloudwego/governance/testing';
import { createEtcdClient } from '@cloudwego/shared-etcd';
import type { EtcdClient } from '@cloudwego/shared-etcd';
import { etcdPeer, freePort, skipUnless, startEtcd } from '@cloudwego/testkit';
import { etcdConfigSource } from '@kitex-contrib/config-etcd';

const itWithEtcd = skipUnless(it, etcdPeer);
const layout = pathLayout();
const PATIENCE = { timeout: 20_000 };
let server: Awaited<ReturnType<typeof startEtcd>>;
let admin: EtcdClient;
let names = 0;

beforeAll(async () => {
  if (etcdPeer.missing !== undefined) return;
  server = await startEtcd();
  admin = createEtcdClient({ endpoints: [server.address.replace(/\d+$/, String(server.clientPort))] });
}, 60_000);

afterAll(async () => {
  await (admin as EtcdClient | undefined)?.close();
  await (server as typeof server | undefined)?.stop();
});

const endpoints = (): string[] => [`127.0.0.1:${server.clientPort}`];
/** A client and a server of names that no other test has. */
const fresh = (): { client: string; server: string } => ({ client: `c${++names}`, server: `s${names}` });

function source(at: string[] = endpoints()): ConfigSource {
  const s = etcdConfigSource({ endpoints: at });
  onTestFinished(async () => s[Symbol.asyncDispose]());
  return s;
}

function recorder(): { log: string[]; logger: Logger } {
  const log: string[] = [];
  return { log, logger: createLogger({ write: (e) => void log.push(`${e.level} ${e.message}`) }) };
}

if (etcdPeer.missing !== undefined) {
  it.skip(`the contract of configuration sources (${etcdPeer.missing})`);
} else {
  runWithVitest(
    { describe, it, onTestFinished },
    'etcdConfigSource',
    configSourceContract({
      spoils: true,
      keys: ['/KitexConfig/a/b/rpc_timeout', '/KitexConfig/b/limit'],
      async create(t) {
        for (const kv of (await admin.list('/KitexConfig/')).kvs) await admin.delete(kv.key);
        const s = etcdConfigSource({ endpoints: endpoints() });
        t.after(async () => s[Symbol.asyncDispose]());
        return {
          source: s,
          set: async (key, document) => {
            if (document === undefined) await admin.delete(key);
            else await admin.put(key, JSON.stringify(document));
          },
          spoil: (key) => admin.put(key, '{ no JSON'),
        };
      },
    }),
  );
}

itWithEtcd('every document of the original is found under its key and comes into force while clients and servers run', async () => {
  const who = fresh();
  const put = (category: string, document: unknown): Promise<void> => admin.put(`/KitexConfig/${who.client}/${who.server}/${category}`, JSON.stringify(document));
  await put('rpc_timeout', { '*': { rpc_timeout_ms: 700, conn_timeout_ms: 70 } });
  await admin.put(`/KitexConfig/${who.server}/limit`, '{"connection_limit":100,"qps_limit":2000}');
  const { log, logger } = recorder();
  const s = source();
  await using client = new ClientConfig({ source: s, ...who, layout, logger, random: () => 0 });
  await using limits = new ServerConfig({ source: s, server: who.server, layout, logger });
  await Promise.all([client.ready(), limits.ready()]);
  expect([client.timeout('Echo'), limits.limits]).toEqual([{ rpcTimeoutMs: 700, connectTimeoutMs: 70 }, { maxConnections: 100, maxQps: 2000 }]);
  expect([client.retry.find('Echo', undefined), client.refuse()]).toEqual([undefined, undefined]);

  await put('rpc_timeout', { Echo: { rpc_timeout_ms: 20 } });
  await put('retry', { Echo: { enable: true, type: 1, backup_policy: { retry_delay_ms: 30, stop_policy: { max_retry_times: 2 } } } });
  await put('circuit_break', { Echo: { enable: true, err_rate: 0.3, min_sample: 10 } });
  await put('degradation', { enable: true, percentage: 100 });
  await admin.delete(`/KitexConfig/${who.server}/limit`);
  await expect.poll(() => [client.timeout('Echo').rpcTimeoutMs, client.retry.find('Echo', undefined)?.kind, client.refuse(), limits.limits.maxQps], PATIENCE).toEqual([20, 'backup', 'rejected by client degradation config', 0]);
  await expect.poll(() => log.join('\n'), PATIENCE).toContain('circuit_break changed: Echo.enable: (none) -> true');
  for (let k = 0; k < 10; k++) client.breakers.service!.record(`${who.server}/Echo`, new Error('x'), 'failure');
  expect(client.breakers.service!.state(`${who.server}/Echo`)).toBe('OPEN');
  expect(log.join('\n')).toMatch(/info CONFIG: etcd 127\.0\.0\.1:\d+, .*rpc_timeout changed: .*Echo\.rpc_timeout_ms: \(none\) -> 20/);
});

itWithEtcd('what was counted stays over a change, and a document that cannot be read changes nothing', async () => {
  const who = fresh();
  const key = layout({ ...who, category: 'retry' });
  const policy = (retries: number): string => JSON.stringify({ Echo: { enable: true, failure_policy: { stop_policy: { max_retry_times: retries } } } });
  await admin.put(key, policy(3));
  const { log, logger } = recorder();
  await using client = new ClientConfig({ source: source(), ...who, layout, logger });
  await client.ready();
  for (let k = 0; k < 20; k++) client.retry.sent('count', k % 2);
  for (const bad of ['{ no JSON', '[]', '{"Echo":7}', JSON.stringify({ Echo: { enable: true, failure_policy: { stop_policy: { max_retry_times: 9 } } } }), '']) {
    log.length = 0;
    await admin.put(key, bad);
    await expect.poll(() => log.filter((l) => l.startsWith('warn')), PATIENCE).not.toEqual([]);
    expect(client.retry.find('Echo', undefined)?.maxRetries).toBe(3);
  }
  await admin.put(key, policy(1));
  await expect.poll(() => client.retry.find('Echo', undefined)?.maxRetries, PATIENCE).toBe(1);
  expect(client.retry.stopped('count', client.retry.find('Echo', undefined)!)).toContain('sample=20');
});

itWithEtcd('a dry run says what would change and changes nothing', async () => {
  const who = fresh();
  const { log, logger } = recorder();
  const s = source();
  await using dry = new ClientConfig({ source: s, ...who, layout, logger, dryRun: true });
  await dry.ready();
  await admin.put(layout({ ...who, category: 'rpc_timeout' }), '{"Echo":{"rpc_timeout_ms":20}}');
  await expect.poll(() => log.join('\n'), PATIENCE).toContain('would change: Echo.rpc_timeout_ms: (none) -> 20');
  expect(dry.timeout('Echo').rpcTimeoutMs).toBe(1000);
});

itWithEtcd('a store that restarts: what was in force stays, what changed meanwhile is told', async () => {
  const own = await startEtcd();
  onTestFinished(() => own.stop());
  const at = [`127.0.0.1:${own.clientPort}`];
  const hand = createEtcdClient({ endpoints: at });
  onTestFinished(() => hand.close());
  const who = fresh();
  const key = layout({ ...who, category: 'rpc_timeout' });
  await hand.put(key, '{"Echo":{"rpc_timeout_ms":20}}');
  const { log, logger } = recorder();
  await using client = new ClientConfig({ source: source(at), ...who, layout, logger });
  await client.ready();
  await own.stop();
  await expect.poll(() => log.filter((l) => l.startsWith('warn')), PATIENCE).not.toEqual([]);
  expect(client.timeout('Echo').rpcTimeoutMs).toBe(20);
  const again = await startEtcd({ dir: own.dir, port: own.clientPort });
  onTestFinished(() => again.stop());
  await hand.put(key, '{"Echo":{"rpc_timeout_ms":30}}');
  await expect.poll(() => client.timeout('Echo').rpcTimeoutMs, PATIENCE).toBe(30);
}, 60_000);

itWithEtcd('a store that is away at the start holds nobody up, and is read when it comes', async () => {
  const port = await freePort();
  const who = fresh();
  const { log, logger } = recorder();
  await using limits = new ServerConfig({ source: source([`127.0.0.1:${port}`]), server: who.server, layout, logger });
  await limits.ready();
  expect([limits.limits.maxQps, log.length > 0]).toEqual([0, true]);
  const own = await startEtcd({ port });
  onTestFinished(() => own.stop());
  const hand = createEtcdClient({ endpoints: [`127.0.0.1:${port}`] });
  onTestFinished(() => hand.close());
  await hand.put(layout({ server: who.server, category: 'limit' }), '{"qps_limit":7}');
  await expect.poll(() => limits.limits.maxQps, PATIENCE).toBe(7);
}, 60_000);

itWithEtcd('documents of another format, under keys of another layout', async () => {
  const who = fresh();
  const s = etcdConfigSource({ endpoints: endpoints(), parse: (t) => ({ qps_limit: Number(t.split('=')[1]) }) });
  onTestFinished(async () => s[Symbol.asyncDispose]());
  await admin.put(`/ours/limit-of-${who.server}`, 'qps=5');
  await using limits = new ServerConfig({ source: s, server: who.server, layout: pathLayout({ prefix: '/ours', serverPath: '{{.Category}}-of-{{.ServerServiceName}}' }) , logger: recorder().logger });
  await limits.ready();
  expect(limits.limits.maxQps).toBe(5);
});

test('it refuses options that it cannot use', () => {
  expect(() => etcdConfigSource({ endpoints: [] })).toThrow(/endpoints/);
  expect(() => etcdConfigSource({ endpoints: ['nowhere'] })).toThrow(/endpoints\[0\]/);
  expect(() => etcdConfigSource({ parse: 'yaml' as never })).toThrow(/parse/);
  expect(() => etcdConfigSource({ requestTimeoutMs: 0 })).toThrow(/requestTimeoutMs/);
});
