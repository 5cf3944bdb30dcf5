// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '@cloudwego/gopkg/clock';
import type { Awaitable } from '@cloudwego/gopkg/async';
import type { Address, Network } from '@cloudwego/gopkg/io';
import type { Logger } from '@cloudwego/gopkg/logger';
import { defaultLogger } from '@cloudwego/gopkg/logger';
import { createDispatch, fixedResolver, weightedRoundRobin } from '@cloudwego/governance';
import type { Dispatch, Resolver } from '@cloudwego/governance';
import type { ServiceDefinition } from '@cloudwego/pilota/codegen/v1';
import { IntKey, prepareInfo, StrKey } from '@cloudwego/protocol';
import type { PreparedInfo, RpcEngineOptions, Wire } from '@cloudwego/protocol';
import { createLongPool, createShortPool, defaultNetwork } from '@cloudwego/transport';
import type { ConnPool } from '@cloudwego/transport';
import { generatedPayloadCodec } from '../codec/generated-payload-codec.js';
import { textOf } from '../errors.js';
import { metainfoClientHandler } from '../meta/metainfo-handler.js';
import { buildMiddlewares } from '../middlewares.js';
import type { MetaHandler, PayloadCodec, RpcEndpoint, Tracer } from '../types.js';
import { ClientConn } from './conn.js';
import type { ClientContext } from './context.js';
import { defaultHttpResolver } from './http-resolver.js';
import type { HttpResolver, ResolvedClientOptions } from './options.js';
import { composeAcl } from './stages/acl.js';
import { attempt, dispatchEndpoint, dispatchPlan } from './stages/dispatch.js';
import { composeInstanceMiddlewares } from './stages/instance-middlewares.js';
import { composeMiddlewares } from './stages/middlewares.js';

/** What all calls of a client share: options, pool, dispatch, the composed endpoint. Made once. */
export class ClientCore {
  readonly o: ResolvedClientOptions['o'];
  readonly service: ServiceDefinition<unknown, unknown>;
  readonly payload: 'thrift' | 'protobuf';
  readonly wire: Wire;
  readonly network: Network;
  readonly clock: Clock;
  readonly pool: ConnPool<ClientConn>;
  readonly dispatch: Dispatch<unknown, unknown, ClientContext> | undefined;
  readonly endpoint: RpcEndpoint;
  readonly attemptEndpoint: RpcEndpoint;
  readonly engineOptions: RpcEngineOptions;
  readonly payloadCodec: PayloadCodec;
  readonly tracers: readonly Tracer[];
  readonly statsLevel: 'disabled' | 'base' | 'detailed';
  readonly detailedStats: boolean;
  readonly ttheaderMeta: boolean;
  readonly metaWriters: readonly MetaHandler[];
  readonly metaReaders: readonly MetaHandler[];
  readonly userMeta: boolean;
  /** What the heads of all requests of a method share, encoded once; undefined where the wire has no header. */
  readonly heads: readonly (PreparedInfo | undefined)[];
  readonly httpResolver: HttpResolver;
  readonly logger: Logger;
  private readonly ownResolver: Resolver | undefined;
  readonly explicitRpcTimeout: boolean;
  readonly explicitConnectTimeout: boolean;
  closed = false;

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
    const header = this.wire === 'ttheader' || this.wire === 'ttheader-framed';
    this.ttheaderMeta = header && o.defaultMetaHandlers === true;
    this.engineOptions = {
      wire: this.wire,
      payload: this.payload,
      maxMessageBytes: o.maxMessageBytes!,
      maxHeaderBytes: o.maxHeaderBytes!,
      pipelineDepth: o.pipelineDepth!,
      crc32c: o.crc32c!,
      ...(o.payloadValidator === undefined ? {} : { validator: o.payloadValidator }),
    };
    this.payloadCodec = o.payloadCodec ?? generatedPayloadCodec;
    this.tracers = o.tracers!;
    this.statsLevel = o.statsLevel ?? (this.tracers.length > 0 ? 'detailed' : 'disabled');
    this.detailedStats = this.statsLevel === 'detailed';
    const user = header ? o.metaHandlers! : [];
    this.userMeta = user.some((h) => h.writeMeta !== undefined);
    this.metaWriters = [...(this.ttheaderMeta ? [metainfoClientHandler] : []), ...user].filter((h) => h.writeMeta !== undefined);
    this.metaReaders = user.filter((h) => h.readMeta !== undefined);
    this.heads = service.methods.map((m) => (this.ttheaderMeta ? this.methodHead(m.name, m.kind === 'oneway' ? 4 : 1) : undefined));
    this.httpResolver = o.httpResolver ?? defaultHttpResolver;
    this.pool = this.makePool();
    this.ownResolver = o.resolver === undefined && o.hostPorts !== undefined ? fixedResolver(o.hostPorts) : undefined;
    const resolver = o.resolver ?? this.ownResolver;
    this.dispatch =
      resolver === undefined
        ? undefined
        : createDispatch<unknown, unknown, ClientContext>({
            resolver,
            loadBalancer: o.loadBalancer ?? weightedRoundRobin(),
            plan: dispatchPlan,
            maxPicks: o.maxPicks!,
            clock: this.clock,
            onRemoved: (address: Address) => {
              this.pool.clean(address);
            },
          });
    this.attemptEndpoint = composeInstanceMiddlewares(o.instanceMiddlewares!, attempt);
    const universal = [...o.middlewares!, ...buildMiddlewares(o.middlewareBuilders!, { side: 'client', serviceName: o.destService! })];
    this.endpoint = composeMiddlewares(o.unaryMiddlewares!, universal, composeAcl(o.aclRules!, dispatchEndpoint));
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
    return prepareInfo(ints, new Map([[StrKey.IDLServiceName, this.service.name]]));
  }

  private makePool(): ConnPool<ClientConn> {
    const o = this.o;
    const given = o.pool!;
    if (typeof given === 'object' && 'get' in given) return given;
    const dial = async (address: Address, d: { connectTimeoutMs: number; signal: AbortSignal | undefined }): Promise<ClientConn> => {
      const options = { connectTimeoutMs: d.connectTimeoutMs, signal: d.signal, tls: o.tls };
      const connection = await (o.dialer ?? this.network).dial(address, options);
      return new ClientConn(this, address, connection);
    };
    if (given === 'short') return createShortPool<ClientConn>({ dial });
    const limits: Record<string, unknown> = given === 'long' ? {} : { ...given };
    delete limits['kind'];
    return createLongPool<ClientConn>({ ...limits, dial, clock: this.clock });
  }

  /** A oneway request leaves with the turn; then its connection closes in its own time. */
  closeAfterOneway(conn: ClientConn): void {
    conn.closing = true;
    this.pool.discard(conn);
  }

  warn(message: string, e: unknown): void {
    this.logger.warn(`KITEX: ${message}: ${textOf(e)}`);
  }

  /** Runs close callbacks in order, closes the pool. Errors are collected into one. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    const errors: unknown[] = [];
    const step = async (f: () => Awaitable<unknown>): Promise<void> => {
      try {
        await f();
      } catch (e) {
        errors.push(e);
      }
    };
    await step(() => this.pool.close());
    await step(() => this.dispatch?.close());
    const own = this.ownResolver;
    if (own !== undefined) await step(() => own[Symbol.asyncDispose]());
    for (const f of this.o.closeCallbacks!) await step(f);
    if (errors.length > 0) throw new AggregateError(errors, errors.map(textOf).join(' | '));
  }
}
