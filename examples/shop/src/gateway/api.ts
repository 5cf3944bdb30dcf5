// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { loopClock } from '@cloudwego/gopkg/clock';
import { background, withSignal } from '@cloudwego/gopkg/context';
import type { Context } from '@cloudwego/gopkg/context';
import { fromBizStatusError } from '@cloudwego/kitex';
import type { OrderServiceClient, Order } from '../kitex_gen/shop/order/index.js';
import { OrderState } from '../kitex_gen/shop/order/index.js';
import type { ProductServiceClient } from '../kitex_gen/shop/product/index.js';
import type { InventoryServiceClient } from '../kitex_gen/shop/inventory/index.js';
import type { Json } from '../shared/json.js';
import { formatMoney } from '../shared/money.js';
import { again } from '../shared/retry.js';
import { newId, placeKey } from '../shared/telemetry.js';
import type { Telemetry } from '../shared/telemetry.js';
import { stateName } from '../order/orders.js';
import { Problem } from './http.js';
import type { Exchange, Http } from './http.js';
import { problemOf } from './problems.js';

/** Traces per second that are followed through the services. */
const SAMPLED_PER_SECOND = 8;
const REQUEST_MS = 4000;

interface Services {
  readonly product: ProductServiceClient;
  readonly inventory: InventoryServiceClient;
  readonly order: OrderServiceClient;
}

/** The shop for buyers. */
export function addApi(http: Http, to: Services, telemetry: Telemetry, priceOf: (sku: string) => string): void {
  let tokens = SAMPLED_PER_SECOND;
  let filled = Date.now();
  const sampled = (asked: boolean): boolean => {
    const now = Date.now();
    tokens = Math.min(SAMPLED_PER_SECOND, tokens + ((now - filled) / 1000) * SAMPLED_PER_SECOND);
    filled = now;
    if (asked) return true;
    if (tokens < 1) return false;
    tokens--;
    return true;
  };

  http
    .on('GET', '/api/products', async (x) => {
      const ctx = contextOf(x);
      const { products, next } = await again(() => to.product.list({ text: x.query.get('q') ?? undefined, cursor: x.query.get('cursor') ?? undefined }, { ctx }), ctx);
      x.send(200, { products: products.map((p) => ({ sku: p.sku, name: p.name, price: { minor: p.price.minor, currency: p.price.currency } })), next });
    })
    .on('GET', '/api/products/:sku', async (x) => {
      const ctx = contextOf(x);
      const sku = x.params['sku']!;
      const [products, levels] = await Promise.all([again(() => to.product.batchGet([sku], { ctx }), ctx), again(() => to.inventory.levels([sku], { ctx }), ctx)]);
      const p = products.get(sku);
      if (p === undefined) throw new Problem(404, `no such product: ${sku.slice(0, 60)}`);
      x.send(200, { sku, name: p.name, price: { minor: p.price.minor, currency: p.price.currency }, available: levels.get(sku)?.available ?? 0n });
    })
    .on('POST', '/api/orders', async (x) => {
      const begin = performance.now();
      const at = Date.now();
      const user = userOf(x);
      const key = x.header('idempotency-key') ?? '';
      if (key === '') throw new Problem(400, 'the header Idempotency-Key is missing: a key of your own that makes this order one and the same however often it is sent');
      const body = orderOf(await x.json());
      const trace = sampled(x.header('x-shop-trace') === '1') ? newId() + newId() : '';
      const root = newId();
      const ctx = trace === '' ? contextOf(x) : contextOf(x).with(placeKey, { trace, span: root });
      let order: Order | undefined;
      let error: unknown;
      try {
        order = await again(() => to.order.place({ userId: user, idempotencyKey: key, ...body }, { ctx }), ctx);
      } catch (e) {
        error = e;
      }
      const ms = performance.now() - begin;
      const problem = order === undefined ? problemOf(error) : undefined;
      const status = problem?.status ?? (order!.state === OrderState.CONFIRMED ? 201 : 202);
      const biz = fromBizStatusError(error);
      const outcome = order !== undefined ? 'ok' : biz !== undefined ? 'refused' : 'failed';
      if (trace === '') {
        telemetry.answered(outcome, ms);
      } else {
        const lines = body.lines;
        telemetry.span({ trace, id: root, parent: '', kind: 'http', name: 'POST /api/orders', instance: telemetry.instance, at, ms, error: problem === undefined ? '' : `${status} ${problem.message}` });
        telemetry.answered(outcome, ms, {
          id: order?.id ?? biz?.extra?.['orderId'] ?? '',
          user,
          state: order === undefined ? (biz === undefined ? 'FAILED' : biz.statusCode === 50402 ? 'CANCELLED' : 'REJECTED') : stateName(order.state),
          status,
          what: lines.map((l) => `${l.quantity} × ${l.sku}`).join(', '),
          total: order === undefined ? (lines.length === 1 && lines[0]!.quantity === 1 ? priceOf(lines[0]!.sku) : '') : formatMoney(order.total),
          ms,
          at,
          trace,
        });
      }
      const traced: Readonly<Record<string, Json>> = trace === '' ? {} : { traceId: trace };
      if (problem !== undefined) throw new Problem(status, problem.message, { ...problem.more, ...traced }, problem.headers);
      x.send(status, { ...orderJson(order!), ...traced }, { location: `/api/orders/${order!.id}` });
    })
    .on('GET', '/api/orders', async (x) => {
      const ctx = contextOf(x);
      const page = await again(() => to.order.listMine(userOf(x), x.query.get('cursor') ?? '', { ctx }), ctx);
      x.send(200, { orders: page.orders.map(orderJson), next: page.next });
    })
    .on('GET', '/api/orders/:id', async (x) => {
      const ctx = contextOf(x);
      x.send(200, orderJson(await again(() => to.order.get(userOf(x), x.params['id']!, { ctx }), ctx)));
    })
    .on('POST', '/api/orders/:id/cancel', async (x) => {
      const ctx = contextOf(x);
      x.send(200, orderJson(await again(() => to.order.cancel(userOf(x), x.params['id']!, { ctx }), ctx)));
    });
}

