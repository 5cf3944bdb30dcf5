// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export { Client } from './client.js';
export type { ClientMiddleware, ClientOptions, CookieStore } from './options.js';
export type { RetryOptions } from './retry.js';
export { ClientRequest } from './request.js';
export type { HeadersInput, RequestInput } from './request.js';
export type { BodyInput } from './body.js';
export { ClientResponse } from './response.js';
export { proxyFromEnvironment } from './proxy-env.js';
export type { ProxySelector } from './proxy-env.js';
export { EventSource } from './sse.js';
export type { SseClientOptions } from './sse.js';
export { discoveryInterceptor } from './undici.js';
export type { DiscoveryInterceptorOptions } from './undici.js';
export { HttpClientError } from './errors.js';
export type { ClientErrorCode } from './errors.js';
