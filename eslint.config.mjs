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
      'no-unreachable-loop': 'error',
      'no-throw-literal': 'off',
      'no-eval': 'error',
      'no-new-func': 'error',
    },
  },
  {
    files: ['packages/*/src/**/*.ts', 'contrib/*/*/src/**/*.ts', 'tools/kitex-cli/src/**/*.ts'],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      'cloudwego/named-exports': 'error',
      'cloudwego/no-signal-statics': 'error',
      'cloudwego/one-loader': 'error',
      'max-lines': ['error', { max: 800, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      '@typescript-eslint/no-shadow': 'off',
      '@typescript-eslint/only-throw-error': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unnecessary-type-assertion': 'off',
    },
  },
  // Values of users become JSON through sonic; these write data of their own.
  {
    files: ['packages/*/src/**/*.ts'],
    ignores: ['packages/sonic/**', 'packages/pilota-build/**', 'packages/kitex/src/meta/biz-status.ts', 'packages/gopkg/src/**'],
    rules: { 'cloudwego/no-json': 'error' },
  },
);
