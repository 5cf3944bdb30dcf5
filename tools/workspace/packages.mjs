// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Checks what would be published: packs every public package, runs publint and attw on the tarballs, then installs each alone in an empty folder, with the
// tarballs of its workspace dependencies, imports it as ESM and by require() on every Node that is supported, type-checks a program that uses it under every
// TypeScript, and runs the first snippet of its README.
//
//   node tools/workspace/packages.mjs [--only NAME|readme|idl] [--idl FILE ...] [--keep]
//
// Then it does what the repository's README says, in an empty folder, and makes servers and clients of two IDLs that the walk-through has never seen:
// test/torture.thrift, and one that is made up on the spot. Each --idl FILE makes a server of that file too.
// One line per check; the last line counts.

import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { COMPILERS, NODES, nodeBinary, typescript } from './cache.mjs';
import { Consumer, sh } from './consumer.mjs';
import { inventIdl } from './invent.mjs';
import { snippets } from './snippets.mjs';
import { OPTIONS, TypeChecker } from './types.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const { values } = parseArgs({ options: { only: { type: 'string' }, idl: { type: 'string', multiple: true, default: [] }, keep: { type: 'boolean', default: false } } });
const counts = { passed: 0, failed: 0 };
const consumer = new Consumer(root);
/** By version, once there are packages to check. */
const checkers = new Map();

