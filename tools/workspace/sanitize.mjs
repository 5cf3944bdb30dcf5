// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// The native loop under AddressSanitizer and UndefinedBehaviorSanitizer: first the core alone with random operations, then the addon in Node with the contract
// suite, the hostile situations and a minute of connections that come and go.
//
//   node tools/workspace/sanitize.mjs [--seeds 1,2,3] [--operations 200000] [--seconds 60] [--core]
//
// The seeds are part of this file: what they once found stays found. Leaks are looked for in the core; Node itself keeps memory until it ends.

import { execFileSync, spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildNative, buildPrograms } from './native.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '1,2,3,4,5,6,7,8' }, operations: { type: 'string', default: '200000' }, seconds: { type: 'string', default: '60' }, core: { type: 'boolean', default: false } },
});

function step(name, command, args, env) {
  console.log(`── ${name}`);
  const r = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  if (r.status !== 0) {
    console.error(`${name}: ${r.error?.message ?? `exit ${r.status ?? r.signal}`}`);
    process.exit(1);
  }
}

const [random] = buildPrograms();
for (const seed of values.seeds.split(',')) step(`core, seed ${seed}`, random, [seed, values.operations]);

if (!values.core) {
  const problems = buildNative({ sanitize: true, log: console.log });
  if (problems.length > 0) {
    console.error(problems.join('\n'));
    process.exit(1);
  }
  const compiler = process.env.CXX ?? 'c++';
  const libraries = ['libasan.so', 'libubsan.so'].map((l) => execFileSync(compiler, [`-print-file-name=${l}`], { encoding: 'utf8' }).trim());
  const vitest = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--project', 'netpoll'];
  const sanitized = {
    CLOUDWEGO_NATIVE_VARIANT: 'sanitized',
    LD_PRELOAD: libraries.join(' '),
    ASAN_OPTIONS: 'detect_leaks=0:quarantine_size_mb=16',
    UBSAN_OPTIONS: 'print_stacktrace=1',
  };
  step('addon, contract and hostile situations', process.execPath, [...vitest, 'test/contract/poll', 'test/poll', 'test/sockets'], sanitized);
  step(`addon, ${values.seconds} s of connections that come and go`, process.execPath, [...vitest, 'test/soak', '-t', 'engine poll'], { ...sanitized, CLOUDWEGO_SOAK_SECONDS: values.seconds });
}
console.log('sanitize: passed');
