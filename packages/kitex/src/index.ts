// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export type {} from './codegen.js';

// Clients and servers
export { createClient } from './client/client.js';
export type { ClientControl } from './client/client.js';
export type { ClientBasicInfo, ClientOptions, Dialer, ForwardProxy, HttpResolver, PoolFactory, PoolOption, TimeoutProvider, XdsSuite } from './client/options.js';
export { warmUp } from './client/warm-up.js';
export type { WarmUpOptions, WarmUpReport } from './client/warm-up.js';
export type { DiscoveryTiming } from './client/options.js';
export type { Fallback, FallbackOutcome } from './client/stages/fallback.js';
export { isLocalRetryRequest, isRemoteRetryRequest } from './client/stages/retry.js';
export { withContextMiddlewares } from './client/stages/middlewares.js';
export { createServer } from './server/server.js';
export type { Server, ServerDump, ServerState } from './server/server.js';
export type { LimitOptions, LimitReporter, LimitUpdater, RequestLimits, ServerOverloadOptions } from './server/limits.js';
export type { OwnListener, RegistryInfo, ServerOptions } from './server/options.js';
export type { Suite } from './suites.js';
export { clientConfigSuite, serverConfigSuite } from './config-suite.js';

// Streams
export { Metadata } from './stream/metadata.js';
export type { MetadataInput, MetadataValue } from './stream/metadata.js';
export { writable } from './stream/writable.js';
export type { WritableStream } from './stream/writable.js';
export type {
  ReadOptions,
  ResponseStream,
  StreamEvent,
  StreamEventHandler,
  StreamMiddleware,
  StreamOutcome,
  StreamRecvEndpoint,
  StreamRecvMiddleware,
  StreamSendEndpoint,
  StreamSendMiddleware,
} from './stream/types.js';

// gRPC
export { gzip } from './grpc-options.js';
export type { GrpcClientOptions, GrpcCommonOptions, GrpcServerOptions } from './grpc-options.js';
export type { GrpcCompressor } from '@cloudwego/protocol';

// What a call knows of itself
export { freezeRPCInfo } from './rpcinfo/freeze.js';
export {
  getCallee,
  getCaller,
  getCallerAddr,
  getCallerHandlerMethod,
  getCallerIP,
  getCallOptions,
  getEndpoint,
  getIDLServiceName,
  getMethod,
  getRPCInfo,
  getTransportProtocol,
} from './rpcinfo/getters.js';

// What is measured, and seen from outside
export { defineStatsEvent, eventCostMs } from './rpcinfo/events.js';
export type { EventRecord, EventStatus, PredefinedEvent, StatsEvent, StatsLevel, UserEvent } from './rpcinfo/events.js';
export type { CallMessage, OverloadMessage, PanicMessage, ServerStateMessage } from './tracing.js';
export { generateLogId, getLogId, logIdFields, withLogId } from './log-id.js';

// Interfaces to implement
export type {
  AclRule,
  AppliedOption,
  CallOptions,
  ClientRetryPolicy,
  EndpointInfo,
  ErrorHandler,
  InitContext,
  Invocation,
  MetaHandler,
  MiddlewareBuilder,
  OutgoingMeta,
  PayloadCodec,
  PayloadKind,
  RemoteInfo,
  RPCInfo,
  RpcConfig,
  RpcContext,
  RpcEndpoint,
  RpcMiddleware,
  RpcStats,
  ServerMetaInfo,
  Tracer,
} from './types.js';
export { generatedMessageCodec, generatedPayloadCodec } from './codec/generated-payload-codec.js';
export { clientErrorHandlerWithAddr, defaultClientErrorHandler } from './client/stages/error-handler.js';

// Errors
export {
  AclError,
  BizError,
  BizStatusError,
  ClosedError,
  DiscoveryError,
  fromBizStatusError,
  GetConnectionError,
  GrpcStatusError,
  InstanceCircuitBreakError,
  InternalError,
  isKitexError,
  isTimeoutError,
  KitexError,
  LoadBalanceError,
  NoMoreInstanceError,
  OverlimitError,
  PanicError,
  PayloadValidationError,
  CanceledByBusinessError,
  RemoteOrNetworkError,
  RetryError,
  RpcTimeoutError,
  ServiceCircuitBreakError,
  StreamClosedError,
  TTStreamError,
  TimeoutByBusinessError,
  TransError,
  TransErrorType,
} from './errors.js';
export type { KitexErrorKind } from './errors.js';
export { GrpcStatus } from '@cloudwego/protocol';

// The runner's stages
export { clientStages, clientStreamStages } from './client/stages.js';
export { serverStages, serverStreamStages } from './server/stages.js';
export type { Stage } from './stages.js';

// One port for several apps
export { createPort } from '@cloudwego/transport';
export type { Port, PortApp, PortOptions } from '@cloudwego/transport';
