// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { arrows } from './arrows.mjs';

/** Files that git knows, below the repository. */
export function tracked(root) {
  return execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root, encoding: 'utf8', maxBuffer: 64 << 20 })
    .split('\n')
    .filter((f) => f !== '' && existsSync(join(root, f)));
}

const CODE = /\.(?:ts|mts|mjs|js|c|cc|h|go|rs|thrift|sh)$/;
const GENERATED = /(?:^|\/)(?:kitex_gen|golden|gen-nodejs)\/|pnpm-lock\.yaml/;

/** Every file of code starts with who owns it and under which licence. */
export function checkHeaders(root) {
  return tracked(root)
    .filter((f) => CODE.test(f) && !GENERATED.test(f))
    .filter((f) => !/SPDX-License-Identifier: Apache-2\.0/.test(readFileSync(join(root, f), 'utf8').slice(0, 400)))
    .map((f) => `${f}: no SPDX lines`);
}

const TEXT = /\.(?:ts|mts|mjs|js|c|cc|h|go|rs|thrift|sh|md|json|yaml|yml)$/;

/** What a formatter would do first: no tabs outside Go and C, no blanks at line ends, no CRLF, a new line at the end; and names of files in kebab-case. */
export function checkText(root) {
  const problems = [];
  for (const f of tracked(root)) {
    if (!TEXT.test(f) || GENERATED.test(f)) continue;
    const text = readFileSync(join(root, f), 'utf8');
    const tabs = !/\.(?:go|c|cc|h)$/.test(f);
    let line = 0;
    for (const l of text.split('\n')) {
      line++;
      // Two blanks at the end of a line of Markdown are a break.
      if (/[ \t\r]$/.test(l) && !f.endsWith('.md')) problems.push(`${f}:${line}: blanks at the end of the line`);
      else if (tabs && l.includes('\t')) problems.push(`${f}:${line}: a tab`);
    }
    if (text !== '' && !text.endsWith('\n')) problems.push(`${f}: no new line at the end`);
    if (/^(?:packages|contrib|tools|examples)\/.*\/src\/.*\.ts$/.test(f) && !/^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9-]+)*\.ts$/.test(f.split('/').at(-1))) problems.push(`${f}: the name is not kebab-case`);
  }
  return problems;
}

/** Folders of workspace packages. */
export function packageFolders(root) {
  const out = [];
  for (const group of ['packages', 'tools', 'examples', 'contrib/kitex', 'contrib/hertz', 'contrib/volo', 'contrib/shared']) {
    if (!existsSync(join(root, group))) continue;
    for (const name of readdirSync(join(root, group))) if (existsSync(join(root, group, name, 'package.json'))) out.push(`${group}/${name}`);
  }
  return out;
}

