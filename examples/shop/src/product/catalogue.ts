// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Product } from '../kitex_gen/shop/product/index.js';
import { CURRENCY } from '../shared/money.js';

const product = (sku: string, name: string, minor: bigint, supply: number): Product => ({ sku, name, price: { minor, currency: CURRENCY }, supply });

/** What this shop sells. The lantern is what everybody wants. */
export const catalogue: readonly Product[] = [
  product('lantern', 'Moon lantern', 4990n, 300),
  product('teapot', 'Cast-iron teapot', 7950n, 300),
  product('kite', 'Paper kite', 1990n, 900),
  product('compass', 'Brass compass', 12_900n, 260),
  product('blanket', 'Wool blanket', 8900n, 600),
  product('notebook', 'Cloud notebook', 1290n, 2000),
  product('headlamp', 'Head lamp', 3490n, 800),
  product('bottle', 'Steel bottle', 2450n, 1500),
];
