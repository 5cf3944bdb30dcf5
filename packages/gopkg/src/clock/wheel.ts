// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { TimerEntry, TimerWheel } from './index.js';

/** Width of a slot. Unit ms; entries fire at most this much after they are due. */
const SLOT_MS = 4;
const MAX_DELAY = 0x7fffffff;

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
 *           tick 251 ─▶ { call }
 *           tick 900 ─▶ { idle connection }
 *
 * add and remove are O(1) (a set per slot); a heap of the occupied ticks finds the next one. One timer is armed for the earliest slot and is unref'd.
 */
export class Wheel implements TimerWheel {
  private readonly slots = new Map<number, Set<TimerEntry>>();
  private readonly heap: number[] = [];
  private armedTick = Infinity;
  private count = 0;
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

  add(e: TimerEntry, at: number): void {
    if (e.at !== Infinity) this.remove(e);
    if (at === Infinity) return;
    e.at = at;
    const tick = Math.ceil(at / SLOT_MS);
    let slot = this.slots.get(tick);
    if (slot === undefined) {
      slot = new Set();
      this.slots.set(tick, slot);
      push(this.heap, tick);
    }
    slot.add(e);
    this.count++;
    if (tick < this.armedTick) this.arm(tick);
  }

  remove(e: TimerEntry): void {
    if (e.at === Infinity) return;
    const slot = this.slots.get(Math.ceil(e.at / SLOT_MS));
    if (slot?.delete(e) === true) {
      this.count--;
      e.at = Infinity;
      if (this.count === 0) this.rest();
    }
  }

  private arm(tick: number): void {
    this.armedTick = tick;
    this.driver.arm(Math.min(MAX_DELAY, Math.max(1, Math.ceil(tick * SLOT_MS - this.read()))), this.wake);
  }

  private rest(): void {
    this.slots.clear();
    this.heap.length = 0;
    this.armedTick = Infinity;
    this.driver.disarm();
  }

  private readonly wake = (): void => {
    this.armedTick = Infinity;
    this.run(this.read());
    const next = this.heap[0];
    if (next !== undefined) this.arm(next);
  };

  /** Fires every entry that is due at `now`. What one entry throws is rethrown outside, the others still fire. */
  run(now: number): void {
    while (this.heap.length > 0 && this.heap[0]! * SLOT_MS <= now) {
      const tick = pop(this.heap);
      const slot = this.slots.get(tick);
      this.slots.delete(tick);
      if (slot === undefined) continue;
      for (const e of slot) {
        slot.delete(e);
        this.count--;
        e.at = Infinity;
        try {
          e.fire(now);
        } catch (err) {
          queueMicrotask(() => {
            throw err;
          });
        }
      }
    }
    if (this.count === 0) this.rest();
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
