// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import {
  createClient,
  createServer,
  freezeRPCInfo,
  getCallee,
  getCaller,
  getCallerAddr,
  getCallerHandlerMethod,
  getCallerIP,
  getIDLServiceName,
  getMethod,
  getRPCInfo,
  getTransportProtocol,
} from '@cloudwego/kitex';
import type { RpcContext, RPCInfo } from '@cloudwego/kitex';
import { background } from '@cloudwego/gopkg/context';
import { Echo, plain } from './fixtures/echo.js';
import { connect, serve, silentLogger, using } from './fixtures/harness.js';

describe('metainfo', () => {
  it('reaches the handler, and goes on with ctx as its kind says', async () => {
    const show = (ctx: RpcContext): string =>
      JSON.stringify({ t: ctx.metainfo.get('once') ?? null, p: ctx.metainfo.getPersistent('always') ?? null });
    const last = await serve({ echo: (_r, ctx) => ({ text: show(ctx) }) });
    const toLast = connect(last.address);
    const first = await serve({
      echo: async (req, ctx) => ({ text: `${show(ctx)} then ${(await toLast.echo(req, { ctx })).text}` }),
    });
    for (const transport of ['ttheader', 'ttheader-framed'] as const) {
      const client = connect(first.address, { transport });
      const { text } = await client.echo({ text: 'x' }, { metainfo: { transient: { once: '1' }, persistent: { always: '2' } } });
      expect(text).toBe('{"t":"1","p":"2"} then {"t":null,"p":"2"}');
    }
  });

  it('comes from the context of the call too', async () => {
    const { address } = await serve({ echo: (_r, ctx) => ({ text: `${ctx.metainfo.get('a') ?? '-'} ${ctx.metainfo.get('b') ?? '-'}` }) });
    const ctx = background.withMetainfo(background.metainfo.with('a', '1').with('b', '1'));
    const client = connect(address);
    expect(await client.echo({ text: '' }, { ctx })).toEqual({ text: '1 1' });
    expect(await client.echo({ text: '' }, { ctx, metainfo: { transient: { b: '2' } } })).toEqual({ text: '1 2' });
    expect(await client.echo({ text: '' })).toEqual({ text: '- -' });
  });

  it('travels back with the reply', async () => {
    const { address } = await serve({
      echo: (req, ctx) => {
        ctx.metainfo.sendBackward('node', 'n1');
        ctx.metainfo.sendBackward('', 'dropped');
        return req;
      },
    });
    let got: ReadonlyMap<string, string> = new Map();
    await connect(address).echo({ text: 'x' }, { onBackward: (v) => (got = v) });
    expect(got.get('node')).toBe('n1');
    expect(got.has('')).toBe(false);
  });
});

describe('RPCInfo', () => {
  it('names both ends', async () => {
    let info: RPCInfo | undefined;
    let other: unknown[] = [];
    const { address } = await serve({
      echo: (req, ctx) => {
        info = ctx.rpcInfo;
        other = [getCaller(ctx), getCallee(ctx), getMethod(ctx), getIDLServiceName(ctx), getCallerIP(ctx), getTransportProtocol(ctx), getCallerAddr(ctx)?.startsWith('127.0.0.1:')];
        return req;
      },
    });
    await connect(address, { clientInfo: { serviceName: 'web', method: 'page' } }).echo({ text: 'x' });
    expect(info).toMatchObject({
      from: { serviceName: 'web', method: 'page' },
      to: { serviceName: 'echo', method: 'Echo' },
      invocation: { serviceName: 'Echo', methodName: 'Echo', packageName: 'test' },
      config: { transport: 'ttheader-framed', interaction: 'pingpong', payload: 'thrift' },
    });
    expect(other).toEqual(['web', 'echo', 'Echo', 'Echo', '127.0.0.1', 'ttheader-framed', true]);
  });

  it('names the method that was being served when the call was made', async () => {
    let caller: string | undefined;
    const last = await serve({
      ping: (ctx) => {
        caller = getCallerHandlerMethod(ctx);
      },
    });
    const inner = connect(last.address, { clientInfo: { serviceName: 'mid' } });
    const first = await serve({
      join: async (a, _b, ctx) => {
        await inner.ping({ ctx });
        return a;
      },
    });
    await connect(first.address).join({ text: 'a' }, { text: 'b' });
    expect(caller).toBe('Join');
  });

  it('has a copy that stays as it is', async () => {
    let frozen: RPCInfo | undefined;
    const { address } = await serve();
    const client = connect(address, {
      tags: { cluster: 'a' },
      middlewares: [
        (next) => (req, ctx) => {
          frozen = freezeRPCInfo(ctx.rpcInfo);
          ctx.rpcInfo.to.setTag('later', 'x');
          return next(req, ctx);
        },
      ],
    });
    await client.echo({ text: 'x' });
    expect(frozen?.to.tags).toEqual({ cluster: 'a' });
    expect(frozen?.to.setTag('k', 'v')).toBe(false);
    expect(() => frozen?.invocation.setBizStatusError(undefined)).toThrow('frozen');
  });

  it('is nothing where there is no call', () => {
    expect([getRPCInfo(background), getCaller(undefined), getMethod(background), getCallerIP(background)]).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('locks tags that an option gave', async () => {
    const { address } = await serve();
    const seen: unknown[] = [];
    const client = connect(address, {
      tags: { cluster: 'a' },
      middlewares: [
        (next) => (req, ctx) => {
          const { to } = ctx.rpcInfo;
          seen.push(to.setTag('cluster', 'b'), to.tag('cluster'), to.setTag('free', 'c'), to.tag('free'), to.setTag('call', 'd'));
          to.forceSetTag('cluster', 'z');
          seen.push(to.tag('cluster'));
          return next(req, ctx);
        },
      ],
    });
    await client.echo({ text: 'x' }, { tags: { call: '1' } });
    expect(seen).toEqual([false, 'a', true, 'c', false, 'z']);
    seen.length = 0;
    await client.echo({ text: 'x' });
    expect(seen[1]).toBe('a');
  });
});

describe('ambient context', () => {
  it('carries a handler’s context to calls that were given none', async () => {
    const last = await serve({ echo: (_r, ctx) => ({ text: ctx.metainfo.getPersistent('trace') ?? 'none' }) });
    const inner = connect(last.address, { ambientContext: true });
    const first = await serve({ echo: async (req) => inner.echo(await Promise.resolve(req)) }, { ambientContext: true });
    expect(await connect(first.address).echo({ text: '' }, { metainfo: { persistent: { trace: 't1' } } })).toEqual({ text: 't1' });
  });
});

describe('addresses', () => {
  it('may be unix sockets', async () => {
    const path = `unix:/tmp/kitex-test-${process.pid}.sock`;
    const server = using(createServer({ address: path, logger: silentLogger }).register(Echo, plain));
    const { address } = await server.start();
    expect(address).toBe(path);
    expect(await connect(address).echo({ text: 'x' })).toEqual({ text: 'x' });
  });

  it('are checked', () => {
    expect(() => createServer({ address: 'nowhere' })).toThrow('server.address');
    expect(() => createClient(Echo, { destService: 'e', hostPorts: ['127.0.0.1'] })).toThrow('hostPorts');
  });
});
