// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { Gauge, Registry } from 'prom-client';
import { callMetrics, DEFAULT_BUCKETS_US, serveMetrics } from '@cloudwego/shared-prometheus';
import { expect, onTestFinished, test } from 'vitest';

async function page(registry: Registry, path?: string): Promise<string> {
  const e = await serveMetrics({ address: '127.0.0.1:0', registry, ...(path === undefined ? {} : { path }) });
  onTestFinished(() => e.close());
  return `http://${e.address}`;
}

test('what was counted and measured is on the page', async () => {
  const registry = new Registry();
  const make = () => callMetrics({ registry, prefix: 'x', labels: ['who'], buckets: [10, 20], throughputHelp: 'calls', latencyHelp: 'time' });
  make().done({ who: 'a' }, 15);
  // A second one of the process is the same.
  make().done({ who: 'a' }, 5);
  const r = await fetch(`${await page(registry)}/metrics?x=1`);
  expect([r.status, r.headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
  const lines = (await r.text()).split('\n');
  expect(lines).toEqual(expect.arrayContaining(['# TYPE x_throughput counter', 'x_throughput{who="a"} 2', 'x_latency_us_bucket{le="10",who="a"} 1', 'x_latency_us_bucket{le="20",who="a"} 2', 'x_latency_us_bucket{le="+Inf",who="a"} 2', 'x_latency_us_sum{who="a"} 20', 'x_latency_us_count{who="a"} 2']));
  expect(DEFAULT_BUCKETS_US).toEqual([5000, 10000, 25000, 50000, 100000, 250000, 500000, 1000000]);
});

test('other paths and methods are answered, a metric that fails is told', async () => {
  const registry = new Registry();
  const at = await page(registry, '/m');
  expect([(await fetch(`${at}/metrics`)).status, (await fetch(`${at}/m`, { method: 'POST' })).status, (await fetch(`${at}/m`, { method: 'HEAD' })).status]).toEqual([404, 405, 200]);
  new Gauge({ name: 'bad', help: 'bad', registers: [registry], collect: () => { throw new Error('no reading'); } });
  const r = await fetch(`${at}/m`);
  expect([r.status, await r.text()]).toEqual([500, 'no reading']);
});

test('a place that is taken, and options that it cannot use', async () => {
  const registry = new Registry();
  const taken = await serveMetrics({ address: '127.0.0.1:0', registry });
  onTestFinished(() => taken.close());
  await expect(serveMetrics({ address: taken.address, registry })).rejects.toThrow('EADDRINUSE');
  await taken.close();
  await taken.close();
  await expect(serveMetrics({ path: 'metrics' })).rejects.toThrow('serveMetrics.path');
  await expect(serveMetrics({ registry: {} as never })).rejects.toThrow('serveMetrics.registry');
});
