// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, it, onTestFinished } from 'vitest';
import { formatAddress } from '@cloudwego/gopkg/io';
import { createPort, createServer } from '@cloudwego/kitex';
import type { ServerStateMessage } from '@cloudwego/kitex';
import { Diagnosis, diagnosisApp } from '@cloudwego/kitex/diagnosis';
import type { DiagnosisAppOptions } from '@cloudwego/kitex/diagnosis';
import { Health, HealthService, ServingStatus } from '@cloudwego/kitex/health';
import { Echo, plain } from './fixtures/echo.js';
import { connect, gate, serve, silentLogger, using } from './fixtures/harness.js';

/** The endpoint on a port of its own. */
async function endpoint(d: Diagnosis, o?: DiagnosisAppOptions): Promise<(path: string, method?: string) => Promise<{ status: number; body: unknown }>> {
  const port = using(createPort({ address: '127.0.0.1:0', logger: silentLogger }).add(diagnosisApp(d, o)));
  const { address } = await port.listen();
  return async (path, method = 'GET') => {
    const r = await fetch(`http://${formatAddress(address)}${path}`, { method, headers: { connection: 'close' } });
    expect(r.headers.get('content-type')).toBe('application/json');
    return { status: r.status, body: await r.json() };
  };
}

function steps(): string[] {
  const log: string[] = [];
  const on = (m: unknown): void => {
    const { state, report } = m as ServerStateMessage;
    log.push(report === undefined ? state : `${state}, ${report.finished} of ${report.inFlight} finished`);
  };
  subscribe('cloudwego:kitex:server:state', on);
  onTestFinished(() => void unsubscribe('cloudwego:kitex:server:state', on));
  return log;
}

describe('readiness', () => {
  it('comes with the registration and goes before everything else when the server stops', async () => {
    const log = steps();
    const registered = gate();
    const server = using(
      createServer({
        serviceName: 'echo',
        address: '127.0.0.1:0',
        logger: silentLogger,
        startHooks: [() => void log.push('start hook')],
        shutdownHooks: [() => void log.push(`shutdown hook, ${server.ready ? 'ready' : 'not ready'}`)],
        registry: {
          async register() {
            log.push('registering');
            await registered.wait;
            return {
              status: 'active' as const,
              update: () => Promise.resolve(),
              onChange: () => ({ [Symbol.dispose]: () => undefined }),
              [Symbol.asyncDispose]: () => (log.push('deregistered'), Promise.resolve()),
            };
          },
        },
      }).register(Echo, plain),
    );
    const watch = server.onReadiness((ready) => void log.push(`ready ${ready}`));
    const started = server.start();
    await expect.poll(() => log.at(-1)).toBe('registering');
    expect(server.ready).toBe(false);
    registered.open();
    await started;
    expect(server.ready).toBe(true);
    await server.stop();
    expect(log).toEqual(['starting', 'start hook', 'registering', 'ready', 'ready true', 'hooks', 'ready false', 'shutdown hook, not ready', 'deregistering', 'deregistered', 'draining', 'stopped, 0 of 0 finished']);
    watch[Symbol.dispose]();
  });

  it('tells how the calls in flight ended', async () => {
    const log = steps();
    const held = gate();
    const { server, address } = await serve({ ping: () => held.wait });
    const call = connect(address).ping();
    await expect.poll(() => server.dump().active).toEqual({ connections: 1, calls: 1 });
    const stopped = server.stop();
    await expect.poll(() => server.dump().state).toBe('draining');
    held.open();
    await Promise.all([call, stopped]);
    expect(log.at(-1)).toBe('stopped, 1 of 1 finished');
  });

  it('is what the health service of gRPC says', async () => {
    const health = new Health();
    const server = using(createServer({ address: '127.0.0.1:0', logger: silentLogger }).register(Echo, plain).register(HealthService, health));
    using({ [Symbol.asyncDispose]: () => Promise.resolve(health.follow(server)[Symbol.dispose]()) });
    health.follow(server);
    expect(health.status('')).toBe(ServingStatus.NOT_SERVING);
    await server.start();
    expect(health.status('')).toBe(ServingStatus.SERVING);
    await server.stop();
    expect(health.status('')).toBe(ServingStatus.NOT_SERVING);
  });
});

