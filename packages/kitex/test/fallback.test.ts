// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { FallbackOutcome, Tracer } from '@cloudwego/kitex';
import { BizStatusError, RpcTimeoutError, ServiceCircuitBreakError, TransError } from '@cloudwego/kitex';
import { Refused } from './fixtures/echo.js';
import { connect, serve } from './fixtures/harness.js';

const failing = (e: Error = new TransError(3000, 'x')): ReturnType<typeof serve> => serve({ echo: () => Promise.reject(e), ping: () => Promise.reject(e) });

describe('fallback', () => {
  it('gives a value in place of a failure, with what is known of the call', async () => {
    const { address } = await failing();
    const seen: unknown[] = [];
    const client = connect(address, { fallback: { run: (req, outcome, ctx) => (seen.push(req, outcome, ctx.method.name), { text: 'instead' }) } });
    expect(await client.echo({ text: 'x' })).toEqual({ text: 'instead' });
    expect(seen).toEqual([{ text: 'x' }, { error: expect.objectContaining({ code: 'KITEX_REMOTE_OR_NETWORK' }) as Error, response: undefined }, 'Echo']);
  });

  it('leaves success alone, unless it is for all outcomes', async () => {
    const { address } = await serve();
    expect(await connect(address, { fallback: { run: () => ({ text: 'instead' }) } }).echo({ text: 'x' })).toEqual({ text: 'x' });
    const outcomes: FallbackOutcome[] = [];
    const client = connect(address, { fallback: { when: 'always', run: (_req, o) => (outcomes.push(o), Promise.resolve({ text: 'instead' })) } });
    expect(await client.echo({ text: 'x' })).toEqual({ text: 'instead' });
    expect(outcomes).toEqual([{ error: undefined, response: { text: 'x' } }]);
  });

  it('may be for timeouts and open breakers alone', async () => {
    const fallback = { when: 'timeout-or-breaker', run: () => ({ text: 'instead' }) } as const;
    const { address } = await failing();
    const client = connect(address, { fallback, circuitBreaker: { service: { minSamples: 2 } } });
    for (let k = 0; k < 2; k++) await expect(client.echo({ text: 'x' })).rejects.toMatchObject({ code: 'KITEX_REMOTE_OR_NETWORK' });
    expect(await client.echo({ text: 'x' })).toEqual({ text: 'instead' });
    const slow = await serve({ echo: (req, ctx) => new Promise((r) => ctx.signal.addEventListener('abort', () => { r(req); })) });
    expect(await connect(slow.address, { fallback, rpcTimeoutMs: 20 }).echo({ text: 'x' })).toEqual({ text: 'instead' });
  });

  it('sees business failures and declared exceptions as errors', async () => {
    for (const e of [new BizStatusError(7, 'no'), new Refused('no')]) {
      const { address } = await failing(e);
      const seen: unknown[] = [];
      expect(await connect(address, { fallback: { run: (_req, o) => (seen.push((o.error as Error).constructor), { text: 'instead' }) } }).echo({ text: 'x' })).toEqual({ text: 'instead' });
      expect(seen).toEqual([e.constructor]);
    }
  });

  it('may fail itself', async () => {
    const { address } = await failing();
    const own = new Error('mine');
    for (const run of [() => Promise.reject(own), (): never => { throw own; }]) await expect(connect(address, { fallback: { run } }).echo({ text: 'x' })).rejects.toBe(own);
  });

  it('that gives nothing leaves the failure; null is the result of a method without one', async () => {
    const { address } = await failing();
    const warned: string[] = [];
    const logger = { info: () => undefined, warn: (m: string) => void warned.push(m), error: () => undefined } as never;
    await expect(connect(address, { logger, fallback: { run: () => undefined } }).echo({ text: 'x' })).rejects.toMatchObject({ code: 'KITEX_REMOTE_OR_NETWORK' });
    expect(warned).toEqual([expect.stringContaining('neither a result nor an error')]);
    expect(await connect(address, { fallback: { run: () => null } }).ping()).toBeUndefined();
  });

  it('of a call takes the place of the client’s', async () => {
    const { address } = await failing();
    const client = connect(address, { fallback: { run: () => ({ text: 'client' }) } });
    expect(await client.echo({ text: 'x' }, { fallback: { run: () => ({ text: 'call' }) } })).toEqual({ text: 'call' });
    await expect(client.echo({ text: 'x' }, { fallback: {} as never })).rejects.toMatchObject({ code: 'GOPKG_OPTION_INVALID' });
  });

  it('comes after all retries', async () => {
    let calls = 0;
    const { address } = await serve({ echo: () => (calls++, Promise.reject(new TransError(3000, 'x'))) });
    const client = connect(address, { retry: { kind: 'failure', maxRetries: 2, onError: () => true }, fallback: { run: () => ({ text: 'instead' }) } });
    expect(await client.echo({ text: 'x' })).toEqual({ text: 'instead' });
    expect(calls).toBe(3);
  });

  it('is not what tracers see, unless it asks for that', async () => {
    const { address } = await failing();
    const errors: unknown[] = [];
    const tracer: Tracer = { start: () => undefined, finish: (ctx) => void errors.push((ctx.rpcInfo.stats.error as { code?: string } | undefined)?.code) };
    const run = (): { text: string } => ({ text: 'instead' });
    await connect(address, { tracers: [tracer], fallback: { run } }).echo({ text: 'x' });
    await connect(address, { tracers: [tracer], fallback: { run, reportAsFallback: true } }).echo({ text: 'x' });
    const other = new ServiceCircuitBreakError('other');
    await connect(address, { tracers: [tracer], fallback: { run: () => Promise.reject(other), reportAsFallback: true } }).echo({ text: 'x' }).catch(() => undefined);
    expect(errors).toEqual(['KITEX_REMOTE_OR_NETWORK', undefined, 'KITEX_SERVICE_BROKEN']);
  });

  it('is asked once, however the call ends', async () => {
    const slow = await serve({ echo: (req, ctx) => new Promise((r) => ctx.signal.addEventListener('abort', () => { r(req); })) });
    let asked = 0;
    const client = connect(slow.address, { rpcTimeoutMs: 20, fallback: { run: async () => (asked++, await new Promise((r) => setTimeout(r, 40)), { text: 'instead' }) } });
    const stop = new AbortController();
    const done = client.echo({ text: 'x' }, { signal: stop.signal });
    await expect.poll(() => asked).toBe(1);
    stop.abort(new Error('late'));
    expect(await done).toEqual({ text: 'instead' });
    expect(asked).toBe(1);
    expect(RpcTimeoutError.name).toBe('RpcTimeoutError');
  });
});
