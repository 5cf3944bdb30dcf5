// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { setMaxListeners } from 'node:events';
import { availableParallelism } from 'node:os';
import type { Awaitable } from '@cloudwego/gopkg/async';
import { isThenable } from '@cloudwego/gopkg/async';
import type { Clock, TimerEntry } from '@cloudwego/gopkg/clock';
import type { Address } from '@cloudwego/gopkg/io';
import { formatAddress } from '@cloudwego/gopkg/io';
import { any, func, int, optionTable, text } from '@cloudwego/gopkg/options';
import { PoolClosedError } from '../errors.js';
import { canceled, Dialing, report } from './dialing.js';
import type { ConnPool, PoolDial, PoolEntry, PoolGetOptions, PoolReporter } from './pool.js';

/** Limits of a multiplexing pool. */
export interface MuxPoolLimits {
  /** Connections per address, made as they are first wanted. Integer from 1 to 1024. @defaultValue floor(1.5 × cores), at least 1, as in Kitex */
  readonly connectionsPerAddress?: number | undefined;
  /** A connection without calls is closed after this time. Unit ms, integer >= 2000. `Differs:` never in Kitex. @defaultValue 60000 */
  readonly maxIdleTimeoutMs?: number | undefined;
}

/** Options of {@link createMuxPool}. */
export interface MuxPoolOptions<T extends PoolEntry> extends MuxPoolLimits {
  readonly dial: PoolDial<T>;
  readonly clock: Clock;
  /** Named to the reporter. @defaultValue '' */
  readonly serviceName?: string | undefined;
  readonly reporter?: PoolReporter | undefined;
}

const table = optionTable<MuxPoolOptions<PoolEntry>>({
  connectionsPerAddress: int({ min: 1, max: 1024 }),
  maxIdleTimeoutMs: int({ unit: 'ms', min: 2000, default: 60_000 }),
  dial: func<PoolDial<PoolEntry>>({ required: true }),
  clock: any<Clock>({ required: true, what: 'a Clock' }),
  serviceName: text({ empty: true, default: '' }),
  reporter: any<PoolReporter>({ what: 'a PoolReporter', test: (v) => typeof v === 'object' && v !== null }),
});

/** What `dump()` of a multiplexing pool gives. */
export interface MuxPoolDump {
  readonly kind: 'mux';
  readonly limits: { readonly [K in keyof MuxPoolLimits]-?: number };
  /** Calls that have a connection. */
  readonly calls: number;
  /** Connections being made. */
  readonly dialing: number;
  /** Connections that take calls. */
  readonly connections: number;
  /** Connections that take no more calls and still have some. */
  readonly leaving: number;
  /** Per address, the calls on each of its connections. */
  readonly addresses: Readonly<Record<string, readonly number[]>>;
}

/**
 * Connections that many calls share: a fixed number per address, taken in turn.
 * Rules:  a connection that is not usable any more (its peer said goodbye) takes no further call and is destroyed with its last one; calls that want a connection
 *         which is being made wait for it together, under the limit of the first.
 * Errors: OptionError at construction.
 * Source: cloudwego/kitex pkg/remote/trans/nphttp2/conn_pool.go.
 */
export function createMuxPool<T extends PoolEntry>(options: MuxPoolOptions<T>): ConnPool<T> {
  const o = table.resolve(options as unknown as MuxPoolOptions<PoolEntry>, 'pool') as unknown as Required<MuxPoolOptions<T>>;
  const connectionsPerAddress = o.connectionsPerAddress ?? Math.max(1, Math.floor(1.5 * availableParallelism()));
  return new MuxPool<T>(o, Object.freeze({ connectionsPerAddress, maxIdleTimeoutMs: o.maxIdleTimeoutMs! }));
}

interface Waiter<T> {
  take(entry: T): void;
  fail(e: unknown): void;
}

/** A connection that is being made, with those who wait for it. */
interface Making<T> {
  readonly stop: AbortController;
  readonly waiters: Set<Waiter<T>>;
}

