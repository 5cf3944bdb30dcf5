// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { context as otel, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Attributes, TextMapPropagator } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AggregationTemporality, InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { AlwaysOffSampler, BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { ReadableSpan, Sampler } from '@opentelemetry/sdk-trace-base';
import { createLogger } from '@cloudwego/gopkg/logger';
import type { LogRecord } from '@cloudwego/gopkg/logger';
import { createClient, createServer } from '@cloudwego/kitex';
import type { ClientOptions, RpcContext, ServerOptions } from '@cloudwego/kitex';
import { goPropagator, otelClientSuite, otelServerSuite, spanOf, tracedSink, traceFields } from '@kitex-contrib/obs-opentelemetry';
import type { OtelOptions } from '@kitex-contrib/obs-opentelemetry';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Talk } from './fixtures/talk.js';

const PATIENCE = { timeout: 20_000 };
const quiet = createLogger({ write: () => undefined });
const w3c = new CompositePropagator({ propagators: [new W3CBaggagePropagator(), new W3CTraceContextPropagator()] });

/** One process, as far as OpenTelemetry knows: what it traced and measured, and the options that make suites do it. */
function telemetry(service: string, o: { readonly sampler?: Sampler; readonly propagator?: TextMapPropagator } = {}) {
  const resource = resourceFromAttributes({ 'service.name': service, 'service.namespace': 'shop', 'deployment.environment': 'test', 'host.name': 'h', 'odd.one': 'x' });
  const spans = new InMemorySpanExporter();
  const tracerProvider = new BasicTracerProvider({ resource, spanProcessors: [new SimpleSpanProcessor(spans)], ...(o.sampler === undefined ? {} : { sampler: o.sampler }) });
  const points = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter: points, exportIntervalMillis: 3_600_000 });
  const meterProvider = new MeterProvider({ resource, readers: [reader] });
  onTestFinished(async () => {
    await tracerProvider.shutdown();
    await meterProvider.shutdown();
  });
  const options: OtelOptions = { tracerProvider, meterProvider, propagator: o.propagator ?? w3c };
  return {
    options,
    spans: (kind?: SpanKind): ReadableSpan[] => spans.getFinishedSpans().filter((s) => kind === undefined || s.kind === kind),
    async durations(): Promise<{ readonly name: string; readonly unit: string; readonly points: readonly { readonly attributes: Attributes; readonly count: number; readonly sum: number }[] }[]> {
      points.reset();
      await reader.forceFlush();
      return points.getMetrics().flatMap((r) => r.scopeMetrics.flatMap((m) => m.metrics.map((x) => ({
        name: x.descriptor.name,
        unit: x.descriptor.unit,
        points: x.dataPoints.map((p) => ({ attributes: p.attributes, count: (p.value as { count: number }).count, sum: (p.value as { sum: number }).sum })),
      }))));
    },
  };
}

async function serve(handlers: { say?(s: string, ctx: RpcContext): string | Promise<string>; list?(s: { text: string }, ctx: RpcContext): AsyncIterable<{ text: string }> }, o: ServerOptions): Promise<string> {
  const server = createServer({ address: '127.0.0.1:0', exitWaitTimeMs: 200, logger: quiet, ...o }).register(Talk, { say: (x) => x, list: () => [], ...handlers });
  const { address } = await server.start();
  onTestFinished(async () => void (await server.stop()));
  return address;
}

function connect(address: string, o: Partial<ClientOptions> = {}) {
  const client = createClient(Talk, { destService: 'talk.svc', hostPorts: [address], rpcTimeoutMs: 20_000, logger: quiet, ...o });
  onTestFinished(() => client.close());
  return client;
}

/** Parent of a span, from what it says itself. */
const parentOf = (s: ReadableSpan): string | undefined => s.parentSpanContext?.spanId;
const trail = (spans: readonly ReadableSpan[]): Set<string> => new Set(spans.map((s) => s.spanContext().traceId));

