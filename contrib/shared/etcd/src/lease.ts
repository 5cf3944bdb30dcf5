// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { CallStream } from './channel.js';
import type { Client } from './client.js';
import type { EtcdError } from './errors.js';
import { decode, encode } from './messages.js';

/** A lease that is kept alive. Keys that were put with it go when it ends. */
export interface EtcdLease {
  /** Decimal text. */
  readonly id: string;
  readonly ttlMs: number;
  /** Settles when the store has forgotten the lease, or when it may have: one TTL passed without a word of it. Never rejects; not settled by `revoke`. */
  readonly lost: Promise<void>;
  /** Ends it, and its keys with it. Errors: {@link EtcdError}. */
  revoke(): Promise<void>;
}

const NOT_FOUND = 5;

/** Keeps one lease alive: a word every third of its time, over one stream that is made again when it breaks. */
export class Lease implements EtcdLease {
  readonly id: string;
  readonly ttlMs: number;
  readonly lost: Promise<void>;
  private readonly client: Client;
  private readonly lose: () => void;
  private stream: CallStream | undefined = undefined;
  private opening: boolean = false;
  private heardAt: number;
  private over: boolean = false;
  private readonly timer: NodeJS.Timeout;

  constructor(client: Client, id: string, ttlMs: number) {
    this.client = client;
    this.id = id;
    this.ttlMs = ttlMs;
    this.heardAt = performance.now();
    let lose!: () => void;
    this.lost = new Promise((resolve) => {
      lose = resolve;
    });
    this.lose = lose;
    this.timer = setInterval(() => {
      this.beat();
    }, Math.max(50, Math.min(ttlMs / 3, 30_000)));
    this.timer.unref();
    client.hold(this.stop);
    this.beat();
  }

  private beat(): void {
    if (this.over) return;
    if (performance.now() - this.heardAt >= this.ttlMs) {
      this.gone();
      return;
    }
    if (this.stream !== undefined) {
      this.stream.write(encode('LeaseKeepAliveRequest', { ID: this.id }));
      return;
    }
    if (this.opening) return;
    this.opening = true;
    void this.open();
  }

  private async open(): Promise<void> {
    try {
      const stream = await this.client.stream('Lease/LeaseKeepAlive', {
        message: (m) => {
          const a = decode('LeaseKeepAliveResponse', m);
          if (a.ID !== this.id) return;
          // The server's way to say that it knows no such lease.
          if (Number(a.TTL) <= 0) this.gone();
          else this.heardAt = performance.now();
        },
        ended: (e: EtcdError) => {
          this.stream = undefined;
          if (this.over) return;
          this.client.failed(e);
          if (e.status === NOT_FOUND) this.gone();
        },
      });
      if (this.over) stream.close();
      else {
        this.stream = stream;
        stream.write(encode('LeaseKeepAliveRequest', { ID: this.id }));
      }
    } catch {
      // The next beat tries again, until the lease's time is over.
    } finally {
      this.opening = false;
    }
  }

  private gone(): void {
    this.stop();
    this.lose();
  }

  private readonly stop = (): void => {
    if (this.over) return;
    this.over = true;
    clearInterval(this.timer);
    this.client.letGo(this.stop);
    this.stream?.close();
    this.stream = undefined;
  };

  async revoke(): Promise<void> {
    this.stop();
    try {
      await this.client.call('Lease/LeaseRevoke', 'LeaseRevokeRequest', { ID: this.id }, 'LeaseRevokeResponse');
    } catch (e) {
      // What the store has forgotten is revoked.
      if ((e as Partial<EtcdError>).status !== NOT_FOUND) throw e;
    }
  }
}
