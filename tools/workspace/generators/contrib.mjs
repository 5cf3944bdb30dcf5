// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { readJson } from '@nx/devkit';
import { contribName } from '../arrows.mjs';
import { hertzMiddleware } from './hertz-middleware.mjs';
import { KINDS, skeleton } from './kinds.mjs';
import { addProject, after, camel, changeset, checkName, HEADER, licence, manifest, pascal, readme, sentence, workspace } from './room.mjs';

const FAMILIES = ['kitex', 'hertz', 'volo', 'shared'];

/**
 * `npx nx g ./tools/workspace:contrib FAMILY/NAME`
 * registry-X, resolver-X, config-X: discovery for every framework, against the contract suite of @cloudwego/governance. In `shared`: what several of them
 * use. Everything else: a middleware. With `--kind`: the interface of that kind with nothing behind it, and its contract suite, red until there is.
 */
export default async function contribGenerator(tree, options) {
  const [family, last, ...rest] = String(options.name).split('/');
  if (!FAMILIES.includes(family) || last === undefined || rest.length > 0) throw new Error(`name: got "${options.name}", wanted FAMILY/NAME with one of ${FAMILIES.join(', ')}`);
  const name = checkName(last);
  const folder = `contrib/${family}/${name}`;
  const npm = contribName(family, name);
  if (tree.exists(folder)) throw new Error(`${folder} is there already`);

  if (options.kind !== undefined && (family === 'shared' || !KINDS.includes(options.kind))) throw new Error(`kind: got "${options.kind}"${family === 'shared' ? ' for a shared package' : ''}, wanted none, or one of ${KINDS.join(', ')} for ${FAMILIES.filter((f) => f !== 'shared').join(', ')}`);
  const kind = options.kind !== undefined ? skeleton(options.kind) : family === 'shared' ? shared : /^(?:registry|resolver|config)-/.test(name) ? discovery : family === 'hertz' ? hertzMiddleware : middleware;
  const extendsFramework = kind === middleware || kind === hertzMiddleware;
  if (extendsFramework && readJson(tree, `packages/${family}/package.json`).exports === undefined) throw new Error(`packages/${family} is an empty room: there is nothing to extend yet`);
  const description = sentence(options.description, kind.description(family, name));
  const tags = ['layer:contrib', `scope:${extendsFramework ? family : 'shared'}`];
  const pkg = manifest({ name: npm, description, folder, tags, more: kind.dependencies(family) });
  addProject(tree, folder, pkg, { project: `${family}-${name}` });
  licence(tree, folder);
  const room = { folder, family, name, npm, description };
  kind.write(tree, room);
  changeset(tree, npm, description);
  return after(tree, folder, options);
}

