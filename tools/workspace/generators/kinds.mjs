// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// What a contrib package of a certain kind begins as: the interface with nothing behind it, and the contract suite of that interface, which runs and fails
// until there is.

import { workspace, readme, camel, HEADER, pascal } from './room.mjs';

/** "etcd" of "registry-etcd". */
function subject(name) {
  return name.replace(/^(?:registry|resolver|config|loadbalance|loadbalancer|limiter)-/, '');
}

const dependencies = () => ({
  dependencies: workspace(['@cloudwego/gopkg']),
  peerDependencies: workspace(['@cloudwego/governance']),
  devDependencies: workspace(['@cloudwego/governance']),
});

/** The function that what is missing is made with. */
const notWritten = (fn) => `
/** Thrown where this package begins to be written. */
function notWritten(what: string): Error {
  return new Error(\`${fn}: \${what} is not written yet\`);
}
`;

/** Options of what talks to a store. */
const storeOptions = (fn, type) => `/** Options of {@link ${fn}}. */
export interface ${type} {
  /** \`host:port\` of the store's servers. */
  readonly hostPorts: readonly string[];
}

const ${fn}Table = optionTable<${type}>({ hostPorts: list(text(), { required: true }) });
`;

const resolverFunction = (store, fn, type) => `
/**
 * Finds servers in ${store}.
 * Errors: OptionError (GOPKG_OPTION_INVALID) at construction.
 */
export function ${fn}(options: ${type}): Resolver {
  const o = ${fn}Table.resolve(options, '${fn}');
  return {
    name: '${store}',
    // Resolvers of one identity share what they find: everything that makes a difference belongs into it.
    identity: \`${store}:\${[...o.hostPorts].sort().join(',')}\`,
    key: (t) => t.service,
    resolve: (key) => Promise.reject(notWritten(\`resolve "\${key}"\`)),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
`;