describe('spans', () => {
  it('of a chain are one trace: caller, middle, its call, the last; with the attributes and events of the original', async () => {
    const [a, b, c] = [telemetry('a'), telemetry('b'), telemetry('c')];
    const last = await serve({ say: (s) => s.toUpperCase() }, { serviceName: 'last', suites: [otelServerSuite(c.options)] });
    const onward = connect(last, { clientInfo: { serviceName: 'middle' }, suites: [otelClientSuite({ ...b.options, recordSourceOperation: true })] });
    const middle = await serve({ say: (s, ctx) => onward.say(s, { ctx }) }, { serviceName: 'middle', suites: [otelServerSuite(b.options)] });
    expect(await connect(middle, { suites: [otelClientSuite(a.options)] }).say('hi')).toBe('HI');
    await expect.poll(() => [a.spans().length, b.spans().length, c.spans().length], PATIENCE).toEqual([1, 2, 1]);
    const [first] = a.spans();
    const [served] = b.spans(SpanKind.SERVER);
    const [called] = b.spans(SpanKind.CLIENT);
    const [end] = c.spans();
    expect(trail([...a.spans(), ...b.spans(), ...c.spans()]).size).toBe(1);
    expect([parentOf(first!), parentOf(served!), parentOf(called!), parentOf(end!)]).toEqual([undefined, first!.spanContext().spanId, served!.spanContext().spanId, called!.spanContext().spanId]);
    expect([first!.name, first!.kind, first!.instrumentationScope.name]).toEqual(['test.Talk/Say', SpanKind.CLIENT, 'github.com/kitex-contrib/obs-opentelemetry']);
    expect(first!.attributes).toEqual({ 'rpc.system': 'kitex', 'rpc.method': 'Say', 'rpc.service': 'talk.svc', 'kitex.recv_size': expect.any(Number) as number, 'kitex.send_size': expect.any(Number) as number, 'request.protocol': 'TTHeaderFramed' });
    expect(Number(first!.attributes['kitex.send_size'])).toBeGreaterThan(0);
    expect(served!.attributes).toMatchObject({ 'rpc.service': 'middle', 'peer.service': 'a', 'peer.service.namespace': 'shop', 'peer.deployment.environment': 'test' });
    expect(called!.attributes).toMatchObject({ source_operation: 'Say' });
    expect(end!.attributes).toMatchObject({ 'peer.service': 'b' });
    const events = (s: ReadableSpan): string[] => s.events.map((e) => e.name);
    expect(events(first!)).toEqual(expect.arrayContaining(['client_conn_start', 'client_conn_finish', 'write_start', 'write_finish', 'read_start', 'read_finish']));
    expect(events(end!)).toEqual(expect.arrayContaining(['server_handle_start', 'server_handle_finish']));
    expect(first!.events[0]!.attributes).toEqual({ 'event.status': 1 });
    // What happened in a call lies within it.
    const at = (t: readonly [number, number]): number => t[0] * 1000 + t[1] / 1e6;
    for (const s of [first!, end!]) for (const e of s.events) expect([at(e.time) >= at(s.startTime) - 1, at(e.time) <= at(s.endTime) + 1]).toEqual([true, true]);
    expect([first!.status.code, end!.status.code]).toEqual([SpanStatusCode.UNSET, SpanStatusCode.UNSET]);
  });

  it('over gRPC too, with who calls, and a stream is one span', async () => {
    const [a, b] = [telemetry('a'), telemetry('b')];
    const address = await serve({ async *list(s) { yield s; yield s; } }, { suites: [otelServerSuite({ ...b.options, recordMessages: true })] });
    const client = connect(address, { transport: 'grpc', suites: [otelClientSuite({ ...a.options, recordMessages: true })] });
    const got: string[] = [];
    for await (const m of client.list({ text: 'x' })) got.push(m.text);
    expect(got).toEqual(['x', 'x']);
    await expect.poll(() => [a.spans().length, b.spans().length], PATIENCE).toEqual([1, 1]);
    const [c, s] = [a.spans()[0]!, b.spans()[0]!];
    expect([parentOf(s), trail([c, s]).size, c.name]).toEqual([c.spanContext().spanId, 1, 'test.Talk/List']);
    expect(s.attributes).toMatchObject({ 'request.protocol': 'GRPC', 'peer.service': 'a' });
    const messages = (x: ReadableSpan): unknown[] => x.events.filter((e) => e.name === 'rpc.message').map((e) => e.attributes);
    expect(messages(c).filter((m) => (m as Attributes)['rpc.message.type'] === 'RECEIVED')).toEqual([{ 'rpc.message.type': 'RECEIVED', 'rpc.message.id': 1 }, { 'rpc.message.type': 'RECEIVED', 'rpc.message.id': 2 }]);
    expect(messages(s).filter((m) => (m as Attributes)['rpc.message.type'] === 'SENT')).toHaveLength(2);
  });

  it('of a call that failed say so, with the error', async () => {
    const [a, b] = [telemetry('a'), telemetry('b')];
    const address = await serve({ say: () => Promise.reject(new Error('out of stock')) }, { suites: [otelServerSuite(b.options)] });
    await expect(connect(address, { suites: [otelClientSuite(a.options)] }).say('x')).rejects.toThrow('out of stock');
    await expect.poll(() => b.spans().length, PATIENCE).toBe(1);
    for (const s of [a.spans()[0]!, b.spans()[0]!]) {
      expect([s.status.code, s.status.message]).toEqual([SpanStatusCode.ERROR, expect.stringContaining('out of stock')]);
      expect(s.events.find((e) => e.name === 'exception')?.attributes).toMatchObject({ 'exception.stacktrace': expect.stringContaining('out of stock') as string });
    }
  });

  it('one covers all attempts of a call', async () => {
    const [a, b] = [telemetry('a'), telemetry('b')];
    let tries = 0;
    const address = await serve({ say: (s) => (++tries < 3 ? Promise.reject(new Error('not yet')) : s) }, { suites: [otelServerSuite(b.options)] });
    const client = connect(address, { retry: { kind: 'failure', maxRetries: 2, onError: () => true }, suites: [otelClientSuite(a.options)] });
    expect(await client.say('x')).toBe('x');
    await expect.poll(() => b.spans().length, PATIENCE).toBe(3);
    expect(a.spans()).toHaveLength(1);
    for (const s of b.spans()) expect(parentOf(s)).toBe(a.spans()[0]!.spanContext().spanId);
  });

  it('a caller that is not sampled sends its ids all the same', async () => {
    const [a, b] = [telemetry('a', { sampler: new AlwaysOffSampler() }), telemetry('b')];
    let seen: string | undefined;
    const address = await serve({ say: (s, ctx) => ((seen = ctx.metainfo.get('traceparent')), s) }, { suites: [otelServerSuite(b.options)] });
    await connect(address, { suites: [otelClientSuite(a.options)] }).say('x');
    expect(seen).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    const [client] = await a.durations();
    expect(client?.points[0]?.count).toBe(1);
  });
});