const discovery = {
  description: (_family, name) => `Service discovery through ${subject(name)}`,
  dependencies: () => ({
    dependencies: workspace(['@cloudwego/gopkg']),
    peerDependencies: workspace(['@cloudwego/governance']),
    devDependencies: workspace(['@cloudwego/governance']),
  }),
  write(tree, { folder, name, npm, description }) {
    const fn = `${camel(subject(name))}Resolver`;
    const type = `${pascal(subject(name))}ResolverOptions`;
    tree.write(`${folder}/src/index.ts`, `${HEADER}export { ${fn} } from './resolver.js';\nexport type { ${type} } from './resolver.js';\n`);
    tree.write(
      `${folder}/src/resolver.ts`,
      `${HEADER}import { func, optionTable, text } from '@cloudwego/gopkg/options';
import type { Instance, Resolver } from '@cloudwego/governance';

/** Options of {@link ${fn}}. */
export interface ${type} {
  /** Which store: resolvers of one store share what they find. */
  readonly store: string;
  /** Asks the store for the instances of a service; none is an empty list. */
  readonly list: (service: string, signal: AbortSignal) => Promise<readonly Instance[]>;
}

const table = optionTable<${type}>({ store: text({ required: true }), list: func({ required: true }) });

/**
 * Finds servers in ${subject(name)}.
 * Errors: OptionError (GOPKG_OPTION_INVALID) at construction; what \`list\` rejects with reaches the caller.
 */
export function ${fn}(options: ${type}): Resolver {
  const { store, list } = table.resolve(options, '${fn}');
  return {
    name: '${subject(name)}',
    identity: \`${subject(name)}:\${store}\`,
    key: (t) => t.service,
    async resolve(key, signal) {
      signal.throwIfAborted();
      // A list of its own: what the store changes later is no business of who has this one.
      return [...(await list(key, signal))];
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
`,
    );
    tree.write(
      `${folder}/test/resolver.test.ts`,
      `${HEADER}import { describe, expect, it, onTestFinished, test } from 'vitest';
import type { Instance } from '@cloudwego/governance';
import { resolverContract, runWithVitest } from '@cloudwego/governance/testing';
import { ${fn} } from '${npm}';

runWithVitest(
  { describe, it, onTestFinished },
  '${fn}',
  resolverContract({
    watches: false,
    create() {
      const services = new Map<string, readonly Instance[]>();
      const make = () => ${fn}({ store: 'test', list: (service) => Promise.resolve(services.get(service) ?? []) });
      return {
        resolver: make(),
        same: make,
        set(service, instances) {
          services.set(service, instances);
          return Promise.resolve();
        },
      };
    },
  }),
);

test('it refuses options that it cannot use', () => {
  expect(() => ${fn}({ store: '', list: () => Promise.resolve([]) })).toThrow(/store/);
  expect(() => ${fn}({ store: 'a' } as never)).toThrow(/list/);
});

test('what the store says goes to the caller', async () => {
  const resolver = ${fn}({ store: 'a', list: () => Promise.reject(new Error('the store is away')) });
  await expect(resolver.resolve('stock', new AbortController().signal)).rejects.toThrow('the store is away');
});
`,
    );
    readme(
      tree,
      folder,
      `# ${npm}

${description}. It works with every framework of the suite.

\`\`\`sh
npm install ${npm} @cloudwego/governance
\`\`\`

<!-- run -->
\`\`\`js
import { ${fn} } from '${npm}';

const resolver = ${fn}({ store: 'a', list: async () => [{ address: { kind: 'tcp', host: '127.0.0.1', port: 8888 }, weight: 10, tags: {} }] });
// A Kitex client takes it as it is: createClient(Stock, { destService: 'stock', resolver })
console.log(await resolver.resolve('stock', new AbortController().signal));
\`\`\`

| option | default | |
|---|---|---|
| \`store\` | required | which store: resolvers of one store share what they find |
| \`list\` | required | asks the store |

Apache-2.0.
`,
    );
  },
};

const shared = {
  description: (_family, name) => `Client of ${name} that several contrib packages share`,
  dependencies: () => ({ dependencies: workspace(['@cloudwego/gopkg']) }),
  write(tree, { folder, name, npm, description }) {
    const fn = `create${pascal(name)}Client`;
    const type = `${pascal(name)}Client`;
    tree.write(`${folder}/src/index.ts`, `${HEADER}export { ${fn} } from './client.js';\nexport type { ${type}, ${type}Options } from './client.js';\n`);
    tree.write(
      `${folder}/src/client.ts`,
      `${HEADER}import type { Address } from '@cloudwego/gopkg/io';
import { parseAddress } from '@cloudwego/gopkg/io';
import { list, optionTable, text } from '@cloudwego/gopkg/options';

/** Options of {@link ${fn}}. */
export interface ${type}Options {
  /** Addresses of the store. */
  readonly hostPorts: readonly string[];
}

const table = optionTable<${type}Options>({ hostPorts: list(text(), { required: true }) });

/** What {@link ${fn}} makes. */
export interface ${type} extends AsyncDisposable {
  readonly addresses: readonly Address[];
}

/**
 * Makes a client; it connects on first use.
 * Errors: OptionError (GOPKG_OPTION_INVALID) at construction for addresses that cannot be read.
 */
export function ${fn}(options: ${type}Options): ${type} {
  const { hostPorts } = table.resolve(options, '${fn}');
  return {
    addresses: hostPorts.map((a, i) => parseAddress(a, \`hostPorts[\${i}]\`)),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
`,
    );
    tree.write(
      `${folder}/test/client.test.ts`,
      `${HEADER}import { expect, test } from 'vitest';
import { ${fn} } from '${npm}';

test('it reads the addresses of the store, and says which of them it cannot read', () => {
  expect(${fn}({ hostPorts: ['127.0.0.1:2379'] }).addresses).toEqual([{ kind: 'tcp', host: '127.0.0.1', port: 2379 }]);
  expect(() => ${fn}({ hostPorts: ['127.0.0.1:2379', 'nowhere:x'] })).toThrow(/hostPorts\\[1\\]/);
});
`,
    );
    readme(
      tree,
      folder,
      `# ${npm}

${description}.

<!-- run -->
\`\`\`js
import { ${fn} } from '${npm}';

const client = ${fn}({ hostPorts: ['127.0.0.1:2379'] });
console.log(client.addresses);
await client[Symbol.asyncDispose]();
\`\`\`

| option | default | |
|---|---|---|
| \`hostPorts\` | required | addresses of the store |

Apache-2.0.
`,
    );
  },
};

