// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { CallStream } from './channel.js';
import type { Client, KeyValue } from './client.js';
import { EtcdError } from './errors.js';
import { decode, encode } from './messages.js';
import type { Answers } from './messages.js';

/** One change of a key. */
export type EtcdEvent =
  | { readonly type: 'put'; readonly key: string; readonly value: Uint8Array }
  | { readonly type: 'delete'; readonly key: string };

/** Told by a watch. What it throws is thrown as an uncaught error, and ends nothing. */
export interface EtcdWatcher {
  /** All there is: first of all, and again where the store has forgotten what happened since. */
  snapshot(kvs: readonly KeyValue[]): void;
  /** What changed since, in order. */
  events(events: readonly EtcdEvent[]): void;
  /** The store cannot be asked: what was told may be old, until `live`. */
  failed(e: Error): void;
  /** The watch stands, at first and after each `failed`: what was told is what there is, and changes follow. */
  live?(): void;
}

const MIN_DELAY_MS = 100;
const MAX_DELAY_MS = 10_000;

/** One watch: a list, then a stream from its revision on. */
export class Watch {
  private readonly client: Client;
  private readonly key: Buffer;
  private readonly rangeEnd: Buffer | undefined;
  private readonly on: EtcdWatcher;
  private readonly signal: AbortSignal;
  private stream: CallStream | undefined = undefined;
  /** The first revision that was not told; undefined = everything has to be told. */
  private next: bigint | undefined = undefined;
  private delayMs: number = MIN_DELAY_MS;
  private timer: NodeJS.Timeout | undefined = undefined;
  private over: boolean = false;

  constructor(client: Client, key: Buffer, rangeEnd: Buffer | undefined, on: EtcdWatcher, signal: AbortSignal) {
    this.client = client;
    this.key = key;
    this.rangeEnd = rangeEnd;
    this.on = on;
    this.signal = signal;
  }

  start(): void {
    this.signal.addEventListener('abort', this.stop, { once: true });
    this.client.hold(this.stop);
    void this.go();
  }

  private readonly stop = (): void => {
    this.over = true;
    clearTimeout(this.timer);
    this.signal.removeEventListener('abort', this.stop);
    this.client.letGo(this.stop);
    this.stream?.close();
    this.stream = undefined;
  };

  private isOver(): boolean {
    return this.over;
  }

  private async go(): Promise<void> {
    try {
      if (this.next === undefined) {
        const { kvs, revision } = await this.client.range(this.key, this.rangeEnd, this.signal);
        if (this.isOver()) return;
        this.next = revision + 1n;
        this.tell(() => {
          this.on.snapshot(kvs);
        });
      }
      const stream = await this.client.stream('Watch/Watch', {
        message: (m) => {
          this.answer(decode('WatchResponse', m));
        },
        ended: (e) => {
          this.stream = undefined;
          if (this.over) return;
          this.client.failed(e);
          this.again(e);
        },
      });
      if (this.isOver()) {
        stream.close();
        return;
      }
      this.stream = stream;
      const createRequest = { key: this.key, ...(this.rangeEnd === undefined ? {} : { rangeEnd: this.rangeEnd }), startRevision: this.next.toString(), progressNotify: true };
      stream.write(encode('WatchRequest', { createRequest }));
    } catch (e) {
      if (!this.isOver()) this.again(e as Error);
    }
  }

  private answer(a: Answers['WatchResponse']): void {
    if (this.over) return;
    if (a.canceled) {
      // What is asked for was compacted away: the list tells what is there now.
      if (a.compactRevision !== '0') this.next = undefined;
      this.stream?.close();
      this.stream = undefined;
      this.again(new EtcdError('ETCD_REQUEST_REFUSED', `Watch/Watch: ${a.cancelReason === '' ? 'the server ended the watch' : a.cancelReason}`));
      return;
    }
    this.delayMs = MIN_DELAY_MS;
    if (a.created) {
      this.tell(() => {
        this.on.live?.();
      });
    }
    const last = a.events.at(-1);
    if (last === undefined) {
      // News of progress: up to the store's revision there is nothing that was not told. A watch that catches up has a revision ahead of its events.
      if (!a.created && a.header !== null) this.next = BigInt(a.header.revision) + 1n;
      return;
    }
    this.next = BigInt(last.kv.modRevision) + 1n;
    const events = a.events.map((e): EtcdEvent => {
      const key = Buffer.from(e.kv.key).toString();
      return e.type === 0 ? { type: 'put', key, value: Uint8Array.from(e.kv.value) } : { type: 'delete', key };
    });
    this.tell(() => {
      this.on.events(events);
    });
  }

  private again(e: Error): void {
    const delay = (0.5 + Math.random() / 2) * this.delayMs;
    this.delayMs = Math.min(MAX_DELAY_MS, this.delayMs * 2);
    this.timer = setTimeout(() => {
      void this.go();
    }, delay);
    this.timer.unref();
    this.tell(() => {
      this.on.failed(e);
    });
  }

  private tell(f: () => void): void {
    try {
      f();
    } catch (e) {
      queueMicrotask(() => {
        throw e;
      });
    }
  }
}
