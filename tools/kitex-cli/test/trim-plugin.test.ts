// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { generate, main } from '@cloudwego/kitex-cli';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kitex-cli-'));
  writeFileSync(join(dir, 'a.thrift'), 'namespace js a\nstruct Used { 1: i32 a }\nstruct Unused { 1: i32 a }\nstruct Named { 1: i32 a }\nservice S { void one(1: Used u), Unused two() }\n');
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

const generated = (): string => readFileSync(join(dir, 'kitex_gen/a/index.ts'), 'utf8');

async function run(...args: string[]): Promise<{ status: number; error: string }> {
  const cwd = process.cwd();
  process.chdir(dir);
  let error = '';
  try {
    return { status: await main(args, { out: () => undefined, error: (t) => void (error += t) }), error };
  } finally {
    process.chdir(cwd);
  }
}

describe('-trim', () => {
  it('generates what methods need, and copies the IDL as it was trimmed', async () => {
    const r = await run('-method', 'S.one', '-method', 'nope', '-preserve', 'Named', '-copy-idl', 'a.thrift');
    expect(r).toEqual({ status: 0, error: '-method nope: no method fits\n' });
    expect(generated()).toContain('export interface Used ');
    expect(generated()).toContain('export interface Named ');
    expect(generated()).not.toContain('Unused');
    expect(readFileSync(join(dir, 'kitex_gen/a/a.thrift'), 'utf8')).not.toContain('two');
  });

  it('keeps all methods without -method', async () => {
    expect((await run('-trim', '-no-preserve', 'a.thrift')).status).toBe(0);
    expect(generated()).toContain('export interface Unused ');
    expect(generated()).not.toContain('Named');
  });
});

it('-descriptors gives services theirs', () => {
  generate({ idl: 'a.thrift', cwd: dir, descriptors: true });
  expect(generated()).toContain('descriptor: () => $descriptor,');
});

describe('-thrift-plugin', () => {
  it('runs plugins of modules', async () => {
    writeFileSync(join(dir, 'plugin.mjs'), `export default [{ name: 'a', onDefinition: (d, c) => void c.code.line('// ' + c.name(d) + ' seen') }, { name: 'b', onEnd: () => [{ path: 'more.ts', text: 'export {};\\n' }] }];\n`);
    expect(await run('-thrift-plugin', './plugin.mjs', 'a.thrift')).toEqual({ status: 0, error: '' });
    expect(generated()).toContain('// Used seen');
    expect(readFileSync(join(dir, 'kitex_gen/more.ts'), 'utf8')).toBe('export {};\n');
  });

  it('says what is wrong with one', async () => {
    writeFileSync(join(dir, 'bad.mjs'), 'export default 5;\n');
    expect((await run('-thrift-plugin', './bad.mjs', 'a.thrift')).status).toBe(2);
    const r = await run('-thrift-plugin', 'no-such-file.mjs', 'a.thrift');
    expect([r.status, r.error.startsWith('kitex: -thrift-plugin no-such-file.mjs: ')]).toEqual([2, true]);
  });
});
