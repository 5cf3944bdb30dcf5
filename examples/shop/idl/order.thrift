// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Orders. Business codes 40xxx:
//   40400 bad request   40404 no such order or product   40409 wrong state   40422 the key was used with another body
// An order that inventory or payment refused fails with their code, also when it is asked for again with the same key.
include "base.thrift"

namespace js shop.order

enum OrderState {
  NEW = 1
  RESERVED = 2
  PAYING = 3
  PAID = 4
  CONFIRMED = 5
  REJECTED = 6
  CANCELLED = 7
  EXPIRED = 8
}

struct OrderLine {
  1: required string sku
  2: required string name
  3: required i32 quantity
  // Of one piece, frozen when the order was placed.
  4: required base.Money price
}

struct Order {
  1: required string id
  2: required string userId
  3: required OrderState state
  4: required list<OrderLine> lines
  5: required base.Money total
  6: required i64 createdAt
  7: required i64 updatedAt
  8: optional i32 reasonCode
  9: optional string reason
}

struct PlaceReq {
  1: required string userId
  2: required string idempotencyKey
  3: required list<base.Line> lines
  4: required string payToken
  5: optional string address
}

struct OrderPage {
  1: required list<Order> orders
  2: optional string next
}

struct Tally {
  // By name of state.
  1: required map<string, i64> states
  // Orders with something left to do.
  2: required i64 open
}

struct OrderReport {
  1: required Tally tally
  // Pieces of confirmed orders, by sku.
  2: required map<string, i64> sold
  // Orders that were paid, and their sum.
  3: required i64 paidCount
  4: required i64 paidMinor
  5: required list<string> violations
}

service OrderService {
  // PAYING: the outcome of the payment is not known yet, and will be settled.
  Order Place(1: PlaceReq request)
  Order Get(1: string userId, 2: string orderId)
  // cursor: "" for the first page, then what "next" says.
  OrderPage ListMine(1: string userId, 2: string cursor)
  Order Cancel(1: string userId, 2: string orderId)
  Tally Count()
  OrderReport Audit()
}