describe('propagation', () => {
  it.each(['b3', 'ot-tracer-traceid', 'traceparent'])('a peer that knows only %s joins', async (only) => {
    const go = goPropagator(w3c);
    const filtered: TextMapPropagator = { ...go, extract: (c, carrier, getter) => go.extract(c, carrier, { keys: (x) => getter.keys(x).filter((k) => k.startsWith(only.slice(0, 9))), get: (x, k) => (k.startsWith(only.slice(0, 9)) ? getter.get(x, k) : undefined) }) };
    const [a, b] = [telemetry('a', { propagator: go }), telemetry('b', { propagator: filtered })];
    const address = await serve({ say: (s) => s }, { suites: [otelServerSuite(b.options)] });
    await connect(address, { suites: [otelClientSuite(a.options)] }).say('x');
    await expect.poll(() => b.spans().length, PATIENCE).toBe(1);
    const [c, s] = [a.spans()[0]!.spanContext(), b.spans()[0]!];
    expect(parentOf(s)).toBe(c.spanId);
    // OpenTracing's carries 64 bits of the trace.
    expect(s.spanContext().traceId.slice(16)).toBe(c.traceId.slice(16));
    if (only !== 'ot-tracer-traceid') expect(s.spanContext().traceId).toBe(c.traceId);
  });

  it('ids that are none are no parent', async () => {
    const b = telemetry('b', { propagator: goPropagator(w3c) });
    const address = await serve({ say: (s) => s }, { suites: [otelServerSuite(b.options)] });
    const client = connect(address);
    for (const transient of [{ b3: '0-0-1' }, { traceparent: '00-x-y-01' }, { 'ot-tracer-traceid': 'g'.repeat(16), 'ot-tracer-spanid': '1' }]) await client.say('x', { metainfo: { transient: transient as unknown as Record<string, string> } });
    await expect.poll(() => b.spans().length, PATIENCE).toBe(3);
    expect(b.spans().map(parentOf)).toEqual([undefined, undefined, undefined]);
    expect(trail(b.spans()).size).toBe(3);
  });

  it('baggage goes along', async () => {
    const [a, b] = [telemetry('a'), telemetry('b')];
    let seen: string | undefined;
    const address = await serve({ say: (s, ctx) => ((seen = ctx.metainfo.get('baggage')), s) }, { suites: [otelServerSuite(b.options)] });
    const manager = new AsyncLocalStorageContextManager().enable();
    otel.setGlobalContextManager(manager);
    onTestFinished(() => {
      otel.disable();
    });
    const client = connect(address, { suites: [otelClientSuite(a.options)] });
    await otel.with(propagation.setBaggage(otel.active(), propagation.createBaggage({ tenant: { value: '7' } })), () => client.say('x'));
    expect(seen).toBe('tenant=7');
  });
});

