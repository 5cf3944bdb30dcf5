// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { loopClock } from '@cloudwego/gopkg/clock';
import { OptionError } from '@cloudwego/gopkg/errors';
import type { Address, ByteConsumer, Connection, DrainReport } from '@cloudwego/gopkg/io';
import { formatAddress, parseAddress } from '@cloudwego/gopkg/io';
import type { Registration } from '@cloudwego/governance';
import type { ServiceDefinition } from '@cloudwego/pilota/codegen/v1';
import { h2Sniffer, rpcSniffers, ttstreamSniffer } from '@cloudwego/protocol';
import type { Sniffer } from '@cloudwego/protocol';
import { ChannelGroup, createPort } from '@cloudwego/transport';
import type { Port, PortApp } from '@cloudwego/transport';
import { InternalError, OverlimitError, textOf } from '../errors.js';
import { serverStageChannel, serverStateChannel } from '../tracing.js';
import type { ServerStateMessage } from '../tracing.js';
import type { AppliedOption } from '../types.js';
import type { ServerCall } from './call.js';
import { ServerConn } from './conn.js';
import type { ServerConnOwner } from './conn.js';
import { LINGER_MS, ServerCore } from './core.js';
import { nobody } from './limits.js';
import type { DynamicMethods, ServiceEntry } from './core.js';
import type { ResolvedServerOptions, ServerOptions } from './options.js';
import { resolveServerOptions } from './options.js';

/** A Kitex server. It is a PortApp too: `createPort({ address }).add(server)` puts it beside other apps on one port. */
export interface Server extends PortApp, AsyncDisposable {
  /**
   * Adds a service with its handlers.
   * Errors: {@link OptionError} for a second service of one name, a second fallback, a method without a handler; {@link InternalError} once the server runs.
   */
  register<H>(s: ServiceDefinition<unknown, H>, impl: NoInfer<H>, o?: { readonly fallback?: boolean }): this;
  /** Listens; resolves with the address that clients dial. */
  start(): Promise<{ readonly address: string }>;
  /** Starts, waits for an exit signal or `signal`, drains. */
  run(o?: { readonly signal?: AbortSignal }): Promise<void>;
  /** Stops gracefully; a second call waits for the first. */
  stop(): Promise<DrainReport>;
  /** What is registered, in that order. */
  readonly definitions: readonly ServiceDefinition<unknown, unknown>[];
  /** What was applied, with the source of each option. */
  readonly appliedOptions: readonly AppliedOption[];
  /** Listening, start hooks done, registered, and not yet stopping: whether calls should be sent here. */
  readonly ready: boolean;
  /** Told whenever `ready` changes. Stopping begins with it: readiness off, shutdown hooks, deregistration, no more connections, goodbye, calls in flight, the rest is forced. */
  onReadiness(f: (ready: boolean) => void): Disposable;
  /** For diagnosis. */
  dump(): ServerDump;
}

/** What a server says of itself. */
export interface ServerDump {
  readonly state: ServerState;
  readonly services: readonly { readonly name: string; readonly package: string; readonly payload: string; readonly methods: readonly string[]; readonly fallback: boolean }[];
  /** Limits, and what is in. Undefined = there are none. */
  readonly limits: unknown;
  /** Connections, and calls in flight. */
  readonly active: { readonly connections: number; readonly calls: number };
}

const STATES = ['new', 'starting', 'ready', 'hooks', 'deregistering', 'draining', 'stopped'] as const;

/** Steps in the life of a server, in their order. `hooks`: shutdown hooks run; `deregistering`: the registration is taken back; `draining`: calls in flight end. */
export type ServerState = (typeof STATES)[number];

/** What generic services ask of a server; every server has it. */
export interface DynamicHost {
  /** Adds a service whose methods are found as they are called. Errors: as of `register`. */
  registerDynamic(s: ServiceDefinition<unknown, unknown>, impl: object, o: DynamicMethods & { readonly fallback?: boolean }): void;
}

/** Makes a server. It does nothing before `start()`. */
export function createServer(options: ServerOptions = {}): Server {
  return new KitexServer(resolveServerOptions(options));
}

class KitexServer implements Server, DynamicHost, ServerConnOwner {
  readonly name: string;
  readonly sniffers: readonly Sniffer[] = [...rpcSniffers, ttstreamSniffer, h2Sniffer];
  readonly appliedOptions: readonly AppliedOption[];
  private readonly resolved: ResolvedServerOptions;
  private readonly entries: ServiceEntry[] = [];
  private made: ServerCore | undefined;
  private port: Port | undefined;
  private starting: Promise<{ readonly address: string }> | undefined;
  private stoppingPromise: Promise<DrainReport> | undefined;
  private registration: Registration | undefined;
  private readonly registering = new AbortController();
  private state: ServerState = 'new';
  private readonly watchers = new Set<(ready: boolean) => void>();
  /** The port told that it listens: hooks ran, and have their counterpart. */
  private begun = false;
  private ending: Promise<void> | undefined;
  private readonly conns = new Map<ServerConn['channel'], ServerConn>();
  private grouped: ChannelGroup<ServerConn['channel']> | undefined;

