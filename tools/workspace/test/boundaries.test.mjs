// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { ESLint, Linter } from 'eslint';
import { join } from 'node:path';
import tseslint from 'typescript-eslint';
import { describe, expect, test } from 'vitest';
import { arrows } from '../arrows.mjs';
import { plugin } from '../eslint/plugin.mjs';

const root = join(import.meta.dirname, '../../..');
const linter = new Linter({ cwd: root });

/** Messages of our rules for `code` as if it lay at `path`. */
function lint(path, code, rules = ['boundaries']) {
  return linter
    .verify(
      code,
      [
        {
          files: ['**/*.ts', '**/*.mjs'],
          plugins: { cloudwego: plugin },
          languageOptions: { parser: tseslint.parser, ecmaVersion: 2024, sourceType: 'module' },
          rules: Object.fromEntries(rules.map((r) => [`cloudwego/${r}`, 'error'])),
        },
      ],
      join(root, path),
    )
    .map((m) => m.message);
}

/** Every way in which a module can name another. */
const ways = {
  'an import': (s) => `import { x } from '${s}';`,
  'a namespace import': (s) => `import * as x from '${s}';`,
  'an import for its effects': (s) => `import '${s}';`,
  'an import of types': (s) => `import type { X } from '${s}';`,
  'an import of a type by specifier': (s) => `import { type X } from '${s}';`,
  'a dynamic import': (s) => `const x = await import('${s}');`,
  'a re-export': (s) => `export { x } from '${s}';`,
  'a re-export of everything': (s) => `export * from '${s}';`,
  'a re-export of types': (s) => `export type { X } from '${s}';`,
  'an import in a type': (s) => `export type X = import('${s}').X;`,
  'an import with require': (s) => `import x = require('${s}');`,
  'a call of require': (s) => `const x = require('${s}');`,
  'a resolution': (s) => `const x = import.meta.resolve('${s}');`,
  'a mock': (s) => `vi.mock('${s}');`,
};

/** How often each way is reported. */
const verdicts = (path, specifier) => Object.fromEntries(Object.entries(ways).map(([way, write]) => [way, lint(path, write(specifier)).length]));
const all = (count) => Object.fromEntries(Object.keys(ways).map((way) => [way, count]));

describe('whichever way a module is named', () => {
  test.each([
    ['upward', 'packages/gopkg/src/x.ts', '@cloudwego/netpoll'],
    ['upward to a framework', 'packages/transport/src/pool/x.ts', '@cloudwego/kitex/codegen'],
    ['sideways', 'packages/protocol/src/x.ts', '@cloudwego/netpoll'],
    ['sideways between frameworks', 'packages/volo/src/x.ts', '@cloudwego/kitex'],
    ['of the launchers in published code', 'packages/kitex/src/x.ts', '@cloudwego/testkit'],
    ['of a contrib package by a package', 'packages/kitex/src/x.ts', '@kitex-contrib/registry-file'],
    ['of a tool by a package', 'packages/kitex/src/x.ts', '@cloudwego/kitex-cli'],
    ['of internals by a contrib package', 'contrib/kitex/monitor-prometheus/src/x.ts', '@cloudwego/kitex/internal'],
    ['of internals by the test of a contrib package', 'contrib/kitex/monitor-prometheus/test/x.test.ts', '@cloudwego/kitex/internal'],
    ['of internals by an example', 'examples/shop/src/x.ts', '@cloudwego/transport/internal'],
    ['of a framework by a registry', 'contrib/kitex/registry-etcd/src/x.ts', '@cloudwego/kitex'],
    ['of another family', 'contrib/hertz/jwt/src/x.ts', '@cloudwego/kitex'],
    ['between contrib packages', 'contrib/kitex/registry-etcd/src/x.ts', '@kitex-contrib/config-etcd'],
    ['of a framework by what contrib packages share', 'contrib/shared/etcd/src/x.ts', '@cloudwego/kitex'],
    ['of a clock for tests in published code', 'packages/transport/src/x.ts', '@cloudwego/gopkg/clock/testing'],
    ['of a LinkBuffer by what is built on netpoll', 'packages/transport/src/x.ts', '@cloudwego/netpoll/linkbuffer'],
    ['of a sibling past its exports', 'packages/transport/src/x.ts', '../../netpoll/src/index.js'],
    ['of a sibling past its exports, in a test', 'packages/transport/test/pool/x.test.ts', '../../../netpoll/dist/index.js'],
  ])('an import %s is rejected', (_name, path, specifier) => {
    expect(verdicts(path, specifier)).toEqual(all(1));
  });

  test.each([
    ['packages/kitex/src/x.ts', '@cloudwego/gopkg/context'],
    ['packages/kitex/src/x.ts', '@cloudwego/transport/internal'],
    ['packages/kitex/src/client/x.ts', '../errors.js'],
    ['packages/volo/src/x.ts', '@cloudwego/motore'],
    ['packages/governance/src/testing/x.ts', '@cloudwego/gopkg/clock/testing'],
    ['packages/protocol/test/x.test.ts', '@cloudwego/testkit'],
    ['packages/protocol/test/x.test.ts', '@cloudwego/protocol'],
    ['contrib/kitex/registry-etcd/src/x.ts', '@cloudwego/governance'],
    ['contrib/kitex/registry-etcd/src/x.ts', '@cloudwego/shared-etcd'],
    ['contrib/kitex/registry-etcd/test/x.test.ts', '@cloudwego/kitex'],
    ['contrib/kitex/monitor-prometheus/src/x.ts', '@cloudwego/kitex'],
    ['contrib/volo/limiter/src/x.ts', '@cloudwego/motore'],
    ['examples/shop/src/x.ts', '@kitex-contrib/registry-file'],
    ['tools/kitex-cli/src/x.ts', '@cloudwego/pilota-build'],
    ['packages/gopkg/src/x.ts', 'node:fs'],
    ['contrib/kitex/registry-etcd/src/x.ts', '@grpc/grpc-js'],
  ])('%s may import %s', (path, specifier) => {
    expect(verdicts(path, specifier)).toEqual(all(0));
  });
});