/** Deadline of a request, and its end when the buyer goes away. */
function contextOf(x: Exchange): Context {
  return withSignal(background.withDeadline(loopClock().now() + REQUEST_MS), x.signal).ctx;
}

/** Who is asking. A first cut: the demo believes the header; with Hertz a signed token takes its place. */
function userOf(x: Exchange): string {
  const user = x.header('x-shop-user') ?? '';
  if (!/^[\w.-]{1,64}$/.test(user)) throw new Problem(400, 'the header X-Shop-User is missing: 1 to 64 letters, digits, "_", "." or "-"');
  return user;
}

function orderOf(v: unknown): { readonly lines: readonly { readonly sku: string; readonly quantity: number }[]; readonly payToken: string; readonly address: string | undefined } {
  const o = v as { readonly lines?: unknown; readonly payToken?: unknown; readonly address?: unknown };
  if (typeof v !== 'object' || v === null || !Array.isArray(o.lines)) throw new Problem(400, 'wanted { "lines": [{ "sku": "…", "quantity": 1 }], "payToken": "…" }');
  if (typeof o.payToken !== 'string') throw new Problem(400, 'payToken: wanted a string');
  if (o.address !== undefined && typeof o.address !== 'string') throw new Problem(400, 'address: wanted a string');
  const lines = (o.lines as unknown[]).map((l, i) => {
    const { sku, quantity } = (l ?? {}) as { readonly sku?: unknown; readonly quantity?: unknown };
    if (typeof sku !== 'string' || typeof quantity !== 'number' || !Number.isInteger(quantity) || Math.abs(quantity) > 1e6) {
      throw new Problem(400, `lines[${i}]: wanted { "sku": "…", "quantity": 1 }`);
    }
    return { sku, quantity };
  });
  return { lines, payToken: o.payToken, address: o.address };
}

function orderJson(o: Order): Readonly<Record<string, Json>> {
  return {
    id: o.id,
    state: stateName(o.state),
    lines: o.lines.map((l) => ({ sku: l.sku, name: l.name, quantity: l.quantity, price: { minor: l.price.minor, currency: l.price.currency } })),
    total: { minor: o.total.minor, currency: o.total.currency },
    createdAt: o.createdAt,
    reason: o.reason,
    code: o.reasonCode,
  };
}
