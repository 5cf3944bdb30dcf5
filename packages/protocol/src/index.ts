// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export type {
  EngineFactory,
  EngineLink,
  HttpHead,
  HttpHeadInit,
  HttpTail,
  NameTable,
  ProtocolEngine,
  RpcHead,
  RpcHeadInit,
  RpcTail,
  Sniffer,
  StreamEngine,
  StreamEvents,
  Wire,
} from './engine.js';

// Ping-pong RPC: Buffered, Framed, TTHeader, Kitex-Protobuf
export { createRpcEngine, RpcEngine } from './rpc/engine.js';
export type { PayloadValidator, RpcEngineOptions, RpcEngineState } from './rpc/limits.js';
export { prepareInfo } from './rpc/encoder.js';
export type { PreparedInfo } from './rpc/encoder.js';
export { ByteNameTable, createRouteTable, RouteTable } from './rpc/routes.js';
export type { Route, RouteService } from './rpc/routes.js';
export { rpcSniffers } from './rpc/recognise.js';
export { HeaderFlags, InfoID, IntKey, MessageType, StrKey } from './rpc/keys.js';
export { crc32c } from './rpc/crc32c.js';
export {
  PeerClosedError,
  RpcFrameError,
  RpcFrameTooLargeError,
  RpcHeaderTooLargeError,
  RpcPayloadCorruptError,
  RpcStateError,
} from './rpc/errors.js';

// HTTP/2
export { createH2Engine, H2Engine } from './h2/engine.js';
export { H2Error } from './h2/errors.js';
export type { H2Code } from './h2/errors.js';
export type { H2Options } from './h2/limits.js';
export { h2Sniffer } from './h2/recognise.js';
export { ErrorCode as H2ErrorCode } from './h2/frame.js';

// HTTP/1
export { createHttp1Engine, Http1Engine } from './http1/engine.js';
export { Http1Error } from './http1/errors.js';
export type { Http1Code } from './http1/errors.js';
export type { Http1Options, Http1State } from './http1/limits.js';
export { http1Sniffer } from './http1/recognise.js';
export { REASONS } from './http1/reasons.js';
export { isToken } from './token.js';

// Cookies
export { readCookies } from './cookie/decoder.js';
export { writeCookie } from './cookie/encoder.js';
export type { CookieOptions } from './cookie/encoder.js';
export { CookieError } from './cookie/errors.js';

// WebSocket
export { WsEngine } from './ws/engine.js';
export type { WsEvents, WsSendOptions } from './ws/engine.js';
export { WsPrepared } from './ws/encoder.js';
export { CloseCode, WsError } from './ws/errors.js';
export type { WsCode } from './ws/errors.js';
export { acceptWebSocket, requestWebSocket } from './ws/handshake.js';
export type { WsAccepted, WsAcceptOptions, WsHead, WsRefusal, WsRequest, WsRequestOptions } from './ws/handshake.js';
export type { WsDeflateOptions } from './ws/extension.js';
export type { DeflateParameters } from './ws/deflate.js';
export type { WsOptions } from './ws/limits.js';

// Multipart
export { MultipartDecoder } from './multipart/decoder.js';
export type { PartEvents, PartHead } from './multipart/decoder.js';
export { createBoundary, writeMultipartEnd, writePartHead } from './multipart/encoder.js';
export type { PartInit } from './multipart/encoder.js';
export { MultipartError } from './multipart/errors.js';
export type { MultipartCode } from './multipart/errors.js';
export type { MultipartOptions } from './multipart/limits.js';
export { boundaryOf } from './multipart/parameters.js';

// Server-sent events
export { SseDecoder } from './sse/decoder.js';
export type { SseEvent } from './sse/decoder.js';
export { writeSseComment, writeSseEvent } from './sse/encoder.js';
export type { SseEventInit } from './sse/encoder.js';
export { SseError } from './sse/errors.js';
export type { SseCode } from './sse/errors.js';
export type { SseOptions } from './sse/limits.js';

// gRPC
export { createGrpcEngine, GrpcEngine, GrpcStreams } from './grpc/engine.js';
export type { H2Streams } from './grpc/engine.js';
export { GrpcError } from './grpc/errors.js';
export type { GrpcErrorCode } from './grpc/errors.js';
export type { GrpcCompressor, GrpcOptions } from './grpc/limits.js';
export { GrpcStatus, statusOfHttp, statusOfReset } from './grpc/status.js';

// TTHeader streaming
export { createTTStreamEngine, TTStreamEngine } from './ttstream/engine.js';
export { TTStreamCode } from './ttstream/errors.js';
export type { TTStreamOptions } from './ttstream/limits.js';
export { ttstreamSniffer } from './ttstream/recognise.js';
