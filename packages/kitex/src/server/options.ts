// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { constants } from 'node:os';
import { OptionError } from '@cloudwego/gopkg/errors';
import type { Listener, Network, TlsOptions } from '@cloudwego/gopkg/io';
import type { AddressLike } from '@cloudwego/gopkg/io';
import { formatAddress, parseAddress } from '@cloudwego/gopkg/io';
import type { Logger } from '@cloudwego/gopkg/logger';
import { any, bool, func, instance, int, list, nested, oneOf, optionTable, record, text } from '@cloudwego/gopkg/options';
import type { OptionTable } from '@cloudwego/gopkg/options';
import type { Limiter, Registry } from '@cloudwego/governance';
import type { PayloadValidator } from '@cloudwego/protocol';
import { grpcServerTable } from '../grpc-options.js';
import type { GrpcServerOptions } from '../grpc-options.js';
import { metaHandler } from '../meta/option.js';
import type { LimitOptions, LimitReporter, ServerOverloadOptions } from './limits.js';
import { checkLimits, limitTable } from './limits.js';
import { streamEventHandler } from '../stream/events.js';
import type { StreamEventHandler, StreamMiddleware, StreamRecvMiddleware, StreamSendMiddleware } from '../stream/types.js';
import type { Suite } from '../suites.js';
import { describeOptions, mergeSuites } from '../suites.js';
import type { AclRule, AppliedOption, ErrorHandler, MetaHandler, MiddlewareBuilder, PayloadCodec, RpcMiddleware, Tracer } from '../types.js';

