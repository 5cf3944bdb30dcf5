// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Awaitable } from '@cloudwego/gopkg/async';
import type { Address, ByteConsumer, Connection, DrainReport, TlsState } from '@cloudwego/gopkg/io';
import type { HttpHead, HttpHeadInit, HttpTail, Sniffer, StreamEngine, StreamEvents } from '@cloudwego/protocol';

/** What a Port serves. The Port drives its apps through their whole life and owns the drain state machine. */
export interface PortApp {
  readonly name: string;
  readonly sniffers: readonly Sniffer[];
  /** Takes a connection that speaks `protocol`; connections may come before `started` and while `stopping` runs. */
  accept(c: Connection, protocol: string): ByteConsumer;
  /** One HTTP/2 engine per connection, streams routed by content-type. */
  readonly h2?: { wants(h: HttpHead): boolean; attach(e: StreamEngine<HttpHeadInit, HttpTail>): StreamEvents<HttpHead, HttpTail> };
  /** The app was added: an app with a `stop()` of its own leaves its port by `port.remove(this)`. */
  added?(port: Port): void;
  /** Start hooks, registration. An app whose `started` fails gets `stopping` too, for what it had begun. */
  started(at: Address): Promise<void>;
  /** Readiness off, shutdown hooks, deregister. May come while `started` runs, which it should then cut short. */
  stopping(): Promise<void>;
  /** `by` is a point in time; then ctx.signal aborts, one turn, destroy. */
  drain(by: number): Promise<DrainReport>;
}

/** One listening address shared by several apps. */
export interface Port extends AsyncDisposable {
  add(app: PortApp): this;
  /** Listens, then starts the apps in the order in which they were added. Where one fails the port closes, and its error is thrown. */
  listen(): Promise<{ readonly address: Address }>;
  /**
   * Stops one app: stopping → its protocols are refused → drain. The others are served on; with the last one the port closes. A second call, and `close()`,
   * wait for the first.
   */
  remove(app: PortApp, o?: { drainMs?: number }): Promise<DrainReport>;
  /** Stops all apps: stopping → listener closed → drain. A second call waits for the first. */
  close(o?: { drainMs?: number }): Promise<DrainReport>;
}

/** What carries HTTP. */
export interface HttpCarrier {
  readonly capabilities: Readonly<Record<string, boolean>>;
  /** Where it listens, once `serve` resolved. */
  readonly address: Address | undefined;
  serve(onExchange: (x: Exchange) => void): Promise<void>;
  close(by: number): Promise<DrainReport>;
}

/** One HTTP request and its answer, whatever carries it. */
export interface Exchange {
  readonly method: string;
  readonly target: string;
  readonly signal: AbortSignal;
  readonly remote: Address;
  readonly tls: TlsState | undefined;
  header(lowerName: string): string | undefined;
  readonly rawHeaders: readonly string[];
  body(limit: number): Awaitable<Uint8Array>;
  stream(): AsyncIterable<Uint8Array>;
  trailers(): readonly string[];
  respond(status: number, headers: readonly string[], body: Uint8Array | string | undefined): void;
  startStream(status: number, headers: readonly string[], length: number | undefined): BodySink;
  /** Absent = capability missing, known from HttpCarrier at start. */
  inform?(status: number, headers: readonly string[]): void;
  /** Answers 101, or 200 to CONNECT, with these fields and gives the connection away: the caller attaches what comes next. */
  upgrade?(headers: readonly string[], status?: number): Connection;
  acceptWebSocket?(): unknown;
}

/** Takes a streamed body. */
export interface BodySink {
  write(b: Uint8Array | string): Awaitable<void>;
  end(trailers?: readonly string[]): void;
  destroy(e?: Error): void;
}
