// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { BizStatusError, createServer } from '@cloudwego/kitex';
import { createTestClient } from '@cloudwego/kitex/testing';
import { Echo, plain, Refused } from './fixtures/echo.js';
import { silentLogger, using } from './fixtures/harness.js';
import { numbers, serveTalk, Talk, talk, texts } from './fixtures/streams.js';

describe('createTestClient', () => {
  it('calls a server that does not listen, with middlewares, errors and metainfo', async () => {
    const seen: string[] = [];
    const server = createServer({ logger: silentLogger, middlewares: [(next) => (req, ctx) => (seen.push(`${ctx.method.name} ${ctx.metainfo.get('K') ?? ''}`), next(req, ctx))] }).register(Echo, {
      ...plain,
      join: () => {
        throw new BizStatusError(7, 'no');
      },
      echo: (req) => {
        if (req.text === 'bad') throw new Refused('today');
        return req;
      },
    });
    const client = using(await createTestClient(Echo, server, { logger: silentLogger }));
    expect(await client.echo({ text: 'x' }, { metainfo: { transient: { K: 'v' } } })).toEqual({ text: 'x' });
    await expect(client.echo({ text: 'bad' })).rejects.toBeInstanceOf(Refused);
    await expect(client.join({ text: 'a' }, { text: 'b' })).rejects.toMatchObject({ statusCode: 7 });
    expect(seen).toEqual(['Echo v', 'Echo ', 'Join ']);
  });

  it.each(['buffered', 'framed', 'ttheader', 'grpc'] as const)('speaks the wire it is told to: %s', async (transport) => {
    const server = createServer({ logger: silentLogger }).register(Echo, { ...plain, echo: (_req, ctx) => ({ text: ctx.rpcInfo.config.transport }) });
    const client = using(await createTestClient(Echo, server, { transport, logger: silentLogger }));
    expect(await client.echo({ text: '' })).toEqual({ text: transport });
  });

  it('streams, several clients beside one another, and beside the port of a server that runs', async () => {
    const { server } = await serveTalk();
    const one = using(await createTestClient(Talk, server));
    const two = using(await createTestClient(Talk, server));
    expect(await texts(one.chat(numbers(3)))).toEqual(['0!', '1!', '2!']);
    expect(await two.sum(numbers(100))).toEqual({ text: '4950' });
    expect(await server.stop()).toMatchObject({ forced: 0 });
  });

  it('leaves nothing behind', async () => {
    const server = createServer({ logger: silentLogger }).register(Talk, talk);
    const client = await createTestClient(Talk, server);
    await client.echo({ text: 'x' });
    await client.close();
    await expect(client.echo({ text: 'x' })).rejects.toMatchObject({ code: 'KITEX_CLIENT_CLOSED' });
  });
});
