// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { InventoryService } from '../kitex_gen/shop/inventory/index.js';
import { main } from '../shared/runtime.js';
import { serve } from '../shared/serve.js';
import { Stock } from './stock.js';

await main((e, telemetry) => {
  const stock = new Stock(join(e.data, 'inventory.db'), { unsafe: process.env['SHOP_STOCK'] === 'unsafe' });
  return serve(
    'inventory',
    e,
    telemetry,
    (s) =>
      s.register(InventoryService, {
        reserve: (orderId, lines, ttlMs) => stock.reserve(orderId, lines, ttlMs),
        confirm: (orderId) => stock.confirm(orderId),
        release: (orderId, why) => stock.release(orderId, why),
        overdue: (limit) => stock.overdue(limit),
        levels: (skus) => stock.levels(skus),
        audit: () => stock.audit(),
        adjust: (sku, delta, ref) => stock.adjust(sku, delta, ref),
      }),
    () => stock[Symbol.asyncDispose](),
  );
});
