// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { rethrowLater } from '../errors/rethrow-later.js';
import type { TimerEntry, TimerWheel } from './index.js';

/** Width of a slot. Unit ms; entries fire at most this much after they are due. */
const SLOT_MS = 4;
const MAX_DELAY = 0x7fffffff;
/** Empty slots that may lie around beside as many as are occupied. */
const SPARE_SLOTS = 64;

/** How a wheel is woken: armed with a delay, it calls back once after the I/O of that turn was served. */
export interface WheelDriver {
  arm(delayMs: number, wake: () => void): void;
  disarm(): void;
}

/** One unref'd timer; the wake-up goes through the check phase, so that bytes that are there beat a timer that is due. */
class LoopDriver implements WheelDriver {
  private timer: NodeJS.Timeout | undefined;

  arm(delayMs: number, wake: () => void): void {
    if (this.timer !== undefined) clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = undefined;
      setImmediate(wake);
    }, delayMs);
    this.timer.unref();
  }

  disarm(): void {
    if (this.timer !== undefined) clearTimeout(this.timer);
    this.timer = undefined;
  }
}

/**
 * Deadlines of a loop in slots of 4 ms.
 *
 *   slots:  tick 250 ─▶ { call, call }      heap of ticks: 250, 251, 900
 *           tick 251 ─▶ { }
 *           tick 900 ─▶ { idle connection }
 *
 * add and remove are O(1) (a set per slot); a heap of the ticks finds the next one. A slot that ran empty is kept for the next call of the same tick, which
 * is what a busy loop does; when more than half of them are empty they are swept, so that long deadlines cost nothing once taken back. One timer is armed
 * for the earliest slot and is unref'd.
 */
export class Wheel implements TimerWheel {
  private readonly slots = new Map<number, Set<TimerEntry>>();
  private heap: number[] = [];
  private armedTick = Infinity;
  private count = 0;
  private empty = 0;
  /** While entries fire: the first tick that belongs to the next run. */
  private floor = -Infinity;
  private draining: Set<TimerEntry> | undefined = undefined;
  private readonly read: () => number;
  private readonly driver: WheelDriver;

  constructor(read: () => number, driver: WheelDriver = new LoopDriver()) {
    this.read = read;
    this.driver = driver;
  }

  /** Entries scheduled. */
  get size(): number {
    return this.count;
  }

  /** Schedules `e` at `at`, moving it if it is scheduled; what fires can schedule itself again, for the next run at the earliest. */
  add(e: TimerEntry, at: number): void {
    if (e.at !== Infinity) this.remove(e);
    if (!(at < Infinity)) {
      if (at === Infinity) return;
      throw new RangeError(`timer: got ${String(at)}, wanted a point in time (ms) or Infinity`);
    }
    let tick = Math.ceil(at / SLOT_MS);
    if (tick < this.floor) {
      tick = this.floor;
      at = tick * SLOT_MS;
    }
    e.at = at;
    let slot = this.slots.get(tick);
    if (slot === undefined) {
      slot = new Set();
      this.slots.set(tick, slot);
      push(this.heap, tick);
    } else if (slot.size === 0) {
      this.empty--;
    }
    slot.add(e);
    this.count++;
    if (tick < this.armedTick) this.arm(tick);
  }

  remove(e: TimerEntry): void {
    if (e.at === Infinity) return;
    const slot = this.slots.get(Math.ceil(e.at / SLOT_MS));
    if (slot?.delete(e) !== true) return;
    this.count--;
    e.at = Infinity;
    if (slot.size === 0 && slot !== this.draining && ++this.empty > SPARE_SLOTS + (this.slots.size >> 1)) this.sweep();
  }

  private arm(tick: number): void {
    this.armedTick = tick;
    this.driver.arm(Math.min(MAX_DELAY, Math.max(1, Math.ceil(tick * SLOT_MS - this.read()))), this.wake);
  }

  private sweep(): void {
    for (const [tick, slot] of this.slots) if (slot.size === 0) this.slots.delete(tick);
    // Ascending order is a heap.
    this.heap = [...this.slots.keys()].sort((a, b) => a - b);
    this.empty = 0;
  }

  private rest(): void {
    this.slots.clear();
    this.heap = [];
    this.empty = 0;
    this.armedTick = Infinity;
    this.driver.disarm();
  }

  private readonly wake = (): void => {
    this.armedTick = Infinity;
    this.run(this.read());
    const next = this.heap[0];
    if (next !== undefined && next < this.armedTick) this.arm(next);
  };

  /** Fires every entry that is due at `now`. What one entry throws is rethrown outside, the others still fire. */
  run(now: number): void {
    const outer = this.floor;
    this.floor = Math.max(outer, Math.floor(now / SLOT_MS) + 1);
    while (this.heap.length > 0 && this.heap[0]! * SLOT_MS <= now) {
      const tick = pop(this.heap);
      const slot = this.slots.get(tick);
      if (slot === undefined) continue;
      if (slot.size === 0) this.empty--;
      else this.drain(slot, now);
      this.slots.delete(tick);
    }
    this.floor = outer;
    if (this.count === 0) this.rest();
  }

  /** The slot stays where `remove` finds it until it is empty: an entry that fires may take another one back. */
  private drain(slot: Set<TimerEntry>, now: number): void {
    const outer = this.draining;
    this.draining = slot;
    for (const e of slot) {
      slot.delete(e);
      this.count--;
      e.at = Infinity;
      try {
        e.fire(now);
      } catch (err) {
        rethrowLater(err);
      }
    }
    this.draining = outer;
  }
}

function push(h: number[], v: number): void {
  let i = h.length;
  h.push(v);
  while (i > 0) {
    const up = (i - 1) >> 1;
    if (h[up]! <= v) break;
    h[i] = h[up]!;
    i = up;
  }
  h[i] = v;
}

function pop(h: number[]): number {
  const top = h[0]!;
  const last = h.pop()!;
  const n = h.length;
  if (n === 0) return top;
  let i = 0;
  for (;;) {
    let c = 2 * i + 1;
    if (c >= n) break;
    if (c + 1 < n && h[c + 1]! < h[c]!) c++;
    if (h[c]! >= last) break;
    h[i] = h[c]!;
    i = c;
  }
  h[i] = last;
  return top;
}
