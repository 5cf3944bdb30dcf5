// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Stock and reservations. Business codes 42xxx:
//   42001 short (extra: sku, left)   42404 no such reservation or sku   42409 the reservation is in another state   42400 bad request
include "base.thrift"

namespace js shop.inventory

enum ReservationState {
  HELD = 1
  SOLD = 2
  RELEASED = 3
}

enum Reason {
  CANCELLED = 1
  REFUSED = 2
  EXPIRED = 3
}

struct Reservation {
  1: required string orderId
  2: required ReservationState state
  3: required list<base.Line> lines
  // ms since 1970. Inventory never expires a reservation by itself: see Overdue.
  4: required i64 expiresAt
  5: optional Reason reason
}

// At any time: adjusted = available + reserved + sold.
struct StockRow {
  1: required string sku
  2: required i64 available
  3: required i64 reserved
  4: required i64 sold
  5: required i64 adjusted
}

struct AuditReport {
  1: required bool ok
  2: required list<string> violations
  3: required list<StockRow> rows
  4: required i32 held
  5: required i32 overdue
}

service InventoryService {
  // All lines or none. The same order again gives the same reservation.
  Reservation Reserve(1: string orderId, 2: list<base.Line> lines, 3: i32 ttlMs)
  Reservation Confirm(1: string orderId)
  // Of an order that is not known: remembered, so that a Reserve that comes late reserves nothing.
  Reservation Release(1: string orderId, 2: Reason why)
  // Held reservations past their time; whoever placed the order decides.
  list<Reservation> Overdue(1: i32 limit)
  map<string, StockRow> Levels(1: list<string> skus)
  AuditReport Audit()
  // Adds or removes pieces; the same ref again does nothing.
  void Adjust(1: string sku, 2: i64 delta, 3: string ref)
}
