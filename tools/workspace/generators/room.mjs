// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// What every room of this repository has: manifest, three project files, vitest project, README, licence, the entries in the files at the root.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { readJson, updateJson } from '@nx/devkit';
import { pnpmCommand } from '../pnpm.mjs';

/** Two lines at the head of each file of code. */
export const HEADER = `// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
`;

const README_HEADER = `<!--
SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
SPDX-License-Identifier: Apache-2.0
-->

`;

/** Names that a package cannot have: npm or this repository means something else by them. */
const RESERVED = new Set(['internal', 'testing', 'shared', 'test', 'src', 'dist', 'node-modules', 'native', 'workspace']);

/** A name in kebab-case that nothing else means. nx checks the schema for those who type; this holds for callers too. */
export function checkName(name) {
  if (typeof name !== 'string' || !/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name)) throw new Error(`name: got ${JSON.stringify(name)}, wanted kebab-case such as "connection-pool"`);
  if (name.length > 40) throw new Error(`name: got ${name.length} characters, wanted at most 40`);
  if (RESERVED.has(name)) throw new Error(`name: "${name}" means something else here; choose another`);
  return name;
}

/** kebab-case to camelCase. */
export function camel(name) {
  return name.replaceAll(/-([a-z0-9])/g, (_, c) => c.toUpperCase());
}

/** kebab-case to PascalCase. */
export function pascal(name) {
  const c = camel(name);
  return c[0].toUpperCase() + c.slice(1);
}

/** One line without a stop at its end. */
export function sentence(description, fallback) {
  const text = (description ?? fallback).trim().replaceAll(/\s+/g, ' ');
  return text.replace(/\.$/, '');
}

/** A manifest that can be published; what `more` names comes behind, in this order. */
export function manifest({ name, description, folder, tags, more }) {
  return {
    name,
    version: '1.0.0-alpha.0',
    description,
    license: 'Apache-2.0',
    author: 'The CloudWeGo TypeScript Authors',
    repository: { type: 'git', url: 'git+https://github.com/cloudwego/cloudwego-ts.git', directory: folder },
    type: 'module',
    sideEffects: false,
    engines: { node: '>=20.19.0' },
    exports: {
      './package.json': './package.json',
      '.': { '@cloudwego/source': './src/index.ts', types: './dist/index.d.ts', default: './dist/index.js' },
    },
    files: ['dist', 'src', '!**/*.tsbuildinfo'],
    publishConfig: { access: 'public' },
    ...more,
    nx: { tags },
  };
}

/** Dependencies on packages of this repository. */
export function workspace(names) {
  return Object.fromEntries([...names].sort().map((n) => [n, 'workspace:^']));
}

/** Folder of each package of this repository, by name. */
function folders(tree) {
  const out = new Map();
  const look = (folder) => {
    if (tree.exists(`${folder}/package.json`)) out.set(readJson(tree, `${folder}/package.json`).name, folder);
  };
  for (const group of ['packages', 'tools', 'examples']) for (const name of tree.children(group)) look(`${group}/${name}`);
  for (const family of tree.children('contrib')) for (const name of tree.children(`contrib/${family}`)) look(`contrib/${family}/${name}`);
  return out;
}

