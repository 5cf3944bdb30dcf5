// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { availableParallelism } from 'node:os';
import type { Clock } from '@cloudwego/gopkg/clock';
import type { Awaitable } from '@cloudwego/gopkg/async';
import { OptionError } from '@cloudwego/gopkg/errors';
import type { Address, Network } from '@cloudwego/gopkg/io';
import { formatAddress } from '@cloudwego/gopkg/io';
import type { Logger } from '@cloudwego/gopkg/logger';
import { defaultLogger } from '@cloudwego/gopkg/logger';
import { BreakerSuite, createDispatch, fixedResolver, weightedRoundRobin } from '@cloudwego/governance';
import type { BreakerLevel, Dispatch, Resolver, RetryContainer } from '@cloudwego/governance';
import type { MethodDefinition, ServiceDefinition } from '@cloudwego/pilota/codegen/v1';
import { IntKey, prepareInfo, StrKey } from '@cloudwego/protocol';
import type { GrpcOptions, PreparedInfo, RpcEngineOptions, TTStreamOptions, Wire } from '@cloudwego/protocol';
import { createLongPool, createMuxPool, createShortPool, defaultNetwork } from '@cloudwego/transport';
import type { ConnPool } from '@cloudwego/transport';
import { generatedMessageCodec, generatedPayloadCodec } from '../codec/generated-payload-codec.js';
import { textOf } from '../errors.js';
import { generateLogId } from '../log-id.js';
import { metainfoClientHandler, metainfoGrpcHandler } from '../meta/metainfo-handler.js';
import { buildMiddlewares } from '../middlewares.js';
import type { StatsLevel } from '../rpcinfo/events.js';
import type { InitContext, MetaHandler, PayloadCodec, RpcEndpoint, Tracer } from '../types.js';
import { streams } from '../stream/kind.js';
import { streamListeners } from '../stream/events.js';
import type { StreamListener } from '../stream/events.js';
import type { StreamRecvEndpoint, StreamSendEndpoint } from '../stream/types.js';
import type { Carries } from './call-options.js';
import { ClientConn } from './conn.js';
import type { ClientContext } from './context.js';
import { defaultHttpResolver } from './http-resolver.js';
import { makeRetryContainer } from './governance.js';
import type { HttpResolver, PoolOption, ResolvedClientOptions } from './options.js';
import { isMux } from './options.js';
import { composeAcl } from './stages/acl.js';
import { composeProxy } from './stages/proxy.js';
import { attempt, dispatchCall, dispatchEndpoint, dispatchPlan } from './stages/dispatch.js';
import { composeInstanceMiddlewares } from './stages/instance-middlewares.js';
import { composeMiddlewares } from './stages/middlewares.js';
import { composeRecv } from './stages/recv.js';
import { composeSend } from './stages/send.js';

/** What carries calls: a wire, the connections that speak it, how messages are written, and what else it can carry. */
export interface Carrier {
  readonly wire: Wire;
  /** Many calls share a connection: streams, or TTHeader's flag 0x0001. */
  readonly multiplexed: boolean;
  readonly pool: ConnPool<ClientConn>;
  readonly codec: PayloadCodec;
  /** In order: the user's first one, metainfo under the names of the wire, the others. */
  readonly metaWriters: readonly MetaHandler[];
  readonly carries: Carries;
}

