// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Duplex } from 'node:stream';
import type { PeerCertificate, SecureContext, SecureContextOptions, TLSSocket } from 'node:tls';
import type { Clock } from '../clock/index.js';
import type { Address } from './address.js';
import type { ByteWriter } from './bytes.js';

/** TLS settings of one side of a connection: Node's own, plus what both sides need. Keys and certificates are read once from each object. */
export interface TlsOptions extends SecureContextOptions {
  /** True on the accepting side. @defaultValue false */
  readonly isServer?: boolean | undefined;
  /** Name sent as SNI and checked against the certificate (client). */
  readonly servername?: string | undefined;
  /** Protocols offered or accepted, in order. */
  readonly alpnProtocols?: readonly string[] | undefined;
  /**
   * Server: whose certificate a connection shows, in a context that `createSecureContext` of node:tls made. Asked anew for every connection, first without a name
   * and then, where the client names a server (SNI), with that; undefined = `key` and `cert` of these options. So one port has several names, and certificates
   * are changed without a restart. What it throws ends the connection. Connections of node:http (Hertz's carrier `node`) have `key` and `cert` only.
   */
  readonly contextFor?: ((servername: string | undefined) => SecureContext | undefined) | undefined;
  /** Server: ask for a client certificate. @defaultValue false */
  readonly requestCert?: boolean | undefined;
  /** Refuse a peer whose certificate does not verify. @defaultValue true on the client, `requestCert` on the server */
  readonly rejectUnauthorized?: boolean | undefined;
}

/** What a finished handshake agreed on. */
export interface TlsState {
  readonly alpnProtocol: string | undefined;
  readonly servername: string | undefined;
  readonly version: string | undefined;
  readonly authorized: boolean;
  peerCertificate(): PeerCertificate | undefined;
  readonly socket: TLSSocket | undefined;
}

/** What a Connection feeds: an engine, a sniffer, a LinkBuffer. */
export interface ByteConsumer {
  /** Bytes wanted before the next receive(); a hint, never an allocation. */
  readonly need: number;
  /**
   * Takes bytes `buf[start, end)` and returns how many were consumed; the rest is kept by the Connection and presented again with more behind it.
   * Owns: keeps no reference to `buf`; the bytes are lent for the length of the call.
   */
  receive(buf: Buffer, start: number, end: number): number;
  /** The peer half-closed; no more bytes will come. */
  receiveEnd(): void;
  /** What was queued fell below low water. */
  writable(): void;
  /** Comes exactly once, never inside the call that caused it. */
  closed(cause: Error | undefined): void;
}

/** A byte stream between two peers: netpoll, monoio, a shmipc stream, TLS and in-memory pipes implement it. */
export interface Connection extends AsyncDisposable {
  /** generation << 20 | slot: never equal for two live or queued connections. */
  readonly id: number;
  readonly local: Address;
  readonly remote: Address;
  readonly tls: TlsState | undefined;
  readonly clock: Clock;
  /** Exactly one consumer; unread bytes are presented to the new one. During `receive` it takes effect when that returns. */
  attach(c: ByteConsumer): void;
  pause(): void;
  /** Presents unread bytes again. Legal when not paused, never recursive. */
  resume(): void;
  /** 0 = no idle limit. Unit ms. */
  idleMs: number;
  /** Bytes accepted and not yet sent. */
  readonly pendingBytes: number;
  /** Opens one synchronous write section. `hint`: bytes expected. */
  beginWrite(hint: number): ByteWriter;
  /** Ends the section and queues what was written for the end of the turn; false = above high water, `writable()` follows. */
  endWrite(): boolean;
  cancelWrite(): void;
  /** Sends now instead of at the end of the turn. */
  flush(): void;
  /** Half-closes after what was queued is sent. */
  end(): void;
  /** Sends what was queued, then closes. */
  close(): Promise<void>;
  /** Drops everything at once. */
  destroy(cause?: Error): void;
  /** An open connection keeps its process alive, unless the last of these was `unref`. A pool says so of one that nobody uses. `ref`: the default. */
  ref(): void;
  unref(): void;
  /** Hands the file descriptor over; undefined when there is none. */
  detach(): { readonly fd: number; readonly unread: Uint8Array } | undefined;
  startTls(o: TlsOptions): Connection;
  toDuplex(): Duplex;
}

export interface ListenOptions {
  /** Length of the accept queue, which the system may cut. Integer >= 1. @defaultValue 4096 */
  readonly backlog?: number | undefined;
  /** SO_REUSEPORT where the platform has it. @defaultValue false */
  readonly reusePort?: boolean | undefined;
  /** A listening descriptor inherited from a supervisor. */
  readonly fd?: number | undefined;
  /** Idle limit of accepted connections. Unit ms, 0 = none. @defaultValue 0 */
  readonly idleMs?: number | undefined;
  /**
   * Accepted connections begin with a PROXY header: `remote` and `local` are what it says. The connection is given to `accept` when the header was read; one
   * without a valid header is closed and never given. @defaultValue false
   */
  readonly proxyProtocol?: boolean | ProxyProtocolOptions | undefined;
}

/** The PROXY protocol, versions 1 and 2: a proxy tells in a header whose connection it passes on. */
export interface ProxyProtocolOptions {
  /**
   * Whose connections begin with a header: addresses and networks, such as `10.0.0.0/8` or `::1`. Connections of others are taken as they are, and what they
   * send is never believed to be a header; peers on unix sockets always send one. @defaultValue everybody
   */
  readonly trusted?: readonly string[] | undefined;
  /** Limit between accepting and the last byte of the header. Unit ms, 0 = none. @defaultValue 5000 */
  readonly headerTimeoutMs?: number | undefined;
  /** Limit of a header of version 2; one of version 1 has at most 107 bytes. Unit bytes, integer from 232 to 65551. @defaultValue 4096 */
  readonly maxHeaderBytes?: number | undefined;
}

export interface DialOptions {
  /** Limit for connect and TLS together. Unit ms, 0 = none. @defaultValue 1000 */
  readonly connectTimeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly tls?: TlsOptions | undefined;
}

export interface Listener extends AsyncDisposable {
  readonly address: Address;
  pause(): void;
  resume(): void;
  /** Stops accepting and leaves accepted connections alone. */
  close(): Promise<void>;
}

/** Every backend, shmipc, memory and the hostile loop; ports and client pools use nothing else. */
export interface Network {
  readonly engine: string;
  readonly clock: Clock;
  listen(a: Address, accept: (c: Connection) => void, o?: ListenOptions): Promise<Listener>;
  dial(a: Address, o?: DialOptions): Promise<Connection>;
}

/** How a drain went: calls that were in flight at its start, those that finished in time, and those that were aborted. */
export interface DrainReport {
  readonly inFlight: number;
  readonly finished: number;
  readonly forced: number;
  /** Unit ms. */
  readonly elapsedMs: number;
}
