// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '@cloudwego/gopkg/clock';
import type { Logger } from '@cloudwego/gopkg/logger';
import { defaultLogger } from '@cloudwego/gopkg/logger';
import type { Awaitable } from '@cloudwego/gopkg/async';
import { LoadGauge, LoadReport } from '@cloudwego/governance';
import type { MethodDefinition, ServiceDefinition } from '@cloudwego/pilota/codegen/v1';
import type { GrpcOptions, RouteTable, RpcEngineOptions, TTStreamOptions } from '@cloudwego/protocol';
import { createRouteTable } from '@cloudwego/protocol';
import { defaultNetwork } from '@cloudwego/transport';
import type { ChannelLimits } from '@cloudwego/transport';
import { generatedMessageCodec, generatedPayloadCodec } from '../codec/generated-payload-codec.js';
import { textOf } from '../errors.js';
import { panicChannel, serverStageChannel } from '../tracing.js';
import type { PanicMessage } from '../tracing.js';
import { buildMiddlewares } from '../middlewares.js';
import type { StatsLevel } from '../rpcinfo/events.js';
import type { InitContext, MetaHandler, PayloadCodec, RpcEndpoint, Tracer } from '../types.js';
import { streamListeners } from '../stream/events.js';
import type { StreamListener } from '../stream/events.js';
import type { StreamRecvEndpoint, StreamSendEndpoint } from '../stream/types.js';
import type { ServerCall } from './call.js';
import { ServerLimits } from './limits.js';
import { QueueGauge } from './queue-gauge.js';
import type { ResolvedServerOptions } from './options.js';
import { composeAcl } from './stages/acl.js';
import { composeErrorHandler, handlerEndpoint } from './stages/error-handler.js';
import { callHandler } from './stages/handler.js';
import { composeMiddlewares } from './stages/middlewares.js';
import { composeRecv } from './stages/recv.js';
import { composeSend } from './stages/send.js';
import { streamHandlerEndpoint } from './stages/stream-handler.js';
import { composeStreamMiddlewares } from './stages/stream-middlewares.js';
import { composeUnaryMiddlewares } from './stages/unary-middlewares.js';

/** How long a peer that was told goodbye may take; a draining idle connection serves what arrives within it. Unit ms. */
export const LINGER_MS = 100;

/** One registered service. */
export interface ServiceEntry {
  readonly definition: ServiceDefinition<unknown, unknown>;
  readonly handlers: Readonly<Record<string, (...args: unknown[]) => Awaitable<unknown>>>;
  readonly methods: readonly MethodDefinition[];
  readonly fallback: boolean;
  /** Finds methods that were not known at the start; undefined = what is in `methods` is all. */
  readonly dynamic?: DynamicMethods | undefined;
}

/** Methods that are found when they are called: those of generic services. */
export interface DynamicMethods {
  /** `kind` is what the wire says: streams are bidi, the rest unary or oneway. Undefined = there is no such method. */
  method(name: string, kind: MethodDefinition['kind']): MethodDefinition | undefined;
  /** What comes here of what nobody else knows: methods of calls that name this service or none; any call, before every other service; whatever is left. */
  readonly unknown: 'method' | 'service' | 'any';
  /** Whether an IDL says what is oneway; else the wire alone does, which is not always right. */
  readonly kindsKnown: boolean;
}

function h2OptionsOf(o: ResolvedServerOptions['o']): GrpcOptions['h2'] {
  const g = o.grpc!;
  return {
    maxHeaderBytes: Math.max(1024, o.maxHeaderBytes!),
    maxConcurrentStreams: g.maxConcurrentStreams,
    keepAliveMs: g.keepAliveMs,
    keepAliveTimeoutMs: g.keepAliveTimeoutMs,
    minPingIntervalMs: g.minPingIntervalMs,
    permitPingWithoutStreams: g.permitPingWithoutStreams,
    initialWindowBytes: g.initialWindowBytes,
    connectionWindowBytes: g.connectionWindowBytes,
    autoTune: g.autoTune,
    maxIdleMs: g.maxConnectionIdleMs,
    maxAgeMs: g.maxConnectionAgeMs,
    ageGraceMs: g.maxConnectionAgeGraceMs,
  };
}

