// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Version of pnpm that this repository uses. */
export function pnpmVersion(root) {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).config.pnpm;
}

/** The words that start pnpm at the pinned version: from the path if it is there, else through npm. */
export function pnpmCommand(root) {
  const version = pnpmVersion(root);
  const found = spawnSync('pnpm', ['--version'], { cwd: root, encoding: 'utf8' });
  return found.status === 0 && found.stdout.trim() === version ? ['pnpm'] : ['npm', 'exec', '--yes', `--package=pnpm@${version}`, '--', 'pnpm'];
}
