// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { formatAddress } from '@cloudwego/gopkg/io';
import type { Instance, Picker, Snapshot } from '../spi.js';
import { AliasTable } from './alias-table.js';
import { byWeight, even, live } from './live.js';

/** What a picker remembers of an instance; it outlives the lists that the instance is in. */
export interface Node {
  inFlight: number;
}

/**
 * A picker with memory: nodes by address go from one list to the next, and feedback that an earlier picker gets reaches the same node. Draws two by weight and
 * leaves the choice between them to `better`.
 * Source: Mitzenmacher, The power of two choices in randomized load balancing (2001).
 */
export abstract class TwoChoices<N extends Node> implements Picker {
  protected readonly list: readonly Instance[];
  protected readonly nodes: Map<Instance, N> = new Map<Instance, N>();
  private readonly byAddress = new Map<string, N>();
  private readonly table: AliasTable | undefined;
  protected readonly random: () => number;
  protected readonly meanWeight: number;

  constructor(s: Snapshot, previous: Picker | undefined, random: () => number, make: () => N) {
    this.list = live(s);
    this.random = random;
    this.table = even(this.list) ? undefined : new AliasTable(this.list.map((i) => i.weight));
    this.meanWeight = this.list.reduce((a, i) => a + i.weight, 0) / Math.max(1, this.list.length);
    const before = previous instanceof TwoChoices ? (previous.byAddress as Map<string, N>) : undefined;
    for (const i of this.list) {
      const address = formatAddress(i.address);
      const node = before?.get(address) ?? make();
      this.byAddress.set(address, node);
      this.nodes.set(i, node);
    }
  }

  /** Whether `b` is the better of two; `a` was drawn first. */
  protected abstract better(a: Instance, b: Instance): boolean;

  pick(_ctx: unknown, _t: unknown, tried: readonly Instance[]): Instance | undefined {
    const a = this.draw(tried);
    if (a === undefined) return undefined;
    const b = this.list.length > 1 ? this.draw(tried) : a;
    const i = b !== undefined && b !== a && this.better(a, b) ? b : a;
    this.picked(i, this.nodes.get(i)!);
    return i;
  }

  protected picked(_i: Instance, node: N): void {
    node.inFlight++;
  }

  private draw(tried: readonly Instance[]): Instance | undefined {
    const { list, table, random } = this;
    if (tried.length > 0) return byWeight(list, tried, random);
    return list[table === undefined ? Math.floor(random() * list.length) : table.draw(random)];
  }

  /** Takes back what `picked` counted. */
  protected landed(node: N): void {
    if (node.inFlight > 0) node.inFlight--;
  }
}
