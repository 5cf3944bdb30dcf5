// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { answersOn, commandPeer, findCommand, freePort, launch, LaunchError, skipUnless, tempDir } from '@cloudwego/testkit';

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const program = (body: string): { command: string; args: (port: number) => string[] } => ({ command: process.execPath, args: (port) => ['-e', `const port = ${port}; ${body}`] });
const listening = "require('node:net').createServer((s) => s.on('error', () => undefined).end('hi')).listen(port, '127.0.0.1', () => console.log('listening'));";

describe('launch', () => {
  it('starts a server on a free port, waits until it answers, keeps its logs, stops it', async () => {
    const s = await launch(program(listening));
    expect(await answersOn({ port: s.port })).toBe(true);
    expect(s.address).toBe(`127.0.0.1:${s.port}`);
    await expect.poll(() => s.logs()).toBe('listening\n');
    await s.stop();
    await s.stop();
    expect(await s.ended).toEqual({ status: null, signal: 'SIGTERM' });
    expect(alive(s.pid)).toBe(false);
    expect(await answersOn({ port: s.port })).toBe(false);
  });

  it('waits for a line, or for what a question says', async () => {
    await using byLine = await launch({ ...program("setTimeout(() => console.error('ready now'), 50); setInterval(() => {}, 1000);"), ready: /ready/ });
    expect(byLine.logs()).toContain('ready now');
    let asked = 0;
    await using byQuestion = await launch({ ...program('setInterval(() => {}, 1000);'), ready: () => ++asked === 3 });
    expect(asked).toBe(3);
    expect(alive(byQuestion.pid)).toBe(true);
  });

  it('says what a server printed that ended early, was not found, or never answered', async () => {
    await expect(launch(program("console.error('no config'); process.exit(3);"))).rejects.toThrow(/it ended with status 3; it said:\nno config/);
    await expect(launch({ command: '/nowhere/to/be/found' })).rejects.toThrow(LaunchError);
    const dir = tempDir();
    const note = dir.file('pid');
    await expect(launch({ ...program(`require('fs').writeFileSync(${JSON.stringify(note)}, ''); setInterval(() => {}, 1000);`), ready: () => false, timeoutMs: 500 })).rejects.toThrow(/did not answer within 500 ms/);
    dir[Symbol.dispose]();
  });

  it('kills what does not want to end, and what it started', async () => {
    const stubborn = "process.on('SIGTERM', () => {});";
    const s = await launch({
      command: process.execPath,
      args: (port) => ['-e', `${stubborn} require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(`${stubborn} const port = ${port}; ${listening}`)}], { stdio: 'inherit' })`],
      graceMs: 100,
    });
    await s.stop();
    expect((await s.ended).signal).toBe('SIGKILL');
    await expect.poll(() => answersOn({ port: s.port })).toBe(false);
  });

  it('leaves nothing behind when the process ends without a stop', { timeout: 60_000 }, async () => {
    const script = `import { launch, tempDir } from '@cloudwego/testkit';
      const s = await launch({ command: process.execPath, args: (port) => ['-e', 'require("node:net").createServer().listen(' + port + ', "127.0.0.1")'] });
      console.log(JSON.stringify({ port: s.port, dir: tempDir().path }));
      process.exit(0);`;
    const p = spawn(process.execPath, ['--conditions=@cloudwego/source', '--import', import.meta.resolve('tsx'), '--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'], cwd: import.meta.dirname });
    let out = '';
    p.stdout.on('data', (d) => (out += String(d)));
    await once(p, 'close');
    const { port, dir } = JSON.parse(out) as { port: number; dir: string };
    await expect.poll(() => answersOn({ port })).toBe(false);
    expect(existsSync(dir)).toBe(false);
  });
});

describe('peers', () => {
  it('are found on PATH, or skip their tests under a name that says so', () => {
    expect(findCommand('node')).toBeDefined();
    expect(findCommand('surely-not-a-command')).toBeUndefined();
    const there = commandPeer(['surely-not-a-command', 'node'], 'apt install nodejs');
    expect(there.missing).toBeUndefined();
    const missing = commandPeer('surely-not-a-command', 'apt install it');
    const seen: string[] = [];
    const fake = Object.assign((name: string) => seen.push(`run ${name}`), { skip: (name: string) => seen.push(`skip ${name}`) });
    skipUnless(fake, there)('works', () => undefined);
    skipUnless(fake, there, missing)('works too', () => undefined);
    expect(seen).toEqual(['run works', 'skip works too (surely-not-a-command is not installed: apt install it)']);
  });
});

describe('ports and folders', () => {
  it('are free, and go', async () => {
    const ports = await Promise.all(Array.from({ length: 20 }, () => freePort()));
    expect(new Set(ports).size).toBe(20);
    expect(await answersOn({ path: '/nowhere.sock' })).toBe(false);
    const d = tempDir();
    writeFileSync(d.file('x'), 'y');
    d[Symbol.dispose]();
    d[Symbol.dispose]();
    expect(existsSync(d.path)).toBe(false);
  });
});
