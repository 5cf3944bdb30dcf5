// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Runs every test suite that this machine can run and counts. The last line is `N passed, N failed, N skipped`.
//
//   node tools/workspace/test.mjs [--unit] [--project NAME ...] [--report FILE]
//
// The peers in other languages are built beside the unit tests, where their compilers are installed; behind them come the calls between languages, the
// conformance suites (files named conformance, corpus, random, or *.conformance), and the examples, which start whole systems. --unit leaves peers and examples
// out; --project takes the tests of some packages only, or with `!NAME` of all but one. What is skipped names its missing peer; what cannot exist on this Node or
// system is listed as not applicable and is no part of the count.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { cache } from './cache.mjs';
import { countVitest } from './skips.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
mkdirSync(cache, { recursive: true });

const { values } = parseArgs({
  options: { unit: { type: 'boolean', default: false }, project: { type: 'string', multiple: true, default: [] }, report: { type: 'string' } },
});
const total = { passed: 0, failed: 0, skipped: 0, notApplicable: 0 };
const stages = [];

function add({ name, seconds, lines = [], ...counts }) {
  for (const l of lines) console.log(`   ${l}`);
  stages.push({ name, seconds, ...counts });
  for (const k of Object.keys(total)) total[k] += counts[k] ?? 0;
  console.log(`── ${name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped, ${seconds.toFixed(0)} s`);
}

async function timed(f) {
  const started = performance.now();
  const result = await f();
  return { ...result, seconds: (performance.now() - started) / 1000 };
}

/** Runs a script. Its output goes to `log` if that is given, else it is shown; in the background it yields to everything else. */
async function node(script, args, { log, quiet = false, background = false } = {}) {
  const child = spawn(process.execPath, [join(root, script), ...args], { cwd: root, stdio: ['ignore', quiet ? 'inherit' : 'pipe', log === undefined ? 'inherit' : 'pipe'] });
  // Compilers take every core they get, and tests have limits.
  if (background && child.pid !== undefined) setPriority(child.pid, 10);
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (d) => {
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

const peersLog = join(cache, 'peers.log');
const peers = values.unit ? undefined : timed(() => node('tools/interop/build-peers.mjs', [], { log: peersLog, background: true }));

// ── unit and contract tests ──────────────────────────────────────────────────────────────────────

/** Runs tests of some projects, all where none is named. */
function vitest(projects, files = []) {
  return timed(async () => {
    const out = join(cache, `vitest-${process.pid}.json`);
    const words = [...projects.map((p) => `--project=${p}`), ...files];
    const r = await node('node_modules/vitest/vitest.mjs', ['run', '--reporter=dot', '--reporter=json', `--outputFile.json=${out}`, ...words], { quiet: true });
    if (!existsSync(out)) return { passed: 0, failed: 1, skipped: 0 };
    const counts = countVitest(JSON.parse(readFileSync(out, 'utf8')));
    rmSync(out);
    // Something outside of a test: a rejection that nobody handles.
    if (r.status !== 0 && counts.failed === 0) counts.failed = 1;
    return counts;
  });
}

/** What the conformance suites are called: whole languages, corpora and budgets, which take their time and are no matter of one unit. */
const CONFORMANCE = ['conformance', 'corpus', 'random'];
const whole = !values.unit && values.project.length === 0;
const later = whole ? [`--exclude=**/{${CONFORMANCE}}.test.ts`, '--exclude=**/*.conformance.test.ts'] : [];
add({ name: 'unit', ...(await vitest(values.project.length > 0 ? values.project : ['!example-*'], later)) });

// ── peers and what needs them ────────────────────────────────────────────────────────────────────

if (peers !== undefined) {
  const built = await peers;
  const lines = built.text.split('\n').filter((l) => /: (?:skipped|failed|built|up to date)/.test(l));
  if (built.status !== 0) console.log(readFileSync(peersLog, 'utf8').slice(-4000));
  add({ name: 'peers', seconds: built.seconds, passed: 0, failed: built.status === 0 ? 0 : 1, skipped: 0, lines });
  const interop = await timed(async () => {
    const r = await node('tools/interop/run.mjs', ['--no-write']);
    const m = /^interop: (\d+) passed, (\d+) failed, (\d+) skipped/m.exec(r.text);
    if (m === null) return { passed: 0, failed: 1, skipped: 0 };
    return { passed: Number(m[1]), failed: Number(m[2]) || (r.status === 0 ? 0 : 1), skipped: Number(m[3]) };
  });
  add({ name: 'interop', ...interop });
  if (whole) {
    add({ name: 'conformance', ...(await vitest(['!example-*'], [...CONFORMANCE.map((n) => `/${n}.test.ts`), '.conformance.test.ts'])) });
    add({ name: 'examples', ...(await vitest(['example-*'])) });
  }
}

if (values.report !== undefined) writeFileSync(values.report, JSON.stringify({ node: process.versions.node, ...total, stages }, undefined, 2) + '\n');
if (total.notApplicable > 0) console.log(`${total.notApplicable} not applicable to Node ${process.versions.node} on ${process.platform}-${process.arch}, or to what they were run on, listed above`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 ? 1 : 0;
