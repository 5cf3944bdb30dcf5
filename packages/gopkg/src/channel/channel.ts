// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Clock, TimerEntry } from '../clock/index.js';
import { loopClock } from '../clock/index.js';
import { OptionError } from '../errors/index.js';
import { bool, func, instance, int, nested, optionTable } from '../options/index.js';
import { Queue } from '../queue/index.js';

/** Says whether a side has to wait; asked before each item, and again every `windowMs` while it says yes. */
export interface ChannelThrottle {
  readonly producer?: ((c: { readonly length: number; readonly produced: number; readonly consumed: number }) => boolean) | undefined;
  readonly consumer?: ((c: { readonly length: number; readonly produced: number; readonly consumed: number }) => boolean) | undefined;
  /** Unit ms. @defaultValue 100 */
  readonly windowMs?: number | undefined;
}

export interface ChannelOptions<T> {
  /** Items that may wait; a sender waits while it is full. @defaultValue 1 */
  readonly size?: number | undefined;
  /** Senders never wait, and `size` must not be given. @defaultValue false */
  readonly nonBlocking?: boolean | undefined;
  /** An item that nobody took in time is dropped. Unit ms, 0 = never. @defaultValue 0 */
  readonly ttlMs?: number | undefined;
  /** Gets what was dropped. */
  readonly onExpired?: ((value: T) => void) | undefined;
  readonly throttle?: ChannelThrottle | undefined;
  /** Items per second of the clock, 0 = no limit. `Differs:` the original lets one more through. */
  readonly rate?: { readonly produce?: number | undefined; readonly consume?: number | undefined } | undefined;
  /** @defaultValue the clock of the thread */
  readonly clock?: Clock | undefined;
}

const throttleTable = optionTable<ChannelThrottle>({ producer: func(), consumer: func(), windowMs: int({ unit: 'ms', min: 1, default: 100 }) });
const rateTable = optionTable<{ readonly produce?: number | undefined; readonly consume?: number | undefined }>({ produce: int({ min: 0, default: 0 }), consume: int({ min: 0, default: 0 }) });
const table = optionTable<ChannelOptions<unknown>>({
  size: int({ min: 1 }),
  nonBlocking: bool({ default: false }),
  ttlMs: int({ unit: 'ms', min: 0, default: 0 }),
  onExpired: func(),
  throttle: nested(throttleTable, { default: true }),
  rate: nested(rateTable, { default: true }),
  clock: instance<Clock>('a Clock', ['now']),
});

interface Item<T> {
  readonly value: T;
  readonly until: number;
}

interface Waiting<V> {
  settle(v: V): void;
  gone: boolean;
}

/** Asks a side again after a while. */
class Recheck implements TimerEntry {
  at: number = Infinity;
  readonly fire: () => void;
  constructor(fire: () => void) {
    this.fire = fire;
  }
}

/**
 * Hands items from senders to receivers, in order; `for await` receives until the channel is closed and empty.
 * Source: bytedance/gopkg lang/channel.
 * Differs: no item is held ready for the receiver, so that `size` is exact and an item's time runs until it is taken; `close` ends receivers that a throttle
 *          holds back, which the original never does.
 */
export class Channel<T> implements AsyncIterable<T>, Disposable {
  private readonly o: ChannelOptions<T> & { readonly ttlMs: number; readonly throttle: ChannelThrottle; readonly rate: { readonly produce: number; readonly consume: number } };
  private readonly clock: Clock;
  private readonly limit: number;
  private readonly items = new Queue<Item<T>>();
  private readonly senders = new Queue<Waiting<boolean> & { readonly item: Item<T> }>();
  private readonly receivers = new Queue<Waiting<IteratorResult<T, undefined>>>();
  private readonly producing: () => boolean;
  private readonly consuming: () => boolean;
  private readonly recheck = new Recheck(() => {
    this.pump();
  });
  private sent = 0;
  private taken = 0;
  private over = false;
  private pumping = false;

  constructor(options: ChannelOptions<T> = {}) {
    this.o = table.resolve(options as ChannelOptions<unknown>, 'channel') as unknown as typeof this.o;
    const { size, nonBlocking, throttle, rate } = this.o;
    if (nonBlocking === true && size !== undefined) throw new OptionError('channel.size', 'channel.size: a channel that never blocks has no size');
    this.clock = this.o.clock ?? loopClock();
    this.limit = nonBlocking === true ? Infinity : (size ?? 1);
    const held = (own: ChannelThrottle['producer'], perSecond: number, count: () => number): (() => boolean) => {
      const full = this.rateOf(perSecond, count);
      return () => full() || own?.(this) === true;
    };
    this.producing = nonBlocking === true ? () => false : held(throttle.producer, rate.produce, () => this.sent);
    this.consuming = held(throttle.consumer, rate.consume, () => this.taken);
  }

