// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { BaseContext, Context } from '@cloudwego/gopkg/context';
import type { Address, Connection, Network, TlsOptions } from '@cloudwego/gopkg/io';
import { formatAddress, parseAddress } from '@cloudwego/gopkg/io';
import { HttpConn } from './conn.js';
import { HttpClientError } from './errors.js';
import { cancelError, ClientExchange } from './exchange.js';
import type { SendOptions } from './exchange.js';
import { HostPool } from './host-pool.js';
import type { ResolvedClientOptions } from './options.js';
import { ClientRequest } from './request.js';
import type { ClientResponse } from './response.js';
import { hostOf, portOf, pushBasic } from './url.js';

/** Where a request goes, and by which way. */
interface Way {
  /** Requests with the same key may share connections. */
  readonly key: string;
  readonly address: Address;
  readonly tls: TlsOptions | undefined;
  readonly proxy: URL | undefined;
  /** The proxy only passes bytes on. */
  readonly tunnel: string | undefined;
}

/** Sends single requests: pools by origin, TLS, proxies, the one resend of a request that met a dying connection. */
export class Sender {
  private readonly o: ResolvedClientOptions;
  private readonly network: Network;
  private readonly pools: Map<string, HostPool> = new Map();
  private closed: boolean = false;

  constructor(o: ResolvedClientOptions, network: Network) {
    this.o = o;
    this.network = network;
  }

  /** `to`: where instead of the URL's host. */
  async send(req: ClientRequest, ctx: Context, to: Address | undefined): Promise<ClientResponse> {
    const reason = (ctx as BaseContext).cancelReason;
    if (reason !== undefined) throw cancelError(reason, req, false);
    if (this.closed) throw new HttpClientError('HERTZ_CLIENT_CLOSED', 'the client is closed');
    const way = this.wayOf(req, to);
    for (let n = 0; ; n++) {
      // A pool that fell empty is forgotten: each round asks anew.
      const pool = this.pool(way, req.input.dialTimeoutMs ?? this.o.dialTimeoutMs!);
      const conn = await this.acquire(pool, req, ctx, n > 0);
      const x = new ClientExchange(conn, req, ctx, this.sendOptions(req, way, ctx));
      const reused = conn.uses > 0;
      if (!x.start()) {
        // It ended while it was fetched: nothing was sent.
        conn.destroy();
        if (n > 2) throw new HttpClientError('HERTZ_CLIENT_CONN_LOST', `${req.method} ${req.url.origin}: connection is closed by peer while being in the connection pool`);
        continue;
      }
      try {
        return await x.response;
      } catch (e) {
        // The server closed it when the request was on its way, as it may at any time: once more, on a new one, where that does no harm.
        const once = n === 0 && reused && !x.answered && e instanceof HttpClientError && e.code === 'HERTZ_CLIENT_CONN_LOST' && req.isIdempotent && req.isRepeatable;
        if (!once) throw e;
      }
    }
  }

  private async acquire(pool: HostPool, req: ClientRequest, ctx: Context, fresh: boolean): Promise<HttpConn> {
    try {
      return await pool.acquire(ctx, fresh);
    } catch (e) {
      const reason = (ctx as BaseContext).cancelReason;
      throw reason === undefined ? e : cancelError(reason, req, false);
    }
  }

  private sendOptions(req: ClientRequest, way: Way, ctx: Context): SendOptions {
    const { o } = this;
    const { url } = req;
    const absolute = way.proxy !== undefined && way.tunnel === undefined;
    const headers = [...req.headers];
    const has = (name: string): boolean => headers.some((h, i) => i % 2 === 0 && h.toLowerCase() === name);
    if (o.name !== '' && !has('user-agent')) headers.push('User-Agent', o.name!);
    if (absolute) pushBasic(headers, 'Proxy-Authorization', way.proxy!);
    if (o.budgetHeader !== '' && ctx.deadline !== Infinity && !has(o.budgetHeader!.toLowerCase())) headers.push(o.budgetHeader!, String(Math.max(1, Math.floor(ctx.deadline - this.network.clock.now()))));
    const cookies = o.cookies?.getCookieStringSync(url.href);
    if (cookies !== undefined && cookies !== '' && !has('cookie')) headers.push('Cookie', cookies);
    const path = url.pathname + url.search;
    return {
      target: req.method === 'CONNECT' ? url.host : absolute ? `${url.protocol}//${url.host}${path}` : path,
      headers,
      readTimeoutMs: req.input.readTimeoutMs ?? o.readTimeoutMs!,
      writeTimeoutMs: req.input.writeTimeoutMs ?? o.writeTimeoutMs!,
      maxResponseBodyBytes: o.maxResponseBodyBytes!,
    };
  }

