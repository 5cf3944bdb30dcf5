// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { RouteError } from '../errors.js';
import type { Handler } from '../handler.js';

/** Params of a pattern by name, one level deep: `/a/:b/*c` has b and c. */
// A path without params has none: that is no oversight.
/* eslint-disable @typescript-eslint/no-generated-empty-object-type */
export type PathParams<S extends string> = string extends S
  ? Readonly<Record<string, string>>
  : S extends `${string}:${infer N}/${infer R}`
    ? { readonly [K in N]: string } & PathParams<`/${R}`>
    : S extends `${string}:${infer N}`
      ? { readonly [K in N]: string }
      : S extends `${string}*${infer N}`
        ? { readonly [K in N]: string }
        : Readonly<Record<never, string>>;
/* eslint-enable @typescript-eslint/no-generated-empty-object-type */

/** Where a group's routes go. */
export interface RouteSink {
  addRoute(method: string, path: string, handlers: readonly Handler[]): void;
}

/** Handlers of one route, those of its groups included. Source: cloudwego/hertz pkg/route/routergroup.go abortIndex. */
const MAX_HANDLERS = 63;
const ANY = ['GET', 'POST', 'PUT', 'PATCH', 'HEAD', 'OPTIONS', 'DELETE', 'CONNECT', 'TRACE'];

/** A prefix and the middlewares that run before every route registered on it from now on. */
export class RouterGroup {
  readonly basePath: string;
  protected handlers: readonly Handler[];
  private readonly sink: RouteSink;

  constructor(sink: RouteSink | undefined, basePath: string, handlers: readonly Handler[]) {
    this.sink = sink ?? (this as unknown as RouteSink);
    this.basePath = basePath;
    this.handlers = handlers;
  }

  /** Adds middlewares to routes that are registered later; the first is the outermost. */
  use(...middlewares: readonly Handler[]): this {
    this.handlers = [...this.handlers, ...middlewares];
    return this;
  }

  group(prefix: string, ...middlewares: readonly Handler[]): RouterGroup {
    return new RouterGroup(this.sink, joinPaths(this.basePath, prefix), [...this.handlers, ...middlewares]);
  }

  /** Errors: {@link RouteError} for a method that is none, no handlers or too many, and what is wrong with the path. */
  handle<const S extends string>(method: string, path: S, ...handlers: readonly Handler<PathParams<S>>[]): this {
    if (!/^[A-Z]+$/.test(method)) throw new RouteError(`http method ${method} is not valid`);
    if (handlers.length === 0) throw new RouteError(`there must be at least one handler for path '${path}'`);
    const all = [...this.handlers, ...(handlers as readonly unknown[] as readonly Handler[])];
    if (all.length >= MAX_HANDLERS) throw new RouteError(`too many handlers for path '${path}': got ${all.length}, wanted less than ${MAX_HANDLERS}`);
    this.sink.addRoute(method, joinPaths(this.basePath, path), all);
    return this;
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
