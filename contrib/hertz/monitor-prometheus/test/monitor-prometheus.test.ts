// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { Hertz } from '@cloudwego/hertz';
import { performRequest } from '@cloudwego/hertz/testing';
import { prometheus, serveMetrics } from '@hertz-contrib/monitor-prometheus';
import { Registry } from 'prom-client';
import { expect, onTestFinished, test } from 'vitest';

/** Samples without those of single buckets. */
function samples(text: string): Record<string, number> {
  return Object.fromEntries(text.split('\n').filter((l) => l !== '' && !l.startsWith('#') && !l.includes('le=')).map((l) => [l.slice(0, l.lastIndexOf(' ')), Number(l.slice(l.lastIndexOf(' ') + 1))]));
}

test('requests are counted and measured by the names and labels of the original, by route and not by path', async () => {
  const registry = new Registry();
  const h = new Hertz();
  h.use(prometheus({ registry }));
  h.get('/users/:id', (c) => {
    c.json(200, { id: c.params.id });
  });
  h.post('/users/:id', async (c) => {
    await Promise.resolve();
    c.string(201, 'made');
  });
  for (const [method, path] of [['GET', '/users/1'], ['GET', '/users/2'], ['POST', '/users/3'], ['GET', '/nowhere'], ['BREW', '/users/1']] as const) await performRequest(h, method, path);
  const page = await serveMetrics({ address: '127.0.0.1:0', registry });
  onTestFinished(() => page.close());
  const all = samples(await (await fetch(`http://${page.address}/metrics`)).text());
  expect(all).toMatchObject({
    'hertz_server_throughput{method="GET",statusCode="200",path="/users/:id"}': 2,
    'hertz_server_throughput{method="POST",statusCode="201",path="/users/:id"}': 1,
    'hertz_server_throughput{method="GET",statusCode="404",path="unknown"}': 1,
    'hertz_server_throughput{method="unknown",statusCode="404",path="unknown"}': 1,
    'hertz_server_latency_us_count{method="GET",statusCode="200",path="/users/:id"}': 2,
  });
  expect(all['hertz_server_latency_us_sum{method="GET",statusCode="200",path="/users/:id"}']).toBeGreaterThan(0);
});

test('what a handler throws is a 500, and goes on to whoever answers it', async () => {
  const registry = new Registry();
  const seen: unknown[] = [];
  const h = new Hertz({ panicHandler: (c, e) => { seen.push(e); c.string(500, 'sorry'); } });
  h.use(prometheus({ registry }));
  const failure = new Error('no');
  h.get('/sync', () => {
    throw failure;
  });
  h.get('/later', () => Promise.reject(failure));
  for (const path of ['/sync', '/later']) expect((await performRequest(h, 'GET', path)).text()).toBe('sorry');
  expect(seen).toEqual([failure, failure]);
  expect(samples(await registry.metrics())).toMatchObject({ 'hertz_server_throughput{method="GET",statusCode="500",path="/sync"}': 1, 'hertz_server_throughput{method="GET",statusCode="500",path="/later"}': 1 });
});

test('it refuses options that it cannot use', () => {
  expect(() => prometheus({ buckets: [3, 3] })).toThrow('prometheus.buckets');
  expect(() => prometheus({ registry: 1 as never })).toThrow('prometheus.registry');
});
