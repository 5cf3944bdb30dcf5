// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { context as otel, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Attributes } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AggregationTemporality, InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { createLogger } from '@cloudwego/gopkg/logger';
import { Hertz } from '@cloudwego/hertz';
import { Client } from '@cloudwego/hertz/client';
import { performRequest } from '@cloudwego/hertz/testing';
import { otelClient, otelServer, tracedContext } from '@hertz-contrib/obs-opentelemetry';
import type { OtelServerOptions } from '@hertz-contrib/obs-opentelemetry';
import { describe, expect, it, onTestFinished } from 'vitest';

const PATIENCE = { timeout: 20_000 };
const logger = createLogger({ write: () => undefined });

/** One process, as far as OpenTelemetry knows. */
function telemetry(service: string, semconv?: OtelServerOptions['semconv']) {
  const resource = resourceFromAttributes({ 'service.name': service, 'service.namespace': 'shop', 'deployment.environment': 'test' });
  const exporter = new InMemorySpanExporter();
  const tracerProvider = new BasicTracerProvider({ resource, spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const points = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter: points, exportIntervalMillis: 3_600_000 });
  const meterProvider = new MeterProvider({ resource, readers: [reader] });
  onTestFinished(async () => {
    await tracerProvider.shutdown();
    await meterProvider.shutdown();
  });
  return {
    options: { tracerProvider, meterProvider, propagator: new W3CTraceContextPropagator(), ...(semconv === undefined ? {} : { semconv }) },
    spans: (): ReadableSpan[] => exporter.getFinishedSpans(),
    async metrics(): Promise<{ name: string; unit: string; points: { attributes: Attributes; value: unknown }[] }[]> {
      points.reset();
      await reader.forceFlush();
      return points.getMetrics().flatMap((r) => r.scopeMetrics.flatMap((m) => m.metrics.map((x) => ({ name: x.descriptor.name, unit: x.descriptor.unit, points: x.dataPoints.map((p) => ({ attributes: p.attributes, value: p.value })) }))));
    },
  };
}

async function serve(h: Hertz): Promise<string> {
  const { address } = await h.start();
  onTestFinished(async () => void (await h.stop()));
  return `http://${address}`;
}

const parentOf = (s: ReadableSpan): string | undefined => s.parentSpanContext?.spanId;
const hertz = (o: OtelServerOptions): Hertz => new Hertz({ hostPorts: '127.0.0.1:0', logger, exitWaitTimeMs: 200 }).use(otelServer(o)) as Hertz;

describe('spans', () => {
  it('of a chain are one trace, by the context of the request, with who calls', async () => {
    const [a, b, c] = [telemetry('a'), telemetry('b'), telemetry('c')];
    const end = hertz(c.options);
    end.get('/stock/:sku', (x) => {
      x.string(200, x.params.sku);
    });
    const last = await serve(end);
    const onward = new Client({ middlewares: [otelClient({ ...b.options, route: () => '/stock/:sku' })] });
    onTestFinished(() => onward.close());
    const middle = hertz(b.options);
    middle.get('/order/:id', async (x) => {
      const r = await onward.get(`${last}/stock/7`, { ctx: tracedContext(x) });
      x.string(200, await r.text());
    });
    const client = new Client({ middlewares: [otelClient(a.options)] });
    onTestFinished(() => client.close());
    const r = await client.get(`${await serve(middle)}/order/1?q=x`);
    expect([r.status, await r.text()]).toEqual([200, '7']);
    await expect.poll(() => [a.spans().length, b.spans().length, c.spans().length], PATIENCE).toEqual([1, 2, 1]);
    const [first] = a.spans();
    const served = b.spans().find((s) => s.kind === SpanKind.SERVER)!;
    const called = b.spans().find((s) => s.kind === SpanKind.CLIENT)!;
    const [reached] = c.spans();
    expect(new Set([first!, served, called, reached!].map((s) => s.spanContext().traceId)).size).toBe(1);
    expect([parentOf(first!), parentOf(served), parentOf(called), parentOf(reached!)]).toEqual([undefined, first!.spanContext().spanId, served.spanContext().spanId, called.spanContext().spanId]);
    expect([first!.name, served.name, called.name, reached!.name]).toEqual(['GET', 'GET /order/:id', 'GET /stock/:sku', 'GET /stock/:sku']);
    expect(served.attributes).toMatchObject({
      'http.request.method': 'GET', 'url.path': '/order/1', 'url.query': 'q=x', 'url.scheme': 'http', 'server.address': '127.0.0.1', 'http.route': '/order/:id', 'http.response.status_code': 200, 'user_agent.original': 'hertz', 'client.address': '127.0.0.1',
      'peer.service': 'a', 'peer.service.namespace': 'shop', 'peer.deployment.environment': 'test',
    });
    expect(first!.attributes).toMatchObject({ 'url.full': expect.stringMatching(/\/order\/1\?q=x$/) as string, 'http.response.status_code': 200 });
    expect(reached!.attributes['peer.service']).toBe('b');
  });

  it('are the ambient ones of handlers, where there is a context manager', async () => {
    otel.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    onTestFinished(() => {
      otel.disable();
    });
    const b = telemetry('b');
    const h = hertz(b.options);
    let seen: string | undefined;
    h.get('/', async (x) => {
      await Promise.resolve();
      seen = trace.getActiveSpan()?.spanContext().spanId;
      x.string(200, 'ok');
    });
    await performRequest(h, 'GET', '/');
    expect(seen).toBe(b.spans()[0]?.spanContext().spanId);
  });

  it('say what failed, on either side', async () => {
    const [a, b] = [telemetry('a'), telemetry('b')];
    const h = hertz(b.options);
    const failure = new TypeError('no');
    h.get('/throws', () => {
      throw failure;
    });
    h.get('/rejects', () => Promise.reject(failure));
    h.get('/answers', (x) => {
      x.string(503, 'later');
    });
    for (const path of ['/throws', '/rejects', '/answers', '/nowhere']) await performRequest(h, 'GET', path);
    expect(b.spans().map((s) => [s.name, s.attributes['http.response.status_code'], s.status.code, s.attributes['error.type']])).toEqual([
      ['GET /throws', 500, SpanStatusCode.ERROR, 'TypeError'],
      ['GET /rejects', 500, SpanStatusCode.ERROR, 'TypeError'],
      ['GET /answers', 503, SpanStatusCode.ERROR, '503'],
      ['GET', 404, SpanStatusCode.UNSET, undefined],
    ]);
    expect(b.spans()[0]!.events[0]?.attributes).toMatchObject({ 'exception.type': 'TypeError', 'exception.message': 'no' });
    const client = new Client({ middlewares: [otelClient(a.options)] });
    onTestFinished(() => client.close());
    await expect(client.get('http://user:secret@127.0.0.1:1/')).rejects.toThrow();
    expect([a.spans()[0]!.status.code, a.spans()[0]!.attributes['url.full']]).toEqual([SpanStatusCode.ERROR, 'http://127.0.0.1:1/']);
  });

  it('of what is ignored there are none; methods that nobody knows are no names', async () => {
    const b = telemetry('b');
    const h = hertz({ ...b.options, ignore: (x) => x.path === '/health' });
    h.get('/health', (x) => {
      x.string(200, 'ok');
    });
    expect((await performRequest(h, 'GET', '/health')).status).toBe(200);
    await performRequest(h, 'BREW', '/pot');
    expect(b.spans().map((s) => [s.name, s.attributes['http.request.method'], s.attributes['http.request.method_original']])).toEqual([['HTTP', '_OTHER', 'BREW']]);
  });
});

