// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Instance, LoadBalancer, Picker, Snapshot } from '../spi.js';
import { AliasTable } from './alias-table.js';
import { byWeight, even, live } from './live.js';

/** Options of the balancers that draw. */
export interface RandomOptions {
  /** Numbers from 0 up to 1. @defaultValue Math.random */
  readonly random?: (() => number) | undefined;
}

/**
 * Draws by weight, by going along the list.
 * Source: cloudwego/kitex pkg/loadbalance/weighted_random.go.
 */
export function weightedRandom(o: RandomOptions = {}): LoadBalancer {
  const random = o.random ?? Math.random;
  return { name: 'weight_random', picker: (s) => new LinearPicker(s, random) };
}

/**
 * Draws by weight in constant time; the table is made once per list.
 * Source: cloudwego/kitex pkg/loadbalance/weighted_random_with_alias_method.go.
 */
export function weightedRandomAlias(o: RandomOptions = {}): LoadBalancer {
  const random = o.random ?? Math.random;
  return { name: 'weight_random_with_alias_method', picker: (s) => new AliasPicker(s, random) };
}

class LinearPicker implements Picker {
  private readonly list: readonly Instance[];
  private readonly even: boolean;
  private readonly random: () => number;

  constructor(s: Snapshot, random: () => number) {
    this.list = live(s);
    this.even = even(this.list);
    this.random = random;
  }

  pick(_ctx: unknown, _t: unknown, tried: readonly Instance[]): Instance | undefined {
    const { list } = this;
    if (this.even && tried.length === 0) return list[Math.floor(this.random() * list.length)];
    return byWeight(list, tried, this.random);
  }
}

class AliasPicker implements Picker {
  private readonly list: readonly Instance[];
  private readonly table: AliasTable | undefined;
  private readonly random: () => number;

  constructor(s: Snapshot, random: () => number) {
    this.list = live(s);
    this.table = even(this.list) ? undefined : new AliasTable(this.list.map((i) => i.weight));
    this.random = random;
  }

  pick(_ctx: unknown, _t: unknown, tried: readonly Instance[]): Instance | undefined {
    if (tried.length > 0) return byWeight(this.list, tried, this.random);
    const { list, table } = this;
    return list[table === undefined ? Math.floor(this.random() * list.length) : table.draw(this.random)];
  }
}