  private wayOf(req: ClientRequest, to: Address | undefined): Way {
    const { url } = req;
    const secure = url.protocol === 'https:';
    const host = hostOf(url);
    const tls = secure ? { alpnProtocols: ['http/1.1'], servername: host, ...this.o.tls } : undefined;
    const own = to ?? (req.input.address === undefined ? undefined : typeof req.input.address === 'string' ? parseAddress(req.input.address) : req.input.address);
    if (own !== undefined) return { key: `${url.protocol}//${url.host} ${formatAddress(own)}`, address: own, tls, proxy: undefined, tunnel: undefined };
    const { proxy: chosen } = this.o;
    const named = typeof chosen === 'function' ? chosen(url) : chosen;
    if (named === undefined) return { key: url.origin, address: { kind: 'tcp', host, port: portOf(url) }, tls, proxy: undefined, tunnel: undefined };
    const proxy = proxyUrl(named);
    const at: Address = { kind: 'tcp', host: hostOf(proxy), port: portOf(proxy) };
    const tunnel = secure ? `${url.hostname}:${portOf(url)}` : undefined;
    return { key: `${tunnel === undefined ? '' : `${url.origin} `}via ${proxy.href}`, address: at, tls, proxy, tunnel };
  }

  private pool(way: Way, dialTimeoutMs: number): HostPool {
    let pool = this.pools.get(way.key);
    if (pool !== undefined) return pool;
    const { o } = this;
    pool = new HostPool(
      (ctx) => this.dial(way, ctx, dialTimeoutMs),
      this.network.clock,
      { maxConnsPerHost: o.maxConnsPerHost!, maxConnWaitTimeoutMs: o.maxConnWaitTimeoutMs!, maxIdleConnDurationMs: o.maxIdleConnDurationMs!, maxConnDurationMs: o.maxConnDurationMs! },
      { keepAlive: o.keepAlive, maxHeaderBytes: o.maxHeaderBytes },
      () => {
        this.pools.delete(way.key);
      },
    );
    this.pools.set(way.key, pool);
    return pool;
  }

  private async dial(way: Way, ctx: Context, connectTimeoutMs: number): Promise<Connection> {
    const bounded = connectTimeoutMs > 0 ? ctx.withDeadline(this.network.clock.now() + connectTimeoutMs) : ctx;
    try {
      if (way.proxy === undefined) return await this.network.dial(way.address, { connectTimeoutMs, signal: bounded.signal, tls: way.tls });
      const proxyTls = way.proxy.protocol === 'https:' ? { servername: way.proxy.hostname, ...this.o.tls } : undefined;
      const c = await this.network.dial(way.address, { connectTimeoutMs, signal: bounded.signal, tls: proxyTls });
      return way.tunnel === undefined ? c : await this.tunnel(c, way, bounded);
    } catch (e) {
      if (e instanceof HttpClientError) throw e;
      throw new HttpClientError('HERTZ_CLIENT_DIAL_FAILED', `${formatAddress(way.address)}: ${(e as Error).message}`, { cause: e });
    }
  }

  /** A proxy's tunnel to the server, with TLS in it. */
  private async tunnel(c: Connection, way: Way, ctx: Context): Promise<Connection> {
    const conn = new HttpConn(c, { free: ignore, gone: ignore }, { maxHeaderBytes: this.o.maxHeaderBytes });
    const req = new ClientRequest(`http://${way.tunnel!}`, { method: 'CONNECT' });
    const headers: string[] = [];
    pushBasic(headers, 'Proxy-Authorization', way.proxy!);
    const x = new ClientExchange(conn, req, ctx, { target: way.tunnel!, headers, readTimeoutMs: 0, writeTimeoutMs: 0, maxResponseBodyBytes: 0 });
    try {
      if (!x.start()) throw new HttpClientError('HERTZ_CLIENT_CONN_LOST', 'the proxy closed the connection');
      const r = await x.response;
      if (r.connection === undefined) throw new HttpClientError('HERTZ_CLIENT_PROXY_REFUSED', `the proxy ${way.proxy!.host} answered ${r.status} to CONNECT ${way.tunnel!}`);
      return r.connection.startTls(way.tls!);
    } catch (e) {
      conn.destroy();
      throw e;
    }
  }

  /** What is known of connections, by origin. */
  state(): Readonly<Record<string, { readonly open: number; readonly idle: number; readonly waiting: number }>> {
    return Object.fromEntries([...this.pools].map(([k, p]) => [k.replace(/\/\/[^/@\s]*@/g, '//'), p.state]));
  }

  closeIdle(): void {
    for (const p of this.pools.values()) p.closeIdle();
  }

  close(): void {
    this.closed = true;
    for (const p of [...this.pools.values()]) p.close();
    this.pools.clear();
  }
}

function ignore(): void {
  // A tunnel is nobody's connection but its caller's.
}

function proxyUrl(named: string | URL): URL {
  const bad = (cause?: unknown): HttpClientError => new HttpClientError('HERTZ_CLIENT_REQUEST_INVALID', 'proxy: wanted a URL with http: or https:', { cause });
  let u: URL;
  try {
    u = new URL(named);
  } catch (e) {
    throw bad(e);
  }
  if (u.protocol !== 'http:' && u.protocol !== 'https:') throw bad();
  return u;
}
