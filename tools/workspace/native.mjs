// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Builds the addons from source with the machine's C++ compiler against the headers of the Node that runs this. Nothing is downloaded; without headers or
// compiler the pure engines are used.
//
//   node tools/workspace/native.mjs [--force] [--sanitize]
//
// An addon is one command: compiler, flags, sources. It uses Node-API 9, so that one binary serves every Node; it is built again when its sources, its
// flags, the platform or the architecture changed. With --sanitize a second binary with AddressSanitizer and UndefinedBehaviorSanitizer is built beside it.
// Exit status 1 only where CLOUDWEGO_NATIVE=require is set.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** Every addon: its package, where its sources are. */
const addons = [{ name: 'netpoll', folder: 'packages/netpoll/native', sources: ['core', 'binding'] }];
const shared = 'packages/gopkg/native/include';

/** Flags of every addon on every platform. */
export const FLAGS = ['-std=c++17', '-O2', '-fPIC', '-fvisibility=hidden', '-fno-exceptions', '-fno-rtti', '-Wall', '-Wextra', '-DNAPI_VERSION=9'];
const LINK = process.platform === 'darwin' ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared', '-s'];
/** Programs that run a core without Node. */
const programs = [{ name: 'random', folder: 'packages/netpoll/native', sources: ['test/random.cc', 'core'] }];
const SANITIZE = ['-g', '-O1', '-fno-omit-frame-pointer', '-fsanitize=address,undefined', '-fno-sanitize-recover=undefined'];

/**
 * Builds what is not up to date. Returns the reasons why something could not be built: missing headers, missing compiler, the compiler's own words.
 * `log` gets a line per build.
 */
export function buildNative({ force = false, sanitize = false, log = () => undefined } = {}) {
  if (process.platform === 'win32') return ['no addon is written for Windows'];
  const headers = headersOf();
  if (!existsSync(join(headers, 'node_api.h'))) return [`no headers beside this Node (${headers})`];
  const compiler = process.env.CXX ?? 'c++';
  if (spawnSync(compiler, ['--version']).status !== 0) return [`no C++ compiler (${compiler})`];
  const problems = [];
  for (const addon of addonSources()) {
    for (const variant of sanitize ? ['', '.sanitized'] : ['']) {
      const failure = buildOne(addon, variant, compiler, headers, force, log);
      if (failure !== undefined) problems.push(`${addon.name}${variant}: ${failure}`);
    }
  }
  return problems;
}

/** Headers of the Node that runs this: Node-API and libuv. */
export function headersOf() {
  return join(dirname(process.execPath), '../include/node');
}

/** Every addon with its files, headers included. */
export function addonSources() {
  return addons.map((addon) => ({
    ...addon,
    include: join(root, shared),
    files: [shared, ...addon.sources.map((s) => `${addon.folder}/${s}`)].flatMap((d) => list(join(root, d))),
  }));
}

function buildOne(addon, variant, compiler, headers, force, log) {
  const folder = join(root, addon.folder);
  const { files, include } = addon;
  const sources = files.filter((f) => f.endsWith('.cc'));
  const flags = variant === '' ? [...FLAGS, ...LINK] : [...FLAGS.filter((f) => f !== '-O2'), ...LINK.filter((f) => f !== '-s'), ...SANITIZE];
  const hash = createHash('sha256').update(`${process.platform} ${process.arch} ${compiler} ${flags.join(' ')}`);
  for (const f of files) hash.update(f.slice(root.length)).update(readFileSync(f));
  const wanted = hash.digest('hex');
  const out = join(folder, `build/${process.platform}-${process.arch}/${addon.name}${variant}.node`);
  const stamp = `${out}.stamp`;
  if (!force && existsSync(out) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return undefined;
  mkdirSync(dirname(out), { recursive: true });
  // Built aside and renamed: a process that runs the old one keeps it.
  const part = `${out}.${process.pid}`;
  const r = spawnSync(compiler, [...flags, '-isystem', headers, '-I', include, '-o', part, ...sources], { encoding: 'utf8' });
  if (r.status !== 0) return r.error?.message ?? r.stderr;
  renameSync(part, out);
  writeFileSync(stamp, wanted);
  log(`built ${out.slice(root.length + 1)}`);
  return undefined;
}

/**
 * Builds the test programs of the cores with sanitizers, always anew. Returns their paths, or throws with the compiler's words.
 */
export function buildPrograms() {
  const compiler = process.env.CXX ?? 'c++';
  return programs.map(({ name, folder, sources }) => {
    const files = sources.flatMap((s) => (s.endsWith('.cc') ? [join(root, folder, s)] : list(join(root, folder, s)).filter((f) => f.endsWith('.cc'))));
    const out = join(root, folder, `build/${process.platform}-${process.arch}/${name}`);
    mkdirSync(dirname(out), { recursive: true });
    const r = spawnSync(compiler, ['-std=c++17', '-Wall', '-Wextra', ...SANITIZE, '-o', out, ...files], { encoding: 'utf8' });
    if (r.status !== 0) throw new Error(r.error?.message ?? r.stderr);
    return out;
  });
}

function list(dir) {
  return readdirSync(dir, { withFileTypes: true, recursive: true })
    .filter((e) => e.isFile())
    .map((e) => join(e.parentPath ?? e.path, e.name))
    .sort();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const problems = buildNative({ force: process.argv.includes('--force'), sanitize: process.argv.includes('--sanitize'), log: (l) => console.error(l) });
  for (const p of problems) console.error(p);
  if (problems.length > 0 && process.env.CLOUDWEGO_NATIVE === 'require') process.exitCode = 1;
}
