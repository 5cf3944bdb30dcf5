// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Checks what would be published: packs every public package, runs publint and attw on the tarballs, then installs each alone in an empty folder, with the
// tarballs of its workspace dependencies, imports it as ESM and by require(), type-checks a program that uses it, and runs the first snippet of its README.
//
//   node tools/workspace/packages.mjs [--only NAME] [--idl FILE ...]
//
// Then it does what the repository's README says, in an empty folder, and makes a server of each IDL given (default: test/torture.thrift).
// One line per check; the last line counts.

import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { packageFolders } from './checks.mjs';
import { snippets } from './snippets.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const { values } = parseArgs({ options: { only: { type: 'string' }, idl: { type: 'string', multiple: true }, keep: { type: 'boolean', default: false } } });
const counts = { passed: 0, failed: 0 };
const work = mkdtempSync(join(tmpdir(), 'cloudwego-packages-'));
const pnpm = pnpmCommand();

function pnpmCommand() {
  const version = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).config.pnpm;
  return spawnSync('pnpm', ['--version'], { encoding: 'utf8' }).stdout?.trim() === version ? ['pnpm'] : ['npm', 'exec', '--yes', `--package=pnpm@${version}`, '--', 'pnpm'];
}

function check(name, f) {
  try {
    f();
    counts.passed++;
    console.log(`ok    ${name}`);
  } catch (e) {
    counts.failed++;
    console.log(`FAIL  ${name}\n${String(e.stdout ?? '')}${String(e.stderr ?? '')}${e.stdout === undefined ? e.message : ''}`.trimEnd());
  }
}

/** Runs a command and gives what it printed; `any` takes every exit status. */
function sh(command, args, cwd, any = false) {
  const options = { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 64 << 20, env: { ...process.env, npm_config_update_notifier: 'false' } };
  return any ? spawnSync(command, args, options).stdout : execFileSync(command, args, options);
}

const all = packageFolders(root)
  .map((folder) => ({ folder, manifest: JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) }))
  .filter((p) => p.manifest.private !== true);
const tarballs = new Map();
for (const p of all) {
  const out = sh(pnpm[0], [...pnpm.slice(1), 'pack', '--pack-destination', work], join(root, p.folder)).trim().split('\n').at(-1);
  tarballs.set(p.manifest.name, out.startsWith('/') ? out : join(work, out));
}

/** A package with everything of the workspace that it needs. */
function closure(name, seen = new Set()) {
  if (seen.has(name)) return seen;
  seen.add(name);
  const m = all.find((p) => p.manifest.name === name)?.manifest;
  for (const d of Object.keys({ ...m?.dependencies, ...m?.peerDependencies })) if (tarballs.has(d)) closure(d, seen);
  return seen;
}

