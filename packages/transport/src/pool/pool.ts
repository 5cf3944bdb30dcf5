// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Awaitable } from '@cloudwego/gopkg/async';
import type { Address } from '@cloudwego/gopkg/io';

/** A connection as a pool sees it. */
export interface PoolEntry {
  readonly address: Address;
  /** Whether another call may use it. */
  usable(): boolean;
  /** Ends the connection. */
  destroy(cause?: Error): void;
  /** Clock.now() scale; written by the pool. */
  lastUsedAt: number;
}

/** What a `get` may take. */
export interface PoolGetOptions {
  /** Limit of a dial. Unit ms, 0 = none. */
  readonly connectTimeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Opens a connection to an address. */
export type PoolDial<T extends PoolEntry> = (address: Address, o: PoolGetOptions) => Awaitable<T>;

/**
 * Connections of one client. Every entry that `get` gave comes back by exactly one `put` or `discard`.
 * Source: cloudwego/kitex pkg/remote/connpool.go ConnPool, LongConnPool.
 */
export interface ConnPool<T extends PoolEntry> {
  /** An idle connection at once, else a new one. */
  get(address: Address, o: PoolGetOptions): Awaitable<T>;
  /** The connection may serve another call. */
  put(entry: T): void;
  /** The connection is of no more use. */
  discard(entry: T): void;
  /** The address left discovery: its idle connections are closed. */
  clean(address: Address): void;
  close(): Awaitable<void>;
  /** What is pooled, for debugging. */
  dump(): unknown;
}
