// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkCycles, checkHeaders, checkText, packageFolders, tracked } from '../checks.mjs';
import contrib from '../generators/contrib.mjs';
import { KINDS } from '../generators/kinds.mjs';
import example from '../generators/example.mjs';
import packages from '../generators/package.mjs';
import { camel, checkName, pascal } from '../generators/room.mjs';

const root = join(import.meta.dirname, '../../..');
const copy = realpathSync(mkdtempSync(join(tmpdir(), 'cloudwego-rooms-')));
/** Rooms that begin with a suite that fails, by kind. */
const red = { registry: 'contrib/kitex/registry-red', resolver: 'contrib/kitex/resolver-red', loadbalancer: 'contrib/kitex/loadbalance-red', limiter: 'contrib/kitex/limiter-red', configsource: 'contrib/kitex/config-red' };
const rooms = ['packages/rate-window', 'packages/attic', 'contrib/kitex/registry-demo', 'contrib/kitex/call-counter', 'contrib/hertz/request-counter', 'contrib/shared/demo', 'examples/farewell'];

const all = [...rooms, ...Object.values(red)];

/** Runs a script of node_modules in the copy, as if nothing was said to this process. */
function run(script, ...args) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([k]) => !/^(?:VITEST|NODE_OPTIONS|NX_|TEST$|DEV$|PROD$|MODE$|SSR$|BASE_URL$)/.test(k)));
  const r = spawnSync(process.execPath, [join(copy, 'node_modules', script), ...args], { cwd: copy, encoding: 'utf8', env: { ...env, NX_DAEMON: 'false', CI: 'true' }, maxBuffer: 64 << 20 });
  return { status: r.status, text: `${r.stdout}${r.stderr}` };
}

const nx = (...args) => run('nx/dist/bin/nx.js', ...args);
const generate = (...args) => nx('g', ...args, '--skipInstall', '--no-interactive');
/** Lines that speak of a new room. */
const here = (lines) => lines.filter((l) => all.some((r) => l.includes(r)));
const json = (path) => JSON.parse(readFileSync(join(copy, path), 'utf8'));

