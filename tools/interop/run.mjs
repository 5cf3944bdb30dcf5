// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Runs the cases of every pair of peers with this repository on one side, over every wire that both speak, and writes docs/compatibility.json.
//
//   node run.mjs [--only go,rust,apache,typescript] [--wire framed|generic] [--many 100000] [--no-write] [--quiet]
//
// A line for each cell; the last line counts. A peer that is not built is skipped, with its reason. Exit status 1: a case failed.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { buildTypeScript } from './build/typescript.mjs';
import { configCell, discoveryCell } from './discovery.mjs';
import { genericCell, proxyCell } from './generic.mjs';
import { metricsCell } from './metrics.mjs';
import { netpollCell } from './netpoll.mjs';
import { tracingCell } from './tracing.mjs';

const root = dirname(fileURLToPath(import.meta.url));
const repository = join(root, '../..');
const wires = ['buffered', 'framed', 'ttheader', 'ttheader-framed'];
/** Wires of streams, and what a client is told to speak them. */
const streamWires = {
  'grpc-thrift': ['-payload', 'thrift'],
  'grpc-protobuf': ['-payload', 'protobuf'],
  'ttheader-streaming': ['-payload', 'thrift', '-wire', 'ttheader-streaming'],
};
const version = JSON.parse(readFileSync(join(repository, 'packages/kitex/package.json'), 'utf8')).version;

const { values } = parseArgs({
  options: { only: { type: 'string' }, wire: { type: 'string' }, 'no-write': { type: 'boolean', default: false }, quiet: { type: 'boolean', default: false }, many: { type: 'string', default: '100000' } },
});

/** Ends a client that hangs, in ms. */
const CLIENT_LIMIT = 180_000;

function peers() {
  let built = {};
  try {
    built = JSON.parse(readFileSync(join(root, '.build/peers.json'), 'utf8'));
  } catch {
    // Nothing was built: every peer counts as missing.
  }
  const missing = { built: false, reason: 'not built (node tools/interop/build-peers.mjs)' };
  return {
    typescript: {
      built: true,
      title: `@cloudwego/kitex ${version}`,
      command: [process.execPath, join(root, 'peers/typescript/main.mjs')],
      transports: { server: wires, client: wires },
      streams: true,
      serverDiffers: {},
    },
    go: { transports: { server: wires, client: wires }, streams: true, title: 'Kitex', ...(built.go ?? missing) },
    rust: { transports: { server: wires, client: wires }, title: 'Volo', ...(built.rust ?? missing) },
    apache: { transports: { server: ['buffered', 'framed'], client: ['buffered', 'framed'] }, title: 'Apache Thrift for Node.js', ...(built.apache ?? missing) },
    'grpc-js': { transports: { server: [], client: [] }, streams: true, streamWires: ['grpc-protobuf'], title: 'grpc-js', ...(built['grpc-js'] ?? missing) },
  };
}

