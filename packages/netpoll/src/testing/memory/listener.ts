// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '@cloudwego/gopkg/clock';
import type { Address, Connection, Listener } from '@cloudwego/gopkg/io';
import { AcceptGate } from '../../accept/gate.js';
import type { ListenSettings } from '../../accept/options.js';
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
  private readonly gate: AcceptGate;
  private readonly backlog: number;
  private readonly host: ListenerHost;
  private paused: boolean = false;
  private gone: boolean = false;

  constructor(clock: Clock, address: Address, accept: (c: Connection) => void, o: ListenSettings, host: ListenerHost) {
    this.address = address;
    this.gate = new AcceptGate(clock, o, accept);
    this.shares = o.reusePort;
    this.backlog = o.backlog;
    this.host = host;
  }

  /** Dials wait. */
  get full(): boolean {
    return this.queue.length >= this.backlog;
  }

  acceptAll(): void {
    while (!this.paused && this.queue.length > 0) this.gate.take(this.queue.shift()!);
  }

  pause(): void {
    this.paused = true;
    this.gate.pause();
  }

  resume(): void {
    this.paused = false;
    this.gate.resume();
    this.host.wake();
  }

  close(): Promise<void> {
    if (!this.gone) {
      this.gone = true;
      this.host.closed(this);
      for (const c of this.queue.splice(0)) c.destroy();
      this.gate.close();
      // Who waits for a place in the queue is refused.
      this.host.wake();
    }
    return Promise.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