/** What all calls of a client share: options, pool, dispatch, the composed endpoint. Made once. */
export class ClientCore {
  readonly o: ResolvedClientOptions['o'];
  readonly service: ServiceDefinition<unknown, unknown>;
  readonly payload: 'thrift' | 'protobuf';
  readonly wire: Wire;
  readonly network: Network;
  readonly clock: Clock;
  readonly pool: ConnPool<ClientConn>;
  /** Of unary calls, and of streams where the service has any. */
  private readonly unary: Carrier;
  streaming: Carrier | undefined;
  readonly dispatch: Dispatch<unknown, unknown, ClientContext> | undefined;
  readonly endpoint: RpcEndpoint;
  readonly streamEndpoint: RpcEndpoint;
  readonly recv: StreamRecvEndpoint;
  readonly send: StreamSendEndpoint;
  /** Who is told what happens on streams. */
  readonly streamListeners: readonly StreamListener[];
  readonly attemptEndpoint: RpcEndpoint;
  /** In the place of dispatch, where there is a proxy. */
  readonly proxied: RpcEndpoint | undefined;
  readonly engineOptions: RpcEngineOptions;
  /** The same for connections that many calls share. */
  readonly muxEngineOptions: RpcEngineOptions;
  readonly grpcOptions: GrpcOptions;
  readonly ttstreamOptions: TTStreamOptions;
  /** The service in paths. */
  readonly grpcService: string;
  readonly payloadCodec: PayloadCodec;
  readonly tracers: readonly Tracer[];
  readonly statsLevel: StatsLevel;
  readonly ttheaderMeta: boolean;
  readonly metaReaders: readonly MetaHandler[];
  /** The balancer wants to know what answers say of their servers. */
  readonly readsLoad: boolean;
  readonly userMeta: boolean;
  /** What the heads of all requests of a method share, encoded once; undefined where the wire has no header. */
  readonly heads: (PreparedInfo | undefined)[];
  /** Places of heads that were made later, by kind and name. */
  private readonly later = new Map<string, number>();
  readonly httpResolver: HttpResolver;
  readonly retry: RetryContainer;
  /** Methods may have retry policies. */
  readonly retries: boolean;
  readonly breakers: BreakerSuite | undefined;
  readonly serviceBreaker: BreakerLevel | undefined;
  readonly instanceBreaker: BreakerLevel | undefined;
  readonly logger: Logger;
  /** Makes log ids for calls that have none; undefined = they stay without. */
  readonly makeLogId: (() => string) | undefined;
  private readonly ownResolver: Resolver | undefined;
  readonly explicitRpcTimeout: boolean;
  readonly explicitConnectTimeout: boolean;
  closed = false;
  /** Calls that began and have not ended. */
  inFlight = 0;
  private closing: Promise<void> | undefined = undefined;
  private drained: (() => void) | undefined = undefined;