/** Starts a server and gives its address; it stops when its input ends. */
async function startServer(peer, flags, word = 'server') {
  const [command, ...args] = peer.command;
  const child = spawn(command, [...args, word, ...flags], { stdio: ['pipe', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (d) => (errors = (errors + d).slice(-4000)));
  child.stdin.on('error', () => undefined);
  const exited = once(child, 'exit');
  let text = '';
  const address = await new Promise((resolve, reject) => {
    child.stdout.on('data', (d) => {
      text += d;
      const m = /^LISTEN (\S+)$/m.exec(text);
      if (m !== null) resolve(m[1]);
    });
    exited.then(() => reject(new Error(`the server ended: ${errors}`)), reject);
    child.once('error', reject);
  });
  return {
    address,
    async stop() {
      child.stdin.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
      await exited;
      clearTimeout(timer);
    },
  };
}

/** Runs a client; gives its lines by case. */
async function runClient(peer, flags, word = 'client') {
  const [command, ...args] = peer.command;
  const child = spawn(command, [...args, word, ...flags], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let errors = '';
  child.stdout.on('data', (d) => (out += d));
  child.stderr.on('data', (d) => (errors = (errors + d).slice(-4000)));
  const timer = setTimeout(() => child.kill('SIGKILL'), CLIENT_LIMIT);
  await once(child, 'close');
  clearTimeout(timer);
  const lines = out.split('\n').filter((l) => l.startsWith('{')).map((l) => JSON.parse(l));
  if (lines.length === 0) lines.push({ case: 'start', ok: false, error: errors.trim() || 'the client printed nothing' });
  return lines;
}

const counts = { passed: 0, failed: 0, skipped: 0 };
const cells = [];

async function cell(all, serverName, clientName, wire) {
  const server = all[serverName];
  const client = all[clientName];
  for (const [name, p] of [[serverName, server], [clientName, client]]) {
    if (p.built) continue;
    counts.skipped++;
    cells.push({ server: serverName, client: clientName, wire, skipped: `${name}: ${p.reason}` });
    console.log(`skip  ${clientName} -> ${serverName}, ${wire}: ${name} ${p.reason}`);
    return;
  }
  const header = wire.startsWith('ttheader');
  const base = ['-transport', wire];
  const kitex = (n) => n === 'go' || n === 'typescript';
  const one = await startServer(server, ['-name', `${serverName}-1`]);
  const two = await startServer(server, ['-name', `${serverName}-2`]);
  // A chain that comes back to the client's own language, where it has a Kitex server.
  const back = kitex(clientName) && kitex(serverName) ? await startServer(client, ['-name', `${clientName}-3`]) : undefined;
  let lines;
  try {
    const hops = kitex(clientName) ? ['-next', two.address, ...(back === undefined ? [] : ['-back', back.address])] : [];
    lines = await runClient(client, [...base, '-addr', one.address, ...hops]);
  } finally {
    await one.stop();
    await two.stop();
    await back?.stop();
  }
  // What needs a server that was told to be special: both sides of these are Kitex.
  const special = async (flag, name) => {
    const s = await startServer(server, ['-name', `${serverName}-s`, flag]);
    try {
      lines.push(...(await runClient(client, [...base, '-addr', s.address, '-case', name])));
    } finally {
      await s.stop();
    }
  };
  if (kitex(serverName) && kitex(clientName)) {
    await special('-evolved', 'evolve-newer-server');
    if (header) {
      await special('-crc32c', 'crc32c-strict');
      await special('-mux', 'mux-1000');
    }
  }
  const differs = {};
  const failed = {};
  for (const l of lines) {
    if (l.ok) counts.passed++;
    else if (server.serverDiffers?.[l.case] !== undefined) {
      // The peer itself is no Kitex there; that it answers otherwise is known and part of the record.
      counts.passed++;
      differs[l.case] = server.serverDiffers[l.case];
    } else {
      counts.failed++;
      failed[l.case] = l.error;
      console.log(`FAIL  ${clientName} -> ${serverName}, ${wire}, ${l.case}: ${l.error}`);
    }
  }
  const good = lines.filter((l) => l.ok).map((l) => l.case);
  cells.push({
    server: serverName,
    client: clientName,
    wire,
    passed: good,
    ...(Object.keys(differs).length > 0 ? { differs } : {}),
    ...(Object.keys(failed).length > 0 ? { failed } : {}),
  });
  if (!values.quiet) {
    const d = Object.keys(differs).length;
    console.log(`${Object.keys(failed).length === 0 ? 'ok   ' : 'BAD  '} ${clientName} -> ${serverName}, ${wire}: ${good.length} cases${d > 0 ? `, ${d} known differences` : ''}`);
  }
}

/** Every form of a call over a wire of streams. */
async function streamCell(all, serverName, clientName, wire) {
  for (const name of [serverName, clientName]) {
    const p = all[name];
    if (p.built) continue;
    counts.skipped++;
    cells.push({ server: serverName, client: clientName, wire, skipped: `${name}: ${p.reason}` });
    console.log(`skip  ${clientName} -> ${serverName}, ${wire}: ${name} ${p.reason}`);
    return;
  }
  const server = await startServer(all[serverName], [], 'stream-server');
  let lines;
  try {
    lines = await runClient(all[clientName], ['-addr', server.address, ...streamWires[wire], '-many', values.many], 'stream-client');
  } finally {
    await server.stop();
  }
  const failed = {};
  for (const l of lines) {
    counts[l.ok ? 'passed' : 'failed']++;
    if (l.ok) continue;
    failed[l.case] = l.error;
    console.log(`FAIL  ${clientName} -> ${serverName}, ${wire}, ${l.case}: ${l.error}`);
  }
  const passed = lines.filter((l) => l.ok).map((l) => l.case);
  const bad = Object.keys(failed).length > 0;
  cells.push({ server: serverName, client: clientName, wire, passed, ...(bad ? { failed } : {}) });
  if (!values.quiet) console.log(`${bad ? 'BAD  ' : 'ok   '} ${clientName} -> ${serverName}, ${wire}: ${passed.length} cases`);
}

await buildTypeScript();
const all = peers();
const wanted = values.only === undefined ? Object.keys(all) : values.only.split(',');
for (const name of wanted) if (!Object.hasOwn(all, name)) throw new Error(`--only: unknown peer ${name}, want ${Object.keys(all).join(', ')}`);
const started = performance.now();
for (const name of wanted) {
  for (const wire of wires) {
    if (values.wire !== undefined && wire !== values.wire) continue;
    if (all[name].transports.server.includes(wire)) await cell(all, name, 'typescript', wire);
    if (name !== 'typescript' && all[name].transports.client.includes(wire)) await cell(all, 'typescript', name, wire);
  }
  for (const wire of Object.keys(streamWires)) {
    if (!all[name].streams || all[name].streamWires?.includes(wire) === false || (values.wire !== undefined && wire !== values.wire)) continue;
    await streamCell(all, name, 'typescript', wire);
    if (name !== 'typescript') await streamCell(all, 'typescript', name, wire);
  }
}

/** What goes through something else than a wire between the two: stores, and the receiver of traces. */
const throughOthers = [
  [{ discovery: 'etcd' }, 'discovery through etcd', () => discoveryCell(all.go, 'etcd')],
  [{ discovery: 'zookeeper' }, 'discovery through ZooKeeper', () => discoveryCell(all.go, 'zookeeper')],
  [{ configuration: 'etcd' }, 'configuration by documents in etcd', () => configCell(all.go)],
  [{ tracing: 'OpenTelemetry, obs-opentelemetry v0.2.9' }, 'traces, received by OTLP', () => tracingCell(all.go)],
  [{ metrics: 'Prometheus, monitor-prometheus v0.2.0' }, 'metrics for Prometheus', () => metricsCell(all.go)],
];
if (wanted.includes('go') && values.wire === undefined) {
  for (const [cell, title, run] of throughOthers) {
    const { lines = [], skipped } = await run();
    const failed = lines.filter((l) => !l.ok);
    counts.passed += lines.length - failed.length;
    counts.failed += failed.length;
    if (skipped !== undefined) counts.skipped++;
    for (const l of failed) console.log(`FAIL  ${title}, ${l.case}: ${l.error}`);
    cells.push({
      ...cell,
      ...(skipped === undefined ? { passed: lines.filter((l) => l.ok).map((l) => l.case) } : { skipped }),
      ...(failed.length > 0 ? { failed: Object.fromEntries(failed.map((l) => [l.case, l.error])) } : {}),
    });
    if (skipped !== undefined) console.log(`skip  ${title}: ${skipped}`);
    else if (!values.quiet) console.log(`${failed.length === 0 ? 'ok   ' : 'BAD  '} typescript <-> go, ${title}: ${lines.length - failed.length} cases`);
  }
}

if (wanted.includes('go') && values.wire === undefined) {
  const { lines = [], skipped } = await netpollCell(all.go);
  const failed = lines.filter((l) => !l.ok);
  counts.passed += lines.length - failed.length;
  counts.failed += failed.length;
  if (skipped !== undefined) counts.skipped++;
  for (const l of failed) console.log(`FAIL  netpoll, ${l.case}: ${l.error}`);
  cells.push({
    netpoll: 'Go netpoll v0.7.2',
    passed: lines.filter((l) => l.ok).map((l) => l.case),
    ...(skipped === undefined ? {} : { skipped }),
    ...(failed.length > 0 ? { failed: Object.fromEntries(failed.map((l) => [l.case, l.error])) } : {}),
  });
  if (skipped !== undefined) console.log(`skip  netpoll: ${skipped}`);
  else if (!values.quiet) console.log(`${failed.length === 0 ? 'ok   ' : 'BAD  '} typescript <-> go, netpoll's echo: ${lines.length - failed.length} cases`);
}

/** Cases that are no wire of their own: one line, one cell. */
function record(cell, title, { lines, differs }) {
  const failed = lines.filter((l) => !l.ok);
  const known = Object.keys(differs).length;
  counts.passed += lines.length - failed.length + known;
  counts.failed += failed.length;
  for (const l of failed) console.log(`FAIL  ${title}, ${l.case}: ${l.error}`);
  cells.push({
    ...cell,
    passed: lines.filter((l) => l.ok).map((l) => l.case),
    ...(known > 0 ? { differs } : {}),
    ...(failed.length > 0 ? { failed: Object.fromEntries(failed.map((l) => [l.case, l.error])) } : {}),
  });
  if (!values.quiet) console.log(`${failed.length === 0 ? 'ok   ' : 'BAD  '} ${title}: ${lines.length - failed.length} cases${known > 0 ? `, ${known} known differences` : ''}`);
}

if (wanted.includes('go') && (values.wire === undefined || values.wire === 'generic')) {
  if (!all.go.built) {
    counts.skipped++;
    cells.push({ generic: 'go', skipped: `go: ${all.go.reason}` });
    console.log(`skip  generic calls: go ${all.go.reason}`);
  } else {
    record({ server: 'go', client: 'typescript', wire: 'generic' }, 'typescript -> go, generic calls', await genericCell(all, 'go', 'typescript', startServer, runClient));
    record({ server: 'typescript', client: 'go', wire: 'generic' }, 'go -> typescript, generic calls', await genericCell(all, 'typescript', 'go', startServer, runClient));
    record({ server: 'go', client: 'go', wire: 'through a proxy of bytes' }, 'go -> typescript proxy -> go', await proxyCell(all, startServer, runClient));
  }
}

if (!values['no-write'] && values.only === undefined && values.wire === undefined && counts.skipped === 0) {
  const path = join(repository, 'docs/compatibility.json');
  mkdirSync(dirname(path), { recursive: true });
  const versions = Object.fromEntries(Object.entries(all).map(([n, p]) => [n, p.title]));
  writeFileSync(path, JSON.stringify({ about: 'Written by tools/interop/run.mjs. Cases are described in tools/interop/README.md.', versions, cells }, undefined, 2) + '\n');
}
console.log(`interop: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped in ${((performance.now() - started) / 1000).toFixed(0)} s`);
process.exitCode = counts.failed > 0 ? 1 : 0;
