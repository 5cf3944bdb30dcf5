// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { setMaxListeners } from 'node:events';
import type { Awaitable } from '@cloudwego/gopkg/async';
import { isThenable } from '@cloudwego/gopkg/async';
import type { Address } from '@cloudwego/gopkg/io';
import { formatAddress } from '@cloudwego/gopkg/io';
import { PoolGetCanceledError } from '../errors.js';
import type { PoolDial, PoolEntry, PoolGetOptions, PoolReporter } from './pool.js';

/** Calls a reporter; what it throws reaches the process's own handlers and not the call. */
export function report(f: () => void): void {
  try {
    f();
  } catch (e) {
    queueMicrotask(() => {
      throw e;
    });
  }
}

/** The error of a `get` whose signal aborted. */
export function canceled(address: Address, signal: AbortSignal): PoolGetCanceledError {
  return new PoolGetCanceledError(`a connection to ${formatAddress(address)} was no longer wanted`, { cause: signal.reason });
}

/** How the dials of a pool are made and told. */
export interface DialingOptions<T extends PoolEntry> {
  readonly pool: 'long' | 'short' | 'mux';
  readonly dial: PoolDial<T>;
  readonly serviceName: string;
  readonly reporter: PoolReporter | undefined;
  /** A connection whose caller had given up. */
  readonly onLate: (entry: T) => void;
}

/** The dials of one pool that are under way. Each ends at once when its caller gives up or the pool closes, even if the dialer does not listen. */
export class Dialing<T extends PoolEntry> {
  private readonly o: DialingOptions<T>;
  private readonly under = new Set<(e: Error) => void>();

  constructor(o: DialingOptions<T>) {
    this.o = o;
  }

  get size(): number {
    return this.under.size;
  }

  /** `took` and `failed`: exactly one is called, before the caller hears of it; after `failed` a connection may still come by `onLate`. */
  dial(address: Address, o: PoolGetOptions, took: (entry: T) => void, failed: () => void): Awaitable<T> {
    const ending = new AbortController();
    let made: Awaitable<T>;
    try {
      made = this.o.dial(address, { connectTimeoutMs: o.connectTimeoutMs, signal: ending.signal });
    } catch (e) {
      failed();
      this.tellFailed(address, e);
      throw e;
    }
    if (!isThenable(made)) {
      took(made);
      this.tellMade(address);
      return made;
    }
    const promise = made;
    return new Promise<T>((resolve, reject) => {
      let over = false;
      const { signal } = o;
      const end = (): boolean => {
        if (over) return false;
        over = true;
        this.under.delete(stop);
        signal?.removeEventListener('abort', onAbort);
        return true;
      };
      const stop = (e: Error): void => {
        if (!end()) return;
        failed();
        reject(e);
        ending.abort(e);
      };
      const onAbort = (): void => {
        stop(canceled(address, signal!));
      };
      this.under.add(stop);
      if (signal !== undefined) {
        // Many calls may share one signal: that is no leak.
        setMaxListeners(0, signal);
        signal.addEventListener('abort', onAbort, { once: true });
      }
      promise.then(
        (entry) => {
          if (end()) {
            took(entry);
            this.tellMade(address);
            resolve(entry);
          } else {
            this.o.onLate(entry);
          }
        },
        (e: unknown) => {
          if (!end()) return;
          failed();
          this.tellFailed(address, e);
          reject(e as Error);
        },
      );
    });
  }

  private tellMade(address: Address): void {
    const { reporter } = this.o;
    if (reporter?.connSucceed !== undefined) report(() => reporter.connSucceed!(this.o.pool, this.o.serviceName, address));
  }

  private tellFailed(address: Address, cause: unknown): void {
    const { reporter } = this.o;
    if (reporter?.connFailed !== undefined) report(() => reporter.connFailed!(this.o.pool, this.o.serviceName, address, cause));
  }

  /** Fails every `get` that waits. */
  close(cause: Error): void {
    for (const stop of [...this.under]) stop(cause);
  }
}