  constructor(service: ServiceDefinition<unknown, unknown>, resolved: ResolvedClientOptions) {
    const o = resolved.o;
    this.o = o;
    this.explicitRpcTimeout = resolved.applied.some((a) => a.name === 'rpcTimeoutMs' && a.source !== 'default');
    this.explicitConnectTimeout = resolved.applied.some((a) => a.name === 'connectTimeoutMs' && a.source !== 'default');
    this.service = service;
    this.payload = service.payload;
    this.wire = o.transport!;
    this.network = o.network ?? defaultNetwork();
    this.clock = this.network.clock;
    this.logger = o.logger ?? defaultLogger();
    this.makeLogId = o.logId === true ? generateLogId : o.logId === false ? undefined : o.logId;
    const header = this.wire === 'ttheader' || this.wire === 'ttheader-framed';
    this.ttheaderMeta = header && o.defaultMetaHandlers === true;
    const grpc = this.wire === 'grpc';
    const metainfo = this.ttheaderMeta || (grpc && o.defaultMetaHandlers === true);
    this.grpcService = service.package === '' ? service.name : `${service.package}.${service.name}`;
    const g = o.grpc!;
    this.grpcOptions = {
      payload: this.payload,
      authority: g.authority ?? o.destService!,
      scheme: o.tls === undefined ? 'http' : 'https',
      userAgent: g.userAgent,
      maxMessageBytes: o.maxMessageBytes!,
      compressors: g.compressors,
      compression: g.compression === undefined || g.compression === 'identity' ? '' : g.compression,
      h2: {
        maxHeaderBytes: Math.max(1024, o.maxHeaderBytes!),
        keepAliveMs: g.keepAliveMs,
        keepAliveTimeoutMs: g.keepAliveTimeoutMs,
        keepAliveWithoutStreams: g.keepAliveWithoutStreams,
        initialWindowBytes: g.initialWindowBytes,
        connectionWindowBytes: g.connectionWindowBytes,
        autoTune: g.autoTune,
      },
    };
    this.engineOptions = {
      wire: this.wire,
      payload: this.payload,
      maxMessageBytes: o.maxMessageBytes!,
      maxHeaderBytes: o.maxHeaderBytes!,
      pipelineDepth: o.pipelineDepth!,
      crc32c: o.crc32c!,
      ...(o.payloadValidator === undefined ? {} : { validator: o.payloadValidator }),
    };
    this.ttstreamOptions = {
      serviceName: o.clientInfo?.serviceName ?? '',
      maxMessageBytes: o.maxMessageBytes!,
      maxHeaderBytes: Math.max(32, o.maxHeaderBytes!),
      ...(o.onMetaFrame === undefined ? {} : { onMeta: o.onMetaFrame }),
    };
    this.muxEngineOptions = { ...this.engineOptions, outOfOrder: header };
    this.payloadCodec = o.payloadCodec ?? (this.payload === 'protobuf' ? generatedMessageCodec : generatedPayloadCodec);
    this.tracers = o.tracers!;
    this.statsLevel = o.statsLevel ?? (this.tracers.length > 0 ? 'detailed' : 'disabled');
    const first = o.firstMetaHandler === undefined ? [] : [o.firstMetaHandler];
    this.userMeta = [...first, ...o.metaHandlers!].some((h) => h.writeMeta !== undefined);
    this.metaReaders = [...first, ...o.metaHandlers!].filter((h) => h.readMeta !== undefined);
    this.readsLoad = o.loadBalancer?.usesLoad === true;
    this.heads = service.methods.map((m) => this.headOf(m));
    this.httpResolver = o.httpResolver ?? defaultHttpResolver;
    this.retry = makeRetryContainer(o, this.clock);
    this.retries = o.retryContainer !== undefined || o.retry !== undefined || o.methodRetry !== undefined;
    const cb = o.circuitBreaker;
    this.breakers = cb === undefined || cb === false ? undefined : cb instanceof BreakerSuite ? cb : new BreakerSuite({ clock: this.clock, ...(cb === true ? {} : cb) });
    this.serviceBreaker = this.breakers?.service;
    this.instanceBreaker = this.breakers?.instance;
    this.unary = this.carrier(this.wire, o.pool!, header, metainfo);
    this.pool = this.unary.pool;
    this.streaming = service.methods.some(streams) ? this.streamCarrier(o.streamTransport ?? 'grpc') : undefined;
    this.ownResolver = o.resolver === undefined && o.hostPorts !== undefined ? fixedResolver(o.hostPorts) : undefined;
    const resolver = o.xds?.resolver ?? o.resolver ?? this.ownResolver;
    this.dispatch =
      resolver === undefined
        ? undefined
        : createDispatch<unknown, unknown, ClientContext>({
            resolver,
            loadBalancer: o.loadBalancer ?? weightedRoundRobin(),
            plan: dispatchPlan,
            maxPicks: o.maxPicks!,
            clock: this.clock,
            refreshIntervalMs: o.discovery?.refreshIntervalMs,
            expireIntervalMs: o.discovery?.expireIntervalMs,
            maxStaleMs: o.discovery?.maxStaleMs,
            emptyHoldMs: o.discovery?.emptyHoldMs,
            onChange: o.discovery?.onChange,
            onRemoved: (address: Address) => {
              this.pool.clean(address);
              if (this.streaming !== undefined && this.streaming !== this.unary) this.streaming.pool.clean(address);
              this.instanceBreaker?.forget(formatAddress(address));
            },
            onStale: (key, cause) => {
              this.warn(`discovery of "${key}" failed, the instances known before stay`, cause);
            },
          });
    this.attemptEndpoint = composeInstanceMiddlewares(o.instanceMiddlewares!, attempt);
    this.proxied = o.proxy === undefined ? undefined : composeProxy(o.proxy, attempt);
    const init: InitContext = { side: 'client', serviceName: o.destService! };
    const universal = [...o.middlewares!, ...buildMiddlewares(o.middlewareBuilders!, init, 'client.middlewareBuilders')];
    const unary = [...o.unaryMiddlewares!, ...buildMiddlewares(o.unaryMiddlewareBuilders!, init, 'client.unaryMiddlewareBuilders')];
    const guarded = composeAcl(o.aclRules!, dispatchEndpoint);
    const bare = o.aclRules!.length === 0 ? dispatchCall : guarded;
    const perStream = [...o.streamMiddlewares!, ...buildMiddlewares(o.streamMiddlewareBuilders!, init, 'client.streamMiddlewareBuilders')];
    if (o.xds !== undefined) {
      unary.unshift(o.xds.router);
      perStream.unshift(o.xds.router);
    }
    this.endpoint = composeMiddlewares(unary, universal, guarded, bare);
    this.streamEndpoint = composeMiddlewares(perStream, universal, guarded, bare);
    this.recv = composeRecv(o.recvMiddlewares!);
    this.send = composeSend(o.sendMiddlewares!);
    this.streamListeners = streamListeners(this.tracers, o.streamEventHandlers!);
  }

