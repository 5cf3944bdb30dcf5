// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { GrpcStatusError } from '@cloudwego/kitex';
import type { RpcContext, RpcMiddleware, StreamEvent, StreamRecvMiddleware, StreamSendMiddleware, Tracer } from '@cloudwego/kitex';
import type { Message } from './fixtures/echo.js';
import { talking, texts } from './fixtures/streams.js';

const noted =
  (log: string[], name: string): RpcMiddleware =>
  (next) =>
  async (req, ctx) => {
    log.push(`${name} >`);
    try {
      return await next(req, ctx);
    } finally {
      log.push(`< ${name}`);
    }
  };

describe('middlewares of a stream', () => {
  it('on a server span it from its head to its last message, on a client its opening', async () => {
    const log: string[] = [];
    const client = await talking(
      {
        *list() {
          log.push('first');
          yield { text: 'x' };
          log.push('last');
        },
      },
      { middlewares: [noted(log, 'universal')], streamMiddlewares: [noted(log, 'stream')] },
    );
    await texts(client.list({ text: '' }));
    expect(log).toEqual(['universal >', 'stream >', 'first', 'last', '< stream', '< universal']);
    const opened: string[] = [];
    const other = await talking({}, {}, { middlewares: [noted(opened, 'universal')], streamMiddlewares: [noted(opened, 'stream')] });
    const s = other.list({ text: '1' });
    await s.header;
    expect(opened).toEqual(['stream >', 'universal >', '< universal', '< stream']);
    await texts(s);
  });

  it('see and change every message, on both sides', async () => {
    const send =
      (tag: string): StreamSendMiddleware =>
      (next) =>
      (m, ctx) =>
        next({ text: `${(m as Message).text}${tag}` }, ctx);
    const recv =
      (tag: string): StreamRecvMiddleware =>
      (next) =>
      async (ctx) => {
        const step = await next(ctx);
        return step.done === true ? step : { done: false, value: { text: `${(step.value as Message).text}${tag}` } };
      };
    const client = await talking({}, { recvMiddlewares: [recv('2'), recv('1')], sendMiddlewares: [send('3'), send('4')] }, { sendMiddlewares: [send('a'), send('b')], recvMiddlewares: [recv('6'), recv('5')] });
    expect(await texts(client.chat([{ text: 'm' }]))).toEqual(['mab12!3456']);
    expect(await texts(client.list({ text: '' }))).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11'].map((t) => `${t}3456`).slice(0, 12));
  });

  it('end it by what they throw', async () => {
    const refused = await talking({}, { streamMiddlewares: [() => () => Promise.reject(new GrpcStatusError(16, 'who are you'))] });
    await expect(texts(refused.list({ text: '1' }))).rejects.toMatchObject({ cause: { status: 16 } });
    const kept = await talking({}, {}, { streamMiddlewares: [() => () => Promise.reject(new Error('not today'))] });
    await expect(texts(kept.list({ text: '1' }))).rejects.toThrow('not today');
    const forgot = await talking({}, {}, { streamMiddlewares: [() => () => undefined] });
    await expect(forgot.sum([])).rejects.toThrow('did not call next');
    const late = await talking({}, {}, { sendMiddlewares: [() => () => Promise.reject(new Error('too long'))] });
    await expect(late.sum([{ text: '1' }])).rejects.toThrow('too long');
  });

  it('may be rules: ACL sees the request of a server stream', async () => {
    const client = await talking({}, {}, { aclRules: [(req) => ((req as Message).text === 'bad' ? 'no' : undefined)] });
    await expect(texts(client.list({ text: 'bad' }))).rejects.toMatchObject({ code: 'KITEX_ACL_REJECTED' });
    expect(await texts(client.list({ text: '1' }))).toEqual(['0']);
  });
});

describe('tracers', () => {
  function traces(): { readonly tracer: Tracer; readonly log: string[] } {
    const log: string[] = [];
    return {
      log,
      tracer: {
        start: (ctx: RpcContext) => void log.push(`START ${ctx.rpcInfo.config.interaction}`),
        finish: (ctx: RpcContext) => void log.push(`FINISH ${ctx.rpcInfo.stats.error === undefined ? 'ok' : 'failed'}`),
        streamEvent: (_ctx, e: StreamEvent) => void log.push(e.type),
      },
    };
  }

  it('follow a stream message by message, on both sides', async () => {
    const c = traces();
    const s = traces();
    const client = await talking({}, { tracers: [s.tracer] }, { tracers: [c.tracer] });
    await texts(client.chat([{ text: 'a' }, { text: 'b' }]));
    expect(c.log.filter((e) => e !== 'recv')).toEqual(['START streaming', 'start', 'send', 'send', 'recvHeader', 'finish', 'FINISH ok']);
    expect(c.log.filter((e) => e === 'recv').length).toBe(2);
    await expect.poll(() => s.log.at(-1)).toBe('FINISH ok');
    expect(s.log.filter((e) => e === 'recv' || e === 'send').length).toBe(4);
    expect(s.log.slice(0, 2)).toEqual(['START streaming', 'start']);
  });

  it('finish once, also where a stream is left or fails, and may throw', async () => {
    const c = traces();
    const broken: Tracer = {
      start: () => undefined,
      finish: () => undefined,
      streamEvent: () => {
        throw new Error('broken');
      },
    };
    const client = await talking({ chat: () => Promise.reject(new Error('x')) as never }, {}, { tracers: [broken, c.tracer] });
    for await (const m of client.list({ text: '100000' })) if (m.text === '1') break;
    await texts(client.chat([])).catch(() => undefined);
    expect(c.log.filter((e) => e.startsWith('FINISH'))).toEqual(['FINISH failed', 'FINISH failed']);
  });
});
