// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe as nodeDescribe, it as nodeIt } from 'node:test';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runWithNodeTest, runWithVitest } from '@cloudwego/gopkg/testing';
import type { ContractCase, NodeTestApi, VitestApi } from '@cloudwego/gopkg/testing';

const log: string[] = [];
const cases: readonly ContractCase[] = [
  { name: 'at once', run: (t) => { t.after(() => { log.push('after 1'); }); t.after(() => { log.push('after 2'); }); log.push('run'); } },
  { name: 'later', run: async () => { await Promise.resolve(); throw new Error('broken rule'); } },
  { name: 'not here', skip: 'there is no sea', run: () => { throw new Error('never run'); } },
];

it('vitest shows what runs, what fails and what is skipped by its reason', async () => {
  const seen: { name: string; body: () => Promise<void> }[] = [];
  const skipped: string[] = [];
  const after: (() => unknown)[] = [];
  const api: VitestApi = {
    describe: (_name, body) => { body(); },
    it: Object.assign((name: string, body: () => Promise<void>) => { seen.push({ name, body }); }, { skip: (name: string) => { skipped.push(name); } }),
    onTestFinished: (f) => { after.push(f); },
  };
  runWithVitest(api, 'suite', cases);
  expect(skipped).toEqual(['not here (there is no sea)']);
  expect(seen.map((s) => s.name)).toEqual(['at once', 'later']);
  await seen[0]!.body();
  expect(after).toHaveLength(2);
  await expect(seen[1]!.body()).rejects.toThrow('broken rule');
  // Compiles: vitest's own fits.
  const fits: VitestApi = { describe, it, onTestFinished };
  expect(fits).toBeDefined();
});

it('node:test has the reason as its own option', async () => {
  const seen: { name: string; skip: string | undefined; body: (t: { after(f: () => void | Promise<void>): void }) => Promise<void> }[] = [];
  const api: NodeTestApi = {
    describe: (_name, body) => { body(); },
    it: (name, o, body) => { seen.push({ name, skip: o.skip, body }); },
  };
  runWithNodeTest(api, 'suite', cases);
  expect(seen.map((s) => [s.name, s.skip])).toEqual([['at once', undefined], ['later', undefined], ['not here', 'there is no sea']]);
  const after: (() => unknown)[] = [];
  await seen[0]!.body({ after: (f) => { after.push(f); } });
  expect(after).toHaveLength(2);
  await expect(seen[1]!.body({ after: () => undefined })).rejects.toThrow('broken rule');
  const fits: NodeTestApi = { describe: nodeDescribe, it: nodeIt };
  expect(fits).toBeDefined();
});
