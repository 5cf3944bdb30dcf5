// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '@cloudwego/gopkg/clock';
import { OptionError } from '@cloudwego/gopkg/errors';
import type { Connection, DialOptions, Network, TlsOptions } from '@cloudwego/gopkg/io';
import type { Address, AddressLike } from '@cloudwego/gopkg/io';
import type { Awaitable } from '@cloudwego/gopkg/async';
import { any, bool, func, instance, int, list, nested, oneOf, optionTable, record, text } from '@cloudwego/gopkg/options';
import type { OptionTable } from '@cloudwego/gopkg/options';
import type { Logger } from '@cloudwego/gopkg/logger';
import type { BreakerSuite, BreakerSuiteOptions, DispatchOptions, LoadBalancer, Resolver, ResultRetry, RetryBudget, RetryBudgetOptions } from '@cloudwego/governance';
import { RetryContainer } from '@cloudwego/governance';
import type { PayloadValidator, RpcHead, Wire } from '@cloudwego/protocol';
import type { ConnPool, LongPoolLimits, MuxPoolLimits, PoolDial, PoolEntry, PoolReporter } from '@cloudwego/transport';
import { checkCompression, grpcClientTable } from '../grpc-options.js';
import type { GrpcClientOptions } from '../grpc-options.js';
import { metaHandler } from '../meta/option.js';
import { streamEventHandler } from '../stream/events.js';
import type { StreamEventHandler, StreamMiddleware, StreamRecvMiddleware, StreamSendMiddleware } from '../stream/types.js';
import type { Suite } from '../suites.js';
import { describeOptions, mergeSuites } from '../suites.js';
import type { AclRule, AppliedOption, ClientRetryPolicy, ErrorHandler, MetaHandler, MiddlewareBuilder, PayloadCodec, RpcContext, RPCInfo, RpcMiddleware, Tracer } from '../types.js';
import type { Fallback } from './stages/fallback.js';
import { fallbackTable } from './stages/fallback.js';

