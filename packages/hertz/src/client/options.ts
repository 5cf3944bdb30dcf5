// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { AnyMiddleware, Middleware } from '@cloudwego/gopkg/endpoint';
import type { Network, TlsOptions } from '@cloudwego/gopkg/io';
import type { OptionTable } from '@cloudwego/gopkg/options';
import { any, bool, func, instance, int, list, optionTable, text } from '@cloudwego/gopkg/options';
import type { LoadBalancer, Resolver } from '@cloudwego/governance';
import type { ProxySelector } from './proxy-env.js';
import type { ClientRequest } from './request.js';
import type { ClientResponse } from './response.js';
import type { RetryOptions } from './retry.js';

/** A middleware of a client; the first of a list is the outermost. */
export type ClientMiddleware = Middleware<ClientRequest, ClientResponse>;

/** Keeps cookies between requests: a `CookieJar` of tough-cookie fits as it is. */
export interface CookieStore {
  getCookieStringSync(url: string): string;
  setCookieSync(cookie: string, url: string, o?: { readonly ignoreError?: boolean }): unknown;
}

/** Options of {@link Client}. Source of the defaults: cloudwego/hertz pkg/app/client/option.go. */
export interface ClientOptions {
  /** For connecting, TLS and a proxy's tunnel together. Unit ms, 0 = none. @defaultValue 1000 */
  readonly dialTimeoutMs?: number | undefined;
  /** Between a request and its answer, and between the pieces of that. Unit ms, 0 = none. @defaultValue 0 */
  readonly readTimeoutMs?: number | undefined;
  /** Between the pieces of a request that the server takes. Unit ms, 0 = none. @defaultValue 0 */
  readonly writeTimeoutMs?: number | undefined;
  /** For everything, the body of the answer included. Unit ms, 0 = none. @defaultValue 0 */
  readonly requestTimeoutMs?: number | undefined;
  /** Connections to one origin at a time, 0 = any number. @defaultValue 0 */
  readonly maxConnsPerHost?: number | undefined;
  /** How long a request waits for one of them. Unit ms, 0 = it fails at once. @defaultValue 0 */
  readonly maxConnWaitTimeoutMs?: number | undefined;
  /** How long a connection stays open without work. Unit ms. @defaultValue 10000 */
  readonly maxIdleConnDurationMs?: number | undefined;
  /** How old a connection may become. Unit ms, 0 = any. @defaultValue 0 */
  readonly maxConnDurationMs?: number | undefined;
  /** Connections are used again. @defaultValue true */
  readonly keepAlive?: boolean | undefined;
  /** Of a body that is read whole. Unit bytes. @defaultValue 67108864 */
  readonly maxResponseBodyBytes?: number | undefined;
  /** Of an answer's head. Unit bytes. @defaultValue 262144 */
  readonly maxHeaderBytes?: number | undefined;
  /** The field User-Agent; '' = none. @defaultValue 'hertz' */
  readonly name?: string | undefined;
  /** For https. */
  readonly tls?: TlsOptions | undefined;
  /** @defaultValue that of `@cloudwego/netpoll` */
  readonly network?: Network | undefined;
  /** The proxy of all requests, or who chooses it: `proxyFromEnvironment()`. User and password in its URL are sent. @defaultValue none */
  readonly proxy?: string | ProxySelector | undefined;
  readonly retry?: RetryOptions | undefined;
  readonly cookies?: CookieStore | undefined;
  readonly middlewares?: readonly (ClientMiddleware | AnyMiddleware)[] | undefined;
  /** Finds instances for requests with `sd: true`. */
  readonly resolver?: Resolver | undefined;
  /** @defaultValue weighted round robin */
  readonly loadBalancer?: LoadBalancer | undefined;
  /** The field that tells the server how many ms it has left; '' = none. @defaultValue 'X-Request-Budget-Ms' */
  readonly budgetHeader?: string | undefined;
}

export type ResolvedClientOptions = { readonly [K in keyof ClientOptions]-?: ClientOptions[K] };

export const clientTable: OptionTable<ClientOptions> = optionTable<ClientOptions>({
  dialTimeoutMs: int({ unit: 'ms', min: 0, default: 1000 }),
  readTimeoutMs: int({ unit: 'ms', min: 0, default: 0 }),
  writeTimeoutMs: int({ unit: 'ms', min: 0, default: 0 }),
  requestTimeoutMs: int({ unit: 'ms', min: 0, default: 0 }),
  maxConnsPerHost: int({ min: 0, default: 0 }),
  maxConnWaitTimeoutMs: int({ unit: 'ms', min: 0, default: 0 }),
  maxIdleConnDurationMs: int({ unit: 'ms', min: 1, default: 10_000 }),
  maxConnDurationMs: int({ unit: 'ms', min: 0, default: 0 }),
  keepAlive: bool({ default: true }),
  maxResponseBodyBytes: int({ unit: 'bytes', min: 0, default: 64 * 1024 * 1024 }),
  maxHeaderBytes: int({ unit: 'bytes', min: 64, max: 1 << 28, default: 256 * 1024 }),
  name: text({ default: 'hertz', empty: true }),
  tls: any<TlsOptions>({ what: 'an object of TLS options', test: (v) => typeof v === 'object' && v !== null }),
  network: instance<Network>('a Network', ['listen', 'dial']),
  proxy: any<string | ProxySelector>({ what: 'a URL or a function', test: (v) => typeof v === 'function' || (typeof v === 'string' && URL.canParse(v)) }),
  retry: any<RetryOptions>({ what: 'an object of options', test: (v) => typeof v === 'object' && v !== null }),
  cookies: instance<CookieStore>('a CookieStore', ['getCookieStringSync', 'setCookieSync']),
  middlewares: list(func<ClientMiddleware | AnyMiddleware>(), { default: [] }),
  resolver: instance<Resolver>('a Resolver', ['key', 'resolve']),
  loadBalancer: instance<LoadBalancer>('a LoadBalancer', ['picker']),
  budgetHeader: text({ default: 'X-Request-Budget-Ms', empty: true, pattern: /^[!#$%&'*+.^_`|~0-9A-Za-z-]*$/ }),
});
