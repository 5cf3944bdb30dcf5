// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { createMetaInfo } from '@cloudwego/gopkg/metainfo';
import { background } from '@cloudwego/gopkg/context';
import { describe, expect, it } from 'vitest';
import { RetryContainer } from '@cloudwego/governance';
import type { ClientOptions, RpcContext, RpcMiddleware, Tracer } from '@cloudwego/kitex';
import { BizStatusError, CanceledByBusinessError, isLocalRetryRequest, isRemoteRetryRequest, RemoteOrNetworkError, RetryError, RpcTimeoutError, TransError } from '@cloudwego/kitex';
import { Refused } from './fixtures/echo.js';
import { connect, gate, serve } from './fixtures/harness.js';

/** Hangs for the first `n` calls; `aborted` counts those that ended without an answer. */
async function slowFor(n: number): Promise<{ address: string; calls: () => number; aborted: () => number; seen: boolean[] }> {
  let calls = 0;
  let aborted = 0;
  const seen: boolean[] = [];
  const { address } = await serve({
    echo: (req, ctx) => {
      seen.push(isRemoteRetryRequest(ctx));
      if (calls++ >= n) return { text: `${req.text}#${calls}` };
      return new Promise((resolve) => {
        ctx.signal.addEventListener('abort', () => {
          aborted++;
          resolve(req);
        });
      });
    },
  });
  return { address, calls: () => calls, aborted: () => aborted, seen };
}

const call = (address: string, o: Partial<ClientOptions>): Promise<unknown> => connect(address, o).echo({ text: 'x' });

