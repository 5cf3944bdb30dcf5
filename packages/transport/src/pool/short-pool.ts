// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Awaitable } from '@cloudwego/gopkg/async';
import type { Address } from '@cloudwego/gopkg/io';
import { any, func, optionTable, text } from '@cloudwego/gopkg/options';
import { PoolClosedError } from '../errors.js';
import { canceled, Dialing } from './dialing.js';
import type { ConnPool, PoolDial, PoolEntry, PoolGetOptions, PoolReporter } from './pool.js';

/** Options of {@link createShortPool}. */
export interface ShortPoolOptions<T extends PoolEntry> {
  readonly dial: PoolDial<T>;
  /** Named to the reporter. @defaultValue '' */
  readonly serviceName?: string | undefined;
  readonly reporter?: PoolReporter | undefined;
}

const table = optionTable<ShortPoolOptions<PoolEntry>>({
  dial: func<PoolDial<PoolEntry>>({ required: true }),
  serviceName: text({ empty: true, default: '' }),
  reporter: any<PoolReporter>({ what: 'a PoolReporter', test: (v) => typeof v === 'object' && v !== null }),
});

/** What `dump()` of a short pool gives. */
export interface ShortPoolDump {
  readonly kind: 'short';
  /** Connections in use. */
  readonly active: number;
  /** Connections being made. */
  readonly dialing: number;
}

/** One connection per call. Source: cloudwego/kitex pkg/remote/connpool/short_pool.go. */
export function createShortPool<T extends PoolEntry>(options: ShortPoolOptions<T>): ConnPool<T> {
  return new ShortPool<T>(table.resolve(options as unknown as ShortPoolOptions<PoolEntry>, 'pool') as unknown as Required<ShortPoolOptions<T>>);
}

class ShortPool<T extends PoolEntry> implements ConnPool<T> {
  private readonly dialing: Dialing<T>;
  private readonly used = new Set<T>();
  private closed: boolean = false;

  constructor(o: Required<ShortPoolOptions<T>>) {
    this.dialing = new Dialing<T>({
      pool: 'short',
      dial: o.dial,
      serviceName: o.serviceName!,
      reporter: o.reporter,
      onLate: (entry) => {
        entry.destroy();
      },
    });
  }

  get(address: Address, o: PoolGetOptions): Awaitable<T> {
    if (this.closed) throw new PoolClosedError('the connection pool is closed');
    if (o.signal?.aborted === true) throw canceled(address, o.signal);
    return this.dialing.dial(
      address,
      o,
      (entry) => {
        this.used.add(entry);
      },
      () => undefined,
    );
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
    if (this.closed) return;
    this.closed = true;
    const cause = new PoolClosedError('the client was closed');
    this.dialing.close(cause);
    const used = [...this.used];
    this.used.clear();
    for (const c of used) c.destroy(cause);
  }

  dump(): ShortPoolDump {
    return { kind: 'short', active: this.used.size, dialing: this.dialing.size };
  }
}
