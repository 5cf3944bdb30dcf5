// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createMemoryNetwork, networkContract, runWithVitest } from '@cloudwego/netpoll/testing';
import type { ContractCase } from '@cloudwego/netpoll/testing';

const script = fileURLToPath(new URL('../fixtures/node-test.mjs', import.meta.url));

describe('the adapters', () => {
  it('run the suite under node:test, with what is skipped by name', { timeout: 120_000 }, () => {
    const r = spawnSync(process.execPath, ['--conditions=@cloudwego/source', '--import', import.meta.resolve('tsx'), '--test-reporter=tap', script], { encoding: 'utf8' });
    expect(r.stdout).toMatch(/# fail 0\n# cancelled 0\n/);
    expect(Number(/# pass (\d+)/.exec(r.stdout)?.[1])).toBeGreaterThan(70);
    expect(r.stdout).toMatch(/ # SKIP this network is without detach/);
    expect(r.status).toBe(0);
  });

  it('show a case that fails as failing', async () => {
    const cases = networkContract({ create: () => createMemoryNetwork({ windowBytes: 1 }), address: () => ({ kind: 'tcp', host: '127.0.0.1', port: 9 }), has: [] });
    const run = cases.find((c) => c.name === 'a listener accepts many, and says where it listens')!;
    const broken: ContractCase = { ...run, run: () => Promise.reject(new Error('broken rule')) };
    const seen: { name: string; body: () => Promise<void> }[] = [];
    const skipped: string[] = [];
    const fake = Object.assign((name: string, body: () => Promise<void>) => seen.push({ name, body }), { skip: (name: string) => skipped.push(name) });
    runWithVitest({ describe: (_n, body) => { body(); }, it: fake, onTestFinished: () => undefined }, 'fake', [broken, { ...run, skip: 'there is no sea' }]);
    expect(skipped).toEqual([`${run.name} (there is no sea)`]);
    await expect(seen[0]!.body()).rejects.toThrow('broken rule');
  });
});