function install(dir, names, more = {}) {
  const overrides = Object.fromEntries([...tarballs].map(([n, t]) => [n, `file:${t}`]));
  const direct = Object.fromEntries(names.map((n) => [n, `file:${tarballs.get(n)}`]));
  writeFileSync(join(dir, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module', dependencies: direct, devDependencies: more, overrides: Object.fromEntries(Object.entries(overrides).filter(([n]) => !names.includes(n))) }));
  sh('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], dir);
}

const typescript = ['6.0.3', '5.9', '5.8'];
const compilers = new Map();

for (const { manifest } of all) {
  const { name } = manifest;
  if (values.only !== undefined && values.only !== name) continue;
  const tarball = tarballs.get(name);
  check(`${name}: publint`, () => {
    sh(process.execPath, [join(root, 'node_modules/publint/src/cli.js'), '--strict', tarball], root);
  });
  check(`${name}: types resolve`, () => {
    sh(process.execPath, [join(root, 'node_modules/@arethetypeswrong/cli/dist/index.js'), tarball, '--profile', 'esm-only', '--no-emoji', '--quiet', '--exclude-entrypoints', 'package.json'], root);
  });
  const dir = join(work, name.replace('/', '_'));
  mkdirSync(dir);
  const entries = Object.keys(manifest.exports).filter((e) => e !== './package.json').map((e) => name + e.slice(1));
  check(`${name}: installs alone, imports, requires`, () => {
    // A package for tests of contracts is used beside what it tests; everything else stands alone.
    install(dir, [name], { '@types/node': '20.19.43' });
    for (const e of entries) {
      sh(process.execPath, ['--input-type=module', '-e', `import * as m from '${e}'; if (Object.keys(m).length === 0) throw new Error('exports nothing');`], dir);
      const [major, minor] = process.versions.node.split('.').map(Number);
      if (major > 20 || minor >= 19) sh(process.execPath, ['-e', `const m = require('${e}'); if (Object.keys(m).length === 0) throw new Error('exports nothing');`], dir);
    }
  });
  for (const version of typescript) {
    check(`${name}: type-checks under TypeScript ${version}`, () => {
      const ts = compiler(version);
      writeFileSync(join(dir, 'use.ts'), entries.map((e, i) => `import * as m${i} from '${e}';\nexport const n${i}: number = Object.keys(m${i}).length;`).join('\n'));
      sh(process.execPath, [ts, '--noEmit', '--strict', '--exactOptionalPropertyTypes', '--module', 'nodenext', '--target', 'es2022', '--lib', 'es2023,esnext.disposable', '--types', 'node', 'use.ts'], dir);
    });
  }
  const first = snippets(join(root, all.find((p) => p.manifest.name === name).folder, 'README.md')).find((s) => s.run);
  if (first !== undefined) {
    check(`${name}: first snippet of its README runs`, () => {
      const needs = [...first.code.matchAll(/from '(@[a-z-]+\/[a-z-]+)/g)].map((m) => m[1]).filter((n) => n !== name && tarballs.has(n) && !closure(name).has(n));
      if (needs.length > 0) install(dir, [name, ...needs], { '@types/node': '20.19.43' });
      writeFileSync(join(dir, 'snippet.mjs'), first.code);
      sh(process.execPath, ['snippet.mjs'], dir);
    });
  }
}

function compiler(version) {
  let path = compilers.get(version);
  if (path === undefined) {
    const dir = join(work, `typescript-${version}`);
    mkdirSync(dir);
    writeFileSync(join(dir, 'package.json'), '{ "private": true }');
    sh('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', `typescript@${version}`], dir);
    path = join(dir, 'node_modules/typescript/bin/tsc');
    compilers.set(version, path);
  }
  return path;
}

// ── the walk-through of the repository's README, and the same way with any IDL ───────────────────

const walk = ['@cloudwego/kitex', '@cloudwego/pilota', '@cloudwego/kitex-cli'];

/** An empty folder in which the packages of the walk-through can be installed as tarballs. */
function emptyFolder(name) {
  const dir = join(work, name);
  mkdirSync(dir);
  return dir;
}

/** What a reader types, with tarballs in the place of the registry. */
function type(line, dir) {
  const words = line.trim();
  if (words === '' || words.startsWith('#')) return '';
  if (/^npm install/.test(words)) {
    const manifest = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8'));
    manifest.overrides = Object.fromEntries([...tarballs].filter(([n]) => !walk.includes(n)).map(([n, t]) => [n, `file:${t}`]));
    writeFileSync(join(dir, 'package.json'), JSON.stringify(manifest, undefined, 2));
  }
  const local = /^npm install/.test(words) ? words.replaceAll(/@cloudwego\/[a-z-]+/g, (n) => tarballs.get(n) ?? n) : words;
  return sh('bash', ['-euc', /^npm install/.test(words) ? `${local} --no-audit --no-fund --loglevel=error` : local], dir);
}

if (values.only === undefined || values.only === 'readme') {
  check("the README's walk-through, in an empty folder", () => {
    const dir = emptyFolder('walk-through');
    let last = '';
    for (const s of snippets(join(root, 'README.md'))) {
      if (s.file !== undefined) writeFileSync(join(dir, s.file), s.code);
      else if (s.shell) for (const line of s.code.split('\n')) last = type(line, dir) || last;
    }
    if (!last.includes("{ text: 'Hello, Ada (ttheader-framed)', number: 1n }") || !last.includes('refused: who are you?')) throw new Error(`the program printed:\n${last}`);
  });
}

for (const idl of values.idl?.map((i) => resolve(i)) ?? (values.only === undefined ? [join(root, 'tools/workspace/test/torture.thrift')] : [])) {
  check(`a server from ${idl.split('/').at(-1)}, in an empty folder`, () => {
    const dir = emptyFolder(`idl-${idl.replaceAll(/[^a-z0-9]/gi, '_')}`);
    copyFileSync(idl, join(dir, 'service.thrift'));
    for (const line of ['npm init -y && npm pkg set type=module name=walk', 'npm install @cloudwego/kitex @cloudwego/pilota', 'npm install --save-dev @cloudwego/kitex-cli typescript@6.0.3 @types/node@20']) type(line, dir);
    type(`npx kitex -I ${JSON.stringify(dirname(idl))} -service walk service.thrift`, dir);
    type('npx tsc --strict --exactOptionalPropertyTypes --noUncheckedIndexedAccess', dir);
    const out = sh('bash', ['-c', `ADDRESS=127.0.0.1:0 timeout -s TERM 3 node dist/main.js`], dir, true);
    if (!/walk listens on 127\.0\.0\.1:\d+/.test(out)) throw new Error(`the server printed:\n${out}`);
  });
}

if (!values.keep) rmSync(work, { recursive: true, force: true });
console.log(`packages: ${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed > 0 ? 1 : 0;