/** README.md names every public package; links between files of this repository lead somewhere. */
export function checkLinks(root) {
  const problems = [];
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  for (const folder of packageFolders(root)) {
    if (JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')).private !== true && !readme.includes(`](${folder})`)) problems.push(`README.md: ${folder} is not in its table`);
  }
  for (const f of tracked(root)) {
    if (!f.endsWith('.md')) continue;
    const text = readFileSync(join(root, f), 'utf8').replaceAll(/```[\s\S]*?```|`[^`\n]*`/g, '');
    for (const m of text.matchAll(/\]\((?!https?:|mailto:|#)([^)\s#]+)(?:#[^)\s]*)?\)/g)) {
      if (!existsSync(resolve(root, dirname(f), decodeURIComponent(m[1])))) problems.push(`${f}: ${m[1]} is not there`);
    }
  }
  return problems;
}

/** Workflows pin every action by its commit and start without rights to write. */
export function checkWorkflows(root) {
  const problems = [];
  for (const f of tracked(root).filter((p) => p.startsWith('.github/workflows/'))) {
    const text = readFileSync(join(root, f), 'utf8');
    for (const m of text.matchAll(/uses: *(\S+)(.*)/g)) if (!/@[0-9a-f]{40}$/.test(m[1]) || !/# v\d/.test(m[2])) problems.push(`${f}: ${m[1]} is not pinned by a commit, with its version behind`);
    if (!/^permissions:\n {2}contents: read\n/m.test(text)) problems.push(`${f}: it does not start with "permissions: contents: read"`);
  }
  return problems;
}

/** Manifests say what the arrows allow; project references say what the manifests say. */
export function checkManifests(root) {
  const problems = [];
  const names = new Map(packageFolders(root).map((f) => [JSON.parse(readFileSync(join(root, f, 'package.json'), 'utf8')).name, f]));
  for (const folder of packageFolders(root)) {
    const p = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    if (p.license !== 'Apache-2.0') problems.push(`${folder}: license is ${p.license}, wanted Apache-2.0`);
    if (p.private !== true) {
      for (const k of ['description', 'repository', 'exports', 'files', 'engines']) if (p[k] === undefined) problems.push(`${folder}: no "${k}"`);
      if (!existsSync(join(root, folder, 'README.md'))) problems.push(`${folder}: no README.md`);
    }
    const tags = p.nx?.tags ?? [];
    if (!folder.startsWith('tools/') && (!tags.some((t) => /^layer:/.test(t)) || !tags.some((t) => /^scope:(?:shared|kitex|hertz|volo)$/.test(t)))) problems.push(`${folder}: nx.tags wants "layer:…" and "scope:…"`);
    for (const name of Object.keys(p.peerDependencies ?? {})) if (p.dependencies?.[name] !== undefined) problems.push(`${folder}: ${name} is a peer and a dependency`);
    const own = folder.startsWith('packages/') ? folder.slice('packages/'.length) : undefined;
    const wanted = new Set();
    for (const name of Object.keys({ ...p.dependencies, ...p.peerDependencies, ...p.devDependencies })) {
      const to = names.get(name);
      if (to === undefined) continue;
      wanted.add(to);
      if (p.devDependencies?.[name] === undefined && own !== undefined && to.startsWith('packages/') && !(arrows[own] ?? []).includes(to.slice('packages/'.length))) problems.push(`${folder}: depends on ${name}, which the arrows do not allow`);
    }
    const config = join(root, folder, 'tsconfig.build.json');
    if (!existsSync(config)) continue;
    const references = new Set(JSON.parse(readFileSync(config, 'utf8')).references?.map((r) => relative(root, dirname(resolve(root, folder, r.path)))) ?? []);
    for (const w of wanted) if (!references.has(w) && existsSync(join(root, w, 'tsconfig.build.json'))) problems.push(`${folder}: tsconfig.build.json does not reference ${w}`);
    for (const r of references) if (!wanted.has(r)) problems.push(`${folder}: tsconfig.build.json references ${r}, which package.json does not name`);
  }
  return problems;
}

/** No file of a package imports itself through others; imports of types alone do not count. */
export function checkCycles(root) {
  const problems = [];
  for (const folder of packageFolders(root)) {
    const src = join(root, folder, 'src');
    if (!existsSync(src)) continue;
    const graph = new Map();
    for (const f of files(src)) {
      const text = readFileSync(f, 'utf8');
      const to = [];
      for (const m of text.matchAll(/^(?:import|export)\s+(?!type\b)[^'"]*?from\s+'(\.[^']+)'|^import\s+'(\.[^']+)'/gm)) {
        const target = resolve(dirname(f), (m[1] ?? m[2]).replace(/\.js$/, '.ts'));
        if (existsSync(target)) to.push(target);
      }
      graph.set(f, to);
    }
    const state = new Map();
    const path = [];
    const visit = (f) => {
      state.set(f, 'open');
      path.push(f);
      for (const t of graph.get(f) ?? []) {
        if (state.get(t) === 'open') problems.push([...path.slice(path.indexOf(t)), t].map((x) => relative(root, x)).join(' -> '));
        else if (state.get(t) === undefined) visit(t);
      }
      path.pop();
      state.set(f, 'done');
    };
    for (const f of graph.keys()) if (state.get(f) === undefined) visit(f);
  }
  return problems;
}

function files(dir) {
  return readdirSync(dir).flatMap((n) => {
    const p = join(dir, n);
    if (statSync(p).isDirectory()) return files(p);
    return p.endsWith('.ts') ? [p] : [];
  });
}
