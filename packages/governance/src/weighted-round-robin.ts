// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Instance, LoadBalancer, Picker, Snapshot } from './spi.js';

/**
 * Kitex's default balancer. Equal weights: round robin from a random start. Else smooth weighted round robin over a precomputed cycle: each step adds
 * every weight to its node, takes the largest (the first of equals) and subtracts the sum, which spreads a heavy node's turns evenly over the cycle.
 * Instances of weight 0 or less are left out.
 * Source: cloudwego/kitex pkg/loadbalance/weighted_round_robin.go.
 */
export function weightedRoundRobin(): LoadBalancer {
  return { name: 'weight_round_robin', picker: (s) => makePicker(s) };
}

function makePicker(s: Snapshot): Picker {
  const live = s.instances.filter((i) => i.weight > 0);
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

class WeightedPicker implements Picker {
  private readonly nodes: readonly Instance[];
  private readonly weights: readonly number[];
  private readonly current: number[];
  private readonly sum: number;
  private readonly capacity: number;
  private readonly cycle: Instance[] = [];
  private next: number = 0;

  constructor(live: readonly Instance[]) {
    const offset = Math.floor(Math.random() * live.length);
    this.nodes = [...live.slice(offset), ...live.slice(0, offset)];
    this.weights = this.nodes.map((i) => i.weight);
    this.current = this.nodes.map(() => 0);
    this.sum = this.weights.reduce((a, b) => a + b, 0);
    this.capacity = this.sum / this.weights.reduce(gcd);
  }

  private fill(): void {
    const want = Math.min(this.capacity, this.cycle.length + CHUNK);
    while (this.cycle.length < want) {
      let best = 0;
      for (let i = 0; i < this.nodes.length; i++) {
        this.current[i] = this.current[i]! + this.weights[i]!;
        if (this.current[i]! > this.current[best]!) best = i;
      }
      this.current[best] = this.current[best]! - this.sum;
      this.cycle.push(this.nodes[best]!);
    }
  }

  pick(_ctx: unknown, _t: unknown, tried: readonly Instance[]): Instance | undefined {
    for (let k = 0; k < this.capacity; k++) {
      if (this.next >= this.capacity) this.next = 0;
      if (this.next >= this.cycle.length) this.fill();
      const i = this.cycle[this.next++]!;
      if (tried.length === 0 || !tried.includes(i)) return i;
      if (tried.length >= this.nodes.length && this.nodes.every((x) => tried.includes(x))) return undefined;
    }
    return undefined;
  }
}

/** Weights are usually integers; fractions end in a unit of their own. */
function gcd(a: number, b: number): number {
  return b < 1e-9 ? a : gcd(b, a % b);
}
