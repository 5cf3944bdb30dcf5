// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { createClient, createServer, getCallOptions } from '@cloudwego/kitex';
import type { ClientOptions, ServerOptions, Suite } from '@cloudwego/kitex';
import { background } from '@cloudwego/gopkg/context';
import { Echo, plain } from './fixtures/echo.js';
import { connect, serve, using } from './fixtures/harness.js';

const client = (o: object): unknown => createClient(Echo, { destService: 'echo', ...o } as ClientOptions);
const server = (o: object): unknown => createServer(o as ServerOptions);

function thrown(f: () => unknown): Error {
  try {
    f();
  } catch (e) {
    return e as Error;
  }
  throw new Error('nothing was thrown');
}

/** Every option of a client with something that it may not be, and what the message says is allowed. */
const clientMistakes: Readonly<Record<string, readonly (readonly [unknown, string])[]>> = {
  destService: [['', 'a non-empty string'], [undefined, 'is required'], [5, 'a non-empty string']],
  hostPorts: [[[], 'at least one address'], ['127.0.0.1:1', 'an array'], [[''], 'a non-empty string'], [['127.0.0.1'], 'hostPorts[0]'], [['a:99999'], 'hostPorts[0]']],
  resolver: [[{}, 'key, resolve'], [{ key: () => '', resolve: 5 }, 'missing resolve']],
  loadBalancer: [[{ name: 'x' }, 'picker']],
  httpResolver: [[{}, 'resolve']],
  transport: [['http', '"ttheader-framed"']],
  rpcTimeoutMs: [[-1, 'an integer >= 0 (ms'], ['1s', 'an integer >= 0'], [NaN, 'an integer >= 0'], [Infinity, 'an integer >= 0'], [1.5, 'an integer']],
  connectTimeoutMs: [[-1, 'an integer >= 0 (ms'], [null, 'an integer >= 0']],
  timeoutProvider: [[() => ({}), 'timeouts']],
  clientInfo: [['web', 'serviceName'], [{}, 'client.clientInfo.serviceName is required'], [{ serviceName: 'a', name: 'b' }, 'unknown option "name"'], [{ serviceName: 'a', tags: { k: 1 } }, 'client.clientInfo.tags.k']],
  tags: [[{ k: 5 }, 'client.tags.k'], ['x', 'an object'], [['x'], 'an object']],
  middlewares: [[[1], 'client.middlewares[0]: got 1, wanted a function'], [() => 0, 'an array']],
  middlewareBuilders: [[['x'], 'client.middlewareBuilders[0]'], [[() => 5], 'the builder gave number']],
  unaryMiddlewares: [[[{}], 'client.unaryMiddlewares[0]']],
  unaryMiddlewareBuilders: [[[null], 'client.unaryMiddlewareBuilders[0]'], [[() => 'x'], 'client.unaryMiddlewareBuilders[0]: the builder gave string']],
  instanceMiddlewares: [[5, 'an array']],
  suites: [[{}, 'an array'], [[{}], 'non-empty name'], [[5], 'non-empty name'], [[{ name: '' }], 'non-empty name'], [[{ name: 's', rpcTimeout: 5 }], 'did you mean "rpcTimeoutMs"']],
  metaHandlers: [[[{}], 'writeMeta or readMeta'], [[{ name: 'x' }], 'writeMeta or readMeta'], [[{ name: 'x', writeMeta: 5 }], 'writeMeta or readMeta']],
  firstMetaHandler: [[{ writeMeta: () => 0 }, 'a MetaHandler (an object with a name']],
  defaultMetaHandlers: [['yes', 'true or false']],
  payloadCodec: [[{ encode: () => 0 }, 'decode, encodeError']],
  payloadValidator: [[{}, 'generate, validate']],
  crc32c: [[1, 'true or false']],
  errorHandler: [['x', 'a function']],
  aclRules: [[['x'], 'client.aclRules[0]']],
  tracers: [[[{ start: () => 0 }], 'client.tracers[0]: got an object (missing finish)']],
  statsLevel: [['all', '"detailed"']],
  streamEventHandlers: [[[5], 'client.streamEventHandlers[0]']],
  logId: [['x', 'true, false or a function']],
  pool: [['forever', '"long", "short"'], [{ kind: 'mux', connectionsPerAddress: 0 }, 'pool.connectionsPerAddress'], [{ kind: 'none' }, '"long", "short"'], [{}, '"long", "short"'], [{ kind: 'long', maxIdlePerAddress: -1 }, 'pool.maxIdlePerAddress'], [{ kind: 'long', idle: 1 }, 'unknown option "idle"']],
  dialer: [[{}, 'dial']],
  maxConnectionAgeMs: [[-1, 'an integer >= 0 (ms, 0 = any age)']],
  connReporter: [[5, 'connSucceed?']],
  proxy: [[{}, 'resolveInstance']],
  xds: [[{ router: () => 0 }, 'with both parts']],
  network: [[{ dial: () => 0 }, 'missing listen']],
  tls: [[true, 'an object of TLS options']],
  pipelineDepth: [[0, 'from 1 to 64'], [65, 'from 1 to 64']],
  maxMessageBytes: [[0, '(bytes)'], [2 ** 31, 'from 1 to']],
  maxHeaderBytes: [[1, 'from 64 to 262144']],
  maxPicks: [[0, 'from 1 to 64']],
  discovery: [[5, 'an object of options'], [{ refreshIntervalMs: 0 }, 'client.discovery.refreshIntervalMs'], [{ refresh: 1 }, 'unknown option "refresh"']],
  retry: [[true, 'a retry policy'], [{ kind: 'often' }, '"failure", "backup", "mixed"'], [{ kind: 'failure', maxRetries: 6 }, 'from 0 to 5']],
  methodRetry: [[{ kind: 'failure' }, 'client.methodRetry.kind'], [{ Echo: { kind: 'backup' } }, 'delayMs is required']],
  resultRetry: [[() => true, 'onTimeout?'], [{ onTimeout: 1 }, 'true or false']],
  retryBudget: [[5, 'a RetryBudget'], [{ ratio: 2 }, 'from 0 to 1']],
  retryContainer: [[{}, 'a RetryContainer']],
  circuitBreaker: [['on', 'a BreakerSuite'], [{ service: { errorRate: 2 } }, 'circuitBreaker.service.errorRate']],
  fallback: [[{}, 'client.fallback.run is required'], [{ run: () => 0, when: 'never' }, '"timeout-or-breaker"']],
  ambientContext: [['on', 'true or false']],
  fineGrainedErrors: [[0, 'true or false']],
  exitWaitTimeMs: [[-1, 'an integer >= 0 (ms)']],
  closeCallbacks: [[[5], 'client.closeCallbacks[0]']],
  streamMiddlewares: [[[1], 'client.streamMiddlewares[0]']],
  streamMiddlewareBuilders: [[[1], 'client.streamMiddlewareBuilders[0]']],
  recvMiddlewares: [[[1], 'client.recvMiddlewares[0]']],
  sendMiddlewares: [[{}, 'an array']],
  maxQueuedMessages: [[0, 'client.maxQueuedMessages']],
  streamTransport: [['framed', '"grpc"']],
  streamPool: [['many', '"long", "short", "mux"']],
  onMetaFrame: [['x', 'a function'], [() => undefined, 'only TTHeader streaming has meta frames']],
  recvTimeoutMs: [[-1, 'an integer >= 0 (ms, 0 = none)']],
  grpc: [[5, 'an object of options'], [{ compression: 'zstd' }, 'client.grpc.compression'], [{ keepAlive: 1 }, 'keepAliveMs']],
  logger: [[{ info: () => 0 }, 'warn, error']],
};

