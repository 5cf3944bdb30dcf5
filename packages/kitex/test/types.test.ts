// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, expectTypeOf, it } from 'vitest';
import { createClient, createServer } from '@cloudwego/kitex';
import type { ClientControl, ClientOptions, RpcContext, Server, ServerMetaInfo, Suite } from '@cloudwego/kitex';
import { Echo, plain } from './fixtures/echo.js';
import type { EchoClient, Message } from './fixtures/echo.js';

describe('types', () => {
  it('of handlers come from the service, context included', () => {
    const server = createServer().register(Echo, {
      echo(req, ctx) {
        expectTypeOf(req).toEqualTypeOf<Message>();
        expectTypeOf(ctx).toEqualTypeOf<RpcContext>();
        expectTypeOf(ctx.metainfo).toEqualTypeOf<ServerMetaInfo>();
        expectTypeOf(ctx.with).returns.toEqualTypeOf<RpcContext>();
        return req;
      },
      async join(a, b, ctx) {
        expectTypeOf([a, b]).toEqualTypeOf<Message[]>();
        expectTypeOf(ctx.signal).toEqualTypeOf<AbortSignal>();
        return Promise.resolve({ text: a.text + b.text });
      },
      ping: () => undefined,
      tell: async () => undefined,
    });
    expectTypeOf(server).toEqualTypeOf<Server>();
    // @ts-expect-error a handler is missing
    expect(() => createServer().register(Echo, { echo: plain.echo })).toThrow('no handler');
    // @ts-expect-error the answer is of another type
    createServer().register(Echo, { ...plain, echo: () => 5 });
    // @ts-expect-error a method that the service does not have
    createServer().register(Echo, { echo: plain.echo, join: plain.join, ping: plain.ping, tell: plain.tell, more: () => 5 });
    // @ts-expect-error an option that does not exist
    expect(() => createServer({ adress: ':0' })).toThrow('did you mean "address"');
  });

  it('of clients come from the service, with what every client has', async () => {
    const client = createClient(Echo, { destService: 'echo' });
    expectTypeOf(client).toEqualTypeOf<EchoClient & ClientControl>();
    expectTypeOf(client.echo).returns.resolves.toEqualTypeOf<Message>();
    // @ts-expect-error the service does not have it
    expect(client.nothing).toBeUndefined();
    // @ts-expect-error destService is required
    expect(() => createClient(Echo, {})).toThrow('client.destService is required');
    await client.close();
  });

  it('of suites are those of the options, all optional', () => {
    const s: Suite<ClientOptions> = { name: 's', rpcTimeoutMs: 5, last: true };
    expectTypeOf(s.rpcTimeoutMs).toEqualTypeOf<number | undefined>();
    // @ts-expect-error a suite has a name
    const nameless: Suite<ClientOptions> = { rpcTimeoutMs: 5 };
    expect(nameless).toBeDefined();
  });
});
