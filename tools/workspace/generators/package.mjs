// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { readJson } from '@nx/devkit';
import { addProject, after, camel, changeset, checkName, HEADER, licence, manifest, pascal, readme, sentence, versionTogether, workspace } from './room.mjs';

/**
 * `npx nx g ./tools/workspace:package NAME [--imports gopkg,netpoll] [--layer engine] [--scope shared]`
 * A new package with its arrows, or the furniture of a room that is still empty.
 */
export default async function packageGenerator(tree, options) {
  const name = checkName(options.name);
  const folder = `packages/${name}`;
  const npm = `@cloudwego/${name}`;
  const there = tree.exists(`${folder}/package.json`) ? readJson(tree, `${folder}/package.json`) : undefined;
  if (there !== undefined && (there.private !== true || there.exports !== undefined)) throw new Error(`${folder} is there already`);

  const imports = [...new Set(['gopkg', ...(options.imports ?? 'gopkg').split(',').map((i) => i.trim()).filter((i) => i !== '')])];
  const known = arrowsOf(tree);
  for (const i of imports) if (!known.has(i) || !isFurnished(tree, i)) throw new Error(`imports: got "${i}", wanted packages that export something: ${[...known].filter((k) => isFurnished(tree, k)).join(', ')}`);
  if (imports.includes(name)) throw new Error(`imports: ${name} cannot import itself`);
  if (!known.has(name)) addArrow(tree, name, imports);

  const description = sentence(options.description, there?.description ?? `${pascal(name)} of the CloudWeGo suite`);
  const tags = there?.nx?.tags ?? [`layer:${options.layer ?? 'engine'}`, `scope:${options.scope ?? 'shared'}`];
  const pkg = manifest({ name: npm, description, folder, tags, more: { dependencies: workspace(imports.map((i) => `@cloudwego/${i}`)) } });
  addProject(tree, folder, pkg, { project: name, bench: true });
  licence(tree, folder);
  readme(tree, folder, readmeText(name, npm, description));
  sources(tree, folder, name, npm);
  versionTogether(tree, npm, tags.find((t) => t.startsWith('scope:')).slice('scope:'.length));
  changeset(tree, npm, description);
  return after(tree, folder, options);
}

const ARROWS = 'tools/workspace/arrows.mjs';
const LINE = /^ {2}'?([a-z0-9-]+)'?: \[/gm;

/** The table as text: the tree may hold another one than the module that is loaded. */
function table(tree) {
  const text = tree.read(ARROWS, 'utf8');
  const start = text.indexOf('export const arrows = {');
  return { text, start, end: text.indexOf('\n};', start) };
}

function arrowsOf(tree) {
  const { text, start, end } = table(tree);
  return new Set([...text.slice(start, end).matchAll(LINE)].map((m) => m[1]));
}

function addArrow(tree, name, imports) {
  const { text, end } = table(tree);
  const key = name.includes('-') ? `'${name}'` : name;
  tree.write(ARROWS, `${text.slice(0, end)}\n  ${key}: [${imports.map((i) => `'${i}'`).join(', ')}],${text.slice(end)}`);
}

function isFurnished(tree, name) {
  const path = `packages/${name}/package.json`;
  return tree.exists(path) && readJson(tree, path).exports !== undefined;
}

function sources(tree, folder, name, npm) {
  const type = pascal(name);
  tree.write(
    `${folder}/src/index.ts`,
    `${HEADER}export { create${type} } from './${name}.js';
export type { ${type}, ${type}Options } from './${name}.js';
`,
  );
  tree.write(
    `${folder}/src/${name}.ts`,
    `${HEADER}import { int, optionTable } from '@cloudwego/gopkg/options';

/** Options of {@link create${type}}. */
export interface ${type}Options {
  /** How much it holds at most. Unit items, integer >= 1. @defaultValue 1024 */
  readonly maxItems?: number | undefined;
}

const table = optionTable<${type}Options>({ maxItems: int({ unit: 'items', min: 1, default: 1024 }) });

/** What {@link create${type}} makes; it lives until it is closed. */
export interface ${type} extends AsyncDisposable {
  readonly maxItems: number;
  readonly closed: boolean;
  /** Ends it; more than once is allowed. */
  close(): Promise<void>;
}

/**
 * Makes a ${type}.
 * Errors: OptionError (GOPKG_OPTION_INVALID) at construction for an unknown key or a value out of range.
 */
export function create${type}(options: ${type}Options = {}): ${type} {
  const o = table.resolve(options, 'create${type}');
  let closed = false;
  return {
    maxItems: o.maxItems!,
    get closed() {
      return closed;
    },
    close() {
      closed = true;
      return Promise.resolve();
    },
    [Symbol.asyncDispose]() {
      return this.close();
    },
  };
}
`,
  );
  tree.write(
    `${folder}/test/${name}.test.ts`,
    `${HEADER}import { expect, test } from 'vitest';
import { create${type} } from '${npm}';

test('it takes its default where nothing is said, and refuses what it does not know', () => {
  expect(create${type}().maxItems).toBe(1024);
  expect(create${type}({ maxItems: 1 }).maxItems).toBe(1);
  expect(() => create${type}({ maxItems: 0 })).toThrow(/maxItems/);
  expect(() => create${type}({ maxItem: 1 } as object)).toThrow(/maxItems/);
});

test('closing twice is closing once', async () => {
  const ${camel(name)} = create${type}();
  expect(${camel(name)}.closed).toBe(false);
  await ${camel(name)}.close();
  await ${camel(name)}[Symbol.asyncDispose]();
  expect(${camel(name)}.closed).toBe(true);
});
`,
  );
}

function readmeText(name, npm, description) {
  const type = pascal(name);
  return `# ${npm}

${description}.

\`\`\`sh
npm install ${npm}
\`\`\`

<!-- run -->
\`\`\`js
import { create${type} } from '${npm}';

const ${camel(name)} = create${type}({ maxItems: 16 });
console.log(${camel(name)}.maxItems); // 16
await ${camel(name)}.close();
\`\`\`

| option | default | |
|---|---|---|
| \`maxItems\` | 1024 | how much it holds at most |

Errors are listed in [docs/errors.md](../../docs/errors.md).

Apache-2.0.
`;
}
