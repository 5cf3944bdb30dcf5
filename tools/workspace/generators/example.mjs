// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { readJson } from '@nx/devkit';
import { addProject, after, built, camel, checkName, HEADER, pascal, readme, sentence, workspace } from './room.mjs';

/** `npx nx g ./tools/workspace:example NAME`: an IDL, its generated code, one program with both ends, a test that runs it. */
export default async function exampleGenerator(tree, options) {
  const name = checkName(options.name);
  const folder = `examples/${name}`;
  if (tree.exists(`${folder}/package.json`)) throw new Error(`${folder} is there already`);
  const { loadThriftText, generateThrift } = await built(tree, 'packages/pilota-build/dist/index.js');

  const service = pascal(name);
  const description = sentence(options.description, `${service}: an IDL, a server, a client`);
  const { devDependencies } = readJson(tree, 'package.json');
  const pkg = {
    name: `@cloudwego-examples/${name}`,
    version: '0.0.0',
    private: true,
    description,
    license: 'Apache-2.0',
    type: 'module',
    engines: { node: '>=20.19.0' },
    scripts: {
      generate: `kitex -gen-path src/kitex_gen idl/${name}.thrift`,
      build: 'tsc -b tsconfig.build.json',
      start: 'npm run --silent build && node dist/main.js',
      test: 'vitest run',
    },
    dependencies: workspace(['@cloudwego/kitex', '@cloudwego/pilota']),
    devDependencies: { ...workspace(['@cloudwego/kitex-cli']), ...Object.fromEntries(['tsx', 'typescript', 'vitest'].map((n) => [n, devDependencies[n]])) },
    // Scripts are for who stands in the folder; nx has targets of its own.
    nx: { tags: ['layer:example', 'scope:kitex'], includedScripts: [] },
  };
  addProject(tree, folder, pkg, { project: `example-${name}` });
  tree.write(
    `${folder}/example.json`,
    JSON.stringify(
      { title: description, level: 'beginner', minutes: 5, topics: ['IDL and generated code', 'server', 'client'], packages: ['@cloudwego/kitex', '@cloudwego/kitex-cli', '@cloudwego/pilota'], originals: [], services: [] },
      undefined,
      2,
    ) + '\n',
  );

  const namespace = name.replaceAll('-', '_');
  const idl = `${HEADER}
namespace js ${namespace}

struct Request {
  1: required string name
}

struct Answer {
  1: required string text
}

service ${service} {
  Answer Ask(1: Request request)
}
`;
  tree.write(`${folder}/idl/${name}.thrift`, idl);
  for (const f of generateThrift(loadThriftText(idl, `idl/${name}.thrift`))) tree.write(`${folder}/src/kitex_gen/${f.path}`, f.text);
  tree.write(
    `${folder}/src/main.ts`,
    `${HEADER}
// Both ends in one program: a server on a free port, a client that calls it.

import { createClient, createServer } from '@cloudwego/kitex';
import { ${service} } from './kitex_gen/${namespace}/index.js';

const server = createServer({ serviceName: '${name}', address: '127.0.0.1:0' }).register(${service}, {
  async ask(request) {
    return { text: \`\${request.name}, here is ${name}\` };
  },
});
const { address } = await server.start();

const client = createClient(${service}, { destService: '${name}', hostPorts: [address], connectTimeoutMs: 1000, rpcTimeoutMs: 5000 });
const answer = await client.ask({ name: 'Ada' });
console.log(answer.text);

await client.close();
await server.stop();
`,
  );
  tree.write(
    `${folder}/test/${name}.test.ts`,
    `${HEADER}import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate } from '@cloudwego/kitex-cli';
import { expect, onTestFinished, test } from 'vitest';

const folder = fileURLToPath(new URL('..', import.meta.url));
/** Runs a program from source, siblings included, as \`npm start\` runs it from what was compiled. */
const node = ['--conditions=@cloudwego/source', '--import', import.meta.resolve('tsx')];

test('start prints what the README says, and ends with status 0', async () => {
  const out = await new Promise<{ status: number; text: string }>((resolve) => {
    execFile(process.execPath, [...node, join(folder, 'src/main.ts')], (e, stdout) => {
      resolve({ status: e === null ? 0 : Number(e.code), text: stdout.trim() });
    });
  });
  const shown = /\`\`\`text\\n([\\s\\S]*?)\`\`\`/.exec(readFileSync(join(folder, 'README.md'), 'utf8'))![1]!.trim();
  expect(out).toEqual({ status: 0, text: shown });
}, 60_000);

test('kitex_gen is what the tool writes today', () => {
  const cwd = mkdtempSync(join(tmpdir(), '${name}-'));
  onTestFinished(() => {
    rmSync(cwd, { recursive: true, force: true });
  });
  for (const name of ['idl', 'src', 'package.json']) cpSync(join(folder, name), join(cwd, name), { recursive: true });
  const { files } = generate({ idl: 'idl/${name}.thrift', genPath: 'src/kitex_gen', cwd });
  expect(files).toEqual([{ path: 'src/kitex_gen/${namespace}/index.ts', action: 'unchanged' }]);
});
`,
  );
  readme(
    tree,
    folder,
    `# ${description}

[中文](README.zh.md)

Read in this order: [idl/${name}.thrift](idl/${name}.thrift), [src/main.ts](src/main.ts).

\`\`\`sh
pnpm start
pnpm test
\`\`\`

It prints this:

\`\`\`text
Ada, here is ${name}
\`\`\`

After a change to the IDL, \`pnpm generate\` writes \`src/kitex_gen\` again.
`,
  );
  tree.write(
    `${folder}/README.zh.md`,
    `${tree.read(`${folder}/README.md`, 'utf8').split('\n\n')[0]}

# ${camel(name)}

[English](README.md)

建议阅读顺序：[idl/${name}.thrift](idl/${name}.thrift)、[src/main.ts](src/main.ts)。

\`\`\`sh
pnpm start
pnpm test
\`\`\`

修改 IDL 之后，运行 \`pnpm generate\` 重新生成 \`src/kitex_gen\`。
`,
  );
  return after(tree, folder, options);
}
