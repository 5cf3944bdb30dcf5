// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Awaitable } from '@cloudwego/gopkg/async';
import type { Address } from '@cloudwego/gopkg/io';
import { PoolClosedError } from '../errors.js';
import type { ConnPool, PoolDial, PoolEntry, PoolGetOptions } from './pool.js';

/** Options of {@link createShortPool}. */
export interface ShortPoolOptions<T extends PoolEntry> {
  readonly dial: PoolDial<T>;
}

/** One connection per call. Source: cloudwego/kitex pkg/remote/connpool/short_pool.go. */
export function createShortPool<T extends PoolEntry>(o: ShortPoolOptions<T>): ConnPool<T> {
  return new ShortPool(o.dial);
}

class ShortPool<T extends PoolEntry> implements ConnPool<T> {
  private readonly dial: PoolDial<T>;
  private readonly used = new Set<T>();
  private closed: boolean = false;

  constructor(dial: PoolDial<T>) {
    this.dial = dial;
  }

  async get(address: Address, o: PoolGetOptions): Promise<T> {
    if (this.closed) throw new PoolClosedError('the connection pool is closed');
    const c = await this.dial(address, o);
    if (this.closed) {
      c.destroy();
      throw new PoolClosedError('the connection pool was closed while connecting');
    }
    this.used.add(c);
    return c;
  }

  put(entry: T): void {
    this.discard(entry);
  }

  discard(entry: T): void {
    if (this.used.delete(entry)) entry.destroy();
  }

  clean(): void {
    // Nothing is kept.
  }

  close(): Awaitable<void> {
    this.closed = true;
    const cause = new PoolClosedError('the client was closed');
    for (const c of [...this.used]) c.destroy(cause);
    this.used.clear();
  }

  dump(): unknown {
    return { kind: 'short', active: this.used.size };
  }
}
