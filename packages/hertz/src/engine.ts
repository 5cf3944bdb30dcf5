// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { isThenable } from '@cloudwego/gopkg/async';
import type { Address, ByteConsumer, Connection, DrainReport } from '@cloudwego/gopkg/io';
import { formatAddress } from '@cloudwego/gopkg/io';
import type { Logger } from '@cloudwego/gopkg/logger';
import { defaultLogger } from '@cloudwego/gopkg/logger';
import { createNodeCarrier, createPort, HttpApp } from '@cloudwego/transport';
import type { Exchange, HttpCarrier, Port, PortApp } from '@cloudwego/transport';
import { Binder } from './binding/binder.js';
import type { ClientIP } from './client-ip.js';
import { clientIPOf } from './client-ip.js';
import { RequestContext } from './context.js';
import type { ContextOwner } from './context.js';
import { EngineStateError, textOf } from './errors.js';
import type { Handler } from './handler.js';
import type { HertzOptions, ResolvedOptions } from './options.js';
import { resolveOptions } from './options.js';
import { recovery } from './middlewares/recovery.js';
import type { HtmlTemplates } from './render/renderer.js';
import type { RouteSink } from './route/group.js';
import { joinPaths, RouterGroup } from './route/group.js';
import type { Route, RouteInfo } from './router.js';
import { Router } from './router.js';

type State = 'new' | 'starting' | 'running' | 'stopping' | 'closed';

/**
 * An HTTP server: routes, middlewares, life cycle. It is a PortApp too: `createPort({ address }).add(hertz)` serves it beside Kitex on one port.
 * Source: cloudwego/hertz pkg/app/server/hertz.go, pkg/route/engine.go.
 */
