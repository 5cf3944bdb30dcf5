// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/** Business codes by service; the last three digits say what HTTP says, where there is such a status. The IDL files list who throws which. */
export const Codes = {
  OrderBadRequest: 40400,
  OrderNotFound: 40404,
  OrderWrongState: 40409,
  KeyReused: 40422,
  StockShort: 42001,
  StockBadRequest: 42400,
  StockNotFound: 42404,
  StockWrongState: 42409,
  PaymentBadRequest: 50400,
  PaymentRefused: 50402,
  PaymentNotFound: 50404,
  PaymentConflict: 50409,
} as const;

/** HTTP status of a business code: its last three digits when they are a 4xx, else 422. */
export function httpStatus(code: number): number {
  const last = code % 1000;
  return last >= 400 && last < 500 ? last : 422;
}
