// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Context } from '@cloudwego/gopkg/context';
import { BizStatusError, fromBizStatusError } from '@cloudwego/kitex';
import type { Line } from '../kitex_gen/shop/base/index.js';
import { Reason, ReservationState } from '../kitex_gen/shop/inventory/index.js';
import type { InventoryServiceClient } from '../kitex_gen/shop/inventory/index.js';
import { OrderState } from '../kitex_gen/shop/order/index.js';
import type { Order, OrderLine, PlaceReq } from '../kitex_gen/shop/order/index.js';
import { ReceiptState } from '../kitex_gen/shop/payment/index.js';
import type { PaymentServiceClient } from '../kitex_gen/shop/payment/index.js';
import type { ProductServiceClient } from '../kitex_gen/shop/product/index.js';
import { Codes } from '../shared/codes.js';
import { again, pause } from '../shared/retry.js';
import { checkRequest } from './orders.js';
import type { Kept, Orders } from './orders.js';

/** What the flow calls. */
export interface Neighbours {
  readonly product: Pick<ProductServiceClient, 'batchGet'>;
  readonly inventory: Pick<InventoryServiceClient, 'reserve' | 'confirm' | 'release' | 'overdue'>;
  readonly payment: Pick<PaymentServiceClient, 'authorize' | 'void'>;
}

/** Options of {@link Flow}. */
export interface FlowOptions {
  /** An order that is not being paid by then is given up. Unit ms. @defaultValue 30000 */
  readonly ttlMs?: number;
  readonly now?: () => number;
}

/**
 * The way of an order. Each arrow is one conditional update; each call is keyed by the order, so that it can be made again.
 *
 *   NEW ──Reserve──▶ RESERVED ───▶ PAYING ──Authorize──▶ PAID ──Confirm──▶ CONFIRMED
 *    │ short            │ cancel     │ refused
 *    ▼                  ▼            ▼                    too late for payment: NEW, RESERVED ──▶ EXPIRED
 *   REJECTED        CANCELLED ◀──────┘                    (CANCELLED and EXPIRED release what was reserved)
 *
 * PAYING is written before the money is asked for: from there on the outcome is found out, never guessed. A step that fails leaves the order where it is, and a
 * sweeper of any instance takes it on.
 */
export class Flow {
  private readonly orders: Orders;
  private readonly to: Neighbours;
  private readonly ttlMs: number;
  private readonly now: () => number;

  constructor(orders: Orders, to: Neighbours, o: FlowOptions = {}) {
    this.orders = orders;
    this.to = to;
    this.ttlMs = o.ttlMs ?? 30_000;
    this.now = o.now ?? Date.now;
  }

  /**
   * Places an order, or finds the one that was placed with this key; one that is under way elsewhere is waited for.
   * Errors: the codes of order.thrift; those of inventory and payment when they refused.
   */
  async place(r: PlaceReq, ctx: Context): Promise<Order> {
    const lines = checkRequest(r);
    let kept = this.orders.known(r);
    let mine = false;
    if (kept === undefined) {
      const placed = await this.orders.place(r, await this.price(lines, ctx));
      kept = placed.kept;
      mine = placed.fresh;
    }
    kept = mine ? await this.drive(kept, ctx) : await this.wait(kept, ctx);
    return answer(kept);
  }

  /** Lines with names and prices, as they are now. Errors: 40404. */
  private async price(lines: readonly Line[], ctx: Context): Promise<readonly OrderLine[]> {
    const products = await again(() => this.to.product.batchGet(lines.map((l) => l.sku), { ctx }), ctx);
    return lines.map((l) => {
      const p = products.get(l.sku);
      if (p === undefined) throw new BizStatusError(Codes.OrderNotFound, `no such product: ${l.sku}`);
      return { sku: l.sku, name: p.name, quantity: l.quantity, price: p.price };
    });
  }

  /** Waits for an order that somebody else drives, and drives it when nobody does. */
  private async wait(kept: Kept, ctx: Context): Promise<Kept> {
    let k = kept;
    for (let ms = 5; !decided(k); ms = Math.min(ms * 2, 100)) {
      if (k.leaseUntil < this.now() && (await this.orders.claim(k.order.id))) return this.drive(this.orders.find(k.order.id)!, ctx);
      await pause(ms, ctx.signal);
      ctx.signal.throwIfAborted();
      k = this.orders.find(k.order.id)!;
    }
    return k;
  }

  /** Takes an order on from wherever it is. Errors: what stopped it, with the order left where it is for the sweeper. */
  async drive(kept: Kept, ctx: Context): Promise<Kept> {
    let k = kept;
    try {
      while (k.todo) {
        const next = await this.step(k, ctx);
        // Somebody else moved it in the meantime: go on from where it is now.
        const now = next ?? this.orders.find(k.order.id)!;
        if (next !== undefined && now.order.state === k.order.state && now.todo === k.todo) return now;
        k = now;
      }
      return k;
    } catch (e) {
      await this.orders.letGo(k.order.id, 100).catch(() => undefined);
      // The buyer can be told already, or told that his order is being looked after.
      if (decided(k) || k.order.state === OrderState.PAYING || k.order.state === OrderState.PAID) return k;
      throw e;
    }
  }

