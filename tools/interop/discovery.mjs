// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Service discovery with Kitex of Go, both ways, through one real etcd: servers of both sides announce themselves, clients of both sides find them.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { createLogger } from '@cloudwego/gopkg/logger';
import { createClient, createServer } from '@cloudwego/kitex';
import { etcdRegistry, etcdResolver } from '@kitex-contrib/registry-etcd';
import { etcdPeer, startEtcd } from '@cloudwego/testkit';

import { discoveryProgram } from './build/go.mjs';

const logger = createLogger({ level: 'fatal' });
/** How long anything may take to be seen. Unit ms. */
const PATIENCE = 20_000;
/** Go's resolver is asked every five seconds, so a client that is made anew sees at once. */
const CALLS = 40;

async function eventually(f) {
  const end = performance.now() + PATIENCE;
  for (;;) {
    try {
      return await f();
    } catch (e) {
      if (performance.now() > end) throw e;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Runs a word of the Go program to its end and gives what it printed. */
async function goSays(word, ...args) {
  const child = spawn(discoveryProgram, [word, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let errors = '';
  child.stdout.on('data', (d) => (out += d));
  child.stderr.on('data', (d) => (errors = (errors + d).slice(-2000)));
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
  const [status] = await once(child, 'close');
  clearTimeout(timer);
  if (status !== 0) throw new Error(`go ${word}: status ${status}: ${errors}`);
  return JSON.parse(out);
}

async function goServer(...args) {
  const child = spawn(discoveryProgram, ['server', ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (d) => (errors = (errors + d).slice(-2000)));
  const exited = once(child, 'exit');
  const address = await new Promise((resolve, reject) => {
    child.stdout.on('data', (d) => {
      const m = /^LISTEN (\S+)$/m.exec(d);
      if (m !== null) resolve(m[1]);
    });
    exited.then(() => reject(new Error(`the Go server ended: ${errors}`)), reject);
  });
  return {
    address,
    async stop() {
      child.stdin.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await exited;
      clearTimeout(timer);
    },
  };
}

/** Calls through a client of ours and counts who answered. */
async function count(Bench, endpoints, service) {
  const client = createClient(Bench, { destService: service, resolver: etcdResolver({ endpoints }), connectTimeoutMs: 5000, rpcTimeoutMs: 5000, logger });
  try {
    const answers = {};
    for (let i = 0; i < CALLS; i++) {
      const answer = await client.echo('hello');
      assert.match(answer, /: hello$/);
      const who = answer.slice(0, -': hello'.length);
      answers[who] = (answers[who] ?? 0) + 1;
    }
    return answers;
  } finally {
    await client.close();
  }
}

/** Gives lines `{ case, ok, error }` as the clients of the other cells do; undefined with a reason where something is missing. */
export async function discoveryCell(go) {
  if (!go.built) return { skipped: `go: ${go.reason}` };
  if (etcdPeer.missing !== undefined) return { skipped: etcdPeer.missing };
  const { Bench } = await import('./.build/typescript/bench/index.js');
  const lines = [];
  let etcd = await startEtcd();
  const store = `127.0.0.1:${etcd.clientPort}`;
  const endpoints = [store];
  const never = new AbortController().signal;
  const open = [];
  const at = async (name, f) => {
    const started = performance.now();
    try {
      await f();
      lines.push({ case: name, ok: true, ms: Math.round(performance.now() - started) });
    } catch (e) {
      lines.push({ case: name, ok: false, error: e.message, ms: Math.round(performance.now() - started) });
    }
  };
  const ours = async (service, o = {}) => {
    const server = createServer({
      serviceName: service, address: '127.0.0.1:0', exitWaitTimeMs: 200, logger, registryInfo: o, registry: etcdRegistry({ endpoints, leaseTtlSeconds: 2, minRetryDelayMs: 50, maxRetryDelayMs: 500 }),
    }).register(Bench, { echo: (s) => `typescript: ${s}`, echoBinary: (b) => b });
    const { address } = await server.start();
    open.push(() => server.stop());
    return { address, stop: () => server.stop() };
  };
  const theirs = async (service, ...args) => {
    const server = await goServer('-etcd', store, '-service', service, ...args);
    open.push(() => server.stop());
    return server;
  };
  try {
    await at('etcd-go-server', async () => {
      const server = await theirs('one', '-weight', '7', '-tag', 'a');
      const resolver = etcdResolver({ endpoints });
      try {
        const found = await eventually(async () => {
          const list = await resolver.resolve('one', never);
          assert.equal(list.length, 1);
          return list[0];
        });
        assert.equal(`${found.address.host}:${found.address.port}`, server.address);
        assert.equal(found.weight, 7);
        assert.deepEqual(found.tags, { zone: 'a' });
      } finally {
        await resolver[Symbol.asyncDispose]();
      }
      assert.deepEqual(await count(Bench, endpoints, 'one'), { go: CALLS });
    });
    await at('etcd-typescript-server', async () => {
      const server = await ours('two', { weight: 3, tags: { zone: 'b' } });
      await eventually(async () => {
        assert.deepEqual(await goSays('instances', '-etcd', store, '-service', 'two'), [{ address: server.address, weight: 3, zone: 'b' }]);
      });
      assert.deepEqual(await goSays('client', '-etcd', store, '-service', 'two', '-calls', String(CALLS)), { typescript: CALLS });
    });
    await at('etcd-both', async () => {
      const mine = await ours('three');
      await theirs('three');
      for (const calls of [() => count(Bench, endpoints, 'three'), () => goSays('client', '-etcd', store, '-service', 'three', '-calls', String(CALLS))]) {
        await eventually(async () => {
          const answers = await calls();
          // Equal weights: neither side is left out.
          assert.ok(answers.go > 0 && answers.typescript > 0, JSON.stringify(answers));
          assert.equal(answers.go + answers.typescript, CALLS);
        });
      }
      await mine.stop();
      assert.deepEqual(await goSays('client', '-etcd', store, '-service', 'three', '-calls', String(CALLS)), { go: CALLS });
    });
    await at('etcd-restarted-empty', async () => {
      const server = await ours('four');
      await eventually(() => goSays('instances', '-etcd', store, '-service', 'four'));
      await etcd.stop();
      etcd = await startEtcd({ port: etcd.clientPort });
      await eventually(async () => {
        assert.deepEqual(await goSays('instances', '-etcd', store, '-service', 'four'), [{ address: server.address, weight: 10, zone: '' }]);
      });
      assert.deepEqual(await goSays('client', '-etcd', store, '-service', 'four', '-calls', '5'), { typescript: 5 });
    });
  } finally {
    for (const stop of open.reverse()) await stop().catch(() => undefined);
    await etcd.stop();
  }
  return { lines };
}

if (import.meta.filename === process.argv[1]) {
  const { lines, skipped } = await discoveryCell({ built: true });
  console.log(skipped ?? lines);
}
