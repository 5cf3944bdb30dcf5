// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Measures the suite against its originals and writes docs/benchmarks.md, docs/benchmarks.json and a chart for each suite.
//
//   node run.mjs [name ...] [--rounds 5] [--seconds 2] [--warmup 1] [--smoke] [--no-write] [--no-build]
//
// A name is a bench (kitex, grpc, ttstream, netpoll, gopkg, sonic) or a part of one (kitex/server, kitex/client, kitex/engine, netpoll/echo); without one everything runs. --smoke runs everything once for a
// moment, to see that it runs, and writes nothing. A bench is written when all of its parts ran; others keep what is written of them. The last line counts:
// `bench: N ran, M missing`.
// Exit status 1: something failed; a peer that is not built is missing, which is no failure.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { chart } from './lib/chart.mjs';
import { machine } from './lib/machine.mjs';
import { repository } from './lib/paths.mjs';
import { killAll, unpinned } from './lib/pinned.mjs';
import { build, prepare, readPeers } from './lib/prepare.mjs';
import { report, targetsOf } from './lib/report.mjs';

/** Every part by name. Modules are loaded once the packages are built. */
const parts = {
  'kitex/server': async () => (await import('./kitex/server-suite.mjs')).serverSuite,
  'kitex/client': async () => (await import('./kitex/client-suite.mjs')).clientSuite,
  'grpc/unary': async () => (await import('./grpc/suite.mjs')).unarySuite,
  'grpc/stream': async () => (await import('./grpc/suite.mjs')).grpcStreamSuite,
  ttstream: async () => (await import('./grpc/suite.mjs')).ttstreamSuite,
  'netpoll/echo': async () => (await import('./netpoll/suite.mjs')).netpollSuite,
  gopkg: async () => (await import('./gopkg/suite.mjs')).gopkgSuite,
  sonic: async () => (await import('./sonic/suite.mjs')).sonicSuite,
  'pilota/thrift': async () => (await import('./pilota/thrift.mjs')).thriftSuite,
  'kitex/engine': async () => (await import('./kitex/engine-suite.mjs')).engineSuite,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '2' },
    warmup: { type: 'string', default: '1' },
    smoke: { type: 'boolean', default: false },
    'no-write': { type: 'boolean', default: false },
    'no-build': { type: 'boolean', default: false },
  },
});

function number(name, least) {
  const v = Number(values[name]);
  if (Number.isFinite(v) && v >= least) return v;
  console.error(`--${name}: got ${values[name]}, wanted a number of at least ${least}`);
  process.exit(2);
}

function chosen() {
  if (positionals.length === 0) return Object.keys(parts);
  const names = Object.keys(parts).filter((p) => positionals.some((name) => p === name || p.startsWith(`${name}/`)));
  const unknown = positionals.find((name) => !names.some((p) => p === name || p.startsWith(`${name}/`)));
  if (unknown === undefined) return names;
  console.error(`unknown bench ${unknown}, want kitex or ${Object.keys(parts).join(', ')}`);
  process.exit(2);
}

const names = chosen();
const settings = values.smoke
  ? { rounds: 1, seconds: 0.3, warmup: 0.2 }
  : { rounds: Math.round(number('rounds', 1)), seconds: number('seconds', 0.05), warmup: number('warmup', 0) };
/** Benches that wait for no network: neither peers nor a load generator are needed. */
const memoryOnly = new Set(['sonic', 'pilota', 'gopkg']);
const benchOf = (part) => part.split('/', 1)[0];
/** Benches of which every part was chosen. */
const whole = [...new Set(names.map(benchOf))].filter((bench) => Object.keys(parts).every((p) => benchOf(p) !== bench || names.includes(p)));
const log = (text) => console.error(text);

async function main() {
  if (unpinned !== undefined) log(`not pinned: ${unpinned}`);
  // Benches in memory need neither peers nor a load generator.
  const inMemory = names.every((name) => memoryOnly.has(benchOf(name)));
  if (!values['no-build']) build(log, !inMemory);
  if (!inMemory) await prepare();
  const peers = readPeers();
  const suites = new Map();
  const run = async (list) => {
    for (const name of list) suites.set(name, await (await parts[name]())({ ...settings, peers, log }));
  };
  const memory = names.filter((name) => memoryOnly.has(benchOf(name)));
  // Figures of a smoke run mean nothing, so that it may do two things at once.
  if (values.smoke) await Promise.all([run(names.filter((name) => !memory.includes(name))), run(memory)]);
  else await run(names);

  // A moment's numbers are no verdict.
  for (const suite of values.smoke ? [] : suites.values()) {
    for (const t of targetsOf(suite)) console.log(`${t.met === false ? 'below' : t.met ? 'met  ' : '?    '} ${suite.key} | ${t.text} | wanted ${t.wanted} | got ${t.got}`);
  }
  if (!values.smoke && !values['no-write']) writeReport(suites, peers);
  const rows = [...suites.values()].flatMap((suite) => suite.tables.flatMap((table) => table.rows));
  console.log(`bench: ${rows.filter((r) => r.samples.length > 0).length} ran, ${rows.filter((r) => r.samples.length === 0).length} missing`);
}

function writeReport(suites, peers) {
  if (whole.length === 0) {
    log(`not written: only parts of ${names.map(benchOf)[0]} ran`);
    return;
  }
  const docs = join(repository, 'docs');
  const raw = join(docs, 'benchmarks.json');
  const missingOf = (bench) => (memoryOnly.has(bench) ? [] : missing);
  const missing = Object.values(peers).flatMap((p) => (p.missing === undefined ? [] : [{ title: p.title, reason: p.missing }]));
  let benches = {};
  try {
    benches = JSON.parse(readFileSync(raw, 'utf8'));
  } catch {
    // The first report.
  }
  mkdirSync(join(docs, 'benchmarks'), { recursive: true });
  for (const bench of whole) {
    const own = names.filter((name) => benchOf(name) === bench).map((name) => suites.get(name));
    benches[bench] = { date: new Date().toISOString(), command: `pnpm bench ${bench}`, machine: machine(), settings, missing: missingOf(bench), suites: own };
    for (const suite of own) writeFileSync(join(docs, 'benchmarks', `${suite.key}.svg`), chart(suite));
  }
  writeFileSync(raw, `${JSON.stringify(benches, (_, v) => (typeof v === 'number' ? Number(v.toPrecision(6)) : v), 1)}\n`);
  writeFileSync(join(docs, 'benchmarks.md'), report(benches));
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    killAll();
    process.exit(1);
  });
}
try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  killAll();
}
