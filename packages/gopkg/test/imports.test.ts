// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runScript } from './support/wait.js';

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { readonly exports: Readonly<Record<string, unknown>>; readonly sideEffects: boolean };
const subpaths = Object.keys(manifest.exports).filter((e) => e !== './package.json');

describe('importing', () => {
  it('does nothing: no timer, no handle, no global, no hook', async () => {
    const { out, err } = await runScript(`
      import { createHook } from 'node:async_hooks';
      const symbols = () => Object.getOwnPropertySymbols(globalThis).length + Object.keys(globalThis).length;
      const made = [];
      const before = symbols();
      const listeners = process.eventNames().length;
      // What the loader of this test does meanwhile is not ours.
      createHook({ init: (id, type) => { if (!/PROMISE|MESSAGEPORT/.test(type) && new Error().stack.includes('/gopkg/src/')) made.push(type); } }).enable();
      for (const e of ${JSON.stringify(subpaths)}) if (Object.keys(await import('@cloudwego/gopkg' + e.slice(1))).length === 0) console.log('exports nothing', e);
      console.log(JSON.stringify({ worked: made, globals: symbols() - before, listeners: process.eventNames().length - listeners }));
    `);
    expect(err).toBe('');
    expect(JSON.parse(out)).toEqual({ worked: [], globals: 0, listeners: 0 });
  });

  it('is promised to bundlers', () => {
    expect(manifest.sideEffects).toBe(false);
    expect(subpaths.length).toBeGreaterThan(20);
  });
});
