// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { formatWithOptions } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';

const root = new URL('..', import.meta.url);
const readme = readFileSync(new URL('README.md', root), 'utf8');
const manifest = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { readonly exports: Readonly<Record<string, Readonly<Record<string, string>>>> };
const dir = mkdtempSync(join(tmpdir(), 'gopkg-readme-'));
afterAll(() => {
  rmSync(dir, { recursive: true, force: true });
});

interface Snippet {
  readonly title: string;
  readonly code: string;
}

function* snippets(): Iterable<Snippet> {
  let title = 'start';
  for (const m of readme.matchAll(/^## (.*)$|<!-- run -->\n```js\n([\s\S]*?)```/gm)) {
    if (m[1] !== undefined) title = m[1];
    else yield { title, code: m[2]! };
  }
}

describe('README', () => {
  it.each([...snippets()].map((s, i) => ({ ...s, name: `${i + 1}: ${s.title}` })))('program $name runs and prints what its comments say', async ({ code, name }) => {
    const printed: (readonly [number, string])[] = [];
    const globals = globalThis as unknown as Record<string, unknown>;
    globals['__print'] = (line: number, ...args: unknown[]) => printed.push([line, formatWithOptions({ breakLength: Infinity }, ...args)]);
    const expected: (readonly [number, string])[] = [];
    const lines = code.split('\n').map((line, i) => {
      const wanted = /console\.log\(.*\/\/ (.*)$/.exec(line)?.[1];
      if (wanted !== undefined) expected.push([i, wanted]);
      return line.replace('console.log(', `__print(${i}, `);
    });
    const text = lines.join('\n').replaceAll(/'@cloudwego\/gopkg(\/[\w/]*)?'/g, (_, sub: string | undefined) => `'${new URL(manifest.exports[`.${sub ?? ''}`]!['@cloudwego/source']!, root).href}'`);
    const file = join(dir, `${name.replaceAll(/\W/g, '-')}.mjs`);
    writeFileSync(file, text);
    await import(pathToFileURL(file).href);
    delete globals['__print'];
    const wanted = new Set(expected.map(([i]) => i));
    expect(printed.filter(([i]) => wanted.has(i)).sort(([a], [b]) => a - b)).toEqual(expected);
    expect(printed.length).toBeGreaterThan(0);
  });

  it('has a section with a program for every subpath', () => {
    const programs = [...snippets()].map((s) => s.code).join('\n');
    for (const sub of Object.keys(manifest.exports)) {
      if (sub === '.' || sub === './package.json' || sub === './async') continue;
      expect(programs).toContain(`'@cloudwego/gopkg${sub.slice(1)}'`.replace(/\/clock'$/, '/clock/testing\''));
      const section = sub.slice(2).split('/')[0]!;
      expect(readme).toMatch(new RegExp(`^## ${section}$`, 'm'));
      expect(readme).toContain(`(#${section})`);
    }
  });
});
