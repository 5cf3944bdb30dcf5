// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, tracingChannel, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, describe, expect, it } from 'vitest';
import { background } from '@cloudwego/gopkg/context';
import { createLogger, memorySink } from '@cloudwego/gopkg/logger';
import { BizStatusError, createClient, defineStatsEvent, eventCostMs, freezeRPCInfo, generateLogId, getLogId, isTimeoutError, logIdFields, withLogId } from '@cloudwego/kitex';
import type { CallMessage, EventRecord, OverloadMessage, PanicMessage, RpcContext, RPCInfo, StreamEventHandler, Tracer } from '@cloudwego/kitex';
import { Echo } from './fixtures/echo.js';
import { connect, gate, serve, using } from './fixtures/harness.js';
import { connectTalk, serveTalk, talking, texts } from './fixtures/streams.js';

const undo: (() => void)[] = [];
afterEach(() => {
  for (const f of undo.splice(0)) f();
});

/** What a channel publishes until the test ends. */
function heard<M>(name: string): M[] {
  const got: M[] = [];
  const on = (m: unknown): void => void got.push(m as M);
  subscribe(name, on);
  undo.push(() => unsubscribe(name, on));
  return got;
}

/** The steps of the calls of one side, as a tracing channel tells them. */
function steps(side: 'client' | 'server'): string[] {
  const log: string[] = [];
  const note = (step: string) => (m: object) => {
    const { rpcInfo, error, result } = m as CallMessage;
    log.push(`${step} ${rpcInfo.invocation.methodName}${error === undefined ? '' : ` ${(error as Error).name}`}${result === undefined ? '' : ` ${JSON.stringify(result)}`}`);
  };
  const listeners = { start: note('start'), end: note('end'), asyncStart: note('asyncStart'), asyncEnd: note('asyncEnd'), error: note('error') };
  const channels = tracingChannel(`cloudwego:kitex:${side}:call`);
  channels.subscribe(listeners);
  undo.push(() => channels.unsubscribe(listeners));
  return log;
}

