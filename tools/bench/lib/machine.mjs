// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { spawnSync } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';

import { repository } from './paths.mjs';
import { unpinned } from './pinned.mjs';

function firstLine(tool, ...args) {
  const run = spawnSync(tool, args, { encoding: 'utf8', cwd: repository });
  return run.status === 0 ? run.stdout.split('\n', 1)[0].trim() : undefined;
}

/** What numbers depend on: the machine and the tools, without its name. */
export function machine() {
  const list = cpus();
  return {
    cpu: list[0]?.model.trim() ?? 'unknown',
    cores: list.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${process.arch}, kernel ${release().split('-')[0]}`,
    node: process.version,
    go: firstLine('go', 'env', 'GOVERSION'),
    rust: firstLine('rustc', '--version')?.split(' ')[1],
    cc: firstLine('cc', '-dumpfullversion'),
    commit: firstLine('git', 'rev-parse', '--short=12', 'HEAD'),
    /** True when the packages differed from the commit. */
    dirty: firstLine('git', 'status', '--porcelain', '--', 'packages') !== '',
    pinned: unpinned === undefined,
    unpinned,
  };
}
