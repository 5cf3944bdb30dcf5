// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { OptionError } from '@cloudwego/gopkg/errors';
import type { AddressLike } from '@cloudwego/gopkg/io';
import { formatAddress, parseAddress } from '@cloudwego/gopkg/io';
import type { DirectionPlan, ProxyFault, ProxyPlan } from './plan.js';

/** Options of {@link createFaultProxy}. */
export interface FaultProxyOptions {
  /** The server behind: TCP or unix. */
  readonly target: AddressLike;
  /** Where to listen. @defaultValue '127.0.0.1:0' */
  readonly listen?: AddressLike | undefined;
  /** What to do to connection number n, from 0. @defaultValue nothing */
  readonly plan?: ((connection: number) => ProxyPlan) | undefined;
}

/** What went through, and what was done. */
export interface ProxiedConnection {
  /** Bytes from the client to the server, and back. */
  readonly up: number;
  readonly down: number;
  /** Faults that have struck, in order. */
  readonly struck: readonly string[];
  readonly closed: boolean;
}

/** A proxy that injects faults. */
export interface FaultProxy extends AsyncDisposable {
  /** Where it listens, as text. */
  readonly address: string;
  /** By number. */
  readonly connections: readonly ProxiedConnection[];
  close(): Promise<void>;
}

/** Starts a proxy before a TCP or unix server that cuts, resets, half-closes, holds, splits and throttles by a script. */
export async function createFaultProxy(o: FaultProxyOptions): Promise<FaultProxy> {
  const target = socketOptions(o.target, 'faultProxy.target');
  const where = socketOptions(o.listen ?? '127.0.0.1:0', 'faultProxy.listen');
  const plan = o.plan ?? (() => ({}));
  const connections: Proxied[] = [];
  const server: Server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, (client) => {
    connections.push(new Proxied(client, target, plan(connections.length)));
  });
  server.listen(where);
  await once(server, 'listening');
  const bound = server.address();
  const address = typeof bound === 'object' && bound !== null ? formatAddress({ kind: 'tcp', host: bound.address, port: bound.port }) : formatAddress(parseAddress(o.listen!));
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> =>
    (closing ??= new Promise((resolve) => {
      server.close(() => {
        resolve();
      });
      for (const c of connections) c.destroy();
    }));
  return { address, connections, close, [Symbol.asyncDispose]: close };
}

function socketOptions(a: AddressLike, what: string): { host: string; port: number } | { path: string } {
  const x = parseAddress(a, what);
  if (x.kind === 'tcp') return { host: x.host === '' ? '127.0.0.1' : x.host, port: x.port };
  if (x.kind === 'unix') return { path: x.path };
  throw new OptionError(what, `${what}: got ${formatAddress(x)}, wanted a TCP or unix address`);
}

/** How long a split piece waits. Unit ms. */
const SPLIT_MS = 2;

/** One connection through the proxy. */
class Proxied implements ProxiedConnection {
  up: number = 0;
  down: number = 0;
  readonly struck: string[] = [];
  closed: boolean = false;
  private readonly client: Socket;
  private readonly server: Socket;
  private readonly timers = new Set<NodeJS.Timeout>();

  constructor(client: Socket, target: { host: string; port: number } | { path: string }, plan: ProxyPlan) {
    this.client = client;
    this.server = connect({ ...target, allowHalfOpen: true, ...('port' in target ? { noDelay: true } : {}) });
    for (const [s, other] of [
      [client, this.server],
      [this.server, client],
    ] as const) {
      s.on('error', () => {
        reset(other);
      });
      s.on('close', () => {
        if (client.destroyed && this.server.destroyed) this.closed = true;
        else if (!s.readableEnded || !s.writableFinished) other.destroySoon();
      });
    }
    this.server.once('connect', () => {
      void this.pump('up', client, this.server, plan.up ?? {});
      void this.pump('down', this.server, client, plan.down ?? {});
    });
  }

  destroy(): void {
    this.client.destroy();
    this.server.destroy();
    for (const t of this.timers) clearTimeout(t);
  }

  private async pump(way: 'up' | 'down', from: Socket, to: Socket, plan: DirectionPlan): Promise<void> {
    const faults = [...(plan.faults ?? [])];
    try {
      if (!(await this.strikeAt(way, to, faults))) return;
      for await (const chunk of from.iterator({ destroyOnReturn: false })) {
        let rest = chunk as Buffer;
        while (rest.length > 0) {
          const limit = Math.max(1, value(plan.pieceBytes) ?? Infinity);
          const n = Math.min(rest.length, limit, (faults[0]?.at ?? Infinity) - this[way]);
          const ms = value(plan.delayMs) ?? 0;
          if (ms > 0) await this.wait(ms);
          await write(to, rest.subarray(0, n));
          this[way] += n;
          rest = rest.subarray(n);
          if ((plan.bytesPerSecond ?? 0) > 0) await this.wait((n * 1000) / plan.bytesPerSecond!);
          else if (n === limit && rest.length > 0) await new Promise((resolve) => setImmediate(resolve));
          if (!(await this.strikeAt(way, to, faults))) return;
        }
      }
      to.end();
    } catch {
      // The socket failed; its 'error' has told the other one.
    }
  }

  /** Does what is due at this byte; false = this direction is over. */
  private async strikeAt(way: 'up' | 'down', to: Socket, faults: ProxyFault[]): Promise<boolean> {
    while (faults[0] !== undefined && faults[0].at <= this[way]) {
      const f = faults.shift()!;
      this.struck.push(`${way} ${f.do} at ${f.at}`);
      switch (f.do) {
        case 'cut':
          this.client.destroySoon();
          this.server.destroySoon();
          return false;
        case 'reset':
          // What went before should be read first: libuv tells a reset that meets unread bytes as an end.
          await this.pass();
          reset(this.client);
          reset(this.server);
          return false;
        case 'end': {
          to.end();
          // Later bytes are read and dropped, so that their sender is not held back.
          const from = way === 'up' ? this.client : this.server;
          from.resume();
          return false;
        }
        case 'hold':
          if ((f.forMs ?? 0) === 0) return false;
          await this.wait(f.forMs!);
          break;
        case 'split':
          await this.pass();
      }
    }
    return true;
  }

  /** Lets a reader read what was sent, one in this process for certain: a stalled loop fires timers before it reads. */
  private async pass(): Promise<void> {
    await this.wait(SPLIT_MS);
    for (let i = 0; i < 2; i++) await new Promise((resolve) => setImmediate(resolve));
  }

  private wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const t = setTimeout(() => {
        this.timers.delete(t);
        resolve();
      }, ms);
      this.timers.add(t);
    });
  }
}

function value(v: number | (() => number) | undefined): number | undefined {
  return typeof v === 'function' ? v() : v;
}

/**
 * Ends a connection with a reset. Node's own `resetAndDestroy()` shuts down first, so that the peer would see an orderly end before it; what it sets for its later
 * `destroy()` is set here at once. A unix socket has no reset of its own; there the connection is closed.
 */
function reset(s: Socket): void {
  if (s.destroyed) return;
  if (s.remoteAddress !== undefined) (s as { resetAndClosing?: boolean }).resetAndClosing = true;
  s.destroy();
}

/** Settles when the system took the bytes. */
function write(to: Socket, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    to.write(bytes, (e) => {
      if (e == null) resolve();
      else reject(e);
    });
  });
}
