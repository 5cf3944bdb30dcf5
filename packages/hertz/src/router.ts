// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { RequestContext } from './context.js';
import type { Handler } from './handler.js';
import { isStreaming } from './handler.js';
import type { ResolvedOptions } from './options.js';
import { cleanPath, decodePercent } from './route/clean-path.js';
import { HostTable } from './route/hosts.js';
import { RouteTree, toggleSlash } from './route/tree.js';

/** What a route runs. */
export interface Route {
  readonly handlers: readonly Handler[];
  readonly streams: boolean;
}

/** One line of `routes()`. */
export interface RouteInfo {
  readonly method: string;
  readonly path: string;
  /** The pattern of its host; undefined = any. */
  readonly host: string | undefined;
  /** Of the last handler. */
  readonly handlerName: string;
}

/** Trees by method. */
type Trees = Map<string, RouteTree<Route>>;

/** Decides what a request runs. Source: cloudwego/hertz pkg/route/engine.go ServeHTTP. */
export class Router {
  private readonly o: ResolvedOptions;
  private readonly trees: Trees = new Map();
  private hosts: HostTable<Trees> | undefined = undefined;
  private readonly infos: RouteInfo[] = [];
  /** Chains for what has no route, with the engine's middlewares before them. */
  noRoute: Route = NOTHING;
  noMethod: Route = NOTHING;
  badRequest: Route = NOTHING;

  constructor(o: ResolvedOptions) {
    this.o = o;
  }

  add(method: string, path: string, handlers: readonly Handler[], host: string | undefined): void {
    const trees = host === undefined ? this.trees : (this.hosts ??= new HostTable<Trees>(() => new Map())).at(host);
    let tree = trees.get(method);
    if (tree === undefined) trees.set(method, (tree = new RouteTree()));
    tree.add(path, { handlers, streams: isStreaming(handlers) });
    this.infos.push({ method, path, host, handlerName: handlers.at(-1)!.name });
  }

  routes(): readonly RouteInfo[] {
    return this.infos;
  }

  /** Prepares the context and gives the route; undefined = it was redirected. */
  route(c: RequestContext): Route | undefined {
    const { o } = this;
    const version = (c.exchange as { readonly version?: string }).version;
    if (version === '1.1' && c.method !== 'CONNECT' && c.exchange.header('host') === undefined && !/^[a-z][a-z0-9+.-]*:\/\//i.test(c.exchange.target)) {
      return this.fallback(c, this.badRequest, 400, 'missing required Host header');
    }
    let path = o.useRawPath ? c.rawPath : c.path;
    if (o.removeExtraSlash) path = cleanPath(path);
    if (!path.startsWith('/')) return this.fallback(c, this.badRequest, 400, 'Bad Request');
    const hosts = this.hosts?.matches(c.host);
    if (hosts !== undefined) {
      for (const h of hosts) {
        const route = this.find(c, h.value, c.method, path, h);
        if (route !== undefined) return route;
      }
    }
    const route = this.find(c, this.trees, c.method, path, undefined);
    if (route !== undefined) return route;
    const tables: readonly Trees[] = hosts === undefined ? [this.trees] : [...hosts.map((h) => h.value), this.trees];
    return this.withoutRoute(c, path, tables);
  }

  private find(c: RequestContext, trees: Trees, method: string, path: string, host: HostParams | undefined): Route | undefined {
    const tree = trees.get(method);
    const leaf = tree?.find(path);
    if (leaf === undefined) return method === 'HEAD' && this.o.autoHead === true ? this.find(c, trees, 'GET', path, host) : undefined;
    let values: readonly string[] = [];
    if (leaf.names.length > 0) {
      values = tree!.values.slice(0, leaf.names.length);
      if (this.o.useRawPath && this.o.unescapePathValues) values = values.map((v) => decodePercent(v, true));
    }
    if (host === undefined || host.names.length === 0) c.begin(leaf.value.handlers, leaf.pattern, leaf.names, values);
    else c.begin(leaf.value.handlers, leaf.pattern, [...host.names, ...leaf.names], [...host.values, ...values]);
    return leaf.value;
  }

  /** Redirects, 405, and 404. */
  private withoutRoute(c: RequestContext, path: string, tables: readonly Trees[]): Route | undefined {
    const { o } = this;
    if (c.method !== 'CONNECT' && path !== '/') {
      const trees = tables.map((t) => t.get(c.method) ?? (c.method === 'HEAD' && o.autoHead === true ? t.get('GET') : undefined));
      if (o.redirectTrailingSlash && trees.some((t) => t?.hasToggled(path) === true)) {
        this.redirectSlash(c, path);
        return undefined;
      }
      if (o.redirectFixedPath) {
        const clean = cleanPath(path);
        const fixed = trees.map((t) => t?.findFolded(clean, o.redirectTrailingSlash!)).find((p) => p !== undefined);
        if (fixed !== undefined) {
          c.redirect(c.method === 'GET' ? 301 : 307, encodeURI(fixed));
          return undefined;
        }
      }
    }
    const answersOptions = o.autoOptions === true && c.method === 'OPTIONS';
    if (o.handleMethodNotAllowed || answersOptions) {
      const others = this.methodsOf(path, tables, c.method);
      if (others.length > 0) {
        // Differs: Hertz sends no Allow, which RFC 9110 section 15.5.6 wants.
        c.setHeader('Allow', others.join(', '));
        return answersOptions ? this.fallback(c, this.badRequest, 204, '') : this.fallback(c, this.noMethod, 405, 'Method Not Allowed');
      }
    }
    return this.fallback(c, this.noRoute, 404, 'Not Found');
  }

  /** Methods that a path has, the one that was asked for left out. */
  private methodsOf(path: string, tables: readonly Trees[], asked: string): readonly string[] {
    const methods = new Set<string>();
    for (const t of tables) for (const [method, tree] of t) if (method !== asked && tree.find(path) !== undefined) methods.add(method);
    if (methods.size > 0 && this.o.autoHead === true && methods.has('GET') && asked !== 'HEAD') methods.add('HEAD');
    if (methods.size > 0 && this.o.autoOptions === true) methods.add('OPTIONS');
    return [...methods];
  }

  /** The chain for what has no route; its text is put in where no handler answered. */
  private fallback(c: RequestContext, route: Route, status: number, text: string): Route {
    c.begin([...route.handlers, (x) => { if (text !== '' && x.status === status && x.isUntouched) x.string(status, text); }], '', [], []);
    c.status = status;
    return route;
  }

  /** 301 for GET, 307 for the rest; the prefix that a proxy took away is put before, the query kept. */
  private redirectSlash(c: RequestContext, path: string): void {
    const sent = c.header('x-forwarded-prefix');
    let prefix = '';
    if (sent !== undefined) {
      // Whoever sends it must not send browsers elsewhere: a path of this host, and nothing that could be another.
      prefix = sent.replaceAll(/[^a-zA-Z0-9/_.-]/g, '');
    }
    const query = c.queryString;
    c.redirect(c.method === 'GET' ? 301 : 307, `${encodeURI(cleanPath(`/${prefix}${toggleSlash(path)}`))}${query === '' ? '' : `?${query}`}`);
  }
}

interface HostParams {
  readonly names: readonly string[];
  readonly values: readonly string[];
}

const NOTHING: Route = Object.freeze({ handlers: [], streams: false });
