// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Address, ByteConsumer, Connection, DrainReport } from '@cloudwego/gopkg/io';
import { formatAddress } from '@cloudwego/gopkg/io';
import { createNodeCarrier, createPort, HttpApp } from '@cloudwego/transport';
import type { HttpCarrier, Port, PortApp } from '@cloudwego/transport';
import { HertzApp } from './app.js';
import { EngineStateError } from './errors.js';
import type { Handler } from './handler.js';
import type { HertzOptions } from './options.js';
import { recovery } from './middlewares/recovery.js';

type State = 'new' | 'starting' | 'running' | 'stopping' | 'closed';

/**
 * An HTTP server: routes, middlewares, life cycle. It is a PortApp too: `createPort({ address }).add(hertz)` serves it beside Kitex on one port.
 * Source: cloudwego/hertz pkg/app/server/hertz.go, pkg/route/engine.go.
 */
export class Hertz extends HertzApp implements PortApp, AsyncDisposable {
  /** Run one after another before it listens; the first error ends the start. */
  readonly onRun: (() => void | Promise<void>)[] = [];
  /** Run all at once when it stops, within `exitWaitTimeMs`. */
  readonly onShutdown: (() => void | Promise<void>)[] = [];
  readonly name: string = 'hertz';
  private readonly app: HttpApp;
  private state: State = 'new';
  private port: Port | undefined = undefined;
  private carrier: HttpCarrier | undefined = undefined;
  private starting: Promise<{ readonly address: string }> | undefined = undefined;
  private ending: Promise<DrainReport> | undefined = undefined;

  /** Errors: OptionError. */
  constructor(options: HertzOptions = {}) {
    super(options);
    const { o } = this;
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

  /** @internal */
  override addRoute(method: string, path: string, handlers: readonly Handler[], host: string | undefined): void {
    if (this.state !== 'new') throw new EngineStateError(`handle: the engine is ${this.state}, register routes before start()`);
    super.addRoute(method, path, handlers, host);
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
    for (const f of [...this.stopHooks]) f();
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
