// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Awaitable } from '@cloudwego/gopkg/async';
import type { Address, Connection } from '@cloudwego/gopkg/io';

/** A connection as a pool sees it. */
export interface PoolEntry {
  readonly address: Address;
  /** Whether another call may use it. False from the moment that the peer's goodbye is seen, not only when the socket is gone. */
  usable(): boolean;
  /** Ends the connection. Called once by a pool, maybe on one that ended by itself. */
  destroy(cause?: Error): void;
  /** Clock.now() scale; written by the pool. */
  lastUsedAt: number;
  /** What it runs on, as a {@link Channel} has it: while no call uses the connection it does not keep the process alive. */
  readonly channel?: { readonly connection: Pick<Connection, 'ref' | 'unref'> } | undefined;
}

/** What a `get` may take. */
export interface PoolGetOptions {
  /** Limit of a dial. Unit ms, 0 = none. */
  readonly connectTimeoutMs: number;
  /** Ends the wait for a new connection at once, whatever the dialer does. */
  readonly signal: AbortSignal | undefined;
}

/** Opens a connection to an address. `o.signal` is the pool's own: it aborts when the caller gives up and when the pool closes. */
export type PoolDial<T extends PoolEntry> = (address: Address, o: PoolGetOptions) => Awaitable<T>;

/** Told what a pool does. What it throws is thrown outside of the call. Source: cloudwego/kitex pkg/remote/connpool/reporter.go Reporter. */
export interface PoolReporter {
  /** A new connection was made. */
  connSucceed?(pool: 'long' | 'short' | 'mux', serviceName: string, address: Address): void;
  /** None could be made. A caller that gave up is no failure. */
  connFailed?(pool: 'long' | 'short' | 'mux', serviceName: string, address: Address, cause: unknown): void;
  /** An idle connection was taken, or one that is shared. */
  reuseSucceed?(pool: 'long' | 'short' | 'mux', serviceName: string, address: Address): void;
}

/**
 * Connections of one client. Every entry that `get` gave comes back by exactly one `put` or `discard`; further ones are ignored.
 * Source: cloudwego/kitex pkg/remote/connpool.go ConnPool, LongConnPool.
 */
export interface ConnPool<T extends PoolEntry> {
  /**
   * An idle connection at once, else a new one. A pool whose connections are shared gives one to several calls; each of them puts it back.
   * Errors: PoolClosedError (TRANSPORT_POOL_CLOSED), PoolGetCanceledError (TRANSPORT_POOL_GET_CANCELED, `cause` is the signal's reason), what the dialer threw.
   */
  get(address: Address, o: PoolGetOptions): Awaitable<T>;
  /** The connection may serve another call. */
  put(entry: T): void;
  /** The connection is of no more use. */
  discard(entry: T): void;
  /** The address left discovery: its idle connections are closed, those in use when they come back. */
  clean(address: Address): void;
  /** Destroys every connection, those in use too, and fails every `get` that waits. */
  close(): Awaitable<void>;
  /** What is pooled, for debugging. */
  dump(): unknown;
}
