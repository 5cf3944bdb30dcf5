// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// What continuous integration runs: npm test, lint, packages, a short bench. Each stage has a cap; one that takes longer fails.
// The last line counts everything: `N passed, N failed, N skipped`.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const report = join(root, 'node_modules/.cache/workspace/report.json');
const total = { passed: 0, failed: 0, skipped: 0 };
const times = [];

/** Caps in minutes. */
const CAPS = { setup: 6, peers: 12, unit: 8, interop: 10, 'lint and packages': 6, 'bench smoke': 2 };

function cap(name, seconds) {
  const limit = CAPS[name] * 60;
  times.push(`${name} ${seconds.toFixed(0)} s of ${limit} s`);
  if (seconds <= limit) return;
  total.failed++;
  console.log(`FAIL  ${name} took ${seconds.toFixed(0)} s, wanted at most ${limit} s`);
}

function run(command, args) {
  const started = performance.now();
  const r = spawnSync(command, args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 256 << 20 });
  process.stdout.write(r.stdout ?? '');
  return { status: r.status ?? 1, text: r.stdout ?? '', seconds: (performance.now() - started) / 1000 };
}

function add(text, pattern, status) {
  const m = pattern.exec(text);
  total.passed += Number(m?.[1] ?? 0);
  const failed = Number(m?.[2] ?? 0);
  total.failed += failed > 0 || (m !== null && status === 0) ? failed : 1;
  total.skipped += Number(m?.[3] ?? 0);
}

cap('setup', Number(process.argv[2] ?? 0));

mkdirSync(dirname(report), { recursive: true });
rmSync(report, { force: true });
const test = run('npm', ['test', '--silent', '--', '--report', report]);
add(test.text, /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?\s*$/m, test.status);
if (existsSync(report)) for (const s of JSON.parse(readFileSync(report, 'utf8')).stages) if (CAPS[s.name] !== undefined) cap(s.name, s.seconds);

const lint = run(process.execPath, ['tools/workspace/lint.mjs']);
add(lint.text, /^lint: (\d+) passed, (\d+) failed/m, lint.status);
const packages = run(process.execPath, ['tools/workspace/packages.mjs']);
add(packages.text, /^packages: (\d+) passed, (\d+) failed/m, packages.status);
cap('lint and packages', lint.seconds + packages.seconds);

if (existsSync(join(root, 'tools/bench/run.mjs'))) {
  const bench = run(process.execPath, ['tools/bench/run.mjs', '--smoke']);
  if (bench.status === 0) total.passed++;
  else total.failed++;
  cap('bench smoke', bench.seconds);
}

console.log(`times: ${times.join(', ')}`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 ? 1 : 0;
