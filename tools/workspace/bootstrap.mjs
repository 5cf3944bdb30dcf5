// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Brings a bare clone to the point where a step can run, then runs it:
//
//   node tools/workspace/bootstrap.mjs demo|test|bench|build|lint|typecheck|packages|docs [arguments]
//
// Addons are built where there are a compiler and headers of this Node; else the pure engines run, unless CLOUDWEGO_NATIVE=require is set.
//
// Needs Node 20.19 or later, npm and git. pnpm is taken from the path if it has the right version, else through npm. Nothing is done twice: dependencies
// are installed when the lockfile changed, and the compiler builds what changed.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildNative } from './native.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) fail(`Node ${process.versions.node} is too old, wanted 20.19 or later`);

const STEPS = ['demo', 'test', 'bench', 'build', 'lint', 'typecheck', 'packages', 'docs'];
const [step = '', ...args] = process.argv.slice(2);
if (!STEPS.includes(step)) fail(`unknown step "${step}", wanted one of ${STEPS.join(', ')}`);

install();
native();
build();
if (step === 'build' || step === 'typecheck') process.exit(0);
const scripts = { demo: 'examples/shop/bin/demo.mjs', bench: 'tools/bench/run.mjs' };
const script = join(root, scripts[step] ?? `tools/workspace/${step}.mjs`);
if (!existsSync(script)) fail(`${step}: ${script.slice(root.length + 1)} is not there`);
if (step === 'demo') {
  // It runs until somebody ends it: in this very process, so that a signal reaches it and nothing is left behind.
  process.argv = [process.execPath, script, ...args];
  await import(pathToFileURL(script).href);
} else {
  process.exit(run(process.execPath, [script, ...args]));
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

function run(command, words, options = {}) {
  const r = spawnSync(command, words, { cwd: root, stdio: 'inherit', ...options });
  if (r.error !== undefined) fail(`${command}: ${r.error.message}`);
  return r.status ?? 1;
}

/** What decides whether an installation is still good. */
function fingerprint() {
  const hash = createHash('sha256');
  const files = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json'];
  for (const group of ['packages', 'tools', 'examples']) {
    if (!existsSync(join(root, group))) continue;
    for (const name of readdirSync(join(root, group)).sort()) files.push(`${group}/${name}/package.json`);
  }
  for (const family of existsSync(join(root, 'contrib')) ? readdirSync(join(root, 'contrib')).sort() : []) {
    for (const name of readdirSync(join(root, 'contrib', family)).sort()) files.push(`contrib/${family}/${name}/package.json`);
  }
  for (const f of files) if (existsSync(join(root, f))) hash.update(f).update(readFileSync(join(root, f)));
  return `${process.platform}-${process.arch} ${hash.digest('hex')}`;
}

function install() {
  const stamp = join(root, 'node_modules/.bootstrap');
  const wanted = fingerprint();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  const version = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).config.pnpm;
  const found = spawnSync('pnpm', ['--version'], { cwd: root, encoding: 'utf8' });
  const words = ['install', '--frozen-lockfile'];
  console.error(`installing dependencies with pnpm ${version}`);
  const status =
    found.status === 0 && found.stdout.trim() === version ? run('pnpm', words) : run('npm', ['exec', '--yes', `--package=pnpm@${version}`, '--', 'pnpm', ...words]);
  if (status !== 0) fail('the dependencies could not be installed');
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
}

function native() {
  const problems = buildNative({ log: (line) => console.error(line) });
  if (problems.length === 0) return;
  const why = `native engines are not built: ${problems.join('; ')}`;
  if (process.env.CLOUDWEGO_NATIVE === 'require') fail(why);
  console.error(why);
}

function build() {
  const status = run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b']);
  if (status !== 0) fail('the build failed');
}
