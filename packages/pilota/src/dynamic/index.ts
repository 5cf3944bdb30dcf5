// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Plain values
export { ValueCodec } from './value/codec.js';
export type { ResolvedValueOptions, ValueOptions } from './value/options.js';

// Bytes, read and edited by path
export { ThriftNode } from './node/node.js';

// Errors
export { DynamicError, pathText } from './errors.js';
export type { DynamicCode, PathStep } from './errors.js';

// JSON and Thrift, from bytes to bytes
export { JsonTranscoder } from './json/transcoder.js';
export type { JsonOptions, ResolvedJsonOptions } from './json/options.js';

// HTTP and Thrift, by annotations
export { HttpTranscoder } from './http/transcoder.js';
export type { HttpReply } from './http/transcoder.js';
export { createHttpRequest, withParams } from './http/request.js';
export type { HttpRequestInit, HttpRequestView } from './http/request.js';
export { HttpRoutes } from './http/routes.js';
export type { HttpMatch } from './http/routes.js';
export type { HttpOptions, ResolvedHttpOptions } from './http/options.js';

// Protobuf
export { ProtoNode } from './proto/node/node.js';
export { ProtoValueCodec } from './proto/value/codec.js';
export type { ProtoValueOptions, ResolvedProtoValueOptions } from './proto/value/options.js';