  constructor(resolved: ResolvedServerOptions) {
    this.resolved = resolved;
    this.appliedOptions = resolved.applied;
    this.name = resolved.o.serviceName ?? 'kitex';
  }

  get definitions(): readonly ServiceDefinition<unknown, unknown>[] {
    return this.entries.map((e) => e.definition);
  }

  get core(): ServerCore {
    return (this.made ??= this.makeCore());
  }

  private get group(): ChannelGroup<ServerConn['channel']> {
    return (this.grouped ??= new ChannelGroup(this.core.clock));
  }

  private makeCore(): ServerCore {
    if (this.entries.length === 0) throw new InternalError('run: no service is registered');
    return new ServerCore(this.resolved, this.entries, this.resolved.o.network?.clock ?? loopClock());
  }

  register<H>(s: ServiceDefinition<unknown, H>, impl: NoInfer<H>, o: { readonly fallback?: boolean } = {}): this {
    return this.add(s, impl, o, undefined);
  }

  registerDynamic(s: ServiceDefinition<unknown, unknown>, impl: object, o: DynamicMethods & { readonly fallback?: boolean }): void {
    if (this.entries.some((e) => e.dynamic !== undefined && e.dynamic.unknown !== 'method' && e.dynamic.unknown === o.unknown)) {
      throw new OptionError('register', `register: a service that takes ${o.unknown === 'any' ? 'what no other knows' : 'every call'} is there already, wanted at most one`);
    }
    this.add(s, impl, o, o);
  }

  private add(s: ServiceDefinition<unknown, unknown>, impl: unknown, o: { readonly fallback?: boolean }, dynamic: DynamicMethods | undefined): this {
    if (this.made !== undefined) throw new InternalError(`register: the server runs already, register ${s.name} before start()`);
    if (this.entries.some((e) => e.definition.name === s.name)) throw new OptionError('register', `register: service "${s.name}" is registered twice`);
    const other = this.entries.find((e) => e.fallback);
    if (o.fallback === true && other !== undefined) {
      throw new OptionError('register.fallback', `register: "${other.definition.name}" is the fallback service already, wanted at most one`);
    }
    const handlers = impl as ServiceEntry['handlers'];
    for (const m of s.methods) {
      if (typeof handlers[m.key] !== 'function') throw new OptionError('register', `register: service "${s.name}" has no handler for method "${m.key}"`);
    }
    this.entries.push({ definition: s, handlers, methods: s.methods, fallback: o.fallback === true, dynamic });
    return this;
  }

  start(): Promise<{ readonly address: string }> {
    if (this.starting === undefined && this.stoppingPromise !== undefined) return Promise.reject(new InternalError('start: the server was stopped, make a new one'));
    return (this.starting ??= this.listen());
  }

  private async listen(): Promise<{ readonly address: string }> {
    const o = this.resolved.o;
    void this.core;
    // `added` keeps it.
    const port = createPort({
      address: o.address!,
      network: o.network,
      ...(o.listener === undefined ? {} : { listener: (accept: (c: Connection) => void) => o.listener!.listen(accept) }),
      tls: o.tls,
      reusePort: o.reusePort,
      exitWaitTimeMs: o.exitWaitTimeMs,
      maxConnIdleMs: o.maxConnIdleMs,
      headerTimeoutMs: o.readWriteTimeoutMs,
      logger: o.logger,
    }).add(this);
    const { address } = await port.listen();
    return { address: formatAddress(dialable(address)) };
  }

