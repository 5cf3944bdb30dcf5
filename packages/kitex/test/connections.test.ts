// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { FakeClock } from '@cloudwego/gopkg/clock/testing';
import type { Network } from '@cloudwego/gopkg/io';
import { formatAddress, parseAddress } from '@cloudwego/gopkg/io';
import type { Resolver } from '@cloudwego/governance';
import { defaultNetwork } from '@cloudwego/transport';
import { createClient, isTimeoutError, warmUp } from '@cloudwego/kitex';
import type { ClientOptions, RpcMiddleware } from '@cloudwego/kitex';
import { Echo } from './fixtures/echo.js';
import { connect, gate, serve, silentLogger, using } from './fixtures/harness.js';

/** What a client's pools tell. */
function told(): { readonly log: string[]; readonly connReporter: NonNullable<ClientOptions['connReporter']> } {
  const log: string[] = [];
  return {
    log,
    connReporter: {
      connSucceed: (pool, service) => void log.push(`made ${pool} ${service}`),
      connFailed: (pool) => void log.push(`failed ${pool}`),
      reuseSucceed: (pool) => void log.push(`reused ${pool}`),
    },
  };
}

const nobody = '127.0.0.1:1';

describe('connReporter', () => {
  it.each(['long', 'short', 'mux'] as const)('is told of the connections of a %s pool', async (pool) => {
    const { address, server } = await serve();
    const { log, connReporter } = told();
    // A shared one of one connection; others make all of theirs first.
    const kept = pool === 'mux' ? ({ kind: pool, connectionsPerAddress: 1 } as const) : pool;
    const client = connect(address, { pool: kept, connReporter });
    await client.ping();
    await client.ping();
    expect(log).toEqual([`made ${pool} echo`, pool === 'short' ? 'made short echo' : `reused ${pool}`]);
    await server.stop();
    await connect(address, { pool, connReporter }).ping().catch(() => undefined);
    expect(log.at(-1)).toBe(`failed ${pool}`);
  });
});

describe('maxConnectionAgeMs', () => {
  /** The process's own sockets, with a clock of the test's. */
  function aged(clock: FakeClock): Network {
    const real = defaultNetwork();
    return { engine: real.engine, clock, listen: (...a) => real.listen(...a), dial: (...a) => real.dial(...a) };
  }

  it.each([
    [0, 1],
    [1000, 2],
  ])('%i: an hour later a client has made %i connections', async (maxConnectionAgeMs, wanted) => {
    const { address } = await serve();
    const { log, connReporter } = told();
    const clock = new FakeClock();
    // What does not idle too long, but is old.
    const client = connect(address, { network: aged(clock), maxConnectionAgeMs, connReporter, pool: { kind: 'long', maxIdleTimeoutMs: 100_000_000 } });
    await client.ping();
    await client.ping();
    clock.advance(3_600_000);
    await client.ping();
    expect(log.filter((x) => x.startsWith('made')).length).toBe(wanted);
  });
});

describe('warmUp', () => {
  it('connects to every instance, so that the first calls find connections', async () => {
    const a = await serve();
    const b = await serve();
    const { log, connReporter } = told();
    const client = using(createClient(Echo, { destService: 'echo', hostPorts: [a.address, b.address], connReporter, connectTimeoutMs: 10_000, logger: silentLogger }));
    expect(await warmUp(client, { connections: 2, parallel: 3 })).toEqual({ made: 4, failed: [] });
    expect(log.length).toBe(4);
    await Promise.all([client.ping(), client.ping()]);
    expect(log.slice(4)).toEqual(['reused long', 'reused long']);
  });

  it('tells what it could not reach, and wants a client', async () => {
    const { address } = await serve();
    const client = connect(address);
    const { made, failed } = await warmUp(client, { addresses: [address, nobody] });
    expect([made, failed.map((f) => formatAddress(f.address))]).toEqual([1, [nobody]]);
    await expect(warmUp({} as never)).rejects.toThrow('warmUp: got something else');
    await expect(warmUp(client, { connections: 0 })).rejects.toThrow('warmUp.connections');
  });
});

describe('proxy', () => {
  it('is asked where each attempt goes, in place of discovery; breakers and middlewares of instances have no part', async () => {
    const { address } = await serve();
    const seen: string[] = [];
    const middleware: RpcMiddleware = (next) => (req, ctx) => {
      seen.push(`through ${formatAddress(ctx.remote)}`);
      return next(req, ctx);
    };
    const client = using(
      createClient(Echo, {
        destService: 'echo',
        logger: silentLogger,
        instanceMiddlewares: [(next) => (req, ctx) => (seen.push('instance'), next(req, ctx))],
        proxy: { resolveInstance: (ctx) => Promise.resolve(ctx.method.name === 'Ping' ? parseAddress(nobody) : address), middleware },
      }),
    );
    expect(await client.echo({ text: 'x' })).toEqual({ text: 'x' });
    await expect(client.ping()).rejects.toThrow('get connection error');
    expect(seen).toEqual([`through ${address}`, `through ${nobody}`]);
  });

  it.each(['hostPorts', 'loadBalancer'] as const)('takes no %s beside it', (key) => {
    const other = { hostPorts: [nobody], loadBalancer: { name: 'x', picker: () => ({ pick: () => undefined }) } }[key];
    expect(() => createClient(Echo, { destService: 'echo', [key]: other, proxy: { resolveInstance: () => nobody } })).toThrow(`client.proxy takes the place of discovery, give no ${key}`);
  });
});

describe('xds', () => {
  const resolver = (address: string): Resolver => ({
    name: 'xds',
    identity: `xds ${address}`,
    key: (t) => t.service,
    resolve: () => Promise.resolve([{ address: parseAddress(address), weight: 10, tags: {} }]),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });

  it('routes before everything else, may shorten the time, and finds the instances', async () => {
    const { address } = await serve({ ping: () => gate().wait });
    const order: string[] = [];
    const router: RpcMiddleware = (next) => (req, ctx) => {
      order.push('router');
      return next(req, ctx.method.name === 'Ping' ? ctx.withDeadline(performance.now() + 30) : ctx);
    };
    const client = using(createClient(Echo, { destService: 'echo', logger: silentLogger, xds: { router, resolver: resolver(address) }, unaryMiddlewares: [(next) => (req, ctx) => (order.push('unary'), next(req, ctx))], fineGrainedErrors: false }));
    expect(await client.echo({ text: 'x' })).toEqual({ text: 'x' });
    expect(order).toEqual(['router', 'unary']);
    await expect(client.ping().catch((e: unknown) => isTimeoutError(e))).resolves.toBe(true);
  });

  it('wants both parts, and no other discovery', () => {
    const router: RpcMiddleware = (next) => next;
    const make = (o: Partial<ClientOptions>): unknown => createClient(Echo, { destService: 'echo', ...o });
    expect(() => make({ xds: { router } as never })).toThrow('with both parts');
    expect(() => make({ xds: { resolver: resolver(nobody) } as never })).toThrow('with both parts');
    expect(() => make({ xds: { router, resolver: resolver(nobody) }, hostPorts: [nobody] })).toThrow('client.xds finds the instances itself');
  });
});
