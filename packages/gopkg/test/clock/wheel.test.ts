// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { TimerEntry, WheelDriver } from '@cloudwego/gopkg/clock';
import { Wheel } from '@cloudwego/gopkg/clock';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { uncaughtDuring } from '../support/wait.js';

const SLOT = 4;

/** A driver that waits until the test says that time has passed. */
class Hand implements WheelDriver {
  now = 1000;
  dueAt = Infinity;
  armed = 0;
  private wake: (() => void) | undefined;

  arm(delayMs: number, wake: () => void): void {
    expect(delayMs).toBeGreaterThanOrEqual(1);
    expect(delayMs).toBeLessThanOrEqual(0x7fffffff);
    this.armed++;
    this.dueAt = this.now + delayMs;
    this.wake = wake;
  }

  disarm(): void {
    this.dueAt = Infinity;
    this.wake = undefined;
  }

  /** Lets time pass up to `to`, waking the wheel whenever it asked for it. */
  pass(to: number): void {
    for (let wakes = 0; this.dueAt <= to; wakes++) {
      if (wakes > 10_000) throw new Error('the wheel never rests');
      this.now = Math.max(this.now, this.dueAt);
      this.dueAt = Infinity;
      this.wake?.();
    }
    this.now = to;
  }
}

class Entry implements TimerEntry {
  at: number = Infinity;
  fired: number[] = [];
  readonly id: number;
  readonly act: ((e: Entry, now: number) => void) | undefined;

  constructor(id: number, act?: (e: Entry, now: number) => void) {
    this.id = id;
    this.act = act;
  }

  fire(now: number): void {
    this.fired.push(now);
    this.act?.(this, now);
  }
}

/** An expectation that is cheap enough to be met a million times. */
function must(holds: boolean, what: string, about: unknown): void {
  if (!holds) throw new Error(`${what}: ${JSON.stringify(about)}`);
}

const rig = (): { hand: Hand; wheel: Wheel } => {
  const hand = new Hand();
  return { hand, wheel: new Wheel(() => hand.now, hand) };
};

type Op =
  | { readonly do: 'add'; readonly who: number; readonly in: number }
  | { readonly do: 'remove'; readonly who: number }
  | { readonly do: 'pass'; readonly ms: number };

const op: fc.Arbitrary<Op> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('add' as const),
      who: fc.nat(19),
      in: fc.oneof(fc.integer({ min: -10, max: 50 }), fc.double({ min: 0, max: 300, noNaN: true }), fc.constantFrom(Infinity, 10_000, 3_600_000, -Infinity)),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('remove' as const), who: fc.nat(19) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.oneof(fc.nat(12), fc.nat(400)) }) },
);

