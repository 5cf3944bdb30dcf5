// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { toError } from '@cloudwego/gopkg/errors';
import type { Address, Connection, Listener, ListenOptions } from '@cloudwego/gopkg/io';
import type { MemoryConnection } from './connection.js';

/** What a listener tells its network. */
export interface ListenerHost {
  closed(l: MemoryListener): void;
  wake(): void;
}

/** Where connections in memory arrive. */
export class MemoryListener implements Listener {
  readonly address: Address;
  readonly shares: boolean;
  /** Connected and not yet accepted. */
  readonly queue: MemoryConnection[] = [];
  private readonly accept: (c: Connection) => void;
  private readonly backlog: number;
  private readonly idleMs: number | undefined;
  private readonly host: ListenerHost;
  private paused: boolean = false;
  private gone: boolean = false;

  constructor(address: Address, accept: (c: Connection) => void, o: ListenOptions, host: ListenerHost) {
    this.address = address;
    this.accept = accept;
    this.shares = o.reusePort === true;
    this.backlog = o.backlog ?? 4096;
    this.idleMs = o.idleMs;
    this.host = host;
  }

  /** Dials wait. */
  get full(): boolean {
    return this.queue.length >= this.backlog;
  }

  acceptAll(): void {
    while (!this.paused && this.queue.length > 0) {
      const c = this.queue.shift()!;
      if (this.idleMs !== undefined) c.idleMs = this.idleMs;
      try {
        this.accept(c);
      } catch (e) {
        c.destroy(toError(e));
      }
    }
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.host.wake();
  }

  close(): Promise<void> {
    if (!this.gone) {
      this.gone = true;
      this.host.closed(this);
      for (const c of this.queue.splice(0)) c.destroy();
      // Who waits for a place in the queue is refused.
      this.host.wake();
    }
    return Promise.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
