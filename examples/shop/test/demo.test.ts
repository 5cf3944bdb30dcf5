// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { alive, folder, program } from './support.js';
import type { Program } from './support.js';

const PATIENCE = { timeout: 90_000, interval: 50 };
const settled = (p: Program): string => p.out() + p.errors();

/** The shop's processes that a demo has started, by what the system knows of its children. */
function children(p: Program): readonly number[] {
  return readdirSync('/proc')
    .filter((n) => /^\d+$/.test(n))
    .map(Number)
    .filter((pid) => {
      try {
        // "pid (name) state ppid …": the name may hold blanks.
        const parent = Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')[1]);
        return parent === p.child.pid && /shop\/src\/\w+\/main/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
      } catch {
        return false;
      }
    });
}

describe.runIf(process.platform === 'linux')('the demo', () => {
  test('with --once checks everything, says so in its last line, and leaves nothing behind', async () => {
    const tmp = folder();
    const p = program('demo', ['--once', '--rate', '60', '--seconds', '3'], { TMPDIR: tmp });
    expect(await p.ended, settled(p)).toEqual({ code: 0, signal: null });
    const lines = p.out().trim().split('\n');
    expect(lines.at(-1)).toBe('13 passed, 0 failed, 0 skipped');
    expect(lines.at(-2)).toMatch(/^demo: all is well, after [\d.]+ s$/);
    expect(p.errors()).toBe('');
    for (const word of ['orders in', 'p99', 'confirmed', 'lantern', 'inventory-2 is killed', 'order-1 is back', 'every process ended in order']) expect(p.out()).toContain(word);
    expect(readdirSync(tmp).filter((n) => n.startsWith('cloudwego-shop-'))).toEqual([]);
  }, 180_000);

  test('with --unsafe fails, and says what is wrong', async () => {
    const tmp = folder();
    const p = program('demo', ['--once', '--unsafe', '--rate', '250', '--seconds', '3'], { TMPDIR: tmp });
    expect((await p.ended).code, settled(p)).toBe(1);
    expect(p.out()).toMatch(/FAIL every piece is available, reserved or sold.*lantern: 300 pieces came in/);
    expect(p.out().trim().split('\n').at(-1)).toMatch(/^\d+ passed, [1-9]\d* failed, 0 skipped$/);
    expect(readdirSync(tmp).filter((n) => n.startsWith('cloudwego-shop-'))).toEqual([]);
  }, 180_000);

  test.each([
    ['SIGINT', 'while it starts', /./, 130],
    ['SIGTERM', 'in the middle of the load', /answered/, 130],
    ['SIGINT', 'while the page is looked at', /Ctrl-C ends the shop/, 0],
  ] as const)('ends on %s %s, with all its processes and files', async (signal, _, when, code) => {
    const tmp = folder();
    const p = program('demo', ['--rate', '40', '--seconds', '2'], { TMPDIR: tmp });
    await expect.poll(() => settled(p), PATIENCE).toMatch(when);
    const pids = children(p);
    p.child.kill(signal);
    expect((await p.ended).code, settled(p)).toBe(code);
    expect(pids.filter(alive)).toEqual([]);
    expect(readdirSync(tmp).filter((n) => n.startsWith('cloudwego-shop-'))).toEqual([]);
  }, 180_000);

  test('that is killed takes its processes along, and the next one sweeps its folder', async () => {
    const tmp = folder();
    const p = program('demo', ['--rate', '40', '--seconds', '30'], { TMPDIR: tmp });
    await expect.poll(() => settled(p), PATIENCE).toContain('answered');
    const pids = children(p);
    expect(pids.length).toBe(8);
    p.child.kill('SIGKILL');
    await p.ended;
    await expect.poll(() => pids.filter(alive), PATIENCE).toEqual([]);
    expect(readdirSync(tmp).filter((n) => n.startsWith('cloudwego-shop-')).length).toBe(1);
    const next = program('demo', ['--rate', '40', '--seconds', '2'], { TMPDIR: tmp });
    await expect.poll(() => settled(next), PATIENCE).toMatch(/./);
    next.child.kill('SIGTERM');
    await next.ended;
    expect(readdirSync(tmp).filter((n) => n.startsWith('cloudwego-shop-'))).toEqual([]);
  }, 180_000);

  test('whose process cannot start says why and leaves nothing behind', async () => {
    const tmp = folder();
    // A port that is taken: the gateway cannot listen.
    const { createServer } = await import('node:net');
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as { port: number };
    const p = program('demo', ['--once', '--port', String(port)], { TMPDIR: tmp });
    expect((await p.ended).code).toBe(1);
    taken.close();
    expect(p.out()).toContain('EADDRINUSE');
    expect(p.out().trim().split('\n').at(-1)).toBe('demo: failed');
    expect(readdirSync(tmp).filter((n) => n.startsWith('cloudwego-shop-'))).toEqual([]);
  }, 180_000);

  test('refuses what it does not know, and says what there is', async () => {
    const bad = program('demo', ['--rate', 'many']);
    expect((await bad.ended).code).toBe(2);
    expect(bad.errors()).toContain('--rate: got "many", wanted a whole number from 10 to 5000');
    const unknown = program('demo', ['--fast']);
    expect((await unknown.ended).code).toBe(2);
    expect(unknown.errors()).toContain('--once');
    const help = program('demo', ['--help']);
    expect((await help.ended).code).toBe(0);
    expect(help.out()).toContain('--once');
  }, 60_000);
});
