// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { background } from '@cloudwego/gopkg/context';
import { RemoteOrNetworkError } from '@cloudwego/kitex';
import { Stock } from '../src/inventory/stock.js';
import { Flow } from '../src/order/flow.js';
import type { Neighbours } from '../src/order/flow.js';
import { Orders } from '../src/order/orders.js';
import { Ledger } from '../src/payment/ledger.js';
import { catalogue } from '../src/product/catalogue.js';
import { folder, using } from './support.js';

/** What happens to a call on its way: nothing, it is lost before it arrives, or its answer is lost. */
export type Fate = 'fine' | 'lost' | 'answer lost';

/** The three services without a network between them, and a network that loses what it is told to lose. */
export class World {
  /** ms since 1970; moves when a test says so. */
  now: number = 1_700_000_000_000;
  /** Of the calls to come; when it is used up all is fine. */
  fates: Fate[] = [];
  readonly calls: string[] = [];
  readonly stock: Stock;
  readonly ledger: Ledger;
  readonly flows: readonly Flow[];
  readonly orders: readonly Orders[];

  constructor(instances: number = 2) {
    const dir = folder();
    const now = (): number => this.now;
    this.stock = using(new Stock(join(dir, 'inventory.db'), { now }));
    this.ledger = using(new Ledger(join(dir, 'payment.db')));
    this.orders = Array.from({ length: instances }, (_, i) => using(new Orders(join(dir, 'order.db'), { owner: `order-${i + 1}`, leaseMs: 1000, now })));
    this.flows = this.orders.map((o) => new Flow(o, this.neighbours(), { ttlMs: 10_000, now }));
  }

  async supply(pieces: number): Promise<void> {
    for (const p of catalogue) await this.stock.adjust(p.sku, BigInt(pieces), `supply:${p.sku}`);
  }

  private async call<T>(name: string, f: () => T | Promise<T>): Promise<T> {
    this.calls.push(name);
    const fate = this.fates.shift() ?? 'fine';
    if (fate === 'lost') throw new RemoteOrNetworkError('lost on the way');
    const v = await f();
    if (fate === 'answer lost') throw new RemoteOrNetworkError('the answer was lost');
    return v;
  }

  private neighbours(): Neighbours {
    const products = new Map(catalogue.map((p) => [p.sku, p]));
    return {
      product: { batchGet: (skus) => this.call('BatchGet', () => new Map([...skus].flatMap((s) => (products.has(s) ? [[s, products.get(s)!]] : [])))) },
      inventory: {
        reserve: (id, lines, ttl) => this.call('Reserve', () => this.stock.reserve(id, [...lines], ttl)),
        confirm: (id) => this.call('Confirm', () => this.stock.confirm(id)),
        release: (id, why) => this.call('Release', () => this.stock.release(id, why)),
        overdue: (n) => this.call('Overdue', () => [...this.stock.overdue(n)]),
      },
      payment: {
        authorize: (c) => this.call('Authorize', () => this.ledger.authorize({ ...c, amount: { minor: BigInt(c.amount.minor), currency: c.amount.currency } })),
        void: (id) => this.call('Void', () => this.ledger.close(id)),
      },
    };
  }

  sweep(i: number = 0): Promise<number> {
    return this.flows[i]!.sweep(() => background);
  }

  /** Lets time pass and all instances look after their orders until nothing is left to do. */
  async settle(): Promise<void> {
    this.fates = [];
    for (let n = 0; n < 10 && this.orders[0]!.count().open > 0n; n++) {
      this.now += 2000;
      for (let i = 0; i < this.flows.length; i++) await this.sweep(i);
    }
    this.now += 20_000;
    await this.sweep();
  }

  /** Everything that is wrong, over all databases. */
  async faults(): Promise<readonly string[]> {
    const [stock, orders, ledger] = [await this.stock.audit(), this.orders[0]!.audit(), this.ledger.audit()];
    const out = [...stock.violations, ...orders.violations, ...ledger.violations];
    for (const r of stock.rows) {
      const sold = orders.sold.get(r.sku) ?? 0n;
      if (r.sold !== sold) out.push(`${r.sku}: ${r.sold} sold, ${sold} in confirmed orders`);
    }
    if (stock.held !== 0) out.push(`${stock.held} reservations held`);
    if (orders.tally.open !== 0n) out.push(`${orders.tally.open} orders open`);
    for (const s of ['NEW', 'RESERVED', 'PAYING', 'PAID']) if (orders.tally.states.has(s)) out.push(`${String(orders.tally.states.get(s))} orders ${s}`);
    if (ledger.paidCount !== orders.paidCount || ledger.paidMinor !== orders.paidMinor) {
      out.push(`${ledger.paidCount} receipts over ${ledger.paidMinor}, ${orders.paidCount} paid orders over ${orders.paidMinor}`);
    }
    return out;
  }
}
