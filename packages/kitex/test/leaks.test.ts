// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { connect, gate, serve } from './fixtures/harness.js';
import { startProgram } from './fixtures/program.js';

describe('10,000 calls', () => {
  it('leave nothing behind: no memory, no request, no listener, no timer', async () => {
    const p = startProgram('leaks.mjs', [], { node: ['--expose-gc'] });
    const left = JSON.parse(await p.line(/^\{.*\}$/)) as { grownKiB: number; requestsAlive: number; abortListeners: number; timers: number; pool: { active: number; idle: number } };
    // A hundred bytes per call would be a thousand KiB.
    expect(left.grownKiB).toBeLessThan(400);
    expect(left).toMatchObject({ requestsAlive: 0, abortListeners: 0, pool: { active: 0 } });
    // Of the connections and the pool; the deadlines of 20,000 calls are gone.
    expect(left.timers).toBeLessThan(100);
    expect(await p.exited).toEqual({ code: 0, signal: null });
  }, 60_000);
});

describe('an abort listener', () => {
  it('goes with its call, however that ends', async () => {
    const g = gate();
    const { address } = await serve({ echo: (req) => (req.text === 'slow' ? g.wait.then(() => req) : req), ping: () => Promise.reject(new Error('x')) });
    const client = connect(address);
    const { signal } = new AbortController();
    const listeners = (): number => getEventListeners(signal, 'abort').length;
    await client.echo({ text: 'x' }, { signal });
    await client.ping({ signal }).catch(() => undefined);
    await client.echo({ text: 'slow' }, { signal, rpcTimeoutMs: 10 }).catch(() => undefined);
    await client.tell({ text: 'x' }, { signal });
    await client.echo({ text: 'x' }, { signal, hostPort: '127.0.0.1:1' }).catch(() => undefined);
    const pending = client.echo({ text: 'slow' }, { signal });
    await expect.poll(listeners).toBe(1);
    g.open();
    await pending;
    expect(listeners()).toBe(0);
  });

  it('is no leak to Node when many calls share one signal', async () => {
    const { address } = await serve({ echo: async (req) => Promise.resolve(req) });
    const client = connect(address);
    const { signal } = new AbortController();
    const warnings: string[] = [];
    const warned = (w: Error): void => void warnings.push(w.name);
    process.on('warning', warned);
    try {
      await Promise.all(Array.from({ length: 50 }, (_, i) => client.echo({ text: String(i) }, { signal })));
      // Warnings come a tick later.
      await new Promise((resolve) => setImmediate(resolve));
    } finally {
      process.off('warning', warned);
    }
    expect(warnings).toEqual([]);
    expect(getEventListeners(signal, 'abort').length).toBe(0);
  });
});