describe('retry after a failure', () => {
  it('is off by default', async () => {
    const s = await slowFor(1);
    await expect(call(s.address, { rpcTimeoutMs: 40 })).rejects.toBeInstanceOf(RpcTimeoutError);
    expect(s.calls()).toBe(1);
  });

  it('gives each attempt the whole time, and answers with the one that went well', async () => {
    const s = await slowFor(2);
    expect(await call(s.address, { rpcTimeoutMs: 60, retry: { kind: 'failure' } })).toEqual({ text: 'x#3' });
    expect(s.seen).toEqual([false, true, true]);
    // Over TTHeader a caller that gives up closes its connection: the handlers were told.
    await expect.poll(s.aborted).toBe(2);
  });

  it('fails with the last failure', async () => {
    const s = await slowFor(9);
    await expect(call(s.address, { rpcTimeoutMs: 40, retry: { kind: 'failure', maxRetries: 1 } })).rejects.toBeInstanceOf(RpcTimeoutError);
    expect(s.calls()).toBe(2);
  });

  it('tells middlewares, tags and tracers what happened, tracers once per call', async () => {
    const s = await slowFor(1);
    const attempts: [local: boolean, remote: boolean, prev: string | undefined][] = [];
    const mw: RpcMiddleware = (next) => (req, ctx) => {
      attempts.push([isLocalRetryRequest(ctx), isRemoteRetryRequest(ctx), ctx.rpcInfo.to.tag('prev_inst')]);
      return next(req, ctx);
    };
    const traced: unknown[] = [];
    const tracer: Tracer = {
      start: () => void traced.push('start'),
      finish: (ctx) => void traced.push(ctx.rpcInfo.to.tag('retry'), ctx.rpcInfo.to.tag('last_cost'), ctx.rpcInfo.stats.error, ctx.rpcInfo.stats.event('RPCFinish') >= ctx.rpcInfo.stats.event('RPCStart'), ctx.rpcInfo.stats.receivedBytes > 0),
    };
    await call(s.address, { rpcTimeoutMs: 60, retry: { kind: 'failure' }, middlewares: [mw], tracers: [tracer] });
    expect(attempts).toEqual([
      [false, false, undefined],
      [true, true, s.address],
    ]);
    expect(traced).toEqual(['start', '1', expect.stringMatching(/^\d+,\d+$/), undefined, true, true]);
  });

  it('leaves failures of the peer alone, unless a rule wants them again', async () => {
    let calls = 0;
    const { address } = await serve({ echo: (req) => (calls++ % 2 === 0 ? Promise.reject(new TransError(3000, 'again')) : req) });
    await expect(call(address, { retry: { kind: 'failure' } })).rejects.toBeInstanceOf(RemoteOrNetworkError);
    calls = 0;
    const ctxs: RpcContext[] = [];
    const rule = (e: unknown, info: { readonly ctx: RpcContext }): boolean => {
      ctxs.push(info.ctx);
      return e instanceof RemoteOrNetworkError && e.typeId === 3000;
    };
    expect(await call(address, { retry: { kind: 'failure', onError: rule } })).toEqual({ text: 'x' });
    expect(ctxs[0]!.method.name).toBe('Echo');
    calls = 0;
    expect(await call(address, { retry: { kind: 'failure' }, resultRetry: { onError: rule } })).toEqual({ text: 'x' });
  });

  it('looks at answers: values, declared exceptions and business failures, which stay what they are', async () => {
    const outcomes = [(): never => fail(new Refused('busy')), (): never => fail(new BizStatusError(7, 'busy')), () => ({ text: 'half' }), () => ({ text: 'whole' })];
    let calls = 0;
    const { address } = await serve({ echo: () => outcomes[calls++]!() });
    const seen: unknown[] = [];
    const client = connect(address, {
      retry: { kind: 'failure', maxRetries: 3, onResponse: (r, info) => (seen.push(r instanceof Error ? r.name : r, info.attempt), (r as { text?: string } | undefined)?.text !== 'whole') },
    });
    expect(await client.echo({ text: 'x' })).toEqual({ text: 'whole' });
    expect(seen).toEqual(['Error', 0, undefined, 1, { text: 'half' }, 2, { text: 'whole' }, 3]);
    calls = 0;
    await expect(connect(address, { retry: { kind: 'failure' } }).echo({ text: 'x' })).rejects.toBeInstanceOf(Refused);
    await expect(connect(address, { retry: { kind: 'failure' } }).echo({ text: 'x' })).rejects.toBeInstanceOf(BizStatusError);
    expect(calls).toBe(2);
  });

  it('goes to another instance, or to the same one when told to', async () => {
    const servers = await Promise.all([0, 1].map((k) => serve({ echo: () => Promise.reject(new TransError(3000, String(k))) })));
    const instances = async (sameNode: boolean): Promise<string[]> => {
      const to: string[] = [];
      const seen: RpcMiddleware = (next) => (req, ctx) => (to.push(JSON.stringify(ctx.remote)), next(req, ctx));
      const client = connect('', { hostPorts: servers.map((s) => s.address), instanceMiddlewares: [seen], retry: { kind: 'failure', maxRetries: 1, sameNode, onError: () => true } });
      await client.echo({ text: 'x' }).catch(() => undefined);
      return to;
    };
    for (let k = 0; k < 3; k++) {
      expect(new Set(await instances(false)).size).toBe(2);
      const same = await instances(true);
      expect([same.length, new Set(same).size]).toEqual([2, 1]);
    }
  });

  it('tries the only instance again', async () => {
    let calls = 0;
    const { address } = await serve({ echo: (req) => (calls++ === 0 ? Promise.reject(new TransError(3000, 'x')) : req) });
    expect(await call(address, { retry: { kind: 'failure', onError: () => true } })).toEqual({ text: 'x' });
  });

  it('stops with the caller', async () => {
    const s = await slowFor(99);
    const client = connect(s.address, { rpcTimeoutMs: 50, retry: { kind: 'failure', backoff: { kind: 'fixed', ms: 60_000 } } });
    const stop = new AbortController();
    const done = client.echo({ text: 'x' }, { signal: stop.signal });
    await expect.poll(s.aborted).toBe(1);
    stop.abort(new Error('enough'));
    await expect(done).rejects.toBeInstanceOf(CanceledByBusinessError);
    expect(s.calls()).toBe(1);
  });

  it('stops with the deadline of the caller’s context', async () => {
    const s = await slowFor(99);
    const now = performance.now();
    const done = connect(s.address, { rpcTimeoutMs: 40, retry: { kind: 'failure', maxRetries: 5 } }).echo({ text: 'x' }, { ctx: background.withDeadline(now + 100) });
    await expect(done).rejects.toMatchObject({ code: 'KITEX_CALL_TIMEOUT' });
    expect(s.calls()).toBeLessThan(5);
  });

  it('starts none that would come too late', async () => {
    const s = await slowFor(99);
    await expect(call(s.address, { rpcTimeoutMs: 40, retry: { kind: 'failure', maxRetries: 5, maxDurationMs: 20 } })).rejects.toBeInstanceOf(RetryError);
    expect(s.calls()).toBe(1);
  });

  it('is left to the caller where the request is itself a retry, and says so', async () => {
    const s = await slowFor(99);
    const client = connect(s.address, { rpcTimeoutMs: 40, retry: { kind: 'failure' } });
    const upstream = background.withMetainfo(createMetaInfo({ persistent: { RetryReq: '1' } }));
    await expect(client.echo({ text: 'x' }, { ctx: upstream })).rejects.toMatchObject({ code: 'KITEX_RPC_TIMEOUT', message: expect.stringContaining('rpc timeout[chain stop retry]') as string });
    expect(s.calls()).toBe(1);
    await expect(connect(s.address, { rpcTimeoutMs: 40, retry: { kind: 'failure', maxRetries: 1, chainStop: false } }).echo({ text: 'x' }, { ctx: upstream })).rejects.toBeInstanceOf(RpcTimeoutError);
    expect(s.calls()).toBe(3);
  });

  it('leaves oneway calls alone', async () => {
    const { address } = await serve();
    await connect(address, { retry: { kind: 'failure' }, fallback: { when: 'always', run: () => fail(new Error('no')) } }).tell({ text: 'x' });
  });
});

