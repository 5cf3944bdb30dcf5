// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, it } from 'vitest';
import { background } from '@cloudwego/gopkg/context';
import { clientStages, clientStreamStages, serverStages, serverStreamStages } from '@cloudwego/kitex';
import type { ClientOptions, RpcMiddleware, Stage, StreamRecvMiddleware, StreamSendMiddleware } from '@cloudwego/kitex';
import { connect, serve } from './fixtures/harness.js';
import { connectTalk, serveTalk, texts } from './fixtures/streams.js';

const pass: RpcMiddleware = (next) => (req, ctx) => next(req, ctx);
/** Everything that is off by default. */
const governance: Partial<ClientOptions> = { retry: { kind: 'failure' }, circuitBreaker: true, fallback: { when: 'always', run: (_req, outcome) => outcome.response } };
const tracer = { start: () => undefined, finish: () => undefined };

/** The stages of the calls that `run` makes, by side. */
async function traced(run: () => Promise<unknown>): Promise<{ client: string[][]; server: string[][] }> {
  const client: string[][] = [];
  const server: string[][] = [];
  const onClient = (m: unknown): void => void client.push((m as { stages: Stage[] }).stages.map((s) => s.name));
  const onServer = (m: unknown): void => void server.push((m as { stages: Stage[] }).stages.map((s) => s.name));
  subscribe('cloudwego:kitex:client:stages', onClient);
  subscribe('cloudwego:kitex:server:stages', onServer);
  try {
    await run();
    await expect.poll(() => server.length).toBeGreaterThan(0);
  } finally {
    unsubscribe('cloudwego:kitex:client:stages', onClient);
    unsubscribe('cloudwego:kitex:server:stages', onServer);
  }
  return { client, server };
}

const names = (stages: readonly Stage[], without: readonly string[] = []): string[] => stages.map((s) => s.name).filter((n) => !without.includes(n));

describe('the tables of stages', () => {
  it('are what a call with everything runs, in their order', async () => {
    const { address } = await serve({}, { middlewares: [pass], unaryMiddlewares: [pass], aclRules: [() => undefined], tracers: [tracer] });
    const client = connect(address, { middlewares: [pass], aclRules: [() => undefined], instanceMiddlewares: [pass], tracers: [tracer], rpcTimeoutMs: 5000, ...governance });
    const seen = await traced(() => client.echo({ text: 'x' }, { ctx: background }));
    expect(seen.client).toEqual([names(clientStages, ['error-handler'])]);
    expect(seen.server).toEqual([names(serverStages, ['error-handler'])]);
  });

  it('are what a failing call runs, error handlers included', async () => {
    const { address } = await serve(
      { echo: () => Promise.reject(new Error('x')) },
      { middlewares: [pass], unaryMiddlewares: [pass], aclRules: [() => undefined], tracers: [tracer], errorHandler: (e) => e },
    );
    const client = connect(address, { middlewares: [pass], aclRules: [() => undefined], instanceMiddlewares: [pass], tracers: [tracer], rpcTimeoutMs: 5000, ...governance });
    const seen = await traced(() => client.echo({ text: 'x' }).catch(() => undefined));
    expect(seen.client).toEqual([names(clientStages)]);
    expect(seen.server).toEqual([names(serverStages)]);
  });

  it('shrink to what a plain call needs', async () => {
    const { address } = await serve();
    const seen = await traced(() => connect(address).ping());
    expect(seen.client).toEqual([['prepare', 'dispatch', 'connect', 'write-meta', 'write', 'read-meta', 'read', 'finish']]);
    expect(seen.server).toEqual([['route', 'refuse', 'read-meta', 'read', 'handler', 'write-meta', 'write', 'finish']]);
  });

  it('are what a stream runs, messages noted once', async () => {
    const send: StreamSendMiddleware = (next) => (m, ctx) => next(m, ctx);
    const recv: StreamRecvMiddleware = (next) => (ctx) => next(ctx);
    const all = { middlewares: [pass], streamMiddlewares: [pass], sendMiddlewares: [send], recvMiddlewares: [recv], aclRules: [() => undefined], tracers: [tracer] };
    const { address } = await serveTalk({}, all);
    const client = connectTalk(address, { ...all, instanceMiddlewares: [pass], circuitBreaker: true });
    const seen = await traced(() => texts(client.chat([{ text: 'a' }, { text: 'b' }], { ctx: background })));
    expect(seen.client).toEqual([names(clientStreamStages, ['error-handler'])]);
    expect(seen.server).toEqual([names(serverStreamStages, ['error-handler'])]);
  });

  it('are what a failing stream runs', async () => {
    const { address } = await serveTalk(
      {
        async *chat(requests) {
          for await (const r of requests) yield r;
          throw new Error('x');
        },
      },
      { errorHandler: (e) => e },
    );
    const seen = await traced(() => texts(connectTalk(address).chat([{ text: 'a' }])).catch(() => undefined));
    expect(seen.client).toEqual([['prepare', 'dispatch', 'connect', 'write-meta', 'open-stream', 'send', 'recv', 'error-handler', 'finish']]);
    expect(seen.server).toEqual([['route', 'refuse', 'read-meta', 'stream-handler', 'recv', 'write-meta', 'send', 'error-handler', 'stream-end', 'finish']]);
  });

  it('name files that exist, each under 250 lines of code, each with its stage', () => {
    for (const s of [...clientStages, ...serverStages, ...clientStreamStages, ...serverStreamStages]) {
      const path = new URL(`../src/${s.file}`, import.meta.url);
      expect(existsSync(path)).toBe(true);
      const text = readFileSync(path, 'utf8');
      expect(text.split('\n').length).toBeLessThan(250);
      expect(text).toContain(`name: '${s.name}'`);
      expect(s.when.length).toBeGreaterThan(0);
    }
    for (const table of [clientStages, serverStages, clientStreamStages, serverStreamStages]) expect(new Set(table.map((s) => s.name)).size).toBe(table.length);
  });
});