describe('metrics', () => {
  const run = async (semconv: OtelServerOptions['semconv']) => {
    const b = telemetry('b', semconv);
    const h = hertz(b.options);
    h.get('/a/:x', (x) => {
      x.string(200, 'ok');
    });
    for (const x of ['1', '2']) await performRequest(h, 'GET', `/a/${x}`, { headers: { Host: 'shop.example', 'service-name': 'web' } });
    return { metrics: await b.metrics(), span: b.spans()[0]! };
  };

  it('are the duration in seconds of today’s conventions', async () => {
    const { metrics } = await run(undefined);
    expect(metrics.map((m) => [m.name, m.unit])).toEqual([['http.server.request.duration', 's']]);
    expect(metrics[0]!.points.map((p) => [p.attributes, (p.value as { count: number }).count])).toEqual([[{ 'http.request.method': 'GET', 'http.response.status_code': 200, 'http.route': '/a/:x', 'url.scheme': 'http' }, 2]]);
  });

  it('or count and milliseconds of the original', async () => {
    const { metrics, span } = await run('legacy');
    expect(metrics.map((m) => [m.name, m.unit])).toEqual([['http.server.request_count', 'count'], ['http.server.duration', 'ms']]);
    const attributes = { 'http.host': 'shop.example', 'http.route': '/a/:x', 'http.method': 'GET', 'http.status_code': 200, 'peer.service': 'web', 'service.name': 'b', 'service.namespace': 'shop', 'deployment.environment': 'test', 'status.code': 'Unset' };
    expect(metrics[0]!.points).toEqual([{ attributes, value: 2 }]);
    expect(metrics[1]!.points[0]!.attributes).toEqual(attributes);
    expect(span.attributes).toMatchObject({ 'http.target': '/a/1', 'http.url': 'http://shop.example/a/1', 'net.transport': 'ip_tcp' });
    expect(span.attributes['url.path']).toBeUndefined();
  });

  it('or all of them', async () => {
    const { metrics, span } = await run('dup');
    expect(metrics.map((m) => m.name).sort()).toEqual(['http.server.duration', 'http.server.request.duration', 'http.server.request_count']);
    expect(span.attributes).toMatchObject({ 'http.method': 'GET', 'http.request.method': 'GET' });
  });
});

describe('options', () => {
  it.each([[{ semconv: 'old' }, 'otelServer.semconv'], [{ ignore: 1 }, 'otelServer.ignore'], [{ meterProvider: {} }, 'otelServer.meterProvider']])('%o is refused by name', (o, name) => {
    expect(() => otelServer(o as never)).toThrow(name);
  });

  it('without an SDK nothing is traced, and nothing goes wrong', async () => {
    const h = hertz({});
    h.get('/', (x) => {
      x.string(200, String(tracedContext(x).deadline));
    });
    expect((await performRequest(h, 'GET', '/')).text()).toBe('Infinity');
  });
});
