// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Tracing with Kitex of Go: calls go through services of both sides, each with its own suite, and every process exports by OTLP/gRPC to a receiver that is a
// Kitex server of ours. All spans of a call must be one trace, each the child of the one that caused it.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { createLogger } from '@cloudwego/gopkg/logger';
import { createClient, createServer } from '@cloudwego/kitex';
import { goPropagator, otelClientSuite, otelServerSuite } from '@kitex-contrib/obs-opentelemetry';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';

import { otelProgram } from './build/go.mjs';

const logger = createLogger({ level: 'fatal' });
/** How long anything may take to be seen. Unit ms. */
const PATIENCE = 20_000;

/** Fields of a Protobuf message, by number: bytes, or a number. */
function* fields(r) {
  while (r.left > 0) {
    const tag = r.varint();
    switch (tag & 7) {
      case 0:
        yield [tag >>> 3, r.varint64()];
        break;
      case 1:
        yield [tag >>> 3, r.bytes(8)];
        break;
      case 2:
        yield [tag >>> 3, r.bytes(r.varint())];
        break;
      case 5:
        yield [tag >>> 3, r.bytes(4)];
        break;
      default:
        throw new Error(`wire type ${tag & 7}`);
    }
  }
}

const text = (b) => Buffer.from(b).toString();
const hex = (b) => Buffer.from(b).toString('hex');

/** Builds `decode(bytes)` of what is wanted of OTLP's messages. Source: opentelemetry-proto trace/v1/trace.proto, common/v1/common.proto. */
function otlp(ByteReader) {
  const each = (bytes, on) => {
    for (const [n, v] of fields(ByteReader.from(bytes))) on[n]?.(v);
  };
  const attributes = (into) => (bytes) => {
    let key = '';
    let value;
    each(bytes, { 1: (v) => (key = text(v)), 2: (v) => each(v, { 1: (x) => (value = text(x)), 2: (x) => (value = x !== 0n), 3: (x) => (value = Number(x)) }) });
    into[key] = value;
  };
  const span = (bytes, service) => {
    const s = { service, attributes: {}, events: [], parent: '', status: 0 };
    each(bytes, {
      1: (v) => (s.trace = hex(v)),
      2: (v) => (s.id = hex(v)),
      4: (v) => (s.parent = hex(v)),
      5: (v) => (s.name = text(v)),
      6: (v) => (s.kind = Number(v)),
      9: attributes(s.attributes),
      11: (v) => each(v, { 2: (x) => s.events.push(text(x)) }),
      15: (v) => each(v, { 3: (x) => (s.status = Number(x)) }),
    });
    return s;
  };
  return (bytes) => {
    const spans = [];
    each(bytes, {
      1: (resourceSpans) => {
        const resource = {};
        each(resourceSpans, { 1: (v) => each(v, { 1: attributes(resource) }) });
        each(resourceSpans, { 2: (v) => each(v, { 2: (x) => spans.push(span(x, resource['service.name'])) }) });
      },
    });
    return spans;
  };
}

/** `opentelemetry.proto.collector.trace.v1.TraceService`, served by Kitex. */
export async function receiver() {
  const { ByteReader } = await import('@cloudwego/gopkg/io');
  const decode = otlp(ByteReader);
  const codec = { encode: () => undefined, decode: (r) => decode(r.bytes(r.left)) };
  const method = { name: 'Export', key: 'export', kind: 'unary', arity: 1, args: codec, result: codec, request: codec, response: codec, encodeError: () => false, isDeclared: () => false, annotations: {} };
  const TraceService = { codegen: 1, name: 'TraceService', package: 'opentelemetry.proto.collector.trace.v1', payload: 'protobuf', methods: [method], descriptor: () => undefined };
  const spans = [];
  const server = createServer({ serviceName: 'receiver', address: '127.0.0.1:0', exitWaitTimeMs: 200, logger }).register(TraceService, {
    export(received) {
      spans.push(...received);
      return {};
    },
  });
  const { address } = await server.start();
  return { address, spans, stop: () => server.stop() };
}

/** Runs a word of the Go program. */
export function program(word, otlpAt, service, ...args) {
  const child = spawn(otelProgram, [word, '-otlp', otlpAt, '-service', service, ...args], { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, OTEL_BSP_SCHEDULE_DELAY: '50' } });
  let errors = '';
  let out = '';
  child.stderr.on('data', (d) => (errors = (errors + d).slice(-2000)));
  child.stdout.on('data', (d) => (out += d));
  const timer = setTimeout(() => child.kill('SIGKILL'), 60_000);
  const ended = once(child, 'close').then(([status]) => {
    clearTimeout(timer);
    return status;
  });
  return {
    ended: async () => {
      const status = await ended;
      if (status !== 0) throw new Error(`go ${word}: status ${status}: ${errors}`);
      return out.trim();
    },
    async address() {
      for (;;) {
        const m = /^LISTEN (\S+)$/m.exec(out);
        if (m !== null) return m[1];
        const over = await Promise.race([ended.then(() => true), new Promise((resolve) => setTimeout(resolve, 20, false))]);
        if (over) throw new Error(`the Go server ended: ${errors}`);
      }
    },
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}