describe('the endpoint', () => {
  it('says whether the process lives and its servers are ready', async () => {
    const { server } = await serve();
    let warm = false;
    const get = await endpoint(new Diagnosis().addServer(server), { ready: () => Promise.resolve(warm) });
    expect(await get('/livez')).toEqual({ status: 200, body: { live: true } });
    expect(await get('/readyz')).toEqual({ status: 503, body: { ready: false, servers: { echo: true } } });
    warm = true;
    expect(await get('/readyz')).toMatchObject({ status: 200, body: { ready: true } });
    await server.stop();
    expect(await get('/readyz?verbose')).toEqual({ status: 503, body: { ready: false, servers: { echo: false } } });
    expect((await get('/livez')).status).toBe(200);
  });

  it('shows options, pools, policies, breakers and instances of clients; services, limits and state of servers', async () => {
    const { server, address } = await serve({}, { limit: { maxQps: 1000 } });
    const client = connect(address, { circuitBreaker: true, retry: { kind: 'failure', maxRetries: 3 } });
    await client.ping();
    const get = await endpoint(new Diagnosis().addServer(server).addClient(client));
    const probe = async (name: string): Promise<unknown> => (await get(`/debug/${name}`)).body;
    expect((await get('/debug')).body).toEqual({
      probes: [...['options', 'service_infos', 'limits', 'state'].map((p) => `server/echo/${p}`), ...['options', 'dest_service', 'conn_pool', 'retry_policy', 'circuit_breaker', 'instances'].map((p) => `client/echo/${p}`)],
    });
    expect(await probe('client/echo/options')).toContainEqual(expect.objectContaining({ name: 'destService', value: '"echo"' }));
    expect(await probe('client/echo/dest_service')).toBe('echo');
    expect(await probe('client/echo/conn_pool')).toMatchObject({ calls: { kind: 'long', idle: 1 } });
    expect(JSON.stringify(await probe('client/echo/retry_policy'))).toContain('"maxRetries":3');
    expect(await probe('client/echo/circuit_breaker')).toMatchObject({ service: { config: { errorRate: 0.5 } } });
    expect(await probe('client/echo/instances')).toMatchObject([{ instances: [{ address, weight: 10, breaker: 'CLOSED' }] }]);
    expect(await probe('server/echo/service_infos')).toMatchObject([{ name: 'Echo', payload: 'thrift' }]);
    expect(await probe('server/echo/limits')).toMatchObject({ qps: { limit: 1000 } });
    expect(await probe('server/echo/state')).toEqual({ state: 'ready', ready: true, active: { connections: 1, calls: 0 } });
  });

  it('has probes of ones own, also of what JSON has no form for, and says what is wrong', async () => {
    const loop: Record<string, unknown> = {};
    loop['loop'] = loop;
    const d = new Diagnosis()
      .register('own', () => ({ big: 1n, map: new Map([['a', new Set([1])]]), never: Infinity, error: new Error('x') }))
      .register('none', () => undefined)
      .register('broken', () => loop)
      .register('name with space', () => 1);
    const get = await endpoint(d, { path: '/state/' });
    expect(await get('/state/own')).toEqual({ status: 200, body: { big: '1', map: { a: [1] }, never: 'Infinity', error: 'x' } });
    expect(await get('/state/none')).toEqual({ status: 200, body: null });
    expect(await get('/state/name%20with%20space')).toEqual({ status: 200, body: 1 });
    expect((await get('/state/broken')).status).toBe(500);
    expect((await get('/state/%zz')).status).toBe(500);
    expect((await get('/debug/own')).status).toBe(404);
    expect((await get('/livez', 'POST')).status).toBe(405);
    expect(() => d.register('own', () => 1)).toThrow('there is a probe "own" already');
    expect(() => new Diagnosis().addClient({} as never)).toThrow('diagnosis.addClient: got something else');
  });
});
