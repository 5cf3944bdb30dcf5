// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { execFile, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { generate } from '@cloudwego/kitex-cli';
import { createClient } from '@cloudwego/kitex';
import { expect, onTestFinished, test } from 'vitest';
import { Hello } from '../src/kitex_gen/hello/index.js';

const folder = fileURLToPath(new URL('..', import.meta.url));
/** Runs a program from source, siblings included, as `npm start` runs it from what was compiled. */
const node = ['--conditions=@cloudwego/source', '--import', import.meta.resolve('tsx')];

test('start prints what the README says, and ends with status 0', async () => {
  const out = await new Promise<{ status: number; lines: string[]; errors: string }>((resolve) => {
    execFile(process.execPath, [...node, join(folder, 'src/main.ts')], (e, stdout, stderr) => {
      resolve({ status: e === null ? 0 : Number(e.code), lines: stdout.trim().split('\n'), errors: stderr });
    });
  });
  expect(out.errors.split('\n').filter((l) => l !== '' && !l.includes('[Info]'))).toEqual([]);
  expect(out.status).toBe(0);
  const readme = readFileSync(join(folder, 'README.md'), 'utf8');
  const shown = /```text\n([\s\S]*?)```/.exec(readme)![1]!.trim().split('\n');
  const comparable = (lines: string[]): string[] => lines.map((l) => l.replaceAll(/127\.0\.0\.1:\d{4,}/g, '127.0.0.1:PORT')).sort();
  expect(comparable(out.lines)).toEqual(comparable(shown));
}, 60_000);

test('the server serves a client of the same IDL, and stops gracefully when it is told to', async () => {
  const server = spawn(process.execPath, [...node, join(folder, 'src/server.ts')], { env: { ...process.env, ADDRESS: '127.0.0.1:0' }, stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void server.kill('SIGKILL'));
  const lines: string[] = [];
  const closed = once(server, 'close');
  const address = await new Promise<string>((resolve) => {
    createInterface({ input: server.stdout }).on('line', (l) => {
      lines.push(l);
      const at = /listens on (\S+)/.exec(l)?.[1];
      if (at !== undefined) resolve(at);
    });
  });
  const client = createClient(Hello, { destService: 'hello', hostPorts: [address], connectTimeoutMs: 5000, rpcTimeoutMs: 10_000 });
  expect(await client.greet({ name: 'Linus', language: 'zh' })).toEqual({ text: '你好, Linus!', count: 1n });
  await expect(client.greet({ name: 'Linus', language: 'xx' })).rejects.toMatchObject({ language: 'xx', known: ['en', 'fr', 'zh'] });
  await client.close();
  server.kill('SIGTERM');
  expect(await closed).toEqual([0, null]);
  expect(lines.at(-1)).toBe('hello stopped after 1 greetings');
}, 60_000);

test('kitex_gen is what the tool writes today', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'hello-'));
  onTestFinished(() => {
    rmSync(cwd, { recursive: true, force: true });
  });
  for (const name of ['idl', 'src', 'package.json']) cpSync(join(folder, name), join(cwd, name), { recursive: true });
  const { files } = generate({ idl: 'idl/hello.thrift', genPath: 'src/kitex_gen', cwd });
  expect(files).toEqual([{ path: 'src/kitex_gen/hello/index.ts', action: 'unchanged' }]);
});