describe('events of calls', () => {
  /** The stats of each call as its tracer saw them at the end. */
  function keeping(): { readonly infos: RPCInfo[]; readonly tracer: Tracer } {
    const infos: RPCInfo[] = [];
    return { infos, tracer: { start: () => undefined, finish: (ctx) => void infos.push(freezeRPCInfo(ctx.rpcInfo)) } };
  }

  it('may be the users own, on both sides, each once', async () => {
    const cached = defineStatsEvent('test.cached', 'base');
    const detail = defineStatsEvent('test.detail');
    const s = keeping();
    const { address } = await serve(
      {
        ping: (ctx: RpcContext) => {
          ctx.rpcInfo.stats.record(cached, { status: 'warn', info: 'miss' });
          ctx.rpcInfo.stats.record(cached, { info: 'again' });
          ctx.rpcInfo.stats.record(detail);
        },
      },
      { tracers: [s.tracer], statsLevel: 'base' },
    );
    const c = keeping();
    await connect(address, { tracers: [c.tracer], middlewares: [(next) => (req, ctx) => (ctx.rpcInfo.stats.record(detail), next(req, ctx))] }).ping();
    await expect.poll(() => s.infos.length).toBe(1);
    const { stats } = s.infos[0]!;
    expect(stats.eventRecord(cached)).toMatchObject({ status: 'warn', info: 'miss' });
    expect(stats.event(cached)).toBe(stats.eventRecord(cached)!.at);
    expect(stats.event(detail), 'the level leaves it out').toBe(0);
    expect(c.infos[0]!.stats.eventRecord(detail)).toMatchObject({ status: 'info', info: '' });
    expect(() => stats.record(cached)).toThrow(TypeError);
  });

  it('are defined once', () => {
    expect(defineStatsEvent('test.twice', 'base')).toBe(defineStatsEvent('test.twice', 'base'));
    expect(() => defineStatsEvent('test.twice')).toThrow('is an event of the level "base" already');
    for (const name of ['RPCStart', '', undefined as unknown as string]) expect(() => defineStatsEvent(name)).toThrow('wanted a name');
  });

  it('say what failed', async () => {
    const s = keeping();
    const c = keeping();
    const { address, server } = await serve({ echo: () => Promise.reject(new Error('no stock')) }, { tracers: [s.tracer] });
    const client = connect(address, { tracers: [c.tracer] });
    await client.echo({ text: 'x' }).catch(() => undefined);
    await expect.poll(() => s.infos.length).toBe(1);
    const say = (r: EventRecord | undefined): string => `${r?.status} ${r?.info}`;
    expect(say(s.infos[0]!.stats.eventRecord('ServerHandleFinish'))).toContain('error no stock');
    expect(say(s.infos[0]!.stats.eventRecord('RPCFinish'))).toContain('error biz error');
    expect(say(c.infos[0]!.stats.eventRecord('RPCFinish'))).toContain('error remote or network error');
    expect(say(c.infos[0]!.stats.eventRecord('ClientConnFinish'))).toBe('info ');
    expect(eventCostMs(c.infos[0]!.stats, 'RPCStart', 'RPCFinish')).toBeGreaterThanOrEqual(0);
    expect(eventCostMs(c.infos[0]!.stats, 'ServerHandleStart', 'RPCFinish'), 'one of them never was').toBe(0);
    await server.stop();
    await client.echo({ text: 'x' }).catch(() => undefined);
    expect(say(c.infos[1]!.stats.eventRecord('ClientConnFinish'))).toContain('error ');
  });

  it('have sizes; those of the last message of a stream beside the sum', async () => {
    const c = keeping();
    const client = await talking({}, {}, { tracers: [c.tracer] });
    await texts(client.chat([{ text: 'a' }, { text: 'b'.repeat(100) }]));
    await client.echo({ text: 'x' });
    const [stream, unary] = c.infos.map((i) => i.stats);
    expect(stream!.sentBytes).toBeGreaterThan(stream!.lastSentBytes);
    expect(stream!.lastSentBytes).toBeGreaterThan(100);
    expect(stream!.receivedBytes).toBeGreaterThan(stream!.lastReceivedBytes);
    expect(unary!.lastSentBytes).toBe(unary!.sentBytes);
  });

  it('tell programming errors from failures, to tracers of both sides', async () => {
    const s = keeping();
    const c = keeping();
    const { address } = await serve({ echo: () => JSON.parse('{') as never, ping: () => Promise.reject(new Error('x')) }, { tracers: [s.tracer] });
    const broken = connect(address, { tracers: [c.tracer], middlewares: [() => () => (undefined as unknown as { x: () => never }).x()] });
    await connect(address).echo({ text: 'x' }).catch(() => undefined);
    await connect(address).ping().catch(() => undefined);
    await broken.ping().catch(() => undefined);
    await expect.poll(() => s.infos.map((i) => i.stats.panicked)).toEqual([true, false]);
    expect(c.infos.map((i) => i.stats.panicked)).toEqual([true]);
  });

  it('are not told of requests that were refused before a tracer started', async () => {
    const s = { started: 0, finished: 0 };
    const { address } = await serve({}, { tracers: [{ start: () => void s.started++, finish: () => void s.finished++ }], limit: { maxQps: 1 } });
    const client = connect(address);
    await client.ping();
    await expect(client.ping()).rejects.toThrow('request over limit');
    await expect.poll(() => s).toEqual({ started: 1, finished: 1 });
  });
});

describe('handlers of stream events', () => {
  it('are told each event by name, on both sides, without raising the stats level', async () => {
    const seen: Record<string, string[]> = { client: [], server: [] };
    const handler = (side: string): StreamEventHandler => ({
      start: (ctx) => void seen[side]!.push(`start ${ctx.rpcInfo.stats.level}`),
      recvHeader: (_ctx, e) => void seen[side]!.push(`recvHeader ${e.metadata.get('room')}`),
      recv: () => void seen[side]!.push('recv'),
      send: () => void seen[side]!.push('send'),
      finish: (_ctx, e) => void seen[side]!.push(`finish ${e.trailer?.get('left')}`),
    });
    const client = await talking(
      {
        *list(_req, ctx) {
          ctx.setHeader({ room: 'a' });
          ctx.setTrailer({ left: '0' });
          yield { text: '1' };
        },
      },
      { streamEventHandlers: [handler('server')] },
      { streamEventHandlers: [handler('client')] },
    );
    await texts(client.list({ text: 'x' }));
    await expect.poll(() => seen).toEqual({
      client: ['start disabled', 'recvHeader a', 'recv', 'finish 0'],
      server: ['start disabled', 'recv', 'send', 'finish 0'],
    });
  });
});

