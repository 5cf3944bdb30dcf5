// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Metrics beside Kitex of Go: the same calls go through a relay of Go, with the original monitor-prometheus, and through one of ours; what is scraped from both must be
// the same but for the times.

import assert from 'node:assert/strict';

import { createLogger } from '@cloudwego/gopkg/logger';
import { createClient, createServer } from '@cloudwego/kitex';
import { prometheusTracer, serveMetrics } from '@kitex-contrib/monitor-prometheus';
import { freePort } from '@cloudwego/testkit';
import { Registry } from 'prom-client';

import { program, receiver } from './tracing.mjs';

const logger = createLogger({ level: 'fatal' });
/** How long anything may take to be seen. Unit ms. */
const PATIENCE = 20_000;
const CALLS = 3;

/** Lines of a page with their labels in order, and without what is a time; those of single buckets without their count. */
function comparable(page) {
  return page
    .split('\n')
    .filter((l) => l.includes('kitex_'))
    .map((l) => {
      if (l.startsWith('#')) return l;
      const [, name, labels, value] = /^(\w+)\{(.*)\} (.*)$/.exec(l);
      const sorted = labels.split(/,(?=\w+=")/).map((x) => x.replace(/^le="(.*)"$/, (_, n) => `le="${Number(n.replace('+Inf', 'Infinity'))}"`)).sort();
      return `${name}{${sorted.join(',')}}${/_(?:sum|bucket)$/.test(name) ? '' : ` ${value}`}`;
    })
    .sort();
}

/** Gives lines as the clients of the other cells do; undefined with a reason where something is missing. */
export async function metricsCell(go) {
  if (!go.built) return { skipped: `go: ${go.reason}` };
  const { Bench } = await import('./.build/typescript/bench/index.js');
  const open = [];
  const serve = async (serviceName, handlers, o = {}) => {
    const server = createServer({ serviceName, address: '127.0.0.1:0', exitWaitTimeMs: 200, logger, ...o }).register(Bench, { echoBinary: (b) => b, ...handlers });
    const { address } = await server.start();
    open.push(() => server.stop());
    return address;
  };
  const connect = (destService, from, to, o = {}) => {
    const client = createClient(Bench, { destService, hostPorts: [to], clientInfo: { serviceName: from }, connectTimeoutMs: 5000, rpcTimeoutMs: 10_000, logger, ...o });
    open.push(() => client.close());
    return client;
  };
  const started = performance.now();
  const line = { case: 'prometheus-same-page', ok: true };
  try {
    const next = await serve('next', { echo: (s) => (s === 'fail' ? Promise.reject(new Error('no')) : s) });
    const registry = new Registry();
    const onward = connect('next', 'relay', next, { tracers: [prometheusTracer('client', { registry })] });
    const ours = await serve('relay', { echo: (s, ctx) => onward.echo(s, { ctx }) }, { tracers: [prometheusTracer('server', { registry })] });
    const page = await serveMetrics({ address: '127.0.0.1:0', registry });
    open.push(() => page.close());
    const metrics = `127.0.0.1:${await freePort()}`;
    // Its spans want to go somewhere, or its end waits for them.
    const sink = await receiver();
    open.push(() => sink.stop());
    const theirs = program('server', sink.address, 'relay', '-next', next, '-metrics', metrics);
    open.push(() => theirs.stop());
    const end = performance.now() + PATIENCE;
    for (const to of [ours, await theirs.address()]) {
      const client = connect('relay', 'web', to);
      for (let i = 0; i < CALLS; i++) await client.echo('x');
      await assert.rejects(client.echo('fail'));
    }
    for (;;) {
      try {
        const [mine, other] = await Promise.all([page.address, metrics].map(async (at) => comparable(await (await fetch(`http://${at}/metrics`)).text())));
        assert.ok(mine.includes(`kitex_server_throughput{callee="relay",caller="web",method="echo",retry="0",status="succeed"} ${CALLS}`), mine.join('\n'));
        assert.deepEqual(mine, other);
        break;
      } catch (e) {
        if (performance.now() > end) throw e;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  } catch (e) {
    Object.assign(line, { ok: false, error: e.message });
  } finally {
    for (const stop of open.reverse()) await stop().catch(() => undefined);
  }
  return { lines: [{ ...line, ms: Math.round(performance.now() - started) }] };
}

if (import.meta.filename === process.argv[1]) {
  const { lines, skipped } = await metricsCell({ built: true });
  console.log(skipped ?? lines);
}
