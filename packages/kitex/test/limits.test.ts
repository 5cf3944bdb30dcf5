// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { connect as connectSocket } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { concurrencyLimiter, qpsLimiter } from '@cloudwego/governance';
import type { LimitUpdater, ServerOptions } from '@cloudwego/kitex';
import { createClient, GrpcStatusError, isKitexError, RemoteOrNetworkError } from '@cloudwego/kitex';
import { Echo } from './fixtures/echo.js';
import type { EchoHandlers } from './fixtures/echo.js';
import { connect, gate, serve, silentLogger, using } from './fixtures/harness.js';

/** A server whose `echo` waits at a gate, and how many calls came to it. */
async function gated(o: ServerOptions): Promise<{ address: string; open: () => void; inside: () => number }> {
  const g = gate();
  let inside = 0;
  const handlers: Partial<EchoHandlers> = {
    echo: async (req) => {
      inside++;
      await g.wait;
      return req;
    },
  };
  const { address } = await serve(handlers, o);
  return { address, inside: () => inside, open: () => { g.open(); } };
}

const outcome = (p: Promise<unknown>): Promise<string> => p.then(() => 'ok', (e: unknown) => (isKitexError(e) ? e.message : String(e)));

describe('requests in flight', () => {
  it('are not limited by default', async () => {
    const s = await gated({});
    const client = connect(s.address);
    const calls = Array.from({ length: 50 }, () => outcome(client.echo({ text: 'x' })));
    await expect.poll(s.inside).toBe(50);
    s.open();
    expect(new Set(await Promise.all(calls))).toEqual(new Set(['ok']));
  });

  it('over the limit are answered at once, on a connection that stays', async () => {
    const refused: string[] = [];
    const s = await gated({ limit: { maxConcurrency: 2 }, limitReporter: { requestRefused: (method, reason) => void refused.push(`${method}: ${reason}`) } });
    const client = connect(s.address);
    const inside = [client.echo({ text: 'x' }), client.echo({ text: 'x' })];
    await expect.poll(s.inside).toBe(2);
    const e = await client.echo({ text: 'x' }).catch((x: unknown) => x);
    expect(e).toBeInstanceOf(RemoteOrNetworkError);
    expect((e as Error).message).toBe('remote or network error[remote]: request over limit[concurrency]: method Echo');
    expect(refused).toEqual(['Echo: concurrency']);
    expect((client.dump() as { idle: number }).idle).toBe(1);
    s.open();
    await Promise.all(inside);
    // Places are given back.
    for (let k = 0; k < 5; k++) await client.echo({ text: 'x' });
  });

  it('give their place back when the caller goes away', async () => {
    const s = await gated({ limit: { maxConcurrency: 1 } });
    const client = connect(s.address);
    await outcome(client.echo({ text: 'x' }, { rpcTimeoutMs: 30 }));
    await expect.poll(() => outcome(client.ping())).toBe('ok');
  });

  it('over gRPC get the status for it', async () => {
    const s = await gated({ limit: { maxConcurrency: 1 } });
    const client = using(createClient(Echo, { destService: 'echo', hostPorts: [s.address], transport: 'grpc', logger: silentLogger }));
    const first = client.echo({ text: 'x' });
    await expect.poll(s.inside).toBe(1);
    const e = (await client.echo({ text: 'x' }).catch((x: unknown) => x)) as Error;
    expect(e.cause).toBeInstanceOf(GrpcStatusError);
    expect(e.cause).toMatchObject({ status: 8, grpcMessage: 'request over limit[concurrency]: method Echo' });
    s.open();
    await first;
  });

  it('may be limited by method, under its name or that of service and method', async () => {
    for (const name of ['Echo', 'Echo/Echo']) {
      const s = await gated({ limit: { methods: { [name]: { maxConcurrency: 1 } } } });
      const client = connect(s.address);
      const first = client.echo({ text: 'x' });
      await expect.poll(s.inside).toBe(1);
      expect(await outcome(client.echo({ text: 'x' }))).toContain('request over limit[concurrency of the method]');
      expect(await outcome(client.ping())).toBe('ok');
      s.open();
      await first;
      expect(await outcome(client.echo({ text: 'x' }))).toBe('ok');
    }
  });
});