describe('metrics', () => {
  it('are the two durations of the original, in milliseconds without a unit', async () => {
    const [a, b] = [telemetry('a'), telemetry('b')];
    const address = await serve({ say: (s) => (s === '' ? Promise.reject(new Error('no')) : s) }, { serviceName: 'stock', suites: [otelServerSuite(b.options)] });
    const client = connect(address, { suites: [otelClientSuite(a.options)] });
    await client.say('x');
    await client.say('y');
    await client.say('').catch(() => undefined);
    await expect.poll(() => b.spans().length, PATIENCE).toBe(3);
    const [of] = await a.durations();
    const [served] = await b.durations();
    expect([of?.name, of?.unit, served?.name]).toEqual(['rpc.client.duration', '', 'rpc.server.duration']);
    expect(of?.points.map((p) => [p.attributes['status.code'], p.count])).toEqual([['Unset', 2], ['Error', 1]]);
    const process = { 'service.name': 'a', 'service.namespace': 'shop', 'deployment.environment': 'test', 'host.name': 'h' };
    expect(of?.points[0]?.attributes).toEqual({ 'rpc.system': 'kitex', 'rpc.service': 'talk.svc', 'rpc.method': 'Say', 'request.protocol': 'TTHeaderFramed', 'status.code': 'Unset', ...process });
    expect(served?.points[0]?.attributes).toEqual({ 'rpc.system': 'kitex', 'rpc.service': 'stock', 'rpc.method': 'Say', 'request.protocol': 'TTHeaderFramed', 'peer.service': 'a', 'peer.service.namespace': 'shop', 'peer.deployment.environment': 'test', 'status.code': 'Unset', ...process, 'service.name': 'b' });
  });
});

describe('logs', () => {
  it('carry the ids of their span, by the context of the call and by the ambient one; bad lines mark it', async () => {
    const b = telemetry('b');
    const lines: LogRecord[] = [];
    const logger = createLogger({ fromContext: traceFields, write: tracedSink((r) => lines.push(r)) });
    otel.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    onTestFinished(() => {
      otel.disable();
    });
    let ids: unknown;
    const address = await serve(
      {
        async say(s, ctx) {
          logger.withContext(ctx).info('one');
          await Promise.resolve();
          logger.error('two');
          const c = spanOf(ctx)?.spanContext();
          expect(trace.getActiveSpan()?.spanContext()).toEqual(c);
          ids = { trace_id: c?.traceId, span_id: c?.spanId, trace_flags: '01' };
          return s;
        },
      },
      { suites: [otelServerSuite(b.options)] },
    );
    await connect(address).say('x');
    logger.info('outside');
    expect(lines.map((l) => [l.message, l.fields])).toEqual([['one', ids], ['two', ids], ['outside', {}]]);
    await expect.poll(() => b.spans().length, PATIENCE).toBe(1);
    expect(b.spans()[0]!.status).toEqual({ code: SpanStatusCode.ERROR });
    expect(b.spans()[0]!.events.find((e) => e.name === 'exception')?.attributes).toMatchObject({ 'exception.type': 'log', 'exception.message': 'two' });
  });
});

describe('options', () => {
  it.each([
    [{ tracerProvider: {} }, 'otelClientSuite.tracerProvider'],
    [{ propagator: 'w3c' }, 'otelClientSuite.propagator'],
    [{ recordSourceOperation: 1 }, 'otelClientSuite.recordSourceOperation'],
  ])('%o is refused by name', (o, name) => {
    expect(() => otelClientSuite(o as never)).toThrow(name);
  });

  it('without an SDK nothing is traced, and nothing goes wrong', async () => {
    const address = await serve({ say: (s) => s }, { suites: [otelServerSuite()] });
    expect(await connect(address, { suites: [otelClientSuite()] }).say('x')).toBe('x');
    expect(() => tracedSink(() => undefined, { errorLevel: 'bad' as never })).toThrow('tracedSink.errorLevel');
  });
});
