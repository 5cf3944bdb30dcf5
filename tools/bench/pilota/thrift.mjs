// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import { interop, output, root } from '../lib/paths.mjs';
import { finish, start } from '../lib/pinned.mjs';

/** Nothing here waits for a network, so that a fraction of the time of the other suites gives figures as steady. */
const SHARE = 4;

const structs = { Small: 'small, 39 bytes', Medium: 'medium, 266 bytes', Large: 'large, 37 KB', Strings: 'strings, 1.2 KB' };
const contenders = [
  { key: 'pilota', title: 'binary', ours: true },
  { key: 'apache', title: 'Apache Thrift for Node.js', ours: false },
];

/** Generates the structs from their IDL, by us and, where its compiler is, by Apache. Gives why it is missing, or undefined. */
export async function prepareThrift() {
  const idl = join(root, 'pilota/thrift.thrift');
  const folder = join(output, 'pilota');
  const { generateThrift, loadThrift } = await import('@cloudwego/pilota-build');
  const { default: ts } = await import('typescript');
  rmSync(folder, { recursive: true, force: true });
  for (const file of generateThrift(loadThrift(idl))) {
    const path = join(folder, file.path).replace(/\.ts$/, '.js');
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, ts.transpileModule(file.text, { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext } }).outputText);
  }
  // Beside the other code of Apache's compiler, where its package is found.
  const apache = join(interop, 'peers/apache/gen-nodejs/bench-thrift');
  mkdirSync(apache, { recursive: true });
  const run = spawnSync('thrift', ['-nowarn', '--gen', 'js:node,es6', '-out', apache, idl], { encoding: 'utf8' });
  if (run.error !== undefined || run.status !== 0) return `no thrift command (Debian's thrift-compiler): ${run.error?.message ?? run.stderr}`;
  writeFileSync(join(apache, 'package.json'), '{ "type": "commonjs" }\n');
  try {
    createRequire(join(interop, 'peers/apache/package.json')).resolve('thrift');
  } catch {
    return 'the npm package thrift is not installed (run pnpm install)';
  }
  return undefined;
}

/** Reading and writing of Thrift structs in memory, each way in a fresh process on core 1. */
export async function thriftSuite({ rounds, seconds, warmup, log }) {
  const absent = await prepareThrift();
  const each = { seconds: Math.max(0.05, seconds / SHARE), warmup: Math.max(0.05, warmup / SHARE) };
  const samples = new Map();
  const of = (key) => samples.get(key) ?? samples.set(key, []).get(key);
  for (let round = 1; round <= rounds; round++) {
    for (const kind of ['encode', 'decode']) {
      for (const subject of Object.keys(structs)) {
        for (const { key } of contenders) {
          if (key === 'apache' && absent !== undefined) continue;
          const name = `${kind} ${subject} ${key}`;
          const p = start(1, [process.execPath, join(root, 'pilota/thrift-case.mjs'), kind, subject, key, String(each.seconds), String(each.warmup)]);
          const { micros } = JSON.parse(await finish(name, p, (each.seconds + each.warmup) * 1000 + 60_000));
          of(name).push({ cpuMicros: micros });
          log(`pilota/thrift round ${round} ${name}: ${micros.toPrecision(4)} µs CPU`);
        }
      }
    }
  }
  return {
    key: 'pilota-thrift',
    title: 'Thrift payloads',
    about: [
      'Code generated from one IDL (tools/bench/pilota/thrift.thrift) by us and by the Apache compiler (`js:node,es6`), on the same values; before anything is timed the bytes are compared. Integers of 64 bits are bigint with us and node-int64 objects with Apache, maps are Map and plain objects.',
      'CPU time of a process of its own for every figure, garbage collection included; each measured for a quarter of the seconds named above.',
    ],
    tables: ['encode', 'decode'].flatMap((kind) =>
      Object.entries(structs).map(([subject, title]) => ({
        key: `${kind}-${subject}`,
        title: `${kind === 'encode' ? 'Writing' : 'Reading'} a struct, ${title}`,
        unit: 'call',
        against: ['apache'],
        targets: [{ row: 'pilota', other: 'apache', wanted: 5 }],
        rows: contenders.map((c) => ({ ...c, missing: c.key === 'apache' ? absent : undefined, samples: of(`${kind} ${subject} ${c.key}`) })),
      })),
    ),
  };
}
