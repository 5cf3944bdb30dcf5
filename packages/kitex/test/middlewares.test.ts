// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { AclError, BizStatusError, PanicError, RemoteOrNetworkError, TransError, withContextMiddlewares } from '@cloudwego/kitex';
import type { RpcContext, RpcMiddleware } from '@cloudwego/kitex';
import { background, contextKey } from '@cloudwego/gopkg/context';
import { Refused } from './fixtures/echo.js';
import type { Message } from './fixtures/echo.js';
import { connect, serve } from './fixtures/harness.js';

function noting(list: string[], name: string): RpcMiddleware {
  return (next) => async (req, ctx) => {
    list.push(`> ${name}`);
    try {
      return await next(req, ctx);
    } finally {
      list.push(`< ${name}`);
    }
  };
}

describe('client middlewares', () => {
  it('run as an onion: unary, context, universal, builders, then instances', async () => {
    const { address } = await serve();
    const seen: string[] = [];
    const client = connect(address, {
      unaryMiddlewares: [noting(seen, 'unary 1'), noting(seen, 'unary 2')],
      middlewares: [noting(seen, 'universal')],
      middlewareBuilders: [(init) => noting(seen, `built for ${init.side} of ${init.serviceName}`), () => undefined],
      instanceMiddlewares: [noting(seen, 'instance')],
    });
    const ctx = withContextMiddlewares(background, noting(seen, 'context'));
    await client.echo({ text: 'x' }, { ctx });
    const inwards = ['unary 1', 'unary 2', 'context', 'universal', 'built for client of echo', 'instance'];
    expect(seen).toEqual([...inwards.map((n) => `> ${n}`), ...inwards.toReversed().map((n) => `< ${n}`)]);
  });

  it('change requests and answers, and answer in the place of the server', async () => {
    const { address } = await serve();
    const shout: RpcMiddleware = (next) => async (req, ctx) => {
      const m = req as Message;
      if (m.text === 'cached') return { text: 'from the middleware' };
      const res = (await next({ text: m.text.toUpperCase() }, ctx)) as Message;
      return { text: res.text + '!' };
    };
    const client = connect(address, { middlewares: [shout] });
    expect(await client.echo({ text: 'hi' })).toEqual({ text: 'HI!' });
    expect(await client.echo({ text: 'cached' })).toEqual({ text: 'from the middleware' });
  });

  it('may be synchronous, see errors, and try again', async () => {
    let n = 0;
    const { address } = await serve({
      echo: () => {
        if (++n < 3) throw new Error('not yet');
        return { text: String(n) };
      },
    });
    const again: RpcMiddleware = (next) => async (req, ctx) => {
      for (let i = 0; ; i++) {
        try {
          return await next(req, ctx);
        } catch (e) {
          if (i === 2) throw e;
        }
      }
    };
    expect(await connect(address, { middlewares: [(next) => (req, ctx) => next(req, ctx), again] }).echo({ text: 'x' })).toEqual({ text: '3' });
  });

  it('see declared exceptions and biz errors as what the caller sees', async () => {
    const { address } = await serve({
      echo: (req) => {
        if (req.text === 'biz') throw new BizStatusError(7, 'seven');
        throw new Refused('declared');
      },
    });
    const seen: unknown[] = [];
    const watch: RpcMiddleware = (next) => async (req, ctx) => {
      try {
        const res = await next(req, ctx);
        seen.push(ctx.rpcInfo.invocation.bizStatusError?.statusCode);
        return res;
      } catch (e) {
        seen.push(e);
        throw e;
      }
    };
    const client = connect(address, { middlewares: [watch] });
    await expect(client.echo({ text: 'x' })).rejects.toBeInstanceOf(Refused);
    await expect(client.echo({ text: 'biz' })).rejects.toBeInstanceOf(BizStatusError);
    expect(seen[0]).toBeInstanceOf(Refused);
    expect(seen[1]).toBe(7);
  });

  it('pass values down through the context', async () => {
    const { address } = await serve();
    const user = contextKey<string>('user');
    const seen: unknown[] = [];
    const client = connect(address, {
      middlewares: [
        (next) => (req, ctx) => next(req, ctx.with(user, 'ann')),
        (next) => (req, ctx) => {
          seen.push(ctx.value(user));
          return next(req, ctx);
        },
      ],
    });
    await client.echo({ text: 'x' });
    expect(seen).toEqual(['ann']);
  });
});