describe('Wheel', () => {
  it('fires what a list of deadlines would fire, never early and at most one slot late', () => {
    fc.assert(
      fc.property(fc.array(op, { maxLength: 300, size: 'max' }), (ops) => {
        const { hand, wheel } = rig();
        const entries = Array.from({ length: 20 }, (_, i) => new Entry(i));
        const due = new Map<number, number>();
        const since = new Map<number, number>();
        for (const o of ops) {
          if (o.do === 'add') {
            const at = hand.now + o.in;
            wheel.add(entries[o.who]!, at);
            if (at === Infinity) due.delete(o.who);
            else due.set(o.who, at);
            since.set(o.who, hand.now);
          } else if (o.do === 'remove') {
            wheel.remove(entries[o.who]!);
            due.delete(o.who);
          } else {
            hand.pass(hand.now + o.ms);
            for (const e of entries) {
              const at = due.get(e.id);
              const [fired, ...more] = e.fired.splice(0);
              must(more.length === 0, 'fires once', e);
              if (at === undefined) {
                must(fired === undefined, 'fires only what is scheduled', e);
              } else if (fired === undefined) {
                // Overdue by a slot, and a millisecond for the shortest timer there is.
                must(Math.max(at, since.get(e.id)!) + SLOT + 1 > hand.now, 'fires in time', e);
              } else {
                must(fired >= at, 'fires not early', e);
                due.delete(e.id);
              }
            }
          }
          for (const e of entries) must(e.at === (due.get(e.id) ?? Infinity), 'knows when', e);
          must(wheel.size === due.size, 'counts', due);
        }
        hand.pass(hand.now + 4_000_000);
        expect(wheel.size).toBe(0);
        expect(hand.dueAt).toBe(Infinity);
      }),
      { numRuns: 300 },
    );
  });

  it('fires in the order of slots', () => {
    const { hand, wheel } = rig();
    const order: number[] = [];
    for (const ms of [90, 10, 50, 30, 70]) wheel.add(new Entry(ms, () => order.push(ms)), hand.now + ms);
    hand.pass(hand.now + 200);
    expect(order).toEqual([10, 30, 50, 70, 90]);
  });

  it('does not fire what another entry of the same turn took back', () => {
    const { hand, wheel } = rig();
    const victims = Array.from({ length: 4 }, (_, i) => new Entry(i));
    const killer = new Entry(9, () => {
      for (const v of victims) wheel.remove(v);
    });
    wheel.add(killer, hand.now + 10);
    for (const [i, v] of victims.entries()) wheel.add(v, hand.now + 10 + i * SLOT);
    hand.pass(hand.now + 100);
    expect(killer.fired).toHaveLength(1);
    expect(victims.flatMap((v) => v.fired)).toEqual([]);
    expect(victims.every((v) => v.at === Infinity)).toBe(true);
    expect(wheel.size).toBe(0);
  });

  it('lets an entry schedule itself again: once per run, even when the time asked for has passed', () => {
    for (const delay of [-100, 0, 1, 10]) {
      const { hand, wheel } = rig();
      const e = new Entry(0, (self, now) => {
        if (self.fired.length < 5) wheel.add(self, now + delay);
      });
      wheel.add(e, hand.now);
      const runs = new Set<number>();
      for (let i = 0; i < 40; i++) {
        hand.pass(hand.now + 4);
        runs.add(e.fired.length);
      }
      expect(e.fired).toHaveLength(5);
      expect(new Set(e.fired).size).toBe(5);
      expect(e.at).toBe(Infinity);
    }
  });

  it('lets an entry move another one that is due with it', () => {
    const { hand, wheel } = rig();
    const second = new Entry(2);
    wheel.add(new Entry(1, () => { wheel.add(second, hand.now + 50); }), hand.now + 10);
    wheel.add(second, hand.now + 10);
    hand.pass(hand.now + 20);
    expect(second.fired).toEqual([]);
    hand.pass(hand.now + 60);
    expect(second.fired).toHaveLength(1);
  });

  it('fires the others when one throws, and throws that outside', async () => {
    const { hand, wheel } = rig();
    const boom = new Error('boom');
    const after = [new Entry(1), new Entry(2)];
    wheel.add(new Entry(0, () => { throw boom; }), hand.now + 10);
    wheel.add(after[0]!, hand.now + 10);
    wheel.add(after[1]!, hand.now + 30);
    expect(await uncaughtDuring(() => { hand.pass(hand.now + 100); })).toEqual([boom]);
    expect(after.map((e) => e.fired.length)).toEqual([1, 1]);
  });

  it('fires what a nested run finds, once', () => {
    const { hand, wheel } = rig();
    const later = new Entry(2);
    const same = new Entry(3);
    wheel.add(new Entry(1, () => { wheel.run(hand.now + 1000); }), hand.now + 10);
    wheel.add(same, hand.now + 10);
    wheel.add(later, hand.now + 500);
    hand.pass(hand.now + 20);
    expect([later.fired.length, same.fired.length]).toEqual([1, 1]);
    expect(wheel.size).toBe(0);
  });

  it('refuses a time that is no number and leaves the entry unscheduled', () => {
    const { hand, wheel } = rig();
    const e = new Entry(0);
    expect(() => { wheel.add(e, NaN); }).toThrow(RangeError);
    expect([e.at, wheel.size]).toEqual([Infinity, 0]);
    wheel.add(e, hand.now + 5);
    wheel.add(e, Infinity);
    wheel.remove(e);
    expect([e.at, wheel.size]).toEqual([Infinity, 0]);
  });

  it('asks for one wake-up, not one per entry, and none for a later entry', () => {
    const { hand, wheel } = rig();
    for (let i = 0; i < 1000; i++) wheel.add(new Entry(i), hand.now + 500 + (i % 3));
    expect(hand.armed).toBe(1);
    wheel.add(new Entry(0), hand.now + 5);
    expect(hand.armed).toBe(2);
  });

  it('keeps nothing of deadlines that were taken back, however far away', () => {
    const { hand, wheel } = rig();
    // One call is always in flight, as on a busy server: the wheel is never empty.
    const slots = (wheel as unknown as { readonly slots: Map<number, unknown>; readonly heap: number[] });
    let last = new Entry(-1);
    wheel.add(last, hand.now + 3_600_000);
    for (let i = 0; i < 20_000; i++) {
      const e = new Entry(i);
      wheel.add(e, hand.now + 3_600_000);
      wheel.remove(last);
      last = e;
      hand.now += SLOT;
    }
    expect(wheel.size).toBe(1);
    expect(slots.slots.size).toBeLessThan(300);
    expect(slots.heap.length).toBeLessThan(300);
  });

  it('reaches beyond the longest timer of Node', () => {
    const { hand, wheel } = rig();
    const e = new Entry(0);
    const far = hand.now + 0x7fffffff * 2.5;
    wheel.add(e, far);
    hand.pass(far - 10);
    expect(e.fired).toEqual([]);
    hand.pass(far + 10);
    expect(e.fired).toHaveLength(1);
  });
});
