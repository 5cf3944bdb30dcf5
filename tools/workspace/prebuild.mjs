// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Builds the binaries that go into the tarballs: Linux on x64 and arm64, for glibc 2.28 and for musl, on any machine, with Zig as the cross compiler
// (`pip install ziglang`, or ZIG=/path/to/zig).
//
//   node tools/workspace/prebuild.mjs
//
// One binary serves every Node of its platform: it uses Node-API 9 and libuv's stable interface only. The C++ library is linked in. macOS builds from source.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { addonSources, FLAGS, headersOf, root } from './native.mjs';

const targets = [
  { folder: 'linux-x64', libc: 'glibc', triple: 'x86_64-linux-gnu.2.28' },
  { folder: 'linux-arm64', libc: 'glibc', triple: 'aarch64-linux-gnu.2.28' },
  { folder: 'linux-x64', libc: 'musl', triple: 'x86_64-linux-musl' },
  { folder: 'linux-arm64', libc: 'musl', triple: 'aarch64-linux-musl' },
];

const headers = headersOf();
const zig = process.env.ZIG !== undefined ? [process.env.ZIG] : ['python3', '-m', 'ziglang'];
if (!existsSync(join(headers, 'node_api.h'))) fail(`no headers beside this Node (${headers})`);
if (spawnSync(zig[0], [...zig.slice(1), 'version']).status !== 0) fail(`no Zig: ${zig.join(' ')} does not run`);

for (const { name, folder, files, include } of addonSources()) {
  const out = join(root, folder, '../prebuilds');
  rmSync(out, { recursive: true, force: true });
  for (const t of targets) {
    const to = join(out, t.folder, `${name}.${t.libc}.node`);
    mkdirSync(dirname(to), { recursive: true });
    const words = ['c++', '-target', t.triple, ...FLAGS, '-shared', '-s', '-isystem', headers, '-I', include, '-o', to, ...files.filter((f) => f.endsWith('.cc'))];
    const r = spawnSync(zig[0], [...zig.slice(1), ...words], { encoding: 'utf8' });
    if (r.status !== 0) fail(`${name} for ${t.triple}: ${r.error?.message ?? r.stderr}`);
    console.log(`${to.slice(root.length + 1)}: ${(statSync(to).size / 1024).toFixed(0)} KiB`);
  }
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
