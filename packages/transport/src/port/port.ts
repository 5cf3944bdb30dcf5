// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '@cloudwego/gopkg/clock';
import { OptionError } from '@cloudwego/gopkg/errors';
import type { Address, AddressLike, Connection, DrainReport, Listener, Network, TlsOptions } from '@cloudwego/gopkg/io';
import { formatAddress, parseAddress } from '@cloudwego/gopkg/io';
import type { Logger } from '@cloudwego/gopkg/logger';
import { defaultLogger } from '@cloudwego/gopkg/logger';
import { any, bool, instance, int, optionTable } from '@cloudwego/gopkg/options';
import { defaultNetwork } from '@cloudwego/netpoll';
import type { Port, PortApp } from '../contracts.js';
import { PortStateError } from '../errors.js';
import type { SniffingOwner, SniffRoute } from './sniffing.js';
import { Sniffing } from './sniffing.js';

/** Options of {@link createPort}. */
export interface PortOptions {
  /** Where to listen: `'127.0.0.1:8888'`, `':0'`, `'unix:/tmp/x.sock'`, or an Address. */
  readonly address: AddressLike;
  /** @defaultValue the network of `@cloudwego/netpoll` */
  readonly network?: Network | undefined;
  /** A listener of one's own instead of `address`: called once with the function that takes accepted connections. */
  readonly listener?: ((accept: (c: Connection) => void) => Promise<Listener>) | undefined;
  /** TLS for every connection; what is not TLS is then refused. */
  readonly tls?: TlsOptions | undefined;
  /** SO_REUSEPORT. @defaultValue false */
  readonly reusePort?: boolean | undefined;
  /** Length of the accept queue. @defaultValue 4096 */
  readonly backlog?: number | undefined;
  /** How long `close()` waits for calls in flight when it is not told. Unit ms. @defaultValue 5000 */
  readonly exitWaitTimeMs?: number | undefined;
  /** Limit of a connection that has not spoken yet. Unit ms, 0 = none. @defaultValue 600000 */
  readonly maxConnIdleMs?: number | undefined;
  /** Limit between the first byte of a connection and those that tell its protocol. Unit ms, 0 = none. @defaultValue 5000 */
  readonly headerTimeoutMs?: number | undefined;
  readonly logger?: Logger | undefined;
}

const table = optionTable<PortOptions>({
  address: any<AddressLike>({ required: true, what: 'an address' }),
  network: instance<Network>('a Network', ['listen', 'dial']),
  listener: any<NonNullable<PortOptions['listener']>>({ what: 'a function', test: (v) => typeof v === 'function' }),
  tls: any<TlsOptions>({ what: 'an object of TLS options', test: (v) => typeof v === 'object' && v !== null }),
  reusePort: bool({ default: false }),
  backlog: int({ min: 1, default: 4096 }),
  exitWaitTimeMs: int({ unit: 'ms', min: 0, default: 5000 }),
  maxConnIdleMs: int({ unit: 'ms', min: 0, default: 600_000 }),
  headerTimeoutMs: int({ unit: 'ms', min: 0, default: 5000 }),
  logger: any<Logger>({ what: 'a Logger' }),
});

type State = 'new' | 'listening' | 'closing' | 'closed';

/**
 * Makes a port: one listening address on which several apps are served, told apart by the first bytes of each connection.
 * Order: `add` order is the order in which sniffers are asked.
 * Errors: {@link OptionError} at construction, {@link PortStateError} for a call at the wrong time, the network's errors from `listen()`.
 */
export function createPort(options: PortOptions): Port {
  return new ListeningPort(options);
}

