// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import tseslint from 'typescript-eslint';
import { plugin } from './tools/workspace/eslint/plugin.mjs';

export default tseslint.config(
  {
    ignores: ['**/dist/**', '**/.build/**', '**/.tsbuild/**', '**/.nx/**', '**/test/.generated/**', '**/kitex_gen/**', '**/gen-nodejs/**', '**/golden/**', '**/node_modules/**', '.tsbuild/**', '**/*.min.js'],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'off' } },
  {
    files: ['**/*.ts', '**/*.mjs', '**/*.js'],
    plugins: { cloudwego: plugin, '@typescript-eslint': tseslint.plugin },
    languageOptions: { parser: tseslint.parser, ecmaVersion: 2024, sourceType: 'module' },
    rules: {
      'cloudwego/boundaries': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-var': 'error',
      'prefer-const': 'error',
      'no-constant-binary-expression': 'error',
      'no-self-compare': 'error',
      'no-unreachable-loop': ['error', { ignore: ['ForOfStatement'] }],
      'no-throw-literal': 'off',
      'no-eval': 'error',
      'no-new-func': 'error',
    },
  },
  // What is published, with types.
  {
    files: ['packages/*/src/**/*.ts', 'contrib/*/*/src/**/*.ts', 'tools/kitex-cli/src/**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'cloudwego/named-exports': 'error',
      'cloudwego/no-signal-statics': 'error',
      'cloudwego/one-loader': 'error',
      'max-lines': ['error', { max: 800, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true, allowNullish: true, allowRegExp: true, allowAny: false }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // The compiler finds what is unused; the rest of the preset that is off is a matter of taste, or forbids what hot code is written with on purpose:
      // `!` after a check of bounds, promises that are made by hand, what a user threw thrown on.
      ...Object.fromEntries(
        [
          'no-base-to-string',
          'no-confusing-void-expression',
          'no-empty-object-type',
          'no-invalid-void-type',
          'no-meaningless-void-operator',
          'no-misused-spread',
          'no-non-null-assertion',
          'no-this-alias',
          'no-unnecessary-condition',
          'no-unnecessary-type-assertion',
          'no-unnecessary-type-conversion',
          'no-unnecessary-type-parameters',
          'no-unsafe-class-instance-assignment',
          'no-unused-vars',
          'only-throw-error',
          'require-await',
          'restrict-plus-operands',
          'unbound-method',
        ].map((name) => [`@typescript-eslint/${name}`, 'off']),
      ),
    },
  },
  // Values of users are read and written through sonic. What may use JSON.parse and JSON.stringify, and why, file by file:
  {
    files: ['packages/*/src/**/*.ts', 'contrib/*/*/src/**/*.ts', 'tools/*/src/**/*.ts', 'examples/*/{src,bin,page}/**/*.{ts,mjs,js}'],
    ignores: [
      'packages/sonic/**',
      // gopkg may import nothing: strings in messages, log records with a replacer of their own, a provider whose parser users choose.
      'packages/gopkg/src/options/option-table.ts',
      'packages/gopkg/src/logger/format.ts',
      'packages/gopkg/src/configmanager/config-manager.ts',
      'packages/gopkg/src/configmanager/file-provider.ts',
      // Strings by strings, as the wire has them.
      'packages/kitex/src/meta/biz-status.ts',
      // What the framework says of itself, with a replacer of its own.
      'packages/kitex/src/diagnosis/endpoint.ts',
      // String literals of generated code.
      'packages/pilota-build/src/generate/names.ts',
      // Its own document: addresses, weights, tags.
      'contrib/kitex/registry-file/src/resolver.ts',
      // package.json, as npm reads and writes it; string literals of the code it makes.
      'tools/kitex-cli/src/package-file.ts',
      'tools/kitex-cli/src/generate.ts',
      'tools/kitex-cli/src/scaffold.ts',
      // Runs in the browser, where amounts arrive as strings of digits.
      'examples/shop/page/dom.js',
      'examples/shop/page/page.js',
    ],
    rules: { 'cloudwego/no-json': 'error' },
  },
);