  /** Items that were accepted and not yet taken. */
  get length(): number {
    return this.sent - this.taken;
  }

  /** Items accepted so far. */
  get produced(): number {
    return this.sent;
  }

  /** Items taken or dropped so far. */
  get consumed(): number {
    return this.taken;
  }

  get closed(): boolean {
    return this.over;
  }

  /** Gives an item; true when it was accepted, at once or after waiting, false when the channel is closed. Rejects when `signal` aborts before. */
  async send(value: T, o: { readonly signal?: AbortSignal | undefined } = {}): Promise<boolean> {
    o.signal?.throwIfAborted();
    if (this.over) return false;
    const item = this.item(value);
    if (this.senders.size === 0 && this.accepts()) {
      this.accept(item);
      return true;
    }
    return this.wait<boolean>(o.signal, (w) => {
      this.senders.push(Object.assign(w, { item }));
      this.pump();
    });
  }

  /** Gives an item if nobody has to wait for that. */
  trySend(value: T): boolean {
    if (this.over || this.senders.size > 0 || !this.accepts()) return false;
    this.accept(this.item(value));
    return true;
  }

  /** Takes the next item; `done` when the channel is closed and empty. Rejects when `signal` aborts before. */
  async receive(o: { readonly signal?: AbortSignal | undefined } = {}): Promise<IteratorResult<T, undefined>> {
    o.signal?.throwIfAborted();
    return this.wait<IteratorResult<T, undefined>>(o.signal, (w) => {
      this.receivers.push(w);
      this.pump();
    });
  }

  /** Accepts nothing more; what was accepted can still be taken. Who waits to send is told false. */
  close(): void {
    if (this.over) return;
    this.over = true;
    for (let s = this.senders.shift(); s !== undefined; s = this.senders.shift()) if (!s.gone) s.settle(false);
    this.pump();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Leaving the loop leaves the channel open: others may receive on. */
  [Symbol.asyncIterator](): AsyncIterator<T, undefined> {
    return { next: async () => this.receive() };
  }

  private item(value: T): Item<T> {
    return { value, until: this.o.ttlMs > 0 ? this.clock.now() + this.o.ttlMs : Infinity };
  }

  private accepts(): boolean {
    return this.items.size < this.limit && !this.producing();
  }

  private accept(item: Item<T>): void {
    this.items.push(item);
    this.sent++;
    this.pump();
  }

  /** Moves what can be moved. A callback may send, receive or close meanwhile; the loop sees it. */
  private pump(): void {
    if (this.pumping) return;
    this.pumping = true;
    try {
      while (this.step());
    } finally {
      this.pumping = false;
    }
  }

  /** One move; false when nothing can move now. */
  private step(): boolean {
    while (this.senders.at(0)?.gone === true) this.senders.shift();
    while (this.receivers.at(0)?.gone === true) this.receivers.shift();
    if (this.receivers.size > 0) {
      if (this.items.size > 0) {
        // After close nothing holds the rest back for ever: the throttle is still asked, but by the timer.
        if (!this.consuming()) return this.deliver();
        this.later();
      } else if (this.over) {
        this.receivers.shift()!.settle({ done: true, value: undefined });
        return true;
      }
    }
    if (this.senders.size > 0 && this.items.size < this.limit) {
      if (this.producing()) {
        this.later();
        return false;
      }
      const s = this.senders.shift()!;
      this.items.push(s.item);
      this.sent++;
      s.settle(true);
      return true;
    }
    return false;
  }

  private deliver(): boolean {
    const item = this.items.shift()!;
    this.taken++;
    if (this.clock.now() > item.until) this.o.onExpired?.(item.value);
    else this.receivers.shift()!.settle({ done: false, value: item.value });
    return true;
  }

  private later(): void {
    if (this.recheck.at === Infinity) this.clock.wheel.add(this.recheck, this.clock.now() + this.o.throttle.windowMs!);
  }

  private rateOf(max: number, count: () => number): () => boolean {
    let second = -1;
    let begin = 0;
    if (max === 0) return () => false;
    return () => {
      const now = Math.floor(this.clock.now() / 1000);
      if (now !== second) {
        second = now;
        begin = count();
      }
      return count() - begin >= max;
    };
  }

  private async wait<V>(signal: AbortSignal | undefined, join: (w: Waiting<V>) => void): Promise<V> {
    return new Promise<V>((resolve, reject) => {
      const onAbort = (): void => {
        w.gone = true;
        reject(signal!.reason as Error);
        this.pump();
      };
      const w: Waiting<V> = {
        gone: false,
        settle: (v) => {
          w.gone = true;
          signal?.removeEventListener('abort', onAbort);
          resolve(v);
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      join(w);
    });
  }
}