  private headOf(m: MethodDefinition): PreparedInfo | undefined {
    return this.ttheaderMeta ? this.methodHead(m.name, m.kind === 'oneway' ? 4 : 1) : undefined;
  }

  /** The place of the head of a method that the service did not have at the start. Those of one name and kind have one. */
  indexOf(m: MethodDefinition): number {
    const key = `${m.kind} ${m.name}`;
    let i = this.later.get(key);
    if (i === undefined) this.later.set(key, (i = this.heads.push(this.headOf(m)) - 1));
    return i;
  }

  /** What carries the calls of a method. */
  carrierOf(m: MethodDefinition): Carrier {
    // Of a generic client the methods are not known before they are called.
    return streams(m) ? (this.streaming ??= this.streamCarrier(this.o.streamTransport ?? 'grpc')) : this.unary;
  }

  /** Streams share the connections of unary calls where the wire is one. */
  private streamCarrier(wire: Wire): Carrier {
    if (wire === this.wire) return this.unary;
    if (wire === 'ttheader-streaming' && this.payload !== 'thrift') {
      throw new OptionError('client.streamTransport', `client.streamTransport: got "${wire}" for the service "${this.service.name}", which speaks ${this.payload}; wanted "grpc"`);
    }
    const pool = this.o.streamPool ?? (wire === 'grpc' ? 'mux' : { kind: 'mux' as const, connectionsPerAddress: availableParallelism() });
    return this.carrier(wire, pool, true, this.o.defaultMetaHandlers === true);
  }

  private carrier(wire: Wire, pool: PoolOption, header: boolean, metainfo: boolean): Carrier {
    const grpc = wire === 'grpc';
    const { firstMetaHandler: first, metaHandlers } = this.o;
    const own = grpc ? metainfoGrpcHandler : metainfoClientHandler;
    const c: { -readonly [K in keyof Carrier]: Carrier[K] } = {
      wire,
      multiplexed: grpc || wire === 'ttheader-streaming' || isMux(pool),
      pool: undefined as unknown as ConnPool<ClientConn>,
      codec: this.payloadCodec,
      metaWriters: [...(first === undefined ? [] : [first]), ...(metainfo ? [own] : []), ...metaHandlers!].filter((h) => h.writeMeta !== undefined),
      carries: { wire, header: header || grpc, metainfo, streams: grpc || wire === 'ttheader-streaming', compressors: grpc ? new Set(this.o.grpc!.compressors!.map((x) => x.name)) : undefined },
    };
    c.pool = this.makePool(c, pool);
    return c;
  }

  /** Source: cloudwego/kitex pkg/transmeta/ttheader.go ClientTTHeaderHandler. */
  private methodHead(method: string, type: number): PreparedInfo {
    const o = this.o;
    const ints = new Map<number, string>([
      [IntKey.MsgType, String(type)],
      [IntKey.TransportType, this.wire === 'ttheader-framed' ? 'framed' : 'unframed'],
      [IntKey.ToService, o.destService!],
      [IntKey.ToMethod, method],
    ]);
    const from = o.clientInfo;
    if (from !== undefined) {
      ints.set(IntKey.FromService, from.serviceName);
      if (from.method !== undefined) ints.set(IntKey.FromMethod, from.method);
    }
    if (this.explicitConnectTimeout && o.connectTimeoutMs! > 0) ints.set(IntKey.ConnectTimeout, String(o.connectTimeoutMs!));
    // Combined and nameless services are not routed by name.
    return prepareInfo(ints, this.service.name === '' ? undefined : new Map([[StrKey.IDLServiceName, this.service.name]]));
  }