describe('a stream that fails', () => {
  it('is told as a failed receive, then as its end, to both sides', async () => {
    const seen: Record<string, string[]> = { client: [], server: [] };
    const handler = (side: string): StreamEventHandler => ({
      recv: (_ctx, e) => void seen[side]!.push(`recv ${e.error === undefined ? 'ok' : 'failed'}`),
      finish: (_ctx, e) => void seen[side]!.push(`finish ${e.trailer === undefined ? 'without trailer' : 'with one'}`),
    });
    const client = await talking(
      { chat: async function* (requests) { for await (const r of requests) yield r; } },
      { streamEventHandlers: [handler('server')] },
      { streamEventHandlers: [handler('client')] },
    );
    const stream = client.chat((async function* () { yield { text: 'a' }; await gate().wait; })());
    await stream.read();
    stream.cancel();
    await expect.poll(() => seen).toEqual({ client: ['recv ok', 'recv failed', 'finish without trailer'], server: ['recv ok', 'recv failed', 'finish with one'] });
  });
});

describe('tracing channels', () => {
  it('follow unary calls, answered and failed', async () => {
    const c = steps('client');
    const s = steps('server');
    const { address } = await serve({ echo: (req) => (req.text === '' ? Promise.reject(new BizStatusError(3, 'empty')) : req) });
    const client = connect(address);
    await client.echo({ text: 'x' });
    const text = JSON.stringify({ text: 'x' });
    await expect.poll(() => c).toEqual(['start Echo', 'end Echo', `asyncStart Echo ${text}`, `asyncEnd Echo ${text}`]);
    await expect.poll(() => s).toEqual(['start Echo', 'end Echo', `asyncStart Echo ${text}`, `asyncEnd Echo ${text}`]);
    await client.echo({ text: '' }).catch(() => undefined);
    const failed = ['start Echo', 'end Echo', 'error Echo BizStatusError', 'asyncStart Echo BizStatusError', 'asyncEnd Echo BizStatusError'];
    await expect.poll(() => c.slice(4)).toEqual(failed);
    await expect.poll(() => s.slice(4)).toEqual(failed);
  });

  it('tell of a call once, however many attempts it takes', async () => {
    const c = steps('client');
    const { address } = await serve({ ping: () => gate().wait });
    await connect(address, { rpcTimeoutMs: 30, retry: { kind: 'failure', maxRetries: 1 } }).ping().catch((e: unknown) => expect(isTimeoutError(e)).toBe(true));
    await expect.poll(() => c.filter((x) => x.startsWith('asyncEnd')).length).toBe(1);
    expect(c.filter((x) => x.startsWith('start')).length).toBe(1);
  });

  it('follow streams', async () => {
    const c = steps('client');
    const s = steps('server');
    const client = await talking();
    await texts(client.chat([{ text: 'a' }]));
    for (const log of [c, s]) await expect.poll(() => log).toEqual(['start Chat', 'end Chat', 'asyncStart Chat', 'asyncEnd Chat']);
  });

  it('bind stores that handlers see', async () => {
    const als = new AsyncLocalStorage<string>();
    const { start } = tracingChannel('cloudwego:kitex:server:call');
    start.bindStore(als, (m) => `span of ${(m as CallMessage).rpcInfo.invocation.methodName}`);
    undo.push(() => start.unbindStore(als));
    const { address } = await serve({ echo: () => Promise.resolve({ text: als.getStore() ?? 'none' }) });
    expect(await connect(address).echo({ text: 'x' })).toEqual({ text: 'span of Echo' });
    const streams = await serveTalk({ *list() { yield { text: als.getStore() ?? 'none' }; } });
    expect(await texts(connectTalk(streams.address).list({ text: '' }))).toEqual(['span of List']);
  });
});

