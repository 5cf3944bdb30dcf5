// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { RequestContext } from './context.js';
import type { Handler } from './handler.js';
import { isStreaming } from './handler.js';
import type { ResolvedOptions } from './options.js';
import { cleanPath, decodePercent } from './route/clean-path.js';
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
  /** Of the last handler. */
  readonly handlerName: string;
}

/** Decides what a request runs. Source: cloudwego/hertz pkg/route/engine.go ServeHTTP. */
export class Router {
  private readonly o: ResolvedOptions;
  private readonly trees: Map<string, RouteTree<Route>> = new Map();
  private readonly infos: RouteInfo[] = [];
  /** Chains for what has no route, with the engine's middlewares before them. */
  noRoute: Route = NOTHING;
  noMethod: Route = NOTHING;
  badRequest: Route = NOTHING;

  constructor(o: ResolvedOptions) {
    this.o = o;
  }

  add(method: string, path: string, handlers: readonly Handler[]): void {
    let tree = this.trees.get(method);
    if (tree === undefined) this.trees.set(method, (tree = new RouteTree()));
    tree.add(path, { handlers, streams: isStreaming(handlers) });
    this.infos.push({ method, path, handlerName: handlers.at(-1)!.name });
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
    const tree = this.trees.get(c.method);
    if (tree !== undefined) {
      const leaf = tree.find(path);
      if (leaf !== undefined) {
        let values: readonly string[] = [];
        if (leaf.names.length > 0) {
          values = tree.values.slice(0, leaf.names.length);
          if (o.useRawPath && o.unescapePathValues) values = values.map((v) => decodePercent(v, true));
        }
        c.begin(leaf.value.handlers, leaf.pattern, leaf.names, values);
        return leaf.value;
      }
      if (c.method !== 'CONNECT' && path !== '/') {
        if (o.redirectTrailingSlash && tree.hasToggled(path)) {
          this.redirectSlash(c, path);
          return undefined;
        }
        const fixed = o.redirectFixedPath ? tree.findFolded(cleanPath(path), o.redirectTrailingSlash!) : undefined;
        if (fixed !== undefined) {
          c.redirect(c.method === 'GET' ? 301 : 307, encodeURI(fixed));
          return undefined;
        }
      }
    }
    if (o.handleMethodNotAllowed) {
      const others = [...this.trees].filter(([method, t]) => method !== c.method && t.find(path) !== undefined).map(([method]) => method);
      if (others.length > 0) {
        // Differs: Hertz sends no Allow, which RFC 9110 section 15.5.6 wants.
        c.setHeader('Allow', others.join(', '));
        return this.fallback(c, this.noMethod, 405, 'Method Not Allowed');
      }
    }
    return this.fallback(c, this.noRoute, 404, 'Not Found');
  }

  /** The chain for what has no route; its text is put in where no handler answered. */
  private fallback(c: RequestContext, route: Route, status: number, text: string): Route {
    c.begin([...route.handlers, (x) => { if (x.status === status && x.isUntouched) x.string(status, text); }], '', [], []);
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

const NOTHING: Route = Object.freeze({ handlers: [], streams: false });
