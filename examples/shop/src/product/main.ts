// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { ProductService } from '../kitex_gen/shop/product/index.js';
import { main } from '../shared/runtime.js';
import { serve } from '../shared/serve.js';
import { catalogue } from './catalogue.js';

const bySku = new Map(catalogue.map((p) => [p.sku, p]));

await main((e, telemetry) =>
  serve(
    'product',
    e,
    telemetry,
    (s) =>
      s.register(ProductService, {
        list(query) {
          const limit = Math.min(Math.max(1, query.limit), 100);
          const text = query.text?.toLowerCase() ?? '';
          const found = catalogue.filter((p) => p.name.toLowerCase().includes(text));
          const from = query.cursor === undefined ? 0 : found.findIndex((p) => p.sku === query.cursor) + 1;
          const products = found.slice(from, from + limit);
          return { products, next: from + limit < found.length ? products.at(-1)?.sku : undefined };
        },
        batchGet: (skus) => new Map(skus.flatMap((sku) => (bySku.has(sku) ? [[sku, bySku.get(sku)!]] : []))),
      }),
    () => Promise.resolve(),
  ),
);
