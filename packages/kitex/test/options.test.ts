// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { createClient, createServer } from '@cloudwego/kitex';
import type { ClientOptions, ServerOptions, Suite } from '@cloudwego/kitex';
import { Echo, plain } from './fixtures/echo.js';
import { connect, serve } from './fixtures/harness.js';

const client = (o: object): unknown => createClient(Echo, { destService: 'echo', ...o } as ClientOptions);
const server = (o: object): unknown => createServer(o as ServerOptions);

describe('options are checked at construction', () => {
  it.each([
    [{ destService: '' }, 'client.destService'],
    [{ destServce: 'x' }, 'destServce'],
    [{ rpcTimeoutMs: -1 }, 'client.rpcTimeoutMs'],
    [{ rpcTimeoutMs: '1s' }, 'client.rpcTimeoutMs'],
    [{ connectTimeoutMs: NaN }, 'client.connectTimeoutMs'],
    [{ transport: 'http' }, '"ttheader-framed"'],
    [{ transport: 'grpc' }, 'carries streams'],
    [{ transport: 'framed', crc32c: true }, 'no header to carry it'],
    [{ transport: 'buffered', clientInfo: { serviceName: 'a' } }, 'no header to carry it'],
    [{ hostPorts: [] }, 'at least one address'],
    [{ hostPorts: ['a:1'], resolver: { name: 'r', key: () => '', resolve: () => [] } }, 'exclude each other'],
    [{ middlewares: [1] }, 'client.middlewares'],
    [{ pool: 'forever' }, 'client.pool'],
    [{ pool: { kind: 'long', maxIdlePerAddress: -1 } }, 'maxIdlePerAddress'],
    [{ suites: [{}] }, 'non-empty name'],
  ])('client %j', (o, message) => {
    expect(() => client(o)).toThrow(message);
  });

  it.each([
    [{ exitWaitTimeMs: -1 }, 'server.exitWaitTimeMs'],
    [{ pipelineDepth: 65 }, 'server.pipelineDepth'],
    [{ maxMessageBytes: 0 }, 'server.maxMessageBytes'],
    [{ address: 7 }, 'server.address'],
    [{ listenr: 1 }, 'listenr'],
    [{ registry: { register: () => undefined } }, 'server.serviceName is required'],
    [{ errorHandler: 'x' }, 'server.errorHandler'],
  ])('server %j', (o, message) => {
    expect(() => server(o)).toThrow(message);
  });

  it('checks call options too', async () => {
    const { address } = await serve();
    await expect(connect(address).echo({ text: 'x' }, { rpcTimeoutMs: -5 })).rejects.toThrow('rpcTimeoutMs');
  });
});

describe('suites', () => {
  it('nest; lists are appended, the rest is overwritten by what comes later', async () => {
    const { address } = await serve();
    const order: string[] = [];
    const note =
      (n: string): NonNullable<ClientOptions['middlewares']>[number] =>
      (next) =>
      (req, ctx) => {
        order.push(n);
        return next(req, ctx);
      };
    const inner: Suite<ClientOptions> = { name: 'inner', rpcTimeoutMs: 1, middlewares: [note('inner')] };
    const outer: Suite<ClientOptions> = { name: 'outer', suites: [inner], rpcTimeoutMs: 2000, connectTimeoutMs: 77, middlewares: [note('outer')] };
    const c = connect(address, { suites: [outer], middlewares: [note('own')], connectTimeoutMs: 88 });
    await c.echo({ text: 'x' });
    expect(order).toEqual(['inner', 'outer', 'own']);
    const applied = Object.fromEntries(c.appliedOptions.map((a) => [a.name, a]));
    expect(applied['rpcTimeoutMs']).toMatchObject({ value: '2000', source: 'suite:outer' });
    expect(applied['connectTimeoutMs']).toMatchObject({ value: '88', source: 'options' });
    expect(applied['middlewares']?.source).toBe('suite:outer/suite:inner + suite:outer + options');
    expect(applied['transport']).toMatchObject({ value: '"ttheader-framed"', source: 'default' });
  });

  it('cannot contain themselves', () => {
    const loop: { name: string; suites: unknown[] } = { name: 'loop', suites: [] };
    loop.suites.push(loop);
    expect(() => client({ suites: [loop] })).toThrow('does a suite contain itself');
  });

  it('do not show secrets', () => {
    const s = createServer({ tls: { key: 'PRIVATE' } as never }).register(Echo, plain);
    expect(JSON.stringify(s.appliedOptions)).not.toContain('PRIVATE');
  });
});

describe('timeoutProvider', () => {
  it('is weaker than options and stronger than defaults', async () => {
    const { address } = await serve();
    const seen: number[] = [];
    const timeoutProvider = { timeouts: () => ({ rpcTimeoutMs: 321 }) };
    const watch: NonNullable<ClientOptions['middlewares']>[number] = (next) => (req, ctx) => {
      seen.push(ctx.rpcInfo.config.rpcTimeoutMs);
      return next(req, ctx);
    };
    const c = connect(address, { timeoutProvider, middlewares: [watch] });
    await c.ping();
    await c.ping({ rpcTimeoutMs: 111 });
    await connect(address, { timeoutProvider, rpcTimeoutMs: 222, middlewares: [watch] }).ping();
    expect(seen).toEqual([321, 111, 222]);
  });
});
