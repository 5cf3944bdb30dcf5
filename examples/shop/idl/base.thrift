// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

namespace js shop.base

// An amount in the smallest unit of its currency: 1299 EUR is 12.99 €.
struct Money {
  1: required i64 minor
  2: required string currency
}

struct Line {
  1: required string sku
  2: required i32 quantity
}