  async run(o: { readonly signal?: AbortSignal } = {}): Promise<void> {
    const signals = this.resolved.o.exitSignals!;
    let wake: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => {
      wake = resolve;
    });
    for (const s of signals) process.on(s, wake);
    o.signal?.addEventListener('abort', wake, { once: true });
    try {
      // Whoever ends it need not wait for a start that hangs, say in a registry that does not answer.
      await Promise.race([this.start(), ended]);
      if (o.signal?.aborted !== true) await ended;
      await this.stop();
    } finally {
      for (const s of signals) process.off(s, wake);
      o.signal?.removeEventListener('abort', wake);
    }
  }

  stop(): Promise<DrainReport> {
    return (this.stoppingPromise ??= this.shutDown());
  }

  private async shutDown(): Promise<DrainReport> {
    const waitMs = this.resolved.o.exitWaitTimeMs!;
    const { port } = this;
    if (port === undefined) {
      await this.stopping();
      return { inFlight: 0, finished: 0, forced: 0, elapsedMs: 0 };
    }
    this.registering.abort(new InternalError('the server stops'));
    await settled(this.starting, waitMs);
    // A port that others share serves them on; one of its own closes with its last app.
    return port.remove(this, { drainMs: waitMs });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  // ── PortApp ──────────────────────────────────────────────────────────────────────────────────

  added(port: Port): void {
    this.port = port;
  }

  accept(c: Connection, protocol: string): ByteConsumer {
    if (this.core.limits?.connect(c.remote) === false) {
      c.destroy(new OverlimitError('the server has as many connections as it takes', { extra: 'connections' }));
      return nobody;
    }
    const conn = new ServerConn(this, c, protocol === h2Sniffer.protocol ? 'grpc' : protocol === ttstreamSniffer.protocol ? 'ttstream' : 'rpc');
    this.conns.set(conn.channel, conn);
    this.group.add(conn.channel);
    return conn.channel;
  }

  async started(at: Address): Promise<void> {
    void this.core;
    this.begun = true;
    this.enter('starting');
    const o = this.resolved.o;
    await Promise.all(o.startHooks!.map(async (f) => f()));
    if (this.registering.signal.aborted) return;
    if (o.registry === undefined) {
      this.enter('ready');
      return;
    }
    const info = o.registryInfo;
    this.registration = await o.registry.register(
      {
        service: info?.serviceName ?? o.serviceName!,
        address: info?.address === undefined ? dialable(at) : parseAddress(info.address, 'server.registryInfo.address'),
        weight: info?.weight ?? 10,
        tags: info?.tags ?? {},
        ...(this.entries.length === 1 ? { payload: this.entries[0]!.definition.payload } : {}),
      },
      this.registering.signal,
    );
    this.enter('ready');
  }

  stopping(): Promise<void> {
    return (this.ending ??= this.sayGoodbye());
  }

  private async sayGoodbye(): Promise<void> {
    this.enter('hooks');
    for (const f of this.begun ? this.resolved.o.shutdownHooks! : []) {
      try {
        await f();
      } catch (e) {
        this.core.warn('a shutdown hook failed', e);
      }
    }
    this.enter('deregistering');
    this.registering.abort(new InternalError('the server stops'));
    const r = this.registration;
    this.registration = undefined;
    if (r !== undefined) {
      try {
        await r[Symbol.asyncDispose]();
      } catch (e) {
        this.core.logger.warn(`KITEX: deregistration failed: ${textOf(e)}`);
      }
    }
  }

  async drain(by: number): Promise<DrainReport> {
    this.enter('draining');
    const report = await this.group.drain(by, LINGER_MS, (channel, reason) => {
      this.conns.get(channel)?.abort(reason);
    });
    this.enter('stopped', report);
    return report;
  }

  // ── readiness and diagnosis ──────────────────────────────────────────────────────────────────

  get ready(): boolean {
    return this.state === 'ready';
  }

  onReadiness(f: (ready: boolean) => void): Disposable {
    this.watchers.add(f);
    return { [Symbol.dispose]: () => void this.watchers.delete(f) };
  }

  /** Steps go forwards only: a registration that comes while the server stops does not make it ready again. */
  private enter(state: ServerState, report?: DrainReport): void {
    if (STATES.indexOf(state) <= STATES.indexOf(this.state)) return;
    const before = this.ready;
    this.state = state;
    if (serverStateChannel.hasSubscribers) serverStateChannel.publish({ server: this.name, state, report } satisfies ServerStateMessage);
    if (this.ready === before) return;
    for (const f of [...this.watchers]) {
      try {
        f(this.ready);
      } catch (e) {
        this.core.warn('a watcher of readiness failed', e);
      }
    }
  }

  dump(): ServerDump {
    let calls = 0;
    for (const c of this.conns.values()) calls += c.active;
    return {
      state: this.state,
      services: this.entries.map((e) => ({ name: e.definition.name, package: e.definition.package, payload: e.definition.payload, methods: e.methods.map((m) => m.name), fallback: e.fallback })),
      limits: this.made?.limits?.dump(),
      active: { connections: this.conns.size, calls },
    };
  }

  // ── ServerConnOwner ──────────────────────────────────────────────────────────────────────────

  callEnded(call: ServerCall): void {
    if (call.trace !== undefined) serverStageChannel.publish({ call: call.info(), stages: call.trace });
  }

  connClosed(conn: ServerConn): void {
    if (this.conns.delete(conn.channel)) this.core.limits?.connections.release();
    this.group.remove(conn.channel);
  }
}

/** Waits until `p` settled, for at most `ms`. */
async function settled(p: Promise<unknown> | undefined, ms: number): Promise<void> {
  if (p === undefined) return;
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([p.catch(() => undefined), limit]);
  clearTimeout(timer);
}

/** Where a client on this machine reaches a listener that is bound to every interface. */
function dialable(a: Address): Address {
  if (a.kind !== 'tcp') return a;
  if (a.host === '' || a.host === '0.0.0.0') return { kind: 'tcp', host: '127.0.0.1', port: a.port };
  return a.host === '::' ? { kind: 'tcp', host: '::1', port: a.port } : a;
}
