// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { RouteError } from '../errors.js';
import type { Handler } from '../handler.js';
import type { StaticOptions } from '../static/static-files.js';
import { staticFiles } from '../static/static-files.js';

/** The param that one segment of a pattern names. */
type SegmentParam<S extends string> = S extends `${infer A}\\:${infer B}`
  ? SegmentParam<`${A}${B}`>
  : S extends `${string}{${infer N}}${string}`
    ? N
    : S extends `${string}:${infer N}`
      ? N
      : S extends `*${infer N}`
        ? N
        : never;

type ParamNames<S extends string> = S extends `${infer A}/${infer R}` ? SegmentParam<A> | ParamNames<R> : SegmentParam<S>;

/** Params of a pattern by name, one level deep: `/a/:b/*c` has b and c. A pattern that is no literal has any. */
export type PathParams<S extends string> = string extends S ? Readonly<Record<string, string>> : { readonly [K in ParamNames<S>]: string };

/** Where a group's routes go. */
export interface RouteSink {
  addRoute(method: string, path: string, handlers: readonly Handler[], host: string | undefined): void;
}

/** Handlers of one route, those of its groups included. Source: cloudwego/hertz pkg/route/routergroup.go abortIndex. */
const MAX_HANDLERS = 63;
const ANY = ['GET', 'POST', 'PUT', 'PATCH', 'HEAD', 'OPTIONS', 'DELETE', 'CONNECT', 'TRACE'];

/** A prefix and the middlewares that run before every route registered on it from now on. */
export class RouterGroup {
  readonly basePath: string;
  protected handlers: readonly Handler[];
  private readonly sink: RouteSink;
  private readonly hostPattern: string | undefined;

  constructor(sink: RouteSink | undefined, basePath: string, handlers: readonly Handler[], host?: string) {
    this.sink = sink ?? (this as unknown as RouteSink);
    this.basePath = basePath;
    this.handlers = handlers;
    this.hostPattern = host;
  }

  /** Adds middlewares to routes that are registered later; the first is the outermost. */
  use(...middlewares: readonly Handler[]): this {
    this.handlers = [...this.handlers, ...middlewares];
    return this;
  }

  group(prefix: string, ...middlewares: readonly Handler[]): RouterGroup {
    return new RouterGroup(this.sink, joinPaths(this.basePath, prefix), [...this.handlers, ...middlewares], this.hostPattern);
  }

  /**
   * Routes of one host: `api.example.com`, `:tenant.example.com` (one label, in `c.params`), `*.example.com`. What no route of the host has goes on to the
   * routes of no host. Errors: RouteError when the first route is registered and the pattern is none.
   */
  host(pattern: string, ...middlewares: readonly Handler[]): RouterGroup {
    return new RouterGroup(this.sink, this.basePath, [...this.handlers, ...middlewares], pattern);
  }

  /** Errors: {@link RouteError} for a method that is none, no handlers or too many, and what is wrong with the path. */
  handle<const S extends string>(method: string, path: S, ...handlers: readonly Handler<PathParams<S>>[]): this {
    if (!/^[A-Z]+$/.test(method)) throw new RouteError(`http method ${method} is not valid`);
    if (handlers.length === 0) throw new RouteError(`there must be at least one handler for path '${path}'`);
    const all = [...this.handlers, ...(handlers as readonly unknown[] as readonly Handler[])];
    if (all.length >= MAX_HANDLERS) throw new RouteError(`too many handlers for path '${path}': got ${all.length}, wanted less than ${MAX_HANDLERS}`);
    this.sink.addRoute(method, joinPaths(this.basePath, path), all, this.hostPattern);
    return this;
  }

  /** Serves the files below `root` to GET and HEAD of `prefix/…`. The prefix is part of a file's path, unless `pathRewrite` takes it off. */
  static(prefix: string, root: string, o?: StaticOptions): this {
    const path = `${prefix.replace(/\/$/, '')}/*filepath`;
    const serve = staticFiles(root, o);
    return this.handle('GET', path, serve).handle('HEAD', path, serve);
  }

  /** Serves one file to GET and HEAD. */
  staticFile(path: string, file: string): this {
    const serve: Handler = (c) => c.file(file);
    return this.handle('GET', path, serve).handle('HEAD', path, serve);
  }

  get<const S extends string>(path: S, ...handlers: readonly Handler<PathParams<S>>[]): this {
    return this.handle('GET', path, ...handlers);
  }

  post<const S extends string>(path: S, ...handlers: readonly Handler<PathParams<S>>[]): this {
    return this.handle('POST', path, ...handlers);
  }

  put<const S extends string>(path: S, ...handlers: readonly Handler<PathParams<S>>[]): this {
    return this.handle('PUT', path, ...handlers);
  }

  patch<const S extends string>(path: S, ...handlers: readonly Handler<PathParams<S>>[]): this {
    return this.handle('PATCH', path, ...handlers);
  }

  delete<const S extends string>(path: S, ...handlers: readonly Handler<PathParams<S>>[]): this {
    return this.handle('DELETE', path, ...handlers);
  }

  head<const S extends string>(path: S, ...handlers: readonly Handler<PathParams<S>>[]): this {
    return this.handle('HEAD', path, ...handlers);
  }

  options<const S extends string>(path: S, ...handlers: readonly Handler<PathParams<S>>[]): this {
    return this.handle('OPTIONS', path, ...handlers);
  }

  /** Every method of HTTP. */
  any<const S extends string>(path: S, ...handlers: readonly Handler<PathParams<S>>[]): this {
    for (const method of ANY) this.handle(method, path, ...handlers);
    return this;
  }
}

/** Joins with one slash between; a trailing slash of `relative` stays. */
export function joinPaths(base: string, relative: string): string {
  if (relative === '') return base;
  return `${base}/${relative}`.replaceAll(/\/{2,}/g, '/');
}