  private makePool(carrier: Carrier, given: PoolOption): ConnPool<ClientConn> {
    const o = this.o;
    const tls = carrier.wire === 'grpc' && o.tls !== undefined ? { alpnProtocols: ['h2'], ...o.tls } : o.tls;
    const dial = async (address: Address, d: { connectTimeoutMs: number; signal: AbortSignal | undefined }): Promise<ClientConn> => {
      const options = { connectTimeoutMs: d.connectTimeoutMs, signal: d.signal, tls };
      const connection = await (o.dialer ?? this.network).dial(address, options);
      return new ClientConn(this, carrier, address, connection);
    };
    if (typeof given === 'function') return checkPool(given<ClientConn>({ dial, clock: this.clock }));
    const told = o.connReporter === undefined ? {} : { serviceName: o.destService!, reporter: o.connReporter };
    if (given === 'short') return createShortPool<ClientConn>({ ...told, dial });
    const limits: Record<string, unknown> = typeof given === 'string' ? {} : { ...given };
    delete limits['kind'];
    if (isMux(given)) return createMuxPool<ClientConn>({ ...limits, ...told, dial, clock: this.clock });
    return createLongPool<ClientConn>({ ...limits, ...told, dial, clock: this.clock });
  }

  /** A oneway request leaves with the turn; then its connection closes in its own time. */
  closeAfterOneway(conn: ClientConn): void {
    conn.closing = true;
    this.pool.discard(conn);
  }

  warn(message: string, e: unknown): void {
    this.logger.warn(`KITEX: ${message}: ${textOf(e)}`);
  }

  /** A call ended; the last one of a client that closes ends the wait for it. */
  ended(): void {
    if (--this.inFlight === 0) this.drained?.();
  }

  /** Waits for calls in flight, at most `exitWaitTimeMs`, then closes what the client has. */
  close(): Promise<void> {
    return (this.closing ??= this.drain().then(() => this.release()));
  }

  /** Closes at once. While `close()` waits, it ends that wait. */
  destroy(): Promise<void> {
    this.closed = true;
    this.drained?.();
    return (this.closing ??= this.release());
  }

  private async drain(): Promise<void> {
    this.closed = true;
    if (this.inFlight === 0 || this.o.exitWaitTimeMs === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.o.exitWaitTimeMs!);
      this.drained = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.drained = undefined;
  }

  /** Pool, discovery, then close callbacks in order. Errors are collected into one. */
  private async release(): Promise<void> {
    const errors: unknown[] = [];
    const step = async (f: () => Awaitable<unknown>): Promise<void> => {
      try {
        await f();
      } catch (e) {
        errors.push(e);
      }
    };
    await step(() => this.pool.close());
    if (this.streaming !== undefined && this.streaming !== this.unary) await step(() => this.streaming!.pool.close());
    await step(() => this.dispatch?.close());
    const own = this.ownResolver;
    if (own !== undefined) await step(() => own[Symbol.asyncDispose]());
    if (this.o.retryContainer === undefined) this.retry[Symbol.dispose]();
    for (const f of this.o.closeCallbacks!) await step(f);
    this.breakers?.[Symbol.dispose]();
    if (errors.length > 0) throw new AggregateError(errors, errors.map(textOf).join(' | '));
  }
}

/** A pool that a user's factory made. */
function checkPool(pool: ConnPool<ClientConn>): ConnPool<ClientConn> {
  for (const m of ['get', 'put', 'discard', 'clean', 'close', 'dump'] as const) {
    if (typeof (pool as Partial<ConnPool<ClientConn>> | undefined)?.[m] !== 'function') {
      throw new OptionError('client.pool', `client.pool: the factory gave no ConnPool, wanted an object with get, put, discard, clean, close, dump (missing ${m})`);
    }
  }
  return pool;
}
