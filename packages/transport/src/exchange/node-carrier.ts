// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { rmSync } from 'node:fs';
import type { IncomingMessage, Server } from 'node:http';
import { createServer, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { OptionError } from '@cloudwego/gopkg/errors';
import type { Address, AddressLike, DrainReport, TlsOptions } from '@cloudwego/gopkg/io';
import { formatAddress, parseAddress } from '@cloudwego/gopkg/io';
import { any, int, optionTable } from '@cloudwego/gopkg/options';
import type { Exchange, HttpCarrier } from '../contracts.js';
import { DrainTimeoutError } from '../errors.js';
import { NodeExchange } from './node-exchange.js';

/** Settings of {@link createNodeCarrier}. */
export interface NodeCarrierOptions {
  readonly address?: AddressLike | undefined;
  readonly tls?: TlsOptions | undefined;
  /** Unit bytes. @defaultValue 262144 */
  readonly maxHeaderBytes?: number | undefined;
  /** Unit ms, 0 = any. @defaultValue 180000 */
  readonly idleTimeoutMs?: number | undefined;
  /** Unit ms, 0 = any. @defaultValue 180000 */
  readonly readTimeoutMs?: number | undefined;
}

const table = optionTable<NodeCarrierOptions>({
  address: any<AddressLike>({ what: 'an address', default: ':0' }),
  tls: any<TlsOptions>({ what: 'an object of TLS options', test: (v) => typeof v === 'object' && v !== null }),
  maxHeaderBytes: int({ unit: 'bytes', min: 64, default: 256 * 1024 }),
  idleTimeoutMs: int({ unit: 'ms', min: 0, default: 180_000 }),
  readTimeoutMs: int({ unit: 'ms', min: 0, default: 180_000 }),
});

/**
 * HTTP on node:http, where nothing native runs.
 * Differs from our own engine: spec/hertz.md section 10, the column of node:http; `Keep-Alive` and `Connection` are Node's; a request with `Upgrade` that asks
 * for no WebSocket loses its body.
 */
export function createNodeCarrier(o: NodeCarrierOptions = {}): HttpCarrier {
  return new NodeCarrier(o);
}

class NodeCarrier implements HttpCarrier {
  readonly capabilities: Readonly<Record<string, boolean>> = Object.freeze({
    http10: true,
    requestTrailers: true,
    responseTrailers: true,
    continueHook: true,
    informational: true,
    rawHeaderCase: true,
    upgrade: true,
    absoluteForm: true,
    customHeaderLimit: true,
    customTimeouts: true,
    suppressDate: true,
    inMemoryTls: true,
    clientCert: true,
    alpn: false,
    unix: true,
    pipelining: true,
    customMethods: false,
  });
  address: Address | undefined = undefined;
  private readonly o: { readonly [K in keyof NodeCarrierOptions]-?: NodeCarrierOptions[K] };
  private readonly wanted: Address;
  private server: Server | undefined = undefined;
  private readonly open = new Set<NodeExchange>();
  /** Sockets of requests that asked for an upgrade, and those of them that were given away. */
  private readonly raw = new Set<Socket>();
  private readonly given = new WeakSet<Socket>();
  private onQuiet: (() => void) | undefined = undefined;
  private closing: Promise<DrainReport> | undefined = undefined;

  constructor(o: NodeCarrierOptions) {
    this.o = table.resolve(o, 'node');
    this.wanted = parseAddress(this.o.address!, 'node.address');
    if (this.wanted.kind !== 'tcp' && this.wanted.kind !== 'unix') throw new OptionError('node.address', `node.address: got ${formatAddress(this.wanted)}, wanted TCP or a unix socket`);
  }

  async serve(onExchange: (x: Exchange) => void): Promise<void> {
    const { o } = this;
    const settings = {
      requireHostHeader: false,
      maxHeaderSize: o.maxHeaderBytes!,
      keepAliveTimeout: o.idleTimeoutMs!,
      requestTimeout: o.readTimeoutMs!,
      headersTimeout: o.readTimeoutMs!,
      connectionsCheckingInterval: 1000,
      noDelay: true,
      joinDuplicateHeaders: false,
    };
    const server = o.tls === undefined ? createServer(settings) : createTlsServer({ ...o.tls, ...settings });
    this.server = server;
    const take = (expects: boolean) => (req: IncomingMessage, res: ServerResponse, head?: Buffer): void => {
      res.sendDate = false;
      if (this.closing !== undefined) res.shouldKeepAlive = false;
      const x = new NodeExchange(req, res, expects, head);
      this.open.add(x);
      res.on('close', () => {
        this.open.delete(x);
        if (this.open.size === 0) this.onQuiet?.();
      });
      onExchange(x);
    };
    server.on('request', take(false));
    server.on('checkContinue', take(true));
    // Once somebody listens to it, every request with `Upgrade` comes here; what wants no WebSocket is answered like any other, and is its connection's last.
    const takeRaw = (req: IncomingMessage, socket: Duplex, head: Buffer): void => {
      const raw = socket as Socket;
      const res = new ServerResponse(req);
      res.shouldKeepAlive = false;
      res.assignSocket(raw);
      // The server knows this socket no more, but waits for it.
      this.raw.add(raw);
      raw.on('close', () => this.raw.delete(raw));
      res.on('finish', () => {
        raw.destroySoon();
      });
      res.on('close', () => {
        if (!res.writableFinished && !raw.destroyed) this.given.add(raw);
      });
      take(false)(req, res, head);
    };
    server.on('upgrade', takeRaw);
    server.on('connect', takeRaw);
    server.on('clientError', refuse);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      const a = this.wanted;
      const done = (): void => {
        server.off('error', reject);
        resolve();
      };
      if (a.kind === 'unix') {
        rmSync(a.path, { force: true });
        server.listen(a.path, done);
      } else if (a.kind === 'tcp') server.listen(a.port, a.host, done);
    });
    const at = server.address() as AddressInfo | string;
    this.address = typeof at === 'string' ? { kind: 'unix', path: at } : { kind: 'tcp', host: at.address, port: at.port };
  }

  close(by: number): Promise<DrainReport> {
    return (this.closing ??= this.drain(by));
  }

  private async drain(by: number): Promise<DrainReport> {
    const startedAt = performance.now();
    const inFlight = this.open.size;
    const { server } = this;
    if (server === undefined) return { inFlight: 0, finished: 0, forced: 0, elapsedMs: 0 };
    const closed = new Promise<void>((resolve) => server.close(() => { resolve(); }));
    server.closeIdleConnections();
    await this.quietBy(by);
    const forced = this.open.size;
    if (forced > 0) {
      const reason = new DrainTimeoutError('the server stopped before the request was answered');
      for (const x of [...this.open]) x.abort(reason);
      await new Promise((resolve) => setImmediate(resolve));
    }
    server.closeAllConnections();
    // Those that were given away go on; the rest had its time.
    let given = false;
    for (const socket of this.raw) {
      if (this.given.has(socket)) given = true;
      else socket.destroy();
    }
    if (!given) await closed;
    return { inFlight, finished: Math.max(0, inFlight - forced), forced, elapsedMs: performance.now() - startedAt };
  }

  private quietBy(by: number): Promise<void> {
    if (this.open.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.onQuiet = undefined;
        resolve();
      }, Math.min(0x7fffffff, Math.max(0, by - performance.now())));
      this.onQuiet = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** What is no request is answered as our own engine answers it. */
function refuse(e: Error & { readonly code?: string }, socket: Duplex): void {
  if (!socket.writable || e.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const [status, text] =
    e.code === 'HPE_HEADER_OVERFLOW'
      ? ['431 Request Header Fields Too Large', 'Request Header Fields Too Large']
      : e.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ['408 Request Timeout', 'Request timeout']
        : ['400 Bad Request', 'Error when parsing request'];
  socket.end(`HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${text.length}\r\nConnection: close\r\n\r\n${text}`);
}
