// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { isThenable } from '@cloudwego/gopkg/async';
import type { Logger } from '@cloudwego/gopkg/logger';
import { defaultLogger } from '@cloudwego/gopkg/logger';
import type { Exchange } from '@cloudwego/transport';
import { Binder } from './binding/binder.js';
import type { ClientIP } from './client-ip.js';
import { clientIPOf } from './client-ip.js';
import { RequestContext } from './context.js';
import type { ContextOwner } from './context.js';
import { textOf } from './errors.js';
import type { Handler } from './handler.js';
import type { HertzOptions, ResolvedOptions } from './options.js';
import { resolveOptions } from './options.js';
import type { HtmlTemplates } from './render/renderer.js';
import type { RouteSink } from './route/group.js';
import { joinPaths, RouterGroup } from './route/group.js';
import type { Route, RouteInfo } from './router.js';
import { Router } from './router.js';

/**
 * Routes, middlewares, and what becomes of one request: all of an engine but the sockets, so that it runs where there are none (`@cloudwego/hertz/fetch`).
 * Source: cloudwego/hertz pkg/route/engine.go.
 */
export class HertzApp extends RouterGroup implements RouteSink, ContextOwner {
  readonly normalizeNames: boolean;
  /** @internal */
  readonly stopHooks: Set<() => void> = new Set();
  /** @internal */
  readonly clientIP: ClientIP;
  /** @internal */
  readonly binder: Binder;
  /** @internal */
  readonly templates: HtmlTemplates | undefined;
  protected readonly o: ResolvedOptions;
  protected readonly logger: Logger;
  private readonly router: Router;
  private noRouteHandlers: readonly Handler[] = [];
  private noMethodHandlers: readonly Handler[] = [];
  private dateSecond: number = 0;
  private dateText: string = '';

  /** Errors: OptionError. */
  constructor(options: HertzOptions = {}) {
    const o = resolveOptions(options);
    super(undefined, joinPaths('/', o.basePath!), []);
    this.o = o;
    this.router = new Router(o);
    this.normalizeNames = o.disableHeaderNamesNormalizing !== true;
    this.clientIP = clientIPOf(o.trustedProxies!, o.remoteIPHeaders!);
    this.templates = o.templates;
    this.binder = new Binder(o.binding);
    this.logger = o.logger ?? defaultLogger();
  }

  // ── routes ───────────────────────────────────────────────────────────────────────────────────

  /** @internal */
  addRoute(method: string, path: string, handlers: readonly Handler[], host: string | undefined): void {
    this.router.add(method, path, handlers, host);
  }

  /** Middlewares of the engine run for what has no route, too. */
  override use(...middlewares: readonly Handler[]): this {
    super.use(...middlewares);
    this.rebuild();
    return this;
  }

  /** What answers a path that no route has. */
  noRoute(...handlers: readonly Handler[]): this {
    this.noRouteHandlers = handlers;
    this.rebuild();
    return this;
  }

  /** What answers a method that a path does not have; with `handleMethodNotAllowed`. */
  noMethod(...handlers: readonly Handler[]): this {
    this.noMethodHandlers = handlers;
    this.rebuild();
    return this;
  }

  private rebuild(): void {
    const route = (own: readonly Handler[]): Route => ({ handlers: [...this.handlers, ...own], streams: false });
    this.router.noRoute = route(this.noRouteHandlers);
    this.router.noMethod = route(this.noMethodHandlers);
    this.router.badRequest = route([]);
  }

  routes(): readonly RouteInfo[] {
    return this.router.routes();
  }

  // ── one request ──────────────────────────────────────────────────────────────────────────────

  /** Serves one exchange: what carriers call, and tests. */
  serve(x: Exchange): void {
    const c = new RequestContext(this, x);
    try {
      const r = this.run(c);
      if (isThenable(r)) r.then(() => { c.finish(this.finisherFailed); }, (e: unknown) => { this.failed(c, e); });
      else c.finish(this.finisherFailed);
    } catch (e) {
      this.failed(c, e);
    }
  }

  private readonly finisherFailed = (e: unknown): void => {
    this.logger.error('HERTZ: what ran behind a request failed', { error: e });
  };

  private run(c: RequestContext): void | PromiseLike<void> {
    const route = this.router.route(c);
    if (route === undefined) {
      c.send();
      return;
    }
    if (this.o.continueHandler !== undefined && c.header('expect')?.toLowerCase() === '100-continue' && !this.o.continueHandler(c)) {
      c.setConnectionClose();
      c.string(417, 'Expectation Failed');
      c.send();
      return;
    }
    if (route.streams) return this.chain(c);
    const body = c.exchange.body(this.o.maxRequestBodyBytes!);
    if (!isThenable(body)) {
      c.setBody(body);
      return this.chain(c);
    }
    return body.then((b) => {
      c.setBody(b);
      return this.chain(c);
    });
  }

  private chain(c: RequestContext): void | PromiseLike<void> {
    const r = c.next();
    if (!isThenable(r)) {
      c.send();
      return;
    }
    return r.then(() => {
      c.send();
    });
  }

  /** Nobody below caught it. Errors with a `status` of a client's fault are answered as they are, everything else is ours: 500, and logged. */
  private failed(c: RequestContext, e: unknown): void {
    c.breakOff(e);
    const handler = this.o.panicHandler;
    if (handler === undefined) {
      this.answerError(c, e);
      c.finish(this.finisherFailed);
      return;
    }
    void (async () => {
      await handler(c, e);
      c.send();
    })().catch((second: unknown) => {
      this.answerError(c, second);
    }).then(() => {
      c.finish(this.finisherFailed);
    });
  }

  private answerError(c: RequestContext, e: unknown): void {
    const { code, status } = e as { readonly code?: unknown; readonly status?: unknown };
    if (code === 'TRANSPORT_REQUEST_BROKEN' || code === 'TRANSPORT_CLIENT_GONE') {
      // Nobody waits for an answer.
      this.logger.debug(`HERTZ: ${textOf(e)}`);
      return;
    }
    if (c.isSent) {
      this.logger.error('HERTZ: a handler failed behind its response', { error: e });
      return;
    }
    c.resetResponse();
    if (code === 'TRANSPORT_BODY_OVERSIZED') {
      c.setConnectionClose();
      c.string(413, 'Request Entity Too Large');
    } else if (typeof status === 'number' && status >= 400 && status < 500) {
      c.string(status, textOf(e));
    } else {
      this.logger.error(`HERTZ: a handler of ${c.method} ${c.fullPath || c.rawPath} failed`, { error: e });
      c.string(500, 'Internal Server Error');
    }
    c.send();
  }

  /** @internal */
  commonFields(): string[] {
    const out: string[] = [];
    if (this.o.serverName !== '') out.push('Server', this.o.serverName!);
    if (this.o.disableDefaultDate !== true) {
      const now = Date.now();
      if (now >= this.dateSecond + 1000 || now < this.dateSecond) {
        this.dateSecond = now - (now % 1000);
        this.dateText = new Date(now).toUTCString();
      }
      out.push('Date', this.dateText);
    }
    return out;
  }
}
