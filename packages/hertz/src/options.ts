// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Awaitable } from '@cloudwego/gopkg/async';
import type { AddressLike, Network, TlsOptions } from '@cloudwego/gopkg/io';
import type { Logger } from '@cloudwego/gopkg/logger';
import type { OptionTable } from '@cloudwego/gopkg/options';
import { any, bool, func, instance, int, list, oneOf, optionTable, text } from '@cloudwego/gopkg/options';
import type { BindingOptions } from './binding/binder.js';
import type { RequestContext } from './context.js';
import type { HtmlTemplates } from './render/renderer.js';

/** Options of {@link Hertz}. Source of the defaults: cloudwego/hertz pkg/common/config/option.go. */
export interface HertzOptions {
  /** Where to listen: `':8080'`, `'unix:/tmp/x.sock'`. @defaultValue ':8888' */
  readonly hostPorts?: AddressLike | undefined;
  /** What carries HTTP: our own engine on `@cloudwego/netpoll`, or node:http; 'auto' is the first. @defaultValue 'auto' */
  readonly carrier?: 'auto' | 'netpoll' | 'node' | undefined;
  /** Of the netpoll carrier. @defaultValue the network of `@cloudwego/netpoll` */
  readonly network?: Network | undefined;
  readonly tls?: TlsOptions | undefined;
  /** Before every route. @defaultValue '/' */
  readonly basePath?: string | undefined;
  /** Of a body that is read whole; more is answered 413. Unit bytes. @defaultValue 4194304 */
  readonly maxRequestBodyBytes?: number | undefined;
  /** Of a request's head; more is answered 431. Unit bytes. @defaultValue 1048576 */
  readonly maxHeaderBytes?: number | undefined;
  /** Silence between requests before a connection is closed. Unit ms, 0 = any. @defaultValue 180000 */
  readonly idleTimeoutMs?: number | undefined;
  /** From the first byte of a request to its last; then it is answered 408. Unit ms, 0 = any. @defaultValue 180000 */
  readonly readTimeoutMs?: number | undefined;
  /** How long `stop()` waits for requests in work. Unit ms. @defaultValue 5000 */
  readonly exitWaitTimeMs?: number | undefined;
  /** Connections are used again. @defaultValue true */
  readonly keepAlive?: boolean | undefined;
  /** A path that leads somewhere with its trailing slash toggled is redirected there. @defaultValue true */
  readonly redirectTrailingSlash?: boolean | undefined;
  /** A path that leads somewhere when it is cleaned and its case does not count is redirected there. @defaultValue false */
  readonly redirectFixedPath?: boolean | undefined;
  /** 405 instead of 404 for a path that another method has. @defaultValue false */
  readonly handleMethodNotAllowed?: boolean | undefined;
  /** HEAD is answered by the route of GET where it has none of its own. @defaultValue false */
  readonly autoHead?: boolean | undefined;
  /** OPTIONS without a route of its own is answered 204 with `Allow`, behind the engine's middlewares. @defaultValue false */
  readonly autoOptions?: boolean | undefined;
  /** Routes on the path as it was sent. @defaultValue false */
  readonly useRawPath?: boolean | undefined;
  /** With `useRawPath`: params are decoded, + as a blank. @defaultValue true */
  readonly unescapePathValues?: boolean | undefined;
  /** Cleans `//`, `.` and `..` before routing, where `useRawPath` did not. @defaultValue false */
  readonly removeExtraSlash?: boolean | undefined;
  /** Addresses and networks of proxies that are believed what they say of their client. @defaultValue [] */
  readonly trustedProxies?: readonly string[] | undefined;
  /** Where trusted proxies say it, the first that is there wins. @defaultValue ['X-Forwarded-For', 'X-Real-IP'] */
  readonly remoteIPHeaders?: readonly string[] | undefined;
  /** What `c.view` renders with: an environment of nunjucks, an instance of eta, anything with `render(name, data)`. */
  readonly templates?: HtmlTemplates | undefined;
  /** How `c.bind` binds types of an IDL. */
  readonly binding?: BindingOptions | undefined;
  /** The field Server; '' = none. @defaultValue 'hertz' */
  readonly serverName?: string | undefined;
  /** Leaves out the field Date. @defaultValue false */
  readonly disableDefaultDate?: boolean | undefined;
  /** Names of response fields stay as handlers write them. @defaultValue false */
  readonly disableHeaderNamesNormalizing?: boolean | undefined;
  /** Whether the body of a request with `Expect: 100-continue` is wanted; no is answered 417. @defaultValue yes */
  readonly continueHandler?: ((c: RequestContext) => boolean) | undefined;
  /** Answers what a handler threw. @defaultValue logged, and answered 500 */
  readonly panicHandler?: ((c: RequestContext, e: unknown) => Awaitable<void>) | undefined;
  /** What `spin()` waits for. @defaultValue ['SIGINT', 'SIGTERM', 'SIGHUP'] */
  readonly exitSignals?: readonly NodeJS.Signals[] | undefined;
  readonly logger?: Logger | undefined;
}

export type ResolvedOptions = { readonly [K in keyof HertzOptions]-?: HertzOptions[K] };

const table: OptionTable<HertzOptions> = optionTable<HertzOptions>({
  hostPorts: any<AddressLike>({ what: 'an address', default: ':8888' }),
  carrier: oneOf(['auto', 'netpoll', 'node'], { default: 'auto' }),
  network: instance<Network>('a Network', ['listen', 'dial']),
  tls: any<TlsOptions>({ what: 'an object of TLS options', test: (v) => typeof v === 'object' && v !== null }),
  basePath: text({ default: '/' }),
  maxRequestBodyBytes: int({ unit: 'bytes', min: 0, default: 4 * 1024 * 1024 }),
  maxHeaderBytes: int({ unit: 'bytes', min: 64, max: 1 << 28, default: 1024 * 1024 }),
  idleTimeoutMs: int({ unit: 'ms', min: 0, default: 180_000 }),
  readTimeoutMs: int({ unit: 'ms', min: 0, default: 180_000 }),
  exitWaitTimeMs: int({ unit: 'ms', min: 0, default: 5000 }),
  keepAlive: bool({ default: true }),
  redirectTrailingSlash: bool({ default: true }),
  redirectFixedPath: bool({ default: false }),
  handleMethodNotAllowed: bool({ default: false }),
  autoHead: bool({ default: false }),
  autoOptions: bool({ default: false }),
  useRawPath: bool({ default: false }),
  unescapePathValues: bool({ default: true }),
  removeExtraSlash: bool({ default: false }),
  trustedProxies: list(text(), { default: [] }),
  remoteIPHeaders: list(text(), { default: ['X-Forwarded-For', 'X-Real-IP'] }),
  templates: instance<HtmlTemplates>('templates', ['render']),
  binding: any<BindingOptions>({ what: 'an object of options', test: (v) => typeof v === 'object' && v !== null }),
  serverName: text({ default: 'hertz', empty: true }),
  disableDefaultDate: bool({ default: false }),
  disableHeaderNamesNormalizing: bool({ default: false }),
  continueHandler: func<NonNullable<HertzOptions['continueHandler']>>(),
  panicHandler: func<NonNullable<HertzOptions['panicHandler']>>(),
  exitSignals: list<NodeJS.Signals>(text({}) as never, { default: ['SIGINT', 'SIGTERM', 'SIGHUP'] }),
  logger: any<Logger>({ what: 'a Logger' }),
});

export function resolveOptions(o: HertzOptions): ResolvedOptions {
  return table.resolve(o, 'hertz') as ResolvedOptions;
}
