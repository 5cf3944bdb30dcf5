// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { Queue } from '@cloudwego/gopkg/queue';
import type { Instance, LoadBalancer, Picker, Snapshot } from '../spi.js';
import { even, live } from './live.js';

/**
 * Weighted round robin without a cycle in memory: everyone has a turn until its weight is used up, so the heavy ones come last among themselves, and a round
 * needs no more memory than the list.
 * Differs: instances that a call has tried are passed over; weights need not be integers.
 * Source: cloudwego/kitex pkg/loadbalance/interleaved_weighted_round_robin.go.
 */
export function interleavedWeightedRoundRobin(): LoadBalancer {
  return { name: 'interleaved_weighted_round_robin', picker: (s) => new InterleavedPicker(s) };
}

interface Node {
  readonly instance: Instance;
  remainder: number;
}

/**
 *   current: those whose weight is not used up      next: those that wait for the next round
 *   take from the front, subtract the unit; something left → back of current, nothing left → refill, back of next; current empty → swap
 */
class InterleavedPicker implements Picker {
  private current = new Queue<Node>();
  private next = new Queue<Node>();
  private readonly count: number;
  private readonly unit: number;

  constructor(s: Snapshot) {
    const list = live(s);
    this.count = list.length;
    const offset = Math.floor(Math.random() * list.length);
    for (let k = 0; k < list.length; k++) {
      const instance = list[(k + offset) % list.length]!;
      this.current.push({ instance, remainder: instance.weight });
    }
    this.unit = even(list) ? (list[0]?.weight ?? 1) : list.every((i) => Number.isSafeInteger(i.weight)) ? list.map((i) => i.weight).reduce(gcd) : Math.min(...list.map((i) => i.weight));
  }

  private turn(): Instance {
    let n = this.current.shift();
    if (n === undefined) {
      [this.current, this.next] = [this.next, this.current];
      n = this.current.shift()!;
    }
    n.remainder -= this.unit;
    if (n.remainder > 0) {
      this.current.push(n);
    } else {
      // What a fraction overdrew is paid in the next round.
      n.remainder += n.instance.weight;
      this.next.push(n);
    }
    return n.instance;
  }

  pick(_ctx: unknown, _t: unknown, tried: readonly Instance[]): Instance | undefined {
    if (this.count === 0) return undefined;
    if (tried.length === 0) return this.turn();
    // Two rounds show everyone once, however the turns lie; a heavy one may take many turns of its round.
    for (let k = 0; k < 2 * this.count; k++) {
      const i = this.turn();
      if (!tried.includes(i)) return i;
    }
    for (const q of [this.current, this.next]) for (const n of q) if (!tried.includes(n.instance)) return n.instance;
    return undefined;
  }
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
