// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { lstat, unlink } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { ListenOptions as NodeListenOptions, Server, Socket } from 'node:net';
import { loopClock } from '@cloudwego/gopkg/clock';
import type { Clock, TimerEntry } from '@cloudwego/gopkg/clock';
import { OptionError, toError } from '@cloudwego/gopkg/errors';
import type { Address, Connection, DialOptions, Listener, ListenOptions, Network } from '@cloudwego/gopkg/io';
import { formatAddress } from '@cloudwego/gopkg/io';
import { DialCanceledError, DialError, DialTimeoutError, ListenError } from '../errors.js';
import { StreamConnection } from './connection.js';
import type { StreamShared } from './connection.js';
import { ConnectionIds } from './ids.js';
import { OutputSlab } from './output.js';
import { secure } from './tls.js';

/** The pure engine: node:net below, the push contract above. */
export class StreamNetwork implements Network {
  readonly engine: string = 'stream';
  readonly clock: Clock;
  private readonly shared: StreamShared;
  /** Dials of this turn with their limits. */
  private readonly begun = new Map<TimerEntry, number>();

  constructor(limits: { readonly maxUnreadBytes: number; readonly highWaterBytes: number }) {
    this.clock = loopClock();
    this.shared = { clock: this.clock, ids: new ConnectionIds(), output: new OutputSlab(), ...limits };
  }

  async listen(a: Address, accept: (c: Connection) => void, o: ListenOptions = {}): Promise<Listener> {
    if (o.reusePort === true && !reusePortWorks()) {
      throw new OptionError('listen.reusePort', `listen.reusePort: got true, wanted Node 22.12 or 23.1 and later (this is ${process.version})`);
    }
    const listener = new StreamListener(this.shared, a, accept, o);
    await listener.start();
    return listener;
  }

  dial(a: Address, o: DialOptions = {}): Promise<Connection> {
    return new Promise((resolve, reject) => {
      if (o.signal?.aborted === true) {
        reject(new DialCanceledError(`dial ${formatAddress(a)}: cancelled`, { cause: o.signal.reason }));
        return;
      }
      const raw = connect({
        allowHalfOpen: true,
        ...(a.kind === 'tcp' ? { host: a.host === '' ? '127.0.0.1' : a.host, port: a.port, noDelay: true, keepAlive: true } : { path: pathOf(a) }),
      });
      const socket: Socket = o.tls === undefined ? raw : secure(raw, { ...o.tls, isServer: false, servername: o.tls.servername ?? serverNameOf(a) });
      const ready = o.tls === undefined ? 'connect' : 'secureConnect';
      const limit = o.connectTimeoutMs ?? 1000;
      const timer: TimerEntry = {
        at: Infinity,
        fire: () => {
          fail(new DialTimeoutError(`dial ${formatAddress(a)}: no connection within ${limit} ms (connectTimeoutMs)`));
        },
      };
      const settle = (): void => {
        this.stopLimit(timer);
        o.signal?.removeEventListener('abort', onAbort);
        socket.off(ready, onReady).off('error', onError);
        if (raw !== socket) raw.off('error', onError);
      };
      const fail = (e: Error): void => {
        settle();
        socket.on('error', ignore);
        raw.on('error', ignore);
        socket.destroy();
        raw.destroy();
        reject(e);
      };
      const onAbort = (): void => {
        fail(new DialCanceledError(`dial ${formatAddress(a)}: cancelled`, { cause: o.signal?.reason }));
      };
      const onError = (e: Error): void => {
        fail(new DialError(`dial ${formatAddress(a)}: ${e.message === '' ? ((e as NodeJS.ErrnoException).code ?? 'refused') : e.message}`, { cause: e }));
      };
      const onReady = (): void => {
        settle();
        resolve(new StreamConnection(this.shared, socket, addressOf(raw.localAddress, raw.localPort, a), a));
      };
      if (limit > 0) this.startLimit(timer, limit);
      o.signal?.addEventListener('abort', onAbort, { once: true });
      socket.on(ready, onReady).on('error', onError);
      if (raw !== socket) raw.on('error', onError);
    });
  }

  /**
   * A dial's time counts from the end of its turn: where a thousand are begun in one turn, the last would else have lost its time to the others before
   * the kernel could answer.
   */
  private startLimit(timer: TimerEntry, ms: number): void {
    if (this.begun.size === 0) {
      setImmediate(() => {
        const now = this.clock.now();
        for (const [t, limit] of this.begun) this.clock.wheel.add(t, now + limit);
        this.begun.clear();
      });
    }
    this.begun.set(timer, ms);
  }