const middleware = {
  description: (family, name) => `${pascal(name)} for ${pascal(family)}`,
  dependencies: (family) => ({
    dependencies: workspace(['@cloudwego/gopkg']),
    peerDependencies: workspace([`@cloudwego/${family}`]),
    devDependencies: workspace([`@cloudwego/${family}`]),
  }),
  write(tree, { folder, family, name, npm, description }) {
    const fn = camel(name);
    const type = `${pascal(name)}Options`;
    tree.write(`${folder}/src/index.ts`, `${HEADER}export { ${fn} } from './${name}.js';\nexport type { ${type} } from './${name}.js';\n`);
    tree.write(
      `${folder}/src/${name}.ts`,
      `${HEADER}import type { AnyMiddleware } from '@cloudwego/gopkg/endpoint';
import { invoke } from '@cloudwego/gopkg/endpoint';
import { func, optionTable } from '@cloudwego/gopkg/options';

/** Options of {@link ${fn}}. */
export interface ${type} {
  /** Told how each call ended. */
  readonly done: (outcome: 'ok' | 'fail') => void;
}

const table = optionTable<${type}>({ done: func({ required: true }) });

/**
 * A middleware; it adds no promise to a call that is answered at once.
 * Errors: OptionError (GOPKG_OPTION_INVALID) at construction.
 */
export function ${fn}(options: ${type}): AnyMiddleware {
  const { done } = table.resolve(options, '${fn}');
  return (next) => (req, ctx) =>
    invoke(
      next,
      req,
      ctx,
      (value) => {
        done('ok');
        return value;
      },
      (error) => {
        done('fail');
        throw error;
      },
    );
}
`,
    );
    tree.write(
      `${folder}/test/${name}.test.ts`,
      `${HEADER}import { expect, expectTypeOf, test } from 'vitest';
import { background } from '@cloudwego/gopkg/context';
import type { ${FRAMEWORK_OPTIONS[family]} } from '@cloudwego/${family}';
import { ${fn} } from '${npm}';

test('it is told of calls that end well and of those that fail, and changes neither', async () => {
  const seen: string[] = [];
  const wrap = ${fn}({ done: (outcome) => seen.push(outcome) });
  const failure = new Error('no');
  expect(wrap((n: number) => n + 1)(1, background)).toBe(2);
  expect(await wrap((n: number) => Promise.resolve(n + 1))(1, background)).toBe(2);
  expect(() =>
    wrap(() => {
      throw failure;
    })(1, background),
  ).toThrow(failure);
  await expect(wrap(() => Promise.reject(failure))(1, background)).rejects.toBe(failure);
  expect(seen).toEqual(['ok', 'ok', 'fail', 'fail']);
});

test('it fits the framework', () => {
  expectTypeOf([${fn}({ done: () => undefined })]).toExtend<NonNullable<${FRAMEWORK_OPTIONS[family]}['middlewares']>>();
  expect(() => ${fn}({} as never)).toThrow(/done/);
});
`,
    );
    readme(
      tree,
      folder,
      `# ${npm}

${description}.

\`\`\`sh
npm install ${npm} @cloudwego/${family}
\`\`\`

<!-- run -->
\`\`\`js
import { ${fn} } from '${npm}';

const middlewares = [${fn}({ done: (outcome) => console.log(outcome) })];
console.log(middlewares.length); // 1: give the list to a client or a server
\`\`\`

| option | default | |
|---|---|---|
| \`done\` | required | told how each call ended |

Apache-2.0.
`,
    );
  },
};

/** The options of each RPC framework that take middlewares. */
const FRAMEWORK_OPTIONS = { kitex: 'ClientOptions', volo: 'ClientOptions' };

/** "etcd" of "registry-etcd". */
function subject(name) {
  return name.replace(/^(?:registry|resolver|config)-/, '');
}
