// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { interop, output, root } from '../lib/paths.mjs';
import { finish, start } from '../lib/pinned.mjs';

/** Nothing here waits for a network, so that a fraction of the time of the other suites gives figures as steady. */
const SHARE = 4;

const ours = (key, title) => ({ key, title, ours: true });
const other = (key, title = `\`${key}\``) => ({ key, title, ours: false });
const go = { key: 'go-gopkg', title: 'Go gopkg', ours: false };

const hashes = [
  ['hash-16', 'XXH3 of 16 bytes'],
  ['hash-1024', 'XXH3 of 1 KiB'],
  ['hash-1048576', 'XXH3 of 1 MiB'],
];

const tables = [
  ...hashes.map(([subject, title]) => ({
    subject,
    title,
    rows: [ours('plain', '`hash`'), ours('native', '`loadNative()`, which is @node-rs/xxhash'), other('hash-wasm'), go],
    against: ['hash-wasm', 'go-gopkg'],
  })),
  {
    subject: 'map',
    title: 'An ordered map: 10,000 entries in, looked up, walked',
    rows: [ours('ours', '`OrderedMap`'), other('sorted-btree'), go],
    against: ['sorted-btree', 'go-gopkg'],
  },
  {
    subject: 'zset',
    title: 'A sorted set: 10,000 members in, the rank of each',
    rows: [ours('ours', '`ZSet`'), go],
    against: ['go-gopkg'],
  },
  {
    subject: 'queue',
    title: 'A queue: 1,000 in, 1,000 out',
    rows: [ours('ours', '`Queue`'), other('denque'), other('array', 'an array, `push` and `shift`')],
    against: ['denque', 'array'],
  },
  {
    subject: 'mutex',
    title: 'A mutex: 100 tasks, one after another',
    rows: [ours('ours', '`Mutex`'), other('async-mutex')],
    against: ['async-mutex'],
  },
  {
    subject: 'breaker',
    title: 'A call through a closed breaker',
    rows: [ours('run', '`panel.run` of an asynchronous function'), other('opossum'), other('cockatiel'), ours('sync', '`isAllowed`, `succeed`'), go],
    against: ['opossum', 'cockatiel', 'go-gopkg'],
  },
  {
    subject: 'threads',
    title: 'A task that does nothing, in a thread and back',
    rows: [ours('ours', '`CpuPool`'), ours('on-piscina', '`CpuPool` on threads of piscina'), other('piscina')],
    against: ['piscina'],
  },
  {
    subject: 'metainfo',
    title: 'Metainfo: three strings read, one set, written for the next hop',
    rows: [ours('ours', '`/metainfo`'), go],
    against: ['go-gopkg'],
  },
  {
    subject: 'random',
    title: '1,000 random numbers below 1,000',
    rows: [ours('ours', '`FastRand`, seeded'), other('math', '`Math.random`'), go],
    against: ['math', 'go-gopkg'],
  },
];

/** The Go original, built here: { command } or { missing }. */
function original() {
  const program = join(output, 'gopkg-go');
  mkdirSync(output, { recursive: true });
  const r = spawnSync('go', ['build', '-o', program, './gopkgbench'], { cwd: join(interop, 'peers/go'), encoding: 'utf8' });
  return r.status === 0 ? { command: program } : { missing: `gopkgbench does not build: ${(r.error?.message ?? r.stderr).split('\n', 1)[0]}` };
}

/** The utilities in memory, each way in a fresh process on core 1. */
export async function gopkgSuite({ rounds, seconds, warmup, log }) {
  const peer = original();
  const each = [Math.max(0.05, seconds / SHARE), Math.max(0.05, warmup / SHARE)];
  const missingOf = (row) => (row === go ? peer.missing : undefined);
  const samples = new Map(tables.flatMap((t) => t.rows.map((row) => [`${t.subject} ${row.key}`, []])));
  for (let round = 1; round <= rounds; round++) {
    for (const t of tables) {
      for (const row of t.rows.filter((r) => missingOf(r) === undefined)) {
        const name = `${t.subject} ${row.key}`;
        const words = row === go ? [peer.command, t.subject] : [process.execPath, join(root, 'gopkg/case.mjs'), t.subject, row.key];
        const { micros } = JSON.parse(await finish(`gopkg ${name}`, start(1, [...words, ...each.map(String)]), (each[0] + each[1]) * 1000 + 60_000));
        samples.get(name).push({ cpuMicros: micros });
        log(`gopkg round ${round} ${name}: ${micros.toPrecision(4)} µs CPU`);
      }
    }
  }
  return {
    key: 'gopkg',
    title: 'Utilities',
    about: [
      'The parts of gopkg that somebody else has too, beside packages of npm and the Go original (github.com/bytedance/gopkg v0.1.4). A breaker, a pool and a mutex of npm do less or other things under the same name; what is compared is the call that all of them have.',
      'CPU time of a process of its own for every figure, garbage collection and threads included; each measured for a quarter of the seconds named above.',
    ],
    tables: tables.map((t) => ({
      key: `gopkg-${t.subject}`,
      title: t.title,
      unit: 'call',
      against: t.against,
      targets: [],
      rows: t.rows.map((row) => ({ ...row, missing: missingOf(row), samples: samples.get(`${t.subject} ${row.key}`) })),
    })),
  };
}