export class Hertz extends RouterGroup implements PortApp, RouteSink, ContextOwner, AsyncDisposable {
  /** Run one after another before it listens; the first error ends the start. */
  readonly onRun: (() => void | Promise<void>)[] = [];
  /** Run all at once when it stops, within `exitWaitTimeMs`. */
  readonly onShutdown: (() => void | Promise<void>)[] = [];
  readonly name: string = 'hertz';
  readonly normalizeNames: boolean;
  /** @internal */
  readonly clientIP: ClientIP;
  /** @internal */
  readonly binder: Binder;
  /** @internal */
  readonly templates: HtmlTemplates | undefined;
  private readonly o: ResolvedOptions;
  private readonly router: Router;
  private readonly app: HttpApp;
  private readonly logger: Logger;
  private noRouteHandlers: readonly Handler[] = [];
  private noMethodHandlers: readonly Handler[] = [];
  private state: State = 'new';
  private port: Port | undefined = undefined;
  private carrier: HttpCarrier | undefined = undefined;
  private starting: Promise<{ readonly address: string }> | undefined = undefined;
  private ending: Promise<DrainReport> | undefined = undefined;
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
    this.app = new HttpApp((x) => { this.serve(x); }, {
      name: 'hertz',
      idleTimeoutMs: o.idleTimeoutMs,
      http1: { maxHeaderBytes: o.maxHeaderBytes, readTimeoutMs: o.readTimeoutMs, keepAlive: o.keepAlive },
      clock: o.network?.clock,
    });
    this.app.onStarted = () => this.begin();
    this.app.onStopping = () => this.runShutdownHooks();
  }

  /** One with `recovery()`, as server.Default in Hertz. */
  static default(options: HertzOptions = {}): Hertz {
    return new Hertz(options).use(recovery());
  }

  // ── routes ───────────────────────────────────────────────────────────────────────────────────

  /** @internal */
  addRoute(method: string, path: string, handlers: readonly Handler[], host: string | undefined): void {
    if (this.state !== 'new') throw new EngineStateError(`handle: the engine is ${this.state}, register routes before start()`);
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

  // ── life ─────────────────────────────────────────────────────────────────────────────────────

  /** Hooks, then it listens; resolves with the address that clients dial. Errors: those of hooks and of the network. */
  start(): Promise<{ readonly address: string }> {
    return (this.starting ??= this.listen());
  }


  private async listen(): Promise<{ readonly address: string }> {
    if (this.state !== 'new') throw new EngineStateError(`start: the engine is ${this.state}, wanted one start`);
    this.state = 'starting';
    try {
      return this.o.carrier === 'node' ? await this.listenOnNode() : await this.listenOnPort();
    } catch (e) {
      this.state = 'closed';
      throw e;
    }
  }

  private async listenOnPort(): Promise<{ readonly address: string }> {
    const { o } = this;
    for (const hook of this.onRun) await hook();
    const port = createPort({ address: o.hostPorts!, network: o.network, tls: o.tls, exitWaitTimeMs: o.exitWaitTimeMs, logger: o.logger }).add(this);
    const { address } = await port.listen();
    return { address: formatAddress(address) };
  }

  private async listenOnNode(): Promise<{ readonly address: string }> {
    const { o } = this;
    for (const hook of this.onRun) await hook();
    const carrier = createNodeCarrier({ address: o.hostPorts, tls: o.tls, maxHeaderBytes: o.maxHeaderBytes, idleTimeoutMs: o.idleTimeoutMs, readTimeoutMs: o.readTimeoutMs });
    this.carrier = carrier;
    await carrier.serve((x) => { this.serve(x); });
    this.state = 'running';
    return { address: formatAddress(carrier.address!) };
  }

  /** On a port of its own the hooks ran before it listened; on a shared one they run now. */
  private async begin(): Promise<void> {
    if (this.state === 'new') for (const hook of this.onRun) await hook();
    this.state = 'running';
  }

  private async runShutdownHooks(): Promise<void> {
    this.state = 'stopping';
    const all = Promise.all(this.onShutdown.map(async (hook) => { await hook(); }));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.o.exitWaitTimeMs);
    });
    await Promise.race([all.catch((e: unknown) => {
      this.logger.error('HERTZ: a shutdown hook failed', { error: e });
    }), late]);
    clearTimeout(timer);
  }

  /** Stops gracefully: hooks, no new connections, requests in work get `exitWaitTimeMs`. A second call waits for the first. */
  stop(): Promise<DrainReport> {
    return (this.ending ??= this.shutDown());
  }

  private async shutDown(): Promise<DrainReport> {
    await this.starting?.catch(() => undefined);
    const waitMs = this.o.exitWaitTimeMs!;
    let report: DrainReport = { inFlight: 0, finished: 0, forced: 0, elapsedMs: 0 };
    if (this.carrier !== undefined) {
      await this.runShutdownHooks();
      report = await this.carrier.close(performance.now() + waitMs);
    } else if (this.port !== undefined) {
      report = await this.port.remove(this, { drainMs: waitMs });
    }
    this.state = 'closed';
    return report;
  }

  /** Starts, waits for an exit signal or `signal`, stops. A second signal ends the process in the usual way. */
  async spin(o: { readonly signal?: AbortSignal } = {}): Promise<void> {
    const signals = this.o.exitSignals!;
    let wake: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const unlisten = (): void => {
      for (const s of signals) process.off(s, wake);
      o.signal?.removeEventListener('abort', wake);
    };
    for (const s of signals) process.on(s, wake);
    o.signal?.addEventListener('abort', wake, { once: true });
    try {
      await Promise.race([this.start(), ended]);
      if (o.signal?.aborted !== true) await ended;
    } finally {
      unlisten();
    }
    await this.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  // ── PortApp ──────────────────────────────────────────────────────────────────────────────────

  get sniffers(): PortApp['sniffers'] {
    return this.app.sniffers;
  }

  get h2(): NonNullable<PortApp['h2']> {
    return this.app.h2;
  }

  added(port: Port): void {
    this.port = port;
  }

  accept(c: Connection): ByteConsumer {
    return this.app.accept(c);
  }

  started(at: Address): Promise<void> {
    return this.app.started(at);
  }

  stopping(): Promise<void> {
    return this.app.stopping();
  }

  drain(by: number): Promise<DrainReport> {
    return this.app.drain(by);
  }
}
