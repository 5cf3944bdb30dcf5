// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Clock, TimerEntry } from '@cloudwego/gopkg/clock';
import { OptionError } from '@cloudwego/gopkg/errors';
import type { Address, AddressLike, Connection, DrainReport, Listener, Network, ProxyProtocolOptions, TlsOptions } from '@cloudwego/gopkg/io';
import { formatAddress, parseAddress } from '@cloudwego/gopkg/io';
import type { Logger } from '@cloudwego/gopkg/logger';
import { defaultLogger } from '@cloudwego/gopkg/logger';
import { any, bool, instance, int, optionTable } from '@cloudwego/gopkg/options';
import { defaultNetwork } from '@cloudwego/netpoll';
import type { Port, PortApp } from '../contracts.js';
import { DrainTimeoutError, PortStateError } from '../errors.js';
import type { SniffingOwner, SniffRoute } from './sniffing.js';
import { Sniffing } from './sniffing.js';

/** Options of {@link createPort}. */
export interface PortOptions {
  /** Where to listen: `'127.0.0.1:8888'`, `':0'`, `'unix:/tmp/x.sock'`, or an Address. Required, unless there is a `listener`. */
  readonly address?: AddressLike | undefined;
  /** @defaultValue the network of `@cloudwego/netpoll` */
  readonly network?: Network | undefined;
  /** A listener of one's own instead of `address`: called once with the function that takes accepted connections. */
  readonly listener?: ((accept: (c: Connection) => void) => Promise<Listener>) | undefined;
  /** TLS for every connection; what is not TLS is then refused. `alpnProtocols` are those of the apps' sniffers unless given. */
  readonly tls?: TlsOptions | undefined;
  /** SO_REUSEPORT. @defaultValue false */
  readonly reusePort?: boolean | undefined;
  /** Length of the accept queue. @defaultValue 4096 */
  readonly backlog?: number | undefined;
  /**
   * Connections begin with a PROXY header, version 1 or 2, in front of TLS too: apps see the addresses that it tells. Who sends none, or a broken one, is closed.
   * As `ListenOptions.proxyProtocol`, which names the limits; a `listener` of one's own reads headers itself. @defaultValue false
   */
  readonly proxyProtocol?: boolean | ProxyProtocolOptions | undefined;
  /** How long `close()` waits for calls in flight when it is not told. Unit ms. @defaultValue 5000 */
  readonly exitWaitTimeMs?: number | undefined;
  /** Limit of a connection that has not spoken yet. Unit ms, 0 = none. @defaultValue 600000 */
  readonly maxConnIdleMs?: number | undefined;
  /** Limit between the first byte of a connection and those that tell its protocol. Unit ms, 0 = none. @defaultValue 5000 */
  readonly headerTimeoutMs?: number | undefined;
  readonly logger?: Logger | undefined;
}

const table = optionTable<PortOptions>({
  address: any<AddressLike>({ what: 'an address' }),
  network: instance<Network>('a Network', ['listen', 'dial']),
  listener: any<NonNullable<PortOptions['listener']>>({ what: 'a function', test: (v) => typeof v === 'function' }),
  tls: any<TlsOptions>({ what: 'an object of TLS options', test: (v) => typeof v === 'object' && v !== null }),
  reusePort: bool({ default: false }),
  backlog: int({ min: 1, default: 4096 }),
  proxyProtocol: any<boolean | ProxyProtocolOptions>({ what: 'true, false or an object of options', test: (v) => typeof v === 'boolean' || (typeof v === 'object' && v !== null) }),
  exitWaitTimeMs: int({ unit: 'ms', min: 0, default: 5000 }),
  maxConnIdleMs: int({ unit: 'ms', min: 0, default: 600_000 }),
  headerTimeoutMs: int({ unit: 'ms', min: 0, default: 5000 }),
  logger: any<Logger>({ what: 'a Logger' }),
});

/** new → starting → listening → stopping (still accepting) → draining → closed */
type State = 'new' | 'starting' | 'listening' | 'stopping' | 'draining' | 'closed';

/** How long a connection that has not spoken, or one that was told goodbye, may take when the port closes. Unit ms. */
const LINGER_MS = 100;
/** How long an app may go on after the time it was given for its drain. Unit ms. */
const OVERTIME_MS = 1000;

const NOTHING: DrainReport = Object.freeze({ inFlight: 0, finished: 0, forced: 0, elapsedMs: 0 });

/** An app and how far it has come. */
interface Tenant {
  readonly app: PortApp;
  /** `started` was called. */
  begun: boolean;
  stopped: Promise<void> | undefined;
  drained: Promise<DrainReport> | undefined;
  /** By `remove`, while the others stay. */
  leaving: Promise<DrainReport> | undefined;
  left: boolean;
}

/**
 * Makes a port: one listening address on which several apps are served, told apart by the first bytes of each connection.
 * Order: `add` order is the order in which sniffers are asked.
 * Errors: {@link OptionError} at construction, {@link PortStateError} for a call at the wrong time, the network's errors from `listen()`.
 */
