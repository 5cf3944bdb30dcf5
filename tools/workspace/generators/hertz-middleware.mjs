// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { camel, HEADER, pascal, readme, workspace } from './room.mjs';

/** What a middleware of Hertz begins as: a handler around those behind it, its test on an app without a socket, a README whose program runs. */
export const hertzMiddleware = {
  description: (_family, name) => `${pascal(name)} for Hertz`,
  dependencies: () => ({
    dependencies: workspace(['@cloudwego/gopkg']),
    peerDependencies: workspace(['@cloudwego/hertz']),
    devDependencies: workspace(['@cloudwego/hertz']),
  }),
  write(tree, { folder, name, npm, description }) {
    const fn = camel(name);
    const type = `${pascal(name)}Options`;
    tree.write(`${folder}/src/index.ts`, `${HEADER}export { ${fn} } from './${name}.js';\nexport type { ${type} } from './${name}.js';\n`);
    tree.write(
      `${folder}/src/${name}.ts`,
      `${HEADER}import { func, optionTable } from '@cloudwego/gopkg/options';
import type { OptionTable } from '@cloudwego/gopkg/options';
import type { Handler } from '@cloudwego/hertz';

/** Options of {@link ${fn}}. */
export interface ${type} {
  /** Told how each request ended. */
  readonly done: (outcome: 'ok' | 'fail') => void;
}

const table: OptionTable<${type}> = optionTable<${type}>({ done: func({ required: true }) });

/**
 * A middleware: \`h.use(${fn}({ … }))\`.
 * Errors: OptionError (GOPKG_OPTION_INVALID) at construction.
 */
export function ${fn}(options: ${type}): Handler {
  const { done } = table.resolve(options, '${fn}');
  return async (c) => {
    try {
      await c.next();
    } catch (e) {
      done('fail');
      throw e;
    }
    done('ok');
  };
}
`,
    );
    tree.write(
      `${folder}/test/${name}.test.ts`,
      `${HEADER}import { expect, test } from 'vitest';
import { Hertz, recovery } from '@cloudwego/hertz';
import { performRequest } from '@cloudwego/hertz/testing';
import { ${fn} } from '${npm}';

test('it is told of requests that end well and of those that fail, and changes neither', async () => {
  const seen: string[] = [];
  const h = new Hertz().use(recovery(), ${fn}({ done: (outcome) => void seen.push(outcome) }));
  h.get('/ok', (c) => {
    c.string(200, 'fine');
  });
  h.get('/fail', () => {
    throw new Error('no');
  });
  expect((await performRequest(h, 'GET', '/ok')).text()).toBe('fine');
  expect((await performRequest(h, 'GET', '/fail')).status).toBe(500);
  expect(seen).toEqual(['ok', 'fail']);
});

test('it says which option is wrong', () => {
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
npm install ${npm} @cloudwego/hertz
\`\`\`

<!-- run -->
\`\`\`js
import { Hertz } from '@cloudwego/hertz';
import { performRequest } from '@cloudwego/hertz/testing';
import { ${fn} } from '${npm}';

const h = new Hertz().use(${fn}({ done: (outcome) => console.log(outcome) })); // ok
h.get('/', (c) => c.string(200, 'hello'));
console.log((await performRequest(h, 'GET', '/')).text()); // hello
\`\`\`

| option | default | |
|---|---|---|
| \`done\` | required | told how each request ended |

Apache-2.0.
`,
    );
  },
};