class ListeningPort implements Port, SniffingOwner {
  readonly routes: SniffRoute[] = [];
  readonly tls: TlsOptions | undefined;
  readonly headerTimeoutMs: number;
  readonly sniffing: Set<Sniffing> = new Set();
  private readonly o: { readonly [K in keyof PortOptions]-?: PortOptions[K] };
  private readonly address: Address;
  private readonly network: Network;
  private readonly clock: Clock;
  private readonly logger: Logger;
  private readonly apps: PortApp[] = [];
  private state: State = 'new';
  private listener: Listener | undefined = undefined;
  private closing: Promise<DrainReport> | undefined = undefined;

  constructor(options: PortOptions) {
    const o = table.resolve(options, 'port');
    this.o = o;
    this.address = parseAddress(o.address, 'port.address');
    this.network = o.network ?? defaultNetwork();
    this.clock = this.network.clock;
    this.logger = o.logger ?? defaultLogger();
    this.tls = o.tls;
    this.headerTimeoutMs = o.headerTimeoutMs!;
  }

  add(app: PortApp): this {
    if (this.state !== 'new') throw new PortStateError(`add: the port is ${this.state}, wanted a call before listen()`);
    if (this.apps.includes(app)) throw new OptionError('port.add', `port.add: the app "${app.name}" was added twice`);
    this.apps.push(app);
    for (const sniffer of app.sniffers) this.routes.push({ app, sniffer });
    return this;
  }

  async listen(): Promise<{ readonly address: Address }> {
    if (this.state !== 'new') throw new PortStateError(`listen: the port is ${this.state}, wanted one listen()`);
    if (this.apps.length === 0) throw new PortStateError('listen: no app was added, wanted at least one');
    this.state = 'listening';
    const accept = (c: Connection): void => {
      this.accept(c);
    };
    const listener = await (this.o.listener === undefined
      ? this.network.listen(this.address, accept, { backlog: this.o.backlog, reusePort: this.o.reusePort })
      : this.o.listener(accept));
    this.listener = listener;
    try {
      for (const app of this.apps) await app.started(listener.address);
    } catch (e) {
      await this.close({ drainMs: 0 });
      throw e;
    }
    return { address: listener.address };
  }

  private accept(c: Connection): void {
    if (this.state !== 'listening') {
      c.destroy();
      return;
    }
    c.idleMs = this.o.maxConnIdleMs!;
    c.attach(new Sniffing(this, c, false));
  }

  refused(_c: Connection, e: Error): void {
    this.logger.warn(`TRANSPORT: ${e.message}`);
  }

  close(o: { drainMs?: number } = {}): Promise<DrainReport> {
    return (this.closing ??= this.shutDown(o.drainMs ?? this.o.exitWaitTimeMs!));
  }

  /** stopping → listener closed → drain(by) → the rest destroyed. */
  private async shutDown(drainMs: number): Promise<DrainReport> {
    const startedAt = this.clock.now();
    this.state = 'closing';
    await Promise.all(this.apps.map((app) => this.quietly(app, 'stopping', () => app.stopping())));
    await this.listener?.close();
    for (const s of [...this.sniffing]) s.connection.destroy();
    const by = this.clock.now() + drainMs;
    const reports = await Promise.all(this.apps.map((app) => this.quietly(app, 'drain', () => app.drain(by))));
    this.state = 'closed';
    const sum = { inFlight: 0, finished: 0, forced: 0, elapsedMs: this.clock.now() - startedAt };
    for (const r of reports) {
      if (r === undefined) continue;
      sum.inFlight += r.inFlight;
      sum.finished += r.finished;
      sum.forced += r.forced;
    }
    this.logger.info(`TRANSPORT: port ${formatAddress(this.listener?.address ?? this.address)} closed, ${sum.finished} of ${sum.inFlight} calls finished, ${sum.forced} forced`);
    return sum;
  }

  /** One app that fails to stop must not keep the others from stopping. */
  private async quietly<T>(app: PortApp, what: string, f: () => Promise<T>): Promise<T | undefined> {
    try {
      return await f();
    } catch (e) {
      this.logger.error(`TRANSPORT: app ${app.name} failed in ${what}`, { error: e });
      return undefined;
    }
  }
}