export function createPort(options: PortOptions): Port {
  return new ListeningPort(options);
}

class ListeningPort implements Port, SniffingOwner {
  routes: readonly SniffRoute[] = [];
  tls: TlsOptions | undefined;
  readonly headerTimeoutMs: number;
  private readonly o: { readonly [K in keyof PortOptions]-?: PortOptions[K] };
  private readonly address: Address | undefined;
  private readonly network: Network;
  private readonly clock: Clock;
  private readonly logger: Logger;
  private readonly sniffing = new Set<Sniffing>();
  private onAllDecided: (() => void) | undefined = undefined;
  private tenants: readonly Tenant[] = [];
  private state: State = 'new';
  private binding: Promise<Listener> | undefined = undefined;
  private closing: Promise<DrainReport> | undefined = undefined;

  constructor(options: PortOptions) {
    const o = table.resolve(options, 'port');
    this.o = o;
    if (o.address === undefined && o.listener === undefined) throw new OptionError('port.address', 'port.address is required: an address, or a listener in its place');
    if (o.listener !== undefined && (o.proxyProtocol ?? false) !== false) throw new OptionError('port.proxyProtocol', 'port.proxyProtocol: got a listener of your own beside it, wanted that one to read the headers');
    this.address = o.address === undefined ? undefined : parseAddress(o.address, 'port.address');
    this.network = o.network ?? defaultNetwork();
    this.clock = this.network.clock;
    this.logger = o.logger ?? defaultLogger();
    this.tls = o.tls;
    this.headerTimeoutMs = o.headerTimeoutMs!;
  }

  add(app: PortApp): this {
    if (this.state !== 'new') throw new PortStateError(`add: the port is ${this.state}, wanted a call before listen()`);
    if (this.tenants.some((t) => t.app === app)) throw new OptionError('port.add', `port.add: the app "${app.name}" was added twice`);
    this.tenants = [...this.tenants, { app, begun: false, stopped: undefined, drained: undefined, leaving: undefined, left: false }];
    this.routes = [...this.routes, ...app.sniffers.map((sniffer) => ({ app, sniffer }))];
    app.added?.(this);
    return this;
  }

  async listen(): Promise<{ readonly address: Address }> {
    if (this.state !== 'new') throw new PortStateError(`listen: the port is ${this.state}, wanted one listen()`);
    if (this.tenants.length === 0) throw new PortStateError('listen: no app was added, wanted at least one');
    this.state = 'starting';
    if (this.tls !== undefined) this.tls = withAlpn(this.tls, this.routes);
    this.binding = this.bind();
    let listener: Listener;
    try {
      listener = await this.binding;
    } catch (e) {
      this.state = 'closed';
      throw e;
    }
    try {
      for (const t of this.tenants) {
        if (this.closing !== undefined) break;
        if (t.leaving !== undefined) continue;
        t.begun = true;
        await t.app.started(listener.address);
      }
    } catch (e) {
      await this.close();
      throw e;
    }
    if (this.closing !== undefined) {
      await this.closing;
      throw new PortStateError('listen: the port was closed while it started');
    }
    this.state = 'listening';
    return { address: listener.address };
  }

  private async bind(): Promise<Listener> {
    const accept = (c: Connection): void => {
      this.accept(c);
    };
    if (this.o.listener !== undefined) return this.o.listener(accept);
    return this.network.listen(this.address!, accept, { backlog: this.o.backlog, reusePort: this.o.reusePort, proxyProtocol: this.o.proxyProtocol });
  }

  /** Until the listener is closed, whoever dials is served: deregistration reaches clients late. */
  private accept(c: Connection): void {
    if (this.state === 'draining' || this.state === 'closed') {
      c.destroy();
      return;
    }
    c.idleMs = this.o.maxConnIdleMs!;
    c.attach(new Sniffing(this, c, false));
  }

  // ── SniffingOwner ────────────────────────────────────────────────────────────────────────────

  entered(s: Sniffing): void {
    this.sniffing.add(s);
  }

  left(s: Sniffing): void {
    if (this.sniffing.delete(s) && this.sniffing.size === 0) this.onAllDecided?.();
  }

  refused(e: Error): void {
    this.logger.warn(`TRANSPORT: ${e.message}`);
  }

  // ── the end ──────────────────────────────────────────────────────────────────────────────────

  async remove(app: PortApp, o: { drainMs?: number } = {}): Promise<DrainReport> {
    const t = this.tenants.find((x) => x.app === app);
    if (t === undefined) throw new PortStateError(`remove: the app "${app.name}" is not on this port`);
    if (this.state === 'new') {
      this.tenants = this.tenants.filter((x) => x !== t);
      this.routes = this.routes.filter((r) => r.app !== app);
      return NOTHING;
    }
    if (t.leaving !== undefined) return t.leaving;
    const drainMs = this.drainTime(o, 'remove');
    if (this.closing === undefined && this.tenants.some((x) => x !== t && x.leaving === undefined)) return (t.leaving = this.leave(t, drainMs));
    await this.close({ drainMs });
    return t.drained ?? NOTHING;
  }