test('the message names what would be allowed', () => {
  expect(lint('packages/protocol/src/x.ts', "import '@cloudwego/netpoll';")[0]).toBe('packages/protocol may not import @cloudwego/netpoll; it may import @cloudwego/gopkg');
  expect(lint('packages/gopkg/src/x.ts', "import '@cloudwego/sonic';")[0]).toContain('it may import nothing of the suite');
});

test('an optional peer is loaded on first use: its types are free, its values come by import()', () => {
  const from = 'packages/transport/src/shm.ts';
  expect(lint(from, ways['an import of types']('@cloudwego/shmipc'))).toEqual([]);
  expect(lint(from, ways['a dynamic import']('@cloudwego/shmipc'))).toEqual([]);
  expect(lint(from, ways['an import']('@cloudwego/shmipc'))).toEqual([expect.stringContaining('by import()')]);
});

test('the arrows have no circle, and every one of them ends at a package', () => {
  const depth = (name, above) => {
    expect(above, `${name} imports itself through ${above.join(', ')}`).not.toContain(name);
    expect(arrows, name).toHaveProperty([name]);
    for (const to of arrows[name]) depth(to, [...above, name]);
  };
  for (const name of Object.keys(arrows)) depth(name, []);
});

test.each([
  ['no-json', 'JSON.stringify(x)'],
  ['no-json', "JSON['stringify'](x)"],
  ['no-json', 'JSON.parse(x)'],
  ['no-json', 'const { a = JSON.stringify } = x'],
  ['no-json', 'const { parse } = JSON'],
  ['no-json', 'const read = JSON[how]'],
  ['no-json', 'f(JSON)'],
  ['no-json', 'globalThis.JSON.parse(x)'],
  ['no-json', 'const { stringify } = globalThis.JSON'],
  ['no-signal-statics', 'AbortSignal.any([])'],
  ['no-signal-statics', 'const f = AbortSignal.timeout'],
  ['one-loader', "import { createRequire } from 'node:module'"],
  ['one-loader', "const a = await import('../build/netpoll.node')"],
  ['one-loader', "import build from 'node-gyp-build'"],
  ['one-loader', 'process.dlopen(m, f)'],
  ['named-exports', 'export default class X {}'],
])('%s rejects %s', (rule, code) => {
  expect(lint('packages/netpoll/src/poll/other.ts', code, [rule])).toHaveLength(1);
});

test('raw numbers, and names that are only spelled alike, are no JSON', () => {
  expect(lint('packages/netpoll/src/x.ts', 'JSON.rawJSON(x); JSON.isRawJSON(x); const a = { JSON: 1 }; a.JSON.parse(x); const f = (JSON) => JSON.parse(x);', ['no-json'])).toEqual([]);
});

// What is enforced is what the configuration says of a file, not what the rule could do.
test.each([
  ['packages/kitex/src/x.ts', true],
  ['packages/gopkg/src/metainfo/x.ts', true],
  ['contrib/kitex/registry-file/src/x.ts', true],
  ['tools/kitex-cli/src/x.ts', true],
  ['examples/shop/src/gateway/x.ts', true],
  ['examples/hello/src/x.ts', true],
  ['examples/shop/bin/x.mjs', true],
  ['packages/sonic/src/x.ts', false],
  ['packages/gopkg/src/logger/format.ts', false],
  ['packages/kitex/test/x.test.ts', false],
])('JSON.parse in %s: %s', async (file, forbidden) => {
  const config = await new ESLint({ cwd: root }).calculateConfigForFile(join(root, file));
  expect((config.rules['cloudwego/no-json']?.[0] ?? 0) === 2).toBe(forbidden);
});

test('the one file that loads the addon may', () => {
  expect(lint('packages/netpoll/src/poll/load.ts', "import { createRequire } from 'node:module'; process.dlopen(m, f);", ['one-loader'])).toEqual([]);
});