/** The same for a server. */
const serverMistakes: Readonly<Record<string, readonly (readonly [unknown, string])[]>> = {
  serviceName: [['', 'a non-empty string']],
  tags: [[{ k: null }, 'server.tags.k']],
  address: [[7, '"host:port", ":port"'], ['nowhere', 'server.address'], ['host:port', 'server.address'], [{ kind: 'tcp', host: 'a' }, 'server.address']],
  listener: [[{}, 'listen']],
  network: [[5, 'a Network']],
  reusePort: [['yes', 'true or false']],
  tls: [['x', 'an object of TLS options']],
  exitWaitTimeMs: [[-1, 'an integer >= 0 (ms)']],
  maxConnIdleMs: [[0.5, 'an integer >= 0 (ms']],
  readWriteTimeoutMs: [['5s', 'an integer >= 0 (ms']],
  enableContextTimeout: [[1, 'true or false']],
  middlewares: [[[1], 'server.middlewares[0]']],
  middlewareBuilders: [[[1], 'server.middlewareBuilders[0]']],
  unaryMiddlewares: [[[1], 'server.unaryMiddlewares[0]']],
  unaryMiddlewareBuilders: [[[1], 'server.unaryMiddlewareBuilders[0]']],
  streamMiddlewares: [[[1], 'server.streamMiddlewares[0]']],
  streamMiddlewareBuilders: [[[1], 'server.streamMiddlewareBuilders[0]']],
  recvMiddlewares: [[[1], 'server.recvMiddlewares[0]']],
  sendMiddlewares: [[{}, 'an array']],
  maxQueuedMessages: [[0, 'server.maxQueuedMessages']],
  grpc: [[5, 'an object of options'], [{ maxConnectionAgeMs: -1 }, 'server.grpc.maxConnectionAgeMs'], [{ compressors: [{ name: 'x' }] }, 'server.grpc.compressors[0]']],
  suites: [[[{ name: 's', suites: [{}] }], 'non-empty name']],
  errorHandler: [['x', 'a function']],
  aclRules: [[{}, 'an array']],
  metaHandlers: [[[() => 0], 'server.metaHandlers[0]']],
  defaultMetaHandlers: [[null, 'true or false']],
  tracers: [[[{}], 'start, finish']],
  statsLevel: [['some', '"base"']],
  streamEventHandlers: [[[() => 0], 'server.streamEventHandlers[0]']],
  payloadCodec: [[{}, 'encode, decode']],
  payloadValidator: [[5, 'generate, validate']],
  crc32c: [['x', 'true or false']],
  refuseTrafficWithoutServiceName: [[1, 'true or false']],
  registry: [[{}, 'register'], [{ register: () => 0 }, 'server.serviceName is required']],
  registryInfo: [['x', 'serviceName?'], [{ weight: 0 }, 'server.registryInfo.weight'], [{ address: 'x' }, 'server.registryInfo.address']],
  limit: [[5, 'an object of options'], [{ maxQps: -1 }, 'server.limit.maxQps'], [{ maxConnections: 1.5 }, 'an integer >= 0'], [{ methods: { Echo: 5 } }, 'server.limit.methods.Echo'], [{ methods: { Echo: { maxQp: 1 } } }, 'did you mean "maxQps"'], [{ control: 5 }, 'a function']],
  connectionLimiter: [[{}, 'acquire, release, update']],
  qpsLimiter: [[{ acquire: () => true }, 'missing release']],
  concurrencyLimiter: [[5, 'a Limiter']],
  limitReporter: [[() => 0, 'connectionRefused?']],
  overload: [['on', 'true, false or an object'], [{ targetDelayMs: 0 }, 'overload.targetDelayMs'], [{ delay: 5 }, 'unknown option "delay"']],
  reportLoad: [[1, 'true or false']],
  startHooks: [[[5], 'server.startHooks[0]']],
  shutdownHooks: [[5, 'an array']],
  exitSignals: [[['SIGKILL'], 'a signal that a process can catch'], [['TERM'], 'server.exitSignals[0]']],
  ambientContext: [[1, 'true or false']],
  pipelineDepth: [[65, 'from 1 to 64']],
  maxMessageBytes: [[0, 'server.maxMessageBytes']],
  maxHeaderBytes: [[2 ** 20, 'from 64 to 262144']],
  maxDepth: [[0, 'from 1 to 1024']],
  logger: [[{}, 'info, warn, error']],
};