/**
 * The connections of one address.
 *
 *   slots: [ entry | making | empty, … ]
 *               ▲ next, in turn
 */
interface Ring<T> {
  readonly key: string;
  readonly slots: { entry: T | undefined; making: Making<T> | undefined }[];
  next: number;
  gone: boolean;
}

/** An entry of the pool with its calls. */
interface Share<T> {
  readonly ring: Ring<T>;
  calls: number;
  /** It has left its slot. */
  out: boolean;
}

class MuxPool<T extends PoolEntry> implements ConnPool<T>, TimerEntry {
  at: number = Infinity;
  private readonly limits: MuxPoolDump['limits'];
  private readonly clock: Clock;
  private readonly serviceName: string;
  private readonly reporter: PoolReporter | undefined;
  private readonly dialing: Dialing<T>;
  /** By the address object, which resolvers reuse, so that no key is made per call; `byKey` decides. */
  private readonly byAddress = new WeakMap<Address, Ring<T>>();
  private readonly byKey = new Map<string, Ring<T>>();
  private readonly shares = new Map<T, Share<T>>();
  private closed: boolean = false;

  constructor(o: Required<MuxPoolOptions<T>>, limits: MuxPoolDump['limits']) {
    this.limits = limits;
    this.clock = o.clock;
    this.serviceName = o.serviceName!;
    this.reporter = o.reporter;
    this.dialing = new Dialing<T>({
      pool: 'mux',
      dial: o.dial,
      serviceName: o.serviceName!,
      reporter: o.reporter,
      onLate: (entry) => {
        entry.destroy();
      },
    });
  }

  private ring(address: Address): Ring<T> {
    const known = this.byAddress.get(address);
    if (known !== undefined && !known.gone) return known;
    const key = formatAddress(address);
    let r = this.byKey.get(key);
    if (r === undefined) {
      r = { key, slots: Array.from({ length: this.limits.connectionsPerAddress }, () => ({ entry: undefined, making: undefined })), next: 0, gone: false };
      this.byKey.set(key, r);
    }
    this.byAddress.set(address, r);
    return r;
  }

  get(address: Address, o: PoolGetOptions): Awaitable<T> {
    if (this.closed) throw new PoolClosedError('the connection pool is closed');
    if (o.signal?.aborted === true) throw canceled(address, o.signal);
    const ring = this.ring(address);
    const slot = ring.slots[ring.next]!;
    ring.next = (ring.next + 1) % ring.slots.length;
    const { entry } = slot;
    if (entry !== undefined) {
      const share = this.shares.get(entry)!;
      if (entry.usable()) {
        if (share.calls++ === 0) entry.channel?.connection.ref();
        const r = this.reporter;
        if (r?.reuseSucceed !== undefined) report(() => r.reuseSucceed!('mux', this.serviceName, address));
        return entry;
      }
      this.retire(entry, share);
    }
    if (slot.making !== undefined) return this.wait(slot.making, address, o.signal);
    const making: Making<T> = { stop: new AbortController(), waiters: new Set() };
    slot.making = making;
    const made = this.dialing.dial(
      address,
      { connectTimeoutMs: o.connectTimeoutMs, signal: making.stop.signal },
      (e) => {
        slot.making = undefined;
        const share: Share<T> = { ring, calls: making.waiters.size, out: ring.gone };
        this.shares.set(e, share);
        if (!ring.gone) slot.entry = e;
        for (const w of making.waiters) w.take(e);
      },
      () => {
        slot.making = undefined;
        this.forgetIfEmpty(ring);
      },
    );
    if (!isThenable(made)) {
      this.shares.get(made)!.calls++;
      return made;
    }
    made.then(undefined, (e: unknown) => {
      for (const w of [...making.waiters]) w.fail(e);
    });
    return this.wait(making, address, o.signal);
  }

