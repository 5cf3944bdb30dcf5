// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import { interop, loadgen, output, repository, root } from './paths.mjs';

function step(what, tool, args, cwd) {
  const run = spawnSync(tool, args, { cwd, encoding: 'utf8', maxBuffer: 64 << 20 });
  if (run.error === undefined && run.status === 0) return;
  throw new Error(`${what}: ${run.error?.message ?? `exit ${run.status ?? run.signal}`}\n${run.stdout ?? ''}${run.stderr ?? ''}`);
}

/** Compiles the packages and builds the peers that this machine has the tools for. A peer that cannot be built is a missing one, not an error. */
export function build(log, withPeers) {
  log('building the packages');
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
  step('tsc -b', process.execPath, [tsc, '-b'], repository);
  if (!withPeers) return;
  log('building the peers');
  const peers = spawnSync(process.execPath, [join(interop, 'build-peers.mjs')], { encoding: 'utf8', maxBuffer: 64 << 20 });
  if (peers.status !== 0) log(`some peers could not be built:\n${peers.stdout}${peers.stderr}`);
}

/** Generates the service from its IDL and compiles the load generator. */
export async function prepare() {
  mkdirSync(output, { recursive: true });
  step('compiling loadgen.c (it needs a C compiler)', 'cc', ['-O2', '-Wall', '-o', loadgen, join(root, 'loadgen.c')], root);
  const { generateThrift, loadThrift } = await import('@cloudwego/pilota-build');
  const { default: ts } = await import('typescript');
  const generated = join(output, 'generated');
  rmSync(generated, { recursive: true, force: true });
  for (const file of generateThrift(loadThrift(join(interop, 'idl/bench.thrift')))) {
    const path = join(generated, file.path).replace(/\.ts$/, '.js');
    mkdirSync(dirname(path), { recursive: true });
    const { outputText } = ts.transpileModule(file.text, { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext } });
    writeFileSync(path, outputText);
  }
}

/**
 * The peers by name, each { title, command } or { title, missing }: the reason why it is not there.
 * Source of the names and words: tools/interop/README.md.
 */
export function readPeers() {
  let built = {};
  try {
    built = JSON.parse(readFileSync(join(interop, '.build/peers.json'), 'utf8'));
  } catch {
    // Nothing was built: every peer is missing.
  }
  const peers = {};
  for (const [name, title, language] of [['go', 'Kitex', 'Go '], ['rust', 'Volo', 'Rust '], ['apache', 'Apache Thrift for Node.js', '']]) {
    const found = built[name];
    if (found?.built === true) peers[name] = { title: language + found.title, command: found.command };
    else peers[name] = { title: language + (found?.title ?? title), missing: found?.reason ?? 'not built (node tools/interop/build-peers.mjs)' };
  }
  return peers;
}