const flat = (m: Readonly<Record<string, readonly (readonly [unknown, string])[]>>): [string, unknown, string][] => Object.entries(m).flatMap(([k, list]) => list.map(([v, text]): [string, unknown, string] => [k, v, text]));

describe('an option that makes no sense', () => {
  it.each(flat(clientMistakes))('client.%s: %j', (key, value, message) => {
    const e = thrown(() => client({ [key]: value }));
    expect(e).toMatchObject({ code: 'GOPKG_OPTION_INVALID' });
    expect(e.message).toContain(message);
    if (key !== 'suites') expect(e.message).toContain(key);
  });

  it.each(flat(serverMistakes))('server.%s: %j', (key, value, message) => {
    const e = thrown(() => server({ [key]: value }));
    expect(e).toMatchObject({ code: 'GOPKG_OPTION_INVALID' });
    expect(e.message).toContain(message);
  });

  it('is tried here for every option that there is', async () => {
    const c = createClient(Echo, { destService: 'echo' });
    const known = (f: () => unknown): string[] => /known: (.*)$/.exec(thrown(f).message)![1]!.split(', ');
    expect(Object.keys(clientMistakes).toSorted()).toEqual(known(() => client({ zzzzzz: 1 })).toSorted());
    expect(Object.keys(serverMistakes).toSorted()).toEqual(known(() => server({ zzzzzz: 1 })).toSorted());
    await c.close();
  });

  it('and one that the wire cannot carry are told alike', () => {
    const handler = { name: 'x', writeMeta: () => undefined };
    for (const transport of ['framed', 'buffered']) {
      for (const o of [{ crc32c: true }, { payloadValidator: { key: 'k', generate: () => 'x', validate: () => true } }, { metaHandlers: [handler] }, { firstMetaHandler: handler }, { clientInfo: { serviceName: 'a' } }]) {
        expect(() => client({ transport, ...o })).toThrow(`client.${Object.keys(o)[0]!}: the transport "${transport}" has no header to carry it`);
      }
    }
  });

  it('names the nearest one that exists', () => {
    expect(() => client({ destServce: 'x' })).toThrow('unknown option "destServce", did you mean "destService"');
    expect(() => server({ listenr: 1 })).toThrow('did you mean "listener"');
  });

  it('leaves no half of two that exclude each other', () => {
    expect(() => client({ hostPorts: ['a:1'], resolver: { name: 'r', key: () => '', resolve: () => [] } })).toThrow('hostPorts and resolver exclude each other');
  });
});

