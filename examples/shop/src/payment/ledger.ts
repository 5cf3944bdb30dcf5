// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { BizStatusError } from '@cloudwego/kitex';
import { ReceiptState } from '../kitex_gen/shop/payment/index.js';
import type { Charge, LedgerReport, Receipt } from '../kitex_gen/shop/payment/index.js';
import { Codes } from '../shared/codes.js';
import { CURRENCY } from '../shared/money.js';
import { Store } from '../shared/store.js';

const SCHEMA = `
CREATE TABLE IF NOT EXISTS receipt (
  order_id TEXT PRIMARY KEY, state INTEGER NOT NULL, user_id TEXT NOT NULL, minor INTEGER NOT NULL, currency TEXT NOT NULL, at INTEGER NOT NULL
) STRICT`;

/** Tokens that start so stand for a card that the bank refuses. */
export const DECLINED = 'declined';

/** Receipts, one per order at most: the order is the key, so that a charge that is repeated charges once. */
export class Ledger implements AsyncDisposable {
  private readonly store: Store;

  constructor(path: string) {
    this.store = new Store(path, SCHEMA);
  }

  /** Errors: 50402 refused, the first time and ever after; 50409 for another amount, or an order that was closed for payment; 50400. */
  async authorize(c: Charge): Promise<Receipt> {
    if (c.amount.minor <= 0n || c.amount.currency !== CURRENCY) throw new BizStatusError(Codes.PaymentBadRequest, `wanted an amount above 0 in ${CURRENCY}`);
    const r = await this.store.write(() => {
      const state = c.payToken === '' || c.payToken.startsWith(DECLINED) ? ReceiptState.REFUSED : ReceiptState.PAID;
      this.insert(c.orderId, state, c.userId, c.amount.minor, c.amount.currency);
      return this.find(c.orderId)!;
    });
    if (r.state === ReceiptState.VOID) throw new BizStatusError(Codes.PaymentConflict, `order ${c.orderId} was closed for payment`);
    if (r.amount.minor !== c.amount.minor) throw new BizStatusError(Codes.PaymentConflict, `order ${c.orderId} was charged with another amount`);
    if (r.state === ReceiptState.REFUSED) throw new BizStatusError(Codes.PaymentRefused, 'the card was refused');
    return r;
  }

  /** Errors: 50404 when nobody charged the order. */
  query(orderId: string): Receipt {
    const r = this.find(orderId);
    if (r === undefined) throw new BizStatusError(Codes.PaymentNotFound, `nothing is known of order ${orderId}`);
    return r;
  }

  /** The receipt if there is one, else closes the order, so that a charge still under way is refused. */
  close(orderId: string): Promise<Receipt> {
    return this.store.write(() => {
      this.insert(orderId, ReceiptState.VOID, '', 0n, CURRENCY);
      return this.find(orderId)!;
    });
  }

  audit(): LedgerReport {
    const paid = this.store.sql('SELECT count(*) AS n, coalesce(sum(minor), 0) AS minor FROM receipt WHERE state = ?').get(ReceiptState.PAID)!;
    const odd = this.store.sql('SELECT order_id FROM receipt WHERE state = ? AND minor <= 0').all(ReceiptState.PAID);
    return { paidCount: BigInt(paid['n']!), paidMinor: BigInt(paid['minor']!), violations: odd.map((r) => `order ${String(r['order_id'])} paid nothing`) };
  }

  private insert(orderId: string, state: ReceiptState, userId: string, minor: bigint, currency: string): void {
    this.store
      .sql('INSERT INTO receipt (order_id, state, user_id, minor, currency, at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING')
      .run(orderId, state, userId, minor, currency, Date.now());
  }

  private find(orderId: string): Receipt | undefined {
    const r = this.store.sql('SELECT state, minor, currency, at FROM receipt WHERE order_id = ?').get(orderId);
    if (r === undefined) return undefined;
    return { orderId, state: Number(r['state']) as ReceiptState, amount: { minor: BigInt(r['minor']!), currency: String(r['currency']) }, at: BigInt(r['at']!) };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.store[Symbol.asyncDispose]();
  }
}