/** Who is calling. Source: client.WithClientBasicInfo. */
export interface ClientBasicInfo {
  readonly serviceName: string;
  readonly method?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** Finds the address of a URL given per call. Source: pkg/http Resolver. */
export interface HttpResolver {
  resolve(url: string, signal: AbortSignal | undefined): Promise<string>;
}

/** Makes connections; replaces the network's own dialing. Source: pkg/remote Dialer. */
export interface Dialer {
  dial(address: Address, o: DialOptions): Promise<Connection>;
}

/** Gives timeouts per call; weaker than call and client options. Source: pkg/rpcinfo TimeoutProvider. */
export interface TimeoutProvider {
  timeouts(info: RPCInfo): { readonly rpcTimeoutMs?: number | undefined; readonly connectTimeoutMs?: number | undefined };
}

/** Carries calls of a client on. Source: cloudwego/kitex pkg/proxy ForwardProxy. */
export interface ForwardProxy {
  /** Where the call goes, once per attempt: the proxy's own address, as data or `host:port`. */
  resolveInstance(ctx: RpcContext): Awaitable<AddressLike>;
  /** Around each attempt, inside of finding the proxy. Source: proxy.WithMiddleware. */
  readonly middleware?: RpcMiddleware | undefined;
}

/** The two parts of a control plane. Source: cloudwego/kitex pkg/xds ClientSuite. */
export interface XdsSuite {
  /** Outermost of the middlewares: may set tags, and pass on a context with a nearer deadline. */
  readonly router: RpcMiddleware;
  readonly resolver: Resolver;
}

/**
 * Makes a connection pool of one's own: called once, with the function that opens connections. The entries belong to kitex; a pool keeps them and gives them
 * out, to one call at a time, or to several where `pipelineDepth` allows it.
 * Source: client.WithConnPool.
 */
export type PoolFactory = <T extends PoolEntry>(init: { readonly dial: PoolDial<T>; readonly clock: Clock }) => ConnPool<T>;

/** How a client keeps its connections. `short`: one per call; `long`: pooled, with limits; `mux`: shared by calls, where the wire is gRPC; or a pool of one's own. */
export type PoolOption = 'short' | 'long' | 'mux' | ({ readonly kind: 'long' } & LongPoolLimits) | ({ readonly kind: 'mux' } & MuxPoolLimits) | PoolFactory;

/** How lists of instances are kept. Source: pkg/loadbalance/lbcache Options. */
export type DiscoveryTiming = Pick<DispatchOptions<unknown, unknown, never>, 'refreshIntervalMs' | 'expireIntervalMs' | 'maxStaleMs' | 'emptyHoldMs' | 'onChange'>;

/** Options of {@link createClient}. Every key is camelCase, durations are numbers in ms, 0 = none. */
export interface ClientOptions {
  /** Name of the called service. Required. Source: client.WithDestService. */
  readonly destService: string;
  /** Fixed targets, `host:port` or `unix:/path`. Source: client.WithHostPorts. */
  readonly hostPorts?: readonly string[] | undefined;
  /** Service discovery. Source: client.WithResolver. */
  readonly resolver?: Resolver | undefined;
  /** @defaultValue weighted round robin. Source: client.WithLoadBalancer. */
  readonly loadBalancer?: LoadBalancer | undefined;
  /** Finds the address of `url` call options. @defaultValue URL parsing and DNS. Source: client.WithHTTPResolver. */
  readonly httpResolver?: HttpResolver | undefined;
  /** The wire. `Differs:` Go's default is `framed`. @defaultValue 'ttheader-framed' */
  readonly transport?: Wire | undefined;
  /**
   * The wire of methods that stream, where `transport` is one that does not. Source: transport.GRPCStreaming, transport.TTHeaderStreaming beside another protocol.
   * @defaultValue 'grpc'; 'ttheader-streaming' where that is the `transport`, whose other methods go by 'ttheader-framed'
   */
  readonly streamTransport?: 'grpc' | 'ttheader-streaming' | undefined;
  /**
   * Connections of streams that have some of their own. Source: ttstream.WithClientMuxConnPool, WithClientLongConnPool, WithClientShortConnPool.
   * @defaultValue 'mux'; over gRPC floor(1.5 × cores) connections per address, over TTHeader streaming as many as cores
   */
  readonly streamPool?: PoolOption | undefined;
  /** Gets the meta frames of TTHeader streaming, which proxies send. `head` and `payload` are lent for the length of the call. Source: ttstream MetaFrameHandler. */
  readonly onMetaFrame?: ((head: RpcHead, payload: Uint8Array) => void) | undefined;
  /** Streams: limit of each wait for a message; over it the stream is cancelled. Unit ms, 0 = none. @defaultValue 0. Source: client.WithStreamRecvTimeoutConfig. */
  readonly recvTimeoutMs?: number | undefined;
  /** Responses of a stream that wait decoded for their reader; further ones, as far as the stream's window lets them in, wait as bytes. @defaultValue 1024 */
  readonly maxQueuedMessages?: number | undefined;
  /** Limit of a whole call: middlewares, discovery, connecting, I/O. Unit ms, 0 = none. @defaultValue 0 */
  readonly rpcTimeoutMs?: number | undefined;
  /** Limit of one connection attempt. Unit ms, 0 = none. @defaultValue 50 */
  readonly connectTimeoutMs?: number | undefined;
  readonly timeoutProvider?: TimeoutProvider | undefined;
  /** Caller identity, sent in TTHeader. Source: client.WithClientBasicInfo. */
  readonly clientInfo?: ClientBasicInfo | undefined;
  /** Tags of the target; locked. Source: client.WithTag. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** Universal middlewares, in order, the first outermost. */
  readonly middlewares?: readonly RpcMiddleware[] | undefined;
  /** Makers of universal middlewares; they come after `middlewares`. */
  readonly middlewareBuilders?: readonly MiddlewareBuilder[] | undefined;
  /** Middlewares of unary calls; they are outside of the universal ones. */
  readonly unaryMiddlewares?: readonly RpcMiddleware[] | undefined;
  /** Makers of unary middlewares; they come after `unaryMiddlewares`. */
  readonly unaryMiddlewareBuilders?: readonly MiddlewareBuilder[] | undefined;
  /** Around the opening of a stream, outside of the universal ones; `next` settles when it is open. Source: client.WithStreamMiddleware. */
  readonly streamMiddlewares?: readonly StreamMiddleware[] | undefined;
  /** Makers of stream middlewares; they come after `streamMiddlewares`. */
  readonly streamMiddlewareBuilders?: readonly MiddlewareBuilder[] | undefined;
  /** Around each response that is read. Source: client.WithStreamRecvMiddleware. */
  readonly recvMiddlewares?: readonly StreamRecvMiddleware[] | undefined;
  /** Around each request of a client or bidi stream. Source: client.WithStreamSendMiddleware. */
  readonly sendMiddlewares?: readonly StreamSendMiddleware[] | undefined;
  /** After discovery and balancing, once per attempt. Source: client.WithInstanceMW. */
  readonly instanceMiddlewares?: readonly RpcMiddleware[] | undefined;
  /** Bundles of options, applied in order before the options beside them. */
  readonly suites?: readonly Suite<ClientOptions>[] | undefined;
  /** Added after the built-in ones. Source: client.WithMetaHandler. */
  readonly metaHandlers?: readonly MetaHandler[] | undefined;
  /** Runs before all other meta handlers, built-in ones included. Source: client.WithFirstMetaHandler. */
  readonly firstMetaHandler?: MetaHandler | undefined;
  /** Metainfo and TTHeader keys. @defaultValue true */
  readonly defaultMetaHandlers?: boolean | undefined;
  /** @defaultValue the generated code's Thrift binary */
  readonly payloadCodec?: PayloadCodec | undefined;
  /** A checksum of your own in TTHeader. */
  readonly payloadValidator?: PayloadValidator | undefined;
  /** CRC32C in TTHeader: sent with requests, checked on replies that carry one. @defaultValue false */
  readonly crc32c?: boolean | undefined;
  /** Innermost; maps errors of the transport. @defaultValue RemoteOrNetworkError. Source: client.WithErrorHandler. */
  readonly errorHandler?: ErrorHandler | undefined;
  /** Before discovery. Source: client.WithACLRules. */
  readonly aclRules?: readonly AclRule[] | undefined;
  readonly tracers?: readonly Tracer[] | undefined;
  /** Told what happens on streams. Source: client.WithStreamEventHandler. */
  readonly streamEventHandlers?: readonly StreamEventHandler[] | undefined;
  /** @defaultValue 'detailed' if there is a tracer, else 'disabled' */
  readonly statsLevel?: 'disabled' | 'base' | 'detailed' | undefined;
  /** @defaultValue 'long': 10 idle per address, 100 in all, 60 s; with `transport: 'grpc'` 'mux': floor(1.5 × cores) per address, 60 s */
  readonly pool?: PoolOption | undefined;
  readonly dialer?: Dialer | undefined;
  /** A connection of that age, give or take a tenth, serves no further call: new ones spread over instances that came later. Unit ms, 0 = any age. @defaultValue 0 */
  readonly maxConnectionAgeMs?: number | undefined;
  /** Told what the pools do. A pool of one's own has its own. @defaultValue none. Source: client.WithConnReporterEnabled, connpool.SetReporter. */
  readonly connReporter?: PoolReporter | undefined;
  /** Sends calls through a proxy, which takes the place of discovery, breakers of instances and instance middlewares. @defaultValue none. Source: client.WithProxy. */
  readonly proxy?: ForwardProxy | undefined;
  /** A control plane: what routes calls and what finds instances, both of them. @defaultValue none. Source: client.WithXDSSuite. */
  readonly xds?: XdsSuite | undefined;
  /** @defaultValue the process's own sockets */
  readonly network?: Network | undefined;
  /** gRPC: compression, keep-alive, windows. */
  readonly grpc?: GrpcClientOptions | undefined;
  /** TLS to every instance. */
  readonly tls?: TlsOptions | undefined;
  /** Calls that a pool of one's own may put on one connection at once; the built-in pools give a connection to one call. @defaultValue 1 */
  readonly pipelineDepth?: number | undefined;
  /** Unit bytes. @defaultValue 67108864 */
  readonly maxMessageBytes?: number | undefined;
  /** Unit bytes. @defaultValue 262144 */
  readonly maxHeaderBytes?: number | undefined;
  /** Instances tried when connecting fails before anything was sent. @defaultValue 6 */
  readonly maxPicks?: number | undefined;
  /** How lists of instances are refreshed, forgotten and held. @defaultValue refreshed every 5 s, forgotten after 15 s without a call, kept when a refresh fails */
  readonly discovery?: DiscoveryTiming | undefined;
  /** Retries of all methods that have no policy of their own. @defaultValue none. Source: client.WithFailureRetry, WithBackupRequest, WithMixedRetry. */
  readonly retry?: ClientRetryPolicy | undefined;
  /** Retries by method, under its name on the wire. @defaultValue none. Source: client.WithRetryMethodPolicies. */
  readonly methodRetry?: Readonly<Record<string, ClientRetryPolicy>> | undefined;
  /** Which results are retried, whatever the policies of the client say; those given per call keep their own. Source: client.WithSpecifiedResultRetry. */
  readonly resultRetry?: ResultRetry<RpcContext> | undefined;
  /** One budget for retries and backup requests of all methods. @defaultValue none: only the share of each policy limits them */
  readonly retryBudget?: RetryBudgetOptions | RetryBudget | undefined;
  /** Policies from elsewhere, say a configuration centre. The client does not close it. Source: client.WithRetryContainer. */
  readonly retryContainer?: RetryContainer | undefined;
  /** Breakers of methods and of instances; `true` = both, opening at half of 200 calls in 10 s. A suite belongs to one client, which closes it. @defaultValue false. Source: client.WithCircuitBreaker. */
  readonly circuitBreaker?: boolean | BreakerSuiteOptions | BreakerSuite | undefined;
  /** Another outcome in place of a failure. @defaultValue none. Source: client.WithFallback. */
  readonly fallback?: Fallback | undefined;
  /** A call without `ctx` inherits the running handler's, where the server has `ambientContext`. @defaultValue false */
  readonly ambientContext?: boolean | undefined;
  /** Cancelling and the caller's own deadline get error kinds of their own. `Differs:` a process-wide switch in Go. @defaultValue true */
  readonly fineGrainedErrors?: boolean | undefined;
  /** How long `close()` waits for calls in flight. Unit ms. @defaultValue 5000 */
  readonly exitWaitTimeMs?: number | undefined;
  /** Run when the client has closed its connections, in order. Source: client.WithCloseCallbacks. */
  readonly closeCallbacks?: readonly (() => void | Promise<void>)[] | undefined;
  /** Calls that belong to no log id get one: `true` makes it as Go does, a function gives one of your own. Ids that a caller sent go on in any case. @defaultValue false. Source: logid.SetLogIDGenerator. */
  readonly logId?: boolean | (() => string) | undefined;
  readonly logger?: Logger | undefined;
}

const basicInfo: OptionTable<ClientBasicInfo> = optionTable<ClientBasicInfo>({
  serviceName: text({ required: true }),
  method: text(),
  tags: record(text({ empty: true })),
});

const policy = any<ClientRetryPolicy>({ what: 'a retry policy { kind: "failure" | "backup" | "mixed", … }', test: (v) => typeof v === 'object' && v !== null });

const discoveryTable: OptionTable<DiscoveryTiming> = optionTable<DiscoveryTiming>({
  refreshIntervalMs: int({ unit: 'ms', min: 1, default: 5000 }),
  expireIntervalMs: int({ unit: 'ms', min: 1, default: 15_000 }),
  maxStaleMs: int({ unit: 'ms, 0 = for ever', min: 0, default: 0 }),
  emptyHoldMs: int({ unit: 'ms, 0 = at once', min: 0, default: 0 }),
  onChange: func<NonNullable<DiscoveryTiming['onChange']>>(),
});

function isXds(v: unknown): boolean {
  const { router, resolver } = (v ?? {}) as Partial<XdsSuite>;
  return typeof router === 'function' && typeof (resolver as Partial<Resolver> | undefined)?.resolve === 'function';
}

const poolRule = {
  what: '"long", "short", "mux", { kind: "long" | "mux", …limits } or a function ({ dial, clock }) => ConnPool',
  test: (v: unknown): boolean => v === 'long' || v === 'short' || v === 'mux' || typeof v === 'function' || ['long', 'mux'].includes((v as { kind?: string } | null)?.kind ?? ''),
};

const clientTable: OptionTable<ClientOptions> = optionTable<ClientOptions>({
  destService: text({ required: true }),
  hostPorts: list(text(), {}),
  resolver: instance<Resolver>('a Resolver', ['key', 'resolve']),
  loadBalancer: instance<LoadBalancer>('a LoadBalancer', ['picker']),
  httpResolver: instance<HttpResolver>('an HttpResolver', ['resolve']),
  transport: oneOf<Wire>(['buffered', 'framed', 'ttheader', 'ttheader-framed', 'ttheader-streaming', 'grpc'], { default: 'ttheader-framed' }),
  streamTransport: oneOf<'grpc' | 'ttheader-streaming'>(['grpc', 'ttheader-streaming']),
  streamPool: any<PoolOption>(poolRule),
  onMetaFrame: func<(head: RpcHead, payload: Uint8Array) => void>(),
  recvTimeoutMs: int({ unit: 'ms, 0 = none', min: 0, default: 0 }),
  maxQueuedMessages: int({ min: 1, default: 1024 }),
  rpcTimeoutMs: int({ unit: 'ms, 0 = none', min: 0, default: 0 }),
  connectTimeoutMs: int({ unit: 'ms, 0 = none', min: 0, default: 50 }),
  timeoutProvider: instance<TimeoutProvider>('a TimeoutProvider', ['timeouts']),
  clientInfo: any<ClientBasicInfo>({ what: 'an object { serviceName, method?, tags? }', test: (v) => typeof v === 'object' && v !== null }),
  tags: record(text({ empty: true })),
  middlewares: list(func<RpcMiddleware>(), { default: [] }),
  middlewareBuilders: list(func<MiddlewareBuilder>(), { default: [] }),
  unaryMiddlewares: list(func<RpcMiddleware>(), { default: [] }),
  unaryMiddlewareBuilders: list(func<MiddlewareBuilder>(), { default: [] }),
  streamMiddlewares: list(func<StreamMiddleware>(), { default: [] }),
  streamMiddlewareBuilders: list(func<MiddlewareBuilder>(), { default: [] }),
  recvMiddlewares: list(func<StreamRecvMiddleware>(), { default: [] }),
  sendMiddlewares: list(func<StreamSendMiddleware>(), { default: [] }),
  instanceMiddlewares: list(func<RpcMiddleware>(), { default: [] }),
  suites: list(any<Suite<ClientOptions>>()),
  metaHandlers: list(metaHandler, { default: [] }),
  firstMetaHandler: metaHandler,
  defaultMetaHandlers: bool({ default: true }),
  payloadCodec: instance<PayloadCodec>('a PayloadCodec', ['encode', 'decode', 'encodeError']),
  payloadValidator: instance<PayloadValidator>('a PayloadValidator', ['generate', 'validate']),
  crc32c: bool({ default: false }),
  errorHandler: func<ErrorHandler>(),
  aclRules: list(func<AclRule>(), { default: [] }),
  tracers: list(instance<Tracer>('a Tracer', ['start', 'finish']), { default: [] }),
  streamEventHandlers: list(streamEventHandler, { default: [] }),
  statsLevel: oneOf(['disabled', 'base', 'detailed']),
  pool: any<PoolOption>({ ...poolRule, default: 'long' }),
  dialer: instance<Dialer>('a Dialer', ['dial']),
  maxConnectionAgeMs: int({ unit: 'ms, 0 = any age', min: 0, default: 0 }),
  connReporter: any<PoolReporter>({ what: 'an object { connSucceed?, connFailed?, reuseSucceed? }', test: (v) => typeof v === 'object' && v !== null }),
  proxy: instance<ForwardProxy>('a ForwardProxy', ['resolveInstance']),
  xds: any<XdsSuite>({ what: 'an object { router, resolver } with both parts', test: isXds }),
  network: instance<Network>('a Network', ['dial', 'listen']),
  grpc: any<GrpcClientOptions>({ default: {}, what: 'an object of gRPC options', test: (v) => typeof v === 'object' && v !== null }),
  tls: any<TlsOptions>({ what: 'an object of TLS options', test: (v) => typeof v === 'object' && v !== null }),
  pipelineDepth: int({ min: 1, max: 64, default: 1 }),
  maxMessageBytes: int({ unit: 'bytes', min: 1, max: 0x3fffffff, default: 64 * 1024 * 1024 }),
  maxHeaderBytes: int({ unit: 'bytes', min: 64, max: 262_144, default: 262_144 }),
  maxPicks: int({ min: 1, max: 64, default: 6 }),
  discovery: nested(discoveryTable),
  retry: policy,
  methodRetry: record(policy),
  resultRetry: any<ResultRetry<RpcContext>>({ what: 'an object { onTimeout?, onError?, onResponse? }', test: (v) => typeof v === 'object' && v !== null }),
  retryBudget: any<RetryBudgetOptions | RetryBudget>({ what: 'an object of options or a RetryBudget', test: (v) => typeof v === 'object' && v !== null }),
  retryContainer: any<RetryContainer>({ what: 'a RetryContainer', test: (v) => v instanceof RetryContainer }),
  circuitBreaker: any<boolean | BreakerSuiteOptions | BreakerSuite>({ what: 'true, false, an object of options or a BreakerSuite', test: (v) => typeof v === 'boolean' || (typeof v === 'object' && v !== null) }),
  fallback: nested(fallbackTable),
  ambientContext: bool({ default: false }),
  fineGrainedErrors: bool({ default: true }),
  exitWaitTimeMs: int({ unit: 'ms', min: 0, default: 5000 }),
  closeCallbacks: list(func<() => void | Promise<void>>(), { default: [] }),
  logId: any<boolean | (() => string)>({ what: 'true, false or a function that gives a log id', test: (v) => typeof v === 'boolean' || typeof v === 'function' }),
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
  'instanceMiddlewares',
  'metaHandlers',
  'aclRules',
  'tracers',
  'streamEventHandlers',
  'closeCallbacks',
]);

/** Client options after suites, checks and defaults, with the record of where each came from. */
export interface ResolvedClientOptions {
  readonly o: ReturnType<typeof clientTable.resolve>;
  readonly applied: readonly AppliedOption[];
}

/** Whether calls share connections. */
export function isMux(pool: PoolOption): boolean {
  return pool === 'mux' || (typeof pool === 'object' && pool.kind === 'mux');
}

/** TTHeader streaming carries streams and nothing else: what does not stream goes by TTHeader. */
function bothWires(o: ClientOptions): Partial<ClientOptions> {
  if (o.transport !== 'ttheader-streaming') return {};
  if (o.streamTransport !== undefined && o.streamTransport !== o.transport) {
    throw new OptionError('client.streamTransport', `client.streamTransport: got "${o.streamTransport}" beside the transport "${o.transport}", which carries streams itself; give one of them`);
  }
  return { transport: 'ttheader-framed', streamTransport: 'ttheader-streaming' };
}

/**
 * Expands suites, checks, fills defaults, refuses combinations that the wire cannot carry.
 * Errors: {@link OptionError} that names the option, what came and what is allowed.
 */
export function resolveClientOptions(given: ClientOptions): ResolvedClientOptions {
  const { options, sources } = mergeSuites<ClientOptions>(given, listKeys, 'client');
  // Calls of gRPC share connections, unless told otherwise.
  const grpc = grpcClientTable.resolve(options.grpc ?? {}, 'client.grpc');
  checkCompression(grpc);
  const o = clientTable.resolve({ ...options, ...bothWires(options), grpc, ...(options.transport === 'grpc' && options.pool === undefined ? { pool: 'mux' as const } : {}) }, 'client');
  if (o.clientInfo !== undefined) basicInfo.resolve(o.clientInfo, 'client.clientInfo');
  if (o.onMetaFrame !== undefined && o.streamTransport !== 'ttheader-streaming') {
    throw new OptionError('client.onMetaFrame', 'client.onMetaFrame: only TTHeader streaming has meta frames, wanted streamTransport "ttheader-streaming", or no onMetaFrame');
  }
  if (isMux(o.pool!) && (o.transport === 'framed' || o.transport === 'buffered')) {
    throw new OptionError('client.pool', `client.pool: calls of the transport "${o.transport}" cannot share a connection, wanted pool "long" or "short", or transport "ttheader", "ttheader-framed" or "grpc"`);
  }
  if (o.hostPorts !== undefined && o.hostPorts.length === 0) throw new OptionError('client.hostPorts', 'client.hostPorts: got an empty list, wanted at least one address');
  if (o.hostPorts !== undefined && o.resolver !== undefined) {
    throw new OptionError('client.resolver', 'client: hostPorts and resolver exclude each other, give one of them');
  }
  if (o.xds !== undefined && (o.resolver !== undefined || o.hostPorts !== undefined || o.proxy !== undefined)) {
    throw new OptionError('client.xds', 'client.xds finds the instances itself, give no hostPorts, resolver or proxy beside it');
  }
  for (const key of ['hostPorts', 'resolver', 'loadBalancer'] as const) {
    if (o.proxy !== undefined && o[key] !== undefined) throw new OptionError('client.proxy', `client.proxy takes the place of discovery, give no ${key} beside it`);
  }
  if (o.retryContainer !== undefined) {
    for (const key of ['retry', 'methodRetry', 'resultRetry', 'retryBudget'] as const) {
      if (o[key] !== undefined) throw new OptionError(`client.${key}`, `client.${key}: the retryContainer has its own, give it there or give no retryContainer`);
    }
  }
  if (o.transport === 'grpc') {
    for (const key of ['crc32c', 'payloadValidator'] as const) {
      if (o[key] === undefined || o[key] === false) continue;
      throw new OptionError(`client.${key}`, `client.${key}: gRPC has no place for a checksum, wanted transport "ttheader" or "ttheader-framed", or no ${key}`);
    }
  }
  if (o.transport === 'framed' || o.transport === 'buffered') {
    const carried = (key: string, on: boolean): void => {
      if (on) {
        throw new OptionError(
          `client.${key}`,
          `client.${key}: the transport "${o.transport!}" has no header to carry it, wanted transport "ttheader" or "ttheader-framed", or no ${key}`,
        );
      }
    };
    carried('crc32c', o.crc32c === true);
    carried('payloadValidator', o.payloadValidator !== undefined);
    carried('metaHandlers', (o.metaHandlers?.length ?? 0) > 0);
    carried('firstMetaHandler', o.firstMetaHandler !== undefined);
    carried('clientInfo', o.clientInfo !== undefined);
  }
  return { o, applied: describeOptions(o, sources, new Set(['tls'])) };
}
