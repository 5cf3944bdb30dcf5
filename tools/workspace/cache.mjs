// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Tools at versions other than this repository's own, installed from npm on first use, below node_modules/.cache: Node itself and TypeScript.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** Where scripts of this folder keep what can be made again. */
export const cache = join(root, 'node_modules/.cache/workspace');

/** The oldest Node that is supported, and a pinned release of each line. */
export const NODES = { 20: '20.19.0', 22: '22.23.3', 24: '24.20.0' };

/** Releases of TypeScript that users have; the last is this repository's own. */
export const COMPILERS = ['5.8.3', '5.9.3', '6.0.3'];

/** Folder with one package of npm in node_modules; its scripts are not run. */
function installed(name, version) {
  const dir = join(cache, `${name.replace('/', '_')}-${version}`);
  if (existsSync(dir)) return dir;
  const part = `${dir}.${process.pid}`;
  mkdirSync(part, { recursive: true });
  writeFileSync(join(part, 'package.json'), '{ "private": true }\n');
  const r = spawnSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error', `${name}@${version}`], { cwd: part, encoding: 'utf8' });
  if (r.status !== 0) {
    rmSync(part, { recursive: true, force: true });
    throw new Error(`${name}@${version} could not be installed: ${r.error?.message ?? r.stderr.trim()}`);
  }
  // Two at once: the first wins, both are the same.
  if (existsSync(dir)) rmSync(part, { recursive: true, force: true });
  else renameSync(part, dir);
  return dir;
}

/** Path of a Node of the given line or version: this process's own if it fits, else the binary that npm has. */
export function nodeBinary(line) {
  const version = NODES[line] ?? String(line);
  if (process.versions.node === version) return process.execPath;
  const name = `node-${process.platform}-${process.arch}`;
  return join(installed(name, version), 'node_modules', name, 'bin/node');
}

/** Folder of TypeScript at a version. */
export function typescript(version) {
  const own = join(root, 'node_modules/typescript');
  if (JSON.parse(readFileSync(join(own, 'package.json'), 'utf8')).version === version) return own;
  return join(installed('typescript', version), 'node_modules/typescript');
}
