// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { BreakerEvent } from '@cloudwego/governance';
import { BreakerSuite } from '@cloudwego/governance';
import type { ClientOptions } from '@cloudwego/kitex';
import { BizStatusError, InstanceCircuitBreakError, isKitexError, RemoteOrNetworkError, ServiceCircuitBreakError, TransError } from '@cloudwego/kitex';
import { Refused } from './fixtures/echo.js';
import { connect, serve } from './fixtures/harness.js';
import { connectTalk, serveTalk, texts } from './fixtures/streams.js';

/** What each of `n` calls came to, by code. */
async function outcomes(address: string, n: number, o: Partial<ClientOptions>): Promise<string[]> {
  const client = connect(address, o);
  const out: string[] = [];
  for (let k = 0; k < n; k++) out.push(await client.echo({ text: 'x' }).then(() => 'ok', (e: unknown) => (isKitexError(e) ? e.code : (e as Error).constructor.name)));
  return out;
}

/** An address that refuses connections. */
async function nobody(): Promise<string> {
  const s = await serve();
  await s.server.stop();
  return s.address;
}

describe('the breaker of a method', () => {
  it('is off by default', async () => {
    const { address } = await serve({ echo: () => Promise.reject(new TransError(3000, 'x')) });
    expect(new Set(await outcomes(address, 15, {}))).toEqual(new Set(['KITEX_REMOTE_OR_NETWORK']));
  });

  it('refuses calls of a method that fails, and of that method alone', async () => {
    const { address } = await serve({ echo: () => Promise.reject(new TransError(3000, 'x')) });
    const client = connect(address, { circuitBreaker: { service: { minSamples: 10 } }, clientInfo: { serviceName: 'me' } });
    for (let k = 0; k < 10; k++) await expect(client.echo({ text: 'x' })).rejects.toBeInstanceOf(RemoteOrNetworkError);
    await expect(client.echo({ text: 'x' })).rejects.toBeInstanceOf(ServiceCircuitBreakError);
    await expect(client.echo({ text: 'x' })).rejects.toThrow('forbidden by circuitbreaker: service circuit breaker of me/echo/Echo is open');
    await client.ping();
  });

  it('opens at 200 calls by default', async () => {
    const { address } = await serve({ echo: () => Promise.reject(new TransError(3000, 'x')) });
    const seen = await outcomes(address, 201, { circuitBreaker: true });
    expect(seen.indexOf('KITEX_SERVICE_BROKEN')).toBe(200);
  });

  it('counts timeouts, and no business failures, declared exceptions or calls that were given up', async () => {
    const { address } = await serve({ echo: (_req, ctx) => new Promise((_resolve, reject) => ctx.signal.addEventListener('abort', () => { reject(new Error('x')); })) });
    const suite = new BreakerSuite({ service: { minSamples: 5 } });
    const seen = await outcomes(address, 6, { rpcTimeoutMs: 15, circuitBreaker: suite });
    expect(seen).toEqual([...Array<string>(5).fill('KITEX_RPC_TIMEOUT'), 'KITEX_SERVICE_BROKEN']);
    expect(suite.service!.metrics('/echo/Echo').timeouts).toBe(5);
    for (const e of [new BizStatusError(1, 'x'), new Refused('x')]) {
      const fine = await serve({ echo: () => Promise.reject(e) });
      expect(await outcomes(fine.address, 20, { circuitBreaker: { service: { minSamples: 5 } } })).not.toContain('KITEX_SERVICE_BROKEN');
    }
    const client = connect(address, { circuitBreaker: { service: { minSamples: 3 } } });
    for (let k = 0; k < 6; k++) {
      const stop = new AbortController();
      const done = client.echo({ text: 'x' }, { signal: stop.signal });
      stop.abort(new Error('enough'));
      await expect(done).rejects.toMatchObject({ code: 'KITEX_CALL_CANCELED' });
    }
  });

  it('counts nothing that is not the method’s fault', async () => {
    expect(await outcomes(await nobody(), 20, { aclRules: [() => 'no'], circuitBreaker: { service: { minSamples: 5 } } })).toEqual(Array<string>(20).fill('KITEX_ACL_REJECTED'));
  });

  it('stops retries, too', async () => {
    let calls = 0;
    const { address } = await serve({ echo: () => (calls++, Promise.reject(new TransError(3000, 'x'))) });
    const client = connect(address, { retry: { kind: 'failure', maxRetries: 5, onError: () => true }, circuitBreaker: { service: { minSamples: 3 } } });
    await expect(client.echo({ text: 'x' })).rejects.toBeInstanceOf(ServiceCircuitBreakError);
    expect(calls).toBe(3);
  });

  it('tells of its changes', async () => {
    const events: BreakerEvent[] = [];
    const { address } = await serve({ echo: () => Promise.reject(new TransError(3000, 'x')) });
    await outcomes(address, 3, { circuitBreaker: { service: { minSamples: 3 }, onChange: (e) => events.push(e) } });
    await expect.poll(() => events.map((e) => [e.level, e.key, e.to])).toEqual([['service', '/echo/Echo', 'OPEN']]);
  });
});

