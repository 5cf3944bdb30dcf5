// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Service discovery with Kitex of Go, both ways, through one real etcd and one real ZooKeeper: servers of both sides announce themselves, clients of both sides
// find them. Then both sides are configured by the same documents in etcd.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { createLogger } from '@cloudwego/gopkg/logger';
import { ClientConfig, pathLayout, ServerConfig } from '@cloudwego/governance';
import { clientConfigSuite, createClient, createServer, serverConfigSuite } from '@cloudwego/kitex';
import { etcdConfigSource } from '@kitex-contrib/config-etcd';
import { etcdRegistry, etcdResolver } from '@kitex-contrib/registry-etcd';
import { zooKeeperRegistry, zooKeeperResolver } from '@kitex-contrib/registry-zookeeper';
import { createEtcdClient } from '@cloudwego/shared-etcd';
import { etcdPeer, startEtcd, startZooKeeper, zooKeeperPeer } from '@cloudwego/testkit';

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
async function count(Bench, resolver, service) {
  const client = createClient(Bench, { destService: service, resolver, connectTimeoutMs: 5000, rpcTimeoutMs: 5000, logger });
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

/** The stores: how each is started again, what the Go program calls it, our two halves. */
const STORES = {
  etcd: {
    peer: etcdPeer,
    start: startEtcd,
    // Empty again: what was there is written anew.
    again: (last) => startEtcd({ port: last.clientPort }),
    registry: (at) => etcdRegistry({ endpoints: [at], leaseTtlSeconds: 2, minRetryDelayMs: 50, maxRetryDelayMs: 500 }),
    resolver: (at) => etcdResolver({ endpoints: [at] }),
  },
  zookeeper: {
    peer: zooKeeperPeer,
    start: startZooKeeper,
    // ZooKeeper refuses clients that have seen more than it has, those of Go for ever: the same store, away for longer than sessions last.
    again: (last) => startZooKeeper({ port: last.clientPort, dir: last.dir }),
    registry: (at) => zooKeeperRegistry({ servers: [at], sessionTimeoutMs: 1000, minRetryDelayMs: 50, maxRetryDelayMs: 500 }),
    resolver: (at) => zooKeeperResolver({ servers: [at], sessionTimeoutMs: 1000 }),
  },
};

/** Runs cases one after the other, as the clients of the other cells do: lines `{ case, ok, error, ms }`. */
class Cases {
  lines = [];
  open = [];

  async at(name, f) {
    const started = performance.now();
    try {
      await f();
      this.lines.push({ case: name, ok: true, ms: Math.round(performance.now() - started) });
    } catch (e) {
      this.lines.push({ case: name, ok: false, error: e.message, ms: Math.round(performance.now() - started) });
    }
  }

  async end() {
    for (const stop of this.open.reverse()) await stop().catch(() => undefined);
  }
}

/** Gives the lines; undefined with a reason where something is missing. */
export async function discoveryCell(go, name) {
  if (!go.built) return { skipped: `go: ${go.reason}` };
  const store = STORES[name];
  if (store.peer.missing !== undefined) return { skipped: store.peer.missing };
  const { Bench } = await import('./.build/typescript/bench/index.js');
  const cases = new Cases();
  let running = await store.start();
  const at = `127.0.0.1:${running.clientPort}`;
  const never = new AbortController().signal;
  const goStore = (service, ...args) => [`-${name}`, at, '-service', service, ...args];
  const ours = async (service, o = {}) => {
    const server = createServer({ serviceName: service, address: '127.0.0.1:0', exitWaitTimeMs: 200, logger, registryInfo: o, registry: store.registry(at) }).register(Bench, {
      echo: (s) => `typescript: ${s}`, echoBinary: (b) => b,
    });
    const { address } = await server.start();
    cases.open.push(() => server.stop());
    return { address, stop: () => server.stop() };
  };
  const theirs = async (service, ...args) => {
    const server = await goServer(...goStore(service, ...args));
    cases.open.push(() => server.stop());
    return server;
  };
  const counted = (service) => count(Bench, store.resolver(at), service);
  try {
    await cases.at(`${name}-go-server`, async () => {
      const server = await theirs('one', '-weight', '7', '-tag', 'a');
      const resolver = store.resolver(at);
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
      assert.deepEqual(await counted('one'), { go: CALLS });
    });
    await cases.at(`${name}-typescript-server`, async () => {
      const server = await ours('two', { weight: 3, tags: { zone: 'b' } });
      await eventually(async () => {
        assert.deepEqual(await goSays('instances', ...goStore('two')), [{ address: server.address, weight: 3, zone: 'b' }]);
      });
      assert.deepEqual(await goSays('client', ...goStore('two', '-calls', String(CALLS))), { typescript: CALLS });
    });
    await cases.at(`${name}-both`, async () => {
      const mine = await ours('three');
      await theirs('three');
      for (const calls of [() => counted('three'), () => goSays('client', ...goStore('three', '-calls', String(CALLS)))]) {
        await eventually(async () => {
          const answers = await calls();
          // Equal weights: neither side is left out.
          assert.ok(answers.go > 0 && answers.typescript > 0, JSON.stringify(answers));
          assert.equal(answers.go + answers.typescript, CALLS);
        });
      }
      await mine.stop();
      assert.deepEqual(await goSays('client', ...goStore('three', '-calls', String(CALLS))), { go: CALLS });
    });
    await cases.at(name === 'etcd' ? 'etcd-restarted-empty' : `${name}-restarted`, async () => {
      const server = await ours('four');
      await eventually(() => goSays('instances', ...goStore('four')));
      await running.stop();
      // Longer than the session lasts: what was announced is lost, and regained.
      await new Promise((resolve) => setTimeout(resolve, 2000));
      running = await store.again(running);
      await eventually(async () => {
        assert.deepEqual(await goSays('instances', ...goStore('four')), [{ address: server.address, weight: 10, zone: '' }]);
      });
      assert.deepEqual(await goSays('client', ...goStore('four', '-calls', '5')), { typescript: 5 });
    });
  } finally {
    await cases.end();
    await running.stop();
  }
  return { lines: cases.lines };
}

/** Documents of one etcd, read by clients and servers of both sides. */
export async function configCell(go) {
  if (!go.built) return { skipped: `go: ${go.reason}` };
  if (etcdPeer.missing !== undefined) return { skipped: etcdPeer.missing };
  const { Bench } = await import('./.build/typescript/bench/index.js');
  const cases = new Cases();
  const etcd = await startEtcd();
  const at = `127.0.0.1:${etcd.clientPort}`;
  const admin = createEtcdClient({ endpoints: [at] });
  const source = etcdConfigSource({ endpoints: [at] });
  const layout = pathLayout();
  cases.open.push(() => admin.close(), () => source[Symbol.asyncDispose]());
  const put = (category, document) => admin.put(`/KitexConfig/web/slow/${category}`, JSON.stringify(document));
  const slow = createServer({ serviceName: 'slow', address: '127.0.0.1:0', exitWaitTimeMs: 200, logger }).register(Bench, {
    echo: (s) => new Promise((resolve) => setTimeout(resolve, 300, s)), echoBinary: (b) => b,
  });
  const { address } = await slow.start();
  cases.open.push(() => slow.stop());
  /** How calls end, of a client that is made anew: what is in the store is in force at once. */
  const goEnds = (calls) => goSays('configured', '-etcd', at, '-service', 'slow', '-caller', 'web', '-addr', address, '-calls', String(calls));
  const ourEnds = async (calls) => {
    const config = new ClientConfig({ source, client: 'web', server: 'slow', layout, logger });
    await config.ready();
    const client = createClient(Bench, { destService: 'slow', hostPorts: [address], connectTimeoutMs: 5000, logger, suites: [clientConfigSuite(config)] });
    const ends = {};
    for (let i = 0; i < calls; i++) {
      const end = await client.echo('hello').then(() => 'ok', (e) => e.message);
      ends[end] = (ends[end] ?? 0) + 1;
    }
    await client.close();
    await config.close();
    return ends;
  };
  /** The one way in which all calls of both sides end. */
  const allEnd = async (pattern) => {
    for (const ends of [goEnds, ourEnds]) {
      const [[how], ...others] = Object.entries(await ends(2));
      assert.match(how, pattern);
      for (const [other] of others) assert.match(other, pattern);
    }
  };
  try {
    await cases.at('config-timeout', async () => {
      await put('rpc_timeout', { '*': { rpc_timeout_ms: 60, conn_timeout_ms: 1000 } });
      await allEnd(/timeout/i);
      await put('rpc_timeout', { '*': { rpc_timeout_ms: 60, conn_timeout_ms: 1000 }, echo: { rpc_timeout_ms: 5000, conn_timeout_ms: 1000 } });
      await allEnd(/^ok$/);
    });
    await cases.at('config-breaker', async () => {
      // Calls that fail open it; then they are refused before they are made. Go's v0.1.0 has no degradation yet.
      await put('rpc_timeout', { '*': { rpc_timeout_ms: 60, conn_timeout_ms: 1000 } });
      await put('circuit_break', { echo: { enable: true, err_rate: 0.3, min_sample: 5 } });
      for (const ends of [goEnds, ourEnds]) {
        const refused = Object.entries(await ends(12)).filter(([how]) => /circuit ?break/i.test(how));
        assert.ok(refused.length > 0, 'no call was refused');
      }
    });
    await cases.at('config-broken-document', async () => {
      // Neither side takes it for a document; clients that are made now have the defaults, a second for a call.
      await admin.put('/KitexConfig/web/slow/circuit_break', '{ no JSON');
      await admin.put('/KitexConfig/web/slow/rpc_timeout', '{ no JSON');
      await allEnd(/^ok$/);
    });
    await cases.at('config-limit', async () => {
      await admin.put('/KitexConfig/limited/limit', '{"qps_limit":10}');
      const config = new ServerConfig({ source, server: 'limited', layout, logger });
      await config.ready();
      const mine = createServer({ serviceName: 'limited', address: '127.0.0.1:0', exitWaitTimeMs: 200, logger, suites: [serverConfigSuite(config)] }).register(Bench, { echo: (s) => s, echoBinary: (b) => b });
      const { address: here } = await mine.start();
      cases.open.push(() => mine.stop(), () => config.close());
      const theirs = await goServer('-etcd', at, '-service', 'limited', '-configured');
      cases.open.push(() => theirs.stop());
      for (const to of [here, theirs.address]) {
        const client = createClient(Bench, { destService: 'limited', hostPorts: [to], connectTimeoutMs: 5000, rpcTimeoutMs: 5000, logger });
        const ends = await Promise.allSettled(Array.from({ length: 100 }, () => client.echo('x')));
        await client.close();
        const served = ends.filter((e) => e.status === 'fulfilled').length;
        assert.ok(served > 0 && served < 60, `${served} of 100 calls were served at ${to}`);
      }
    });
  } finally {
    await cases.end();
    await etcd.stop();
  }
  return { lines: cases.lines };
}

if (import.meta.filename === process.argv[1]) {
  for (const cell of [() => discoveryCell({ built: true }, 'etcd'), () => discoveryCell({ built: true }, 'zookeeper'), () => configCell({ built: true })]) {
    const { lines, skipped } = await cell();
    console.log(skipped ?? lines);
  }
}
