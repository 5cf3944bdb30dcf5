// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const folder = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);
const tsx = join(dirname(require.resolve('tsx/package.json')), 'dist/cli.mjs');
const programs = [...readFileSync(join(folder, 'README.md'), 'utf8').matchAll(/<!-- run -->\n```ts\n([\s\S]*?)```/g)].map((m) => m[1]!);

/** What the comments behind and below the calls of console.log say is printed, a line each. */
function said(program: string): string[] {
  const out: string[] = [];
  let logs = false;
  for (const line of program.split('\n')) {
    const behind = /console\.log\(.*\/\/ (.*)$/.exec(line)?.[1];
    const below: string | undefined = logs ? /^\s*\/\/ ?(.*)$/.exec(line)?.[1] : undefined;
    if (behind !== undefined) out.push(...behind.split(', then '));
    else if (below !== undefined) out.push(below);
    logs = line.includes('console.log(') || below !== undefined;
  }
  return out.filter((l) => l !== '');
}

it.each(programs.map((p, i) => [i + 1, p] as const))('program %i of the README prints what it says', async (_, program) => {
  const { stdout } = await promisify(execFile)(process.execPath, [tsx, '--conditions=@cloudwego/source', '--input-type=module', '-e', program], { cwd: folder });
  const lines = stdout.split('\n').map((l) => l.trim());
  expect(said(program).length).toBeGreaterThan(0);
  for (const want of said(program)) expect(lines).toContain(want.trim());
});