  /** Waits for a connection that is being made. The last one to give up ends the dial. */
  private wait(making: Making<T>, address: Address, signal: AbortSignal | undefined): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const end = (): void => {
        making.waiters.delete(waiter);
        signal?.removeEventListener('abort', onAbort);
      };
      const onAbort = (): void => {
        end();
        reject(canceled(address, signal!));
        if (making.waiters.size === 0) making.stop.abort(signal!.reason);
      };
      const waiter: Waiter<T> = {
        take: (entry) => {
          end();
          resolve(entry);
        },
        fail: (e) => {
          end();
          reject(e as Error);
        },
      };
      making.waiters.add(waiter);
      if (signal === undefined) return;
      // Many calls may share one signal: that is no leak.
      setMaxListeners(0, signal);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  put(entry: T): void {
    const share = this.shares.get(entry);
    if (share === undefined || share.calls === 0) return;
    share.calls--;
    if (share.calls > 0) return;
    entry.lastUsedAt = this.clock.now();
    if (share.out || !entry.usable()) {
      this.retire(entry, share);
      this.forgetIfEmpty(share.ring);
      return;
    }
    entry.channel?.connection.unref();
    if (this.at === Infinity) this.clock.wheel.add(this, entry.lastUsedAt + this.limits.maxIdleTimeoutMs / 2);
  }

  /** The connection takes no further call; those that have it go on. */
  discard(entry: T): void {
    const share = this.shares.get(entry);
    if (share === undefined || share.calls === 0) return;
    share.calls--;
    this.retire(entry, share);
    this.forgetIfEmpty(share.ring);
  }

  private retire(entry: T, share: Share<T>): void {
    if (!share.out) {
      share.out = true;
      for (const s of share.ring.slots) if (s.entry === entry) s.entry = undefined;
    }
    if (share.calls > 0) return;
    this.shares.delete(entry);
    entry.destroy();
  }

  private forgetIfEmpty(r: Ring<T>): void {
    if (r.gone || r.slots.some((s) => s.entry !== undefined || s.making !== undefined)) return;
    r.gone = true;
    this.byKey.delete(r.key);
  }

  clean(address: Address): void {
    const r = this.byKey.get(formatAddress(address));
    if (r === undefined) return;
    r.gone = true;
    this.byKey.delete(r.key);
    for (const { entry } of r.slots) if (entry !== undefined) this.retire(entry, this.shares.get(entry)!);
  }

  /** The sweep: closes what has had no call for too long, or died without one. */
  fire(now: number): void {
    const old = now - this.limits.maxIdleTimeoutMs;
    let idle = false;
    for (const [entry, share] of [...this.shares]) {
      if (share.calls > 0) continue;
      if (entry.usable() && entry.lastUsedAt > old) {
        idle = true;
        continue;
      }
      this.retire(entry, share);
      this.forgetIfEmpty(share.ring);
    }
    if (idle && !this.closed) this.clock.wheel.add(this, now + this.limits.maxIdleTimeoutMs / 2);
  }

  close(): Awaitable<void> {
    if (this.closed) return;
    this.closed = true;
    this.clock.wheel.remove(this);
    const cause = new PoolClosedError('the client was closed');
    const entries = [...this.shares.keys()];
    for (const r of this.byKey.values()) r.gone = true;
    this.byKey.clear();
    this.shares.clear();
    this.dialing.close(cause);
    for (const e of entries) e.destroy(cause);
  }

  dump(): MuxPoolDump {
    const addresses: Record<string, number[]> = {};
    let calls = 0;
    let leaving = 0;
    for (const r of this.byKey.values()) addresses[r.key] = [];
    for (const s of this.shares.values()) {
      calls += s.calls;
      if (s.out) leaving++;
      else addresses[s.ring.key]!.push(s.calls);
    }
    return { kind: 'mux', limits: this.limits, calls, dialing: this.dialing.size, connections: this.shares.size - leaving, leaving, addresses };
  }
}