describe('requests a second', () => {
  it('over the limit are answered without being decoded', async () => {
    let handled = 0;
    const { address } = await serve({ ping: () => void handled++ }, { limit: { maxQps: 50 } });
    const client = connect(address);
    const seen = await Promise.all(Array.from({ length: 40 }, () => outcome(client.ping())));
    const ok = seen.filter((x) => x === 'ok').length;
    expect(ok).toBe(handled);
    expect(ok).toBeLessThan(40);
    expect(seen.filter((x) => x !== 'ok')[0]).toBe('remote or network error[remote]: request over limit[qps]: method Ping');
  });

  it('may be limited by method', async () => {
    const { address } = await serve({}, { limit: { methods: { Ping: { maxQps: 1 } } } });
    const client = connect(address);
    expect(await outcome(client.ping())).toBe('ok');
    expect(await outcome(client.ping())).toContain('request over limit[qps of the method]');
    expect(await outcome(client.echo({ text: 'x' }))).toBe('ok');
  });
});

describe('connections', () => {
  it('over the limit are closed, and make room when they go', async () => {
    let refused = 0;
    const { address } = await serve({}, { limit: { maxConnections: 1 }, limitReporter: { connectionRefused: () => void refused++ } });
    const first = connect(address);
    await first.ping();
    expect(await outcome(connect(address).ping())).toContain('remote or network error');
    expect(refused).toBe(1);
    await first.close();
    await expect.poll(() => outcome(connect(address).ping())).toBe('ok');
  });

  it('that never say anything hold no place', async () => {
    const { address } = await serve({}, { limit: { maxConnections: 1 } });
    const mute = connectSocket({ host: '127.0.0.1', port: Number(address.split(':')[1]) });
    await once(mute, 'connect');
    await connect(address).ping();
    mute.destroy();
  });
});

describe('limits', () => {
  it('change while the server runs', async () => {
    let updater: LimitUpdater | undefined;
    const s = await gated({ limit: { maxConcurrency: 1, control: (u) => (updater = u) } });
    const client = connect(s.address);
    const calls = [client.echo({ text: 'x' })];
    await expect.poll(s.inside).toBe(1);
    expect(await outcome(client.echo({ text: 'x' }))).toContain('request over limit');
    expect(updater!.update({ maxConcurrency: 2 })).toBe(true);
    calls.push(client.echo({ text: 'x' }));
    await expect.poll(s.inside).toBe(2);
    s.open();
    await Promise.all(calls);
  });

  it('may be limiters of one’s own', async () => {
    let updater: LimitUpdater | undefined;
    const { address } = await serve({}, { qpsLimiter: { ...qpsLimiter({ limit: 0 }), acquire: () => false, update: () => undefined, release: () => undefined }, limit: { control: (u) => (updater = u) } });
    expect(await outcome(connect(address).ping())).toContain('request over limit[qps]');
    expect([updater!.update({ maxQps: 5 }), updater!.update({ maxConnections: 5 })]).toEqual([false, true]);
    const own = concurrencyLimiter({ limit: 1 });
    const other = await serve({}, { concurrencyLimiter: own });
    own.acquire();
    expect(await outcome(connect(other.address).ping())).toContain('request over limit[concurrency]');
    own.release();
    expect(await outcome(connect(other.address).ping())).toBe('ok');
  });
});

describe('overload', () => {
  it('refuses low classes while work queues up behind a busy loop, and ends with it', async () => {
    const { address } = await serve(
      {
        ping: () => {
          // Work that holds the loop.
          const end = performance.now() + 4;
          while (performance.now() < end);
        },
      },
      { overload: { targetDelayMs: 1, minUtilisation: 0, priority: (head) => (head.methodName === 'Echo' ? 0 : 3) } },
    );
    const client = connect(address);
    const seen: string[] = [];
    await expect
      .poll(
        async () => {
          seen.push(...(await Promise.all(Array.from({ length: 30 }, () => outcome(client.ping())))));
          return seen.some((x) => x.includes('request over limit[overload]'));
        },
        { timeout: 20_000 },
      )
      .toBe(true);
    expect(seen).toContain('ok');
    // High classes come in even then.
    expect(await outcome(client.echo({ text: 'x' }))).toBe('ok');
    await expect
      .poll(async () => {
        await new Promise((r) => setTimeout(r, 100));
        return outcome(client.echo({ text: 'x' }));
      })
      .toBe('ok');
  });
});
