// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Runs every test suite that this machine can run and counts. The last line is `N passed, N failed, N skipped`.
//
//   node tools/workspace/test.mjs [--unit] [--report FILE]
//
// The peers in other languages are built beside the unit tests, where their compilers are installed. --unit leaves everything out that needs a peer.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const work = join(root, 'node_modules/.cache/workspace');
mkdirSync(work, { recursive: true });

const { values } = parseArgs({ options: { unit: { type: 'boolean', default: false }, report: { type: 'string' } } });
const total = { passed: 0, failed: 0, skipped: 0 };
const stages = [];

/** Runs a stage and keeps its time. */
async function stage(name, f) {
  const started = performance.now();
  const counts = await f();
  const seconds = (performance.now() - started) / 1000;
  stages.push({ name, seconds, ...counts });
  for (const k of ['passed', 'failed', 'skipped']) total[k] += counts[k] ?? 0;
  console.log(`── ${name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped, ${seconds.toFixed(0)} s`);
}

async function node(script, args, log) {
  const child = spawn(process.execPath, [join(root, script), ...args], { cwd: root, stdio: log === undefined ? ['ignore', 'pipe', 'inherit'] : ['ignore', 'pipe', 'pipe'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (d) => {
    text += d;
    if (log === undefined) process.stdout.write(d);
  });
  if (log !== undefined) {
    const file = createWriteStream(log);
    child.stdout.pipe(file, { end: false });
    child.stderr.pipe(file, { end: false });
  }
  const [status] = await once(child, 'close');
  return { status, text };
}

// ── peers, in the background ─────────────────────────────────────────────────────────────────────

const peersLog = join(work, 'peers.log');
const peersStarted = performance.now();
const peers = values.unit ? undefined : node('tools/interop/build-peers.mjs', [], peersLog).then((r) => ({ ...r, seconds: (performance.now() - peersStarted) / 1000 }));

// ── unit and contract tests ──────────────────────────────────────────────────────────────────────

await stage('unit', () => {
  const out = join(work, 'vitest.json');
  rmSync(out, { force: true });
  const r = spawnSync(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--reporter=dot', '--reporter=json', `--outputFile.json=${out}`], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  if (!existsSync(out)) return { passed: 0, failed: 1, skipped: 0 };
  const j = JSON.parse(readFileSync(out, 'utf8'));
  let failed = j.numFailedTests;
  // A file that cannot be loaded has no tests to count.
  for (const f of j.testResults) if (f.status === 'failed' && f.assertionResults.every((a) => a.status !== 'failed')) failed++;
  if (r.status !== 0 && failed === 0) failed = 1;
  return { passed: j.numPassedTests, failed, skipped: j.numPendingTests + (j.numTodoTests ?? 0) };
});

// ── peers and what needs them ────────────────────────────────────────────────────────────────────

if (peers !== undefined) {
  const built = await peers;
  stages.push({ name: 'peers', seconds: built.seconds, passed: 0, failed: built.status === 0 ? 0 : 1, skipped: 0 });
  for (const l of built.text.split('\n').filter((l) => /: (skipped|failed|built)/.test(l))) console.log(`   ${l}`);
  if (built.status !== 0) {
    total.failed++;
    console.log(readFileSync(peersLog, 'utf8').slice(-4000));
  }
  await stage('interop', async () => {
    const r = await node('tools/interop/run.mjs', ['--no-write']);
    const m = /^interop: (\d+) passed, (\d+) failed, (\d+) skipped/m.exec(r.text);
    if (m === null) return { passed: 0, failed: 1, skipped: 0 };
    return { passed: Number(m[1]), failed: Number(m[2]) || (r.status === 0 ? 0 : 1), skipped: Number(m[3]) };
  });
}

if (values.report !== undefined) writeFileSync(values.report, JSON.stringify({ ...total, stages }, undefined, 2) + '\n');
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 ? 1 : 0;