  /** One arrow of the drawing. Gives the order as it is afterwards; undefined when another driver was faster. */
  private async step(k: Kept, ctx: Context): Promise<Kept | undefined> {
    const { order } = k;
    switch (order.state) {
      case OrderState.NEW:
        if (this.late(order)) return this.orders.move(order.id, OrderState.NEW, OrderState.EXPIRED, true, LATE);
        return this.reserve(k, ctx);
      case OrderState.RESERVED:
        if (this.late(order)) return this.orders.move(order.id, OrderState.RESERVED, OrderState.EXPIRED, true, LATE);
        return this.orders.move(order.id, OrderState.RESERVED, OrderState.PAYING, true);
      case OrderState.PAYING:
        return this.pay(k, ctx);
      case OrderState.PAID:
        await again(() => this.to.inventory.confirm(order.id, { ctx }), ctx);
        return this.orders.move(order.id, OrderState.PAID, OrderState.CONFIRMED, false);
      case OrderState.CANCELLED:
      case OrderState.EXPIRED: {
        const why = order.state === OrderState.EXPIRED ? Reason.EXPIRED : order.reasonCode === Codes.PaymentRefused ? Reason.REFUSED : Reason.CANCELLED;
        await again(() => this.to.inventory.release(order.id, why, { ctx }), ctx);
        await this.orders.done(order.id);
        return this.orders.find(order.id);
      }
      default:
        await this.orders.done(order.id);
        return this.orders.find(order.id);
    }
  }

  private late(order: Order): boolean {
    return this.now() > Number(order.createdAt) + this.ttlMs;
  }

  private async reserve({ order }: Kept, ctx: Context): Promise<Kept | undefined> {
    try {
      const r = await again(() => this.to.inventory.reserve(order.id, order.lines, this.ttlMs, { ctx }), ctx);
      if (r.state === ReservationState.RELEASED) return await this.orders.move(order.id, OrderState.NEW, OrderState.CANCELLED, false);
    } catch (e) {
      const biz = fromBizStatusError(e);
      if (biz === undefined) throw e;
      return this.orders.move(order.id, OrderState.NEW, OrderState.REJECTED, false, { code: biz.statusCode, message: biz.bizMessage, extra: biz.extra });
    }
    return this.orders.move(order.id, OrderState.NEW, OrderState.RESERVED, true);
  }

  private async pay({ order, payToken }: Kept, ctx: Context): Promise<Kept | undefined> {
    const charge = { orderId: order.id, userId: order.userId, amount: order.total, payToken };
    try {
      if (this.late(order)) {
        // Too late to begin: closed for payment, unless the money came in already.
        const receipt = await again(() => this.to.payment.void(order.id, { ctx }), ctx);
        if (receipt.state !== ReceiptState.PAID) return await this.orders.move(order.id, OrderState.PAYING, OrderState.CANCELLED, true, LATE);
      } else {
        await again(() => this.to.payment.authorize(charge, { ctx }), ctx);
      }
    } catch (e) {
      const biz = fromBizStatusError(e);
      if (biz === undefined) throw e;
      return this.orders.move(order.id, OrderState.PAYING, OrderState.CANCELLED, true, { code: biz.statusCode, message: biz.bizMessage });
    }
    return this.orders.move(order.id, OrderState.PAYING, OrderState.PAID, true);
  }

  /** Gives an order up that is not being paid yet; again: nothing more happens. Errors: 40404, 40409. */
  async cancel(userId: string, orderId: string, ctx: Context): Promise<Order> {
    for (;;) {
      const k = this.get(userId, orderId);
      const { state } = k.order;
      if (state === OrderState.CANCELLED) return k.order;
      if (state !== OrderState.NEW && state !== OrderState.RESERVED) throw new BizStatusError(Codes.OrderWrongState, 'the order cannot be cancelled any more');
      const moved = await this.orders.move(orderId, state, OrderState.CANCELLED, true, { code: Codes.OrderWrongState, message: 'cancelled by the buyer' });
      if (moved !== undefined) return (await this.drive(moved, ctx)).order;
    }
  }

  /** Errors: 40404, also for somebody else's order. */
  get(userId: string, orderId: string): Kept {
    const k = this.orders.find(orderId);
    if (k?.order.userId !== userId) throw new BizStatusError(Codes.OrderNotFound, `no such order: ${orderId}`);
    return k;
  }

  /**
   * Takes on what nobody drives, and looks at reservations past their time. Gives how many orders it moved.
   * Inventory never gives stock back by itself: only here is it known whether somebody is paying for it.
   */
  async sweep(ctx: () => Context): Promise<number> {
    let moved = 0;
    const take = async (id: string): Promise<void> => {
      if (!(await this.orders.claim(id))) return;
      // What fails here was left where it is, and comes again.
      await this.drive(this.orders.find(id)!, ctx()).then(() => moved++, () => undefined);
    };
    await Promise.all(this.orders.abandoned(32).map(take));
    const overdue = await this.to.inventory.overdue(32, { ctx: ctx() }).catch(() => []);
    for (const r of overdue) {
      const k = this.orders.find(r.orderId);
      if (k === undefined || (!k.todo && k.order.state !== OrderState.CONFIRMED)) await this.to.inventory.release(r.orderId, Reason.EXPIRED, { ctx: ctx() }).catch(() => undefined);
    }
    return moved;
  }
}

const LATE = { code: Codes.OrderWrongState, message: 'the order was not paid in time' } as const;

/** Nothing that is left to do changes what the buyer is told. */
function decided(k: Kept): boolean {
  return !k.todo || k.order.state === OrderState.CANCELLED || k.order.state === OrderState.EXPIRED;
}

/** The same answer for the same order, the first time and every time after. Errors: the code for which it was refused. */
function answer(k: Kept): Order {
  const { order } = k;
  if (order.reasonCode !== undefined) throw new BizStatusError(order.reasonCode, order.reason ?? 'refused', { ...k.extra, orderId: order.id });
  return order;
}