describe('reports', () => {
  it('of panics reach their channel, from handlers and from what is around a call', async () => {
    const got = heard<PanicMessage>('cloudwego:kitex:panic');
    const { address } = await serve({ echo: () => JSON.parse('{') as never, ping: () => Promise.reject(new Error('no panic')) });
    const client = connect(address);
    await client.echo({ text: 'x' }).catch(() => undefined);
    await client.ping().catch(() => undefined);
    await connect(address, { middlewares: [() => () => { throw new RangeError('mine'); }] }).ping().catch(() => undefined);
    expect(got.map((m) => `${m.side} ${m.rpcInfo.invocation.methodName} ${(m.error as Error).name}`)).toEqual(['server Echo SyntaxError', 'client Ping RangeError']);
  });

  it('of overload reach theirs, connections and requests', async () => {
    const got = heard<OverloadMessage>('cloudwego:kitex:server:overload');
    const { address } = await serve({}, { limit: { maxQps: 1, maxConnections: 1 } });
    const client = connect(address);
    await client.ping();
    await client.ping().catch(() => undefined);
    await connect(address, { pool: 'short' }).ping().catch(() => undefined);
    expect(got.map((m) => (m.kind === 'request' ? `${m.rpcInfo.invocation.methodName} ${m.reason}` : m.remote.kind))).toEqual(['Ping qps', 'tcp']);
  });
});

describe('log ids', () => {
  it('look as those of Go', () => {
    expect(generateLogId('zz')).toMatch(/^02\d{13}zz[0-9a-f]{6}$/);
    expect(Number(generateLogId().slice(2, 15))).toBeGreaterThan(1_600_000_000_000);
  });

  it.each(['ttheader-framed', 'grpc'] as const)('of a caller go on over %s, hop by hop', async (transport) => {
    const seen: (string | undefined)[] = [];
    const last = await serve({ ping: (ctx: RpcContext) => void seen.push(getLogId(ctx)) });
    const next = connect(last.address, { transport });
    const first = await serve({
      echo: async (req, ctx) => {
        seen.push(getLogId(ctx));
        await next.ping({ ctx });
        return req;
      },
    });
    const client = connect(first.address, { transport });
    await client.echo({ text: 'x' }, { ctx: withLogId(background, '02-mine') });
    await client.echo({ text: 'x' });
    expect(seen).toEqual(['02-mine', '02-mine', undefined, undefined]);
  });

  it('are made for calls without, where the client says so: one for all attempts', async () => {
    const seen: (string | undefined)[] = [];
    let calls = 0;
    const { address } = await serve({
      echo: (req, ctx) => {
        seen.push(getLogId(ctx));
        return ++calls === 1 ? Promise.reject(new Error('again')) : req;
      },
    });
    const client = connect(address, { logId: true, retry: { kind: 'failure', onError: () => true } });
    await client.echo({ text: 'x' });
    expect(seen[0]).toMatch(/^02\d{13}/);
    expect(seen[1]).toBe(seen[0]);
    await connect(address, { logId: () => 'made' }).echo({ text: 'x' }, { ctx: withLogId(background, 'given') });
    await connect(address, { logId: () => 'made' }).echo({ text: 'x' });
    expect(seen.slice(2)).toEqual(['given', 'made']);
  });

  it.each(['grpc', 'ttheader-streaming'] as const)('are the streams own over %s', async (transport) => {
    const seen: (string | undefined)[] = [];
    const { address } = await serveTalk({ *list(_req, ctx) { seen.push(getLogId(ctx)); yield { text: '1' }; } });
    await texts(connectTalk(address, { transport, logId: () => 'of this stream' }).list({ text: '' }));
    expect(seen).toEqual(['of this stream']);
  });

  it('stand in the lines of a logger', async () => {
    const sink = memorySink();
    const logger = createLogger({ write: sink, fromContext: logIdFields });
    const { address } = await serve({ ping: (ctx: RpcContext) => logger.withContext(ctx).info('served') });
    await connect(address, { logId: () => 'abc' }).ping();
    await connect(address).ping();
    expect(sink.records.map((r) => r.fields)).toEqual([{ logId: 'abc' }, {}]);
  });

  it('wants true, false or a function', () => {
    expect(() => using(createClient(Echo, { destService: 'echo', hostPorts: ['127.0.0.1:1'], logId: 'x' as never }))).toThrow('client.logId');
  });
});
