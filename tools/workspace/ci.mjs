// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// What continuous integration runs once everything is installed and built. Each stage has a cap; one that takes longer fails. The last line counts
// everything: `N passed, N failed, N skipped`.
//
//   node tools/workspace/ci.mjs [SECONDS]      SECONDS: what the set-up took

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NODES, cache } from './cache.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const total = { passed: 0, failed: 0, skipped: 0 };

/** Caps in minutes, on two cores. */
const CAPS = {
  'set-up and build': 6,
  'sanitised addons': 4,
  peers: 12,
  'unit and contract': 8,
  'interop and conformance': 10,
  'lint and packages': 6,
  'bench smoke': 2,
};
const spent = new Map(Object.keys(CAPS).map((k) => [k, 0]));

/** Runs a script of this repository for some stages and shows what it prints. A hang ends at twice their caps: then the count still comes. */
async function run(stages, script, args = []) {
  console.log(`\n══ ${[script, ...args].join(' ')}`);
  const started = performance.now();
  const child = spawn(process.execPath, [join(root, script), ...args], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  const timer = setTimeout(() => child.kill('SIGKILL'), stages.reduce((sum, s) => sum + CAPS[s], 0) * 2 * 60_000);
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (d) => {
    text += d;
    process.stdout.write(d);
  });
  const [status] = await once(child, 'close');
  clearTimeout(timer);
  // A run for several stages reports by itself how it was divided.
  if (stages.length === 1) spend(stages[0], (performance.now() - started) / 1000);
  return { status, text };
}

function spend(stage, seconds) {
  spent.set(stage, spent.get(stage) + seconds);
}

/** Adds the last line that matches; a run without one, or that failed without a count, is one failure. */
function add({ status, text }, pattern) {
  const m = [...text.matchAll(pattern)].at(-1);
  total.passed += Number(m?.[1] ?? 0);
  total.skipped += Number(m?.[3] ?? 0);
  total.failed += Math.max(Number(m?.[2] ?? 0), m === undefined || status !== 0 ? 1 : 0);
}

/** Adds a run that is one check. */
function addOne(name, { status }) {
  total[status === 0 ? 'passed' : 'failed']++;
  console.log(`${status === 0 ? 'ok   ' : 'FAIL '} ${name}`);
}

const COUNTS = /^(\d+) passed, (\d+) failed, (\d+) skipped$/gm;
/** Stages of npm test by its report's names. */
const REPORTED = { unit: 'unit and contract', peers: 'peers', interop: 'interop and conformance', conformance: 'interop and conformance', examples: 'interop and conformance' };

spend('set-up and build', Number(process.argv[2] ?? 0));
mkdirSync(cache, { recursive: true });

const report = join(cache, 'report.json');
rmSync(report, { force: true });
add(await run([...new Set(Object.values(REPORTED))], 'tools/workspace/test.mjs', ['--report', report]), COUNTS);
if (existsSync(report)) for (const r of JSON.parse(readFileSync(report, 'utf8')).stages) spend(REPORTED[r.name], r.seconds);

// The oldest and the newest Node that are supported: what depends on Node itself is tested on the newest too, what is packed on all. The workflow runs
// everything on each.
const ON_NEWEST = ['gopkg', 'sonic', 'netpoll', 'pilota', 'transport', 'governance'];
add(await run(['unit and contract'], 'tools/workspace/matrix.mjs', ['24', ...ON_NEWEST.flatMap((p) => ['--project', p])]), COUNTS);
addOne('npm run demo -- --once', await run(['interop and conformance'], 'tools/workspace/bootstrap.mjs', ['demo', '--once']));
addOne(`npm run demo -- --once, on Node ${NODES[24]}`, await run(['interop and conformance'], 'tools/workspace/matrix.mjs', ['24', '--', 'tools/workspace/bootstrap.mjs', 'demo', '--once']));

addOne('native code under sanitizers', await run(['sanitised addons'], 'tools/workspace/sanitize.mjs'));
add(await run(['lint and packages'], 'tools/workspace/lint.mjs'), /^lint: (\d+) passed, (\d+) failed/gm);
add(await run(['lint and packages'], 'tools/workspace/packages.mjs'), /^packages: (\d+) passed, (\d+) failed/gm);
addOne('every bench runs', await run(['bench smoke'], 'tools/bench/run.mjs', ['--smoke', '--no-build']));

console.log('\nstage                      took     cap');
for (const [name, cap] of Object.entries(CAPS)) {
  const over = spent.get(name) > cap * 60;
  if (over) total.failed++;
  console.log(`${name.padEnd(25)} ${spent.get(name).toFixed(0).padStart(4)} s ${String(cap * 60).padStart(5)} s${over ? '   FAIL: over its cap' : ''}`);
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 ? 1 : 0;