describe('the breaker of an instance', () => {
  it('passes over an address that refuses connections', async () => {
    const good = await serve();
    const bad = await nobody();
    let dials = 0;
    const { defaultNetwork } = await import('@cloudwego/transport');
    const dialer: ClientOptions['dialer'] = {
      dial: (a, o) => {
        if (`127.0.0.1:${(a as { port: number }).port}` === bad) dials++;
        return defaultNetwork().dial(a, o);
      },
    };
    const seen = await outcomes('', 60, { hostPorts: [good.address, bad], dialer, circuitBreaker: { instance: { minSamples: 4 } } });
    expect(new Set(seen)).toEqual(new Set(['ok']));
    expect(dials).toBe(4);
  });

  it('says so when none is left', async () => {
    const bad = await nobody();
    const client = connect(bad, { circuitBreaker: { instance: { minSamples: 3 }, service: false } });
    for (let k = 0; k < 3; k++) await expect(client.echo({ text: 'x' })).rejects.toMatchObject({ code: 'KITEX_CONNECTION_UNAVAILABLE' });
    await expect(client.echo({ text: 'x' })).rejects.toBeInstanceOf(InstanceCircuitBreakError);
  });

  it('does not mind what an instance answers', async () => {
    const { address } = await serve({ echo: () => Promise.reject(new TransError(3000, 'x')) });
    expect(new Set(await outcomes(address, 20, { circuitBreaker: { service: false, instance: { minSamples: 3 } } }))).toEqual(new Set(['KITEX_REMOTE_OR_NETWORK']));
  });
});

describe('the breaker of a method that streams', () => {
  const code = (e: unknown): string => (isKitexError(e) ? e.code : String(e));

  it('counts streams that cannot be opened', async () => {
    const client = connectTalk(await nobody(), { circuitBreaker: { instance: false, service: { minSamples: 3 } } });
    const seen: string[] = [];
    for (let k = 0; k < 4; k++) await texts(client.list({ text: '1' })).catch((e: unknown) => seen.push(code(e)));
    expect(seen).toEqual([...Array<string>(3).fill('KITEX_CONNECTION_UNAVAILABLE'), 'KITEX_SERVICE_BROKEN']);
  });

  it('counts nothing that comes after the opening', async () => {
    const suite = new BreakerSuite({ service: { minSamples: 3 } });
    // eslint-disable-next-line require-yield -- it fails before
    const { address } = await serveTalk({ *list() { throw new TransError(3000, 'x'); } });
    const client = connectTalk(address, { circuitBreaker: suite });
    for (let k = 0; k < 6; k++) await expect(texts(client.list({ text: '1' }))).rejects.toBeInstanceOf(Error);
    expect(suite.service!.metrics('/talk/List')).toMatchObject({ successes: 6, failures: 0 });
  });
});