/** What all connections of a server share: options, services, the composed endpoint. Made once, when the server starts. */
export class ServerCore {
  readonly o: ResolvedServerOptions['o'];
  readonly clock: Clock;
  readonly services: readonly ServiceEntry[];
  /** Takes every call there is. */
  readonly takesAll: ServiceEntry | undefined;
  /** Takes calls that name no service, and a method that no service has. */
  readonly nameless: ServiceEntry | undefined;
  /** Takes what no service knows. */
  readonly takesRest: ServiceEntry | undefined;
  readonly routes: RouteTable;
  readonly engineOptions: RpcEngineOptions;
  readonly grpcOptions: GrpcOptions;
  readonly ttstreamOptions: TTStreamOptions;
  readonly channelLimits: ChannelLimits;
  readonly payloadCodec: PayloadCodec;
  readonly tracers: readonly Tracer[];
  readonly statsLevel: StatsLevel;
  readonly ttheaderMeta: boolean;
  readonly metainfo: boolean;
  readonly metaReaders: readonly MetaHandler[];
  readonly userMetaWriters: readonly MetaHandler[];
  readonly endpoint: RpcEndpoint;
  /** Nothing is around the handler: the runner calls it itself and sorts what it throws, with one `then` instead of two. */
  readonly direct: boolean;
  /** The same for streams, from head to status; `recv` and `send` are for each message. */
  readonly streamEndpoint: RpcEndpoint;
  readonly recv: StreamRecvEndpoint;
  readonly send: StreamSendEndpoint;
  /** Who is told what happens on streams. */
  readonly streamListeners: readonly StreamListener[];
  readonly ambient: boolean;
  /** undefined = there are none. */
  readonly limits: ServerLimits | undefined;
  /** What answers say of this process; undefined = nothing. */
  readonly loadReport: LoadReport | undefined;
  /** Counts requests for it, where nothing else does. */
  readonly observed: QueueGauge | undefined;
  readonly logger: Logger;
  private readonly warned = new Set<string>();