describe('server middlewares', () => {
  it('run as an onion: universal, builders, then unary, around the handler', async () => {
    const seen: string[] = [];
    const { address } = await serve(
      {
        echo: (req) => {
          seen.push('handler');
          return req;
        },
      },
      {
        middlewares: [noting(seen, 'universal')],
        middlewareBuilders: [(init) => noting(seen, `built for ${init.side}`)],
        unaryMiddlewares: [noting(seen, 'unary')],
      },
    );
    await connect(address).echo({ text: 'x' });
    expect(seen).toEqual(['> universal', '> built for server', '> unary', 'handler', '< unary', '< built for server', '< universal']);
  });

  it('see what a handler threw: biz status as success, panic, business error', async () => {
    const seen: unknown[] = [];
    const watch: RpcMiddleware = (next) => async (req, ctx) => {
      try {
        const v = await next(req, ctx);
        seen.push(ctx.rpcInfo.invocation.bizStatusError?.statusCode);
        return v;
      } catch (e) {
        seen.push(e);
        throw e;
      }
    };
    const { address } = await serve(
      {
        echo: (req) => {
          if (req.text === 'biz') throw new BizStatusError(9, 'nine');
          if (req.text === 'panic') throw new TypeError('oops');
          throw new Error('plain');
        },
      },
      { middlewares: [watch] },
    );
    const client = connect(address);
    for (const text of ['biz', 'panic', 'plain']) await expect(client.echo({ text })).rejects.toThrow();
    expect(seen[0]).toBe(9);
    expect(seen[1]).toBeInstanceOf(PanicError);
    expect(seen[2]).toMatchObject({ code: 'KITEX_HANDLER_FAILED', message: 'biz error: plain' });
  });
});

describe('error handlers', () => {
  it('map what comes out of handlers, on the server', async () => {
    const { address } = await serve(
      { echo: () => Promise.reject(new Error('secret')) },
      { errorHandler: (_e, ctx) => new TransError(1234, `masked in ${ctx.method.name}`) },
    );
    await expect(connect(address).echo({ text: 'x' })).rejects.toMatchObject({ typeId: 1234, message: expect.stringContaining('masked in Echo') as string });
  });

  it('may make a biz status of an error', async () => {
    const { address } = await serve({ echo: () => Promise.reject(new Error('x')) }, { errorHandler: () => new BizStatusError(5, 'five') });
    await expect(connect(address).echo({ text: 'x' })).rejects.toMatchObject({ statusCode: 5 });
  });

  it('map transport errors, on the client', async () => {
    const { address } = await serve({ echo: () => Promise.reject(new Error('x')) });
    class Mine extends Error {}
    const client = connect(address, { errorHandler: (e) => new Mine('mine', { cause: e }) });
    const e = await client.echo({ text: 'x' }).catch((x: unknown) => x);
    expect(e).toBeInstanceOf(Mine);
    expect((e as Error).cause).toBeInstanceOf(TransError);
  });
});

describe('ACL rules', () => {
  it('refuse on the client before anything is sent', async () => {
    let calls = 0;
    const { address } = await serve({
      ping: () => {
        calls++;
      },
    });
    const client = connect(address, { aclRules: [() => undefined, async (_req, ctx) => Promise.resolve(ctx.method.name === 'Ping' ? 'no pings' : undefined)] });
    await expect(client.ping()).rejects.toBeInstanceOf(AclError);
    await expect(client.ping()).rejects.toThrow('request forbidden: no pings');
    expect(await client.echo({ text: 'x' })).toEqual({ text: 'x' });
    expect(calls).toBe(0);
  });

  it('refuse on the server', async () => {
    const { address } = await serve({}, { aclRules: [(req) => ((req as Message).text === 'bad' ? new Error('bad word') : undefined)] });
    const client = connect(address);
    await expect(client.echo({ text: 'bad' })).rejects.toThrow('request forbidden: bad word');
    await expect(client.echo({ text: 'bad' })).rejects.toBeInstanceOf(RemoteOrNetworkError);
    expect(await client.echo({ text: 'good' })).toEqual({ text: 'good' });
  });
});

describe('tracers', () => {
  it('start in order, finish in reverse, and cannot harm a call', async () => {
    const seen: string[] = [];
    const tracer = (name: string): { start(ctx: RpcContext): void; finish(ctx: RpcContext): void } => ({
      start: () => {
        seen.push(`start ${name}`);
        if (name === 'b') throw new Error('tracer');
      },
      finish: (ctx) => {
        seen.push(`finish ${name} ${ctx.rpcInfo.stats.error === undefined ? 'ok' : 'failed'}`);
        if (name === 'a') throw new Error('tracer');
      },
    });
    const { address } = await serve({}, { tracers: [tracer('s')] });
    await connect(address, { tracers: [tracer('a'), tracer('b')] }).echo({ text: 'x' });
    await expect.poll(() => seen.length).toBe(6);
    expect(seen.filter((x) => !x.endsWith(' s ok') && x !== 'start s')).toEqual(['start a', 'start b', 'finish b ok', 'finish a ok']);
    expect(seen).toContain('finish s ok');
  });

  it('see sizes and times of both ends', async () => {
    const stats: Record<string, unknown>[] = [];
    const tracer = {
      start: () => undefined,
      finish: (ctx: RpcContext) => {
        const s = ctx.rpcInfo.stats;
        stats.push({ sent: s.sentBytes > 0, received: s.receivedBytes > 0, level: s.level, ordered: s.event('RPCStart') <= s.event('RPCFinish') && s.event('RPCFinish') > 0 });
      },
    };
    const { address } = await serve({}, { tracers: [tracer] });
    await connect(address, { tracers: [tracer] }).echo({ text: 'x' });
    await expect.poll(() => stats.length).toBe(2);
    for (const s of stats) expect(s).toEqual({ sent: true, received: true, level: 'detailed', ordered: true });
  });
});