describe('backup requests', () => {
  it('answer for a slow one, which is given up', async () => {
    const s = await slowFor(1);
    expect(await call(s.address, { retry: { kind: 'backup', delayMs: 20 } })).toEqual({ text: 'x#2' });
    await expect.poll(s.aborted).toBe(1);
  });

  it('leave nothing behind in the client', async () => {
    const s = await slowFor(1);
    const client = connect(s.address, { retry: { kind: 'backup', delayMs: 20 } });
    await client.echo({ text: 'x' });
    await client.echo({ text: 'x' });
    expect((client.dump() as { active: number }).active).toBe(0);
    await client.close();
  });
});

describe('mixed retry', () => {
  it('sends another when slow or failed', async () => {
    const hang = gate<{ text: string }>();
    let calls = 0;
    const { address } = await serve({ echo: (req) => [(): Promise<{ text: string }> => hang.wait, (): Promise<never> => Promise.reject(new TransError(3000, 'x')), (): { text: string } => req][calls++]!() });
    expect(await call(address, { retry: { kind: 'mixed', delayMs: 20, maxRetries: 3, onError: () => true } })).toEqual({ text: 'x' });
    expect(calls).toBe(3);
    hang.open({ text: '' });
  });
});

describe('policies', () => {
  it('by method win over the one for all, and one of the call over both', async () => {
    const s = await slowFor(99);
    const client = connect(s.address, { rpcTimeoutMs: 40, retry: { kind: 'failure', maxRetries: 2 }, methodRetry: { Echo: { kind: 'failure', maxRetries: 1 } } });
    await client.echo({ text: 'x' }).catch(() => undefined);
    expect(s.calls()).toBe(2);
    await client.echo({ text: 'x' }, { retry: { kind: 'failure', maxRetries: 0 } }).catch(() => undefined);
    expect(s.calls()).toBe(3);
  });

  it('of a call need none of the client’s, and pass by its rules for results', async () => {
    const s = await slowFor(1);
    const client = connect(s.address, { rpcTimeoutMs: 40, resultRetry: { onTimeout: false } });
    expect(await client.echo({ text: 'x' }, { retry: { kind: 'failure' } })).toEqual({ text: 'x#2' });
  });

  it('from a container change while the client runs', async () => {
    const s = await slowFor(2);
    const retryContainer = new RetryContainer();
    const client = connect(s.address, { rpcTimeoutMs: 40, retryContainer });
    await expect(client.echo({ text: 'x' })).rejects.toBeInstanceOf(RpcTimeoutError);
    retryContainer.notifyPolicyChange('*', { kind: 'failure' });
    expect(await client.echo({ text: 'x' })).toEqual({ text: 'x#3' });
  });

  it('that make no sense are refused where they are given', async () => {
    const { address } = await serve();
    expect(() => connect(address, { retry: { kind: 'failure', maxRetries: 9 } })).toThrow(/client\.retry\.maxRetries/);
    expect(() => connect(address, { methodRetry: { Echo: { kind: 'backup' } as never } })).toThrow(/client\.methodRetry\.Echo\.delayMs/);
    expect(() => connect(address, { retry: { kind: 'failure' }, retryContainer: new RetryContainer() })).toThrow(/client\.retry/);
    await expect(connect(address).echo({ text: 'x' }, { retry: { kind: 'failure', errorRate: 1 } })).rejects.toMatchObject({ code: 'GOPKG_OPTION_INVALID' });
  });

  it('are held by one budget, if there is one', async () => {
    const s = await slowFor(99);
    const client = connect(s.address, { rpcTimeoutMs: 30, retry: { kind: 'failure', maxRetries: 5, errorRate: 0.3 }, retryBudget: { ratio: 0, perSecond: 0, capacity: 1 } });
    await expect(client.echo({ text: 'x' })).rejects.toMatchObject({ message: expect.stringContaining('retried 0, retry budget is used up') as string });
    expect(s.calls()).toBe(1);
  });
});

function fail(e: Error): never {
  throw e;
}
