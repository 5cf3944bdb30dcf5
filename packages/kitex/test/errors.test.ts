// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import {
  BizStatusError,
  GetConnectionError,
  InternalError,
  isTimeoutError,
  RemoteOrNetworkError,
  RpcTimeoutError,
  TimeoutByBusinessError,
  CanceledByBusinessError,
  ClosedError,
  TransError,
  TransErrorType,
} from '@cloudwego/kitex';
import { background } from '@cloudwego/gopkg/context';
import { Refused } from './fixtures/echo.js';
import { connect, gate, serve } from './fixtures/harness.js';

describe('what a caller sees', () => {
  it('is a remote error with the number of a TransError that a handler throws', async () => {
    const { address } = await serve({
      echo: () => {
        throw new TransError(1001, 'no stock');
      },
    });
    const e = await connect(address).echo({ text: 'x' }).catch((x: unknown) => x);
    expect(e).toBeInstanceOf(RemoteOrNetworkError);
    expect(e).toMatchObject({ code: 'KITEX_REMOTE_OR_NETWORK', typeId: 1001, extra: 'remote' });
    expect((e as Error).message).toBe('remote or network error[remote]: no stock [biz error]');
  });

  it('is number 6 and the text of a plain error', async () => {
    const { address } = await serve({
      echo: () => Promise.reject(new Error('boom')),
    });
    const e = await connect(address).echo({ text: 'x' }).catch((x: unknown) => x);
    expect(e).toMatchObject({ typeId: 6, message: 'remote or network error[remote]: biz error: boom' });
  });

  it('names the method after a programming error, and the server serves on', async () => {
    const { address } = await serve({
      echo: () => {
        throw new TypeError('x is not a function');
      },
    });
    const client = connect(address);
    const e = await client.echo({ text: 'x' }).catch((x: unknown) => x);
    expect((e as Error).message).toContain('happened in biz handler, method=Echo.Echo');
    expect((e as Error).message).toContain('x is not a function');
    expect(await client.ping()).toBeUndefined();
  });

  it('is a declared exception as its class, which is no failure of the connection', async () => {
    const { address } = await serve({ echo: () => Promise.reject(new Refused('late')) });
    const client = connect(address);
    await expect(client.echo({ text: 'x' })).rejects.toBeInstanceOf(Refused);
    await expect(client.echo({ text: 'x' })).rejects.toMatchObject({ reason: 'late' });
  });

  it('is a biz status error with number, message and extra, over TTHeader', async () => {
    const { address } = await serve({
      echo: () => {
        throw new BizStatusError(404, 'nf', { k: 'v' });
      },
    });
    for (const transport of ['ttheader', 'ttheader-framed'] as const) {
      const e = await connect(address, { transport }).echo({ text: 'x' }).catch((x: unknown) => x);
      expect(e).toBeInstanceOf(BizStatusError);
      expect(e).toMatchObject({ statusCode: 404, bizMessage: 'nf', extra: { k: 'v' } });
    }
  });

  it('refuses a status of 0, which would vanish', () => {
    expect(() => new BizStatusError(0, 'x')).toThrow('wanted a non-zero 32-bit integer');
  });
});

describe('timeouts and cancellation', () => {
  it('names address and option, and the connection is not used again', async () => {
    const g = gate();
    const { address } = await serve({
      echo: async (req) => {
        if (req.text === 'slow') await g.wait;
        return req;
      },
    });
    const client = connect(address, { rpcTimeoutMs: 30 });
    const e = await client.echo({ text: 'slow' }).catch((x: unknown) => x);
    expect(e).toBeInstanceOf(RpcTimeoutError);
    expect(isTimeoutError(e)).toBe(true);
    expect((e as Error).message).toContain(address);
    expect((e as Error).message).toContain('rpcTimeoutMs');
    expect((e as RpcTimeoutError).timeoutMs).toBe(30);
    expect(await client.echo({ text: 'quick' }, { rpcTimeoutMs: 1000 })).toEqual({ text: 'quick' });
    g.open();
  });

  it('gives the handler the deadline and aborts its signal when the caller is gone', async () => {
    const seen = gate<{ deadline: number; reason: unknown }>();
    const { address } = await serve({
      echo: async (req, ctx) => {
        const { deadline, signal } = ctx;
        await new Promise<void>((resolve) => {
          signal.addEventListener('abort', () => {
            seen.open({ deadline, reason: signal.reason });
            resolve();
          });
        });
        return req;
      },
    });
    await expect(connect(address).echo({ text: 'x' }, { rpcTimeoutMs: 40 })).rejects.toBeInstanceOf(RpcTimeoutError);
    const { deadline, reason } = await seen.wait;
    expect(deadline).not.toBe(Infinity);
    expect(reason).toBeInstanceOf(Error);
  });

  it('ends a call when its signal aborts', async () => {
    const g = gate();
    const { address } = await serve({ echo: (req) => g.wait.then(() => req) });
    const abort = new AbortController();
    const call = connect(address).echo({ text: 'x' }, { signal: abort.signal });
    setTimeout(() => {
      abort.abort(new Error('user left'));
    }, 10);
    const e = await call.catch((x: unknown) => x);
    expect(e).toBeInstanceOf(CanceledByBusinessError);
    expect((e as Error).cause).toMatchObject({ message: 'user left' });
    g.open();
  });

  it('does not start a call whose signal has aborted', async () => {
    let calls = 0;
    const { address } = await serve({
      echo: (req) => {
        calls++;
        return req;
      },
    });
    await expect(connect(address).echo({ text: 'x' }, { signal: AbortSignal.abort() })).rejects.toBeInstanceOf(CanceledByBusinessError);
    expect(calls).toBe(0);
  });

  it("tells the caller's own deadline from the call's", async () => {
    const g = gate();
    const { address } = await serve({ echo: (req) => g.wait.then(() => req) });
    const client = connect(address, { rpcTimeoutMs: 5000 });
    const ctx = background.withDeadline(performance.now() + 30);
    await expect(client.echo({ text: 'x' }, { ctx })).rejects.toBeInstanceOf(TimeoutByBusinessError);
    g.open();
  });

  it('passes the remaining time on to the next hop', async () => {
    const second = await serve({
      echo: (_req, ctx) => ({ text: String(ctx.deadline === Infinity) }),
    });
    const inner = connect(second.address);
    const first = await serve({ echo: (req, ctx) => inner.echo(req, { ctx }) });
    const client = connect(first.address);
    expect(await client.echo({ text: 'x' }, { rpcTimeoutMs: 1000 })).toEqual({ text: 'false' });
    expect(await client.echo({ text: 'x' })).toEqual({ text: 'true' });
  });
});

