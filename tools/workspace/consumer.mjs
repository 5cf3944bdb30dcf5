// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// What a user does with what would be published: packs every public package, installs tarballs in empty folders, runs what READMEs say there.

import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageFolders } from './checks.mjs';
import { pnpmCommand } from './pnpm.mjs';

const exec = promisify(execFile);

/** Ends a command that hangs, in ms. */
const LIMIT = 180_000;

/**
 * Runs a command and gives what it printed to standard output.
 * Errors: Error with everything that it printed, when it ends with another status than 0; `any` takes every status.
 */
export async function sh(command, args, cwd, { any = false, env = {} } = {}) {
  const options = { cwd, encoding: 'utf8', timeout: LIMIT, maxBuffer: 64 << 20, env: { ...process.env, npm_config_update_notifier: 'false', ...env } };
  try {
    return (await exec(command, args, options)).stdout;
  } catch (e) {
    if (any && typeof e.code === 'number') return e.stdout;
    throw new Error(`${command} ${args.join(' ').slice(0, 300)}: ${e.killed === true ? `ended after ${LIMIT} ms` : `status ${e.code}`}\n${e.stdout ?? ''}${e.stderr ?? ''}`.trimEnd());
  }
}

/** Everything that would be published, as tarballs, and empty folders to use it in. */
export class Consumer {
  constructor(root) {
    this.root = root;
    this.work = mkdtempSync(join(tmpdir(), 'cloudwego-packages-'));
    this.packages = packageFolders(root)
      .map((folder) => ({ folder, manifest: JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) }))
      .filter((p) => p.manifest.private !== true);
    this.tarballs = new Map();
  }

  /** Packs all, in one run of pnpm. */
  async pack() {
    const [command, ...words] = pnpmCommand(this.root);
    const filters = this.packages.flatMap((p) => ['--filter', p.manifest.name]);
    await sh(command, [...words, ...filters, '-r', 'pack', '--pack-destination', this.work], this.root);
    for (const { manifest: m } of this.packages) this.tarballs.set(m.name, join(this.work, `${m.name.replace('@', '').replace('/', '-')}-${m.version}.tgz`));
  }

  remove() {
    rmSync(this.work, { recursive: true, force: true });
  }

  /** A new empty folder. */
  folder(name) {
    const dir = join(this.work, name.replaceAll(/[^a-zA-Z0-9.-]+/g, '_'));
    mkdirSync(dir);
    return dir;
  }

  /** Node's declarations, which every project here needs in the one version, found by all from the folder above them. */
  async installNodeTypes(version) {
    writeFileSync(join(this.work, 'package.json'), JSON.stringify({ private: true, devDependencies: { '@types/node': version } }));
    await this.npmInstall(this.work, []);
  }

  /** Makes `dir` a project with these packages of the suite; all that they need of the suite comes from tarballs too. */
  async install(dir, names) {
    const own = (list) => Object.fromEntries(list.map((n) => [n, `file:${this.tarballs.get(n)}`]));
    const overrides = own([...this.tarballs.keys()].filter((n) => !names.includes(n)));
    writeFileSync(join(dir, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module', dependencies: own(names), overrides }));
    await this.npmInstall(dir, []);
  }

  async npmInstall(dir, words) {
    await sh('npm', ['install', ...words, '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'], dir);
  }

  /** What a reader types: `npm install` takes tarballs in the place of the registry, and adds nothing else of the suite. */
  async type(line, dir, env = {}) {
    const words = line.trim();
    if (words === '' || words.startsWith('#')) return '';
    if (!/^npm install\b/.test(words)) return sh('bash', ['-euc', words], dir, { env });
    const named = [...words.matchAll(/@[a-z-]+\/[a-z-]+/g)].map((m) => m[0]);
    const path = join(dir, 'package.json');
    const manifest = JSON.parse(readFileSync(path, 'utf8'));
    const direct = new Set([...named, ...Object.keys({ ...manifest.dependencies, ...manifest.devDependencies })]);
    manifest.overrides = Object.fromEntries([...this.tarballs].filter(([n]) => !direct.has(n)).map(([n, t]) => [n, `file:${t}`]));
    writeFileSync(path, JSON.stringify(manifest, undefined, 2));
    await this.npmInstall(dir, words.split(/\s+/).slice(2).map((w) => this.tarballs.get(w) ?? w));
    return '';
  }
}
