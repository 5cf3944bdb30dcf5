// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Instance, LoadBalancer, Picker, Snapshot } from './spi.js';

/**
 * Kitex's default balancer. Equal weights: round robin from a random start. Else smooth weighted round robin over a precomputed cycle: each step adds
 * every weight to its node, takes the largest (the first of equals) and subtracts the sum, which spreads a heavy node's turns evenly over the cycle.
 * Instances of weight 0 or less are left out, and so are those whose weight is no finite number.
 * Differs: instances that a call has tried are passed over; a cycle that would be too long to keep is computed as it is walked, with the same outcome.
 * Source: cloudwego/kitex pkg/loadbalance/weighted_balancer.go, weighted_round_robin.go; nginx's smooth weighted round robin.
 */
export function weightedRoundRobin(): LoadBalancer {
  return { name: 'weight_round_robin', picker: (s) => makePicker(s) };
}

function makePicker(s: Snapshot): Picker {
  const live = s.instances.filter((i) => i.weight > 0 && Number.isFinite(i.weight));
  const first = live[0];
  if (first === undefined || live.every((i) => i.weight === first.weight)) return new CyclePicker(live);
  return new WeightedPicker(live);
}

/** Steps over a fixed cycle from a random start, passing over what was tried. */
class CyclePicker implements Picker {
  private readonly cycle: readonly Instance[];
  private next: number;

  constructor(cycle: readonly Instance[]) {
    this.cycle = cycle;
    this.next = Math.floor(Math.random() * cycle.length);
  }

  pick(_ctx: unknown, _t: unknown, tried: readonly Instance[]): Instance | undefined {
    const n = this.cycle.length;
    for (let k = 0; k < n; k++) {
      const i = this.cycle[this.next]!;
      this.next = this.next + 1 === n ? 0 : this.next + 1;
      if (tried.length === 0 || !tried.includes(i)) return i;
    }
    return undefined;
  }
}

/** Nodes are filled in chunks, since a cycle of large coprime weights is long. */
const CHUNK = 500;
/** Longer cycles are not kept: weights such as 999,999 and 1,000,000 would fill megabytes. */
const MAX_CYCLE = 65_536;

class WeightedPicker implements Picker {
  private readonly nodes: readonly Instance[];
  private readonly weights: readonly number[];
  private readonly current: number[];
  private readonly sum: number;
  /** Length of the cycle; Infinity = not kept. */
  private readonly capacity: number;
  private readonly cycle: Instance[] = [];
  private next: number = 0;

  constructor(live: readonly Instance[]) {
    const offset = Math.floor(Math.random() * live.length);
    this.nodes = [...live.slice(offset), ...live.slice(0, offset)];
    this.weights = this.nodes.map((i) => i.weight);
    this.current = this.nodes.map(() => 0);
    this.sum = this.weights.reduce((a, b) => a + b, 0);
    // Fractions need not have a common unit: their order is computed as it is walked.
    const capacity = this.weights.every((w) => Number.isSafeInteger(w)) ? this.sum / this.weights.reduce(gcd) : Infinity;
    this.capacity = capacity <= MAX_CYCLE ? capacity : Infinity;
  }

  private step(): Instance {
    let best = 0;
    for (let i = 0; i < this.nodes.length; i++) {
      this.current[i] = this.current[i]! + this.weights[i]!;
      if (this.current[i]! > this.current[best]!) best = i;
    }
    this.current[best] = this.current[best]! - this.sum;
    return this.nodes[best]!;
  }

  private turn(): Instance {
    if (this.capacity === Infinity) return this.step();
    if (this.next >= this.capacity) this.next = 0;
    if (this.next >= this.cycle.length) {
      const want = Math.min(this.capacity, this.cycle.length + CHUNK);
      while (this.cycle.length < want) this.cycle.push(this.step());
    }
    return this.cycle[this.next++]!;
  }

  pick(_ctx: unknown, _t: unknown, tried: readonly Instance[]): Instance | undefined {
    if (tried.length === 0) return this.turn();
    // A light node may be far away in the cycle: after some turns the heaviest that is left has it.
    for (let k = 0; k < this.nodes.length; k++) {
      const i = this.turn();
      if (!tried.includes(i)) return i;
    }
    let best: Instance | undefined;
    for (const i of this.nodes) if (!tried.includes(i) && (best === undefined || i.weight > best.weight)) best = i;
    return best;
  }
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