  private stopLimit(timer: TimerEntry): void {
    if (!this.begun.delete(timer)) this.clock.wheel.remove(timer);
  }
}

function ignore(): void {
  // The dial has failed already; what its socket says later is of no interest.
}

function reusePortWorks(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > 23 || (major === 23 && minor >= 1) || (major === 22 && minor >= 12);
}

function serverNameOf(a: Address): string | undefined {
  return a.kind === 'tcp' && !/^[\d.]+$|:/.test(a.host) && a.host !== '' ? a.host : undefined;
}

function pathOf(a: Address): string {
  if (a.kind === 'unix') return a.path;
  throw new OptionError('address', `address: got ${formatAddress(a)}, wanted a TCP or unix address for the engine "stream"`);
}

function addressOf(host: string | undefined, port: number | undefined, other: Address): Address {
  return host !== undefined && port !== undefined ? { kind: 'tcp', host, port } : other;
}

class StreamListener implements Listener {
  address: Address;
  private readonly shared: StreamShared;
  private readonly accept: (c: Connection) => void;
  private readonly o: ListenOptions;
  private readonly server: Server;
  private held: Socket[] | undefined = undefined;
  private closing: Promise<void> | undefined = undefined;

  constructor(shared: StreamShared, a: Address, accept: (c: Connection) => void, o: ListenOptions) {
    this.shared = shared;
    this.address = a;
    this.accept = accept;
    this.o = o;
    this.server = createServer({ allowHalfOpen: true, noDelay: true, keepAlive: true, pauseOnConnect: true }, (s) => {
      this.onSocket(s);
    });
  }

  async start(): Promise<void> {
    const a = this.address;
    const backlog = this.o.backlog ?? 4096;
    const where: NodeListenOptions & { fd?: number; reusePort?: boolean } =
      this.o.fd !== undefined
        ? { fd: this.o.fd, backlog }
        : a.kind === 'tcp'
          ? { port: a.port, backlog, ...(a.host === '' ? {} : { host: a.host }), ...(this.o.reusePort === true ? { reusePort: true } : {}) }
          : { path: pathOf(a), backlog };
    try {
      await this.bind(where);
    } catch (e) {
      if (a.kind !== 'unix' || (e as NodeJS.ErrnoException).code !== 'EADDRINUSE' || a.path.startsWith('\0') || !(await isStale(a.path))) throw this.failed(e);
      // The file of a server that died: nobody answers on it.
      await unlink(a.path);
      await this.bind(where).catch((again: unknown) => {
        throw this.failed(again);
      });
    }
    const bound = this.server.address();
    if (bound !== null && typeof bound === 'object') this.address = { kind: 'tcp', host: bound.address, port: bound.port };
  }

  private failed(e: unknown): ListenError {
    return new ListenError(`listen ${formatAddress(this.address)}: ${(e as Error).message}`, { cause: e });
  }

  private bind(where: NodeListenOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(where, () => {
        this.server.off('error', reject);
        // Errors of accept (EMFILE and the like) concern one connection; the listener goes on.
        this.server.on('error', ignore);
        resolve();
      });
    });
  }

  private onSocket(s: Socket): void {
    if (this.held !== undefined) {
      this.held.push(s);
      return;
    }
    const remote = addressOf(s.remoteAddress, s.remotePort, this.address);
    const c = new StreamConnection(this.shared, s, addressOf(s.localAddress, s.localPort, this.address), remote);
    if (this.o.idleMs !== undefined) c.idleMs = this.o.idleMs;
    try {
      this.accept(c);
    } catch (e) {
      c.destroy(toError(e));
    }
  }

  pause(): void {
    this.held ??= [];
  }

  resume(): void {
    const held = this.held;
    this.held = undefined;
    held?.forEach((s) => {
      this.onSocket(s);
    });
  }

  /** Stops accepting. Node calls back only when the last connection is gone, which is not waited for. */
  close(): Promise<void> {
    return (this.closing ??= new Promise((resolve) => {
      this.server.close();
      this.held?.forEach((s) => s.destroy());
      setImmediate(resolve);
    }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** Whether `path` is the socket file of a server that is gone. A file of another kind is not ours to remove. */
async function isStale(path: string): Promise<boolean> {
  const kind = await lstat(path).catch(() => undefined);
  if (kind?.isSocket() !== true) return false;
  return new Promise((resolve) => {
    const s = connect({ path });
    s.once('connect', () => {
      s.destroy();
      resolve(false);
    });
    s.once('error', () => {
      resolve(true);
    });
  });
}
