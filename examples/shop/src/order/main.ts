// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { loopClock } from '@cloudwego/gopkg/clock';
import { background } from '@cloudwego/gopkg/context';
import { OrderService } from '../kitex_gen/shop/order/index.js';
import { Clients } from '../shared/clients.js';
import { main } from '../shared/runtime.js';
import { serve } from '../shared/serve.js';
import { Flow } from './flow.js';
import { Orders } from './orders.js';

const SWEEP_MS = 400;

await main(async (e, telemetry) => {
  const orders = new Orders(join(e.data, 'order.db'), { owner: e.instance });
  const clients = new Clients(e, telemetry);
  const ttlMs = Number(process.env['SHOP_TTL_MS'] ?? 30_000);
  const flow = new Flow(orders, { product: clients.product(), inventory: clients.inventory(), payment: clients.payment() }, { ttlMs });

  let sweeping: Promise<unknown> = Promise.resolve();
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    sweeping = flow
      .sweep(() => background.withDeadline(loopClock().now() + 3000))
      .catch(() => 0)
      .finally(() => {
        busy = false;
      });
  }, SWEEP_MS);

  return serve(
    'order',
    e,
    telemetry,
    (s) =>
      s.register(OrderService, {
        place: (request, ctx) => flow.place(request, ctx),
        get: (userId, orderId) => flow.get(userId, orderId).order,
        listMine: (userId, cursor) => orders.list(userId, cursor),
        cancel: (userId, orderId, ctx) => flow.cancel(userId, orderId, ctx),
        count: () => orders.count(),
        audit: () => orders.audit(),
      }),
    async () => {
      clearInterval(timer);
      await sweeping;
      await clients[Symbol.asyncDispose]();
      await orders[Symbol.asyncDispose]();
    },
  );
});