describe('connections', () => {
  it('says which address refused, under which limit', async () => {
    const { server, address } = await serve();
    await server.stop();
    const e = await connect(address).echo({ text: 'x' }).catch((x: unknown) => x);
    expect(e).toBeInstanceOf(GetConnectionError);
    expect((e as Error).message).toContain(address);
    expect((e as Error).message).toMatch(/ECONNREFUSED|connectTimeoutMs/);
  });

  it('says that no connection came about in time, where to and under which limit', async () => {
    const { createServer } = await import('node:net');
    // Accepts, and never says a word: the TLS handshake hangs.
    const silent = createServer((s) => s.on('error', () => undefined).on('close', () => undefined));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = `127.0.0.1:${(silent.address() as { port: number }).port}`;
    const client = connect(address, { tls: { rejectUnauthorized: false }, maxPicks: 1 });
    for (const [o, ms] of [
      [{}, 50],
      [{ connectTimeoutMs: 20 }, 20],
    ] as const) {
      const e = await client.ping(o).catch((x: unknown) => x);
      expect(e).toBeInstanceOf(GetConnectionError);
      expect((e as Error).message).toBe(`get connection error: dial ${address}: no connection within ${ms} ms (connectTimeoutMs)`);
    }
    await client.close();
    silent.close();
  });

  it('tries another instance while nothing was sent', async () => {
    const dead = await serve();
    await dead.server.stop();
    const { address } = await serve();
    const client = connect(address, { hostPorts: [dead.address, address] });
    for (let i = 0; i < 6; i++) expect(await client.echo({ text: String(i) })).toEqual({ text: String(i) });
  });

  it('reports a server that goes away in the middle of a call', async () => {
    const g = gate();
    const { server, address } = await serve({ echo: (req) => g.wait.then(() => req) }, { exitWaitTimeMs: 20 });
    const call = connect(address).echo({ text: 'x' });
    call.catch(() => undefined);
    await expect.poll(() => server.appliedOptions.length).toBeGreaterThan(0);
    await new Promise((r) => setTimeout(r, 20));
    const report = await server.stop();
    expect(report).toMatchObject({ inFlight: 1, forced: 1 });
    const e = await call.catch((x: unknown) => x);
    expect(e).toBeInstanceOf(RemoteOrNetworkError);
    g.open();
  });

  it('refuses calls after close', async () => {
    const { address } = await serve();
    const client = connect(address);
    await client.echo({ text: 'x' });
    await client.close();
    await client.close();
    await expect(client.echo({ text: 'x' })).rejects.toBeInstanceOf(ClosedError);
  });

  it('needs a target', async () => {
    const { address } = await serve();
    const client = connect(address, { hostPorts: undefined });
    await expect(client.echo({ text: 'x' })).rejects.toBeInstanceOf(InternalError);
    expect(await client.echo({ text: 'x' }, { hostPort: address })).toEqual({ text: 'x' });
    expect(await client.echo({ text: 'x' }, { url: `http://${address}/echo` })).toEqual({ text: 'x' });
  });
});

describe('TransErrorType', () => {
  it('has the numbers of Kitex', () => {
    expect(TransErrorType).toMatchObject({ UnknownMethod: 1, InternalError: 6, ProtocolError: 7, UnknownService: 20, NoServiceName: 21 });
  });
});