/** What is announced. Source: pkg/registry Info. */
export interface RegistryInfo {
  /** @defaultValue the server's `serviceName` */
  readonly serviceName?: string | undefined;
  /** Announced instead of the address that is listened on. */
  readonly address?: AddressLike | undefined;
  /** @defaultValue 10 */
  readonly weight?: number | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** A user's own listening socket: called once with the accept function. Source: server.WithListener. */
export interface OwnListener {
  listen(accept: Parameters<Network['listen']>[1]): Promise<Listener>;
}

/** Options of {@link createServer}. */
export interface ServerOptions {
  /** Identity in RPCInfo and for registration. Source: server.WithServerBasicInfo. */
  readonly serviceName?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** `host:port`, `:port`, `unix:/path`. @defaultValue ':8888'. Source: server.WithServiceAddr. */
  readonly address?: AddressLike | undefined;
  /** Wins over `address`. Source: server.WithListener. */
  readonly listener?: OwnListener | undefined;
  /** @defaultValue the process's own sockets */
  readonly network?: Network | undefined;
  /** SO_REUSEPORT. @defaultValue false. Source: server.WithReusePort. */
  readonly reusePort?: boolean | undefined;
  readonly tls?: TlsOptions | undefined;
  /** gRPC: compression, keep-alive, age of connections, windows. */
  readonly grpc?: GrpcServerOptions | undefined;
  /** Time for calls in flight when the server stops. Unit ms. @defaultValue 5000. Source: server.WithExitWaitTime. */
  readonly exitWaitTimeMs?: number | undefined;
  /** Unit ms, 0 = none. @defaultValue 600000. Source: server.WithMaxConnIdleTime. */
  readonly maxConnIdleMs?: number | undefined;
  /** Wait for the rest of a request being read. Unit ms, 0 = none. @defaultValue 5000. Source: server.WithReadWriteTimeout. */
  readonly readWriteTimeoutMs?: number | undefined;
  /** The caller's RPC timeout becomes `ctx.deadline`. `Differs:` off in Go. @defaultValue true. Source: server.WithEnableContextTimeout. */
  readonly enableContextTimeout?: boolean | undefined;
  /** Universal middlewares, the first outermost. */
  readonly middlewares?: readonly RpcMiddleware[] | undefined;
  /** Makers of universal middlewares; they come after `middlewares`. */
  readonly middlewareBuilders?: readonly MiddlewareBuilder[] | undefined;
  /** Inside ACL and error handler, unary calls only. */
  readonly unaryMiddlewares?: readonly RpcMiddleware[] | undefined;
  /** Makers of unary middlewares; they come after `unaryMiddlewares`. */
  readonly unaryMiddlewareBuilders?: readonly MiddlewareBuilder[] | undefined;
  /** Inside ACL and error handler, around the handler of a stream; `next` settles when everything was sent. Source: server.WithStreamMiddleware. */
  readonly streamMiddlewares?: readonly StreamMiddleware[] | undefined;
  /** Makers of stream middlewares; they come after `streamMiddlewares`. */
  readonly streamMiddlewareBuilders?: readonly MiddlewareBuilder[] | undefined;
  /** Around each request that a stream's handler takes. Source: server.WithStreamRecvMiddleware. */
  readonly recvMiddlewares?: readonly StreamRecvMiddleware[] | undefined;
  /** Around each response that a stream's handler gives. Source: server.WithStreamSendMiddleware. */
  readonly sendMiddlewares?: readonly StreamSendMiddleware[] | undefined;
  /** Requests of a stream that wait decoded for their handler; further ones, as far as the stream's window lets them in, wait as bytes. @defaultValue 1024 */
  readonly maxQueuedMessages?: number | undefined;
  /** Bundles of options, applied in order before the options beside them. */
  readonly suites?: readonly Suite<ServerOptions>[] | undefined;
  /** Maps errors of the handler and of unary middlewares. Source: server.WithErrorHandler. */
  readonly errorHandler?: ErrorHandler | undefined;
  readonly aclRules?: readonly AclRule[] | undefined;
  /** Added after the built-in ones. */
  readonly metaHandlers?: readonly MetaHandler[] | undefined;
  /** Metainfo and TTHeader keys. @defaultValue true */
  readonly defaultMetaHandlers?: boolean | undefined;
  readonly tracers?: readonly Tracer[] | undefined;
  /** Told what happens on streams. Source: server.WithStreamEventHandler. */
  readonly streamEventHandlers?: readonly StreamEventHandler[] | undefined;
  /** @defaultValue 'detailed' if there is a tracer, else 'disabled' */
  readonly statsLevel?: 'disabled' | 'base' | 'detailed' | undefined;
  readonly payloadCodec?: PayloadCodec | undefined;
  readonly payloadValidator?: PayloadValidator | undefined;
  /** CRC32C in TTHeader: sent with replies, checked on requests that carry one. @defaultValue false */
  readonly crc32c?: boolean | undefined;
  /** Only exact service names match. @defaultValue false. Source: server.WithRefuseTrafficWithoutServiceName. */
  readonly refuseTrafficWithoutServiceName?: boolean | undefined;
  readonly registry?: Registry | undefined;
  readonly registryInfo?: RegistryInfo | undefined;
  /** Connections, requests a second, requests in flight, for all methods and for single ones. @defaultValue none. Source: server.WithLimit. */
  readonly limit?: LimitOptions | undefined;
  /** Takes the place of `limit.maxConnections`. Source: server.WithConnectionLimiter. */
  readonly connectionLimiter?: Limiter | undefined;
  /** Takes the place of `limit.maxQps`. Source: server.WithQPSLimiter. */
  readonly qpsLimiter?: Limiter | undefined;
  /** Takes the place of `limit.maxConcurrency`. */
  readonly concurrencyLimiter?: Limiter | undefined;
  /** Source: server.WithLimitReporter. */
  readonly limitReporter?: LimitReporter | undefined;
  /** Refuses requests before they are decoded while work queues up, by class; `true` = from 20 ms of queue. @defaultValue false */
  readonly overload?: boolean | ServerOverloadOptions | undefined;
  /** Answers tell how loaded this process is, on every wire with a header; balancers that read it, such as p2cEwma, send less to whoever is busy. @defaultValue false */
  readonly reportLoad?: boolean | undefined;
  /** Run side by side once the server listens; one that fails stops the start. Source: server.RegisterStartHook. */
  readonly startHooks?: readonly (() => void | Promise<void>)[] | undefined;
  /** Run one after another when the server stops, before deregistration. Source: server.RegisterShutdownHook. */
  readonly shutdownHooks?: readonly (() => void | Promise<void>)[] | undefined;
  /**
   * Signals that end `run()`. `Differs:` Go leaves SIGHUP alone under nohup; Node forgets at its start what nohup asked, so name the signals there.
   * @defaultValue SIGINT, SIGTERM, SIGHUP. Source: server.WithExitSignal.
   */
  readonly exitSignals?: readonly NodeJS.Signals[] | undefined;
  /** Handlers run inside an AsyncLocalStorage that clients and tracers read. @defaultValue false. Source: server.WithContextBackup. */
  readonly ambientContext?: boolean | undefined;
  /** Requests of one connection that run at once where the wire answers in order; replies keep their order. @defaultValue 1 */
  readonly pipelineDepth?: number | undefined;
  /** Unit bytes. @defaultValue 67108864 */
  readonly maxMessageBytes?: number | undefined;
  /** Unit bytes. @defaultValue 262144 */
  readonly maxHeaderBytes?: number | undefined;
  /** Depth of skipped data. @defaultValue 64 */
  readonly maxDepth?: number | undefined;
  readonly logger?: Logger | undefined;
}

const registryInfo: OptionTable<RegistryInfo> = optionTable<RegistryInfo>({
  serviceName: text(),
  address: any<AddressLike>(),
  weight: int({ min: 1, max: 1_000_000, default: 10 }),
  tags: record(text({ empty: true })),
});

const exitSignal = any<NodeJS.Signals>({
  what: 'the name of a signal that a process can catch, such as "SIGTERM"',
  test: (v) => typeof v === 'string' && Object.hasOwn(constants.signals, v) && v !== 'SIGKILL' && v !== 'SIGSTOP',
});

const limiter = instance<Limiter>('a Limiter', ['acquire', 'release', 'update']);

const hook = func<() => void | Promise<void>>();

const serverTable: OptionTable<ServerOptions> = optionTable<ServerOptions>({
  serviceName: text(),
  tags: record(text({ empty: true })),
  address: any<AddressLike>({ default: ':8888', what: '"host:port", ":port", "unix:/path" or an Address', test: (v) => typeof v === 'string' || (typeof v === 'object' && v !== null) }),
  listener: instance<OwnListener>('an OwnListener', ['listen']),
  network: instance<Network>('a Network', ['dial', 'listen']),
  reusePort: bool({ default: false }),
  grpc: any<GrpcServerOptions>({ default: {}, what: 'an object of gRPC options', test: (v) => typeof v === 'object' && v !== null }),
  tls: any<TlsOptions>({ what: 'an object of TLS options', test: (v) => typeof v === 'object' && v !== null }),
  exitWaitTimeMs: int({ unit: 'ms', min: 0, default: 5000 }),
  maxConnIdleMs: int({ unit: 'ms, 0 = none', min: 0, default: 600_000 }),
  readWriteTimeoutMs: int({ unit: 'ms, 0 = none', min: 0, default: 5000 }),
  enableContextTimeout: bool({ default: true }),
  middlewares: list(func<RpcMiddleware>(), { default: [] }),
  middlewareBuilders: list(func<MiddlewareBuilder>(), { default: [] }),
  unaryMiddlewares: list(func<RpcMiddleware>(), { default: [] }),
  unaryMiddlewareBuilders: list(func<MiddlewareBuilder>(), { default: [] }),
  streamMiddlewares: list(func<StreamMiddleware>(), { default: [] }),
  streamMiddlewareBuilders: list(func<MiddlewareBuilder>(), { default: [] }),
  recvMiddlewares: list(func<StreamRecvMiddleware>(), { default: [] }),
  sendMiddlewares: list(func<StreamSendMiddleware>(), { default: [] }),
  maxQueuedMessages: int({ min: 1, default: 1024 }),
  suites: list(any<Suite<ServerOptions>>()),
  errorHandler: func<ErrorHandler>(),
  aclRules: list(func<AclRule>(), { default: [] }),
  metaHandlers: list(metaHandler, { default: [] }),
  defaultMetaHandlers: bool({ default: true }),
  tracers: list(instance<Tracer>('a Tracer', ['start', 'finish']), { default: [] }),
  streamEventHandlers: list(streamEventHandler, { default: [] }),
  statsLevel: oneOf(['disabled', 'base', 'detailed']),
  payloadCodec: instance<PayloadCodec>('a PayloadCodec', ['encode', 'decode', 'encodeError']),
  payloadValidator: instance<PayloadValidator>('a PayloadValidator', ['generate', 'validate']),
  crc32c: bool({ default: false }),
  refuseTrafficWithoutServiceName: bool({ default: false }),
  registry: instance<Registry>('a Registry', ['register']),
  registryInfo: any<RegistryInfo>({ what: 'an object { serviceName?, address?, weight?, tags? }', test: (v) => typeof v === 'object' && v !== null }),
  limit: nested(limitTable),
  connectionLimiter: limiter,
  qpsLimiter: limiter,
  concurrencyLimiter: limiter,
  limitReporter: any<LimitReporter>({ what: 'an object { connectionRefused?, requestRefused? }', test: (v) => typeof v === 'object' && v !== null }),
  overload: any<boolean | ServerOverloadOptions>({ what: 'true, false or an object of options', test: (v) => typeof v === 'boolean' || (typeof v === 'object' && v !== null) }),
  reportLoad: bool({ default: false }),
  startHooks: list(hook, { default: [] }),
  shutdownHooks: list(hook, { default: [] }),
  exitSignals: list(exitSignal, { default: ['SIGINT', 'SIGTERM', 'SIGHUP'] }),
  ambientContext: bool({ default: false }),
  pipelineDepth: int({ min: 1, max: 64, default: 1 }),
  maxMessageBytes: int({ unit: 'bytes', min: 1, max: 0x3fffffff, default: 64 * 1024 * 1024 }),
  maxHeaderBytes: int({ unit: 'bytes', min: 64, max: 262_144, default: 262_144 }),
  maxDepth: int({ min: 1, max: 1024, default: 64 }),
  logger: instance<Logger>('a Logger', ['info', 'warn', 'error']),
});

const listKeys: ReadonlySet<string> = new Set([
  'middlewares',
  'middlewareBuilders',
  'unaryMiddlewares',
  'unaryMiddlewareBuilders',
  'streamMiddlewares',
  'streamMiddlewareBuilders',
  'recvMiddlewares',
  'sendMiddlewares',
  'metaHandlers',
  'aclRules',
  'tracers',
  'streamEventHandlers',
  'startHooks',
  'shutdownHooks',
]);

/** Server options after suites, checks and defaults, with the record of where each came from. */
export interface ResolvedServerOptions {
  readonly o: ReturnType<typeof serverTable.resolve>;
  readonly applied: readonly AppliedOption[];
}

/** An address as text or as data; data passes through text, so that both are held to one rule. */
function checkAddress(a: AddressLike, path: string): void {
  parseAddress(typeof a === 'string' ? a : String(formatAddress(a)), path);
}

/**
 * Expands suites, checks, fills defaults.
 * Errors: {@link OptionError} that names the option, what came and what is allowed.
 */
export function resolveServerOptions(given: ServerOptions): ResolvedServerOptions {
  const { options, sources } = mergeSuites<ServerOptions>(given, listKeys, 'server');
  const o = serverTable.resolve({ ...options, grpc: grpcServerTable.resolve(options.grpc ?? {}, 'server.grpc') }, 'server');
  checkAddress(o.address ?? ':8888', 'server.address');
  checkLimits(o.limit, o.overload);
  if (o.registryInfo !== undefined) {
    const info = registryInfo.resolve(o.registryInfo, 'server.registryInfo');
    if (info.address !== undefined) checkAddress(info.address, 'server.registryInfo.address');
  }
  if (o.registry !== undefined && (o.registryInfo?.serviceName ?? o.serviceName) === undefined) {
    throw new OptionError('server.serviceName', 'server.serviceName is required when a registry is given: a non-empty string');
  }
  return { o, applied: describeOptions(o, sources, new Set(['tls'])) };
}