  constructor(resolved: ResolvedServerOptions, services: readonly ServiceEntry[], clock: Clock) {
    const o = resolved.o;
    this.o = o;
    this.clock = clock;
    this.services = services;
    this.takesAll = services.find((s) => s.dynamic?.unknown === 'service');
    this.nameless = services.find((s) => s.dynamic?.unknown === 'method');
    this.takesRest = services.find((s) => s.dynamic?.unknown === 'any');
    this.routes = createRouteTable(
      services.map((s) => ({ name: s.definition.name, methods: s.methods.map((m) => m.name), fallback: s.fallback })),
      { strict: o.refuseTrafficWithoutServiceName === true },
    );
    this.engineOptions = {
      routes: this.routes,
      maxMessageBytes: o.maxMessageBytes!,
      maxHeaderBytes: o.maxHeaderBytes!,
      maxDepth: o.maxDepth!,
      pipelineDepth: o.pipelineDepth!,
      crc32c: o.crc32c!,
      ...(o.payloadValidator === undefined ? {} : { validator: o.payloadValidator }),
    };
    this.grpcOptions = {
      routes: this.routes,
      maxMessageBytes: o.maxMessageBytes!,
      compressors: o.grpc!.compressors,
      // Below that HTTP/2 could not say what a request is.
      h2: h2OptionsOf(o),
    };
    this.ttstreamOptions = { routes: this.routes, serviceName: o.serviceName ?? '', maxMessageBytes: o.maxMessageBytes!, maxHeaderBytes: Math.max(32, o.maxHeaderBytes!) };
    this.channelLimits = { maxConnIdleMs: o.maxConnIdleMs!, readWriteTimeoutMs: o.readWriteTimeoutMs!, lingerMs: LINGER_MS };
    this.payloadCodec = o.payloadCodec ?? generatedPayloadCodec;
    this.tracers = o.tracers!;
    this.statsLevel = o.statsLevel ?? (this.tracers.length > 0 ? 'detailed' : 'disabled');
    this.ttheaderMeta = o.defaultMetaHandlers === true;
    this.metainfo = this.ttheaderMeta;
    this.metaReaders = o.metaHandlers!.filter((h) => h.readMeta !== undefined);
    this.userMetaWriters = o.metaHandlers!.filter((h) => h.writeMeta !== undefined);
    this.ambient = o.ambientContext === true;
    // Where the engine knows nothing of arrivals, what is certain is the time since the turn began.
    const network = (o.network ?? defaultNetwork()) as { readonly arrivedAfter?: number };
    const gauge = new QueueGauge(new LoadGauge(clock), () => network.arrivedAfter ?? clock.now());
    this.limits = this.makeLimits(gauge);
    this.loadReport = o.reportLoad === true ? new LoadReport(gauge.gauge) : undefined;
    // A guard counts each request itself.
    this.observed = this.loadReport !== undefined && (o.overload === undefined || o.overload === false) ? gauge : undefined;
    this.logger = o.logger ?? defaultLogger();
    const init: InitContext = { side: 'server', serviceName: o.serviceName ?? '' };
    const universal = [...o.middlewares!, ...buildMiddlewares(o.middlewareBuilders!, init, 'server.middlewareBuilders')];
    const unary = [...o.unaryMiddlewares!, ...buildMiddlewares(o.unaryMiddlewareBuilders!, init, 'server.unaryMiddlewareBuilders')];
    this.direct = universal.length + unary.length + o.aclRules!.length === 0 && o.errorHandler === undefined;
    const inner = composeErrorHandler(o.errorHandler, composeUnaryMiddlewares(unary, handlerEndpoint));
    this.endpoint = this.direct ? callHandler : composeMiddlewares(universal, composeAcl(o.aclRules!, inner));
    const streams = [...o.streamMiddlewares!, ...buildMiddlewares(o.streamMiddlewareBuilders!, init, 'server.streamMiddlewareBuilders')];
    const stream = composeErrorHandler(o.errorHandler, composeStreamMiddlewares(streams, streamHandlerEndpoint));
    this.streamEndpoint = composeMiddlewares(universal, composeAcl(o.aclRules!, stream));
    this.recv = composeRecv(o.recvMiddlewares!);
    this.send = composeSend(o.sendMiddlewares!);
    this.streamListeners = streamListeners(this.tracers, o.streamEventHandlers!);
  }

  private makeLimits(gauge: QueueGauge): ServerLimits | undefined {
    const { limit, overload, limitReporter, connectionLimiter, qpsLimiter, concurrencyLimiter } = this.o;
    const own = { connectionLimiter, qpsLimiter, concurrencyLimiter };
    if (limit === undefined && (overload === undefined || overload === false) && Object.values(own).every((l) => l === undefined)) return undefined;
    return new ServerLimits(limit ?? {}, own, overload, limitReporter, this.clock, gauge);
  }

  /** The codec of a service: the user's own, else that of what its IDL is. */
  codecOf(entry: ServiceEntry): PayloadCodec {
    return this.o.payloadCodec === undefined && entry.definition.payload === 'protobuf' ? generatedMessageCodec : this.payloadCodec;
  }

  /** The list that a traced call fills, if somebody listens. */
  get tracing(): boolean {
    return serverStageChannel.hasSubscribers;
  }

  warn(message: string, e: unknown): void {
    this.logger.warn(`KITEX: ${message}: ${textOf(e)}`);
  }

  warnOnce(key: string, message: string): void {
    if (this.warned.has(key)) return;
    this.warned.add(key);
    this.logger.warn(`KITEX: ${message}`);
  }

  panicked(call: ServerCall, e: unknown): void {
    if (panicChannel.hasSubscribers) panicChannel.publish({ side: 'server', rpcInfo: call.info(), error: e } satisfies PanicMessage);
    this.logger.error(`KITEX: panic happened in biz handler, method=${call.entry.definition.name}.${call.method.name}`, { error: e });
  }
}
