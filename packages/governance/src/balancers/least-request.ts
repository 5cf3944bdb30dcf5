// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Instance, LoadBalancer, Picker, Snapshot } from '../spi.js';
import type { Node } from './nodes.js';
import { TwoChoices } from './nodes.js';
import type { RandomOptions } from './weighted-random.js';

/**
 * Of two instances drawn by weight, the one with fewer calls in flight for its weight. Slow instances get less without being measured.
 * Beyond the original. Source: envoyproxy/envoy source/extensions/load_balancing_policies/least_request.
 */
export function leastRequest(o: RandomOptions = {}): LoadBalancer {
  const random = o.random ?? Math.random;
  return { name: 'least_request', picker: (s, previous) => new LeastPicker(s, previous, random) };
}

class LeastPicker extends TwoChoices<Node> {
  constructor(s: Snapshot, previous: Picker | undefined, random: () => number) {
    super(s, previous instanceof LeastPicker ? previous : undefined, random, () => ({ inFlight: 0 }));
  }

  protected better(a: Instance, b: Instance): boolean {
    return this.nodes.get(b)!.inFlight / b.weight < this.nodes.get(a)!.inFlight / a.weight;
  }

  done(i: Instance): void {
    const node = this.nodes.get(i);
    if (node !== undefined) this.landed(node);
  }
}
