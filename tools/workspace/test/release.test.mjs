// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { packageFolders } from '../checks.mjs';

const root = join(import.meta.dirname, '../../..');
const read = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'));
const config = read('.changeset/config.json');

/** A contrib package whose peer is a framework; those of this repository may need less. */
const suite = {
  name: '@kitex-contrib/suite',
  version: '1.4.0',
  dependencies: { '@cloudwego/gopkg': 'workspace:^' },
  peerDependencies: { '@cloudwego/kitex': 'workspace:^' },
  devDependencies: { '@cloudwego/kitex': 'workspace:^' },
};

/**
 * What a release would bring, by package: 'none', 'patch', 'minor' or 'major'. The manifests are those of this repository, each at 1.4.0, out of the
 * pre-release: there a minor is a number of its own.
 */
function plan(changes, { options = config, pre } = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'release-'));
  onTestFinished(() => {
    rmSync(dir, { recursive: true, force: true });
  });
  const put = (path, text) => {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), typeof text === 'string' ? text : JSON.stringify(text));
  };
  put('package.json', { name: 'monorepo', version: '0.0.0', private: true });
  put('pnpm-workspace.yaml', 'packages: ["packages/*", "tools/*", "contrib/*/*"]\n');
  put('.changeset/config.json', options);
  for (const folder of packageFolders(root)) {
    if (!/^(?:packages|contrib|tools\/kitex-cli)/.test(folder)) continue;
    const m = read(`${folder}/package.json`);
    put(`${folder}/package.json`, { ...m, ...(pre === undefined ? { version: '1.4.0' } : {}) });
  }
  put('contrib/kitex/suite/package.json', pre === undefined ? suite : { ...suite, version: '1.0.0-alpha.0' });
  if (pre !== undefined) put('.changeset/pre.json', pre);
  const git = (...args) => expect(spawnSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@localhost', ...args], { cwd: dir }).status, args.join(' ')).toBe(0);
  git('init', '-q', '-b', 'main');
  git('add', '.');
  git('commit', '-q', '-m', 'a');
  put('.changeset/change.md', `---\n${Object.entries(changes).map(([n, kind]) => `'${n}': ${kind}\n`).join('')}---\n\nA change.\n`);
  const r = spawnSync(process.execPath, [join(root, 'node_modules/@changesets/cli/bin.js'), 'status', '--output=plan.json'], { cwd: dir, encoding: 'utf8', env: { ...process.env, CI: 'true' } });
  expect(r.status, `${r.stdout}${r.stderr}`).toBe(0);
  const { releases } = JSON.parse(readFileSync(join(dir, 'plan.json'), 'utf8'));
  return new Map(releases.map((x) => [x.name, x]));
}

const kinds = (releases) => [...new Set([...releases.values()].map((r) => r.type))].sort();

test('a minor of a framework makes nobody major, peers least of all', () => {
  const releases = plan({ '@cloudwego/kitex': 'minor' });
  expect(releases.get('@cloudwego/kitex')).toMatchObject({ type: 'minor', newVersion: '1.5.0' });
  expect(kinds(releases)).not.toContain('major');
  expect(releases.get('@kitex-contrib/suite')).toBeUndefined();
});

test('a minor of everything below makes nobody major', () => {
  for (const name of config.fixed.flat()) expect(kinds(plan({ [name]: 'minor' })), name).not.toContain('major');
}, 120_000);

test('without the option it would', () => {
  const releases = plan({ '@cloudwego/kitex': 'minor' }, { options: { ...config, ___experimentalUnsafeOptions_WILL_CHANGE_IN_PATCH: {} } });
  expect(releases.get('@kitex-contrib/suite')).toMatchObject({ type: 'major' });
});

test('a family is versioned together, and apart from others and from contrib packages', () => {
  const releases = plan({ '@cloudwego/kitex-cli': 'minor' });
  expect(releases.get('@cloudwego/kitex')).toMatchObject({ newVersion: '1.5.0' });
  expect(releases.get('@cloudwego/kitex-cli')).toMatchObject({ newVersion: '1.5.0' });
  expect(releases.has('@cloudwego/gopkg')).toBe(false);
  expect(releases.has('@kitex-contrib/registry-file')).toBe(false);
});

test('every public package but those of contrib belongs to exactly one family', () => {
  const manifests = packageFolders(root).filter((f) => !f.startsWith('contrib/')).map((f) => read(`${f}/package.json`));
  const families = config.fixed.flat();
  expect(new Set(families).size).toBe(families.length);
  expect(families).toEqual(expect.arrayContaining(manifests.filter((m) => m.private !== true).map((m) => m.name)));
  expect(manifests.map((m) => m.name)).toEqual(expect.arrayContaining(families));
});

test('releases are alphas of 1.0.0 until the pre mode is left', () => {
  const pre = read('.changeset/pre.json');
  expect(pre).toMatchObject({ mode: 'pre', tag: 'alpha' });
  const releases = plan({ '@cloudwego/kitex': 'minor' }, { pre });
  expect(releases.get('@cloudwego/kitex')?.newVersion).toBe('1.0.0-alpha.1');
  for (const r of releases.values()) expect(r.newVersion, r.name).toMatch(/^1\.0\.0-alpha\.\d+$/);
});