/** The repository as it stands, what was built and linked included; the store of pnpm itself is shared. */
function copyRepository() {
  for (const f of tracked(root)) cpSync(join(root, f), join(copy, f), { preserveTimestamps: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const more = { preserveTimestamps: true, recursive: true, verbatimSymlinks: true };
  for (const folder of packageFolders(root)) for (const d of ['dist', 'node_modules']) if (existsSync(join(root, folder, d))) cpSync(join(root, folder, d), join(copy, folder, d), more);
  // What checks ask git for.
  spawnSync('git', ['init', '-q'], { cwd: copy });
}

/** What pnpm does for a new room: a link for each thing that its manifest names. */
function link(folder) {
  const p = json(`${folder}/package.json`);
  const where = new Map(packageFolders(copy).map((f) => [json(`${f}/package.json`).name, f]));
  for (const name of Object.keys({ ...p.dependencies, ...p.devDependencies })) {
    const at = join(copy, folder, 'node_modules', name);
    mkdirSync(dirname(at), { recursive: true });
    symlinkSync(where.has(name) ? join(copy, where.get(name)) : join(copy, 'node_modules', name), at);
  }
}

beforeAll(() => {
  copyRepository();
  // A room that nothing fills yet.
  mkdirSync(join(copy, 'packages/attic'));
  writeFileSync(
    join(copy, 'packages/attic/package.json'),
    JSON.stringify({ name: '@cloudwego/attic', version: '1.0.0-alpha.0', private: true, description: 'Old things', license: 'Apache-2.0', nx: { tags: ['layer:runtime', 'scope:shared'] } }),
  );
}, 120_000);

afterAll(() => {
  rmSync(copy, { recursive: true, force: true });
});

describe.sequential('npx nx g', () => {
  test('makes the rooms', async () => {
    const build = run('typescript/bin/tsc', '-b', 'packages/pilota-build/tsconfig.build.json');
    expect(build.status, build.text).toBe(0);
    for (const args of [
      ['./tools/workspace:package', 'rate-window', '--imports=gopkg,netpoll', '--description=Counts what happened lately.'],
      ['./tools/workspace:package', 'attic'],
      ['./tools/workspace:contrib', 'kitex/registry-demo'],
      ['./tools/workspace:contrib', 'kitex/call-counter'],
      ['./tools/workspace:contrib', 'hertz/request-counter'],
      ['./tools/workspace:contrib', 'shared/demo'],
      ['./tools/workspace:example', 'farewell'],
    ]) {
      const r = generate(...args);
      expect(r.status, r.text).toBe(0);
    }
    // Of the kinds one by the command, the others as it does.
    const byCommand = generate('./tools/workspace:contrib', 'kitex/limiter-red', '--kind=limiter');
    expect(byCommand.status, byCommand.text).toBe(0);
    const { FsTree, flushChanges } = createRequire(import.meta.url)(join(root, 'node_modules/nx/dist/src/generators/tree.js'));
    expect(Object.keys(red)).toEqual(KINDS);
    for (const [kind, room] of Object.entries(red)) {
      if (kind === 'limiter') continue;
      const t = new FsTree(copy, false);
      await contrib(t, { name: room.slice('contrib/'.length), kind, skipInstall: true });
      flushChanges(copy, t.listChanges());
    }
    for (const room of all) link(room);
  }, 180_000);

  test('like those that are there', () => {
    const own = json('packages/rate-window/package.json');
    const other = json('packages/transport/package.json');
    expect(Object.keys(own)).toEqual(Object.keys(other).filter((k) => Object.hasOwn(own, k)));
    expect(own).toMatchObject({ name: '@cloudwego/rate-window', description: 'Counts what happened lately', nx: { tags: ['layer:engine', 'scope:shared'] }, dependencies: { '@cloudwego/gopkg': 'workspace:^', '@cloudwego/netpoll': 'workspace:^' } });
    expect(json('packages/attic/package.json')).toMatchObject({ description: 'Old things', nx: { tags: ['layer:runtime', 'scope:shared'] } });
    expect(json('packages/attic/package.json').private).toBeUndefined();
    for (const f of ['tsconfig.json', 'tsconfig.test.json', 'tsconfig.build.json']) expect(Object.keys(json(`packages/rate-window/${f}`))).toEqual(Object.keys(json(`packages/transport/${f}`)));
    expect(json('tsconfig.json').references.map((r) => r.path)).toEqual(expect.arrayContaining(rooms.map((r) => `./${r}`)));
    expect(readFileSync(join(copy, 'tools/workspace/arrows.mjs'), 'utf8')).toContain("  'rate-window': ['gopkg', 'netpoll'],");
    const group = json('.changeset/config.json').fixed.find((g) => g.includes('@cloudwego/gopkg'));
    expect(group).toContain('@cloudwego/rate-window');
    expect(group).not.toContain('@kitex-contrib/registry-demo');
    expect(readFileSync(join(copy, '.changeset/add-kitex-contrib-registry-demo.md'), 'utf8')).toContain("'@kitex-contrib/registry-demo': minor");
  });

  test('which type-check', () => {
    const r = run('typescript/bin/tsc', '-b', ...all);
    expect(here(r.text.split('\n'))).toEqual([]);
    for (const room of all) expect(existsSync(join(copy, room, 'dist')), room).toBe(true);
  }, 180_000);

  test('whose tests pass, or show what a kind has to do', () => {
    const report = join(copy, 'report.json');
    const r = run('vitest/vitest.mjs', 'run', '--reporter=json', `--outputFile=${report}`, ...all);
    const files = JSON.parse(readFileSync(report, 'utf8')).testResults;
    const of = (room) => files.filter((f) => f.name.includes(`/${room}/`));
    for (const room of rooms) expect(of(room).map((f) => f.status), `${room}: ${r.text}`).toEqual(['passed']);
    for (const room of Object.values(red)) {
      const [{ assertionResults: tests }] = of(room);
      const failed = tests.filter((x) => x.status === 'failed');
      // The rules run, one by one, and what fails says what is missing; what is already there, such as the check of options, passes.
      expect(failed.length, room).toBeGreaterThan(3);
      expect(failed.map((x) => x.failureMessages.join()).filter((m) => !/is not written yet|of the test|AssertionError/.test(m)), room).toEqual([]);
      expect(tests.find((x) => x.title === 'it refuses what it cannot use')?.status, room).toBe('passed');
    }
  }, 180_000);

  test('and keep the rules of the house', () => {
    const eslint = run('eslint/bin/eslint.js', ...all, '--max-warnings=0');
    expect(eslint.text).toBe('');
    expect(here(checkHeaders(copy))).toEqual([]);
    expect(here(checkText(copy))).toEqual([]);
    // The arrows as the generator left them, not as this process loaded them.
    const manifests = spawnSync(process.execPath, ['--input-type=module', '-e', `import { checkManifests } from '${join(copy, 'tools/workspace/checks.mjs')}'; console.log(JSON.stringify(checkManifests('${copy}')));`], { encoding: 'utf8' });
    expect(here(JSON.parse(manifests.stdout))).toEqual([]);
    expect(here(checkCycles(copy))).toEqual([]);
    const sync = nx('sync:check');
    expect(here(sync.text.split('\n'))).toEqual([]);
  }, 180_000);

  test('nothing is made twice, and a dry run makes nothing', () => {
    expect(generate('./tools/workspace:package', 'rate-window').text).toContain('packages/rate-window is there already');
    expect(generate('./tools/workspace:contrib', 'kitex/registry-demo').text).toContain('contrib/kitex/registry-demo is there already');
    expect(generate('./tools/workspace:package', 'cellar', '--dry-run').status).toBe(0);
    expect(existsSync(join(copy, 'packages/cellar'))).toBe(false);
  }, 60_000);

  test.each([
    ['./tools/workspace:package', '../escape'],
    ['./tools/workspace:contrib', 'dubbo/registry-x'],
  ])('%s %s is refused', (generator, name) => {
    const r = generate(generator, name);
    expect(r.status).not.toBe(0);
    expect(r.text).toMatch(/does not match pattern|pattern/);
  }, 60_000);
});

/** A tree that holds nothing but what is given. */
function tree(files) {
  return { root: copy, exists: (p) => Object.keys(files).some((f) => f === p || f.startsWith(`${p}/`)), read: (p) => files[p], children: () => [], write: () => expect.unreachable('nothing may be written') };
}

describe('a generator that is called by another one checks for itself', () => {
  const gopkg = { 'packages/gopkg/package.json': '{"exports":{}}', 'packages/sonic/package.json': '{"private":true}', 'packages/volo/package.json': '{"private":true}', 'tools/workspace/arrows.mjs': 'export const arrows = {\n  gopkg: [],\n  sonic: [],\n};' };

  test.each(['', 'A', 'a_b', '-a', 'a-', 'a--b', 'a/b', '..', 'internal', 'a'.repeat(41), undefined])('name %s', (name) => {
    expect(() => checkName(name)).toThrow(/^name: /);
  });

  test('imports', async () => {
    await expect(packages(tree(gopkg), { name: 'x', imports: 'nowhere' })).rejects.toThrow('imports: got "nowhere", wanted packages that export something: gopkg');
    await expect(packages(tree(gopkg), { name: 'x', imports: 'sonic' })).rejects.toThrow('imports: got "sonic"');
    await expect(packages(tree({ ...gopkg, 'packages/gopkg/package.json': '{"exports":{}}' }), { name: 'gopkg' })).rejects.toThrow('packages/gopkg is there already');
  });

  test('families', async () => {
    await expect(contrib(tree(gopkg), { name: 'a/b/c' })).rejects.toThrow('name: got "a/b/c", wanted FAMILY/NAME');
    await expect(contrib(tree(gopkg), { name: 'volo/limiter' })).rejects.toThrow('packages/volo is an empty room');
    await expect(contrib(tree(gopkg), { name: 'kitex/x', kind: 'codec' })).rejects.toThrow('kind: got "codec", wanted none, or one of registry, resolver, loadbalancer, limiter, configsource');
    await expect(contrib(tree(gopkg), { name: 'shared/x', kind: 'registry' })).rejects.toThrow('kind: got "registry" for a shared package');
  });

  test('examples', async () => {
    await expect(example(tree({ 'examples/hello/package.json': '{}' }), { name: 'hello' })).rejects.toThrow('examples/hello is there already');
  });

  test('names', () => {
    expect([camel('registry-etcd2-x'), pascal('registry-etcd2-x')]).toEqual(['registryEtcd2X', 'RegistryEtcd2X']);
  });
});
