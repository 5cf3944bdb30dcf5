// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { createLogger } from '@cloudwego/gopkg/logger';
import { createClient, createServer } from '@cloudwego/kitex';
import type { ClientOptions, ServerOptions } from '@cloudwego/kitex';
import { prometheusTracer, serveMetrics } from '@kitex-contrib/monitor-prometheus';
import { Registry } from 'prom-client';
import { expect, onTestFinished, test } from 'vitest';
import { Talk } from './fixtures/talk.js';

const PATIENCE = { timeout: 20_000 };
const logger = createLogger({ write: () => undefined });

async function serve(o: ServerOptions): Promise<string> {
  let tries = 0;
  const server = createServer({ address: '127.0.0.1:0', exitWaitTimeMs: 200, logger, serviceName: 'stock', ...o }).register(Talk, {
    say: (s) => (s === 'no' || (s === 'later' && ++tries % 3 !== 0) ? Promise.reject(new Error(s)) : s),
    list: (s) => [s, s],
  });
  const { address } = await server.start();
  onTestFinished(async () => void (await server.stop()));
  return address;
}

function connect(address: string, o: Partial<ClientOptions>) {
  const client = createClient(Talk, { destService: 'stock', hostPorts: [address], clientInfo: { serviceName: 'web' }, rpcTimeoutMs: 20_000, logger, ...o });
  onTestFinished(() => client.close());
  return client;
}

/** Scrapes and gives the samples, without those of single buckets. */
async function scrape(registry: Registry): Promise<Record<string, number>> {
  const page = await serveMetrics({ address: '127.0.0.1:0', registry });
  try {
    const text = await (await fetch(`http://${page.address}/metrics`)).text();
    return Object.fromEntries(text.split('\n').filter((l) => l !== '' && !l.startsWith('#') && !l.includes('le=')).map((l) => [l.slice(0, l.lastIndexOf(' ')), Number(l.slice(l.lastIndexOf(' ') + 1))]));
  } finally {
    await page.close();
  }
}

test('calls are counted and measured on both sides, by the names and labels of the original', async () => {
  const [c, s] = [new Registry(), new Registry()];
  const address = await serve({ tracers: [prometheusTracer('server', { registry: s })] });
  const client = connect(address, { tracers: [prometheusTracer('client', { registry: c })] });
  await client.say('x');
  await client.say('y');
  await client.say('no').catch(() => undefined);
  const labels = (status: string): string => `{caller="web",callee="stock",method="Say",status="${status}",retry="0"}`;
  const sent = await scrape(c);
  expect(sent).toEqual({
    [`kitex_client_throughput${labels('succeed')}`]: 2,
    [`kitex_client_throughput${labels('error')}`]: 1,
    [`kitex_client_latency_us_sum${labels('succeed')}`]: expect.any(Number) as number,
    [`kitex_client_latency_us_count${labels('succeed')}`]: 2,
    [`kitex_client_latency_us_sum${labels('error')}`]: expect.any(Number) as number,
    [`kitex_client_latency_us_count${labels('error')}`]: 1,
  });
  // Microseconds: two calls over loopback take more than two of them.
  expect(sent[`kitex_client_latency_us_sum${labels('succeed')}`]).toBeGreaterThan(2);
  await expect.poll(async () => (await scrape(s))[`kitex_server_throughput${labels('error')}`], PATIENCE).toBe(1);
  expect((await scrape(s))[`kitex_server_throughput${labels('succeed')}`]).toBe(2);
  expect(await s.metrics()).toContain('# HELP kitex_server_latency_us Latency (microseconds) of RPC that had been application-level handled by the server.');
});

test('a call that was tried again says how often; names that nobody gave are unknown; a stream is one call', async () => {
  const registry = new Registry();
  const tracers = [prometheusTracer('client', { registry })];
  const address = await serve({});
  await connect(address, { tracers, clientInfo: undefined, retry: { kind: 'failure', maxRetries: 2, onError: () => true } }).say('later');
  for await (const m of connect(address, { tracers, transport: 'grpc' }).list({ text: 'z' })) expect(m.text).toBe('z');
  expect(await scrape(registry)).toMatchObject({
    'kitex_client_throughput{caller="unknown",callee="stock",method="Say",status="succeed",retry="2"}': 1,
    'kitex_client_throughput{caller="web",callee="stock",method="List",status="succeed",retry="0"}': 1,
  });
});

test('bounds may be others; with statistics off nothing is counted', async () => {
  const registry = new Registry();
  const address = await serve({});
  await connect(address, { tracers: [prometheusTracer('client', { registry, buckets: [1, 1e9] })] }).say('x');
  await connect(address, { tracers: [prometheusTracer('client', { registry, buckets: [1, 1e9] })], statsLevel: 'disabled' }).say('x');
  const text = await registry.metrics();
  expect(text).toContain('kitex_client_latency_us_bucket{le="1000000000",caller="web",callee="stock",method="Say",status="succeed",retry="0"} 1');
  expect(text).not.toContain('le="5000"');
});

test('it refuses options that it cannot use', () => {
  expect(() => prometheusTracer('both' as never)).toThrow('wanted "client" or "server"');
  expect(() => prometheusTracer('client', { buckets: [2, 1] })).toThrow('buckets: wanted numbers that ascend');
  expect(() => prometheusTracer('client', { registry: {} as never })).toThrow('prometheusTracer.registry');
});