  /** The port serves the others on. */
  private async leave(t: Tenant, drainMs: number): Promise<DrainReport> {
    await this.stop(t);
    this.routes = this.routes.filter((r) => r.app !== t.app);
    const report = await this.drain(t, this.clock.now() + drainMs);
    t.left = true;
    return report;
  }

  async close(o: { drainMs?: number } = {}): Promise<DrainReport> {
    const drainMs = this.drainTime(o, 'close');
    return (this.closing ??= this.shutDown(drainMs));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  private drainTime(o: { drainMs?: number }, what: string): number {
    const { drainMs } = o;
    if (drainMs === undefined) return this.o.exitWaitTimeMs!;
    if (typeof drainMs !== 'number' || !(drainMs >= 0)) throw new OptionError(`port.${what}.drainMs`, `port.${what}.drainMs: got ${String(drainMs)}, wanted a number >= 0 (ms)`);
    return drainMs;
  }

  /** stopping → listener closed → what has not spoken gets a moment → drain(by). */
  private async shutDown(drainMs: number): Promise<DrainReport> {
    const startedAt = this.clock.now();
    const listener = await this.binding?.catch(() => undefined);
    if (listener === undefined) {
      this.state = 'closed';
      return NOTHING;
    }
    this.state = 'stopping';
    await Promise.all(this.tenants.map((t) => this.stop(t)));
    await listener.close().catch((e: unknown) => {
      this.logger.error('TRANSPORT: the listener failed to close', { error: e });
    });
    this.state = 'draining';
    const by = this.clock.now() + drainMs;
    await this.allDecided(Math.min(by, this.clock.now() + LINGER_MS));
    for (const s of [...this.sniffing]) s.connection.destroy();
    const reports = await Promise.all(this.tenants.filter((t) => !t.left).map((t) => t.leaving ?? this.drain(t, by)));
    this.state = 'closed';
    const sum = { inFlight: 0, finished: 0, forced: 0, elapsedMs: this.clock.now() - startedAt };
    for (const r of reports) {
      sum.inFlight += r.inFlight;
      sum.finished += r.finished;
      sum.forced += r.forced;
    }
    this.logger.info(`TRANSPORT: port ${formatAddress(listener.address)} closed, ${sum.finished} of ${sum.inFlight} calls finished, ${sum.forced} forced`);
    return sum;
  }

  /** Once; not at all for an app that was never started. One that fails to stop must not keep the others from stopping. */
  private stop(t: Tenant): Promise<void> {
    return (t.stopped ??= t.begun ? this.quietly(t.app, 'stopping', undefined, () => t.app.stopping()) : Promise.resolve());
  }

  /** Once. Drained is whatever was accepted, started or not. */
  private drain(t: Tenant, by: number): Promise<DrainReport> {
    return (t.drained ??= this.quietly(t.app, 'drain', NOTHING, () => this.within(t.app.drain(by), by + OVERTIME_MS)));
  }

  private async quietly<T>(app: PortApp, what: string, otherwise: T, f: () => Promise<T>): Promise<T> {
    try {
      return await f();
    } catch (e) {
      this.logger.error(`TRANSPORT: app ${app.name} failed in ${what}`, { error: e });
      return otherwise;
    }
  }

  private within<T>(p: Promise<T>, at: number): Promise<T> {
    const { wheel } = this.clock;
    return new Promise((resolve, reject) => {
      const timer: TimerEntry = {
        at: Infinity,
        fire: () => {
          reject(new DrainTimeoutError(`the drain did not end within ${OVERTIME_MS} ms after its time`));
        },
      };
      wheel.add(timer, at);
      p.then(resolve, reject).finally(() => {
        wheel.remove(timer);
      });
    });
  }

  /** Until no connection is undecided, or `at`. */
  private allDecided(at: number): Promise<void> {
    if (this.sniffing.size === 0 || at <= this.clock.now()) return Promise.resolve();
    return new Promise((resolve) => {
      const alive = setInterval(() => undefined, 0x7fffffff);
      const timer: TimerEntry = {
        at: Infinity,
        fire: () => {
          this.onAllDecided = undefined;
          clearInterval(alive);
          resolve();
        },
      };
      this.onAllDecided = () => {
        this.clock.wheel.remove(timer);
        timer.fire(0);
      };
      this.clock.wheel.add(timer, at);
    });
  }
}

/** What the apps speak is offered, in their order. */
function withAlpn(tls: TlsOptions, routes: readonly SniffRoute[]): TlsOptions {
  const offered = tls.alpnProtocols ?? [...new Set(routes.flatMap((r) => (r.sniffer.alpn === undefined ? [] : [r.sniffer.alpn])))];
  return { ...tls, isServer: true, ...(offered.length === 0 ? {} : { alpnProtocols: offered }) };
}
