// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const root = new URL('../../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const groups = JSON.parse(read('packages/kitex/test/governance-features.json')) as Readonly<Record<string, Readonly<Record<string, readonly [string, string]>>>>;

it.each(Object.entries(groups).flatMap(([, rows]) => Object.entries(rows).map(([feature, [file, test]]) => [feature, file, test] as const)))('%s is proved by a test that is there, and the document says so', (feature, file, test) => {
  const text = read(file);
  expect(["'", '`', '"'].some((q) => text.includes(`(${q}${test}${q}`)), `${file}: ${test}`).toBe(true);
  expect(read('docs/governance.md')).toContain(`| ${feature} | [${file.split('/').at(-1)!}](../${file}) | ${test} |`);
});