/** Chains of calls through both sides. Gives lines as the clients of the other cells do; undefined with a reason where something is missing. */
export async function tracingCell(go) {
  if (!go.built) return { skipped: `go: ${go.reason}` };
  const { Bench } = await import('./.build/typescript/bench/index.js');
  const lines = [];
  const open = [];
  const sink = await receiver();
  const w3c = new CompositePropagator({ propagators: [new W3CBaggagePropagator(), new W3CTraceContextPropagator()] });
  /** A service of ours that traces as a process of its own. */
  const telemetry = (service, propagator) => {
    const exporter = new OTLPTraceExporter({ url: `http://${sink.address}` });
    const tracerProvider = new BasicTracerProvider({ resource: resourceFromAttributes({ 'service.name': service, 'service.namespace': 'interop' }), spanProcessors: [new SimpleSpanProcessor(exporter)] });
    open.push(() => tracerProvider.shutdown());
    return { tracerProvider, propagator };
  };
  const client = (o, service, next) => {
    const c = createClient(Bench, { destService: 'next', hostPorts: [next], clientInfo: { serviceName: service }, connectTimeoutMs: 5000, rpcTimeoutMs: 10_000, logger, suites: [otelClientSuite(o)] });
    open.push(() => c.close());
    return c;
  };
  const ours = async (service, propagator, next) => {
    const o = telemetry(service, propagator);
    const forward = next === undefined ? undefined : client(o, service, next);
    const server = createServer({ serviceName: service, address: '127.0.0.1:0', exitWaitTimeMs: 200, logger, suites: [otelServerSuite(o)] }).register(Bench, {
      echo: async (s, ctx) => `${service}: ${forward === undefined ? s : await forward.echo(s, { ctx })}`, echoBinary: (b) => b,
    });
    const { address } = await server.start();
    open.push(() => server.stop());
    return address;
  };
  const theirs = async (service, next) => {
    const server = program('server', sink.address, service, ...(next === undefined ? [] : ['-next', next]));
    open.push(() => server.stop());
    return server.address();
  };
  /** All spans of one trace, from the one without a parent on, once all are there. */
  const chain = async (root, wanted) => {
    const end = performance.now() + PATIENCE;
    for (;;) {
      const first = sink.spans.find((s) => s.service === root && s.parent === '');
      const found = [];
      for (let s = first; s !== undefined; s = sink.spans.find((x) => x.trace === s.trace && x.parent === s.id)) found.push(s);
      const got = found.map((s) => `${s.service} ${s.kind === 2 ? 'server' : 'client'}`);
      try {
        assert.deepEqual(got, wanted);
        return found;
      } catch (e) {
        if (performance.now() > end) throw e;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const at = async (name, f) => {
    const started = performance.now();
    try {
      await f();
      lines.push({ case: name, ok: true, ms: Math.round(performance.now() - started) });
    } catch (e) {
      lines.push({ case: name, ok: false, error: e.message, ms: Math.round(performance.now() - started) });
    }
  };
  try {
    for (const [name, propagator] of [['w3c', w3c], ['b3-and-all', goPropagator(w3c)]]) {
      await at(`otel-typescript-go-typescript-${name}`, async () => {
        const last = await ours(`${name}-t3`, propagator);
        const middle = await theirs(`${name}-g2`, last);
        const first = client(telemetry(`${name}-t1`, propagator), `${name}-t1`, middle);
        assert.equal(await first.echo('hello'), `${name}-g2: ${name}-t3: hello`);
        const spans = await chain(`${name}-t1`, [`${name}-t1 client`, `${name}-g2 server`, `${name}-g2 client`, `${name}-t3 server`]);
        // Both sides say the same of a call.
        for (const s of spans) {
          assert.equal(s.name, spans[0].name);
          assert.equal(s.attributes['rpc.system'], 'kitex');
          assert.equal(s.attributes['rpc.method'], 'echo');
        }
        assert.deepEqual(Object.keys(spans[3].attributes).sort(), [...new Set([...Object.keys(spans[1].attributes), 'peer.deployment.environment'])].sort());
        assert.equal(spans[1].attributes['peer.service'], `${name}-t1`);
        assert.equal(spans[3].attributes['peer.service'], `${name}-g2`);
        const names = (s) => [...new Set(s.events)].sort();
        assert.deepEqual(names(spans[3]), names(spans[1]));
      });
    }
    await at('otel-go-typescript-go', async () => {
      const last = await theirs('g3');
      const middle = await ours('t2', w3c, last);
      assert.equal(await program('client', sink.address, 'g1', '-next', middle).ended(), 't2: g3: hello');
      const spans = await chain('g1', ['g1 client', 't2 server', 't2 client', 'g3 server']);
      assert.equal(spans[1].attributes['peer.service.namespace'], 'interop');
      assert.equal(spans[3].attributes['peer.service'], 't2');
    });
  } finally {
    for (const stop of open.reverse()) await stop().catch(() => undefined);
    await sink.stop();
  }
  return { lines };
}

if (import.meta.filename === process.argv[1]) {
  const { lines, skipped } = await tracingCell({ built: true });
  console.log(skipped ?? lines);
}
