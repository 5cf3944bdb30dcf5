// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// The ledger. Business codes 50xxx:
//   50402 refused   50404 nothing known of this order   50409 another amount, or the order is closed for payment   50400 bad request
include "base.thrift"

namespace js shop.payment

enum ReceiptState {
  PAID = 1
  REFUSED = 2
  VOID = 3
}

struct Charge {
  // The key: charging twice for one order gives the first receipt again.
  1: required string orderId
  2: required string userId
  3: required base.Money amount
  4: required string payToken
}

struct Receipt {
  1: required string orderId
  2: required ReceiptState state
  3: required base.Money amount
  4: required i64 at
}

struct LedgerReport {
  1: required i64 paidCount
  2: required i64 paidMinor
  3: required list<string> violations
}

service PaymentService {
  Receipt Authorize(1: Charge charge)
  Receipt Query(1: string orderId)
  // The receipt if there is one; else closes the order, so that a charge that is still under way is refused.
  Receipt Void(1: string orderId)
  LedgerReport Audit()
}
