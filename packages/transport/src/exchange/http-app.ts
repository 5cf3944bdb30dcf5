// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '@cloudwego/gopkg/clock';
import { loopClock } from '@cloudwego/gopkg/clock';
import type { Address, ByteConsumer, Connection, DrainReport } from '@cloudwego/gopkg/io';
import { any, int, optionTable, text } from '@cloudwego/gopkg/options';
import type { Http1Options, HttpHeadInit, HttpTail, Sniffer } from '@cloudwego/protocol';
import { createHttp1Engine, http1Sniffer } from '@cloudwego/protocol';
import { ChannelGroup } from '../channel-group.js';
import { Channel } from '../channel.js';
import type { PortApp } from '../contracts.js';
import type { StreamExchange } from './stream-exchange.js';
import { ExchangeStreams } from './streams.js';

/** Settings of an {@link HttpApp}. */
export interface HttpAppOptions {
  /** @defaultValue 'http' */
  readonly name?: string | undefined;
  /** Silence between requests before a connection is closed. Unit ms, 0 = any. Source: hertz IdleTimeout. @defaultValue 180000 */
  readonly idleTimeoutMs?: number | undefined;
  /** Of the engine. */
  readonly http1?: Http1Options | undefined;
  /** @defaultValue the loop's clock */
  readonly clock?: Clock | undefined;
}

const table = optionTable<HttpAppOptions>({
  name: text({ default: 'http' }),
  idleTimeoutMs: int({ unit: 'ms', min: 0, default: 180_000 }),
  http1: any<Http1Options>({ what: 'an object', test: (v) => typeof v === 'object' && v !== null }),
  clock: any<Clock>({ what: 'a Clock' }),
});

/** How long a client that was told goodbye may still send. Unit ms. */
const LINGER_MS = 100;
/** How long a client may take none of what is left to send when its connection ends. Unit ms. */
const WRITE_STALL_MS = 5000;
const NO_OPTIONS: Http1Options = Object.freeze({});

type HttpChannel = Channel<HttpHeadInit, HttpTail>;

/**
 * HTTP for a Port: every request becomes an {@link Exchange} as soon as its head is there. `createPort({ address }).add(app)` serves it beside other apps.
 * Where the Port routes the streams of an HTTP/2 connection, those that are not gRPC come here too.
 */
export class HttpApp implements PortApp {
  readonly name: string;
  readonly sniffers: readonly Sniffer[] = [http1Sniffer];
  readonly h2: NonNullable<PortApp['h2']>;
  /** Start and stop hooks of whoever is served. */
  onStarted: ((at: Address) => Promise<void>) | undefined = undefined;
  onStopping: (() => Promise<void>) | undefined = undefined;
  private readonly onExchange: (x: StreamExchange) => void;
  private readonly limits: { readonly maxConnIdleMs: number; readonly readWriteTimeoutMs: number; readonly lingerMs: number };
  private readonly http1: Http1Options;
  private readonly group: ChannelGroup<HttpChannel>;
  private readonly connections = new Map<HttpChannel, ExchangeStreams>();

  constructor(onExchange: (x: StreamExchange) => void, o: HttpAppOptions = {}) {
    const l = table.resolve(o, 'http');
    this.name = l.name!;
    this.onExchange = onExchange;
    this.http1 = l.http1 ?? NO_OPTIONS;
    // A request that stalls is the engine's to answer.
    this.limits = { maxConnIdleMs: l.idleTimeoutMs!, readWriteTimeoutMs: WRITE_STALL_MS, lingerMs: LINGER_MS };
    this.group = new ChannelGroup(l.clock ?? loopClock());
    this.h2 = {
      wants: (h) => !(h.header('content-type') ?? '').startsWith('application/grpc'),
      attach: (e) => {
        const streams = new ExchangeStreams(onExchange, undefined);
        streams.engine = e;
        return streams;
      },
    };
  }

  /** Requests in work on connections of HTTP/1. */
  get active(): number {
    return this.group.active;
  }

  accept(c: Connection): ByteConsumer {
    const streams = new ExchangeStreams(this.onExchange, c, (x, headers, status) => this.handOver(channel, x, headers, status));
    const channel: HttpChannel = Channel.create(c, createHttp1Engine, 'server', streams, this.http1, this.limits);
    streams.engine = channel.engine;
    channel.onClosed = (cause) => {
      this.group.remove(channel);
      this.connections.delete(channel);
      streams.lost(cause);
    };
    this.connections.set(channel, streams);
    this.group.add(channel);
    return channel;
  }

  /** The connection is somebody else's from now on, who attaches itself and sets limits of its own. */
  private handOver(channel: HttpChannel, x: StreamExchange, headers: readonly string[], status: number): Connection {
    channel.engine.sendHead(x.id, { status, headers, length: undefined }, true);
    this.group.remove(channel);
    this.connections.delete(channel);
    // The channel may be in the middle of a read, behind which it sets its own limit.
    queueMicrotask(() => {
      channel.clock.wheel.remove(channel);
      channel.connection.idleMs = 0;
    });
    return channel.connection;
  }

  async started(at: Address): Promise<void> {
    await this.onStarted?.(at);
  }

  async stopping(): Promise<void> {
    await this.onStopping?.();
  }

  drain(by: number): Promise<DrainReport> {
    return this.group.drain(by, LINGER_MS, (channel, reason) => {
      this.connections.get(channel)?.abort(reason);
    });
  }
}