describe('an option of a call that makes no sense', () => {
  it.each([
    [{ rpcTimeoutMs: -5 }, 'call.rpcTimeoutMs: got -5, wanted a number >= 0'],
    [{ rpcTimeoutMs: '5' }, 'call.rpcTimeoutMs: got "5"'],
    [{ connectTimeoutMs: Infinity }, 'call.connectTimeoutMs: got Infinity'],
    [{ ctx: {} }, 'call.ctx: got an object, wanted a Context'],
    [{ signal: 5 }, 'call.signal: got 5, wanted an AbortSignal'],
    [{ tags: { a: 1 } }, 'call.tags: got an object, wanted an object of strings'],
    [{ metainfo: { transient: { k: 1 } } }, 'call.metainfo'],
    [{ metainfo: { persistent: 'x' } }, 'call.metainfo'],
    [{ metainfo: null }, 'call.metainfo: got null'],
    [{ onBackward: {} }, 'call.onBackward: got an object, wanted a function'],
    [{ hostPort: 'nowhere' }, 'call.hostPort'],
    [{ hostPort: '' }, 'call.hostPort: got ""'],
    [{ url: 5 }, 'call.url'],
    [{ url: 'not a url' }, 'wanted an absolute URL'],
    [{ url: 'http://a/', hostPort: 'a:1' }, 'exclude each other'],
    [{ timeout: 5 }, 'unknown option "timeout"; known: ctx, signal, rpcTimeoutMs'],
    ['x', 'call options: got x, wanted an object'],
    [null, 'call options: got null'],
  ])('%j', async (o, message) => {
    const c = connect('127.0.0.1:1');
    const e = await c.echo({ text: 'x' }, o as never).catch((x: unknown) => x);
    expect((e as Error).message).toContain(message);
    expect(e).toMatchObject({ code: 'GOPKG_OPTION_INVALID' });
  });

  it('is one too where the wire cannot carry it, and nothing of it would arrive', async () => {
    const { address } = await serve();
    const metainfo = { persistent: { k: 'v' } };
    const onBackward = (): void => undefined;
    for (const transport of ['framed', 'buffered'] as const) {
      const c = connect(address, { transport });
      await expect(c.ping({ metainfo })).rejects.toThrow(`call.metainfo: the transport "${transport}" has no header to carry it`);
      await expect(c.ping({ onBackward })).rejects.toThrow('call.onBackward');
      // What a context brought along is left behind without a word: it was meant for the whole chain.
      await c.ping({ ctx: background.withMetainfo(background.metainfo.withPersistent('k', 'v')) });
    }
    const deaf = connect(address, { defaultMetaHandlers: false });
    await expect(deaf.ping({ metainfo })).rejects.toThrow('the client has defaultMetaHandlers: false');
    await deaf.ping({ onBackward });
  });

  it('what is right can be read inside the call, as text', async () => {
    const { address } = await serve();
    let seen: unknown;
    const c = connect(address, {
      middlewares: [
        (next) => (req, ctx) => {
          seen = getCallOptions(ctx).map((o) => `${o.name} = ${o.value}`);
          return next(req, ctx);
        },
      ],
    });
    await c.echo({ text: 'x' }, { rpcTimeoutMs: 5000, tags: { zone: 'a' }, signal: new AbortController().signal });
    expect(seen).toEqual(['rpcTimeoutMs = 5000', 'tags = { zone: "a" }', 'signal = AbortSignal']);
    expect(getCallOptions(undefined)).toEqual([]);
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

  it('that are last have the final word', async () => {
    const { address } = await serve();
    const c = connect(address, {
      suites: [
        { name: 'firm', last: true, rpcTimeoutMs: 1000, middlewares: [(next) => (req, ctx) => next(req, ctx)] },
        { name: 'soft', rpcTimeoutMs: 2000 },
      ],
      rpcTimeoutMs: 3000,
      middlewares: [(next) => next],
    });
    const applied = Object.fromEntries(c.appliedOptions.map((a) => [a.name, a]));
    expect(applied['rpcTimeoutMs']).toMatchObject({ value: '1000', source: 'suite:firm' });
    expect(applied['middlewares']?.source).toBe('options + suite:firm');
    expect(await c.echo({ text: 'x' })).toEqual({ text: 'x' });
  });

  it('of servers do the same', async () => {
    const s = using(createServer({ address: '127.0.0.1:0', suites: [{ name: 'base', pipelineDepth: 4, tags: { zone: 'a' } }], pipelineDepth: 8 }));
    const applied = Object.fromEntries(s.appliedOptions.map((a) => [a.name, a]));
    expect(applied['pipelineDepth']).toMatchObject({ value: '8', source: 'options' });
    expect(applied['tags']).toMatchObject({ value: '{ zone: "a" }', source: 'suite:base' });
    await s.stop();
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