async function check(name, f) {
  const started = performance.now();
  try {
    await f();
    counts.passed++;
    console.log(`ok    ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
    return true;
  } catch (e) {
    counts.failed++;
    console.log(`FAIL  ${name}\n${e.message}`.trimEnd());
    return false;
  }
}

const bin = (script) => join(root, 'node_modules', script);
const wanted = (name) => values.only === undefined || values.only === name;

// ── each package by itself ───────────────────────────────────────────────────────────────────────

async function checkPackage({ folder, manifest }) {
  const { name } = manifest;
  const tarball = consumer.tarballs.get(name);
  await check(`${name}: publint`, () => sh(process.execPath, [bin('publint/src/cli.js'), '--strict', tarball], root));
  await check(`${name}: types resolve`, () => sh(process.execPath, [bin('@arethetypeswrong/cli/dist/index.js'), tarball, '--profile', 'esm-only', '--no-emoji', '--quiet', '--exclude-entrypoints', 'package.json'], root));
  const dir = consumer.folder(name);
  if (!(await check(`${name}: installs alone`, () => consumer.install(dir, [name])))) return;

  const entries = Object.keys(manifest.exports).filter((e) => e !== './package.json').map((e) => name + e.slice(1));
  writeFileSync(join(dir, 'import.mjs'), entries.map((e, i) => `import * as m${i} from '${e}';\nif (Object.keys(m${i}).length === 0) throw new Error('${e} exports nothing');`).join('\n'));
  writeFileSync(join(dir, 'require.cjs'), entries.map((e) => `if (Object.keys(require('${e}')).length === 0) throw new Error('${e} exports nothing');`).join('\n'));
  // A module of one copy of everything: what was imported is what was required.
  writeFileSync(join(dir, 'both.cjs'), `import('${entries[0]}').then((m) => { const r = require('${entries[0]}'); for (const k of Object.keys(m)) if (m[k] !== r[k]) throw new Error(k + ' is there twice'); });`);
  for (const line of Object.keys(NODES)) {
    await check(`${name}: imports and requires on Node ${NODES[line]}`, async () => {
      for (const f of ['import.mjs', 'require.cjs', 'both.cjs']) await sh(nodeBinary(line), [f], dir);
    });
  }
  writeFileSync(join(dir, 'use.ts'), entries.map((e, i) => `import * as m${i} from '${e}';\nexport const n${i}: number = Object.keys(m${i}).length;`).join('\n'));
  for (const [version, checker] of checkers) await check(`${name}: type-checks under TypeScript ${version}`, () => checker.check(dir, 'use.ts'));

  const first = snippets(join(root, folder, 'README.md')).find((s) => s.run);
  if (first === undefined) return;
  await check(`${name}: first snippet of its README runs`, async () => {
    // What a README's program imports beside its package is what that README says to install.
    const needs = [...first.code.matchAll(/from '(@[a-z-]+\/[a-z-]+)/g)].map((m) => m[1]).filter((n) => n !== name && consumer.tarballs.has(n) && manifest.dependencies?.[n] === undefined);
    if (needs.length > 0) await consumer.install(dir, [name, ...needs]);
    if (first.language !== 'ts') {
      writeFileSync(join(dir, 'snippet.mjs'), first.code);
      return sh(process.execPath, ['snippet.mjs'], dir);
    }
    await compile(dir, 'snippet', first.code, COMPILERS.at(-1));
    return sh(process.execPath, [`snippet-${COMPILERS.at(-1)}/snippet.js`], dir);
  });
}

// ── the walk-through of the repository's README, and the same way with any IDL ───────────────────

async function walkThrough() {
  const dir = consumer.folder('walk-through');
  let last = '';
  for (const s of snippets(join(root, 'README.md'))) {
    if (s.file !== undefined) writeFileSync(join(dir, s.file), s.code);
    else if (s.shell) for (const line of s.code.split('\n')) last = (await consumer.type(line, dir)) || last;
  }
  const said = /It prints `(.+?)` and `(.+?)`/.exec(readFileSync(join(root, 'README.md'), 'utf8'));
  if (said === null) throw new Error('the README does not say what its program prints');
  for (const text of said.slice(1)) if (!last.includes(text)) throw new Error(`the program printed:\n${last}\nwanted ${text}`);
}

/** A project as the README makes it, with the scaffold of `idl`. */
async function scaffold(idl) {
  const dir = consumer.folder(`idl-${basename(idl)}`);
  await consumer.type('npm init -y', dir);
  await consumer.type('npm pkg set type=module name=walk', dir);
  await consumer.type('npm install @cloudwego/kitex @cloudwego/pilota', dir);
  await consumer.type(`npm install --save-dev @cloudwego/kitex-cli typescript@${COMPILERS.at(-1)} @types/node@20.19.43`, dir);
  await sh('npx', ['kitex', '-I', dirname(idl), '-service', 'walk', idl], dir);
  return dir;
}

/** The scaffold compiles, and its server listens until it is told to stop. */
async function serveScaffold(dir) {
  await sh('npx', ['tsc', '--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess'], dir);
  const out = await sh('bash', ['-c', 'timeout -s TERM 3 node dist/main.js'], dir, { any: true, env: { ADDRESS: '127.0.0.1:0' } });
  if (!/walk listens on 127\.0\.0\.1:\d+/.test(out)) throw new Error(`the server printed:\n${out}`);
}

/** Compiles one program by a project of its own: what else lies in the folder is no part of it. */
async function compile(dir, name, text, version) {
  writeFileSync(join(dir, `${name}.ts`), text);
  writeFileSync(join(dir, `${name}-${version}.json`), JSON.stringify({ compilerOptions: { ...OPTIONS, skipLibCheck: true, outDir: `${name}-${version}` }, files: [`${name}.ts`] }));
  await sh(process.execPath, [join(typescript(version), 'bin/tsc'), '-p', `${name}-${version}.json`], dir);
}

/** A program of ours on the generated code compiles under every TypeScript and runs on every Node. */
async function runProgram(dir, text) {
  copyFileSync(join(root, 'tools/workspace/test/bare.ts'), join(dir, 'bare.ts'));
  for (const version of COMPILERS) await compile(dir, 'program', text, version);
  for (const line of Object.keys(NODES)) {
    const out = await sh(nodeBinary(line), [`program-${COMPILERS.at(-1)}/program.js`], dir);
    if (!out.endsWith('all of it\n')) throw new Error(`on Node ${NODES[line]} the program printed:\n${out}`);
  }
}

async function torture() {
  const dir = await scaffold(join(root, 'tools/workspace/test/torture.thrift'));
  await serveScaffold(dir);
  await runProgram(dir, readFileSync(join(root, 'tools/workspace/test/torture.program.ts'), 'utf8'));
}

async function invented() {
  const made = inventIdl(Date.now() & 0xffff);
  const idls = consumer.folder('invented');
  for (const f of made.files) writeFileSync(join(idls, f.path), f.text);
  try {
    const dir = await scaffold(join(idls, made.files[0].path));
    await serveScaffold(dir);
    await runProgram(dir, made.program);
  } catch (e) {
    throw new Error(`seed ${made.seed}: ${e.message}`, { cause: e });
  }
}

// ── all of it, two at a time ─────────────────────────────────────────────────────────────────────

/** Runs jobs with as many at once as there are cores here, two at most: installing waits for the disk, compiling for a core. */
async function all(jobs) {
  const queue = [...jobs];
  const worker = async () => {
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) await job();
  };
  await Promise.all([worker(), worker()]);
}

try {
  await consumer.pack();
  await consumer.installNodeTypes('20.19.43');
  // Before two ask for the same.
  for (const line of Object.keys(NODES)) nodeBinary(line);
  for (const version of COMPILERS) checkers.set(version, new TypeChecker(typescript(version)));
  const jobs = [];
  if (wanted('readme')) jobs.push(() => check("the README's walk-through, in an empty folder", walkThrough));
  if (wanted('idl')) {
    jobs.push(() => check('server and client from an IDL full of what is hard, in an empty folder', torture));
    jobs.push(() => check('server and client from an IDL that nobody has seen, given by path', invented));
  }
  for (const idl of values.idl.map((i) => resolve(i))) jobs.push(() => check(`a server from ${basename(idl)}, given by path`, async () => serveScaffold(await scaffold(idl))));
  for (const p of consumer.packages) if (wanted(p.manifest.name)) jobs.push(() => checkPackage(p));
  await all(jobs);
} catch (e) {
  counts.failed++;
  console.log(`FAIL  ${e.message}`);
} finally {
  for (const c of checkers.values()) c.close();
  if (values.keep) console.log(`kept ${consumer.work}`);
  else consumer.remove();
}
console.log(`packages: ${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed > 0 ? 1 : 0;
