// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Money } from '../kitex_gen/shop/base/index.js';

/** The one currency of this shop. */
export const CURRENCY = 'EUR';

/** `12.99 EUR`. */
export function formatMoney(m: Money): string {
  const sign = m.minor < 0n ? '-' : '';
  const digits = String(m.minor < 0n ? -m.minor : m.minor).padStart(3, '0');
  return `${sign}${digits.slice(0, -2)}.${digits.slice(-2)} ${m.currency}`;
}