/** Writes package.json and the project files that follow from it, and names the room in tsconfig.json. */
export function addProject(tree, folder, pkg, { project, bench = false }) {
  const up = folder.split('/').map(() => '..').join('/');
  const where = folders(tree);
  const all = Object.keys({ ...pkg.dependencies, ...pkg.peerDependencies, ...pkg.devDependencies });
  const references = all.filter((n) => where.has(n)).map((n) => ({ path: `${up}/${where.get(n)}/tsconfig.build.json`.replace(folder.startsWith('packages/') ? '../../packages/' : '\0', '../') }));
  json(tree, `${folder}/package.json`, pkg);
  json(tree, `${folder}/tsconfig.json`, { files: [], references: [{ path: './tsconfig.build.json' }, { path: './tsconfig.test.json' }] });
  json(tree, `${folder}/tsconfig.build.json`, {
    extends: `${up}/tsconfig.base.json`,
    compilerOptions: { rootDir: 'src', outDir: 'dist', tsBuildInfoFile: 'dist/tsconfig.build.tsbuildinfo' },
    include: ['src'],
    references,
  });
  json(tree, `${folder}/tsconfig.test.json`, {
    extends: `${up}/tsconfig.base.json`,
    compilerOptions: {
      isolatedDeclarations: false,
      declarationMap: false,
      sourceMap: false,
      emitDeclarationOnly: true,
      noPropertyAccessFromIndexSignature: false,
      rootDir: '.',
      outDir: `${up}/.tsbuild/${folder}`,
      tsBuildInfoFile: `${up}/.tsbuild/${folder}/tsconfig.tsbuildinfo`,
      lib: ['ES2023', 'ESNext.Disposable'],
    },
    include: bench ? ['test', 'bench'] : ['test'],
    references: [{ path: './tsconfig.build.json' }, ...references],
  });
  tree.write(
    `${folder}/vitest.config.ts`,
    `${HEADER}import { defineProject, mergeConfig } from 'vitest/config';
import { shared } from '${up}/vitest.shared.ts';

export default mergeConfig(shared, defineProject({ test: { name: '${project}' } }));
`,
  );
  updateJson(tree, 'tsconfig.json', (t) => {
    if (!t.references.some((r) => r.path === `./${folder}`)) t.references.push({ path: `./${folder}` });
    return t;
  });
}

/** README.md of a room. */
export function readme(tree, folder, text) {
  tree.write(`${folder}/README.md`, README_HEADER + text);
}

/** The licence that the repository has. */
export function licence(tree, folder) {
  tree.write(`${folder}/LICENSE`, tree.read('LICENSE'));
}

/** A changeset: the first line of the package's change log. */
export function changeset(tree, name, description) {
  tree.write(`.changeset/add-${name.replaceAll(/[@/]+/g, '-').replace(/^-/, '')}.md`, `---\n'${name}': minor\n---\n\nFirst version: ${description[0].toLowerCase()}${description.slice(1)}.\n`);
}

/** Packages of a family are versioned together; contrib packages are free. */
export function versionTogether(tree, name, scope) {
  const head = scope === 'shared' ? '@cloudwego/gopkg' : `@cloudwego/${scope}`;
  updateJson(tree, '.changeset/config.json', (c) => {
    if (c.fixed.some((g) => g.includes(name))) return c;
    const group = c.fixed.find((g) => g.includes(head));
    if (group === undefined) c.fixed.push([name]);
    else group.push(name);
    return c;
  });
}

/** What nx runs once the files are written. */
export function after(tree, folder, { skipInstall = false } = {}) {
  return () => {
    if (!skipInstall) {
      const [command, ...words] = pnpmCommand(tree.root);
      const r = spawnSync(command, [...words, 'install', '--no-frozen-lockfile'], { cwd: tree.root, stdio: 'inherit' });
      if (r.status !== 0) throw new Error('the dependencies could not be installed');
    }
    console.log(`
${folder} is there. Next:
  npx tsc -b ${folder} && npx vitest run ${folder}     it compiles and its test passes
  npx changeset                                        says what changed for users, when you change it
  npm run docs && npm run lint                         documents that follow from code, and every rule of the house`);
  };
}

function json(tree, path, value) {
  tree.write(path, JSON.stringify(value, undefined, 2) + '\n');
}

/** A module of this repository as it was built. */
export async function built(tree, path) {
  try {
    return await import(join(tree.root, path));
  } catch (e) {
    if (e.code !== 'ERR_MODULE_NOT_FOUND') throw e;
    throw new Error(`${path} is not there: run "npm run build" first`, { cause: e });
  }
}