const kinds = {
  registry: {
    what: 'Service discovery, both halves',
    names: (s) => ({ fn: `${camel(s)}Registry`, more: [`${camel(s)}Resolver`], types: [`${pascal(s)}RegistryOptions`, `${pascal(s)}ResolverOptions`], suites: ['registryContract'] }),
    source: (s, { fn, more: [resolver], types: [type, resolverType] }) => `import { list, optionTable, text } from '@cloudwego/gopkg/options';
import type { Registry, Resolver } from '@cloudwego/governance';

${storeOptions(fn, type)}
${storeOptions(resolver, resolverType)}
/**
 * Announces servers in ${s}. A registration heals itself: lost, then active under a new session.
 * Errors: OptionError (GOPKG_OPTION_INVALID) at construction.
 */
export function ${fn}(options: ${type}): Registry {
  ${fn}Table.resolve(options, '${fn}');
  return { register: (i) => Promise.reject(notWritten(\`register a server of "\${i.service}"\`)) };
}
${resolverFunction(s, resolver, resolverType)}${notWritten(fn)}`,
    test: (_s, { fn, more: [resolver] }) => ({
      subject: `registryContract({
    // With \`loses: true\`, and \`lose()\` in what create gives, the rule about healing runs, too.
    loses: false,
    create(t) {
      const hostPorts = ['127.0.0.1:1'];
      const resolver = ${resolver}({ hostPorts });
      t.after(async () => resolver[Symbol.asyncDispose]());
      return { registry: ${fn}({ hostPorts }), resolver };
    },
  })`,
      options: `expect(() => ${fn}({} as never)).toThrow(/hostPorts/);`,
    }),
  },
  resolver: {
    what: 'Finds servers',
    names: (s) => ({ fn: `${camel(s)}Resolver`, more: [], types: [`${pascal(s)}ResolverOptions`], suites: ['resolverContract'] }),
    source: (s, { fn, types: [type] }) => `import { list, optionTable, text } from '@cloudwego/gopkg/options';
import type { Resolver } from '@cloudwego/governance';

${storeOptions(fn, type)}${resolverFunction(s, fn, type)}${notWritten(fn)}`,
    test: (_s, { fn }) => ({
      subject: `resolverContract({
    // Not needed once there is a watch; then the rules about watches run, too.
    watches: false,
    create(t) {
      const make = () => ${fn}({ hostPorts: ['127.0.0.1:1'] });
      const resolver = make();
      t.after(async () => resolver[Symbol.asyncDispose]());
      return {
        resolver,
        same: make,
        set: (service, instances) => Promise.reject(new Error(\`write \${instances.length} instances of "\${service}" into the store of the test\`)),
      };
    },
  })`,
      options: `expect(() => ${fn}({} as never)).toThrow(/hostPorts/);`,
    }),
  },
  loadbalancer: {
    what: 'Chooses among instances',
    names: (s) => ({ fn: `${camel(s)}Balancer`, more: [], types: [], suites: ['loadBalancerContract'] }),
    source: (s, { fn }) => `import type { LoadBalancer } from '@cloudwego/governance';

/** Chooses among the instances of a service: a picker is made once for each list, and picks for every call. */
export function ${fn}(): LoadBalancer {
  return {
    name: '${s}',
    picker: (snapshot) => {
      throw notWritten(\`a picker of \${snapshot.instances.length} instances\`);
    },
  };
}
${notWritten(fn)}`,
    test: (_s, { fn }) => ({ subject: `loadBalancerContract({ create: () => ${fn}() })`, options: `expect(${fn}().name).not.toBe('');` }),
  },
  limiter: {
    what: 'Says whether one more may come in',
    names: (s) => ({ fn: `${camel(s)}Limiter`, more: [], types: [`${pascal(s)}LimiterOptions`], suites: ['limiterContract'] }),
    source: (_s, { fn, types: [type] }) => `import { int, optionTable } from '@cloudwego/gopkg/options';
import type { Limiter } from '@cloudwego/governance';

/** Options of {@link ${fn}}. */
export interface ${type} {
  /** 0 or less = no limit. */
  readonly limit: number;
}

const table = optionTable<${type}>({ limit: int({ required: true }) });

/**
 * Says whether one more may come in.
 * Errors: OptionError (GOPKG_OPTION_INVALID) at construction.
 */
export function ${fn}(options: ${type}): Limiter {
  const { limit } = table.resolve(options, '${fn}');
  return {
    acquire: () => {
      throw notWritten('acquire');
    },
    release: () => {
      throw notWritten('release');
    },
    update: () => {
      throw notWritten('update');
    },
    status: { limit, current: 0 },
  };
}
${notWritten(fn)}`,
    test: (_s, { fn }) => ({
      subject: `limiterContract({ create: (limit) => ${fn}({ limit }), holds: true })`,
      options: `expect(() => ${fn}({} as never)).toThrow(/limit/);`,
    }),
  },
  configsource: {
    what: 'Documents of governance',
    names: (s) => ({ fn: `${camel(s)}ConfigSource`, more: [], types: [`${pascal(s)}ConfigSourceOptions`], suites: ['configSourceContract'] }),
    source: (s, { fn, types: [type] }) => `import { list, optionTable, text } from '@cloudwego/gopkg/options';
import type { ConfigSource } from '@cloudwego/governance';

${storeOptions(fn, type)}
/**
 * Documents of governance in ${s}, followed while the process runs.
 * Errors: OptionError (GOPKG_OPTION_INVALID) at construction; those of the store and of documents reach the sinks.
 */
export function ${fn}(options: ${type}): ConfigSource {
  const o = ${fn}Table.resolve(options, '${fn}');
  return {
    name: \`${s} \${o.hostPorts.join(',')}\`,
    watch(key) {
      throw notWritten(\`watch "\${key}"\`);
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
${notWritten(fn)}`,
    test: (_s, { fn }) => ({
      subject: `configSourceContract({
    // With \`spoils: true\`, and \`spoil()\` in what create gives, the rule about documents that cannot be read runs, too.
    spoils: false,
    create(t) {
      const source = ${fn}({ hostPorts: ['127.0.0.1:1'] });
      t.after(async () => source[Symbol.asyncDispose]());
      return { source, set: (key) => Promise.reject(new Error(\`write "\${key}" into the store of the test\`)) };
    },
  })`,
      options: `expect(() => ${fn}({} as never)).toThrow(/hostPorts/);`,
    }),
  },
};

/** Names of the kinds; contrib.schema.json lists the same. */
export const KINDS = Object.keys(kinds);

/** A kind as contrib.mjs takes it. */
export function skeleton(kind) {
  const k = kinds[kind];
  return {
    description: (_family, name) => `${k.what}: ${subject(name)}`,
    dependencies,
    write(tree, { folder, name, npm, description }) {
      const s = subject(name);
      const names = k.names(s);
      const file = kind === 'configsource' ? 'config-source' : kind;
      const values = [names.fn, ...names.more].sort();
      const types = [...names.types].sort();
      tree.write(`${folder}/src/index.ts`, `${HEADER}export { ${values.join(', ')} } from './${file}.js';\n${types.length > 0 ? `export type { ${types.join(', ')} } from './${file}.js';\n` : ''}`);
      tree.write(`${folder}/src/${file}.ts`, `${HEADER}${k.source(s, names)}`);
      const t = k.test(s, names);
      tree.write(
        `${folder}/test/${file}.test.ts`,
        `${HEADER}import { describe, expect, it, onTestFinished, test } from 'vitest';
import { ${[...names.suites, 'runWithVitest'].join(', ')} } from '@cloudwego/governance/testing';
import { ${values.join(', ')} } from '${npm}';

// Red until the package is written: these are the rules of its interface.
runWithVitest(
  { describe, it, onTestFinished },
  '${names.fn}',
  ${t.subject},
);

test('it refuses what it cannot use', () => {
  ${t.options}
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

\`\`\`ts
import { ${names.fn} } from '${npm}';
\`\`\`

It is not written yet: \`npx vitest run ${folder}\` runs the contract suite of its interface, and says what is missing.

Apache-2.0.
`,
      );
    },
  };
}
